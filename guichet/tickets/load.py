"""How much somebody has to do: open work, weighed by priority and by the channel it came through; and how many tickets
of one channel somebody has at most. A channel is an inbox here, of whatever kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Case, Count, F, IntegerField, Sum, Value, When
from django.db.models.expressions import CombinedExpression

from guichet.tickets.models import ChannelMost, Inbox, Priority, Status, Ticket
from guichet.tickets.models.ticket import TicketQuerySet

WEIGHTS = {Priority.CRITICAL: 3, Priority.HIGH: 2}  # all others 1


def weight_of(ticket: Ticket) -> int:
    return WEIGHTS.get(Priority(ticket.priority), 1) * ticket.inbox.weight


def weight() -> CombinedExpression:
    """Of each ticket of a query."""
    whens = (When(priority=priority, then=Value(weight)) for priority, weight in WEIGHTS.items())
    return Case(*whens, default=Value(1), output_field=IntegerField()) * F("inbox__weight")


def loads_of(people: Iterable[int]) -> dict[int, int]:
    """By person; what waits for somebody else or is asleep weighs nothing."""
    rows = _in_work(people).values("assignee").annotate(load=Sum(weight()))
    return dict(rows.values_list("assignee", "load"))


def _in_work(people: Iterable[int]) -> TicketQuerySet:
    rows = Ticket.objects.open().awake().exclude(status=Status.PENDING)
    return rows.filter(assignee__in=list(people)).order_by()


def weigh(inboxes: Mapping[Inbox, int]) -> None:
    """What a ticket of each of these weighs from now on."""
    for inbox, weight in inboxes.items():
        if inbox.weight != weight:
            Inbox.objects.filter(pk=inbox.pk).update(weight=weight)


@dataclass(frozen=True)
class Mosts:
    """How many tickets of an inbox somebody has at most, by (inbox, person); by (inbox, None) everybody else."""

    by_whom: Mapping[tuple[int, int | None], int] = field(default_factory=dict)

    def of(self, inbox: int, person: int) -> int | None:
        own = self.by_whom.get((inbox, person))
        return own if own is not None else self.by_whom.get((inbox, None))


def mosts_of(inboxes: Iterable[int]) -> Mosts:
    rows = ChannelMost.objects.filter(inbox__in=set(inboxes))
    return Mosts({(one.inbox_id, one.person_id): one.most for one in rows})


def held_of(people: Iterable[int], inboxes: Iterable[int]) -> dict[tuple[int, int], int]:
    """How many tickets in work each has, by (inbox, person)."""
    rows = _in_work(people).filter(inbox__in=set(inboxes)).values("inbox", "assignee").annotate(held=Count("pk"))
    return {(row["inbox"], row["assignee"]): row["held"] for row in rows}


def limit(mosts: Mapping[tuple[Inbox, int | None], int | None]) -> None:
    """At most so many from now on, by (inbox, person); None is no limit of this kind."""
    rows = {(inbox.pk, person): most for (inbox, person), most in mosts.items()}
    known = ChannelMost.objects.filter(inbox__in={inbox for inbox, _person in rows})
    with transaction.atomic():
        gone = [one.pk for one in known if rows.get((one.inbox_id, one.person_id), one.most) is None]
        ChannelMost.objects.filter(pk__in=gone).delete()
        ChannelMost.objects.bulk_create(
            [ChannelMost(inbox_id=inbox, person_id=person, most=most)
             for (inbox, person), most in rows.items() if most is not None],
            update_conflicts=True, unique_fields=["inbox", "person"], update_fields=["most"],
        )  # fmt: skip
