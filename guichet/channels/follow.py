"""What follows from events here: new requests are acknowledged, and written messages are sent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import F, OuterRef
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from guichet.channels import outbox
from guichet.channels.models import Acknowledgement, Parcel
from guichet.channels.work import BY_MAIL
from guichet.people.actions import normal_address
from guichet.tickets import actions, events, promises
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Event, Inbox, Message
from guichet.tickets.participants import is_robot, own_addresses

LEAVES = frozenset({events.WRITTEN, events.RETRIED, events.RELEASED, events.RESCHEDULED})
MOVED = frozenset({events.JOINED, events.SPLIT_OFF, events.TOOK_IN, events.UNMERGED, events.PUT_BACK})
HEARS = LEAVES | MOVED | {events.OPENED}
IN_ORDER = True  # by then the clocks have said by when an answer comes
# security 1.2: at most two acknowledgements an hour and five a day to one address.
LIMITS = ((timedelta(hours=1), 2), (timedelta(days=1), 5))


def follow(batch: Sequence[Event]) -> None:
    """Safe to repeat: an acknowledgement is bound to the message it answers, and waking twice sends once."""
    outbox.wake([e.message_id for e in batch if e.message_id and e.kind in LEAVES])
    _follow_moved([event.ticket_id for event in batch if event.kind in MOVED])
    opened = [event for event in batch if event.kind == events.OPENED and event.via == BY_MAIL]
    if not opened:
        return
    inboxes = Inbox.objects.in_bulk({event.ticket.inbox_id for event in opened})
    done = set(
        Acknowledgement.objects.filter(answers__in=[e.message_id for e in opened]).values_list("answers", flat=True)
    )
    ours = own_addresses()
    for event in opened:
        message = event.message
        if message is None or message.pk in done or not inboxes[event.ticket.inbox_id].acknowledge:
            continue
        if message.auto or not message.is_verified or is_robot(message.from_address, ours):
            continue
        if _within_limits(normal_address(message.from_address)):
            _acknowledge(event, message)


def _follow_moved(tickets: Sequence[int]) -> None:
    """The ledger names the ticket where a mail's words stand now."""
    if tickets:
        moved = Parcel.objects.filter(message__ticket__in=tickets).exclude(ticket=F("message__ticket"))
        moved.update(ticket=Message.objects.filter(pk=OuterRef("message")).values("ticket")[:1])


def _within_limits(address: str) -> bool:
    now = timezone.now()
    at = list(
        Acknowledgement.objects.filter(address=address, at__gt=now - LIMITS[-1][0])
        .order_by("-at")
        .values_list("at", flat=True)[: LIMITS[-1][1]]
    )
    return all(sum(1 for moment in at if moment > now - span) < most for span, most in LIMITS)


def _acknowledge(event: Event, message: Message) -> None:
    """Fixed wording: not one word of the sender's, so that nobody can make us carry his text to a third party."""
    ticket = event.ticket
    with translation.override(ticket.language or "en"):
        number = {"number": ticket.number}
        promise = promises.promised(ticket)
        text = "\n\n".join(
            (
                _("Good day,"),
                _("we have received your request. Its number is %(number)s.") % number + f" {promise}".rstrip(),
                _("A colleague will read it and answer you. To add something, just reply to this message."),
            )
        )
        subject = _("We have received your request %(number)s") % number
    words = Words(
        text=text,
        subject=subject,
        to=[{"name": message.from_name, "address": message.from_address}],
        in_reply_to=message.message_id,
        auto="auto-reply",
    )
    sent = actions.reply(ticket, words, By(via="acknowledgement", cause=event), seen=None)
    address = normal_address(message.from_address)
    Acknowledgement.objects.create(address=address, at=timezone.now(), message=sent, answers=message)
