"""When a reply leaves: taken back, sent now or later, held because somebody wrote meanwhile, let go all the same.

Whoever changes the message's row first wins: the sender commits `sending` on the same row (channels.outbox).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.people.access import needs_release
from guichet.tickets import agenda, events
from guichet.tickets.actions.checked import Guarded, found_in_message, left_over
from guichet.tickets.actions.promising import take_promise_back
from guichet.tickets.actions.speaking import unseen
from guichet.tickets.actions.words import (
    FINISHED,
    GIVE_UP_AFTER,
    LATEST,
    Refused,
    Stale,
    change_status,
    hold,
    locked,
    reread,
    save,
)
from guichet.tickets.events import By, record
from guichet.tickets.models import Delivery, Event, HeldFor, Message, Status, Step, Ticket


def take_back(message: Message, by: By) -> Message:
    """Words that are not yet on their way stay here; the ticket is again as it was before them.

    Raises Refused once the sender has begun, or when somebody may have them already.
    """
    with transaction.atomic():
        message = waiting_here(message, (Delivery.QUEUED, Delivery.HELD))
        ticket = locked(message.ticket)
        message.delivery, message.held_for, message.next_try_at = Delivery.WITHDRAWN, "", None
        message.save(update_fields=["delivery", "held_for", "next_try_at"])
        if message.side_id is None:
            reread(ticket)
        save(ticket, "preview", "waiting_since")
        take_promise_back(ticket, message)
        withdrawn = record(ticket, events.WITHDRAWN, by, message=message)
        status = _status_before(ticket, message)
        if status is not None:
            change_status(ticket, status, replace(by, cause=withdrawn))
        _agenda_before(ticket, message)
    return message


def reschedule(
    message: Message, send_at: datetime | None, by: By, *, seen: int | None, insists: Collection[str] = ()
) -> Message:
    """Another time for words that wait for theirs; None is at once. `seen` and `insists` as in `reply`.

    Raises Refused, Stale, and Guarded for what was held back and nobody has insisted on.
    """
    with transaction.atomic():
        message = waiting_here(message, (Delivery.QUEUED, Delivery.HELD))
        ticket = locked(message.ticket)
        not_stale(ticket, seen)
        if send_at is not None and not timezone.now() < send_at < timezone.now() + LATEST:
            raise Refused(_("Choose a time within the next year."))
        if message.delivery == Delivery.QUEUED:
            queue(ticket, message, send_at)
            record(ticket, events.RESCHEDULED, by, message=message)
            return message
        if message.held_for in (HeldFor.RELEASE, HeldFor.RETURNED):
            raise Refused(_("A colleague has to release this reply."))
        not_guarded(message, by, insists)
        if message.author is not None and needs_release(message.author, ticket.team):
            message.send_at = send_at
            message.save(update_fields=["send_at"])
            save(ticket)
            hold(message, HeldFor.RELEASE, {"release": [message.author.pk, None]})
            return message
        queue(ticket, message, send_at)
        record(ticket, events.RELEASED, by, message=message)
    return message


def queue(ticket: Ticket, message: Message, send_at: datetime | None, *, wait: timedelta = timedelta()) -> None:
    """Into the sender's queue, for then or, after `wait`, for now; the caller holds both rows' locks."""
    now = timezone.now()
    message.delivery, message.held_for, message.delivery_note = Delivery.QUEUED, "", ""
    message.send_at = message.next_try_at = send_at or now + wait
    message.give_up_at = message.send_at + GIVE_UP_AFTER
    fields = ["delivery", "held_for", "delivery_note", "send_at", "next_try_at", "give_up_at"]
    message.save(update_fields=fields)
    agenda.taken_up(ticket, now)
    if ticket.status not in FINISHED:
        step = Step.WAIT_CUSTOMER if message.side_id is None else Step.WAIT_OTHER
        agenda.expect(ticket, step, message.send_at)
    save(ticket)


def not_guarded(message: Message, by: By, insists: Collection[str]) -> None:
    """Raises Guarded for what the guard finds and nobody insists on; the log keeps what somebody does insist on."""
    findings = found_in_message(message, by)
    open_ones = left_over(findings, insists)
    if open_ones:
        raise Guarded(message.ticket, open_ones, message.reply or message.text)
    if findings:
        keys = list(dict.fromkeys(one.key for one in findings))
        record(message.ticket, events.INSISTED, by, message=message, changes={"findings": [[], keys]})


def hold_if_stale(message: Message) -> bool:
    """Keep back words that waited for their time, if somebody wrote meanwhile: an agent decides. Whether it was done.

    The caller is the sender; the ticket stays locked until its transaction ends, so that nobody can write in between.
    """
    with transaction.atomic():
        message = Message.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=message.pk)
        if message.delivery != Delivery.QUEUED or message.tries or message.send_at is None:
            return False
        ticket = locked(message.ticket)
        since = _since(ticket, message)
        if not since:
            return False
        hold(message, HeldFor.NEWS, {"unseen": [0, since]})
    return True


def waiting_here(message: Message, states: tuple[Delivery, ...]) -> Message:
    """The message, locked, if nobody can have it yet. Raises Refused."""
    several = Message.objects.select_for_update(of=("self",)).select_related(
        "ticket__team", "ticket__requester", "author"
    )
    found = several.get(pk=message.pk)
    was_tried = found.tries or found.events.filter(kind=events.RETRIED).exists()
    if found.delivery not in states or found.auto or was_tried:
        raise Refused(_("It is on its way already."))
    return found


def not_stale(ticket: Ticket, seen: int | None) -> None:
    since = unseen(ticket, seen) if seen is not None else []
    if since:
        raise Stale(ticket, since)


def _since(ticket: Ticket, message: Message) -> int:
    """How many people wrote since an agent last decided on these words, their author apart."""
    decided = message.events.aggregate(version=Max("version"))["version"] or 0
    said = ticket.events.filter(version__gt=decided, kind__in=events.NEWS, message__auto="")
    own = Q(actor=message.author_id, kind__in=[events.WRITTEN, events.NOTED])
    return said.exclude(own).exclude(message__delivery=Delivery.WITHDRAWN).count()


def _agenda_before(ticket: Ticket, message: Message) -> None:
    """What was next before these words, if nothing moved it since. On the locked ticket."""
    written = message.events.filter(kind=events.WRITTEN).first()
    if written is None or "agenda" not in written.changes or ticket.status in FINISHED:
        return
    before = written.changes["agenda"][0]
    if before["next_look_at"] and not ticket.events.filter(pk__gt=written.pk, kind__in=events.AGENDA).exists():
        agenda.restore(ticket, before)
        ticket.save(update_fields=agenda.FIELDS)


def _status_before(ticket: Ticket, message: Message) -> Status | None:
    """The status that these words had changed, if nobody changed it again."""
    changed = (
        Event.objects.filter(ticket=ticket, kind=events.STATUS_CHANGED).order_by("-id").select_related("cause").first()
    )
    if changed is None or changed.cause is None or changed.cause.message_id != message.pk:
        return None
    if changed.cause.kind != events.WRITTEN:
        return None
    return Status(changed.changes["status"][0])
