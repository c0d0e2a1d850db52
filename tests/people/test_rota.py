"""Shifts: who is here at a moment, against a clock that is stepped minute by minute; over zone changes and midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from guichet.people import rota
from guichet.people.models import Shift, ShiftDay
from guichet.people.rota import ALWAYS, DAY, Hours, Rota, read_hours, write_hours
from guichet.rules import picking, routing
from guichet.rules.picking import Candidate, Wanted
from tests import make

ZONES = ["Europe/Paris", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]
HOURS = st.lists(
    st.tuples(st.integers(0, DAY - 1), st.integers(1, DAY)).map(lambda one: (one[0], one[0] + one[1])), max_size=2
).map(lambda some: tuple(sorted(some)))
WEEKS = st.integers(1, rota.WEEKS).flatmap(lambda weeks: st.tuples(*[HOURS] * (7 * weeks)))
ROTAS = st.builds(
    Rota, zone=st.sampled_from(ZONES), week=st.none() | st.tuples(*[HOURS] * 7) | WEEKS,
    begins=st.dates(date(2025, 10, 1), date(2026, 8, 1)).map(rota.monday_of),
    days=st.dictionaries(st.dates(date(2026, 3, 27), date(2026, 4, 2)), HOURS, max_size=3),
)  # fmt: skip
# Around the changes of the clocks in Europe, and a week without one.
MOMENTS = st.datetimes(datetime(2026, 3, 27), datetime(2026, 4, 3)).map(
    lambda at: at.replace(tzinfo=UTC, second=0, microsecond=0)
)


def day_by_day(found: Rota, day: date) -> Hours:
    """Walked from the first day of the cycle on, or back from it, one day at a time."""
    if found.week is None:
        return ((0, DAY),)
    place, at = 0, found.begins
    while at != day:
        step = 1 if at < day else -1
        at += timedelta(days=step)
        place += step
        place = 0 if place == len(found.week) else len(found.week) - 1 if place < 0 else place
    return found.week[place]


def on(found: Rota, at: datetime) -> bool:
    """By the wall clock alone: what stands on the days from the one before yesterday on."""
    if found.week is None and not found.days:
        return True
    zone = ZoneInfo(found.zone)
    local = at.astimezone(zone)
    for back in range(3):
        day = local.date() - timedelta(days=back)
        for begin, end in found.days[day] if day in found.days else day_by_day(found, day):
            since, until = (datetime.combine(day + timedelta(days=m // DAY), datetime.min.time(), zone)
                            .replace(hour=m % DAY // 60, minute=m % 60) for m in (begin, end))  # fmt: skip
            if since.timestamp() <= at.timestamp() < until.timestamp():
                return True
    return False


@settings(max_examples=300, deadline=None)
@given(ROTAS, MOMENTS)
def test_here_is_what_the_wall_clock_says(found: Rota, at: datetime) -> None:
    assert found.is_here(at) == on(found, at)


@settings(max_examples=150, deadline=None)
@given(ROTAS, MOMENTS)
def test_until_and_next_are_the_first_moments_of_change(found: Rota, at: datetime) -> None:
    here = on(found, at)
    changes = found.until(at) if here else found.next(at)
    step, seen = at, None
    for _minute in range(2 * DAY):
        if on(found, step) != here:
            seen = step
            break
        step += timedelta(minutes=1)
    if seen is not None:
        assert changes == seen
    elif changes is not None:
        assert changes >= step
    assert (found.next(at) is None) if here else (found.until(at) is None)


@settings(max_examples=100, deadline=None)
@given(st.lists(ROTAS, min_size=1, max_size=4), MOMENTS)
def test_nobody_is_picked_outside_of_a_rotating_shift(team: list[Rota], at: datetime) -> None:
    candidates = []
    for pk, one in enumerate(team):
        off, until = routing.shift_facts(one, at)
        candidates.append(Candidate(pk, off=off, until=until))
    here = {pk for pk, one in enumerate(team) if on(one, at)}
    chosen = picking.pick(Wanted(), candidates).chosen
    assert chosen in here if here else chosen is None


def test_weeks_have_letters_and_come_round() -> None:
    weeks = Rota("UTC", ((),) * 21, begins=date(2026, 11, 30))
    found = [weeks.letter(date(2026, 11, 23) + timedelta(days=n)) for n in range(0, 35, 7)]
    assert found == ["C", "A", "B", "C", "A"]
    assert Rota("UTC", ((),) * 7).letter(date(2026, 11, 30)) == ""


def test_whoever_has_no_shift_is_always_here() -> None:
    now = datetime(2026, 11, 27, 3, tzinfo=UTC)
    assert ALWAYS.is_here(now)
    assert (ALWAYS.until(now), ALWAYS.next(now)) == (None, None)


def test_whoever_has_no_hours_is_never_here() -> None:
    none = Rota("UTC", ((),) * 7)
    now = datetime(2026, 11, 27, 3, tzinfo=UTC)
    assert not none.is_here(now)
    assert none.next(now) is None


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("9-17", [["09:00", "17:00"]]),
        ("9:00–12:00, 13h-17.30", [["09:00", "12:00"], ["13:00", "17:30"]]),
        ("22:00-6:00", [["22:00", "30:00"]]),
        ("0-24", [["00:00", "24:00"]]),
        ("8-12 und 13-17", [["08:00", "12:00"], ["13:00", "17:00"]]),
        ("", []),
        *((text, None) for text in ("morning", "9", "25-26", "9:70-10", "9-17-18", "9:00–", "-", "9-17 x")),
    ],
)
def test_hours_are_written_as_people_write_them(text: str, hours: list[list[str]] | None) -> None:
    assert read_hours(text) == hours
    if hours:
        assert read_hours(write_hours(rota.as_hours(hours))) == hours


@pytest.mark.django_db
class TestWhose:
    WEEK = ([["09:00", "17:00"]],) * 5 + ([], [])
    MONDAY = date(2026, 11, 30)

    def of(self, cast: make.Cast, who: str = "ana") -> Rota:
        pair = (cast.support.team_id, getattr(cast, who).pk)
        return rota.rotas([pair], self.MONDAY, self.MONDAY + timedelta(days=6))[pair]

    @pytest.fixture
    def cast(self) -> make.Cast:
        return make.cast()

    def test_ones_own_hours_stand_before_the_teams(self, cast: make.Cast) -> None:
        assert self.of(cast) is ALWAYS
        Shift.objects.create(team=cast.support.team, zone="Europe/Paris", week=self.WEEK)
        assert write_hours(self.of(cast).hours(self.MONDAY)) == "9:00–17:00"
        Shift.objects.create(person=cast.ana, zone="Europe/Paris", week=[[["14:00", "22:00"]]] * 7)
        assert write_hours(self.of(cast).hours(self.MONDAY)) == "14:00–22:00"
        assert write_hours(self.of(cast, "ada").hours(self.MONDAY)) == "9:00–17:00"

    def test_a_day_stands_before_the_week_and_ones_own_before_the_teams(self, cast: make.Cast) -> None:
        Shift.objects.create(person=cast.ana, zone="Europe/Paris", week=self.WEEK)
        ShiftDay.objects.create(team=cast.support.team, day=self.MONDAY, name="Saint Andrew")
        assert self.of(cast).hours(self.MONDAY) == ()
        assert self.of(cast).names[self.MONDAY] == "Saint Andrew"
        assert not self.of(cast, "ada").is_here(datetime(2026, 11, 30, 12, tzinfo=UTC)), (
            "who has no hours has the day off"
        )
        assert self.of(cast, "ada").is_here(datetime(2026, 12, 1, 12, tzinfo=UTC))
        ShiftDay.objects.create(person=cast.ana, day=self.MONDAY, hours=[["10:00", "12:00"]])
        assert write_hours(self.of(cast).hours(self.MONDAY)) == "10:00–12:00"

    def test_costs_two_queries_whatever_the_number_of_people(self, cast: make.Cast) -> None:
        Shift.objects.create(team=cast.support.team, zone="Europe/Paris", week=self.WEEK)
        with CaptureQueriesContext(connection) as seen:
            rota.rotas([(cast.support.team_id, pk) for pk in range(50)], self.MONDAY, self.MONDAY)
        assert len(seen) == 2

    def test_a_shift_is_of_a_person_or_of_a_team(self, cast: make.Cast) -> None:
        for whose in ({}, {"person": cast.ana, "team": cast.support.team}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Shift.objects.create(zone="UTC", week=self.WEEK, **whose)
