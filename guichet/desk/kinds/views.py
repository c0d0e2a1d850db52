"""Choose the type of a ticket and fill in its fields; both are undone from where it was said."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from guichet.desk.doors import for_agents, visible_ticket
from guichet.desk.extra import ExtraForm
from guichet.desk.outcome import by, done, problem, refused
from guichet.kit.doors import reads_and_writes
from guichet.kit.lines import whole_number
from guichet.people.extra import ExtraField
from guichet.tickets import actions
from guichet.tickets.models import Ticket, TicketType


@reads_and_writes
@for_agents
def ticket_type(request: HttpRequest, number: int) -> HttpResponseBase:
    """A type that needs fields at once asks for them first."""
    ticket = visible_ticket(request, number)
    asked = request.POST if request.method == "POST" else request.GET
    word = asked.get("type", "")
    chosen = get_object_or_404(TicketType, pk=whole_number(word)) if word else None
    if request.method != "POST" and chosen is not None:
        return _asked_first(request, ticket, chosen, _gaps(ticket, chosen))
    if request.method != "POST":
        choices = [
            {"name": "type", "value": one.pk, "label": one.name, "is_picked": one.pk == ticket.type_id}
            for one in TicketType.objects.filter(is_active=True)
        ]
        none = {"name": "type", "value": "", "label": _("No type"), "is_picked": ticket.type_id is None}
        context = {"post_url": request.path, "field": "type", "choices": [*choices, none]}
        return render(request, "desk/choose.html", context)
    gaps = _gaps(ticket, chosen)
    undo = (request.path, {"type": str(ticket.type_id or "")})
    if gaps and "fill" in request.POST and chosen is not None:
        return _asked_first(request, ticket, chosen, gaps)
    if gaps and "undoing" not in request.POST and chosen is not None:
        there = f"{request.path}?type={chosen.pk}"
        return HttpResponse(headers={"HX-Redirect": there}) if getattr(request, "htmx", False) else redirect(there)
    try:
        actions.set_type(ticket, chosen, by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    return done(request, ticket, _("Type: %(name)s") % {"name": chosen or _("No type")}, undo)


def _gaps(ticket: Ticket, chosen: TicketType | None) -> list[ExtraField]:
    needed = [field for field in actions.fields_of(chosen) if field.is_first]
    return [field for field in needed if ticket.extra.get(field.key) in (None, "", [])]


def _asked_first(request: HttpRequest, ticket: Ticket, chosen: TicketType, gaps: list[ExtraField]) -> HttpResponseBase:
    """A page of its own: it works without scripts, and what was typed is never lost."""
    for field in gaps:
        field.is_required = True
    form = ExtraForm(request.POST if "fill" in request.POST else None, fields_of=gaps, extra=ticket.extra)
    if form.is_bound and form.is_valid():
        undo = (request.path, {"type": str(ticket.type_id or "")})
        try:
            actions.set_type(ticket, chosen, by(request), _values(form))
        except actions.Refused as why:
            form.add_error(None, str(why))
        else:
            return done(request, ticket, _("Type: %(name)s") % {"name": chosen}, undo)
    context = {"ticket": ticket, "form": form, "chosen": chosen, "post_url": request.path}
    return render(request, "desk/kinds/asked.html", context, status=422 if form.is_bound else 200)


@reads_and_writes
@for_agents
def fields(request: HttpRequest, number: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    own = actions.fields_of(ticket.type)
    if "undoing" in request.POST:
        return _put_back(request, ticket)
    for field in own:
        field.is_required = False  # that is asked when the ticket is resolved
    form = ExtraForm(request.POST if request.method == "POST" else None, fields_of=own, extra=ticket.extra)
    if request.method != "POST":
        return _form(request, ticket, form)
    if not form.is_valid():
        return refused(request, ticket, problem(form))
    before = {field.key: ticket.extra.get(field.key) for field in own}
    try:
        actions.set_extra(ticket, _values(form), by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    return done(request, ticket, _("Fields saved"), (request.path, {"before": json.dumps(before)}))


def _put_back(request: HttpRequest, ticket: Ticket) -> HttpResponseBase:
    try:
        before: Any = json.loads(request.POST.get("before", "{}")[:100_000])
        actions.set_extra(ticket, before if isinstance(before, dict) else {}, by(request))
    except (actions.Refused, ValueError, RecursionError) as why:
        return refused(request, ticket, str(why))
    return done(request, ticket, _("Undone"))


def _form(request: HttpRequest, ticket: Ticket, form: ExtraForm) -> HttpResponse:
    template = "_fields" if request.headers.get("HX-Request") else "fields"
    return render(request, f"desk/kinds/{template}.html", {"ticket": ticket, "form": form})


def _values(form: ExtraForm) -> dict[str, Any]:
    return {field.key: form.extra_after.get(field.key) for field in form.fields_of}
