"""What is chosen about tickets and their messages, checked before any action sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.desk.forms import TEXT_LIMIT, NumbersField
from guichet.kit.lines import one_line
from guichet.people.models import Person, Team
from guichet.tickets.actions import Part, Refused
from guichet.tickets.models import Inbox, LinkKind
from guichet.tickets.models.inbox import InboxQuerySet

CHOOSE = {"required": gettext_lazy("Choose at least one.")}


class MergeForm(forms.Form):
    """Numbers of tickets; `way` "there" is into that one, else they come here.

    `sure` is what was agreed to (customers.Mixed), the way included: it comes from the button that agrees and from no
    other, so that whoever presses the first button twice is asked twice.
    """

    ticket = NumbersField(error_messages=CHOOSE)
    way = forms.CharField(required=False, max_length=10)
    sure = forms.CharField(required=False, max_length=2000)

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or {}
        if chosen.get("sure"):
            chosen["way"] = chosen["sure"].partition(" ")[0]
        return chosen


class CarryForm(forms.Form):
    """Messages for a new ticket (`subject` may be empty) or for the one with this number."""

    message = NumbersField(error_messages=CHOOSE)
    where = forms.ChoiceField(choices=(("new", ""), ("other", "")))
    subject = forms.CharField(required=False, max_length=500)
    number = forms.CharField(required=False, max_length=20)

    def clean_subject(self) -> str:
        return one_line(self.cleaned_data["subject"], 500)

    def clean_number(self) -> int | None:
        typed: str = self.cleaned_data["number"].strip().removeprefix("#")
        if not typed:
            return None
        if not (typed.isascii() and typed.isdecimal() and len(typed) < 15):
            raise ValidationError(_("Type the number of a ticket."))
        return int(typed)


class UndoForm(forms.Form):
    act = NumbersField()


class InboxForm(forms.Form):
    """`team` and `assignee` are those to be given back when a move is undone."""

    inbox = forms.ModelChoiceField(Inbox.objects.none())
    team = forms.ModelChoiceField(Team.objects.all(), required=False)
    assignee = forms.ModelChoiceField(Person.objects.none(), required=False)

    def __init__(self, *args: Any, inboxes: InboxQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, queryset in (("inbox", inboxes), ("assignee", Person.objects.agents())):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = queryset


class LinkForm(forms.Form):
    """`ticket` is the other one's number; see `links.choices` for the kinds."""

    ticket = forms.IntegerField(min_value=1, max_value=2**62, error_messages=CHOOSE)
    kind = forms.ChoiceField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind, "") for one in LinkKind for kind in (one.value, f"-{one.value}")]


class FollowUpForm(forms.Form):
    """What holds for all tickets of a page; their subjects, teams and owners are rows of it (`parts_of`)."""

    kind = forms.ChoiceField(choices=[(LinkKind.CHILD, ""), (LinkKind.FOLLOW_UP, "")])
    text = forms.CharField(required=False, max_length=TEXT_LIMIT, strip=False)
    inbox = forms.ModelChoiceField(Inbox.objects.none(), required=False)
    send = forms.BooleanField(required=False)

    def __init__(self, *args: Any, inboxes: InboxQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["inbox"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = inboxes


def parts_of(rows: Sequence[Mapping[str, str]], chosen: Mapping[str, Any]) -> list[Part]:
    """The tickets to make: rows without a subject are left out. Raises Refused for a team or owner that is gone."""
    teams = {str(team.pk): team for team in Team.objects.all()}
    agents = {str(person.pk): person for person in Person.objects.agents()}
    parts = []
    for row in rows:
        if not row["subject"].strip():
            continue
        if (row["team"] and row["team"] not in teams) or (row["assignee"] and row["assignee"] not in agents):
            raise Refused(_("This team or colleague is no longer there. Choose another."))
        team, owner = teams.get(row["team"]), agents.get(row["assignee"])
        parts.append(Part(row["subject"], chosen["text"], team, owner, chosen["inbox"], is_sent=chosen["send"]))
    return parts
