"""The conversation as the ticket page shows it: messages with their files, and what happened between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.desk import pictures, provenance
from guichet.desk.outbound import waiting
from guichet.desk.regroup import moves
from guichet.desk.together import marking
from guichet.desk.window import Part, Window, part
from guichet.desk.writing import authors, rich
from guichet.people.extra import ExtraField
from guichet.people.models import Person, Skill, Team
from guichet.people.named import NAME, all_but_name
from guichet.tickets import events as log
from guichet.tickets import sentences
from guichet.tickets.models import (
    Attachment,
    Category,
    Delivery,
    Event,
    FileReading,
    Inbox,
    Message,
    MessageKind,
    Ticket,
    ViaName,
)

EVENTS_LIMIT = 400
FOLD_ABOVE = 2  # so many changes in a row stand open, more are folded
TEXT_LIMIT = 20_000  # characters of one message on the page; the whole stays one click away
_WAITING = (Delivery.QUEUED, Delivery.SENDING, Delivery.HELD, Delivery.WITHDRAWN)
# Told by the messages themselves, and by the list of followers.
_UNTOLD = (*log.WORDS, log.SENT, log.FAILED, log.UNCERTAIN, log.FOLLOWED, log.UNFOLLOWED)


def untold() -> list[str]:
    """Kinds that stand in no history: the heart's, and those to which their room gave no sentence."""
    return [*_UNTOLD, *(kind for kind, said in sentences.told_by_rooms().items() if said is None)]


@dataclass
class Entry:
    """One thing in the conversation: a message, or a run of events (then `message` is None)."""

    at: datetime
    message: Message | None = None
    events: list[Event] = field(default_factory=list)

    @property
    def is_folded(self) -> bool:
        return len(self.events) > FOLD_ABOVE

    @property
    def first(self) -> int:
        return self.events[0].pk


@dataclass(frozen=True)
class Conversation:
    entries: list[Entry]
    part: Part


def conversation(ticket: Ticket, person: Person, shown: Window) -> Conversation:
    """The messages of a window, and what happened meanwhile; a fixed number of queries."""
    found = part(ticket, person, shown)
    messages = found.messages
    _with_files(messages)
    for message in messages:
        _decorate(message, ticket)
    authors.tell(messages)
    _by_rules(messages)
    marking.name(messages)
    happened = Event.objects.visible_to(person).filter(ticket=ticket).exclude(kind__in=untold())
    if found.hidden:
        happened = happened.filter(at__gte=messages[0].at)
    if found.later and messages:
        happened = happened.filter(at__lt=messages[-1].at)
    told = list(happened.select_related("actor").defer(*all_but_name("actor")).order_by("-id")[:EVENTS_LIMIT])[::-1]
    tell(told, person)
    waiting.mark(messages, person)
    moves.mark(told, ticket, person)
    provenance.describe(messages, told, ticket, person)
    return Conversation(_woven(messages, [event for event in told if _is_told(event)]), found)


def _by_rules(messages: Sequence[Message]) -> None:
    """Words that nobody of flesh wrote stand under the name of the rule that did."""
    nobodys = [message for message in messages if message.author_id is None and message.kind != MessageKind.INBOUND]
    if not nobodys:
        return
    # Their messages were fetched through visible_to.
    written = Event.objects.filter(message__in=nobodys, kind__in=(log.WRITTEN, log.NOTED), via__startswith="rule:")
    vias = dict(written.values_list("message_id", "via"))
    names = sentences.Names({}, {}, {}, {}, _via_names(set(vias.values())))
    for message in nobodys:
        if message.pk in vias:
            shown: Any = message
            shown.who, shown.rule = names.via(vias[message.pk]), _rule(vias[message.pk])


def _rule(via: str) -> tuple[int, int] | None:
    """The rule and its version that this names, if any: its page shows it as it was then."""
    word, _colon, rest = via.partition(":")
    pk, _colon, version = rest.partition(":")
    return (int(pk), int(version)) if word == "rule" and pk.isdecimal() and version.isdecimal() else None


def _is_told(event: Event) -> bool:
    """A link to what the reader may not see is not even mentioned."""
    shown: Any = event
    return event.kind != log.KEPT and (event.kind not in (log.LINKED, log.UNLINKED) or shown.link is not None)


def _woven(messages: Iterable[Message], events: Iterable[Event]) -> list[Entry]:
    entries = [Entry(message.at, message) for message in messages]
    entries += [Entry(event.at, None, [event]) for event in events]
    # A change that came with a message stands behind it.
    entries.sort(key=lambda entry: (entry.at, entry.message is None))
    woven: list[Entry] = []
    for entry in entries:
        if entry.message is None and woven and woven[-1].message is None:
            woven[-1].events += entry.events
        else:
            woven.append(entry)
    return woven


def tell(events: Sequence[Event], person: Person) -> None:
    """Give each event `words`, its sentence in the reader's language, and `who`, empty before a whole one; a
    confidential inbox has no name there for those outside its team.
    """
    named = {
        pk for field in ("assignee", "requester", "drafter", "people") for pk in sentences.ids_named(events, field)
    }
    people = Person.objects.filter(pk__in=named).only(*NAME)
    teams, inboxes = (
        sentences.ids_named(events, "team") | sentences.ids_named(events, "teams"),
        sentences.ids_named(events, "inbox"),
    )
    names = sentences.Names(
        {person.pk: str(person) for person in people},
        dict(Team.objects.filter(pk__in=teams).values_list("pk", "name")) if teams else {},
        {inbox.pk: str(inbox) for inbox in Inbox.objects.known_to(person).filter(pk__in=inboxes)} if inboxes else {},
        _field_names(events),
        _via_names({event.via for event in events if event.actor_id is None}),
        _category_names(events),
        _skill_names(events),
    )
    for event in events:
        shown: Any = event  # decorated for the template
        shown.who = "" if sentences.is_whole(event.kind) else str(event.actor or names.via(event.via))
        shown.words = sentences.sentence(event, names)
        shown.rule = None if event.actor_id or not shown.who else _rule(event.via)
        # Words that stand on another ticket by now are for those who see that one.
        said = event.message if event.kind in log.NEWS else None
        shown.preview = said.reply[:120] if said and said.ticket_id == event.ticket_id else ""


def _category_names(events: Sequence[Event]) -> dict[int, str]:
    named = sentences.ids_named(events, "category")
    return {one.pk: str(one) for one in Category.objects.filter(pk__in=named).select_related("parent")} if named else {}


def _skill_names(events: Sequence[Event]) -> dict[int, str]:
    named = {int(pk) for event in events for needs in event.changes.get("needs", ()) for pk in needs}
    return dict(Skill.objects.filter(pk__in=named).values_list("pk", "name")) if named else {}


def _via_names(vias: set[str]) -> dict[str, str]:
    """Of rules that acted: what each was called when it did."""
    rules = {via for via in vias if via.startswith("rule:")}
    return dict(ViaName.objects.filter(pk__in=rules).values_list("via", "name")) if rules else {}


def _field_names(events: Sequence[Event]) -> dict[str, str]:
    keys = {key for event in events for key in event.changes.get("fields", [[], []])[1]}
    rows = ExtraField.objects.filter(of=ExtraField.Of.TICKET, key__in=keys)
    return dict(rows.values_list("key", "label")) if keys else {}


# The signature of a mail is told by its seal; as a file nobody can do anything with it.
_ENVELOPES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
              "application/pgp-encrypted")  # fmt: skip


def _with_files(messages: Sequence[Message]) -> None:
    by_message: dict[int, list[Attachment]] = defaultdict(list)
    # Their messages were fetched through visible_to.
    for attachment in Attachment.objects.filter(message__in=[message.pk for message in messages]):
        if attachment.content_type in _ENVELOPES:
            continue
        by_message[attachment.message_id].append(attachment)
    for message in messages:
        shown: Any = message
        shown.pictures, shown.files = [], []
        for attachment in by_message[message.pk]:
            file: Any = attachment
            file.url = reverse("desk:attachment", args=[attachment.pk])
            is_picture = attachment.content_type in pictures.SHOWABLE
            file.inline_url = f"{file.url}?inline=1"
            file.unread = _unread(attachment)
            (shown.pictures if is_picture else shown.files).append(file)
        # Only what is written here: mail keeps to its frame.
        ours = message.kind != MessageKind.INBOUND and message.html
        shown.letter, inside = rich.shown(message.html, shown.pictures, _inline_url) if ours else ("", set())
        shown.pictures = [file for file in shown.pictures if file.content_id not in inside or not file.content_id]


def _unread(file: Attachment) -> str:
    """Why search cannot look into it, in a word; empty where it can."""
    if file.reading != FileReading.FAILED:
        return ""
    note = file.reading_note
    if "password" in note:
        return _("Not searchable: locked with a password")
    if note.startswith("larger"):
        return _("Not searchable: too large")
    return _("Not searchable: damaged") if "damaged" in note else _("Not searchable: could not be read")


def _inline_url(attachment: Any) -> str:
    return str(attachment.inline_url)


def who(message: Message, ticket: Ticket) -> str:
    """The name above a message."""
    author = str(message.author) if message.author else ""
    if message.kind == MessageKind.INBOUND:
        return message.from_name or author or message.from_address
    return author or str(ticket.inbox)


def _decorate(message: Message, ticket: Ticket) -> None:
    shown: Any = message
    is_inbound, is_note = message.kind == MessageKind.INBOUND, message.kind == MessageKind.NOTE
    shown.who = who(message, ticket)
    shown.is_ours = not is_inbound
    shown.line_to = _line_to(message, ticket)
    words = message.reply or message.text
    shown.is_cut = len(words) > TEXT_LIMIT
    shown.words = words[:TEXT_LIMIT].strip("\n")
    rest = message.text[len(words) :] if message.text.startswith(words) else message.text if message.reply else ""
    shown.quoted = rest[:TEXT_LIMIT].strip()
    shown.has_remote = pictures.has_remote(message.html) and not message.came_encrypted
    shown.is_answerable = not is_note and message.is_verified and message.delivery not in _WAITING
    waits = message.next_try_at is not None and message.next_try_at > timezone.now()
    shown.is_undoable = message.delivery == Delivery.HELD or (
        message.delivery == Delivery.QUEUED and not message.tries and not message.auto and waits
    )


def _line_to(message: Message, ticket: Ticket) -> str:
    parts = []
    if message.kind == MessageKind.OUTBOUND and message.to:
        parts.append(_("to %(people)s") % {"people": _people(message.to)})
    elif message.kind == MessageKind.INBOUND and message.from_address != ticket.requester.address:
        parts.append(message.from_address)
    if message.cc:
        parts.append(_("cc %(people)s") % {"people": _people(message.cc)})
    if message.bcc:
        parts.append(_("bcc %(people)s") % {"people": _people(message.bcc)})
    return " · ".join(part for part in parts if part)


def _people(addresses: Sequence[dict[str, str]]) -> str:
    words = [f"{a['name']} <{a['address']}>" if a.get("name") else a.get("address", "") for a in addresses[:6]]
    return ", ".join(words) + (" …" if len(addresses) > len(words) else "")
