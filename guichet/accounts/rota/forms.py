"""Hours as people write them: of a week, and of one day."""

from __future__ import annotations

from collections.abc import Iterator
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
from guichet.people.rota import as_hours, read_hours, write_hours

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


class ShiftForm(forms.Form):
    """A week; where it is `is_own` not ticked, there are no hours of their own."""

    is_own = forms.BooleanField(required=False)
    zone = TimeZoneField(required=False)

    def __init__(self, typed: QueryDict | None, *, shift: Shift | None, label: str, zone: str = "") -> None:
        week = shift.week if shift is not None else USUAL
        zone = (shift.zone if shift is not None else zone) or house().time_zone
        super().__init__(typed, initial={"is_own": shift is not None, "zone": zone})
        self.fields["is_own"].label = label
        for day, hours in enumerate(week):
            self.fields[f"day{day}"] = HoursField(label=str(WEEKDAYS[day]), initial=write_hours(as_hours(hours)))

    @property
    def days(self) -> Iterator[forms.BoundField]:
        return (self[f"day{day}"] for day in range(7))

    def clean_zone(self) -> str:
        return self.cleaned_data["zone"] or house().time_zone

    def week(self) -> list[Any] | None:
        typed = self.cleaned_data
        return [typed[f"day{day}"] for day in range(7)] if typed["is_own"] else None


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
