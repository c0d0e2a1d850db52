"""Working time against a reference that counts minute by minute; 20,000 cases here, 1,000,000 by `make clocks-proof`."""

from __future__ import annotations

import os
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guichet.clocks.calendar import DAY, HOUR, MINUTE, Calendar, Hours, NoTime, SpecialDay, add, between, segments

CASES = int(os.environ.get("CLOCKS_CASES", "20000"))
# Half an hour, three quarters, two hours, at midnight, for Ramadan, for ever abolished, a new offset: one of each.
ODD_ZONES = (
    "Africa/Casablanca", "Africa/Juba", "America/Asuncion", "America/Havana", "America/New_York", "America/Nuuk",
    "America/St_Johns", "Antarctica/Casey", "Antarctica/Troll", "Asia/Almaty", "Asia/Amman", "Asia/Beirut",
    "Asia/Gaza", "Asia/Kathmandu", "Asia/Tehran", "Australia/Lord_Howe", "Europe/Berlin", "Europe/Paris",
    "Europe/Volgograd", "Pacific/Apia", "Pacific/Chatham", "Pacific/Easter", "Pacific/Fiji", "Pacific/Kiritimati", "UTC",
)  # fmt: skip
OFFICE = ((Hours(9 * HOUR, 17 * HOUR),),) * 5 + ((), ())
PARIS = Calendar("Europe/Paris", OFFICE)


def at(text: str, zone: str = "Europe/Paris") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def minutes(n: int) -> timedelta:
    return timedelta(minutes=n)


# The reference: is this very minute working time? Then a minute counts.


def counts(calendar: Calendar, zone: ZoneInfo, minute: int) -> bool:
    """`minute` since 1970."""
    wall = datetime.fromtimestamp(minute * 60, zone)
    of_day, today = wall.hour * HOUR + wall.minute * MINUTE, wall.toordinal()
    for days_ago in (0, 1):
        hours = calendar.week[(today - days_ago - 1) % 7]
        for special in calendar.specials:
            if special.day.toordinal() == today - days_ago:
                hours = special.hours
        for one in hours:
            if one.begin <= of_day + days_ago * DAY < one.end:
                return True
    return False


def stepped(calendar: Calendar, begin: datetime, end: datetime) -> timedelta:
    zone, since, until = ZoneInfo(calendar.zone), int(begin.timestamp()), int(end.timestamp())
    total = 0
    for minute in range(since // 60, -(-until // 60)):
        if counts(calendar, zone, minute):
            total += min((minute + 1) * 60, until) - max(minute * 60, since)
    return timedelta(seconds=total)


# What there is to try: every change of the clocks, and hours, holidays and moments around it.


@lru_cache(maxsize=1)
def changes() -> list[tuple[str, datetime]]:
    """(zone, a moment within a day after its clocks changed), 2020 to 2040."""
    zones = sorted(zoneinfo.available_timezones()) if CASES > 20_000 else ODD_ZONES
    found = []
    for zone in zones:
        info = ZoneInfo(zone)
        days = [datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(21 * 366)]
        offsets = [day.astimezone(info).utcoffset() for day in days]
        met = [day for day, was, now in zip(days[1:], offsets, offsets[1:], strict=False) if was != now]
        found += [(zone, day) for day in met or [datetime(2024, 2, 29, tzinfo=UTC)]]
    return found


def hours() -> st.SearchStrategy[Hours]:
    """On whole minutes, so that the reference is exact; often those at which clocks change, often over midnight."""
    begin = st.one_of(st.sampled_from([0, 30, 60, 105, 120, 150, 165, 180, 1380, 1439]), st.integers(0, 1439))
    return st.tuples(begin, st.one_of(st.integers(1, 240), st.integers(1, 1440))).map(
        lambda pair: Hours(pair[0] * 60, (pair[0] + pair[1]) * 60)
    )


ONE_IN_EIGHT = st.integers(0, 7).map(lambda n: n == 7)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Calendar, datetime, datetime]:
    zone, changed = draw(st.sampled_from(changes()))
    weekday = st.lists(hours(), max_size=3).map(tuple)
    week = draw(st.tuples(*([weekday] * 7))) if draw(ONE_IN_EIGHT) else (draw(weekday),) * 7
    near = st.integers(-3, 3).map(lambda n: (changed + timedelta(days=n)).date())
    special = st.builds(SpecialDay, near, st.just("holiday"), st.lists(hours(), max_size=2).map(tuple))
    specials = draw(st.lists(special, max_size=2, unique_by=lambda one: one.day))
    begin = changed + timedelta(seconds=draw(st.integers(-2 * DAY, DAY)))
    span = draw(st.integers(0, 2 * DAY if draw(ONE_IN_EIGHT) else 4 * HOUR))
    return Calendar(zone, week, tuple(specials)), begin, begin + timedelta(seconds=span)


@settings(
    max_examples=CASES, deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(cases())
def test_sums_are_what_counting_minutes_gives(case: tuple[Calendar, datetime, datetime]) -> None:
    calendar, begin, end = case
    spent = between(calendar, begin, end)
    assert spent == stepped(calendar, begin, end)
    parts = list(segments(calendar, begin, end))
    assert sum((one.span for one in parts if one.counts), timedelta()) == spent
    assert [one.begin for one in parts] == [begin, *(one.end for one in parts)][: len(parts)]
    assert not parts or parts[-1].end == end
    if spent:
        due = add(calendar, begin, spent)
        assert begin < due <= end
        assert between(calendar, begin, due) == spent, "so much has passed then"
        assert between(calendar, begin, due - timedelta(seconds=1)) < spent, "and not a second earlier"


@settings(max_examples=CASES // 20, deadline=None, database=None)
@given(cases(), st.lists(st.integers(0, 2 * DAY), max_size=4))
def test_a_sum_in_pieces_is_the_same_sum(case: tuple[Calendar, datetime, datetime], cuts: list[int]) -> None:
    """A clock that pauses and goes on at once has lost nothing."""
    calendar, begin, end = case
    moments = sorted({begin, end, *(min(begin + timedelta(seconds=cut), end) for cut in cuts)})
    pieces = [between(calendar, one, two) for one, two in pairwise(moments)]
    assert sum(pieces, timedelta()) == between(calendar, begin, end)


# By hand


def test_four_working_hours_from_friday_afternoon_end_on_monday() -> None:
    assert add(PARIS, at("2026-11-27T15:00"), minutes(240)) == at("2026-11-30T11:00")


def test_an_answer_due_at_the_end_of_the_day_is_due_then_and_not_next_morning() -> None:
    assert add(PARIS, at("2026-11-26T13:00"), minutes(240)) == at("2026-11-26T17:00")


def test_nothing_to_wait_for_is_now() -> None:
    start = at("2026-11-29T03:04:05")
    assert add(PARIS, start, timedelta()) == start


def test_a_lunch_break_counts_as_nothing() -> None:
    lunch = Calendar("Europe/Paris", ((Hours(9 * HOUR, 12 * HOUR), Hours(14 * HOUR, 18 * HOUR)),) * 7)
    assert add(lunch, at("2026-11-26T11:30"), minutes(60)) == at("2026-11-26T14:30")
    told = [(one.why, one.span) for one in segments(lunch, at("2026-11-26T11:30"), at("2026-11-26T14:30"))]
    assert told == [("open", minutes(30)), ("closed", minutes(120)), ("open", minutes(30))]


def test_a_holiday_is_named_as_the_cause() -> None:
    christmas = SpecialDay(date(2026, 12, 25), "Noël")
    calendar = Calendar("Europe/Paris", OFFICE, (christmas,))
    start = at("2026-12-24T16:00")
    assert add(calendar, start, minutes(120)) == at("2026-12-28T10:00")
    told = [(one.why, one.name) for one in segments(calendar, start, at("2026-12-28T10:00"))]
    assert told == [("open", ""), ("closed", ""), ("special", "Noël"), ("closed", ""), ("open", "")]


def test_a_special_day_may_have_hours_of_its_own() -> None:
    eve = SpecialDay(date(2026, 12, 24), "Heiligabend", (Hours(9 * HOUR, 12 * HOUR),))
    calendar = Calendar("Europe/Berlin", OFFICE, (eve,))
    assert between(calendar, at("2026-12-24T00:00"), at("2026-12-25T00:00")) == timedelta(hours=3)


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    night = (Hours(22 * HOUR, 30 * HOUR),)
    calendar = Calendar("Europe/Paris", (night,) * 7, (SpecialDay(date(2026, 12, 25), "Noël"),))
    assert between(calendar, at("2026-12-25T00:00"), at("2026-12-26T00:00")) == timedelta(hours=6), "begun on the 24th"
    assert between(calendar, at("2026-12-25T12:00"), at("2026-12-26T12:00")) == timedelta()


@pytest.mark.parametrize(
    ("day", "hours_open"),
    [("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)],
    ids=["skips", "repeats", "plain"],
)
def test_a_day_of_changing_clocks_has_the_hours_that_it_has(day: str, hours_open: int) -> None:
    always = Calendar("Europe/Paris", ((Hours(0, DAY),),) * 7)
    begin = at(f"{day}T00:00")
    end = at((datetime.fromisoformat(day) + timedelta(days=1)).isoformat())
    assert between(always, begin, end) == timedelta(hours=hours_open)


def test_a_day_that_a_zone_leaves_out_has_no_hours() -> None:
    """Samoa had no 30 December 2011."""
    apia = Calendar("Pacific/Apia", ((Hours(8 * HOUR, 16 * HOUR),),) * 7)
    begin, end = at("2011-12-29T00:00", "Pacific/Apia"), at("2012-01-01T00:00", "Pacific/Apia")
    assert between(apia, begin, end) == timedelta(hours=16)


def test_hours_that_overlap_count_once() -> None:
    twice = Calendar("UTC", ((Hours(0, 30 * HOUR), Hours(2 * HOUR, 40 * HOUR)),) * 7)
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    assert between(twice, begin, begin + timedelta(days=3)) == timedelta(days=3)


@pytest.mark.parametrize("specials", [(), (SpecialDay(date(2026, 1, 1), "open once", (Hours(0, HOUR),)),)])
def test_a_calendar_without_enough_time_says_so_at_once(specials: tuple[SpecialDay, ...]) -> None:
    with pytest.raises(NoTime):
        add(Calendar("UTC", ((),) * 7, specials), datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=2))


@pytest.mark.parametrize(("begin", "end"), [(-1, 60), (60, 60), (DAY, DAY + 1), (0, 2 * DAY + 1)])
def test_hours_that_are_none_are_refused(begin: int, end: int) -> None:
    with pytest.raises(ValueError, match="no hours"):
        Hours(begin, end)
