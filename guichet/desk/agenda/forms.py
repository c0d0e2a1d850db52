"""When, and what is next, as agents type it."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from guichet.desk.agenda.moments import moment
from guichet.tickets.models import Step


class WhenForm(forms.Form):
    """One of the offered moments, or "at" with a day and time in the reader's zone."""

    when = forms.CharField(max_length=12)
    at = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M"])

    def clean(self) -> None:
        chosen = self.cleaned_data.get("when")
        if chosen == "at":
            if self.cleaned_data.get("at") is None and "at" not in self.errors:
                raise ValidationError(_("Choose the day and time."))
        elif chosen:
            self.cleaned_data["at"] = self.offered(chosen)

    def offered(self, chosen: str) -> datetime | None:
        at = moment(chosen)
        if at is None:
            raise ValidationError(_("This time is over already."))
        return at


class PlanForm(WhenForm):
    """`when` may also be "default": as the house does it for that step."""

    step = forms.TypedChoiceField(choices=Step.choices, coerce=Step)
    words = forms.CharField(required=False, max_length=200)

    def offered(self, chosen: str) -> datetime | None:
        return None if chosen == "default" else super().offered(chosen)
