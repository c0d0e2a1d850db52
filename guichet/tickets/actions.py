"""What can be done to a ticket, and the only code that writes one.

Each action locks the row, checks, changes and records in one transaction. Callers have fetched the ticket
through `visible_to`; an action repeats no right, but it holds every invariant of the ticket itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.kit.lines import one_line
from guichet.people.models import Person, Team
from guichet.tickets import events
from guichet.tickets.events import By, record
from guichet.tickets.models import (
    Attachment,
    Delivery,
    Event,
    Inbox,
    Message,
    MessageKind,
    Priority,
    Seen,
    Status,
    Tag,
    Ticket,
)
from guichet.tickets.models.message import MESSAGE_ID_LENGTH

GIVE_UP_AFTER = timedelta(days=5)  # RFC 5321 4.5.4.1: at least 4-5 days of retries
FINISHED = (Status.RESOLVED, Status.CLOSED)
Recipients = Sequence[dict[str, str]]


class Refused(Exception):
    """The action would break the ticket: its message is for the person who asked."""


class Stale(Exception):
    """Somebody wrote since the author last looked: nothing was done; `since` are the events not seen."""

    def __init__(self, ticket: Ticket, since: list[Event]) -> None:
        super().__init__(f"ticket {ticket.number} moved on to version {ticket.version}")
        self.ticket = ticket
        self.since = since


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file whose bytes are already a blob (`digest`)."""

    name: str
    content_type: str
    size: int
    digest: str
    is_inline: bool = False
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What is said: the common form of a mail taken in, a reply and a note."""

    text: str = ""
    reply: str = ""
    html: str = ""
    subject: str = ""
    from_name: str = ""
    from_address: str = ""
    to: Recipients = ()
    cc: Recipients = ()
    bcc: Recipients = ()
    message_id: str = ""
    in_reply_to: str = ""
    auto: str = ""
    is_verified: bool = True
    raw: str = ""
    sent_at: datetime | None = None
    files: Sequence[FileRef] = field(default_factory=tuple)


def new_message_id(inbox: Inbox) -> str:
    """An unguessable Message-ID (160 bit) under the inbox's own domain, without angle brackets."""
    return f"{secrets.token_hex(20)}@{inbox.address.rpartition('@')[2]}"


def open_ticket(
    inbox: Inbox,
    requester: Person,
    words: Words,
    by: By,
    *,
    at: datetime | None = None,
    priority: Priority = Priority.NORMAL,
) -> Ticket:
    """A new request with its first message, which came from the requester."""
    return first_words(inbox, requester, words, by, at=at, priority=priority).ticket


def first_words(
    inbox: Inbox,
    requester: Person,
    words: Words,
    by: By,
    *,
    at: datetime | None = None,
    priority: Priority = Priority.NORMAL,
) -> Message:
    """`open_ticket` for who needs the message: it names its new ticket."""
    at = at or timezone.now()
    with transaction.atomic(savepoint=False):
        ticket = Ticket(
            subject=one_line(words.subject, 500),
            requester=requester,
            inbox=inbox,
            team_id=inbox.team_id,
            priority=priority,
            language=requester.language or inbox.language,
            created_at=at,
            updated_at=at,
            last_message_at=at,
            waiting_since=at,
            preview=_preview(words),
        )
        ticket.save(force_insert=True)
        message = _store(ticket, MessageKind.INBOUND, words, requester, at)
        record(ticket, events.OPENED, by, message=message, at=at)
    return message


def receive(ticket: Ticket, words: Words, author: Person, by: By, *, at: datetime | None = None) -> Message:
    """Words from outside join a ticket. People wake it up; machines and unverified senders change nothing."""
    at = at or timezone.now()
    with transaction.atomic(savepoint=False):
        ticket = _locked(ticket)
        message = _store(ticket, MessageKind.INBOUND, words, author, at)
        is_human = not words.auto and words.is_verified
        if is_human:
            ticket.preview = _preview(words)
            ticket.waiting_since = ticket.waiting_since or at
        ticket.last_message_at = max(ticket.last_message_at, at)
        _save(ticket, "preview", "waiting_since", "last_message_at")
        received = record(ticket, events.RECEIVED, by, message=message, at=at)
        if is_human and ticket.status in (*FINISHED, Status.PENDING):
            _change_status(ticket, Status.OPEN, By(via="system", cause=received, is_quiet=by.is_quiet, at=at))
    return message


def reply(
    ticket: Ticket,
    words: Words,
    by: By,
    *,
    seen: int | None,
    anyway: bool = False,
    status: Status | None = None,
) -> Message:
    """An answer to the outside, queued for sending.

    `seen` is the version its author looked at: if anyone wrote since, `Stale` is raised, and only
    `anyway` (a second, deliberate step, which the log keeps) sends it all the same. A reply takes
    an unowned ticket into its author's hands. Raises Refused without recipient or words.
    """
    if not words.to:
        raise Refused(_("A reply needs a recipient."))
    if not (words.text.strip() or words.html or words.files):
        raise Refused(_("A reply needs words."))
    at = by.at or timezone.now()
    with transaction.atomic():
        ticket = _locked(ticket)
        since = unseen(ticket, seen) if seen is not None else []
        if since and not anyway:
            raise Stale(ticket, since)
        message = _store(ticket, MessageKind.OUTBOUND, words, by.person, at)
        if not words.auto:
            ticket.preview = _preview(words)
            ticket.waiting_since = None
            ticket.last_message_at = max(ticket.last_message_at, at)
        _save(ticket, "preview", "waiting_since", "last_message_at")
        changes: dict[str, list[Any]] = {"unseen": [0, len(since)]} if since else {}
        written = record(ticket, events.WRITTEN, by, message=message, changes=changes)
        if by.person and not words.auto:
            after = replace(by, cause=written)
            if ticket.assignee_id is None and by.person.is_agent:
                _change_owner(ticket, by.person, ticket.team, after)
            target = status or (Status.IN_PROGRESS if ticket.status == Status.OPEN else None)
            if target:
                _change_status(ticket, target, after)
            mark_seen(ticket, by.person, at)
    return message


def add_note(ticket: Ticket, words: Words, by: By) -> Message:
    """Words among agents: never sent, never quoted, never shown to a customer."""
    if not (words.text.strip() or words.html or words.files):
        raise Refused(_("A note needs words."))
    at = by.at or timezone.now()
    with transaction.atomic():
        ticket = _locked(ticket)
        message = _store(ticket, MessageKind.NOTE, words, by.person, at)
        ticket.last_message_at = max(ticket.last_message_at, at)
        _save(ticket, "last_message_at")
        record(ticket, events.NOTED, by, message=message)
        if by.person:
            mark_seen(ticket, by.person, at)
    return message


def assign(ticket: Ticket, assignee: Person | None, by: By, *, team: Team | None = None) -> Ticket:
    """Give the ticket an owner, a team, or both. Raises Refused for somebody who cannot work."""
    if assignee is not None and not assignee.is_agent:
        raise Refused(_("Only an active agent can own a ticket."))
    with transaction.atomic():
        ticket = _locked(ticket)
        _change_owner(ticket, assignee, team or ticket.team, by)
    return ticket


def set_status(ticket: Ticket, status: Status, by: By) -> Ticket:
    with transaction.atomic():
        ticket = _locked(ticket)
        _change_status(ticket, status, by)
    return ticket


def set_priority(ticket: Ticket, priority: Priority, by: By) -> Ticket:
    with transaction.atomic():
        ticket = _locked(ticket)
        if ticket.priority != priority:
            changes = {"priority": [ticket.priority, int(priority)]}
            ticket.priority = priority
            _save(ticket, "priority")
            record(ticket, events.PRIORITY_CHANGED, by, changes=changes)
    return ticket


def set_subject(ticket: Ticket, subject: str, by: By) -> Ticket:
    subject = one_line(subject, 500)
    if not subject:
        raise Refused(_("A ticket needs a subject."))
    with transaction.atomic():
        ticket = _locked(ticket)
        if ticket.subject != subject:
            ticket.subject = subject
            _save(ticket, "subject")
            record(ticket, events.SUBJECT_CHANGED, by)
    return ticket


def set_tags(ticket: Ticket, names: Iterable[str], by: By) -> Ticket:
    """Exactly these tags, lower case; new ones are made."""
    wanted = sorted({cleaned for name in names if (cleaned := one_line(name, 60).lower())})
    with transaction.atomic():
        ticket = _locked(ticket)
        before = sorted(ticket.tags.values_list("name", flat=True))
        if before != wanted:
            Tag.objects.bulk_create([Tag(name=name) for name in wanted], ignore_conflicts=True)
            ticket.tags.set(Tag.objects.filter(name__in=wanted))
            _save(ticket)
            record(ticket, events.TAGGED, by, changes={"tags": [before, wanted]})
    return ticket


def move(ticket: Ticket, inbox: Inbox, by: By) -> Ticket:
    """To another inbox and its team; the owner goes along only as a member of that team."""
    with transaction.atomic():
        ticket = _locked(ticket)
        if ticket.inbox_id != inbox.pk:
            changes = {"inbox": [ticket.inbox_id, inbox.pk]}
            ticket.inbox = inbox
            _save(ticket, "inbox")
            moved = record(ticket, events.MOVED, by, changes=changes)
            owner = ticket.assignee
            stays = owner is not None and inbox.team_id in owner.team_ids
            _change_owner(ticket, owner if stays else None, inbox.team, replace(by, cause=moved))
    return ticket


def delivery_changed(message: Message, delivery: Delivery, by: By, *, note: str = "") -> None:
    """What became of an outgoing message. The caller holds the row's lock.

    A reply that was not delivered leaves the customer waiting: the ticket is open work again.
    """
    kinds = {Delivery.SENT: events.SENT, Delivery.FAILED: events.FAILED, Delivery.UNCERTAIN: events.UNCERTAIN}
    with transaction.atomic():
        message.delivery = delivery
        message.delivery_note = note
        message.next_try_at = None
        message.delivered_at = timezone.now() if delivery == Delivery.SENT else message.delivered_at
        message.save(update_fields=["delivery", "delivery_note", "next_try_at", "delivered_at"])
        event = record(message.ticket, kinds[delivery], by, message=message)
        if delivery == Delivery.FAILED and not message.auto:
            after = By(via="system", cause=event)
            ticket = _locked(message.ticket)
            ticket.waiting_since = ticket.waiting_since or timezone.now()
            _save(ticket, "waiting_since")
            if ticket.status in (*FINISHED, Status.PENDING):
                _change_status(ticket, Status.OPEN, after)


def send_again(message: Message, by: By) -> None:
    """A person asks for one more try of a failed or uncertain message: same Message-ID, same bytes."""
    with transaction.atomic():
        message = Message.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=message.pk)
        if message.delivery not in (Delivery.FAILED, Delivery.UNCERTAIN):
            raise Refused(_("Only a message that was not delivered can be sent again."))
        now = timezone.now()
        message.delivery, message.delivery_note, message.tries = Delivery.QUEUED, "", 0
        message.next_try_at, message.give_up_at = now, now + GIVE_UP_AFTER
        message.save(update_fields=["delivery", "delivery_note", "tries", "next_try_at", "give_up_at"])
        record(message.ticket, events.RETRIED, by, message=message)


def mark_seen(ticket: Ticket, person: Person, at: datetime | None = None) -> None:
    Seen.objects.bulk_create(
        [Seen(ticket=ticket, person=person, at=at or timezone.now())],
        update_conflicts=True,
        unique_fields=["person", "ticket"],
        update_fields=["at"],
    )


def mark_unseen(ticket: Ticket, person: Person) -> None:
    Seen.objects.filter(ticket=ticket, person=person).delete()


def unseen(ticket: Ticket, seen: int) -> list[Event]:
    """Events after version `seen` that brought new words (our own acknowledgements apart)."""
    if ticket.version == seen:
        return []
    words = ticket.events.filter(version__gt=seen, kind__in=events.WORDS).filter(~_AUTOMATIC)
    return list(words.select_related("message", "actor").order_by("id"))


_AUTOMATIC = Q(message__kind=MessageKind.OUTBOUND) & ~Q(message__auto="")


def _locked(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_for_update().get(pk=ticket.pk)


def _save(ticket: Ticket, *fields: str) -> None:
    ticket.version += 1
    ticket.updated_at = timezone.now()
    ticket.save(update_fields=[*fields, "version", "updated_at"])


def _preview(words: Words) -> str:
    return one_line(words.reply or words.text, 200)


def _store(ticket: Ticket, kind: MessageKind, words: Words, author: Person | None, at: datetime) -> Message:
    is_outbound = kind == MessageKind.OUTBOUND
    message = Message.objects.create(
        ticket=ticket,
        kind=kind,
        author=author,
        at=at,
        subject=one_line(words.subject, 998),
        text=words.text,
        reply=words.reply or words.text,
        html=words.html,
        from_name=one_line(words.from_name, 300),
        from_address=one_line(words.from_address, 320),
        to=list(words.to),
        cc=list(words.cc),
        bcc=list(words.bcc),
        message_id=new_message_id(ticket.inbox) if is_outbound else words.message_id[:MESSAGE_ID_LENGTH],
        in_reply_to=words.in_reply_to[:MESSAGE_ID_LENGTH],
        auto=words.auto,
        is_verified=words.is_verified,
        raw=words.raw,
        sent_at=words.sent_at,
        delivery=Delivery.QUEUED if is_outbound else "",
        next_try_at=at if is_outbound else None,
        give_up_at=max(at, timezone.now()) + GIVE_UP_AFTER if is_outbound else None,
    )
    if words.files:
        Attachment.objects.bulk_create(
            Attachment(
                message=message,
                name=file.name[:255],
                content_type=file.content_type[:255],
                size=file.size,
                digest=file.digest,
                is_inline=file.is_inline,
                content_id=file.content_id[:MESSAGE_ID_LENGTH],
            )
            for file in words.files
        )
    return message


def _change_owner(ticket: Ticket, assignee: Person | None, team: Team, by: By) -> None:
    changes: dict[str, list[Any]] = {}
    new_owner = assignee.pk if assignee else None
    if ticket.assignee_id != new_owner:
        changes["assignee"] = [ticket.assignee_id, new_owner]
    if ticket.team_id != team.pk:
        changes["team"] = [ticket.team_id, team.pk]
    if changes:
        ticket.assignee, ticket.team = assignee, team
        _save(ticket, "assignee", "team")
        record(ticket, events.ASSIGNED, by, changes=changes)


def _change_status(ticket: Ticket, status: Status, by: By) -> None:
    if ticket.status == status:
        return
    changes = {"status": [str(ticket.status), str(status)]}
    ticket.status = status
    if status in FINISHED:
        ticket.waiting_since = None
    _save(ticket, "status", "waiting_since")
    record(ticket, events.STATUS_CHANGED, by, changes=changes)
