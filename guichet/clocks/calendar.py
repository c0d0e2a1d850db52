"""Working time, by sums alone: no database, no clock, no zone but the calendar's own.

Working time is a set of moments: those whose wall clock, in the calendar's zone, lies within the hours of some day. So
an hour that a change of the clocks repeats counts twice, one that it skips does not count, and a day that a zone leaves
out has no hours. Hours over midnight belong to the day on which they begin, also where the next one is a holiday.
All sums are exact to the second; parts of a second are cut off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

MINUTE, HOUR, DAY = 60, 3600, 86_400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = date(1970, 1, 1).toordinal()
LONGEST = 2 * DAY  # hours may end at most on the day after they begin
BOUND = 10 * 366 * DAY  # so far a sum looks for working time
_STEP = 6 * HOUR  # no zone changes twice within it and is the same again


class NoTime(Exception):
    """The calendar holds too little working time for this sum."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From `begin` to `end`, seconds of the day; an `end` past midnight lies on the next day."""

    begin: int
    end: int

    def __post_init__(self) -> None:
        if not (0 <= self.begin < DAY and self.begin < self.end <= LONGEST):
            raise ValueError(f"no hours: {self.begin} to {self.end}")


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is unlike its weekday: its name, and its own hours (none: closed)."""

    day: date
    name: str = ""
    hours: tuple[Hours, ...] = ()


@dataclass(frozen=True)
class Calendar:
    """`week` holds the hours of each weekday, Monday first."""

    zone: str
    week: tuple[tuple[Hours, ...], ...]
    specials: tuple[SpecialDay, ...] = ()
    name: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        ZoneInfo(self.zone)  # raises where there is no such zone

    @cached_property
    def by_day(self) -> dict[int, SpecialDay]:
        return {one.day.toordinal() - EPOCH_DAY: one for one in self.specials}

    @cached_property
    def week_hours(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """As `_hours_of` gives them, without special days; from the weekday of 1970-01-01 on."""
        sorted_week = [_sorted(hours) for hours in self.week]
        return tuple(sorted_week[(3 + shift) % 7] for shift in range(7))

    @cached_property
    def is_empty(self) -> bool:
        return not any(self.week) and not any(one.hours for one in self.specials)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of time, and whether it counts. `why`: "open", "closed", or "special" with the `name` of the day."""

    begin: datetime
    end: datetime
    counts: bool
    why: str
    name: str = ""

    @property
    def span(self) -> timedelta:
        return self.end - self.begin


def add(calendar: Calendar, start: datetime, span: timedelta) -> datetime:
    """The first moment at which so much working time has passed since `start`. Raises NoTime beyond ten years."""
    wanted = round(span.total_seconds())
    since = _seconds(start)
    if wanted <= 0:
        return _moment(since)
    if not calendar.is_empty:
        for begin, end in _spans(calendar, since, since + BOUND):
            if end - begin >= wanted:
                return _moment(begin + wanted)
            wanted -= end - begin
    raise NoTime(f"{calendar.name or calendar.zone}: {wanted} s of working time are missing after ten years")


def between(calendar: Calendar, begin: datetime, end: datetime) -> timedelta:
    """The working time between two moments; none where the second is not later."""
    total = sum(until - since for since, until in _spans(calendar, _seconds(begin), _seconds(end)))
    return timedelta(seconds=total)


def segments(calendar: Calendar, begin: datetime, end: datetime) -> Iterator[Segment]:
    """The time between two moments without gaps, cut where counting begins or ends; equal neighbours are one."""
    at, until = _seconds(begin), _seconds(end)
    held: Segment | None = None
    for since, close in [*_spans(calendar, at, until), (until, until)]:
        parts = [*_uncounted(calendar, at, since)] if since > at else []
        if close > since:
            parts.append(Segment(_moment(since), _moment(close), True, "open"))
        for part in parts:
            if held is not None and (held.why, held.name, held.end) == (part.why, part.name, part.begin):
                held = Segment(held.begin, part.end, part.counts, part.why, part.name)
                continue
            if held is not None:
                yield held
            held = part
        at = max(at, close)
    if held is not None:
        yield held


def is_open(calendar: Calendar, at: datetime) -> bool:
    moment = _seconds(at)
    return any(True for _span in _spans(calendar, moment, moment + 1))


def _uncounted(calendar: Calendar, begin: int, end: int) -> Iterator[Segment]:
    """A stretch outside all hours, cut at the midnights around special days, which give the cause."""
    for since, until, offset in _offsets(calendar.zone, begin, end):
        at = since
        while at < until:
            day = (at + offset) // DAY
            next_at = min(until, (day + 1) * DAY - offset)
            known = calendar.by_day.get(day)
            why = ("special", known.name) if known is not None else ("closed", "")
            yield Segment(_moment(at), _moment(next_at), False, *why)
            at = next_at


def _spans(calendar: Calendar, since: int, until: int) -> Iterator[tuple[int, int]]:
    """The working time between two moments in order, in seconds since 1970; one span may end where the next begins."""
    for begin, end, offset in _offsets(calendar.zone, since, until):
        for opens, closes in _wall_spans(calendar, begin + offset, end + offset):
            yield opens - offset, closes - offset


def _wall_spans(calendar: Calendar, since: int, until: int) -> Iterator[tuple[int, int]]:
    """The same by a wall clock that nobody changes. Hours that overlap count once."""
    at = since
    by_day, week = calendar.by_day, calendar.week_hours
    for day in range(since // DAY - 1, (until - 1) // DAY + 1):
        midnight = day * DAY
        known = by_day.get(day)
        for begin, end in week[day % 7] if known is None else _sorted(known.hours):
            opens, closes = max(midnight + begin, at), min(midnight + end, until)
            if opens < closes:
                yield opens, closes
                at = closes


def _sorted(hours: tuple[Hours, ...]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted((one.begin, one.end) for one in hours))


def _offsets(zone: str, since: int, until: int) -> Iterator[tuple[int, int, int]]:
    """The time between two moments, cut where the zone changes its clocks: (begin, end, seconds ahead of UTC)."""
    at = since
    while at < until:
        year = _moment(at).year
        for begin, end, offset in _offsets_of(zone, year):
            opens, closes = max(at, begin), min(until, end)
            if opens < closes:
                yield opens, closes, offset
                at = closes


@lru_cache(maxsize=4096)
def _offsets_of(zone: str, year: int) -> tuple[tuple[int, int, int], ...]:
    """A year by UTC. Nobody lists the changes of a zone, so they are looked for."""
    info = ZoneInfo(zone)
    begin, end = (_seconds(datetime(y, 1, 1, tzinfo=UTC)) for y in (year, year + 1))
    found, at, offset = [], begin, _offset(info, begin)
    for step in range(begin + _STEP, end + _STEP, _STEP):
        step = min(step, end)
        if _offset(info, step) != offset:
            before, after = step - _STEP, step
            while after - before > 1:
                middle = (before + after) // 2
                before, after = (middle, after) if _offset(info, middle) == offset else (before, middle)
            if after < end:
                found.append((at, after, offset))
                at, offset = after, _offset(info, after)
    found.append((at, end, offset))
    return tuple(found)


def _offset(info: ZoneInfo, at: int) -> int:
    offset = _moment(at).astimezone(info).utcoffset()
    assert offset is not None
    return round(offset.total_seconds())


def _seconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(seconds=1)


def _moment(seconds: int) -> datetime:
    return EPOCH + timedelta(seconds=seconds)
