"""Settings: who can do what, how well, how much at once and for which sites, as one table; and what counts as work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from guichet.kit.doors import reads_and_writes
from guichet.kit.lines import one_line
from guichet.people.doors import for_admins
from guichet.people.models import Language, Person
from guichet.people.skills import LEVELS, Capacity, ServedSite, Skill, SkillLevel, add_skill, save_skills
from guichet.tickets import load
from guichet.tickets.models import Inbox

MOST = 999
HEAVIEST = 20  # weight of a ticket
SITES = 20  # of one colleague
KNOWN = 200  # sites of customers that are offered


class SkillForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("New skill"), max_length=60)
    language = forms.ChoiceField(label=gettext_lazy("It is speaking"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("no language")), *Language.choices]


@for_admins
@reads_and_writes
def skills(request: HttpRequest) -> HttpResponse:
    """Saved as a whole: every level and capacity that stands in the table."""
    people = list(Person.objects.agents().order_by("name", "pk"))
    every = list(Skill.objects.visible_to(request.user))
    if request.method == "POST":
        levels = {
            (p.pk, s.pk): _number(request.POST.get(f"{p.pk}-{s.pk}", ""), LEVELS[-1]) for p in people for s in every
        }
        units: dict[int, int | None] = {p.pk: _number(request.POST.get(f"{p.pk}-units", ""), MOST) for p in people}
        sites = {p.pk: _sites(request.POST.get(f"{p.pk}-sites", "")) for p in people}
        save_skills(people, levels, units, sites)
        typed = {one: _number(request.POST.get(f"weight-{one.pk}", ""), HEAVIEST) for one in _inboxes(request)}
        load.weigh({one: weight for one, weight in typed.items() if weight})
        messages.success(request, _("Saved"))
        return redirect("settings:skills")
    return _table(request, people, every, SkillForm())


def _table(
    request: HttpRequest, people: list[Person], every: list[Skill], form: SkillForm, status: int = 200
) -> HttpResponse:
    levels = {(p, s): level for p, s, level in SkillLevel.objects.values_list("person_id", "skill_id", "level")}
    units = dict(Capacity.objects.values_list("person_id", "units"))
    sites: dict[int, list[str]] = {}
    for pk, name in ServedSite.objects.values_list("person_id", "name"):
        sites.setdefault(pk, []).append(name)
    rows = [
        {"person": p, "units": units.get(p.pk, ""), "sites": "; ".join(sorted(sites.get(p.pk, ()), key=str.casefold)),
         "cells": [{"skill": s, "name": f"{p.pk}-{s.pk}", "level": levels.get((p.pk, s.pk), 0)} for s in every]}
        for p in people
    ]  # fmt: skip
    known = Person.objects.visible_to(request.user).exclude(site="").order_by("site").values_list("site", flat=True)
    context = {
        "rows": rows, "skills": every, "levels": LEVELS, "form": form, "languages": dict(Language.choices),
        "inboxes": _inboxes(request), "known_sites": known.distinct()[:KNOWN], "heaviest": HEAVIEST,
    }  # fmt: skip
    return render(
        request, "accounts/skills.html", {"section": "settings", "settings_key": "skills", **context}, status=status
    )


@for_admins
@require_POST
def add(request: HttpRequest) -> HttpResponse:
    form = SkillForm(request.POST)
    if form.is_valid() and add_skill(form.cleaned_data["name"], form.cleaned_data["language"]) is None:
        form.add_error("name", _("There is such a skill already."))
    if not form.is_valid():
        people = list(Person.objects.agents().order_by("name", "pk"))
        return _table(request, people, list(Skill.objects.visible_to(request.user)), form, status=422)
    return redirect("settings:skills")


@for_admins
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """With the levels that were entered for it."""
    found = get_object_or_404(Skill.objects.visible_to(request.user), pk=pk)
    found.delete()
    messages.success(request, _("%(name)s is removed.") % {"name": found.name})
    return redirect("settings:skills")


def _inboxes(request: HttpRequest) -> list[Inbox]:
    return list(Inbox.objects.visible_to(request.user).defer("settings"))


def _sites(text: str) -> list[str]:
    """ "Lyon, head office; Metz": each once, however it is written."""
    names = (one_line(word, 200) for word in text.split(";"))
    return list({name.casefold(): name for name in names if name}.values())[:SITES]


def _number(word: str, most: int) -> int:
    return min(int(word), most) if word.isascii() and word.isdecimal() and len(word) < 6 else 0
