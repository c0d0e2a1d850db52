"""Settings: who can do what, how well, how much at once and for which sites, as one table; and what counts as work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
from guichet.people.capacity import save_capacities
from guichet.people.doors import for_admins
from guichet.people.house import house
from guichet.people.models import Language, Membership, Person, Team
from guichet.people.skills import LEVELS, Capacity, ServedSite, Skill, SkillLevel, add_skill, save_skills
from guichet.tickets import load
from guichet.tickets.models import ChannelMost, Inbox

MOST = 999
HEAVIEST = 20  # weight of a ticket
SITES = 20  # of one colleague
KNOWN = 200  # sites of customers that are offered
NAMED = 3  # inboxes of a channel


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
        _save_limits(request, people)
        messages.success(request, _("Saved"))
        return redirect("settings:skills")
    return _table(request, people, every, SkillForm())


def _save_limits(request: HttpRequest, people: list[Person]) -> None:
    """What a ticket of each inbox weighs, how many of it and of a whole channel at most, and how much work at once."""
    inboxes = _inboxes(request)
    typed = {one: _number(request.POST.get(f"weight-{one.pk}", ""), HEAVIEST) for one in inboxes}
    load.weigh({one: weight for one, weight in typed.items() if weight})
    mosts: dict[tuple[Inbox | str, int | None], int | None] = {}
    for place in _places(inboxes):
        mosts[place.of, None] = _number(request.POST.get(f"most-{place.key}", ""), MOST) or None
        mosts |= {(place.of, p.pk): _amount(request.POST.get(f"{p.pk}-most-{place.key}", "")) for p in people}
    load.limit(mosts)
    teams = Team.objects.visible_to(request.user)
    units = {team: _number(request.POST.get(f"team-{team.pk}-units", ""), MOST) for team in teams}
    save_capacities(_number(request.POST.get("units", ""), MOST), units)


def _table(
    request: HttpRequest, people: list[Person], every: list[Skill], form: SkillForm, status: int = 200
) -> HttpResponse:
    levels = {(p, s): level for p, s, level in SkillLevel.objects.values_list("person_id", "skill_id", "level")}
    units = dict(Capacity.objects.values_list("person_id", "units"))
    sites: dict[int, list[str]] = {}
    for pk, name in ServedSite.objects.values_list("person_id", "name"):
        sites.setdefault(pk, []).append(name)
    inboxes, teams = _inboxes(request), list(Team.objects.visible_to(request.user))
    mosts = {(str(one.inbox_id or one.channel), one.person_id): one.most for one in ChannelMost.objects.all()}
    places = _places(inboxes)
    limited = [one for one in places if any(key == one.key for key, _p in mosts)]
    usual = _usual()
    rows = [
        {"person": p, "units": units.get(p.pk, ""), "usual": usual.get(p.pk) or house().capacity or "∞",
         "mosts": [{"place": one, "name": f"{p.pk}-most-{one.key}", "most": mosts.get((one.key, p.pk), ""),
                    "usual": mosts.get((one.key, None), "∞")} for one in limited],
         "sites": "; ".join(sorted(sites.get(p.pk, ()), key=str.casefold)),
         "cells": [{"skill": s, "name": f"{p.pk}-{s.pk}", "level": levels.get((p.pk, s.pk), 0)} for s in every]}
        for p in people
    ]  # fmt: skip
    known = Person.objects.visible_to(request.user).exclude(site="").order_by("site").values_list("site", flat=True)
    context = {
        "rows": rows, "skills": every, "levels": LEVELS, "form": form, "languages": dict(Language.choices),
        "places": [(one, mosts.get((one.key, None), "")) for one in places], "limited": limited, "teams": teams,
        "house_units": house().capacity or "", "most": MOST, "heaviest": HEAVIEST,
        "known_sites": known.distinct()[:KNOWN],
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


def _usual() -> dict[int, str]:
    """What holds for whoever has no capacity of their own, by person; of several teams each."""
    members = Membership.objects.filter(team__capacity__isnull=False).order_by("team__capacity")
    found: dict[int, list[str]] = {}
    for pk, units in members.values_list("person_id", "team__capacity"):
        found.setdefault(pk, []).append(str(units))
    return {pk: "/".join(dict.fromkeys(units)) for pk, units in found.items()}


@dataclass(frozen=True)
class Place:
    """Where somebody has so many tickets at most: an inbox, or all `inboxes` of one channel together."""

    of: Inbox | str
    inboxes: Sequence[Inbox]

    @property
    def key(self) -> str:
        return self.of if isinstance(self.of, str) else str(self.of.pk)

    @property
    def inbox(self) -> Inbox | None:
        return None if isinstance(self.of, str) else self.of

    def __str__(self) -> str:
        names = [str(one) for one in self.inboxes]
        if self.inbox is not None:
            return names[0]
        has_more = len(names) == 1 or len(names) > NAMED  # one alone has others that this administrator does not see
        return _("%(names)s together") % {"names": " + ".join([*names[:NAMED], *(["…"] if has_more else [])])}


def _places(inboxes: Sequence[Inbox]) -> list[Place]:
    """Each inbox, and behind those of one channel all of them together, where it has several or a most."""
    limited = set(ChannelMost.objects.exclude(channel="").values_list("channel", flat=True))
    found = []
    for kind in dict.fromkeys(one.channel for one in inboxes):
        those = [one for one in inboxes if one.channel == kind]
        found += [Place(one, [one]) for one in those]
        found += [Place(kind, those)] if len(those) > 1 or kind in limited else []
    return found


def _inboxes(request: HttpRequest) -> list[Inbox]:
    return list(Inbox.objects.visible_to(request.user).defer("settings"))


def _sites(text: str) -> list[str]:
    """ "Lyon, head office; Metz": each once, however it is written."""
    names = (one_line(word, 200) for word in text.split(";"))
    return list({name.casefold(): name for name in names if name}.values())[:SITES]


def _amount(word: str) -> int | None:
    """None where nothing is typed: 0 is none at all."""
    return _number(word, MOST) if word.strip() else None


def _number(word: str, most: int) -> int:
    return min(int(word), most) if word.isascii() and word.isdecimal() and len(word) < 6 else 0
