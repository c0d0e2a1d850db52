"""What the actions share: the words that are said, why an action is not done, and the rows they write."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.kit.lines import one_line
from guichet.people.actions import normal_address
from guichet.people.models import Identity, Person, Team
from guichet.tickets import agenda, events
from guichet.tickets.actions import holding
from guichet.tickets.events import By, record
from guichet.tickets.models import (
    OPEN_STATUSES,
    Attachment,
    Delivery,
    Event,
    HeldFor,
    Inbox,
    Message,
    MessageKind,
    Return,
    Seen,
    SideConversation,
    Status,
    Step,
    Ticket,
)
from guichet.tickets.models.message import MESSAGE_ID_LENGTH
from guichet.tickets.participants import is_ours, own_addresses

BY_DESK = By(via="outbox")
LATEST = timedelta(days=366)  # that words may wait for their time
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
    """What is said: the common form of a mail taken in, a reply and a note.

    Of what goes out, `from_address` is the alias it leaves under, `in_reply_to` the Message-ID of the message it
    answers, and `send_at` the time before which it stays here.
    """

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
    trust: dict[str, Any] = field(default_factory=dict)
    seals: Sequence[dict[str, Any]] = ()
    side: SideConversation | None = None
    suggested: Ticket | None = None
    send_at: datetime | None = None


def new_message_id(inbox: Inbox) -> str:
    """An unguessable Message-ID (160 bit) under the inbox's own domain, without angle brackets."""
    return f"{secrets.token_hex(20)}@{inbox.address.rpartition('@')[2]}"


def mark_seen(ticket: Ticket, person: Person, at: datetime | None = None) -> None:
    Seen.objects.bulk_create(
        [Seen(ticket=ticket, person=person, at=at or timezone.now())],
        update_conflicts=True,
        unique_fields=["person", "ticket"],
        update_fields=["at"],
    )


def mark_unseen(ticket: Ticket, person: Person) -> None:
    Seen.objects.filter(ticket=ticket, person=person).delete()


def locked(ticket: Ticket) -> Ticket:
    """As it is, and nobody else's until the transaction ends."""
    if (held := holding.held(ticket)) is not None:
        return held.ticket
    return Ticket.objects.select_for_update().get(pk=ticket.pk)


def not_merged(ticket: Ticket) -> None:
    """Nobody writes or decides on a ticket whose words stand elsewhere. Raises Refused."""
    if ticket.merged_into is not None:
        number = {"number": f"#{ticket.merged_into.number}"}
        raise Refused(_("This ticket is merged into %(number)s: go on there, or undo the merge first.") % number)


def save(ticket: Ticket, *fields: str) -> None:
    """The fields that an action changed; what is next and when goes along, because nearly every action moves it."""
    ticket.version += 1
    ticket.updated_at = timezone.now()
    changed = (*fields, *agenda.FIELDS, "version", "updated_at")
    if (held := holding.held(ticket)) is not None and held.ticket is ticket:
        held.changed.update(changed)
    else:
        ticket.save(update_fields=changed)


def put(ticket: Ticket, name: str, value: Any, kind: str, by: By, *, is_prose: bool = False) -> Ticket:
    """Another value of one field of a ticket's own row; nothing happens where it has that already. The log tells what
    it was and is, in keys and plain values; prose stands in no log.
    """
    column = Ticket._meta.get_field(name).attname  # type: ignore[union-attr]  # a column, of those that are named
    new = value.pk if isinstance(value, models.Model) else value
    with holding.act():
        ticket = locked(ticket)
        was = getattr(ticket, column)
        if was != new:
            setattr(ticket, name, value)
            save(ticket, name)
            record(ticket, kind, by, **({} if is_prose else {"changes": {name: [was, new]}}))
    return ticket


def is_taken_up(by: By) -> bool:
    """Whether a colleague acts here, and not the house by itself."""
    return by.person is not None and by.person.is_agent


def preview(words: Words) -> str:
    return one_line(words.reply or words.text, 200)


def message_of(ticket: Ticket, kind: MessageKind, words: Words, author: Person | None, at: datetime) -> Message:
    """The row of a message, not yet stored. What a person sends waits a few seconds for a change of mind."""
    is_outbound = kind == MessageKind.OUTBOUND
    waits = timedelta(seconds=settings.UNDO_SECONDS) if author is not None and not words.auto else timedelta()
    leaves_at = words.send_at or at + waits
    return Message(
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
        trust=words.trust,
        seals=list(words.seals),
        side=words.side,
        suggested=words.suggested,
        send_at=words.send_at,
        delivery=Delivery.QUEUED if is_outbound else "",
        next_try_at=leaves_at if is_outbound else None,
        give_up_at=max(leaves_at, timezone.now()) + GIVE_UP_AFTER if is_outbound else None,
    )


def store(messages: Sequence[Message], words: Sequence[Words]) -> None:
    """Insert messages with their files: two statements however many they are."""
    Message.objects.bulk_create(messages)
    files = [
        Attachment(
            message=message,
            name=file.name[:255],
            content_type=file.content_type[:255],
            size=file.size,
            digest=file.digest,
            is_inline=file.is_inline,
            content_id=file.content_id[:MESSAGE_ID_LENGTH],
        )
        for message, said in zip(messages, words, strict=True)
        for file in said.files
    ]
    if files:
        Attachment.objects.bulk_create(files)


def change_owner(ticket: Ticket, assignee: Person | None, team: Team, by: By, *, takes_up: bool = False) -> None:
    """`takes_up`: also where no colleague acts no dispatcher need ask any more."""
    changes: dict[str, list[Any]] = {}
    new_owner = assignee.pk if assignee else None
    if ticket.assignee_id != new_owner:
        changes["assignee"] = [ticket.assignee_id, new_owner]
    if ticket.team_id != team.pk:
        changes["team"] = [ticket.team_id, team.pk]
    if changes:
        ticket.assignee, ticket.team = assignee, team
        if takes_up or is_taken_up(by):
            if ticket.returned_at is not None:
                changes["agenda"] = [agenda.snapshot(ticket), None]  # for whoever takes the assignment back
            agenda.taken_up(ticket, by.at or timezone.now())
        save(ticket, "assignee", "team")
        record(ticket, events.ASSIGNED, by, changes=changes)


def change_status(ticket: Ticket, status: Status, by: By) -> None:
    if ticket.status == status:
        return
    was, now = str(ticket.status), by.at or timezone.now()
    changes = {"status": [was, str(status)]}
    ticket.status = status
    if status in FINISHED:
        ticket.waiting_since = None
    if is_taken_up(by):
        agenda.taken_up(ticket, now)
    agenda.follow_status(ticket, was, now)
    save(ticket, "status", "waiting_since")
    changed = record(ticket, events.STATUS_CHANGED, by, changes=changes)
    if was in FINISHED and ticket.assignee is not None and not ticket.assignee.is_agent:
        # Finished work keeps the name of who did it; begun again it needs somebody who is here.
        bring_back(ticket, Return.GONE, By(via="system", cause=changed), keeps_owner=False)


def bring_back(ticket: Ticket, why: Return, by: By, *, owner: Person | None = None, keeps_owner: bool = True) -> None:
    """The locked ticket comes back, with its owner or in other hands; nothing happens to one that is finished.

    With an `owner` to look after it instead it is theirs from now on, and no dispatcher need ask.
    """
    if ticket.status not in OPEN_STATUSES:
        return
    now = timezone.now()
    before, had = agenda.snapshot(ticket), ticket.assignee_id
    has = had if keeps_owner else owner.pk if owner else None
    ticket.snoozed_until = None
    if owner is not None:
        ticket.returned_at, ticket.returned_why = None, ""
        ticket.next_look_at = agenda.look_for(Step(ticket.next_step), now)
    else:
        ticket.returned_at, ticket.returned_why = ticket.returned_at or now, why
        ticket.next_look_at = min(ticket.next_look_at or now, now)
    save(ticket)
    changes = {"why": [before["returned_why"], str(why)], "assignee": [had, has], "agenda": [before, None]}
    returned = record(ticket, events.RETURNED, by, changes=changes)
    if has != had:
        change_owner(ticket, owner, ticket.team, replace(by, person=None, cause=returned))


def no_held_reply(ticket: Ticket) -> None:
    """A reply that was held back is open work. Raises Refused while one waits for a decision."""
    if ticket.messages.filter(delivery=Delivery.HELD).exists():
        raise Refused(_("A reply is held back here: let it go out or take it back first."))


def to_the_outside(inbox: Inbox, words: Words) -> Words:
    """What may leave: with a recipient, with words, under an address of the inbox. Raises Refused."""
    if not words.to:
        raise Refused(_("A reply needs a recipient."))
    if not (words.text.strip() or words.html or words.files):
        raise Refused(_("A reply needs words."))
    if words.auto:
        return words
    if words.send_at is not None and words.send_at > timezone.now() + LATEST:
        raise Refused(_("Choose a time within the next year."))
    ours = own_addresses()
    for entry in (*words.to, *words.cc, *words.bcc):
        if is_ours(entry["address"], ours):
            raise Refused(_("%(address)s is an address of this desk.") % {"address": entry["address"]})
    if words.from_address and words.from_address not in inbox.addresses:
        raise Refused(_("%(address)s is not an address of this inbox.") % {"address": words.from_address})
    return replace(words, from_address="" if words.from_address == inbox.address else words.from_address)


def not_to_the_customer(ticket: Ticket, words: Words) -> None:
    """Talk with a third party never reaches whoever asked, not even by a slip of the hand. Raises Refused."""
    theirs = set(Identity.objects.filter(person=ticket.requester_id).values_list("value", flat=True))
    for entry in (*words.to, *words.cc, *words.bcc):
        if normal_address(entry["address"]) in theirs:
            who = {"address": entry["address"]}
            raise Refused(_("%(address)s is the customer of this ticket: write a reply instead.") % who)


def back_to_work(message: Message, by: By) -> Ticket:
    """Words that did not get out: the ticket is open work again, and its customer waits. The ticket, locked."""
    ticket, now = locked(message.ticket), timezone.now()
    if message.side_id is None:
        ticket.waiting_since = ticket.waiting_since or now
    agenda.expect(ticket, Step.ANSWER if message.side_id is None else Step.WORK, now)
    save(ticket, "waiting_since")
    if ticket.status in (*FINISHED, Status.PENDING):
        change_status(ticket, Status.OPEN, by)
    return ticket


def hold(message: Message, why: HeldFor, facts: dict[str, list[Any]], *, status_after: str = "") -> None:
    """Keep words back until somebody decides; the caller holds the ticket's lock.

    `facts` go into the log. Words that only wait for a colleague open nothing again: their customer waits on anyway.
    """
    message.delivery, message.held_for, message.next_try_at = Delivery.HELD, why, None
    message.status_after = status_after
    message.save(update_fields=["delivery", "held_for", "next_try_at", "status_after"])
    held = record(message.ticket, events.HELD, BY_DESK, message=message, changes=facts)
    if why != HeldFor.RELEASE:
        back_to_work(message, By(via="system", cause=held))


def reread(ticket: Ticket) -> None:
    """Work out the latest words, and since when the customer waits, from the messages that stand there; not saved."""
    said = ticket.messages.public().filter(auto="").order_by("-at", "-pk")
    latest = said.only("reply", "text").first()
    ticket.preview = one_line((latest.reply or latest.text) if latest else "", 200)
    ours = said.filter(kind=MessageKind.OUTBOUND).exclude(delivery=Delivery.FAILED).values_list("at", flat=True).first()
    finished = ticket.events.filter(kind=events.STATUS_CHANGED, changes__status__1__in=FINISHED)
    # Nobody decided so where words only went elsewhere or came back, nor where it was taken back since.
    finished = finished.exclude(cause__kind__in=events.REGROUPED)
    finished = finished.exclude(cause__message__delivery=Delivery.WITHDRAWN)
    done = finished.order_by("-id").values_list("at", flat=True).first()
    answered = max((at for at in (ours, done) if at is not None), default=None)
    asked = said.filter(kind=MessageKind.INBOUND)
    if answered is not None:
        asked = asked.filter(at__gt=answered)
    ticket.waiting_since = asked.order_by("at", "pk").values_list("at", flat=True).first()
    agenda.follow_turn(ticket, timezone.now())
