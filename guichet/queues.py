"""How much waits where, and since when: for /metrics and `guichet check`. The database's clock decides ages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, QuerySet
from django.db.models.functions import Extract, Now
from procrastinate.contrib.django.models import ProcrastinateJob

from guichet.channels.models import Parcel
from guichet.tickets import log
from guichet.tickets.models import Message, SetAside, Ticket
from guichet.tickets.models.message import MessageKind

# States that something is still going to happen to: only there does an age mean a delay.
WAITING = {
    ("parcels", "received"),
    ("messages", "queued"),
    ("messages", "sending"),
    ("jobs", "todo"),
    ("jobs", "doing"),
}


@dataclass(frozen=True)
class Pile:
    """What lies in one state: how many, and the age of the oldest in seconds (0 when there is none)."""

    name: str  # parcels, messages, jobs
    state: str
    count: int
    oldest: float


def piles() -> list[Pile]:
    """Parcels and jobs by state, outgoing messages by delivery state."""
    outgoing = Message.objects.filter(kind=MessageKind.OUTBOUND)
    return [
        # What an import takes over came long ago and may wait: it is no delay.
        *_piles("parcels", Parcel.objects.exclude(is_history=True, state="received"), "state", "received_at"),
        *_piles("messages", outgoing, "delivery", "at"),
        *_piles("jobs", ProcrastinateJob.objects.exclude(status="succeeded"), "status", "scheduled_at"),
    ]


def lags() -> dict[str, int]:
    """Events that each follower has still to read."""
    return log.lag()


def set_aside() -> int:
    """Events on which a follower failed."""
    return SetAside.objects.count()


def forgotten() -> int:
    """Open tickets that nobody would look at: none, while a worker runs."""
    return Ticket.objects.orphans().count()


def _piles(name: str, rows: QuerySet[Any], state: str, since: str) -> list[Pile]:
    age = Max(Extract(Now() - F(since), "epoch"))
    counted = rows.values_list(state).annotate(count=Count("pk"), oldest=age).order_by(state)
    return [Pile(name, value or "none", count, float(oldest or 0)) for value, count, oldest in counted]
