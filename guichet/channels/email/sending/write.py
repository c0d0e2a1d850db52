"""From a message to the bytes of a mail (RFC 5322), the same each time they are asked for.

Everything that leaves comes from `MessageQuerySet.public()`: notes and unverified mail cannot get in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from email.utils import format_datetime
from functools import cached_property
from html import escape
from itertools import chain

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from guichet.channels.base import Refused
from guichet.channels.email import tokens
from guichet.channels.email.sending import fields, parts
from guichet.kit.files import BlobStore
from guichet.kit.lines import one_line
from guichet.kit.text import clean_html
from guichet.kit.text.letters import is_letter, mailed, without_pictures
from guichet.kit.text.plain import lines, paragraphs
from guichet.people.actions import find_person, normal_address
from guichet.people.house import zone
from guichet.people.models import Identity
from guichet.tickets.models import Inbox, Message, MessageKind
from guichet.tickets.models.inbox import QuoteHistory

REFERENCES = 20  # Message-IDs in one header: the first and the latest
HISTORY_MESSAGES = 30
LATEST = 200  # messages whose heads are looked at first; at least REFERENCES and HISTORY_MESSAGES
HISTORY_CHARACTERS = 100_000
_IS_REPLY = re.compile(r"\s*(re|aw|antw|rép|ref|réf|sv)\s*(\[\d+\])?\s*:", re.IGNORECASE)
_AUTO = {"auto-reply": "auto-replied", "auto-generated": "auto-generated"}


def compose(message: Message) -> bytes:
    """The whole mail with CRLF line ends, 7 bit unless an address needs SMTPUTF8. Raises channels.base.Refused."""
    language = _language(message)
    before = _Before(message)
    with translation.override(language):
        try:
            return _headers(message, before, language) + _body(message, before, language)
        except fields.BadField as bad:
            raise Refused(str(bad)) from bad


def recipients(message: Message) -> list[str]:
    """To, Cc and Bcc as addresses for the envelope, each once. Raises Refused where one is no address."""
    found: dict[str, str] = {}
    for entry in (*message.to, *message.cc, *message.bcc):
        try:
            address = fields.address(entry["address"])
        except fields.BadField as bad:
            shown = one_line(entry["address"], 100)
            raise Refused(_("%(address)s is not a mail address.") % {"address": shown}) from bad
        found.setdefault(address.lower(), address)
    if not message.to:
        raise Refused(_("This message has no recipient."))
    return list(found.values())


def envelope_sender(message: Message) -> str:
    """Where bounces go: an address that names the message; nowhere for automatic answers (RFC 3834 3.3)."""
    return "" if message.auto else tokens.return_path(message.ticket.inbox, message.pk, sender(message))


def sender(message: Message) -> str:
    """The address of the inbox that a message leaves under: one of its aliases, or its own."""
    inbox = message.ticket.inbox
    return message.from_address if message.from_address in inbox.aliases else inbox.address


def _language(message: Message) -> str:
    """The customer's; a third party is written to in that of the inbox."""
    inbox = message.ticket.inbox
    return inbox.language if message.side_id else message.ticket.language or inbox.language


class _Before:
    """The conversation as it stood when the message was written: the public one, or that with its third party.

    The two never meet: what a third party wrote or was told is not quoted to the customer, nor the other way round.
    `rows` are the latest messages, without their words; what is older is asked for where it matters.
    """

    def __init__(self, message: Message) -> None:
        self.message = message
        rows = Message.objects.public(message.side_id).filter(ticket=message.ticket_id, pk__lt=message.pk)
        self._all = rows.defer("text", "reply", "html")
        latest = list(self._all.order_by("-at", "-pk")[: LATEST + 1])
        self._is_whole = len(latest) <= LATEST
        self.rows = latest[:LATEST][::-1]

    @cached_property
    def answered(self) -> Message | None:
        """The message this one answers: the one it names, else the latest from outside, else our own latest."""
        named = self.message.in_reply_to
        if named and (found := self._latest(Q(message_id=named), lambda one: one.message_id == named)):
            return found
        inbound = self._latest(Q(kind=MessageKind.INBOUND), lambda one: one.kind == MessageKind.INBOUND)
        return inbound or self._latest(Q(auto=""), lambda one: not one.auto)

    def _latest(self, rule: Q, fits: Callable[[Message], bool]) -> Message | None:
        found = next((one for one in reversed(self.rows) if fits(one)), None)
        if found is not None or self._is_whole:
            return found
        return self._all.filter(rule).order_by("-at", "-pk").first()

    def chain(self) -> list[str]:
        """Message-IDs of the conversation, oldest first, the one answered last (RFC 5322 3.6.4)."""
        ids = [one.message_id for one in (*self._oldest, *self.rows)]
        if self.answered is not None:
            ids = [one for one in ids if one != self.answered.message_id] + [self.answered.message_id]
        chain = list(dict.fromkeys(one for one in ids if fields.is_message_id(one)))
        return chain if len(chain) <= REFERENCES else [chain[0], *chain[1 - REFERENCES :]]

    @cached_property
    def _oldest(self) -> list[Message]:
        """Where the conversation began, if the latest do not reach back to it."""
        return [] if self._is_whole else list(self._all.order_by("at", "pk")[:REFERENCES])

    @cached_property
    def has_secrets(self) -> bool:
        """Whether anything came encrypted."""
        return any(one.came_encrypted for one in self.rows) or (
            not self._is_whole and self._all.came_encrypted().exists()
        )

    def _earlier(self) -> Iterator[Message]:
        """All that is older than `rows`, a few at a time."""
        first = self.rows[0]
        older = Q(at__lt=first.at) | Q(at=first.at, pk__lt=first.pk)
        return self._all.filter(older).order_by("-at", "-pk").iterator(chunk_size=LATEST)

    @cached_property
    def requester(self) -> set[str]:
        """All addresses of the person who asked; in talk with a third party he is nobody."""
        if self.message.side_id is not None:
            return set()
        rows = Identity.objects.filter(person=self.message.ticket.requester_id)
        return set(rows.values_list("value", flat=True))

    def has_newcomer(self) -> bool:
        """Whether somebody gets this who took no part so far: history is never handed to him (security A1)."""
        message = self.message
        goes_to = (*message.to, *message.cc, *message.bcc)
        unknown = {normal_address(entry["address"]) for entry in goes_to} - self.requester
        for one in chain(self.rows, () if self._is_whole else self._earlier()):
            if not unknown:
                return False
            unknown -= _part_of(one)
        return bool(unknown)

    def quoted(self) -> list[Message]:
        """What the inbox quotes below a reply, newest first; nothing that came encrypted, which anybody may send on."""
        choice = self.message.ticket.inbox.quote_history
        if self.message.auto or choice == QuoteHistory.NONE or self.has_newcomer():
            return []
        if choice == QuoteHistory.LAST:
            wanted = [self.answered.pk] if self.answered is not None else []
        else:
            wanted = [one.pk for one in self.rows if not one.auto][-HISTORY_MESSAGES:]
        said = Message.objects.public(self.message.side_id).came_open()
        return list(said.filter(pk__in=wanted).order_by("-at", "-pk"))


def _part_of(message: Message) -> set[str]:
    """Who took part with it: who wrote it, or to whom it went."""
    if message.kind == MessageKind.INBOUND:
        return {normal_address(message.from_address)}
    return {normal_address(entry["address"]) for entry in (*message.to, *message.cc, *message.bcc)}


def _headers(message: Message, before: _Before, language: str) -> bytes:
    inbox = message.ticket.inbox
    name, own = one_line(inbox.name, 120), fields.address(sender(message))
    chain = before.chain()
    out = [
        fields.mailboxes("From", [(name, own)]),
        fields.mailboxes("To", _people(message.to)),
        fields.mailboxes("Cc", _people(message.cc)) if message.cc else b"",
        fields.text("Subject", _subject(message, before)),
        fields.plain("Date", format_datetime(message.send_at or message.at)),
        fields.message_ids("Message-ID", [message.message_id]),
        fields.message_ids("In-Reply-To", chain[-1:]) if chain else b"",
        fields.message_ids("References", chain) if chain else b"",
    ]
    answer_to = fields.address(_reply_to(message, before))
    if answer_to != own:
        out.append(fields.mailboxes("Reply-To", [(name, answer_to)]))
    if message.auto:
        out.append(fields.plain("Auto-Submitted", _AUTO.get(message.auto, "auto-generated")))
        out.append(fields.plain("X-Auto-Response-Suppress", "All"))
    out.append(fields.plain("Content-Language", language))
    out.append(fields.plain("MIME-Version", "1.0"))
    return b"".join(out)


def _people(entries: Iterable[dict[str, str]]) -> list[tuple[str, str]]:
    return [(one_line(entry.get("name", ""), 200), fields.address(entry["address"])) for entry in entries]


def _reply_to(message: Message, before: _Before) -> str:
    """The signed address of the first recipient: one mail goes to all, and he is the one it speaks to."""
    ticket, address, alias = message.ticket, message.to[0]["address"], sender(message)
    if normal_address(address) in before.requester:
        return tokens.reply_address(ticket.inbox, ticket.pk, ticket.requester_id, alias)
    person = find_person(address)
    if person is None:
        return alias
    return tokens.reply_address(ticket.inbox, ticket.pk, person.pk, alias, side_id=message.side_id)


def _subject(message: Message, before: _Before) -> str:
    """A reply stays under the subject its reader knows, even if the ticket was renamed: mail programs thread by it."""
    if message.auto:
        # Automatic mail carries no word of the sender's (security A5).
        return message.subject or _("Your request %(number)s") % {"number": message.ticket.number}
    if message.subject and message.subject != message.ticket.subject:
        return message.subject
    answered = before.answered
    if before.has_secrets:
        # The subject may have come in secret too, and whoever sent the mail on under his own name must not learn it.
        return "Re: " + _("Your request %(number)s") % {"number": message.ticket.number}
    subject = one_line((answered.subject if answered else "") or message.ticket.subject, 900)
    return subject if _IS_REPLY.match(subject) or answered is None else f"Re: {subject}"


def _body(message: Message, before: _Before, language: str) -> bytes:
    boundaries = parts.Boundaries(message.message_id)
    plain, html = _words(message, before)
    page = f'<!DOCTYPE html><html lang="{language}"><body>{clean_html(html).html}</body></html>'
    blobs = BlobStore(settings.DATA / "blobs")
    pictures: list[bytes] = []
    files: list[bytes] = []
    for file in message.attachments.all():
        is_shown = file.is_inline and fields.is_message_id(file.content_id) and f"cid:{file.content_id}" in page
        content_id = file.content_id if is_shown else ""
        name, content = one_line(file.name, 255), blobs.get(file.digest)
        part = parts.file_part(name, file.content_type, content, content_id=content_id)
        (pictures if is_shown else files).append(part)
    kind = {"type": "text/html"}  # RFC 2387
    html_part = parts.multipart("related", [parts.text_part("html", page), *pictures], boundaries.next(), kind)
    words = parts.multipart("alternative", [parts.text_part("plain", plain), html_part], boundaries.next())
    return parts.multipart("mixed", [words, *files], boundaries.next())


def _words(message: Message, before: _Before) -> tuple[str, str]:
    """Text and HTML: what was newly written, the signature, the history."""
    inbox = message.ticket.inbox
    plain, signature = message.text.strip(), _signature(message)
    html = (mailed(message.html) if is_letter(message.html) else message.html) or paragraphs(plain)
    if signature:
        plain += f"\n\n-- \n{signature}"
        html += f"<p>-- <br>{lines(signature)}</p>"
    room = HISTORY_CHARACTERS
    for one in before.quoted():
        said = (one.reply or one.text).strip()[:room]
        room -= len(said)
        if said:
            line = _attribution(one, inbox)
            plain += f"\n\n{line}\n" + "\n".join(f"> {row}".rstrip() for row in said.splitlines())
            html += f'<div class="gmail_quote"><p>{escape(line)}</p>'
            html += f'<blockquote type="cite">{_quote(one, said)}</blockquote></div>'
    return plain, html


def _quote(message: Message, said: str) -> str:
    """What we wrote keeps its markup in a quote; what strangers sent is quoted by its words alone."""
    is_whole = message.kind == MessageKind.OUTBOUND and said == message.text.strip() and is_letter(message.html)
    return mailed(without_pictures(message.html)) if is_whole else paragraphs(said)


def _signature(message: Message) -> str:
    """That of the inbox in the language of the mail; {agent} is the name of whoever wrote it."""
    inbox = message.ticket.inbox
    own = inbox.wording.get(_language(message), {}).get("signature") or inbox.signature
    agent = message.author.name if message.author_id and message.author else ""
    return own.replace("{agent}", agent or inbox.name).strip()


def _attribution(message: Message, inbox: Inbox) -> str:
    is_inbound = message.kind == MessageKind.INBOUND
    name = (message.from_name or message.from_address) if is_inbound else (inbox.name or inbox.address)
    when = date_format(timezone.localtime(message.at, zone()), "DATETIME_FORMAT")
    return _("On %(date)s, %(name)s wrote:") % {"date": when, "name": one_line(name, 200)}
