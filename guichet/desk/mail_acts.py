"""What agents do about where a mail belongs: let its sender in, move it, split it off, leave it; each with an undo."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guichet.desk.doors import for_agents, visible_ticket
from guichet.desk.outcome import by, done, refused
from guichet.tickets import actions
from guichet.tickets.models import Message, Ticket

UNDO: dict[str, Any] = {}


@require_POST
@for_agents
def accept(request: HttpRequest, number: int, message: int) -> HttpResponseBase:
    """Let the sender of an unverified mail take part; undone, it stands apart again."""
    ticket, found = _message(request, number, message)
    act = actions.set_apart if _is_undoing(request) else actions.accept_sender
    try:
        act(found, by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    name = found.from_name or found.from_address or _("The sender")
    return done(request, ticket, _("%(name)s takes part now") % {"name": name}, (request.path, UNDO))


@require_POST
@for_agents
def join(request: HttpRequest, number: int, message: int) -> HttpResponseBase:
    """Move the only message of a new ticket to the one it seems to belong to; undone, it goes back."""
    ticket, found = _message(request, number, message)
    if _is_undoing(request):
        return _unjoin(request, ticket, found)
    # Both are seen by whoever moves words from one to the other.
    target = Ticket.objects.visible_to(request.user).filter(pk=found.suggested_id or 0).first()
    if target is None:
        return refused(request, ticket, _("There is no ticket to join."))
    try:
        actions.join(found, target, by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    text = _("It joined ticket %(number)s") % {"number": f"#{target.number}"}
    return _there(request, target, text, reverse("desk:join", args=[target.number, found.pk]))


def _unjoin(request: HttpRequest, ticket: Ticket, found: Message) -> HttpResponseBase:
    home = _seen_home(request, actions.joined_from(found))
    if home is None:
        return refused(request, ticket, _("There is no ticket that it could go back to."))
    try:
        home = actions.unjoin(found, home, by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    return _there(request, home, _("Undone"), "")


@require_POST
@for_agents
def split(request: HttpRequest, number: int, message: int) -> HttpResponseBase:
    """Make a ticket of a message, with what followed it if asked for; undone, all of it goes back."""
    ticket, found = _message(request, number, message)
    if _is_undoing(request):
        return _unsplit(request, ticket)
    try:
        new = actions.split(found, by(request), with_later=bool(request.POST.get("later")))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    text = _("It is ticket %(number)s now") % {"number": f"#{new.number}"}
    return _there(request, new, text, reverse("desk:split", args=[new.number, found.pk]))


def _unsplit(request: HttpRequest, ticket: Ticket) -> HttpResponseBase:
    home = _seen_home(request, actions.split_from(ticket))
    if home is None:
        return refused(request, ticket, _("There is no ticket that it could go back to."))
    try:
        return _there(request, actions.unsplit(ticket, home, by(request)), _("Undone"), "")
    except actions.Refused as why:
        return refused(request, ticket, str(why))


def _seen_home(request: HttpRequest, home: int | None) -> Ticket | None:
    """The ticket that words would go back to, if whoever sends them there sees it."""
    return Ticket.objects.visible_to(request.user).filter(pk=home or 0).first()


@require_POST
@for_agents
def keep(request: HttpRequest, number: int, message: int) -> HttpResponseBase:
    """The message belongs where it is: no more offers about it; undone, they are there again."""
    ticket, found = _message(request, number, message)
    try:
        actions.keep(found, by(request), is_kept=not _is_undoing(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    return done(request, ticket, _("It stays here"), (request.path, UNDO))


def _message(request: HttpRequest, number: int, message: int) -> tuple[Ticket, Message]:
    ticket = visible_ticket(request, number)
    found = Message.objects.visible_to(request.user).filter(ticket=ticket).select_related("ticket", "author")
    return ticket, get_object_or_404(found, pk=message)


def _is_undoing(request: HttpRequest) -> bool:
    return "undoing" in request.POST


def _there(request: HttpRequest, ticket: Ticket, text: str, undo: str) -> HttpResponseBase:
    """The page of the ticket where the words are now, its address in the browser's bar, unless it is out of sight."""
    visible = Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists()
    if not visible:
        return refused(request, ticket, text)
    response = done(request, ticket, text, (undo, UNDO) if undo else None)
    response["HX-Push-Url"] = reverse("desk:ticket", args=[ticket.number])
    return response
