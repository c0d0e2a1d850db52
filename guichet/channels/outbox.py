"""From a queued message to the other side, through any crash: queued -> sending -> sent, failed or uncertain.

The truth is the message's row; jobs only wake this up and `sweep` finds what lost its job. The bytes are fixed at
first touch, `sending` is committed before they are handed over, and no transaction is open meanwhile. Whoever works
on a message holds an advisory lock: it ends with the process, so a row in `sending` that nobody holds was cut off.
Then, as when a server never answers, the same bytes go out once more, and after that it is for a person to decide.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from datetime import datetime, timedelta

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from guichet.channels.base import Channel, Later, Receipt, Refused, Unanswered
from guichet.channels.models import Dispatch
from guichet.kit import pg
from guichet.kit.failpoints import hit
from guichet.kit.files import BlobStore
from guichet.people.house import house
from guichet.tickets.actions import delivery_changed, hold_if_stale
from guichet.tickets.events import BELL, By
from guichet.tickets.models import Delivery, Inbox, Message

JOB = "guichet.channels.tasks.send_inbox"
BATCH = 50  # messages of one inbox by one job; then the next inbox has its turn
STRIDE = 10  # messages looked up at once
AT_ONCE = 2  # jobs of one inbox: a server that hangs does not take every thread
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60))
DOWN_PAUSE = timedelta(minutes=1)  # one message a minute asks a server that is down whether it is back
# A row in `sending` is left alone this long although its lock is free: the database may have lost the lock of a
# sender that lives (it restarted), and is about to be told the answer.
LEASE = timedelta(seconds=30)
SETTLE_SECONDS = 25.0  # how long the answer is held for a database that is away: less than the lease
BY_OUTBOX = By(via="outbox")
log = logging.getLogger(__name__)

_down: dict[str, tuple[datetime, str]] = {}  # server -> until when nobody asks it, and why


class Superseded(Exception):
    """Somebody else changed the message meanwhile; nothing was handed over."""


def due() -> list[int]:
    """Ids of all messages to be sent now, the longest waiting first."""
    return list(_due().order_by("next_try_at", "pk").values_list("pk", flat=True))


def _due() -> QuerySet[Message]:
    now = timezone.now()
    rows = Message.objects.filter(delivery__in=[Delivery.QUEUED, Delivery.SENDING], next_try_at__lte=now)
    return rows.filter(_may_leave(now))


def _may_leave(now: datetime) -> Q:
    """Whatever else moves `next_try_at`: nothing leaves before the time that its author chose."""
    return Q(send_at=None) | Q(send_at__lte=now)


def wake(message_ids: Iterable[int]) -> None:
    """Defer one job for each inbox of these messages, in the caller's transaction."""
    inboxes = Inbox.objects.filter(tickets__messages__in=list(message_ids)).distinct()
    for inbox_id in inboxes.values_list("pk", flat=True):
        _defer(inbox_id)


def release(inbox_id: int) -> None:
    """An account was mended: what waits for its server is tried now and not when its pause is over.

    What was never tried waits for something else: for the time its author chose, or for his change of mind.
    """
    now = timezone.now()
    queued = Message.objects.filter(_may_leave(now), ticket__inbox=inbox_id, delivery=Delivery.QUEUED)
    queued.filter(Q(tries__gt=0) | ~Q(delivery_note="")).update(next_try_at=now)
    _defer(inbox_id)


def sweep() -> int:
    """Wake every inbox that has something to send (lost jobs, lost workers, ended pauses) and give up what is too old.

    Runs beside the jobs, not as one, and any number of sweepers may run at once. Returns how many messages are due.
    """
    now = timezone.now()
    expired = Message.objects.filter(delivery=Delivery.QUEUED, next_try_at__isnull=False, give_up_at__lte=now)
    with translation.override(_house_language()):
        for message_id in list(expired.values_list("pk", flat=True)):
            with transaction.atomic():
                _give_up(message_id)
    ids = due()
    wake(ids)
    return len(ids)


def send_inbox(inbox_id: int) -> None:
    """Send what is due in one inbox, over one connection; a job's whole work."""
    for place in range(AT_ONCE):
        with pg.advisory_lock(f"outbox inbox {inbox_id} {place}", wait=False) as is_free:
            if is_free:
                for inbox in Inbox.objects.filter(pk=inbox_id):
                    _send_batch(inbox, "" if place == 0 else "-")
                return


def send(message_id: int) -> Delivery:
    """One message, if it is due and nobody else is at it. Returns its delivery state afterwards."""
    inbox = Inbox.objects.get(tickets__messages=message_id)
    with closing(channel_of(inbox)) as channel, translation.override(_house_language()):
        return _send(message_id, channel)


def channel_of(inbox: Inbox) -> Channel:
    """The inbox's channel, from settings.CHANNELS. Raises LookupError."""
    for path in settings.CHANNELS:
        kind = import_string(path)
        if kind.kind == inbox.channel:
            channel: Channel = kind(inbox)
            return channel
    raise LookupError(f"no channel of kind {inbox.channel!r}")


def _defer(inbox_id: int) -> None:
    try:
        with transaction.atomic():  # a savepoint: a job that already waits is no error of the caller's
            app.configure_task(JOB, queueing_lock=f"outbox {inbox_id}").defer(inbox_id=inbox_id)
    except AlreadyEnqueued:
        log.debug("inbox %s is already woken", inbox_id)


def _send_batch(inbox: Inbox, direction: str) -> None:
    """One job works from the front of the queue (""), a second one from its back ("-")."""
    seen: set[int] = set()
    rows = _due().filter(ticket__inbox=inbox)
    with closing(channel_of(inbox)) as channel, translation.override(_house_language()):
        while len(seen) < BATCH:
            rows = _due().filter(ticket__inbox=inbox).order_by(f"{direction}next_try_at", f"{direction}pk")
            found = rows.values_list("pk", flat=True)[: STRIDE + len(seen)]
            fresh = [pk for pk in found if pk not in seen]
            if not fresh:
                return
            for message_id in fresh[:STRIDE]:
                down = _down.get(channel.server)
                if down is not None and down[0] > timezone.now():
                    _hold_back(inbox, *down)
                    return
                seen.add(message_id)
                _send(message_id, channel)
    if rows.exists():
        _defer(inbox.pk)


def _send(message_id: int, channel: Channel) -> Delivery:
    with pg.advisory_lock(f"outbox message {message_id}", wait=False) as is_ours:
        message = Message.objects.select_related("ticket__inbox").get(pk=message_id)
        now = timezone.now()
        if not is_ours or message.next_try_at is None or max(message.next_try_at, message.send_at or now) > now:
            return Delivery(message.delivery)
        if message.delivery == Delivery.SENDING:
            note = _("The desk was stopped while it was sending this.")
            message.delivery = _settle(lambda: _no_answer(message_id, note, timedelta()))
        if message.delivery == Delivery.QUEUED:
            return _attempt(message, channel)
        return Delivery(message.delivery)


class _Try:
    """One try of one message; after `begin` the other side may have it."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.number = message.tries + 1
        self.has_begun = False

    def begin(self) -> None:
        """Commit `sending`; only then may the first byte of the mail go out.

        Whoever takes it back, or gives it another time, does so on the same row: one of the two comes too late. The
        ticket of a reply that waited for its time stays locked until then, so that nobody writes in between.
        """
        hit("outbox.before_sending_commit")
        now = timezone.now()
        row = Message.objects.filter(
            _may_leave(now),
            pk=self.message.pk,
            delivery=Delivery.QUEUED,
            tries=self.message.tries,
            next_try_at__lte=now,
        )
        with transaction.atomic():
            is_held = self.message.send_at is not None and hold_if_stale(self.message)
            is_ours = not is_held and row.update(delivery=Delivery.SENDING, tries=self.number, next_try_at=now + LEASE)
        if not is_ours:
            raise Superseded
        self.has_begun = True
        hit("outbox.before_data")


def _attempt(message: Message, channel: Channel) -> Delivery:
    """One try, whose end is always a new state of the row."""
    pk, one_try = message.pk, _Try(message)
    try:
        waiting = _prepare(message, channel)
        raw = BlobStore(settings.DATA / "blobs").get(message.raw)
        receipt = channel.send(message, raw, waiting, one_try.begin)
        hit("outbox.after_data")
        _down.pop(channel.server, None)
        return _settle(lambda: _answered(pk, one_try.number, receipt))
    except (OperationalError, InterfaceError):
        raise  # the row tells what to do when the database is back
    except Superseded:
        return Delivery(Message.objects.values_list("delivery", flat=True).get(pk=pk))
    except Refused as refused:
        note = str(refused)
        return _settle(lambda: _finish(*_row(pk), Delivery.FAILED, note))
    except Later as later:
        note = str(later)
        if later.is_down:
            _down[channel.server] = (timezone.now() + DOWN_PAUSE, note)
        number = one_try.number if channel.server else message.tries
        return _settle(lambda: _queue_again(*_row(pk), note, number))
    except Unanswered as cut:
        note = _("The connection was cut after the message was handed over: %(words)s") % {"words": cut}
        return _settle(lambda: _no_answer(pk, note, PAUSES[0]))
    except Exception as error:
        log.exception("message %s could not be sent", pk)
        note = _("Sending failed inside the desk: %(error)s") % {"error": f"{type(error).__name__}: {error}"}
        if one_try.has_begun:
            return _settle(lambda: _no_answer(pk, note, PAUSES[0]))
        return _settle(lambda: _queue_again(*_row(pk), note, one_try.number))


def _prepare(message: Message, channel: Channel) -> list[str]:
    """Fix the bytes, once and for ever, and tell who still waits for them. Raises Superseded."""
    if not message.raw:
        if message.send_at is not None and hold_if_stale(message):
            raise Superseded  # what is composed now would say that it was written today
        recipients, raw = channel.recipients(message), channel.write(message)
        message.raw = BlobStore(settings.DATA / "blobs").put(raw)
        with transaction.atomic():
            Dispatch.objects.bulk_create([Dispatch(message=message, waiting=recipients)])
            Message.objects.filter(pk=message.pk).update(raw=message.raw)
        return recipients
    dispatch = Dispatch.objects.get(pk=message.pk)
    if message.tries == 0 and (dispatch.taken or dispatch.refused or dispatch.unanswered):
        # A person asked for it again: whoever has it already is spared, unless all had it and one bounced.
        dispatch.waiting = [*dispatch.waiting, *dispatch.refused] or dispatch.taken
        dispatch.refused, dispatch.unanswered = {}, 0
        dispatch.save()
    waiting: list[str] = dispatch.waiting
    return waiting


def _settle(change: Callable[[], Message]) -> Delivery:
    """Write down what became of a try, in one transaction, and keep at it while the database is away."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while True:
        try:
            with transaction.atomic():
                return Delivery(change().delivery)
        except (OperationalError, InterfaceError):
            if time.monotonic() > deadline:
                raise
            connection.close_if_unusable_or_obsolete()
            time.sleep(0.5)


def _row(message_id: int) -> tuple[Message, Dispatch]:
    """The message and its dispatch, locked; the dispatch is empty where no bytes were fixed."""
    rows = Message.objects.select_for_update(of=("self",)).select_related("ticket", "dispatch")
    message = rows.get(pk=message_id)
    return message, getattr(message, "dispatch", None) or Dispatch(message=message)


def _answered(message_id: int, number: int, receipt: Receipt) -> Message:
    """The server has spoken: keep what it said of each recipient."""
    message, dispatch = _row(message_id)
    has_begun = message.delivery == Delivery.SENDING and message.tries == number
    if not has_begun and not (message.delivery == Delivery.QUEUED and message.tries == number - 1):
        return message  # after an absence longer than the lease somebody else went on with it
    open_ones = (*receipt.refused, *receipt.later)
    dispatch.taken = [*dispatch.taken, *(one for one in dispatch.waiting if one not in open_ones)]
    dispatch.refused = {**dispatch.refused, **receipt.refused}
    dispatch.waiting = list(receipt.later)
    dispatch.save()
    if dispatch.waiting:
        return _queue_again(message, dispatch, _named(receipt.later), number)
    if dispatch.refused:
        return _finish(message, dispatch, Delivery.FAILED, _named(dispatch.refused))
    return _finish(message, dispatch, Delivery.SENT, "")


def _no_answer(message_id: int, note: str, pause: timedelta) -> Message:
    """Handed over, and nobody knows what became of it: once more the same bytes, then never without a person."""
    message, dispatch = _row(message_id)
    if message.delivery != Delivery.SENDING:
        return message
    dispatch.unanswered += 1
    dispatch.save()
    if dispatch.unanswered > 1:
        return _finish(message, dispatch, Delivery.UNCERTAIN, note)
    return _queue_again(message, dispatch, note, message.tries, pause)


def _queue_again(
    message: Message, dispatch: Dispatch, note: str, tries: int, pause: timedelta | None = None
) -> Message:
    """Back into the queue, with the reason for the agent to see; told live, but no event of the log."""
    if message.delivery not in (Delivery.QUEUED, Delivery.SENDING):
        return message
    if pause is None:
        pause = PAUSES[min(max(tries, 1), len(PAUSES)) - 1]
    is_news = message.delivery_note != note
    message.delivery, message.delivery_note, message.tries = Delivery.QUEUED, note, tries
    message.next_try_at = timezone.now() + pause
    message.save(update_fields=["delivery", "delivery_note", "tries", "next_try_at"])
    if is_news:
        pg.notify(BELL, f"ticket:{message.ticket_id}")
    return message


def _finish(message: Message, dispatch: Dispatch, delivery: Delivery, note: str) -> Message:
    if message.delivery not in (Delivery.QUEUED, Delivery.SENDING):
        return message
    if delivery == Delivery.FAILED and dispatch.unanswered:
        delivery = Delivery.UNCERTAIN
    notes = [note]
    if delivery == Delivery.UNCERTAIN:
        notes.append(_("It may have arrived all the same: ask before you send it again."))
    if delivery != Delivery.SENT and dispatch.taken:
        notes.append(_("Delivered to: %(addresses)s") % {"addresses": ", ".join(dispatch.taken)})
    delivery_changed(message, delivery, BY_OUTBOX, note="\n".join(notes))
    return message


def _give_up(message_id: int) -> None:
    message, dispatch = _row(message_id)
    if message.delivery == Delivery.QUEUED and message.give_up_at and message.give_up_at <= timezone.now():
        note = _("Given up after five days. The last reason: %(reason)s") % {"reason": message.delivery_note or "?"}
        _finish(message, dispatch, Delivery.FAILED, note)


def _hold_back(inbox: Inbox, until: datetime, why: str) -> None:
    """The server is down: what is due waits with the same reason and does not ask, one by one."""
    rows = _due().filter(ticket__inbox=inbox, delivery=Delivery.QUEUED)
    rows.update(next_try_at=until, delivery_note=why)


def _named(answers: Mapping[str, str]) -> str:
    return "\n".join(f"{address}: {words}" for address, words in answers.items())


def _house_language() -> str:
    """Notes are kept for all agents: in the language of the house."""
    return house().language
