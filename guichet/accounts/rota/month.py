"""A month of one team, day by day: who is here, who is away, and how many are left. Six queries whatever it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from guichet.people import rota
from guichet.people.house import house
from guichet.people.models import Absence, Person, Team
from guichet.people.rota import DAY, Rota, write_hours

HERE, OFF, AWAY, PART = "here", "off", "away", "part"


@dataclass(frozen=True)
class Cell:
    """One colleague on one day. `bars` are their hours as (begin, length), in hundredths of the day."""

    person: Person
    day: date
    state: str
    hours: str = ""  # empty for whoever has no shifts
    bars: Sequence[tuple[float, float]] = ()
    name: str = ""  # of a day unlike its weekday
    is_unlike: bool = False
    absence: Absence | None = None
    is_today: bool = False
    letter: str = ""  # of the week, where shifts rotate

    @property
    def is_weekend(self) -> bool:
        return self.day.weekday() > 4

    @property
    def is_here(self) -> bool:
        return self.state in (HERE, PART)


@dataclass(frozen=True)
class Day:
    day: date
    is_today: bool
    cells: list[Cell] = field(default_factory=list)

    @property
    def here(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.is_here]

    @property
    def away(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.state == AWAY]

    @property
    def is_weekend(self) -> bool:
        return self.day.weekday() > 4

    @property
    def is_bare(self) -> bool:
        """Somebody would have a shift, and all of them are away."""
        return not self.here and bool(self.away)


@dataclass(frozen=True)
class Line:
    person: Person
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Month:
    first: date
    days: Sequence[Day]
    lines: Sequence[Line]

    @property
    def earlier(self) -> list[Day]:
        """Days that are over, of the month in which today is."""
        at = next((n for n, day in enumerate(self.days) if day.is_today), 0)
        return list(self.days[:at])

    @property
    def coming(self) -> list[Day]:
        return list(self.days[len(self.earlier) :])

    @property
    def before(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        return (self.first + timedelta(days=32)).replace(day=1)


def month_of(team: Team, first: date, today: date) -> Month:
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    people = list(Person.objects.agents().filter(memberships__team=team).order_by("name", "email"))
    rotas = rota.rotas([(team.pk, one.pk) for one in people], first, last)
    absences = _absences(people, first, last)
    days = [Day(first + timedelta(days=n), first + timedelta(days=n) == today) for n in range((last - first).days + 1)]
    lines = []
    for one in people:
        cells = [_cell(one, day, rotas[team.pk, one.pk], absences.get(one.pk, ())) for day in days]
        lines.append(Line(one, cells))
        for day, cell in zip(days, cells, strict=True):
            day.cells.append(cell)
    return Month(first, days, lines)


def _absences(people: Sequence[Person], first: date, last: date) -> Mapping[int, list[Absence]]:
    """A day more on each side: each person's days begin in a zone of their own."""
    begin = datetime.combine(first - timedelta(days=2), time(), tzinfo=UTC)
    end = datetime.combine(last + timedelta(days=3), time(), tzinfo=UTC)
    rows = Absence.objects.filter(person__in=people, begins_at__lt=end, ends_at__gt=begin)
    found: dict[int, list[Absence]] = {}
    for one in rows.select_related("substitute"):
        found.setdefault(one.person_id, []).append(one)
    return found


def _cell(person: Person, on: Day, shifts: Rota, absences: Sequence[Absence]) -> Cell:
    day = on.day
    spans = shifts.spans(day)
    if shifts.is_always and person.time_zone:
        spans = Rota(person.time_zone).spans(day)
    elif shifts.is_always:
        spans = Rota(house().time_zone).spans(day)
    state, gone = _state(spans, absences)
    hours = () if shifts.is_always else shifts.hours(day)
    # What lies past midnight is drawn up to it.
    bars = [(100 * begin / DAY, 100 * (min(end, DAY) - begin) / DAY) for begin, end in hours]
    return Cell(
        person, day, state, write_hours(hours), bars, shifts.names.get(day, ""), day in shifts.days, gone,
        on.is_today, shifts.letter(day),
    )  # fmt: skip


def _state(spans: Sequence[rota.Span], absences: Sequence[Absence]) -> tuple[str, Absence | None]:
    if not spans:
        return OFF, None
    gone = next(
        (one for one in absences if any(one.begins_at < end and one.ends_at > begin for begin, end in spans)), None
    )
    if gone is None:
        return HERE, None
    is_whole = all(gone.begins_at <= begin and gone.ends_at >= end for begin, end in spans)
    return (AWAY if is_whole else PART), gone


def today_of(person: Person) -> date:
    return timezone.now().astimezone(ZoneInfo(person.time_zone or house().time_zone)).date()
