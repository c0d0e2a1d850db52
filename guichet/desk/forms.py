"""What agents type, checked before any action sees it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from guichet.people.models import Person, Team, Theme
from guichet.tickets.models import Priority, Status

TEXT_LIMIT = 100_000
CC_LIMIT = 20


class AddressesField(forms.CharField):
    """Mail addresses separated by commas, semicolons or line ends -> [{"name": "", "address": …}]."""

    def clean(self, value: Any) -> list[dict[str, str]]:
        words = [word.strip(" <>") for word in re.split(r"[,;\n]", super().clean(value) or "") if word.strip()]
        if len(words) > CC_LIMIT:
            raise ValidationError(_("At most %(n)s addresses.") % {"n": CC_LIMIT})
        for word in words:
            try:
                validate_email(word)
            except ValidationError as bad:
                raise ValidationError(_("%(word)s is not a mail address.") % {"word": word}) from bad
        return [{"name": "", "address": word} for word in words]


class NoteForm(forms.Form):
    text = forms.CharField(required=False, max_length=TEXT_LIMIT, strip=False)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip("\n ")


class ReplyForm(NoteForm):
    seen = forms.IntegerField(min_value=0, max_value=2**31)
    cc = AddressesField(required=False, max_length=6000)
    status = forms.TypedChoiceField(choices=Status.choices, coerce=Status, required=False, empty_value=None)
    anyway = forms.BooleanField(required=False)


class StatusForm(forms.Form):
    status = forms.TypedChoiceField(choices=Status.choices, coerce=Status)


class PriorityForm(forms.Form):
    priority = forms.TypedChoiceField(choices=Priority.choices, coerce=lambda value: Priority(int(value)))


class AssigneeForm(forms.Form):
    """Empty is nobody."""

    assignee = forms.ModelChoiceField(Person.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["assignee"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Person.objects.agents()


class TeamForm(forms.Form):
    team = forms.ModelChoiceField(Team.objects.all())


class TagsForm(forms.Form):
    """`tags` are those the ticket has; `toggle` is one to put on, or to take off if it is among them."""

    toggle = forms.CharField(required=False, max_length=60)

    def wanted(self, before: list[str]) -> list[str]:
        name = self.cleaned_data["toggle"].strip().lower()
        if not name:
            return before
        return [tag for tag in before if tag != name] if name in before else [*before, name]


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(choices=Theme.choices)
