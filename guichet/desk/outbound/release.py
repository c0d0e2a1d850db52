"""Four eyes: the queue of replies that wait for a colleague, and what a colleague decides about one of them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guichet.desk import forms
from guichet.desk.doors import for_agents, reader, visible_ticket
from guichet.desk.frame import Frame
from guichet.desk.outbound import guarded
from guichet.desk.outbound.waiting import waiting_for
from guichet.desk.outcome import by, done, problem, refused
from guichet.kit.lines import one_line, some_lines
from guichet.kit.web import read_cursor, write_cursor
from guichet.people.access import can_release
from guichet.tickets import actions
from guichet.tickets.models import Message, MessageKind, Ticket

PAGE = 50
COUNTED = 100


@require_safe
@for_agents
def queue(request: HttpRequest) -> HttpResponseBase:
    """All that waits for this person's eyes, the longest waiting first."""
    last = read_cursor("release", request.GET.get("after", ""))
    found = waiting_for(reader(request)).select_related("ticket__requester", "author").defer("html", "text")
    rows = list((found.filter(pk__gt=last[0]) if last else found).order_by("pk")[: PAGE + 1])
    shown = rows[:PAGE]
    for message in shown:
        row: Any = message
        row.preview = one_line(message.reply, 160)
    more = urlencode({"after": write_cursor("release", [shown[-1].pk])}) if len(rows) > PAGE else ""
    context = {"frame": Frame(request), "view_key": "release", "waiting": shown, "next_url": f"?{more}" if more else ""}
    return render(request, "desk/outbound/queue.html", context)


@require_safe
@for_agents
def link(request: HttpRequest) -> HttpResponseBase:
    """The line of the side bar with its count, for those who release anything."""
    me = reader(request)
    if not can_release(me):
        return HttpResponse("")
    count = waiting_for(me).values("pk")[:COUNTED].count()
    told = f"{COUNTED - 1}+" if count >= COUNTED else str(count or "")
    here = request.GET.get("here") == "1"
    return render(request, "desk/outbound/_link.html", {"count": told, "is_here": here})


@require_POST
@for_agents
def release(request: HttpRequest, number: int, message: int) -> HttpResponseBase:
    """Let it go out, changed or as it is; undone, it waits again."""
    ticket = visible_ticket(request, number)
    found = _outbound(request, ticket, message)
    form = forms.ReleaseForm(request.POST)
    if not form.is_valid():
        return refused(request, ticket, problem(form))
    if "undoing" in request.POST:
        return _acted(request, ticket, lambda: actions.take_back_release(found, by(request)), _("Undone"), "")
    text, steps = form.cleaned_data["text"] or None, guarded.insists(request.POST)
    try:
        actions.release(
            found, by(request), seen=form.cleaned_data["seen"], text=text, insists=steps, anyway=guarded.ANYWAY in steps
        )
    except actions.Stale as stale:
        return _stale(request, ticket, found, stale)
    except actions.Guarded as what:
        return _guarded(request, ticket, found, what)
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    return done(request, ticket, _("Released: it goes out"), (request.path, {}))


@require_POST
@for_agents
def give_back(request: HttpRequest, number: int, message: int) -> HttpResponseBase:
    """To its author, with a note; undone, or asked again by the author, it waits once more."""
    ticket = visible_ticket(request, number)
    found = _outbound(request, ticket, message)
    if "undoing" in request.POST or "again" in request.POST:
        text = _("It waits for a colleague to release it")
        return _acted(request, ticket, lambda: actions.ask_again(found, by(request)), text, "")
    note = some_lines(request.POST.get("note", ""), 10_000)
    text = _("Given back to %(name)s") % {"name": found.author}
    return _acted(request, ticket, lambda: actions.return_reply(found, note, by(request)), text, request.path)


def _acted(request: HttpRequest, ticket: Ticket, act: Any, text: str, undo: str) -> HttpResponseBase:
    try:
        act()
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    return done(request, ticket, text, (undo, {}) if undo else None)


def _stale(request: HttpRequest, ticket: Ticket, message: Message, stale: actions.Stale) -> HttpResponseBase:
    """Somebody wrote since this page was loaded: what, and the second step beside it."""
    from_others = [one_line(event.message.reply, 120) for event in stale.since if event.message]
    more = {"changed": from_others, "insist": guarded.ANYWAY, "message": message, "ticket": ticket}
    return _told(request, message, more)


def _guarded(request: HttpRequest, ticket: Ticket, message: Message, what: actions.Guarded) -> HttpResponseBase:
    more = {**guarded.context(what, guarded.resumed(request.POST)), "message": message, "ticket": ticket}
    if guarded.ANYWAY in guarded.insists(request.POST):
        more["insist"] = f"{guarded.ANYWAY} {more['insist']}"
    return _told(request, message, more)


def _told(request: HttpRequest, message: Message, more: dict[str, Any]) -> HttpResponseBase:
    more |= {"is_of_message": True, "seen": request.POST.get("seen", ""), "text": request.POST.get("text", "")}
    if getattr(request, "htmx", False):
        return guarded.panel(request, f"#waits-{message.pk}", more)
    return render(request, "desk/outbound/held.html", {"frame": Frame(request), **more})


def _outbound(request: HttpRequest, ticket: Ticket, pk: int) -> Message:
    ours = Message.objects.visible_to(request.user).filter(ticket=ticket, kind=MessageKind.OUTBOUND)
    return get_object_or_404(ours.select_related("author"), pk=pk)
