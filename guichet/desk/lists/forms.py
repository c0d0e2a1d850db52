"""What is typed about a saved view."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from guichet.conditions.fields import Asker
from guichet.conditions.grammar import TEXT_LENGTH, Mistake, parse
from guichet.conditions.tree import Tree
from guichet.desk.lists.paging import SORTS
from guichet.desk.lists.rows import COLUMNS
from guichet.tickets.fields import FIELDS
from guichet.tickets.models import Audience, SavedView

ICONS = (
    "list-filter", "flag", "star", "flame", "bell", "bug", "building-2", "clock", "credit-card", "globe", "heart",
    "key-round", "mail", "package", "phone", "printer", "server", "shield", "truck", "user-round", "wifi", "wrench",
)  # fmt: skip
COLOURS = [
    ("", pgettext_lazy("colour", "Grey")),
    ("teal", pgettext_lazy("colour", "Teal")),
    ("blue", pgettext_lazy("colour", "Blue")),
    ("green", pgettext_lazy("colour", "Green")),
    ("amber", pgettext_lazy("colour", "Amber")),
    ("red", pgettext_lazy("colour", "Red")),
]


class ConditionField(forms.CharField):
    """The text of a condition -> its tree."""

    asker: Asker

    def clean(self, value: Any) -> Tree:
        text = super().clean(value) or ""
        try:
            return parse(text, FIELDS, self.asker)
        except Mistake as wrong:
            place = text[wrong.start : wrong.end].strip()
            raise ValidationError(f"{place}: {wrong}" if place and place != text else str(wrong)) from wrong


class QuickForm(forms.Form):
    """A name for what the box says now."""

    name = forms.CharField(max_length=80, label=_("Name"))
    audience = forms.CharField(max_length=20, required=False)
    q = ConditionField(max_length=TEXT_LENGTH, required=False, label=_("Condition"))
    sort = forms.ChoiceField(choices=list(SORTS.items()), required=False)

    def __init__(self, *args: Any, asker: Asker, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["q"]
        assert isinstance(field, ConditionField)
        field.asker = asker

    def fill(self, view: SavedView) -> SavedView:
        """The view with what the form says; who may share with whom is for the action to say."""
        said = self.cleaned_data
        view.name, view.condition, view.sort = said["name"], said["q"], said["sort"] or "newest"
        audience, _dash, team = (said["audience"] or "me").partition("-")
        view.audience = Audience(audience) if audience in Audience.values else Audience.ME
        view.team_id = int(team) if view.audience == Audience.TEAM and team.isascii() and team.isdecimal() else None
        return view


class ViewForm(QuickForm):
    """All that a view has."""

    columns = forms.MultipleChoiceField(
        choices=list(COLUMNS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Columns"),
        help_text=_("Choose none to show what each reader likes to see."),
    )
    icon = forms.ChoiceField(choices=[(name, name) for name in ICONS], required=False)
    colour = forms.ChoiceField(choices=COLOURS, required=False, label=_("Colour"))
    is_pinned = forms.BooleanField(
        required=False, label=_("In the side bar, with a counter if it holds open tickets only")
    )

    def fill(self, view: SavedView) -> SavedView:
        super().fill(view)
        said = self.cleaned_data
        view.columns = [column for column in COLUMNS if column in said["columns"]]
        view.icon, view.colour = said["icon"] or ICONS[0], said["colour"]
        view.is_pinned = said["is_pinned"]
        return view


class ColumnsForm(forms.Form):
    """`view` is the saved view whose columns these are; empty for what the reader likes everywhere else."""

    columns = forms.MultipleChoiceField(choices=list(COLUMNS.items()), required=False)
    view = forms.IntegerField(required=False, min_value=1, max_value=2**62)
