"""What is typed about the work on a ticket."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from guichet.people.models import Person

_SPAN = re.compile(r"(?:(\d{1,4})\s*h)?\s*(?:(\d{1,5})\s*(?:m|min|mn)?\.?)?", re.IGNORECASE)
_HOURS = re.compile(r"(\d{1,4})[.,](\d{1,2})\s*h?", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)")


class SpanField(forms.CharField):
    """Minutes, from "45", "1 h 30", "1:30" or "1.5 h"."""

    def clean(self, value: Any) -> int:
        typed = str(super().clean(value)).strip()
        if clock := _CLOCK.fullmatch(typed):
            return int(clock[1]) * 60 + int(clock[2])
        if hours := _HOURS.fullmatch(typed):
            return round(float(f"{hours[1]}.{hours[2]}") * 60)
        span = _SPAN.fullmatch(typed)
        if span is None or not any(span.groups()):
            raise ValidationError(_("Write a time such as 45, 1 h 30 or 1:30."))
        return int(span[1] or 0) * 60 + int(span[2] or 0)


class TimeForm(forms.Form):
    spent = SpanField(max_length=20)
    note = forms.CharField(required=False, max_length=300)


class ItemForm(forms.Form):
    words = forms.CharField(max_length=300)
    owner = forms.ModelChoiceField(Person.objects.none(), required=False)
    needed = forms.BooleanField(required=False)
    place = forms.IntegerField(required=False, min_value=0, max_value=100_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Person.objects.agents()
