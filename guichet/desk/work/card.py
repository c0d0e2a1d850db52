"""Checklist and time spent, for the card of a ticket."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from guichet.people.models import Person
from guichet.people.named import all_but_name
from guichet.tickets.models import ChecklistItem, Ticket, TimeSpent


@dataclass(frozen=True)
class Work:
    items: list[ChecklistItem] = field(default_factory=list)
    minutes: int = 0
    clock_since: datetime | None = None  # the reader's own, while it runs

    @property
    def done(self) -> int:
        return sum(item.done_at is not None for item in self.items)

    @property
    def has_time(self) -> bool:
        return bool(self.minutes or self.clock_since)

    @property
    def time(self) -> str:
        return span(self.minutes)


def work(ticket: Ticket, person: Person) -> Work:
    """Two queries."""
    items = list(ticket.checklist.select_related("owner").defer(*all_but_name("owner")))
    times = list(times_of(ticket).values_list("person", "minutes", "at"))
    clock = next((at for who, minutes, at in times if minutes is None and who == person.pk), None)
    return Work(items, sum(minutes or 0 for _who, minutes, _at in times), clock)


def times_of(ticket: Ticket) -> QuerySet[TimeSpent]:
    """Its own, and that of tickets merged into it."""
    of = Q(ticket=ticket) | Q(ticket__merged_into=ticket)
    return TimeSpent.objects.filter(of, removed_at=None)


def span(minutes: int) -> str:
    """90 -> "1 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return _("%(n)s min") % {"n": rest}
    return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest} if rest else _("%(n)s h") % {"n": hours}
