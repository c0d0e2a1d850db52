"""By when the demo desk answers: hours and holidays of its three houses, and what it promises to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from guichet.clocks.defaults import DAY, MARKS, TARGETS
from guichet.clocks.editing import days_of, save_calendar, save_policy
from guichet.clocks.models import Calendar, CalendarUse, Kind, Policy
from guichet.conditions.fields import Asker
from guichet.conditions.grammar import parse
from guichet.demo import cast
from guichet.demo.furniture import ADA
from guichet.people.models import Person
from guichet.tickets.fields import FIELDS

Week = Sequence[Sequence[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class DemoCalendar:
    """The first is the house's own; the others are their site's."""

    name: str
    zone: str
    week: Week
    country: str
    region: str = ""
    site: str = ""


@dataclass(frozen=True, slots=True)
class DemoPolicy:
    """Minutes of working time, of all priorities but those that `targets` names; by the calendar of that name, or by
    whichever is the ticket's."""

    name: str
    condition: str
    targets: Mapping[str, Mapping[str, int]]
    calendar: str = ""


OFFICE = [["08:30", "12:00"], ["13:00", "17:30"]]
CALENDARS = (
    DemoCalendar("Lyon", "Europe/Paris", [*[OFFICE] * 5, [], []], "FR"),
    DemoCalendar("Werk Stuttgart", "Europe/Berlin", [*[[["07:00", "16:00"]]] * 4, [["07:00", "13:00"]], [], []],
                 "DE", "BW", cast.STUTTGART),
    DemoCalendar("Leeds", "Europe/London", [*[[["09:00", "17:30"]]] * 5, [], []], "GB", "ENG", cast.LEEDS),
)  # fmt: skip
EACH = ("1", "2", "3", "4")
# The last is asked last: it holds for everything else.
POLICIES = (
    DemoPolicy(
        "Security",
        "(tag:security or tag:phishing)",
        {Kind.FIRST.value: dict.fromkeys(EACH, 30), Kind.SOLUTION.value: dict.fromkeys(EACH, DAY)},
        "Lyon",
    ),
    DemoPolicy(
        "Contract customers",
        f'organisation="{cast.CONTRACT}"',
        {
            Kind.FIRST.value: {"1": 30, "2": 60, "3": 120, "4": 240},
            Kind.NEXT.value: {"1": 30, "2": 60, "3": 240, "4": DAY},
            Kind.SOLUTION.value: {"1": 240, "2": DAY, "3": 3 * DAY, "4": 5 * DAY},
        },
    ),
    DemoPolicy("Everybody", "", TARGETS),
)


def plan(people: Mapping[str, Person]) -> None:
    """Before any mail comes, so that each has its deadlines from its first moment on."""
    ada = people[ADA]
    calendars = {one.name: _calendar(one, ada, is_default=one is CALENDARS[0]) for one in CALENDARS}
    for one in reversed(POLICIES):  # a new one is asked before all others
        save_policy(
            Policy(name=one.name), ada, condition=parse(one.condition, FIELDS, Asker(ada)), targets=one.targets,
            marks=MARKS, calendar=calendars.get(one.calendar),
        )  # fmt: skip


def _calendar(one: DemoCalendar, ada: Person, *, is_default: bool) -> Calendar:
    days: dict[str, Any] = days_of(one.country, one.region, {}, {}, timezone.localdate().year, {})
    uses = [CalendarUse(site=one.site)] if one.site else []
    return save_calendar(
        Calendar(name=one.name, is_default=is_default), ada, zone=one.zone, week=one.week, days=days,
        country=one.country, region=one.region, uses=uses,
    )  # fmt: skip
