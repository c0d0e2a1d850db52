"""What a rule that shares out tickets would have done last month: who would have got what. It writes nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from guichet.tickets.load import Mosts, Place, mosts_of, weight_of
from guichet.tickets.models import OPEN_STATUSES, Event, Ticket

LOOK_BACK = timedelta(days=30)
MOST = 2_000  # tickets
TRIED = 10  # of those that wait, at a time


@dataclass(frozen=True)
class Share:
    """Of one colleague: how many tickets, and the most open ones at once."""

    name: str
    count: int
    peak: int
    capacity: int | None


@dataclass(frozen=True)
class Simulation:
    """`queued` found nobody at the moment when they came, `waiting` of these nobody until now, and the others waited
    `longest` hours at most."""

    shares: list[Share]
    waiting: int
    total: int
    queued: int = 0
    longest: int = 0


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
    needs = routing.own_needs(tickets)
    play = Play(
        value, rule.verbs.get("team"), tickets, _ends(list(came)), members, times, routing.speaking(), needs,
        mosts_of(one.inbox_id for one in tickets.values()),
    )  # fmt: skip
    return play.played(came)


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


@dataclass
class Play:
    """One ticket after the other, each colleague with the load that this very run has given them. Who finds nobody
    waits, and is tried anew each hour."""

    value: Mapping[str, Any]
    team: int | None
    tickets: Mapping[int, Ticket]
    ended: Mapping[int, datetime]
    members: Mapping[int, list[Candidate]]
    times: Times
    spoken: Mapping[str, str]
    needs: Mapping[int, Mapping[str, int]]
    mosts: Mosts
    given: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))  # person -> tickets
    peak: Counter[int] = field(default_factory=Counter)
    turns: dict[int, str] = field(default_factory=dict)
    earlier: dict[int, int] = field(default_factory=dict)  # customer -> who had the one before
    queue: dict[int, datetime] = field(default_factory=dict)  # ticket -> since when it waits
    shown: dict[tuple[int, int, datetime], list[Candidate]] = field(default_factory=dict)
    queued: int = 0
    longest: timedelta = timedelta()

    def played(self, came: Mapping[int, datetime]) -> Simulation:
        clock = timezone.now() - LOOK_BACK
        for pk, at in sorted(came.items(), key=lambda each: each[1]):
            clock = self._wait(clock, at)
            if not self._give(pk, at):
                self.queue[pk] = at
                self.queued += 1
        self._wait(clock, timezone.now())
        everybody = {one.pk: one.capacity for some in self.members.values() for one in some}
        names = {one.pk: str(one) for one in Person.objects.agents().filter(pk__in=everybody)}
        shares = [Share(names.get(pk, "?"), len(self.given[pk]), self.peak[pk], room) for pk, room in everybody.items()]
        hours = -(-int(self.longest.total_seconds()) // 3600)
        by_count = sorted(shares, key=lambda one: (-one.count, one.name))
        return Simulation(by_count, len(self.queue), len(came), self.queued, hours)

    def _wait(self, clock: datetime, until: datetime) -> datetime:
        """The hours between two tickets, in which somebody may come or get room."""
        if not self.queue:
            return until
        while clock < until and self.queue:
            for pk in list(self.queue)[:TRIED]:
                if self._give(pk, clock):
                    self.longest = max(self.longest, clock - self.queue.pop(pk))
            clock += timedelta(hours=1)
        return until

    def _give(self, pk: int, at: datetime) -> bool:
        ticket = self.tickets[pk]
        if self.ended.get(pk, at) < at:
            return True  # done before anybody came: nobody's load
        now = self._team(self.team or ticket.team_id, ticket.inbox_id, at)
        before = self.earlier.get(ticket.requester_id) if self.value.get("sticky") else None
        skills = routing.at_least(routing.needed(self.value, ticket.language, self.spoken), self.needs.get(pk, {}))
        wanted = picking.Wanted(self.value["how"], skills, before, routing.site_of(ticket), ticket.inbox_id)
        chosen = picking.pick(wanted, now).chosen
        if chosen is None:
            return False
        self.given[chosen].append(pk)
        self.turns[chosen], self.earlier[ticket.requester_id] = at.isoformat(), chosen
        load = self._load(chosen, at)
        self.peak[chosen] = max(self.peak[chosen], load)
        self.shown.clear()
        return True

    def _team(self, team: int, inbox: int, at: datetime) -> list[Candidate]:
        """As it is at this moment, reckoned once for all from this inbox that are tried then."""
        key = (team, inbox, at)
        if key not in self.shown:
            self.shown = {key: [self._member(one, team, inbox, at) for one in self.members[team]]}
        return self.shown[key]

    def _member(self, one: Candidate, team: int, inbox: int, at: datetime) -> Candidate:
        now = self.times.at(one, team, at, self._load(one.pk, at), self.turns.get(one.pk, ""))
        room = self.mosts.room(inbox, one.pk, lambda place: self._held(one.pk, place, at))
        return replace(now, most=room.most, held=room.held, is_shared=room.is_shared)

    def _load(self, person: int, at: datetime) -> int:
        return sum(weight_of(ticket) for ticket in self._in_work(person, at))

    def _held(self, person: int, place: Place, at: datetime) -> int:
        return sum(place in (ticket.inbox_id, ticket.inbox.channel) for ticket in self._in_work(person, at))

    def _in_work(self, person: int, at: datetime) -> list[Ticket]:
        return [self.tickets[pk] for pk in self.given[person] if pk not in self.ended or self.ended[pk] > at]
