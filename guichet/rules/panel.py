"""What the ticket page asks of this room: what rules did here lately, and one of their runs taken back."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guichet.conditions.fields import Asker
from guichet.kit.web import toast
from guichet.people.access import can
from guichet.people.doors import for_agents, for_dispatchers
from guichet.people.models import Person
from guichet.rules import actions, past, reasons, routing, suggesting
from guichet.rules.models import Routing, Rule, RuleRun, RuleVersion
from guichet.tickets.actions import Refused, Unfinished
from guichet.tickets.models import Event, Ticket

SHOWN = 5


@for_agents
@require_safe
def done(request: HttpRequest, number: int) -> HttpResponse:
    """The latest acts of rules on this ticket; nothing where there are none."""
    me = cast(Person, request.user)
    ticket = get_object_or_404(Ticket.objects.visible_to(me), number=number)
    runs = RuleRun.objects.visible_to(me).filter(ticket=ticket).select_related("rule").order_by("-pk")[:SHOWN]
    known = past.facts_of(runs)
    names = past.names_of(known)
    shown = [
        (run, past.name_of(run, known) or run.rule.name, past.did(run, known, names), past.lasting(run, known, names))
        for run in runs
    ]
    latest = list(Routing.objects.visible_to(me).filter(ticket=ticket).order_by("-pk")[:1])
    for row in latest:
        row.ticket = ticket
    why = reasons.reason(latest[0], reasons.names_in(latest)) if latest else ""
    context = {"runs": shown, "ticket": ticket, "why": why}
    return render(request, "rules/done.html", context)


@for_agents
@require_safe
def as_it_was(request: HttpRequest, number: int, pk: int, version: int) -> HttpResponse:
    """For whoever sees what a rule did on a ticket: the rule as it was then, and what changed since."""
    me = cast(Person, request.user)
    ticket = get_object_or_404(Ticket.objects.visible_to(me), number=number)
    runs = RuleRun.objects.visible_to(me).filter(ticket=ticket, rule=pk, version=version)
    told = Event.objects.visible_to(me).filter(ticket=ticket, via=f"rule:{pk}:{version}")
    if not (runs.exists() or told.exists()):
        raise Http404
    then = get_object_or_404(RuleVersion.objects.select_related("by", "rule"), rule=pk, version=version)
    latest = RuleVersion.objects.filter(rule=pk).latest("version")
    after = RuleVersion.objects.filter(rule=pk, version__gt=version).order_by("version").first()
    lines = past.compared(then, latest, Asker(me))
    context = {
        "section": "desk", "ticket": ticket, "version": then, "latest": latest, "lines": lines,
        "until": after.at if after else then.rule.removed_at, "is_removed": then.rule.removed_at is not None,
        "is_changed": any(line.now is not None for line in lines),
        "rule": Rule.objects.visible_to(me).filter(pk=pk).first(),
    }  # fmt: skip
    return render(request, "rules/version.html", context)


@for_dispatchers
@require_safe
def suggestion(request: HttpRequest, number: int) -> HttpResponse:
    """For the menu in which a ticket is assigned: what it needs, and who fits. Without scripts a page of its own."""
    visible = Ticket.objects.visible_to(request.user).select_related("requester")
    ticket = get_object_or_404(visible, number=number)
    template = "suggestion" if request.headers.get("HX-Request") or "part" in request.GET else "suggested"
    context = {"found": suggesting.suggest(ticket), "ticket": ticket, "section": "board"}
    return render(request, f"rules/{template}.html", context)


@for_dispatchers
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """For the board: which tickets wait for somebody, and for whom; nothing where there are none."""
    rows = suggesting.waiting(cast(Person, request.user))
    return render(request, "rules/waiting.html", {"rows": rows, "is_more": len(rows) == suggesting.SHOWN})


@for_agents
@require_POST
def take_next(request: HttpRequest) -> HttpResponseBase:
    """The most urgent ticket that one can do becomes one's own, and is shown."""
    try:
        ticket = routing.take_next(cast(Person, request.user))
    except routing.Full as much:
        messages.info(request, _("You have as much in work as you may: %(full)s.") % {"full": reasons.full(much.row)})
        return redirect("desk:home")
    if ticket is None:
        messages.info(request, _("Nothing waits that you could take."))
        return redirect("desk:home")
    return redirect("desk:ticket", ticket.number)


@for_agents
@require_POST
def undo_run(request: HttpRequest, pk: int) -> HttpResponseBase:
    """By whoever sees the ticket: it is what they could do by hand."""
    me = cast(Person, request.user)
    run = get_object_or_404(RuleRun.objects.visible_to(me).select_related("ticket", "rule"), pk=pk)
    is_wrong = False
    try:
        whole = actions.undo_run(run, me)
        said = _("Undone") if whole else _("Undone, but for what was changed again since")
        known = past.facts_of([run])
        if stays := past.lasting(run, known, past.names_of(known)):
            said = _("%(done)s. What was said stays: %(said)s") % {"done": said, "said": ", ".join(stays)}
    except (Refused, Unfinished) as why:
        said, is_wrong = str(why), True
    if not request.headers.get("HX-Request"):
        (messages.error if is_wrong else messages.success)(request, said)
        if request.POST.get("from") == "history" and can(me, "administer"):
            return redirect("rules:history", run.rule_id)
        return redirect("desk:ticket", run.ticket.number)
    response = HttpResponse(status=204)
    toast(response, said, is_error=is_wrong)
    return response
