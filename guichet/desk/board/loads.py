"""How much each colleague and each team has to do: open work by priority, of the tickets that the reader sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.kit.templatetags.kit import coming, short_day
from guichet.people import rota
from guichet.people.capacity import capacities
from guichet.people.models import Absence, Membership, Person, Team
from guichet.people.rota import ALWAYS, Rota
from guichet.tickets.agenda import WAITING
from guichet.tickets.load import loads_of, weight
from guichet.tickets.models import Ticket
from guichet.tickets.models.ticket import TicketQuerySet

USUAL = 10  # by which somebody without a capacity is measured at least: two tickets are no full desk
TO_DO = ~Q(next_step__in=WAITING) & Q(snoozed_until=None)


@dataclass
class Load:
    """Of one colleague, or of what nobody in a team owns. `weight` counts what is to be done now, by priority."""

    to_do: int = 0
    waiting: int = 0
    weight: int = 0
    share: int = 0  # of the heaviest load, or of a usual one where all have less; in twelfths

    @property
    def words(self) -> str:
        said = _("%(n)s to do") % {"n": self.to_do}
        waiting = _("%(n)s waiting") % {"n": self.waiting}
        return f"{said} · {waiting}" if self.waiting else said


def back(absence: Absence | None) -> str:
    return _("away until %(day)s") % {"day": short_day(absence.ends_at, timezone.now())} if absence else ""


@dataclass
class Member:
    person: Person
    load: Load
    is_lead: bool = False
    away: Absence | None = None
    shifts: Rota = ALWAYS
    capacity: int | None = None
    in_work: int = 0  # weighed as rules that share out tickets weigh it, also what the reader does not see

    @property
    def back(self) -> str:
        return back(self.away)

    @property
    def is_here(self) -> bool:
        return self.away is None and self.shifts.is_here(timezone.now())

    @property
    def hours(self) -> str:
        """Until when they are here, or from when; nothing for whoever is always here."""
        now = timezone.now()
        if not self.shifts.is_here(now):
            begins = self.shifts.next(now)
            return (
                _("here from %(time)s") % {"time": coming(begins, now)} if begins else _("no shift in the next weeks")
            )
        ends = self.shifts.until(now)
        return _("here until %(time)s") % {"time": coming(ends, now)} if ends else ""

    @property
    def room(self) -> str:
        if self.capacity is None:
            return ""
        return _("%(load)s of %(capacity)s") % {"load": self.in_work, "capacity": self.capacity}

    @property
    def is_full(self) -> bool:
        return self.capacity is not None and self.in_work >= self.capacity

    @property
    def share(self) -> int:
        """In twelfths: of the capacity or, where there is none, of the heaviest load."""
        return min(12, -(-12 * self.in_work // self.capacity)) if self.capacity else self.load.share


@dataclass
class Group:
    team: Team
    queue: Load
    members: list[Member] = field(default_factory=list)

    @property
    def is_deserted(self) -> bool:
        """Nobody would see what lies in its queue."""
        return not any(member.person.is_active for member in self.members)

    @property
    def here(self) -> int:
        return sum(member.is_here for member in self.members)


def away() -> Mapping[int, Absence]:
    """Who is away now, by person."""
    return {one.person_id: one for one in Absence.objects.at(timezone.now()).select_related("substitute")}


def away_words(person: Person | None) -> str:
    """ " · away until Mon" for somebody who is away: nobody is given work without a word of it."""
    gone = Absence.objects.at(timezone.now()).filter(person=person).first() if person is not None else None
    return f" · {back(gone)}" if gone else ""


def loads(tickets: TicketQuerySet, by: str, **only: Any) -> dict[int, Load]:
    """The load of each value of `by` among these tickets: one query however many there are."""
    rows = (
        tickets.filter(**only)
        .order_by()
        .values(by)
        .annotate(all=Count("pk"), to_do=Count("pk", filter=TO_DO), weight=Sum(weight(), filter=TO_DO))
    )
    return {row[by]: Load(row["to_do"], row["all"] - row["to_do"], row["weight"] or 0) for row in rows}


def groups(tickets: TicketQuerySet, teams: Sequence[Team]) -> list[Group]:
    """These teams with their members, their hours and loads: nine queries."""
    of_people = loads(tickets.filter(assignee__isnull=False), "assignee_id")
    of_queues = loads(tickets.filter(assignee=None), "team_id")
    heaviest = max([USUAL, *(load.weight for load in of_people.values())])
    for load in of_people.values():
        load.share = -(-12 * load.weight // heaviest)
    gone = away()
    found = {team.pk: Group(team, of_queues.get(team.pk, Load())) for team in teams}
    rows = Membership.objects.filter(team__in=found, person__is_active=True).select_related("person")
    members = list(rows.order_by("person__name", "person__email"))
    shifts = _shifts(members)
    units = capacities([(row.team_id, row.person_id) for row in members], teams)
    in_work = loads_of({row.person_id for row in members})
    for row in members:
        pk = row.person_id
        found[row.team_id].members.append(
            Member(row.person, of_people.get(pk, Load()), row.is_lead, gone.get(pk), shifts[row.team_id, pk],
                   units[row.team_id, pk], in_work.get(pk, 0))
        )  # fmt: skip
    return list(found.values())


def _shifts(members: Sequence[Membership]) -> Mapping[tuple[int, int], Rota]:
    today = timezone.now().date()
    pairs = [(row.team_id, row.person_id) for row in members]
    return rota.rotas(pairs, today - timedelta(days=2), today + timedelta(days=rota.AHEAD))


def member_load(person: Person, tickets: TicketQuerySet) -> Load:
    return loads(tickets.filter(assignee=person), "assignee_id").get(person.pk, Load())


def visible(person: Person) -> TicketQuerySet:
    """What this dispatcher shares out: an administrator all he sees, others the work of the teams they look after."""
    seen = Ticket.objects.visible_to(person).open()
    if person.is_admin:
        return seen
    return seen.filter(Q(team__in=person.led_ids) | Q(inbox__team__in=person.led_ids))


def led_teams(person: Person) -> list[Team]:
    teams = Team.objects.visible_to(person)
    return list(teams if person.is_admin else teams.filter(pk__in=person.led_ids))
