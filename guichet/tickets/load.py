"""How much somebody has to do: open work, weighed by priority and by the channel it came through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Case, F, IntegerField, Sum, Value, When
from django.db.models.expressions import CombinedExpression

from guichet.tickets.models import Inbox, Priority, Status, Ticket

WEIGHTS = {Priority.CRITICAL: 3, Priority.HIGH: 2}  # all others 1


def weight_of(ticket: Ticket) -> int:
    return WEIGHTS.get(Priority(ticket.priority), 1) * ticket.inbox.weight


def weight() -> CombinedExpression:
    """Of each ticket of a query."""
    whens = (When(priority=priority, then=Value(weight)) for priority, weight in WEIGHTS.items())
    return Case(*whens, default=Value(1), output_field=IntegerField()) * F("inbox__weight")


def loads_of(people: Iterable[int]) -> dict[int, int]:
    """By person; what waits for somebody else or is asleep weighs nothing."""
    rows = Ticket.objects.open().awake().exclude(status=Status.PENDING).filter(assignee__in=list(people))
    return dict(rows.order_by().values("assignee").annotate(load=Sum(weight())).values_list("assignee", "load"))


def weigh(inboxes: Mapping[Inbox, int]) -> None:
    """What a ticket of each of these weighs from now on."""
    for inbox, weight in inboxes.items():
        if inbox.weight != weight:
            Inbox.objects.filter(pk=inbox.pk).update(weight=weight)
