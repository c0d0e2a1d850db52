"""Settings: the rules in their order, the editor with its laboratory, and what each did and was."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guichet.conditions.editor import completed, in_step
from guichet.conditions.fields import Asker
from guichet.conditions.tree import Malformed, from_json
from guichet.kit.doors import reads_and_writes
from guichet.kit.lines import whole_number
from guichet.kit.web import read_cursor, write_cursor
from guichet.people.doors import for_admins
from guichet.people.models import Person
from guichet.rules import actions, checking, fields, past, placeholders, verbs
from guichet.rules.automation import laboratory
from guichet.rules.automation.forms import RuleForm
from guichet.rules.models import Rule, RuleRun, RuleVersion
from guichet.tickets.actions import Refused
from guichet.tickets.models import Inbox

RUNS = 30  # on a page


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    more = {"section": "settings", "settings_key": "rules"}
    return render(request, f"rules/{template}.html", {**more, **context}, status=status)


@for_admins
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    me = cast(Person, request.user)
    found = list(Rule.objects.visible_to(me).kept().select_related("inbox"))
    names, asker = verbs.names_of(rule.verbs for rule in found), Asker(me)
    askers = {rule.inbox_id: fields.house_asker(rule.inbox) for rule in found}
    rows = [{"rule": rule, "when": past.when(rule), "acts": verbs.told(rule.verbs, names),
             "condition": past.condition_of(rule, asker), "broken": broken(rule, askers[rule.inbox_id])}
            for rule in found]  # fmt: skip
    removed = request.GET.get("removed", "")
    gone = Rule.objects.visible_to(me).exclude(removed_at=None)
    return page(request, "rules", rows=rows, removed=gone.filter(pk=whole_number(removed)).first() if removed else None)


def broken(rule: Rule, asker: Asker) -> str:
    """Why its condition can no longer be asked: a team was renamed, a tag is gone."""
    try:
        fields.check(rule.condition, rule.on, asker)
    except Malformed as wrong:
        return str(wrong)
    return ""


@for_admins
@reads_and_writes
def rule(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A rule to change, or without `pk` a new one. "See" saves nothing; what overwrites others is asked about once."""
    me = cast(Person, request.user)
    found = get_object_or_404(Rule.objects.visible_to(me).kept(), pk=pk) if pk else Rule()
    typed = request.POST if request.method == "POST" else None
    if typed is None and (version := whole_number(request.GET.get("version", ""))):
        _as_it_was(found, get_object_or_404(RuleVersion, rule=found.pk, version=version), me)
    form = RuleForm(typed, rule=found, by=me)
    is_valid = typed is not None and form.is_valid()
    context: dict[str, Any] = {"form": form, "rule": found if pk else None, "vocabulary": placeholders.VOCABULARY}
    if typed is not None and is_valid:
        form.fill()
        if "see" not in typed:
            context |= _saved(request, found, me) or {}
            if "is_saved" in context:
                messages.success(request, _("%(name)s is saved.") % {"name": found.name})
                return redirect("rules:rules")
        else:
            context |= _seen(found, me)
    if typed is not None and "see" in typed and request.headers.get("HX-Request"):
        return render(request, "rules/automation/_trial.html", {**context, "tells_errors": True})
    is_wrong = typed is not None and (not is_valid or "error" in context)
    return page(request, "automation/rule", status=422 if is_wrong else 200, **context)


def _saved(request: HttpRequest, found: Rule, me: Person) -> dict[str, Any]:
    found_clashes = checking.clashes(found, _others(found, me)) if found.is_active else []
    if found_clashes and "anyway" not in request.POST:
        return {"clashes": found_clashes, "asks_anyway": True}
    try:
        actions.save_rule(found, me)
    except Refused as why:
        return {"error": str(why)}
    return {"is_saved": True}


def _seen(found: Rule, me: Person) -> dict[str, Any]:
    others = _others(found, me)
    circle = checking.circle(found, others)
    try:
        fields.check(found.condition, found.on, fields.house_asker(found.inbox))
        seen = laboratory.trial(found, me) if found.on else None
    except Malformed as wrong:
        return {"error": str(wrong)}
    return {"trial": seen, "clashes": checking.clashes(found, others), "circle": circle}


def _others(found: Rule, me: Person) -> list[Rule]:
    return list(Rule.objects.visible_to(me).active().exclude(pk=found.pk))


def _as_it_was(found: Rule, version: RuleVersion, me: Person) -> None:
    """A former version in the editor, to be looked at and saved anew."""
    facts = version.facts
    found.name, found.on, found.since, found.minutes = facts["name"], facts["on"], facts["since"], facts["minutes"]
    found.in_working_time = facts.get("in_working_time", False)
    found.condition, found.verbs, found.stops = from_json(facts["condition"]), facts["verbs"], facts["stops"]
    found.inbox = Inbox.objects.visible_to(me).filter(pk=facts["inbox"]).first() if facts["inbox"] else None


@for_admins
@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """What it did lately on tickets that one sees, and what it was."""
    me = cast(Person, request.user)
    found = get_object_or_404(Rule.objects.visible_to(me), pk=pk)
    runs = RuleRun.objects.visible_to(me).filter(rule=found).select_related("ticket", "undone_by").order_by("-pk")
    last = read_cursor("rule runs", request.GET.get("after", ""))
    rows = list((runs.filter(pk__lt=last[0]) if last else runs)[: RUNS + 1])
    shown = rows[:RUNS]
    versions = list(found.versions.select_related("by")[:50])
    asker = Asker(me)
    known = past.facts_of(shown)
    names = verbs.names_of([*(facts["verbs"] for facts in known.values()), *(one.facts["verbs"] for one in versions)])
    told = [{"version": one, "when": past.when(past.of(one)), "condition": past.condition_of(past.of(one), asker),
             "acts": verbs.told(one.facts["verbs"], names)} for one in versions]  # fmt: skip
    did = [(run, past.did(run, known, names), past.lasting(run, known, names)) for run in shown]
    return page(
        request, "automation/history", rule=found, versions=told, runs=did,
        next_url=f"?after={write_cursor('rule runs', [shown[-1].pk])}" if len(rows) > RUNS else "",
        first_url=reverse("rules:history", args=[pk]) if last else "",
    )  # fmt: skip


@for_admins
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up or down, past the rules that one sees."""
    visible = list(Rule.objects.visible_to(request.user).kept())
    at = next((at for at, one in enumerate(visible) if one.pk == pk), None)
    if at is None:
        get_object_or_404(Rule.objects.visible_to(request.user).kept(), pk=pk)
    assert at is not None
    to = at + (-1 if request.POST.get("to") == "up" else 1)
    if 0 <= to < len(visible):
        actions.swap_rules(visible[at], visible[to])
    return redirect(f"{reverse('rules:rules')}#rule-{pk}")


@for_admins
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    me = cast(Person, request.user)
    found = get_object_or_404(Rule.objects.visible_to(me).kept(), pk=pk)
    try:
        actions.switch_rule(found, me, is_active=request.POST.get("on") == "1")
    except Refused as why:
        messages.error(request, str(why))
    return redirect(f"{reverse('rules:rules')}#rule-{pk}")


@for_admins
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of use, or with `undoing` back again."""
    found = get_object_or_404(Rule.objects.visible_to(request.user), pk=pk)
    is_back = "undoing" in request.POST
    actions.remove_rule(found, is_removed=not is_back)
    if is_back:
        messages.success(request, _("%(name)s is back, switched off.") % {"name": found.name})
    url = reverse("rules:rules")
    return redirect(url if is_back else f"{url}?removed={found.pk}")


# -- the editor's condition


@for_admins
@require_safe
def complete(request: HttpRequest) -> HttpResponseBase:
    """What may stand where the cursor is."""
    found = completed(request.GET, fields.FIELDS, Asker(request.user))
    return render(request, "desk/lists/completions.html", {"completions": found})


@for_admins
@require_safe
def condition(request: HttpRequest) -> HttpResponseBase:
    """Text and rows in step: from either, both as they are now."""
    context = in_step(request.GET, fields.FIELDS, Asker(request.user), new="subject")
    return render(request, "rules/automation/rows.html", context)
