"""Hours as people write them: of a week, and of one day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.accounts.forms import TimeZoneField
from guichet.people.house import house
from guichet.people.models import Shift, ShiftDay
from guichet.people.rota import WEEKS, as_hours, letter, monday_of, read_hours, write_hours

USUAL = [[["09:00", "17:00"]]] * 5 + [[], []]
HINT = {"placeholder": gettext_lazy("free"), "autocomplete": "off", "spellcheck": "false"}


class HoursField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=100, required=False, widget=forms.TextInput(attrs=HINT), **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        found = read_hours(text)
        if found is None:
            said = {"part": text}
            raise ValidationError(_("“%(part)s” are no hours. Write them like 9:00-12:00, 13:00-17:30.") % said)
        return found


@dataclass(frozen=True)
class WeekOfForm:
    letter: str
    days: list[forms.BoundField]


class ShiftForm(forms.Form):
    """A week, or several that come round in turn; where `is_own` is not ticked, there are no hours of their own."""

    is_own = forms.BooleanField(required=False)
    zone = TimeZoneField(required=False)
    begins = forms.DateField(
        label=gettext_lazy("Week A begins on"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Any day of that week. The weeks follow one another, and then A comes again."),
    )  # fmt: skip

    def __init__(
        self, typed: QueryDict | None, *, shift: Shift | None, label: str, today: date, zone: str = ""
    ) -> None:
        week = shift.week if shift is not None else USUAL
        zone = (shift.zone if shift is not None else zone) or house().time_zone
        begins = shift.begins if shift is not None and shift.begins else monday_of(today)
        typed, self.count = _with_weeks(typed, begins) if typed is not None else (None, len(week) // 7)
        super().__init__(typed, initial={"is_own": shift is not None, "zone": zone, "begins": begins})
        self.fields["is_own"].label = label
        for day in range(7 * self.count):
            hours = write_hours(as_hours(week[day])) if day < len(week) else ""
            self.fields[f"day{day}"] = HoursField(label=str(WEEKDAYS[day % 7]), initial=hours)

    @property
    def weeks(self) -> Iterator[WeekOfForm]:
        for week in range(self.count):
            yield WeekOfForm(letter(week), [self[f"day{7 * week + day}"] for day in range(7)])

    @property
    def last(self) -> str:
        return letter(self.count - 1)

    @property
    def can_grow(self) -> bool:
        return self.count < WEEKS

    def clean_zone(self) -> str:
        return self.cleaned_data["zone"] or house().time_zone

    def clean_begins(self) -> date | None:
        begins: date | None = self.cleaned_data["begins"]
        if self.count > 1 and begins is None:
            raise ValidationError(_("Say in which week the cycle begins."))
        return begins

    def week(self) -> list[Any] | None:
        typed = self.cleaned_data
        return [typed[f"day{day}"] for day in range(7 * self.count)] if typed["is_own"] else None


def _with_weeks(typed: QueryDict, begins: date) -> tuple[QueryDict, int]:
    """What was typed, with a week more (like the one before it) or fewer where that was asked for."""
    said = typed.get("weeks", "1")
    count = min(max(int(said), 1), WEEKS) if said.isascii() and said.isdecimal() and len(said) < 3 else 1
    more = {"more": 1, "fewer": -1}.get(typed.get("act", ""), 0)
    if not more or not 1 <= count + more <= WEEKS:
        return typed, count
    found = typed.copy()
    if more > 0:
        for day in range(7 * count, 7 * count + 7):
            found[f"day{day}"] = typed.get(f"day{day - 7}", "")
    if "begins" not in found:
        found["begins"] = begins.isoformat()
    return found, count + more


class DayForm(forms.Form):
    """One day unlike its weekday. Without hours it is free."""

    hours = HoursField(label=gettext_lazy("Hours of this day"), help_text=gettext_lazy("Nothing: free."))
    name = forms.CharField(
        label=gettext_lazy("What it is"), max_length=60, required=False,
        help_text=gettext_lazy("Such as a holiday or a swap. Colleagues read it."),
    )  # fmt: skip

    def __init__(self, typed: QueryDict | None, *, day: ShiftDay | None, usual: str) -> None:
        hours = write_hours(as_hours(day.hours)) if day is not None else usual
        super().__init__(typed, initial={"hours": hours, "name": day.name if day else ""})
