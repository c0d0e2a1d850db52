"""The board itself, whom a ticket goes to from there, and one member's work. Undo is one step from each drop."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guichet.desk.agenda.hands import HandsForm
from guichet.desk.board import columns, loads
from guichet.desk.doors import View, for_agents, reader, visible_ticket
from guichet.desk.frame import Frame
from guichet.desk.outcome import Undo, by
from guichet.kit.doors import reads_and_writes
from guichet.kit.web import toast
from guichet.people.access import can
from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.models import Ticket

SHOWN = 100  # tickets on the page of one member


def for_dispatchers(view: View) -> View:
    @for_agents
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can(request.user, "dispatch"):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@for_dispatchers
def board(request: HttpRequest) -> HttpResponseBase:
    return _board(request)


def _board(request: HttpRequest) -> HttpResponse:
    """The whole page, or for htmx the board alone: one template either way."""
    person = reader(request)
    is_part = bool(getattr(request, "htmx", False))
    frame = Frame(request)
    # Before anything is read: what happens from here on reaches the page by its stream.
    context: dict[str, Any] = {"frame": frame, "section": "board"}
    if not is_part:
        context["last_event"] = frame.last_event
    tickets = loads.visible(person)
    context |= {
        "columns": columns.columns(tickets),
        "groups": loads.groups(tickets, loads.led_teams(person)),
        "orphans": tickets.orphans().count(),
    }
    return render(request, "desk/board/_board.html" if is_part else "desk/board/board.html", context)


@reads_and_writes
@for_dispatchers
def assign(request: HttpRequest, number: int) -> HttpResponseBase:
    """To whom a ticket goes: `to` as in HandsForm. By dragging, from the menu, or by the plain page of choices."""
    ticket = visible_ticket(request, number)
    if request.method != "POST":
        return _choices(request, ticket)
    form = HandsForm(request.POST)
    person, team = form.chosen() if form.is_valid() else (None, None)
    try:
        actions.hand_over(ticket, person, by(request), team=team)
    except actions.Refused as why:
        return _refused(request, str(why))
    words = {"number": f"#{ticket.number}", "name": person or team}
    undo = reverse("desk:board_undo", args=[ticket.number])
    text = _("%(number)s goes to %(name)s") % words + loads.away_words(person)
    return _done(request, text, (undo, {}))


@require_POST
@for_dispatchers
def undo(request: HttpRequest, number: int) -> HttpResponseBase:
    """The latest drop, taken back: the ticket is where it was, and why it had come back stands there again."""
    try:
        actions.take_back_assignment(visible_ticket(request, number), by(request))
    except actions.Refused as why:
        return _refused(request, str(why))
    return _done(request, _("Undone"))


@require_safe
@for_dispatchers
def member(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What one colleague has to do: the most urgent first, what waits behind it."""
    me = reader(request)
    person = get_object_or_404(Person.objects.visible_to(me).filter(role__in=["agent", "admin"]), pk=pk)
    if not me.is_admin and not set(person.team_ids) & set(me.led_ids):
        raise Http404
    tickets = loads.visible(me)
    context = {
        "frame": Frame(request),
        "section": "board",
        "person": person,
        "load": loads.member_load(person, tickets),
        "away": loads.Member(person, loads.Load(), away=loads.away().get(person.pk)).back,
        "tiles": columns.of_member(tickets, person, SHOWN),
    }
    return render(request, "desk/board/member.html", context)


def _choices(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    groups = loads.groups(loads.visible(reader(request)), loads.led_teams(reader(request)))
    is_part = bool(getattr(request, "htmx", False))
    context = {"frame": Frame(request), "section": "board", "ticket": ticket, "groups": groups}
    return render(request, "desk/board/_choices.html" if is_part else "desk/board/assign.html", context)


def _done(request: HttpRequest, text: str, undo: Undo | None = None) -> HttpResponseBase:
    if not getattr(request, "htmx", False):
        messages.success(request, text)
        return redirect("desk:board")
    response = _board(request)
    toast(response, text, undo=undo)
    return response


def _refused(request: HttpRequest, text: str) -> HttpResponseBase:
    if not getattr(request, "htmx", False):
        messages.error(request, text)
        return redirect("desk:board")
    response = HttpResponse(status=422, headers={"HX-Reswap": "none"})
    toast(response, text, is_error=True)
    return response
