"""Who is here when: the shifts of a person and of their teams as one rota, and what it says of a moment. The sums are
pure; only `rotas` asks the database, twice whatever the number of people.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from django.db.models import Q

from guichet.people.house import house
from guichet.people.presence import Shift, ShiftDay

DAY = 24 * 60
WEEKS = 8  # of a cycle, at most
AHEAD = 7 * (WEEKS + 1)  # days that are looked through for somebody's next shift
MONDAY = date(1, 1, 1)
Hours = tuple[tuple[int, int], ...]  # minutes of the day; an end past midnight lies on the next one
Span = tuple[datetime, datetime]
_WHOLE: Hours = ((0, DAY),)
_HOURS = re.compile(r"(\d{1,2})(?:[:.h](\d{2})?)?\s*[-–—]\s*(\d{1,2})(?:[:.h](\d{2})?)?$")
_BETWEEN = re.compile(r"[,;]| et | und | and ", re.IGNORECASE)


@dataclass(frozen=True)
class Rota:
    """`week` holds the hours of each weekday, Monday first, or of each day of several weeks that come round in turn:
    the first of them from the Monday `begins` on, and before it likewise. None: there are no shifts. `days` are unlike
    their weekday, `names` what some of those are.
    """

    zone: str = "UTC"
    week: tuple[Hours, ...] | None = None
    days: Mapping[date, Hours] = field(default_factory=dict)
    names: Mapping[date, str] = field(default_factory=dict)
    begins: date = MONDAY

    @cached_property
    def is_always(self) -> bool:
        return self.week is None and not self.days

    def hours(self, day: date) -> Hours:
        if day in self.days:
            return self.days[day]
        return _WHOLE if self.week is None else self.week[(day - self.begins).days % len(self.week)]

    def letter(self, day: date) -> str:
        """Of the week of the cycle, from A on; nothing where all weeks are alike."""
        if self.week is None or len(self.week) == 7:
            return ""
        return letter((day - self.begins).days % len(self.week) // 7)

    def is_here(self, at: datetime) -> bool:
        return self.is_always or any(begin <= at < end for begin, end in self._around(at))

    def until(self, at: datetime) -> datetime | None:
        """When the shift ends that is on at this moment; None outside of one, and for whoever is always here."""
        if self.is_always:
            return None
        found = next((end for begin, end in self._from(at) if begin <= at < end), None)
        return found if found is None or found - at < timedelta(days=AHEAD - 2) else None

    def next(self, at: datetime) -> datetime | None:
        """When the next shift begins, within nine weeks; None for whoever is here at this moment."""
        if self.is_here(at):
            return None
        return next((begin for begin, _end in self._from(at) if begin > at), None)

    def _around(self, at: datetime) -> Iterator[Span]:
        today = at.astimezone(_zone(self.zone)).date()
        for day in (today - timedelta(days=1), today):
            yield from self.spans(day)

    def _from(self, at: datetime) -> Iterator[Span]:
        """The shifts from yesterday on; those that follow at once are one."""
        today = at.astimezone(_zone(self.zone)).date()
        latest: Span | None = None
        for shift in range(-1, AHEAD):
            for begin, end in self.spans(today + timedelta(days=shift)):
                if latest is not None and begin <= latest[1]:
                    latest = (latest[0], max(latest[1], end))
                    continue
                if latest is not None:
                    yield latest
                latest = (begin, end)
        if latest is not None:
            yield latest

    def spans(self, day: date) -> list[Span]:
        """The hours that begin on this day of the rota's own zone."""
        zone = _zone(self.zone)
        return [(_moment(day, begin, zone), _moment(day, end, zone)) for begin, end in self.hours(day)]


def letter(week: int) -> str:
    """A of the first week of a cycle."""
    return chr(ord("A") + week)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """By the wall clock of that zone; UTC, so that moments compare in any zone."""
    local = datetime.combine(day + timedelta(days=minutes // DAY), time(minutes % DAY // 60, minutes % 60), tzinfo=zone)
    return local.astimezone(UTC)


ALWAYS = Rota()


def rotas(members: Iterable[tuple[int, int]], first: date, last: date) -> dict[tuple[int, int], Rota]:
    """Of each (team, person): two queries. `first` to `last` are the days whose exceptions are wanted.

    A day of the person stands before one of the team, that before the hours of the week, and the person's own week
    before the team's.
    """
    pairs = list(members)
    whose = Q(person__in={person for _team, person in pairs}) | Q(team__in={team for team, _person in pairs})
    weeks = {(one.person_id, one.team_id): one for one in Shift.objects.filter(whose)}
    days: dict[tuple[int | None, int | None], list[ShiftDay]] = {}
    for day in ShiftDay.objects.filter(whose, day__range=(first, last)):
        days.setdefault((day.person_id, day.team_id), []).append(day)
    found = {}
    for team, person in pairs:
        shift = weeks.get((person, None)) or weeks.get((None, team))
        unlike = [*days.get((None, team), ()), *days.get((person, None), ())]
        found[team, person] = rota(shift, unlike) if shift or unlike else ALWAYS
    return found


def rota(shift: Shift | None, unlike: Iterable[ShiftDay] = ()) -> Rota:
    """Of several that name one day the last counts."""
    every = list(unlike)
    return Rota(
        shift.zone if shift else house().time_zone,
        tuple(as_hours(hours) for hours in shift.week) if shift else None,
        {one.day: as_hours(one.hours) for one in every},
        {one.day: one.name for one in every if one.name},
        monday_of(shift.begins) if shift and shift.begins else MONDAY,
    )


def as_hours(stored: Iterable[Sequence[str]]) -> Hours:
    return tuple(sorted((_minutes(begin), _minutes(end)) for begin, end in stored))


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def parts_of(text: str) -> list[str]:
    """What stands between commas, or "and"."""
    return list(filter(None, (part.strip() for part in _BETWEEN.split(text))))


def read_hours(text: str) -> list[list[str]] | None:
    """[["09:00", "12:00"], …] of "9:00-12:00, 13-17"; an end before its begin lies on the next day. None for what are
    no hours."""
    found = []
    for part in parts_of(text):
        match = _HOURS.match(part.lower())
        if match is None or any(int(match[n] or 0) > 59 for n in (2, 4)):
            return None
        begin, end = (int(match[n]) * 60 + int(match[n + 1] or 0) for n in (1, 3))
        end = end if end > begin else end + DAY
        if begin >= DAY or end > 2 * DAY or end - begin > DAY:
            return None
        found.append((begin, end))
    return [[_clock(begin), _clock(end)] for begin, end in sorted(found)]


def write_hours(hours: Hours) -> str:
    """As people write them: "9:00–17:00, 22:00–6:00"."""
    return ", ".join(f"{begin // 60}:{begin % 60:02}–{end % DAY // 60 if end != DAY else 24}:{end % 60:02}"
                     for begin, end in hours)  # fmt: skip


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
