"""A storm becomes one quiet line: two robots that answer one another, and one sender who writes without end.

Nothing is lost by it: each mail stays in the ledger, from where a person can let it through.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Count
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from guichet.channels.models import End, Parcel, ParcelState
from guichet.channels.threads import Place
from guichet.channels.work import BY_MAIL, Known, Outcome, Work
from guichet.people.actions import normal_address
from guichet.people.models import Person
from guichet.tickets import actions, events
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Event, Message, MessageKind, Ticket

SPAN = timedelta(hours=1)
AUTOMATIC_OF_SENDER = 5  # automatic mails on one ticket within the span, of one sender
AUTOMATIC_OF_ALL = 20  # and of all senders together; what follows is folded
LATEST = 50  # tickets of a sender that are looked at for a line which says it already
COUNTED = (End.TICKETED, End.JOINED)
APART = ("pass", "fail")  # verdicts: who forges an address must not use up what its owner may send


def stop(work: Work, sender: Person, place: Place, words: Words, context: Known) -> Outcome | None:
    """The end of a mail that is one too many; None for all others."""
    if work.parcel.is_released or work.parcel.is_history:
        return None
    address = normal_address(words.from_address)
    limit = work.parcel.inbox.flood_limit
    verdict = work.trust.verdict if work.trust.verdict in APART else ""
    if address and limit and context.recent(work.parcel.inbox_id, address, verdict) >= limit:
        return _hold(work, sender, place, limit, context)
    if place.ticket is not None and words.auto and _is_storm(place.ticket, address, context):
        return _fold(place.ticket, context)
    context.count(work.parcel.inbox_id, address, verdict)
    return None


def _hold(work: Work, sender: Person, place: Place, limit: int, context: Known) -> Outcome:
    """Quarantine, and one line of it on the ticket it was for, or on the sender's latest."""
    if ("sender", sender.pk) not in context.folded:
        context.folded.add(("sender", sender.pk))
        theirs = Ticket.objects.filter(requester=sender, inbox=work.parcel.inbox).order_by("-last_message_at")
        ticket = place.ticket or theirs.first()
        recent = Event.objects.filter(kind=events.FOLDED, at__gt=timezone.now() - SPAN)
        if ticket is not None and not recent.filter(ticket__in=[ticket, *theirs[:LATEST]]).exists():
            actions.fold(ticket, By(via=BY_MAIL), since=timezone.now() - SPAN, is_held=True)
    work.note(_("More than %(limit)s mails of this sender within an hour."), limit=limit)
    reason = _("Held back: this sender wrote more mails within an hour than this inbox allows.")
    return Outcome(ParcelState.QUARANTINE, End.QUARANTINED, reason)


def _fold(ticket: Ticket, context: Known) -> Outcome:
    if ("ticket", ticket.pk) not in context.folded:
        context.folded.add(("ticket", ticket.pk))
        actions.fold(ticket, By(via=BY_MAIL), since=timezone.now() - SPAN)
    reason = _("One of many automatic mails on this ticket: only the first ones stand there.")
    return Outcome(ParcelState.SUPPRESSED, End.IGNORED, reason)


def _is_storm(ticket: Ticket, address: str, context: Known) -> bool:
    """Whether so many automatic mails stand on this ticket already, those of this batch included."""
    if ticket.pk not in context.automatic:
        since = timezone.now() - SPAN
        rows = Message.objects.filter(ticket=ticket, kind=MessageKind.INBOUND, at__gt=since).exclude(auto="")
        context.automatic[ticket.pk] = [normal_address(one) for one in rows.values_list("from_address", flat=True)]
    standing = context.automatic[ticket.pk]
    if standing.count(address) >= AUTOMATIC_OF_SENDER or len(standing) >= AUTOMATIC_OF_ALL:
        return True
    standing.append(address)
    return False


def recent_of(works: Sequence[Work], addresses: set[str]) -> dict[tuple[int, str, str], int]:
    """How many mails of each of these senders came to tickets of each inbox within the span: one query for a batch.

    By the verdict that stands with their messages, "" for all but `APART`.
    """
    if not addresses:
        return {}
    rows = (
        Parcel.objects.filter(
            sender__in=addresses,
            inbox__in={work.parcel.inbox_id for work in works},
            received_at__gt=timezone.now() - SPAN,
            end__in=COUNTED,
        )
        .annotate(verdict=KeyTextTransform("verdict", "message__trust"))
        .order_by()
        .values_list("inbox_id", "sender", "verdict")
        .annotate(count=Count("pk"))
    )
    found: Counter[tuple[int, str, str]] = Counter()
    for inbox_id, sender, verdict, count in rows:
        found[inbox_id, sender, verdict if verdict in APART else ""] += count
    return found
