"""What a rule that shares out tickets would have done last month: who would have got what. It writes nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from guichet.people.models import Absence, Person
from guichet.rules import follow, picking, routing
from guichet.rules.models import Rule
from guichet.rules.picking import Candidate
from guichet.tickets import events
from guichet.tickets.models import OPEN_STATUSES, Event, Ticket

LOOK_BACK = timedelta(days=30)
MOST = 2_000  # tickets


@dataclass(frozen=True)
class Share:
    """Of one colleague: how many tickets, and the most open ones at once."""

    name: str
    count: int
    peak: int
    capacity: int | None


@dataclass(frozen=True)
class Simulation:
    """`waiting` found nobody at the moment when they came."""

    shares: list[Share]
    waiting: int
    total: int


def simulate(rule: Rule, person: Person) -> Simulation:
    """On the tickets of the last month that `person` sees; to be called where nothing can be written."""
    value = rule.verbs["route"]
    asked = follow.questions([rule], strict=True)
    lately = Event.objects.visible_to(person).filter(asked[0].holds, at__gt=timezone.now() - LOOK_BACK, is_quiet=False)
    found = list(lately.order_by("pk").values_list("ticket_id", "at")[:MOST])
    came = dict(reversed(found))
    tickets = Ticket.objects.in_bulk(list(came))
    ended = _ends(list(came))
    teams = {rule.verbs.get("team") or one.team_id for one in tickets.values()}
    members = {team: routing.candidates_of(team, timezone.now()) for team in teams}
    away = _absences({one.pk for some in members.values() for one in some})
    return _played(value, rule.verbs.get("team"), came, ended, tickets, members, away)


def _ends(pks: Sequence[int]) -> dict[int, datetime]:
    """When each was last finished; open ones have none."""
    finished = ~Q(changes__status__1__in=[str(status) for status in OPEN_STATUSES])
    rows = Event.objects.filter(ticket__in=pks, kind=events.STATUS_CHANGED).filter(finished)
    return dict(rows.order_by("pk").values_list("ticket_id", "at"))


def _absences(people: set[int]) -> dict[int, list[tuple[datetime, datetime]]]:
    found: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    rows = Absence.objects.filter(person__in=people, ends_at__gt=timezone.now() - LOOK_BACK)
    for pk, begins, ends in rows.values_list("person_id", "begins_at", "ends_at"):
        found[pk].append((begins, ends))
    return found


def _played(
    value: Mapping[str, Any],
    team: int | None,
    came: Mapping[int, datetime],
    ended: Mapping[int, datetime],
    tickets: Mapping[int, Ticket],
    members: Mapping[int, list[Candidate]],
    away: Mapping[int, list[tuple[datetime, datetime]]],
) -> Simulation:
    """One ticket after the other, each colleague with the load that this very run has given them."""
    given: dict[int, list[int]] = defaultdict(list)  # person -> tickets
    count, peak, turns, waiting = Counter[int](), Counter[int](), dict[int, str](), 0
    earlier: dict[int, int] = {}
    spoken = routing.speaking()
    for pk, at in sorted(came.items(), key=lambda each: each[1]):
        ticket = tickets[pk]
        now = [replace(one, load=_load(given[one.pk], ended, tickets, at), turn=turns.get(one.pk, ""),
                       away="away" if any(a <= at < b for a, b in away.get(one.pk, ())) else "")
               for one in members[team or ticket.team_id]]  # fmt: skip
        before = earlier.get(ticket.requester_id) if value.get("sticky") else None
        wanted = picking.Wanted(value["how"], routing.needed(value, ticket.language, spoken), before)
        chosen = picking.pick(wanted, now).chosen
        if chosen is None:
            waiting += 1
            continue
        given[chosen].append(pk)
        count[chosen] += 1
        peak[chosen] = max(peak[chosen], _load(given[chosen], ended, tickets, at))
        turns[chosen], earlier[ticket.requester_id] = at.isoformat(), chosen
    everybody = {one.pk: one.capacity for some in members.values() for one in some}
    names = {one.pk: str(one) for one in Person.objects.agents().filter(pk__in=everybody)}
    shares = [Share(names.get(pk, "?"), count[pk], peak[pk], room) for pk, room in everybody.items()]
    return Simulation(sorted(shares, key=lambda one: (-one.count, one.name)), waiting, len(came))


def _load(pks: Sequence[int], ended: Mapping[int, datetime], tickets: Mapping[int, Ticket], at: datetime) -> int:
    open_ones = [pk for pk in pks if pk not in ended or ended[pk] > at]
    return sum(routing.WEIGHTS.get(tickets[pk].priority, 1) for pk in open_ones)  # type: ignore[call-overload]
