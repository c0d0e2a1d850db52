"""What the settings page of a macro asks: words in each language, acts, and for whom."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.kit.lines import one_line
from guichet.people.models import Language, Person, Team
from guichet.rules import placeholders
from guichet.rules.models import Macro, MacroText
from guichet.rules.verbs import TAGS
from guichet.tickets.models import Category, Impact, Priority, Status, TicketType, Urgency
from guichet.tickets.models.sorting import by_way

TEXT_LIMIT = 20_000
KEEP = gettext_lazy("Leave as it is")


def checked(text: str) -> str:
    """The words, or an error that names the placeholder nobody knows and the one that was meant."""
    for name, close in placeholders.unknown(text).items():
        if close:
            raise ValidationError(
                _("There is no {%(name)s}. Did you mean {%(close)s}?") % {"name": name, "close": close}
            )
        raise ValidationError(_("There is no {%(name)s}.") % {"name": name})
    return text


class MacroForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in its stubs only
    whose = forms.ChoiceField(label=gettext_lazy("For whom"))
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), required=False)
    to_team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)
    assignee = forms.ChoiceField(label=gettext_lazy("Owner"), required=False)
    type = forms.ChoiceField(label=gettext_lazy("Type"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Category"), required=False)
    impact = forms.ChoiceField(label=gettext_lazy("Impact"), required=False)
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"), required=False)
    add_tags = forms.CharField(label=gettext_lazy("Add tags"), required=False, max_length=500)
    remove_tags = forms.CharField(label=gettext_lazy("Remove tags"), required=False, max_length=500)
    note = forms.CharField(
        label=gettext_lazy("Internal note"), required=False, max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    class Meta:
        model = Macro
        fields: ClassVar = ["name", "folder"]
        labels: ClassVar = {"name": gettext_lazy("Name"), "folder": gettext_lazy("Folder")}
        widgets: ClassVar = {
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "folder": forms.TextInput(attrs={"autocomplete": "off", "list": "folders"}),
        }

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._by = by
        verbs = self.instance.verbs
        teams = [(str(team.pk), team.name) for team in Team.objects.visible_to(by)]
        people = [(str(one.pk), str(one)) for one in Person.objects.agents()]
        self._choose("whose", self._owners(teams), self._whose())
        self._choose("status", [("", KEEP), *Status.choices], verbs.get("status", ""))
        self._choose("priority", [("", KEEP), *((str(k), v) for k, v in Priority.choices)], verbs.get("priority", ""))
        self._choose("to_team", [("", KEEP), *teams], verbs.get("team", ""))
        me = [("me", _("Whoever uses it")), ("nobody", _("Nobody"))]
        self._choose("assignee", [("", KEEP), *me, *people], verbs.get("assignee", ""))
        self._choose_kind(verbs)
        for name in ("add_tags", "remove_tags"):
            self.fields[name].initial = ", ".join(verbs.get(name, ()))
            self.fields[name].help_text = _("Separated by commas.")
        self.fields["note"].initial = verbs.get("note", "")
        texts = {one.language: one.text for one in self.instance.texts.all()} if self.instance.pk else {}
        for language, label in Language.choices:
            self.fields[f"text_{language}"] = forms.CharField(
                label=label, required=False, max_length=TEXT_LIMIT, strip=False, initial=texts.get(language, ""),
                widget=forms.Textarea(attrs={"rows": 5, "lang": language, "data-placeholders": ""}),
            )  # fmt: skip

    def _choose_kind(self, verbs: dict[str, Any]) -> None:
        """What is switched off is still a choice where it was chosen."""
        types = TicketType.objects.filter(Q(is_active=True) | Q(pk=verbs.get("type"))).values_list("pk", "name")
        offered = Q(is_active=True) | Q(pk=verbs.get("category"))
        categories = by_way(list(Category.objects.filter(offered).select_related("parent")))
        severity = verbs.get("severity", {})
        self._choose("type", [("", KEEP), *((str(pk), name) for pk, name in types)], verbs.get("type", ""))
        self._choose("category", [("", KEEP), *((str(one.pk), str(one)) for one in categories)],
                     verbs.get("category", ""))  # fmt: skip
        for name, grades in (("impact", Impact), ("urgency", Urgency)):
            choices = [("", KEEP), *((str(key), label) for key, label in grades.choices)]
            self._choose(name, choices, severity.get(name, ""))

    def _choose(self, name: str, choices: Any, initial: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices, field.initial = choices, str(initial)

    def _owners(self, teams: list[tuple[str, str]]) -> list[tuple[str, str]]:
        mine = {str(pk) for pk in self._by.team_ids}
        given = [("me", _("Only me"))]
        given += [(f"team-{pk}", name) for pk, name in teams if self._by.is_admin or pk in mine]
        return [*given, ("all", _("Everybody"))] if self._by.is_admin else given

    def _whose(self) -> str:
        if self.instance.pk is None:
            return "me"
        return "me" if self.instance.person_id else f"team-{self.instance.team_id}" if self.instance.team_id else "all"

    @property
    def texts(self) -> list[forms.BoundField]:
        return [self[f"text_{language}"] for language, _label in Language.choices]

    @property
    def acts(self) -> list[forms.BoundField]:
        what = ("type", "category", "impact", "urgency")
        names = ("status", "priority", "to_team", "assignee", *what, "add_tags", "remove_tags", "note")
        return [self[name] for name in names]

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        for language, _label in Language.choices:
            name = f"text_{language}"
            typed[name] = typed.get(name, "").replace("\r\n", "\n").replace("\x00", "").strip("\n ")
            try:
                checked(typed[name])
            except ValidationError as error:
                self.add_error(name, error)
        if not self.errors and not (self.verbs() or any(self.said())):
            raise ValidationError(_("Write a text, or choose something to do."))
        return typed

    def said(self) -> list[tuple[str, str]]:
        pairs = ((language, self.cleaned_data.get(f"text_{language}", "")) for language, _label in Language.choices)
        return [(language, text) for language, text in pairs if text]

    def verbs(self) -> dict[str, Any]:
        typed = self.cleaned_data
        owner = typed.get("assignee", "")
        found = {
            "status": typed.get("status", ""),
            "priority": int(typed["priority"]) if typed.get("priority") else None,
            "team": int(typed["to_team"]) if typed.get("to_team") else None,
            "assignee": int(owner) if owner.isdecimal() else owner,
            "type": int(typed["type"]) if typed.get("type") else None,
            "category": int(typed["category"]) if typed.get("category") else None,
            "severity": {name: int(typed[name]) for name in ("impact", "urgency") if typed.get(name)},
            "add_tags": tags_of(typed.get("add_tags", "")),
            "remove_tags": tags_of(typed.get("remove_tags", "")),
            "note": typed.get("note", "").replace("\r\n", "\n").strip(),
        }
        return {name: value for name, value in found.items() if value not in (None, "", [], {})}

    def save(self, commit: bool = True) -> Macro:
        macro: Macro = self.instance
        whose = self.cleaned_data["whose"]
        macro.person = self._by if whose == "me" else None
        macro.team_id = int(whose.removeprefix("team-")) if whose.startswith("team-") else None
        macro.verbs, macro.changed_by = self.verbs(), self._by
        macro.folder = one_line(macro.folder, 120).strip("/ ")
        with transaction.atomic():
            macro.save()
            macro.texts.all().delete()
            MacroText.objects.bulk_create([MacroText(macro=macro, language=k, text=v) for k, v in self.said()])
        return macro


def tags_of(words: str) -> list[str]:
    return list(dict.fromkeys(tag for word in words.split(",") if (tag := one_line(word, 60).strip().lower())))[:TAGS]
