"""When a reply leaves: taken back, sent now or later, held because somebody wrote meanwhile, let go all the same.

Whoever changes the message's row first wins: the sender commits `sending` on the same row (channels.outbox).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.tickets import agenda, events
from guichet.tickets.actions.speaking import unseen
from guichet.tickets.actions.words import (
    FINISHED,
    GIVE_UP_AFTER,
    Refused,
    Stale,
    back_to_work,
    change_status,
    locked,
    reread,
    save,
)
from guichet.tickets.events import By, record
from guichet.tickets.models import Delivery, Event, Message, Status, Step, Ticket

LATEST = timedelta(days=366)
BY_DESK = By(via="outbox")


def take_back(message: Message, by: By) -> Message:
    """Words that are not yet on their way stay here; the ticket is again as it was before them.

    Raises Refused once the sender has begun, or when somebody may have them already.
    """
    with transaction.atomic():
        message = _waiting(message, (Delivery.QUEUED, Delivery.HELD))
        ticket = locked(message.ticket)
        message.delivery, message.next_try_at = Delivery.WITHDRAWN, None
        message.save(update_fields=["delivery", "next_try_at"])
        if message.side_id is None:
            reread(ticket)
        save(ticket, "preview", "waiting_since")
        withdrawn = record(ticket, events.WITHDRAWN, by, message=message)
        status = _status_before(ticket, message)
        if status is not None:
            change_status(ticket, status, replace(by, cause=withdrawn))
        _agenda_before(ticket, message)
    return message


def reschedule(message: Message, send_at: datetime | None, by: By, *, seen: int | None) -> Message:
    """Another time for words that wait for theirs; None is at once. `seen` as in `reply`. Raises Refused, Stale."""
    with transaction.atomic():
        message = _waiting(message, (Delivery.QUEUED, Delivery.HELD))
        ticket = locked(message.ticket)
        _not_stale(ticket, seen)
        kind = events.RELEASED if message.delivery == Delivery.HELD else events.RESCHEDULED
        now = timezone.now()
        if send_at is not None and not now < send_at < now + LATEST:
            raise Refused(_("Choose a time within the next year."))
        message.delivery, message.delivery_note = Delivery.QUEUED, ""
        message.send_at = message.next_try_at = send_at or now
        message.give_up_at = message.send_at + GIVE_UP_AFTER
        message.save(update_fields=["delivery", "delivery_note", "send_at", "next_try_at", "give_up_at"])
        step = Step.WAIT_CUSTOMER if message.side_id is None else Step.WAIT_OTHER
        agenda.taken_up(ticket, now)
        if ticket.status not in FINISHED:
            agenda.expect(ticket, step, message.send_at)
        save(ticket)
        record(ticket, kind, by, message=message)
    return message


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
        hold(message, since)
    return True


def hold(message: Message, since: int) -> None:
    """Keep words back that their author might not have written had he seen the `since` newer ones; caller locks."""
    with transaction.atomic():
        message.delivery, message.next_try_at = Delivery.HELD, None
        message.save(update_fields=["delivery", "next_try_at"])
        held = record(message.ticket, events.HELD, BY_DESK, message=message, changes={"unseen": [0, since]})
        back_to_work(message, By(via="system", cause=held))


def _waiting(message: Message, states: tuple[Delivery, ...]) -> Message:
    """The message, locked, if nobody can have it yet. Raises Refused."""
    found = Message.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=message.pk)
    was_tried = found.tries or found.events.filter(kind=events.RETRIED).exists()
    if found.delivery not in states or found.auto or was_tried:
        raise Refused(_("It is on its way already."))
    return found


def _not_stale(ticket: Ticket, seen: int | None) -> None:
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
