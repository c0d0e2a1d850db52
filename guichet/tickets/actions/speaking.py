"""Words of the desk: replies that go out, notes that stay, and what became of an outgoing message."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.kit.lines import one_line
from guichet.tickets import agenda, events, mentions
from guichet.tickets.actions.finishing import may_finish
from guichet.tickets.actions.words import (
    GIVE_UP_AFTER,
    Refused,
    Stale,
    Words,
    back_to_work,
    bring_back,
    change_owner,
    change_status,
    locked,
    mark_seen,
    message_of,
    not_merged,
    not_to_the_customer,
    preview,
    save,
    store,
    to_the_outside,
)
from guichet.tickets.events import By, record
from guichet.tickets.models import Delivery, Event, Message, MessageKind, Return, Status, Step, Ticket


def reply(
    ticket: Ticket,
    words: Words,
    by: By,
    *,
    seen: int | None,
    anyway: bool = False,
    status: Status | None = None,
    takes_over: bool = True,
) -> Message:
    """An answer to the outside, queued for sending.

    `seen` is the version its author looked at: if anyone wrote since, `Stale` is raised, and only
    `anyway` (a second, deliberate step, which the log keeps) sends it all the same. A reply takes
    an unowned ticket into its author's hands, unless `takes_over` is switched off. With `words.side` it goes to that
    third party, and the customer waits on; so he does until a reply with `words.send_at` has gone out. Raises Refused
    without recipient or words.
    """
    words = to_the_outside(ticket.inbox, words)
    if words.side is not None:
        not_to_the_customer(ticket, words)
    at = by.at or timezone.now()
    with transaction.atomic():
        ticket = locked(ticket)
        not_merged(ticket)
        since = unseen(ticket, seen) if seen is not None else []
        if since and not anyway:
            raise Stale(ticket, since)
        if status is not None:
            may_finish(ticket, status, by)
        message = message_of(ticket, MessageKind.OUTBOUND, words, by.person, at)
        store([message], [words])
        if not words.auto:
            ticket.last_message_at = max(ticket.last_message_at, at)
            if words.side is None and words.send_at is None:
                ticket.preview, ticket.waiting_since = preview(words), None
        changes: dict[str, list[Any]] = {"unseen": [0, len(since)]} if since else {}
        if by.person and not words.auto:
            changes["agenda"] = [agenda.snapshot(ticket), None]  # for whoever takes the words back
            agenda.taken_up(ticket, at)
            agenda.expect(ticket, Step.WAIT_OTHER if words.side else Step.WAIT_CUSTOMER, words.send_at or at)
        save(ticket, "preview", "waiting_since", "last_message_at")
        written = record(ticket, events.WRITTEN, by, message=message, changes=changes)
        if by.person and not words.auto:
            after = replace(by, cause=written)
            if takes_over and ticket.assignee_id is None and by.person.is_agent:
                change_owner(ticket, by.person, ticket.team, after)
            target = status or (Status.IN_PROGRESS if ticket.status == Status.OPEN else None)
            if target:
                change_status(ticket, target, after)
            mark_seen(ticket, by.person, at)
    return message


def add_note(ticket: Ticket, words: Words, by: By) -> Message:
    """Words among agents: never sent, never quoted, never shown to a customer. Whom they name is told (mentions)."""
    if not (words.text.strip() or words.html or words.files):
        raise Refused(_("A note needs words."))
    at = by.at or timezone.now()
    with transaction.atomic():
        ticket = locked(ticket)
        not_merged(ticket)
        message = message_of(ticket, MessageKind.NOTE, words, by.person, at)
        store([message], [words])
        if by.person is not None:
            mentions.keep(ticket, message)
        ticket.last_message_at = max(ticket.last_message_at, at)
        save(ticket, "last_message_at")
        record(ticket, events.NOTED, by, message=message)
        if by.person:
            mark_seen(ticket, by.person, at)
    return message


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
        if message.auto:
            return
        after = By(via="system", cause=event)
        if delivery == Delivery.FAILED:
            bring_back(back_to_work(message, after), Return.BOUNCED, after)
        elif delivery == Delivery.UNCERTAIN:
            bring_back(locked(message.ticket), Return.UNCERTAIN, after)
        elif delivery == Delivery.SENT and message.send_at is not None and message.side_id is None:
            _answered(message, message.send_at)


def _answered(message: Message, send_at: datetime) -> None:
    """A reply that went out at its chosen time: until then the customer was waiting."""
    ticket = locked(message.ticket)
    later = ticket.messages.public().filter(kind=MessageKind.INBOUND, auto="", at__gt=send_at)
    if not later.exists():
        ticket.preview, ticket.waiting_since = one_line(message.reply or message.text, 200), None
        save(ticket, "preview", "waiting_since")


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


def unseen(ticket: Ticket, seen: int) -> list[Event]:
    """Events after version `seen` that brought new words (our own acknowledgements apart)."""
    if ticket.version == seen:
        return []
    words = ticket.events.filter(version__gt=seen, kind__in=events.NEWS).filter(~_AUTOMATIC)
    return list(words.select_related("message", "actor").order_by("id"))


_AUTOMATIC = Q(message__kind=MessageKind.OUTBOUND) & ~Q(message__auto="")
