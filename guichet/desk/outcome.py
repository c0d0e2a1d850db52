"""How an act ends for whoever did it: the ticket as it is now and a toast with a way back, or why nothing was done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from guichet.desk import views
from guichet.desk.doors import reader
from guichet.kit.web import toast
from guichet.tickets.actions import Unfinished
from guichet.tickets.events import By
from guichet.tickets.models import Status, Ticket

Undo = tuple[str, Mapping[str, str | Sequence[str]]]


def by(request: HttpRequest) -> By:
    return By(reader(request), "desk")


def done(
    request: HttpRequest, ticket: Ticket, text: str, undo: Undo | None = None, *, seconds: int = 0
) -> HttpResponseBase:
    """The ticket as it is now, and a toast that says what was done; without scripts the page itself.

    `seconds`: so long can it be undone, and the toast counts them down.
    """
    if "undoing" in request.POST:
        text, undo = (text if undo is None else _("Undone")), None
    if not getattr(request, "htmx", False):
        messages.success(request, text)
        return redirect("desk:ticket", ticket.number)
    response = views.ticket_page(request, ticket.number)
    toast(response, text, undo=undo, seconds=seconds)
    return response


def refused(request: HttpRequest, ticket: Ticket, text: str) -> HttpResponseBase:
    """Nothing was done. With scripts the page stays as it is, so that no typed word is lost."""
    if not getattr(request, "htmx", False):
        messages.error(request, text)
        return redirect("desk:ticket", ticket.number)
    response = HttpResponse(status=422, headers={"HX-Reswap": "none"})
    toast(response, text, is_error=True)
    return response


def unfinished(request: HttpRequest, ticket: Ticket, status: Status, why: Unfinished) -> HttpResponseBase:
    """The ticket as it is, what holds it open as far as its reader may see that, and the deliberate second step."""
    visible = Ticket.objects.visible_to(request.user).filter(pk__in=[child.pk for child in why.children])
    children = list(visible.order_by("number"))
    held = {"words": str(why), "children": children, "hidden": len(why.children) - len(children), "status": status}
    response = views.ticket_page(request, ticket.number, held=held)
    response.status_code = 409
    return response


def problem(form: Form) -> str:
    return " ".join(str(error) for errors in form.errors.values() for error in errors)
