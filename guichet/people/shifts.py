"""The writers of shifts: the week of a person or of a team, and single days unlike it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from guichet.kit.lines import one_line
from guichet.people.models import Person, Shift, ShiftDay, Team

Week = Sequence[Sequence[Sequence[str]]]


def save_shift(whose: Person | Team, zone: str, week: Week | None) -> None:
    """These hours from now on; None: no hours of their own."""
    owner = _owner(whose)
    if week is None:
        Shift.objects.filter(**owner).delete()
    else:
        Shift.objects.update_or_create(**owner, defaults={"zone": zone, "week": week})


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
