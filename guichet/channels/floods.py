"""A storm becomes one quiet line: two robots that answer one another, and one sender who writes without end.

Nothing is lost by it: each mail stays in the ledger, from where a person can let it through.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from guichet.channels.models import End, Parcel, ParcelState
from guichet.channels.threads import Place
from guichet.channels.work import BY_MAIL, Known, Outcome, Work
from guichet.people.actions import normal_address
from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Message, MessageKind, Ticket

SPAN = timedelta(hours=1)
AUTOMATIC_IN_THREAD = 5  # automatic mails of one sender on one ticket within the span; what follows is folded


def stop(work: Work, sender: Person, place: Place, words: Words, context: Known) -> Outcome | None:
    """The end of a mail that is one too many; None for all others."""
    if work.parcel.is_released or work.parcel.is_history:
        return None
    if place.ticket is not None:
        return _fold(place.ticket, words) if words.auto else None
    address = normal_address(words.from_address)
    limit = work.parcel.inbox.flood_limit
    if not address or not limit or context.recent(work.parcel.inbox_id, address) < limit:
        context.count(work.parcel.inbox_id, address)
        return None
    latest = Ticket.objects.filter(requester=sender, inbox=work.parcel.inbox).order_by("-last_message_at").first()
    if latest is not None:
        actions.fold(latest, By(via=BY_MAIL), since=timezone.now() - SPAN)
    work.note(_("More than %(limit)s mails of this sender within an hour."), limit=limit)
    reason = _("Held back: this sender wrote more mails within an hour than this inbox allows.")
    return Outcome(ParcelState.QUARANTINE, End.QUARANTINED, reason)


def _fold(ticket: Ticket, words: Words) -> Outcome | None:
    since = timezone.now() - SPAN
    automatic = Message.objects.filter(ticket=ticket, kind=MessageKind.INBOUND, at__gt=since).exclude(auto="")
    same = automatic.filter(from_address__iexact=words.from_address)
    if same.values("pk")[:AUTOMATIC_IN_THREAD].count() < AUTOMATIC_IN_THREAD:
        return None
    actions.fold(ticket, By(via=BY_MAIL), since=since)
    reason = _("One of many automatic mails of this sender on this ticket: only the first ones stand there.")
    return Outcome(ParcelState.SUPPRESSED, End.IGNORED, reason)


def recent_of(works: Sequence[Work], addresses: set[str]) -> dict[tuple[int, str], int]:
    """How many tickets each of these senders opened in each inbox within the span: one query for a batch."""
    inboxes = {work.parcel.inbox_id for work in works}
    if not addresses:
        return {}
    rows = (
        Parcel.objects.filter(
            sender__in=addresses, inbox__in=inboxes, received_at__gt=timezone.now() - SPAN, end=End.TICKETED
        )
        .order_by()
        .values_list("inbox_id", "sender")
    )
    found: dict[tuple[int, str], int] = {}
    for key in rows:
        found[key] = found.get(key, 0) + 1
    return found
