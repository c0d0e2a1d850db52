"""The laboratory: what a rule would do, told from what happened lately. It writes nothing, and the database holds it to
that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from guichet.people.models import Person
from guichet.rules import asking, schedule, verbs
from guichet.rules.automation.simulation import Simulation, simulate
from guichet.rules.models import Rule
from guichet.tickets.models import Event, Status, Ticket

LOOK_BACK = timedelta(days=30)
LOOKED_AT = 50_000  # events, the newest
MOST = 1000  # counted
EXAMPLES = 12
PAGES = 10  # of tickets whose working time is counted


@dataclass(frozen=True)
class Would:
    """One occasion: the ticket, when it was, and in words what would change; nothing where all is so already."""

    ticket: Ticket
    at: datetime
    acts: list[str]


@dataclass(frozen=True)
class Trial:
    """`count` of at most MOST; `is_now` where the clock would begin with these at once."""

    count: int
    examples: list[Would] = field(default_factory=list)
    is_now: bool = False
    simulation: Simulation | None = None

    @property
    def is_capped(self) -> bool:
        return self.count >= MOST


def trial(rule: Rule, person: Person) -> Trial:
    """On what `person` may see, as the tickets are today. Raises Malformed."""
    with read_only():
        if rule.is_timed:
            return _timed(rule, person)
        found = _on_events(rule, person)
        return replace(found, simulation=simulate(rule, person)) if "route" in rule.verbs else found


@contextmanager
def read_only() -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


def _on_events(rule: Rule, person: Person) -> Trial:
    asked = asking.questions([rule], strict=True)
    newest = Event.objects.aggregate(last=Max("pk"))["last"] or 0
    lately = Event.objects.visible_to(person).filter(pk__gt=newest - LOOKED_AT, at__gt=timezone.now() - LOOK_BACK)
    found = lately.filter(asked[0].holds, is_quiet=False)
    events = list(found.order_by("-pk").values_list("ticket_id", "at")[:EXAMPLES])
    tickets = _tickets([pk for pk, _at in events])
    return Trial(found.values("pk")[:MOST].count(), _told(rule, [(tickets[pk], at) for pk, at in events]))


def _timed(rule: Rule, person: Person) -> Trial:
    visible, now = Ticket.objects.visible_to(person).values("pk"), timezone.now()
    found = schedule.due(rule, now).filter(pk__in=visible)
    if rule.in_working_time:
        found = found.filter(pk__in={pk for pks in islice(schedule.ripe(rule, now), PAGES) for pk in pks})
    rows: list[Any] = list(found.values_list("pk", "since")[:EXAMPLES])  # type: ignore[misc]
    tickets = _tickets([pk for pk, _since in rows])
    return Trial(
        found.order_by().values("pk")[:MOST].count(), _told(rule, [(tickets[pk], at) for pk, at in rows]), is_now=True
    )


def _tickets(pks: Sequence[int]) -> dict[int, Ticket]:
    """Their visibility was asked where their numbers were found."""
    found = Ticket.objects.filter(pk__in=pks).select_related("assignee", "team").prefetch_related("tags")
    return {ticket.pk: ticket for ticket in found}


def _told(rule: Rule, rows: Sequence[tuple[Ticket, datetime]]) -> list[Would]:
    names = verbs.names_of([rule.verbs])
    return [Would(ticket, at, verbs.told(news(rule.verbs, ticket), names)) for ticket, at in rows]


def news(wanted: dict[str, Any], ticket: Ticket) -> dict[str, Any]:
    """Of these verbs those that would change this ticket as it is now."""
    tags = {tag.name for tag in ticket.tags.all()}
    is_so: dict[str, Callable[[Any], bool]] = {
        "status": lambda value: ticket.status == Status(value),
        "priority": lambda value: ticket.priority == value,
        "team": lambda value: ticket.team_id == value,
        "assignee": lambda value: ticket.assignee_id == (None if value == "nobody" else value),
        "type": lambda value: ticket.type_id == value,
        "inbox": lambda value: ticket.inbox_id == value,
        "category": lambda value: ticket.category_id == value,
        "language": lambda value: ticket.language == value,
        "site": lambda value: ticket.site == value,
        "severity": lambda value: all(getattr(ticket, name) == one for name, one in value.items()),
        "extra": lambda value: all(ticket.extra.get(key) == one for key, one in value.items()),
    }
    left = {name: value for name, value in wanted.items() if name not in is_so or not is_so[name](value)}
    if "add_tags" in left:
        left["add_tags"] = [tag for tag in left["add_tags"] if tag not in tags]
    if "remove_tags" in left:
        left["remove_tags"] = [tag for tag in left["remove_tags"] if tag in tags]
    return left
