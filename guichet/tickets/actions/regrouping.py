"""Where a message stands, once people have looked at it: a sender let in, a message moved, a matter split off.

Answers follow the messages they name, so late ones to either number land where the words stand now. Each act records
what it moved, from where and to where; its reverse reads that back, now or weeks later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from guichet.kit.lines import one_line
from guichet.tickets import events
from guichet.tickets.actions.words import FINISHED, Refused, change_status, reread, save
from guichet.tickets.events import By, record
from guichet.tickets.models import Event, Message, MessageKind, Status, Ticket

LINKS = 5  # from ticket to ticket, before nobody follows any more


def accept_sender(message: Message, by: By) -> None:
    """A stranger's words join the conversation, and he takes part from here on: they wake the ticket as any others."""
    with transaction.atomic():
        ticket, message = _both_locked(message)
        if message.kind != MessageKind.INBOUND or message.is_verified:
            raise Refused(_("This message is part of the conversation already."))
        message.is_verified = True
        message.save(update_fields=["is_verified"])
        accepted = _record(ticket, events.ACCEPTED, by, message)
        _wake(ticket, message, replace(by, cause=accepted))


def set_apart(message: Message, by: By) -> None:
    """The reverse of `accept_sender`: the words stay on the ticket, apart from the conversation."""
    with transaction.atomic():
        ticket, message = _both_locked(message)
        if message.kind != MessageKind.INBOUND or not message.is_verified:
            raise Refused(_("This message stands apart already."))
        accepted = ticket.events.filter(kind=events.ACCEPTED, message=message).last()
        if accepted is None:
            raise Refused(_("Nobody had let this sender in."))
        message.is_verified = False
        message.save(update_fields=["is_verified"])
        apart = _record(ticket, events.SET_APART, by, message)
        _take_back_status(ticket, [accepted], replace(by, cause=apart))


def join(message: Message, ticket: Ticket, by: By) -> None:
    """The only words of a new ticket go to the ticket they belong to; theirs is closed and leads there.

    Where they answer a message of a side conversation they join that: the customer reads none of it.
    The caller has fetched both tickets through `visible_to`. Raises Refused where a conversation has begun.
    """
    with transaction.atomic():
        moving = Message.objects.filter(ticket=message.ticket_id)
        home, ticket = _pair_locked(moving, message.ticket_id, ticket.pk)
        message = _still_there(message, home)
        said = home.messages.filter(auto="").exclude(kind=MessageKind.NOTE).exclude(author=message.author)
        if home.pk == ticket.pk or message.kind != MessageKind.INBOUND or said.exists():
            raise Refused(_("Others have written here already: this ticket is more than one message."))
        message.suggested = None
        message.save(update_fields=["suggested"])
        side = _named_side(home, ticket)
        moved = _carry(home.messages.values_list("pk", flat=True), home, ticket)
        facts = {**_from_to(home, ticket), "messages": [[], moved], "side": [None, side]}
        _into_side(moved, side)
        message.side_id = side
        joined = _record(ticket, events.JOINED, by, message, facts)
        _left(home, ticket, by)
        message.ticket = ticket
        if message.is_verified:
            _wake(ticket, message, replace(by, cause=joined))


def joined_from(message: Message) -> int | None:
    """The id of the ticket that `unjoin` would put this message back on."""
    joined = message.ticket.events.filter(kind=events.JOINED, message=message).last()
    return joined.changes["ticket"][0] if joined is not None else None


def unjoin(message: Message, home: Ticket, by: By) -> Ticket:
    """The reverse of `join`: all that came with the message goes back to its own ticket, which is returned.

    `home` is that ticket (`joined_from`); the caller has fetched both through `visible_to`. Raises Refused.
    """
    with transaction.atomic():
        joined = message.ticket.events.filter(kind=events.JOINED, message=message).last()
        if joined is None or joined.changes["ticket"][0] != home.pk:
            raise Refused(_("This message did not come from another ticket."))
        moving = Message.objects.filter(pk__in=[message.pk, *joined.changes["messages"][1]])
        home, ticket = _pair_locked(moving, joined.changes["ticket"][0], message.ticket_id)
        message = _still_there(message, ticket)
        back_there = _carry(joined.changes["messages"][1], ticket, home)
        side = joined.changes.get("side", [None, None])[1]
        Message.objects.filter(pk__in=back_there, side=side).update(side=None)
        message.suggested, message.ticket = ticket, home
        message.save(update_fields=["suggested"])
        back = _record(home, events.JOINED, by, message, {**_from_to(ticket, home), "messages": [[], []]})
        away = _record(ticket, events.LEFT, by, None, _from_to(ticket, home))
        left = home.events.filter(kind=events.LEFT).order_by("-id")[:1]
        _take_back_status(home, left, replace(by, cause=back))
        _take_back_status(ticket, [joined], replace(by, cause=away))
    return home


def split(message: Message, by: By, *, with_later: bool = False) -> Ticket:
    """A customer's message (and all that was said after it) becomes a ticket of its own, its author's; returned.

    What the message alone had done to its old ticket is taken back. Raises Refused where nothing would be left there.
    """
    with transaction.atomic():
        later = Q(at__gt=message.at) | Q(at=message.at, pk__gt=message.pk) if with_later else Q(pk=None)
        of_ticket = Q(ticket=message.ticket_id, side=None)
        moving = Message.objects.filter(Q(pk=message.pk) | later & of_ticket)
        ticket = _locked(moving, message.ticket_id)[message.ticket_id]
        message = _still_there(message, ticket)
        if message.kind != MessageKind.INBOUND or message.author is None:
            raise Refused(_("Only what a customer wrote can become a ticket of its own."))
        if not ticket.messages.filter(auto="").exclude(pk__in=moving).exists():
            raise Refused(_("This ticket has no other words: it is a ticket of its own already."))
        new = Ticket.objects.create(
            subject=one_line(message.subject, 500) or ticket.subject,
            requester=message.author,
            inbox_id=ticket.inbox_id,
            team_id=ticket.team_id,
            language=message.author.language or ticket.language,
            created_at=message.at,
            updated_at=message.at,
            last_message_at=message.at,
        )
        was_verified, side = message.is_verified, message.side_id
        message.is_verified = was_verified or message.trust.get("verdict") != "fail"
        message.side = None
        message.save(update_fields=["is_verified", "side"])
        moved = _carry(moving.values_list("pk", flat=True), ticket, new)
        facts = {
            **_from_to(ticket, new), "messages": [[], moved], "verified": [was_verified, message.is_verified],
            "side": [side, None],
        }  # fmt: skip
        _record(new, events.SPLIT_OFF, by, message, facts)
        away = _record(ticket, events.SPLIT, by, None, _from_to(ticket, new))
        _take_back_status(ticket, Event.objects.filter(message=message, kind=events.RECEIVED), replace(by, cause=away))
    return new


def split_from(ticket: Ticket) -> int | None:
    """The id of the ticket that `unsplit` would put the words of this one back on."""
    split_off = ticket.events.filter(kind=events.SPLIT_OFF).last()
    return split_off.changes["ticket"][0] if split_off is not None else None


def unsplit(ticket: Ticket, home: Ticket, by: By) -> Ticket:
    """The reverse of `split`: all that stands on `ticket` goes back to the one it came from, which is returned.

    `home` is that ticket (`split_from`); the caller has fetched both through `visible_to`. What was said since with
    somebody who had been a third party goes back into the talk with him. Raises Refused.
    """
    with transaction.atomic():
        split_off = ticket.events.filter(kind=events.SPLIT_OFF).last()
        if split_off is None or split_off.message is None or not ticket.messages.exists():
            raise Refused(_("This ticket was not split off from another."))
        if split_off.changes["ticket"][0] != home.pk:
            raise Refused(_("This ticket was not split off from another."))
        home, ticket = _pair_locked(ticket.messages.all(), split_off.changes["ticket"][0], ticket.pk)
        message = _still_there(split_off.message, ticket)
        message.is_verified = split_off.changes["verified"][0]
        message.save(update_fields=["is_verified"])
        moved = _carry(ticket.messages.values_list("pk", flat=True), ticket, home)
        side = split_off.changes.get("side", [None])[0]
        _into_side(moved, side)
        message.ticket, message.side_id = home, side
        facts = {**_from_to(ticket, home), "messages": [[], moved], "side": [None, side]}
        joined = _record(home, events.JOINED, by, message, facts)
        _left(ticket, home, by)
        if message.is_verified:
            _wake(home, message, replace(by, cause=joined))
    return home


def keep(message: Message, by: By, *, is_kept: bool = True) -> None:
    """An agent looked: the message belongs where it stands, and no other place is suggested; or the reverse."""
    with transaction.atomic():
        ticket, message = _both_locked(message)
        if is_kept:
            changes: dict[str, list[Any]] = {"kept": [False, True], "suggested": [message.suggested_id, None]}
            message.suggested = None
        else:
            kept = ticket.events.filter(kind=events.KEPT, message=message).last()
            suggested = kept.changes["suggested"][0] if kept else None
            message.suggested = Ticket.objects.filter(pk=suggested).first() if suggested else None
            changes = {"kept": [True, False], "suggested": [None, suggested]}
        message.save(update_fields=["suggested"])
        _record(ticket, events.KEPT, by, message, changes)


def moved_to(ticket: Ticket) -> Ticket:
    """The ticket itself or, once all its messages went elsewhere, the one that they went to."""
    for _link in range(LINKS):
        if ticket.messages.exists():
            break
        left = ticket.events.filter(kind=events.LEFT).last()
        target = Ticket.objects.filter(pk=left.changes["ticket"][1]).first() if left else None
        if target is None:
            break
        ticket = target
    return ticket


def _both_locked(message: Message) -> tuple[Ticket, Message]:
    ticket = _locked(Message.objects.filter(pk=message.pk), message.ticket_id)[message.ticket_id]
    return ticket, _still_there(message, ticket)


def _pair_locked(moving: QuerySet[Message], first: int, second: int) -> tuple[Ticket, Ticket]:
    rows = _locked(moving, first, second)
    return rows[first], rows[second]


def _locked(moving: QuerySet[Message], *tickets: int) -> dict[int, Ticket]:
    """These tickets, locked after the messages to be moved and each kind by number: as a sender locks, who has the
    message before he writes to its ticket, and as other acts do, so that no two wait for one another.
    """
    while True:
        before = transaction.savepoint()
        held = list(moving.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        rows = {row.pk: row for row in Ticket.objects.select_for_update().filter(pk__in=tickets).order_by("pk")}
        if not rows.keys() >= set(tickets):
            raise Refused(_("That ticket is no longer there."))
        if not moving.exclude(pk__in=held).exists():
            return rows
        transaction.savepoint_rollback(before)  # one more was written meanwhile: let go of all and begin anew


def _still_there(message: Message, ticket: Ticket) -> Message:
    """The message, if it still stands on this ticket: somebody may have moved it since the page was drawn."""
    found = Message.objects.filter(pk=message.pk, ticket=ticket).first()
    if found is None:
        raise Refused(_("Somebody has moved this message meanwhile."))
    found.ticket = ticket
    return found


def _carry(messages: Iterable[int], home: Ticket, ticket: Ticket) -> list[int]:
    """Put these messages of one ticket on the other; their ids."""
    moved = list(home.messages.filter(pk__in=list(messages)).order_by("pk").values_list("pk", flat=True))
    Message.objects.filter(pk__in=moved).update(ticket=ticket)
    return moved


def _named_side(home: Ticket, ticket: Ticket) -> int | None:
    """The side conversation of `ticket` that words of `home` answer, if any."""
    answered = home.messages.filter(kind=MessageKind.INBOUND).exclude(in_reply_to="").values("in_reply_to")
    named = ticket.messages.filter(message_id__in=answered, side__isnull=False)
    return named.order_by("-pk").values_list("side", flat=True).first()


def _into_side(messages: Iterable[int], side: int | None) -> None:
    """What was said openly belongs to this side conversation from now on; notes are for agents only in any case."""
    if side is not None:
        open_words = Message.objects.filter(pk__in=list(messages), side=None).exclude(kind=MessageKind.NOTE)
        open_words.update(side=side)


def _from_to(home: Ticket, ticket: Ticket) -> dict[str, list[Any]]:
    return {"ticket": [home.pk, ticket.pk]}


def _record(
    ticket: Ticket, kind: str, by: By, message: Message | None, changes: dict[str, list[Any]] | None = None
) -> Event:
    """The act in the log, and the ticket with whose turn it is and its latest words worked out anew."""
    reread(ticket)
    said = ticket.messages.exclude(~Q(auto=""), kind=MessageKind.OUTBOUND)
    latest = said.order_by("-at").values_list("at", flat=True).first()
    ticket.last_message_at = latest or ticket.last_message_at
    if ticket.status in FINISHED:
        ticket.waiting_since = None
    save(ticket, "preview", "waiting_since", "last_message_at")
    return record(ticket, kind, by, message=message, changes=changes)


def _left(home: Ticket, ticket: Ticket, by: By) -> None:
    """A ticket without words is closed, and leads to where they went."""
    left = _record(home, events.LEFT, by, None, _from_to(home, ticket))
    change_status(home, Status.CLOSED, replace(by, cause=left))


def _wake(ticket: Ticket, message: Message, by: By) -> None:
    if not message.auto and ticket.status in (*FINISHED, Status.PENDING):
        if message.side_id is None:
            ticket.waiting_since = ticket.waiting_since or message.at
        change_status(ticket, Status.OPEN, by)


def _take_back_status(ticket: Ticket, causes: Sequence[Event] | Iterable[Event], by: By) -> None:
    """Set back the status that one of these events had changed, if nobody changed it again."""
    changed = ticket.events.filter(kind=events.STATUS_CHANGED).order_by("-id").first()
    if changed is not None and changed.cause_id in {event.pk for event in causes}:
        reread(ticket)
        change_status(ticket, Status(changed.changes["status"][0]), by)
