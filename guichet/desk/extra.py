"""Fields of the house's own in a form: each as its kind asks for it. The same for people, organisations and tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import escape

from guichet.people import extra
from guichet.people.extra import ExtraField
from guichet.people.models import Person

PREFIX = "extra_"
CHOOSING = (ExtraField.Kind.CHOICE, ExtraField.Kind.CHOICES)


class ExtraForm(forms.Form):
    """A form to inherit from; `fields_of` are its further fields, `extra` what they hold now."""

    def __init__(
        self, *args: Any, fields_of: Sequence[ExtraField] = (), extra: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields_of, self.extra_before = fields_of, dict(extra or {})
        for field in fields_of:
            made = self.fields[f"{PREFIX}{field.key}"] = form_field(field)
            made.initial = before = self.extra_before.get(field.key)
            # What is no choice any more is still one where it was chosen.
            for gone in before if isinstance(before, list) else [before]:
                if field.kind in CHOOSING and gone and gone not in field.choices:
                    choosing: Any = made if field.kind == ExtraField.Kind.CHOICES else made.widget
                    choosing.choices = [*choosing.choices, (gone, gone)]

    def clean(self) -> dict[str, Any]:
        """Each value in its stored form: `extra_after` is the whole."""
        self.extra_after = self.extra_before
        for field in self.fields_of:
            name = f"{PREFIX}{field.key}"
            try:
                typed = {field.key: self.cleaned_data.get(name)}
                if typed[field.key] and typed[field.key] == self.extra_before.get(field.key):
                    continue
                self.extra_after = extra.merged(self.extra_after, [field], typed)
            except extra.Wrong as wrong:
                self.add_error(name, str(wrong))
        return self.cleaned_data

    @property
    def extra_fields(self) -> list[Any]:
        return [self[f"{PREFIX}{field.key}"] for field in self.fields_of]

    @property
    def facts(self) -> dict[str, Any]:
        """What was typed, the further facts as one."""
        plain = {key: value for key, value in self.cleaned_data.items() if not key.startswith(PREFIX)}
        return {**plain, "extra": self.extra_after} if self.fields_of else plain


def form_field(field: ExtraField) -> forms.Field:
    """Checked by the field itself, so that a list and a form refuse the same. Help is markup to a template; what an
    administrator typed as such is text.
    """
    common: dict[str, Any] = {"label": field.label, "required": False, "help_text": escape(field.help_text)}
    if field.kind == ExtraField.Kind.FLAG:
        return forms.BooleanField(**common)
    if field.kind == ExtraField.Kind.CHOICE:
        made = forms.CharField(**common)
        made.widget = forms.Select(choices=[("", "–"), *((one, one) for one in field.choices)])
        return made
    if field.kind == ExtraField.Kind.CHOICES:
        options = [(one, one) for one in field.choices]
        return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **common)
    if field.kind == ExtraField.Kind.PERSON:
        made = forms.CharField(**common)
        made.widget = forms.Select(choices=[("", "–"), *((one.pk, str(one)) for one in Person.objects.agents())])
        return made
    if field.kind == ExtraField.Kind.LONG:
        return forms.CharField(max_length=extra.TEXT, widget=forms.Textarea({"rows": 3}), **common)
    kinds = {ExtraField.Kind.DATE: "date", ExtraField.Kind.LINK: "url"}
    attributes = {"autocomplete": "off"}
    if field.kind == ExtraField.Kind.NUMBER:
        attributes["inputmode"] = "decimal"
    widget = forms.TextInput(attrs=attributes)
    widget.input_type = kinds.get(ExtraField.Kind(field.kind), "text")
    return forms.CharField(max_length=extra.TEXT, widget=widget, **common)
