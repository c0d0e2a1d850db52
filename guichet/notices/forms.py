"""What each chooses about being told: a row per kind, quiet hours, and what is followed by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.notices import ways
from guichet.notices.models import Choice, Kind, Mailing, Wishes
from guichet.people.models import Person

WISHES = ("takes_mail", "quiet_from", "quiet_until", "morning_at")
FOLLOWS = ("follows_written", "follows_mentioned", "follows_assigned")


@dataclass(frozen=True)
class Row:
    """One kind, as the page shows it."""

    label: str
    bell: forms.BoundField
    push: forms.BoundField
    mail: forms.BoundField


class ChoicesForm(forms.Form):
    """Fields `bell-KIND`, `push-KIND`, `mail-KIND` for each kind, and those of `Wishes`."""

    takes_mail = forms.BooleanField(label=gettext_lazy("Send me mails"), required=False)
    quiet_from = forms.TimeField(
        label=gettext_lazy("Quiet from"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    morning_at = forms.TimeField(
        label=gettext_lazy("The morning begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    follows_written = forms.BooleanField(label=gettext_lazy("Tickets that I write on"), required=False)
    follows_mentioned = forms.BooleanField(label=gettext_lazy("Tickets that I am mentioned on"), required=False)
    follows_assigned = forms.BooleanField(label=gettext_lazy("Tickets that are assigned to me"), required=False)

    def __init__(self, data: Any = None, *, person: Person) -> None:
        self._person = person
        self._ways = ways.ways_of([person.pk])[person.pk]
        wishes = ways.wishes_of([person.pk])[person.pk]
        initial = {name: getattr(wishes, name) for name in (*WISHES, *FOLLOWS)}
        super().__init__(data, initial=initial)
        for kind in Kind:
            way = self._ways[kind]
            marks = {"bell": (_("Bell"), way.bell), "push": (_("Push"), way.push)}
            for name, (label, is_on) in marks.items():
                said = f"{label}: {kind.label}"
                box = forms.CheckboxInput(attrs={"aria-label": said})
                self.fields[f"{name}-{kind}"] = forms.BooleanField(required=False, initial=is_on, widget=box)
            select = forms.Select(attrs={"aria-label": f"{_('Mail')}: {kind.label}"})
            self.fields[f"mail-{kind}"] = forms.ChoiceField(
                choices=Mailing.choices, required=False, initial=way.mail, widget=select
            )

    def rows(self) -> Iterator[Row]:
        for kind in Kind:
            yield Row(str(kind.label), self[f"bell-{kind}"], self[f"push-{kind}"], self[f"mail-{kind}"])

    def clean(self) -> None:
        if bool(self.cleaned_data.get("quiet_from")) != bool(self.cleaned_data.get("quiet_until")):
            raise ValidationError(_("Quiet hours need a beginning and an end. Leave both empty for none."))

    def save(self) -> None:
        data = self.cleaned_data
        with transaction.atomic():
            Choice.objects.filter(person=self._person).delete()
            rows = []
            for kind in Kind:
                way = ways.Way(data[f"bell-{kind}"], data[f"mail-{kind}"], data[f"push-{kind}"])
                if way != ways.DEFAULTS[kind]:
                    rows.append(Choice(person=self._person, kind=kind, bell=way.bell, mail=way.mail, push=way.push))
            Choice.objects.bulk_create(rows)
            wished = {name: data[name] for name in (*WISHES, *FOLLOWS)}
            Wishes.objects.update_or_create(person=self._person, defaults=wished)
