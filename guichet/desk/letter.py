"""The letter that a composer shows: to whom it goes and why, from which address, with which words it begins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from guichet.desk import files
from guichet.desk.doors import reader
from guichet.desk.writing import rich
from guichet.kit.lines import whole_number, whole_numbers
from guichet.people.models import Person
from guichet.tickets.actions import FileRef, words_to_go_on
from guichet.tickets.models import Attachment, Delivery, Draft, Inbox, Message, MessageKind, Panel, Ticket
from guichet.tickets.participants import Answering, Mailbox, answering, is_robot

PASSED_ON = 12  # messages that may go along to a third party, the latest
Rows = list[dict[str, Any]]


@dataclass
class Letter:
    """What `desk/_letter.html` shows. `panel` is "reply", "ask" (a third party) or "new" (our own first words).

    `everyone` are those whom "Reply to all" adds and who are not among the recipients; `offered` stand on the mail, but
    nobody vouches for them; at `unread` no person reads.
    """

    panel: str
    action: str
    to: str = ""
    cc: str = ""
    bcc: str = ""
    short: str = ""
    everyone: Sequence[Mailbox] = ()
    everyone_url: str = ""
    alone_url: str = ""
    offered: Sequence[Mailbox] = ()
    unread: Sequence[str] = ()
    known: Sequence[str] = ()
    aliases: Sequence[str] = ()
    alias: str = ""
    answered: Message | None = None
    subject: str = ""
    salutation: str = ""
    text: str = ""
    html: str = ""
    kept: Sequence[FileRef] = ()
    tokens: Rows = field(default_factory=list)
    sorting: Rows = field(default_factory=list)  # by what a new ticket may be sorted: name, label, choices
    messages: Rows = field(default_factory=list)
    is_draft: bool = False
    draft: int = 0  # the version of the kept draft that stands in the box
    number: int = 0  # of that draft, where it is of a new ticket
    is_third_party: bool = False

    @property
    def has_chosen(self) -> bool:
        return any(row["is_chosen"] for row in self.messages)

    @property
    def rows(self) -> Rows:
        """The lines of recipients; Cc and Bcc stand open where they hold somebody."""
        lines = (("to", _("To"), self.to), ("cc", _("Cc"), self.cc), ("bcc", _("Bcc"), self.bcc))
        return [{"name": n, "label": label, "value": v, "is_open": bool(v) or n == "to"} for n, label, v in lines]


def of_ticket(request: HttpRequest, ticket: Ticket, asked: QueryDict) -> Letter:
    """The letter that `asked` names: a reply (answers, all), one to a third party (ask), words taken back (draft)."""
    draft = _withdrawn(request, ticket, asked.get("draft", ""))
    if draft is not None:
        return _again(request, ticket, draft)
    kept = _kept(request, ticket, asked.get("kept", ""))
    if kept is not None:
        return _go_on(request, ticket, kept)
    if asked.get("ask"):
        return third_party(request, ticket, include=_ids(asked.getlist("include")))
    return reply(request, ticket, answered_by(request, ticket, asked.get("answers", "")), to_all=bool(asked.get("all")))


def answered_by(request: HttpRequest, ticket: Ticket, pk: str) -> Message | None:
    """The message that is answered, if one is named. Only what its reader may see and its writer vouches for."""
    if not (number := whole_number(pk)):
        return None
    found = (
        Message.objects.visible_to(request.user)
        .select_related("side", "author")
        .filter(ticket=ticket, pk=number)
        .first()
    )
    if found is None or not ticket.messages.public(found.side_id).filter(pk=found.pk).exists():
        return None
    return found


def reply(request: HttpRequest, ticket: Ticket, answered: Message | None = None, *, to_all: bool = False) -> Letter:
    side = answered.side if answered else None
    found = answering(ticket, answered, side)
    person = reader(request)
    url = reverse("desk:compose", args=[ticket.number])
    query = f"?answers={answered.pk}" if answered else "?"
    made = Letter(
        "ask" if side else "reply", reverse("desk:reply", args=[ticket.number]), is_third_party=side is not None
    )
    made.to, made.cc = _list(found.to), _list(found.others) if to_all else ""
    made.everyone, made.offered = () if to_all else found.others, found.offered
    made.unread = [one.address for one in found.to if is_robot(one.address, set())]
    made.everyone_url = f"{url}{query}&all=1"
    made.alone_url = url + query if to_all and found.others else ""
    made.answered = answered
    _from(made, ticket.inbox, found)
    first = found.to[0] if found.to else Mailbox("")
    made.short = _first_name(first.name) or first.address
    made.salutation = salutation(ticket.inbox, ticket.inbox.language if side else ticket.language, first.name, person)
    return made


def third_party(request: HttpRequest, ticket: Ticket, *, include: Sequence[int] = ()) -> Letter:
    made = Letter("ask", reverse("desk:ask", args=[ticket.number]), is_third_party=True)
    made.subject = ticket.subject
    made.aliases, made.alias = _aliases(ticket.inbox), ticket.inbox.address
    made.messages = passed_on(ticket, include)
    return made


def passed_on(ticket: Ticket, include: Sequence[int]) -> Rows:
    """The latest words that the customer knows too, with their files: what an agent may pass on. Two queries."""
    latest = ticket.messages.public().came_open().filter(auto="").select_related("author").order_by("-at", "-pk")
    rows: Rows = []
    for message in latest.defer("html", "text").prefetch_related("attachments")[:PASSED_ON]:
        shown: list[Attachment] = [file for file in message.attachments.all() if not file.is_inline]
        who = (
            message.from_name or message.from_address
            if message.kind == MessageKind.INBOUND
            else str(message.author or "")
        )
        is_chosen = message.pk in include
        rows.append({"message": message, "who": who, "files": shown, "is_chosen": is_chosen})
    return rows


def _again(request: HttpRequest, ticket: Ticket, draft: Message) -> Letter:
    """Words that were taken back, in their box: the same people, text and files."""
    is_first = draft.side_id is not None and not ticket.messages.public(draft.side_id).exists()
    answered = (
        ticket.messages.public(draft.side_id).filter(message_id=draft.in_reply_to).last() if draft.in_reply_to else None
    )
    if draft.side_id is not None and answered is None and not is_first:
        answered = ticket.messages.public(draft.side_id).order_by("at", "pk").last()
    made = third_party(request, ticket) if is_first else reply(request, ticket, answered)
    made.subject = draft.subject if is_first else made.subject
    made.to, made.cc, made.bcc = (_list(Mailbox(e["address"], e.get("name", "")) for e in many)
                                  for many in (draft.to, draft.cc, draft.bcc))  # fmt: skip
    made.everyone, made.offered = (), ()
    made.alias = draft.from_address or made.alias
    made.text, html = words_to_go_on(draft)
    made.is_draft = True
    made.kept = [
        FileRef(f.name, f.content_type, f.size, f.digest, f.is_inline, f.content_id) for f in draft.attachments.all()
    ]
    made.html = rich.editable(request, html, made.kept)
    made.tokens = [files.held(request, ref) for ref in made.kept if not (ref.is_inline and made.html)]
    return made


def _go_on(request: HttpRequest, ticket: Ticket, draft: Draft) -> Letter:
    """A draft that the desk kept, in its box."""
    is_first = draft.panel == Panel.ASK and draft.answers is None
    made = third_party(request, ticket) if is_first else reply(request, ticket, draft.answers)
    made.to, made.cc, made.bcc = draft.to or made.to, draft.cc, draft.bcc
    made.subject, made.alias = draft.subject or made.subject, draft.alias or made.alias
    return _words_of(request, made, draft)


def begun(request: HttpRequest, pk: str) -> Draft | None:
    """One's own first words of a ticket that is not open yet."""
    own = Draft.objects.visible_to(request.user).own(reader(request)).filter(ticket=None)
    return own.filter(pk=number).first() if (number := whole_number(pk)) else None


def go_on_new(request: HttpRequest, made: Letter, draft: Draft) -> Letter:
    made.to, made.cc, made.bcc, made.subject = draft.to, draft.cc, draft.bcc, draft.subject
    made.alias, made.number = draft.alias, draft.pk
    return _words_of(request, made, draft)


def _words_of(request: HttpRequest, made: Letter, draft: Draft) -> Letter:
    made.text, made.is_draft, made.draft = draft.text, True, draft.version
    made.kept = [FileRef(**file) for file in draft.files]
    made.html = rich.editable(request, draft.html, made.kept)
    made.tokens = [files.held(request, ref) for ref in made.kept if not (ref.is_inline and made.html)]
    return made


def _kept(request: HttpRequest, ticket: Ticket, pk: str) -> Draft | None:
    """One's own draft of that number, but not a note: its box stands on the ticket's page."""
    own = Draft.objects.visible_to(request.user).own(reader(request)).filter(ticket=ticket).exclude(panel=Panel.NOTE)
    return own.filter(pk=number).select_related("answers").first() if (number := whole_number(pk)) else None


def _withdrawn(request: HttpRequest, ticket: Ticket, pk: str) -> Message | None:
    if not (number := whole_number(pk)):
        return None
    visible = Message.objects.visible_to(request.user).filter(ticket=ticket, delivery=Delivery.WITHDRAWN)
    return visible.filter(pk=number).first()


def typed(made: Letter, data: QueryDict) -> Letter:
    """The same letter with what was typed into it, for a browser without scripts."""
    made.to, made.cc, made.bcc = (data.get(name, "")[:16_000] for name in ("to", "cc", "bcc"))
    made.text, made.subject = data.get("text", "")[:100_000], data.get("subject", made.subject)[:500]
    made.is_draft, made.draft = True, whole_number(data.get("draft", ""))
    made.number = whole_number(data.get("kept", ""))
    return made


def salutation(inbox: Inbox, language: str, name: str, agent: Person) -> str:
    """How a letter of this inbox begins in this language; without a name there is no gap before the comma."""
    words = str(inbox.wording.get(language or inbox.language, {}).get("salutation", ""))
    values = {"{name}": name, "{first_name}": _first_name(name), "{agent}": agent.name}
    for key, value in values.items():
        words = words.replace(key, value)
    return re.sub(r"\s+([,!.:])", r"\1", words).strip()


def _from(made: Letter, inbox: Inbox, found: Answering) -> None:
    made.aliases, made.alias = _aliases(inbox), found.alias or inbox.address
    made.known = sorted(found.known)


def _aliases(inbox: Inbox) -> list[str]:
    return inbox.addresses if inbox.aliases else []


def _first_name(name: str) -> str:
    return name.split(" ")[0] if name and "@" not in name else ""


def _list(people: Iterable[Mailbox]) -> str:
    return ", ".join(str(one) for one in people)


def _ids(words: Iterable[str]) -> list[int]:
    return whole_numbers(words)[:PASSED_ON]
