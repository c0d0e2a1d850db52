"""What a rule that shares out tickets would have done last month: who would have got what. It writes nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from guichet.people import rota
from guichet.people.models import Absence, Person
from guichet.rules import asking, picking, routing
from guichet.rules.models import Rule
from guichet.rules.picking import Candidate
from guichet.tickets import events
from guichet.tickets.load import weight_of
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
    asked = asking.questions([rule], strict=True)
    lately = Event.objects.visible_to(person).filter(asked[0].holds, at__gt=timezone.now() - LOOK_BACK, is_quiet=False)
    found = list(lately.order_by("pk").values_list("ticket_id", "at")[:MOST])
    came = dict(reversed(found))
    tickets = {one.pk: one for one in Ticket.objects.filter(pk__in=came).select_related("inbox", "requester")}
    teams = {rule.verbs.get("team") or one.team_id for one in tickets.values()}
    members = {team: routing.candidates_of(team, timezone.now()) for team in teams}
    people = {one.pk for some in members.values() for one in some}
    times = Times(_absences(people), _rotas(members))
    return _played(value, rule.verbs.get("team"), came, _ends(list(came)), tickets, members, times)


@dataclass(frozen=True)
class Times:
    """When these people were away, and their shifts by (team, person)."""

    away: Mapping[int, list[Absence]]
    rotas: Mapping[tuple[int, int], rota.Rota]

    def at(self, one: Candidate, team: int, moment: datetime, load: int, turn: str) -> Candidate:
        gone = next((each for each in self.away.get(one.pk, ()) if each.begins_at <= moment < each.ends_at), None)
        return replace(
            one, load=load, turn=turn, until="",
            away=gone.ends_at.isoformat() if gone else "", substitute=gone.substitute_id if gone else None,
            off="" if self.rotas[team, one.pk].is_here(moment) else picking.NEVER,
        )  # fmt: skip


def _rotas(members: Mapping[int, list[Candidate]]) -> dict[tuple[int, int], rota.Rota]:
    today = timezone.now().date()
    pairs = [(team, one.pk) for team, some in members.items() for one in some]
    return rota.rotas(pairs, today - LOOK_BACK - timedelta(days=2), today + timedelta(days=1))


def _ends(pks: Sequence[int]) -> dict[int, datetime]:
    """When each was last finished; open ones have none."""
    finished = ~Q(changes__status__1__in=[str(status) for status in OPEN_STATUSES])
    rows = Event.objects.filter(ticket__in=pks, kind=events.STATUS_CHANGED).filter(finished)
    return dict(rows.order_by("pk").values_list("ticket_id", "at"))


def _absences(people: set[int]) -> dict[int, list[Absence]]:
    found: dict[int, list[Absence]] = defaultdict(list)
    for one in Absence.objects.filter(person__in=people, ends_at__gt=timezone.now() - LOOK_BACK):
        found[one.person_id].append(one)
    return found


def _played(
    value: Mapping[str, Any],
    team: int | None,
    came: Mapping[int, datetime],
    ended: Mapping[int, datetime],
    tickets: Mapping[int, Ticket],
    members: Mapping[int, list[Candidate]],
    times: Times,
) -> Simulation:
    """One ticket after the other, each colleague with the load that this very run has given them."""
    given: dict[int, list[int]] = defaultdict(list)  # person -> tickets
    count, peak, turns, waiting = Counter[int](), Counter[int](), dict[int, str](), 0
    earlier: dict[int, int] = {}
    spoken, needs = routing.speaking(), routing.own_needs(tickets)
    for pk, at in sorted(came.items(), key=lambda each: each[1]):
        ticket = tickets[pk]
        home = team or ticket.team_id
        now = [times.at(one, home, at, _load(given[one.pk], ended, tickets, at), turns.get(one.pk, ""))
               for one in members[home]]  # fmt: skip
        before = earlier.get(ticket.requester_id) if value.get("sticky") else None
        skills = routing.at_least(routing.needed(value, ticket.language, spoken), needs.get(pk, {}))
        wanted = picking.Wanted(value["how"], skills, before, routing.site_of(ticket))
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
    return sum(weight_of(tickets[pk]) for pk in open_ones)
