"""By what a ticket is sorted, on its card: category, severity, language, site and needed skills, each with its undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from guichet.desk.doors import for_agents, reader, visible_ticket
from guichet.desk.outcome import by, done, refused
from guichet.kit.doors import reads_and_writes
from guichet.kit.lines import one_line, whole_number
from guichet.people.models import Language, Person, Skill
from guichet.people.skills import LEVELS
from guichet.tickets import actions
from guichet.tickets.models import Category, Impact, Priority, Severity, Urgency
from guichet.tickets.models.sorting import by_way

SITES = 60  # offered


@reads_and_writes
@for_agents
def category(request: HttpRequest, number: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    if request.method != "POST":
        choices = [
            {"name": "category", "value": one.pk, "label": str(one), "is_picked": one.pk == ticket.category_id}
            for one in categories()
        ]
        none = {"name": "category", "value": "", "label": _("No category"), "is_picked": ticket.category_id is None}
        return _menu(request, "category", [*choices, none], _("Find a category"))
    word = request.POST.get("category", "")
    every = Category.objects.select_related("parent")
    chosen = get_object_or_404(every, pk=whole_number(word)) if word else None
    undo = (request.path, {"category": str(ticket.category_id or "")})
    actions.set_category(ticket, chosen, by(request))
    return done(request, ticket, _("Category: %(name)s") % {"name": chosen or _("No category")}, undo)


@reads_and_writes
@for_agents
def severity(request: HttpRequest, number: int) -> HttpResponseBase:
    """`severity` is "impact-urgency", either of which may be missing; an undo names the priority that it had."""
    ticket = visible_ticket(request, number)
    if request.method != "POST":
        return render(
            request, "desk/kinds/_severity.html", {"post_url": request.path, **matrix(ticket.impact, ticket.urgency)}
        )
    impact, _dash, urgency = request.POST.get("severity", "").partition("-")
    grades = (grade(Impact, impact), grade(Urgency, urgency))
    had = grade(Priority, request.POST.get("priority", "")) if "undoing" in request.POST else None
    before = {
        "severity": f"{ticket.impact or ''}-{ticket.urgency or ''}",
        "priority": str(int(ticket.priority)),
    }
    now = actions.set_severity(ticket, *grades, by(request), priority=had)
    text = said(grades)
    if now.priority != ticket.priority:
        text = f"{text} → {Priority(now.priority).label}"
    return done(request, ticket, text, (request.path, before))


def grade(grades: Any, word: str | int | None) -> Any:
    """The one of that number, or None."""
    return next((one for one in grades if str(int(one)) == str(word)), None)


def said(grades: Sequence[int | None]) -> str:
    """Impact and urgency in words."""
    labels = [str(kind(grade).label) for kind, grade in zip((Impact, Urgency), grades, strict=False) if grade]
    return _("Severity: %(grades)s") % {"grades": " · ".join(labels) or _("not said")}


def categories() -> list[Category]:
    """Those that can be chosen, each below the one that it belongs to."""
    return by_way(list(Category.objects.filter(is_active=True).select_related("parent")))


def offered(pk: int | None) -> Category | None:
    """The one of that number, if it can be chosen."""
    return Category.objects.filter(is_active=True, pk=pk).first() if pk else None


def in_use() -> dict[str, bool]:
    """Whether this house sorts by a catalogue, and by a matrix."""
    return {
        "has_categories": Category.objects.filter(is_active=True).exists(),
        "has_severity": Severity.objects.exists(),
    }


def choices(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """By what a new ticket may be sorted in this house, each with what can be chosen and what was."""
    every = categories()
    grades = (("impact", _("Impact"), Impact.choices), ("urgency", _("Urgency"), Urgency.choices))
    found: list[tuple[str, str, Sequence[Any]]] = []
    found += [("category", _("Category"), [(one.pk, str(one)) for one in every])] if every else []
    found += list(grades) if Severity.objects.exists() else []
    return [{"name": name, "label": label, "choices": [(str(value), word, str(value) == typed.get(name))
                                                       for value, word in those]}
            for name, label, those in found]  # fmt: skip


def matrix(is_impact: int | None = None, is_urgency: int | None = None) -> dict[str, Any]:
    cells = {(one.impact, one.urgency): one.priority for one in Severity.objects.all()}
    rows = [
        {"label": impact.label, "cells": [
            {"value": f"{int(impact)}-{int(urgency)}", "label": urgency.label,
             "priority": cells.get((impact, urgency)),
             "is_picked": (is_impact, is_urgency) == (impact, urgency)}
            for urgency in Urgency]}
        for impact in Impact
    ]  # fmt: skip
    return {"rows": rows, "urgencies": Urgency.labels, "is_said": bool(is_impact or is_urgency)}


@reads_and_writes
@for_agents
def language(request: HttpRequest, number: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    if request.method != "POST":
        choices = [{"name": "language", "value": code, "label": name, "is_picked": code == ticket.language}
                   for code, name in Language.choices]  # fmt: skip
        return _menu(request, "language", choices)
    chosen = request.POST.get("language", "")
    undo = (request.path, {"language": ticket.language}) if ticket.language in Language.values else None
    try:
        actions.set_language(ticket, chosen, by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    return done(request, ticket, _("Language: %(language)s") % {"language": Language(chosen).label}, undo)


@reads_and_writes
@for_agents
def site(request: HttpRequest, number: int) -> HttpResponseBase:
    """Empty is the customer's own."""
    ticket = visible_ticket(request, number)
    if request.method != "POST":
        people = Person.objects.visible_to(reader(request)).exclude(site="")
        sites = list(people.order_by("site").values_list("site", flat=True).distinct()[:SITES])
        context = {"ticket": ticket, "post_url": request.path, "sites": sites}
        return render(request, "desk/kinds/_site.html", context)
    typed = one_line(request.POST.get("site", ""), 200)
    undo = (request.path, {"site": ticket.site})
    actions.set_site(ticket, typed, by(request))
    return done(request, ticket, _("Site: %(site)s") % {"site": typed or _("the customer's own")}, undo)


@reads_and_writes
@for_agents
def needs(request: HttpRequest, number: int) -> HttpResponseBase:
    """The skills that it needs, as `skill-id` = level."""
    ticket = visible_ticket(request, number)
    skills = list(Skill.objects.visible_to(reader(request)))
    before = actions.needs_of(ticket)
    if request.method != "POST":
        rows = [{"skill": skill, "level": before.get(skill.pk, 0)} for skill in skills]
        context = {"post_url": request.path, "rows": rows, "levels": LEVELS}
        return render(request, "desk/kinds/_needs.html", context)
    wanted = {skill.pk: whole_number(request.POST.get(f"skill-{skill.pk}", "")) for skill in skills}
    wanted = {pk: level for pk, level in wanted.items() if level}
    actions.set_needs(ticket, wanted, by(request))
    undo = (request.path, {f"skill-{pk}": str(level) for pk, level in before.items()})
    said = ", ".join(f"{skill} {min(wanted[skill.pk], LEVELS[-1])}" for skill in skills if skill.pk in wanted)
    return done(request, ticket, _("Needed skills: %(skills)s") % {"skills": said or _("none")}, undo)


def _menu(request: HttpRequest, field: str, choices: list[Any], placeholder: str = "") -> HttpResponse:
    context = {"post_url": request.path, "field": field, "choices": choices, "has_filter": bool(placeholder)}
    return render(request, "desk/choose.html", {**context, "placeholder": placeholder})
