"""By what a ticket is sorted, on its card: category, severity, language, site and needed skills, each with its undo."""

from __future__ import annotations

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
from guichet.tickets.models import Category, Impact, Priority, Severity, Ticket, Urgency
from guichet.tickets.models.sorting import by_way

SITES = 60  # offered


@reads_and_writes
@for_agents
def category(request: HttpRequest, number: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    if request.method != "POST":
        choices = [
            {"name": "category", "value": one.pk, "label": str(one), "is_picked": one.pk == ticket.category_id}
            for one in by_way(list(Category.objects.filter(is_active=True).select_related("parent")))
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
        return render(request, "desk/kinds/_severity.html", {"post_url": request.path, **_matrix(ticket)})
    impact, _dash, urgency = request.POST.get("severity", "").partition("-")
    grades = (_grade(Impact, impact), _grade(Urgency, urgency))
    had = _grade(Priority, request.POST.get("priority", "")) if "undoing" in request.POST else None
    before = {
        "severity": f"{ticket.impact or ''}-{ticket.urgency or ''}",
        "priority": str(int(ticket.priority)),
    }
    now = actions.set_severity(ticket, *grades, by(request), priority=had)
    said = {"grades": " · ".join(str(grade.label) for grade in grades if grade is not None) or _("not said")}
    text = _("Severity: %(grades)s") % said
    if now.priority != ticket.priority:
        text = f"{text} → {Priority(now.priority).label}"
    return done(request, ticket, text, (request.path, before))


def _grade(grades: Any, word: str) -> Any:
    return next((grade for grade in grades if str(int(grade)) == word), None)


def _matrix(ticket: Ticket) -> dict[str, Any]:
    cells = {(one.impact, one.urgency): one.priority for one in Severity.objects.all()}
    rows = [
        {"label": impact.label, "cells": [
            {"value": f"{int(impact)}-{int(urgency)}", "label": urgency.label,
             "priority": cells.get((impact, urgency)),
             "is_picked": (ticket.impact, ticket.urgency) == (impact, urgency)}
            for urgency in Urgency]}
        for impact in Impact
    ]  # fmt: skip
    return {"rows": rows, "urgencies": Urgency.labels, "is_said": bool(ticket.impact or ticket.urgency)}


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
