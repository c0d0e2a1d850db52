"""What is next and when: each view checks a form and calls one action; every act can be undone from its toast."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guichet.desk.agenda.forms import PlanForm, WhenForm
from guichet.desk.doors import for_agents, visible_ticket
from guichet.desk.outcome import Undo, by, done, problem, refused
from guichet.kit.templatetags.kit import coming
from guichet.tickets import actions
from guichet.tickets.models import Ticket


@require_POST
@for_agents
def snooze(request: HttpRequest, number: int) -> HttpResponseBase:
    """Asleep until then; `when` = "now" wakes it up."""
    ticket = visible_ticket(request, number)
    until: datetime | None = None
    if request.POST.get("when") != "now":
        form = WhenForm(request.POST)
        if not form.is_valid():
            return refused(request, ticket, problem(form))
        until = form.cleaned_data["at"]
    try:
        actions.snooze(ticket, until, by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    text = _("Asleep until %(time)s") % {"time": _said(until)} if until else _("Awake again")
    return done(request, ticket, text, _undo(ticket))


@require_POST
@for_agents
def pend(request: HttpRequest, number: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    form = WhenForm(request.POST)
    if not form.is_valid():
        return refused(request, ticket, problem(form))
    until = form.cleaned_data["at"]
    try:
        actions.pend(ticket, until, by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    return done(request, ticket, _("Pending until %(time)s") % {"time": _said(until)}, _undo(ticket))


@require_POST
@for_agents
def plan(request: HttpRequest, number: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    form = PlanForm(request.POST)
    if not form.is_valid():
        return refused(request, ticket, problem(form))
    data = form.cleaned_data
    try:
        planned = actions.plan(ticket, data["step"], data["at"], by(request), words=data["words"])
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    words = {"step": str(data["step"].label), "time": _said(planned.next_look_at)}
    return done(request, ticket, _("Next: %(step)s; look %(time)s") % words, _undo(ticket))


@require_POST
@for_agents
def unplan(request: HttpRequest, number: int) -> HttpResponseBase:
    """Undo of the three above: the agenda as it was."""
    ticket = visible_ticket(request, number)
    try:
        actions.unplan(ticket, by(request), words=request.POST.get("words", ""))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    return done(request, ticket, _("Undone"))


@require_POST
@for_agents
def give_back(request: HttpRequest, number: int) -> HttpResponseBase:
    """What came back by itself stays with whoever had it."""
    ticket = visible_ticket(request, number)
    try:
        actions.give_back(ticket, by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    return done(request, ticket, _("It stays where it was"))


def _undo(ticket: Ticket) -> Undo:
    return reverse("desk:unplan", args=[ticket.number]), {"words": ticket.next_words}


def _said(at: datetime | None) -> str:
    return coming(at, timezone.now()) if at else ""
