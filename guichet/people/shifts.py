"""The writers of shifts: the week of a person or of a team, and single days unlike it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from guichet.kit.lines import one_line
from guichet.people.models import Person, Shift, ShiftDay, Team
from guichet.people.rota import WEEKS, monday_of

Week = Sequence[Sequence[Sequence[str]]]


def save_shift(whose: Person | Team, zone: str, week: Week | None, begins: date | None = None) -> None:
    """These hours from now on; None: no hours of their own. Of several weeks the first is that of the day `begins`."""
    owner = _owner(whose)
    if week is None:
        Shift.objects.filter(**owner).delete()
        return
    if len(week) % 7 or len(week) > 7 * WEEKS or (len(week) > 7 and begins is None):
        raise ValueError("whole weeks, eight at most, and of several when they begin")
    facts = {"zone": zone, "week": week, "begins": monday_of(begins) if begins and len(week) > 7 else None}
    Shift.objects.update_or_create(**owner, defaults=facts)


def save_day(whose: Person | Team, day: date, hours: Sequence[Sequence[str]] | None, name: str = "") -> None:
    """That day alone; None: as its weekday is."""
    owner = _owner(whose)
    if hours is None:
        ShiftDay.objects.filter(**owner, day=day).delete()
    else:
        facts = {"hours": hours, "name": one_line(name, 60)}
        ShiftDay.objects.update_or_create(**owner, day=day, defaults=facts)


def _owner(whose: Person | Team) -> dict[str, Any]:
    return {"person" if isinstance(whose, Person) else "team": whose}
