"""Who comes in: agents. Anyone else signed in sees what a stranger would see: nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404

from guichet.people.access import can
from guichet.people.models import Person
from guichet.tickets.models import Ticket

View = Callable[..., HttpResponseBase]


def for_agents(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and "HX-Request" in request.headers:
            # A sign-in page must not be drawn into a piece of this one, over what was being written.
            return HttpResponse(status=401)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not can(request.user, "work"):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def reader(request: HttpRequest) -> Person:
    """The signed-in person of a view behind `for_agents`."""
    return cast(Person, request.user)


def visible_ticket(request: HttpRequest, number: int) -> Ticket:
    """Raises Http404 for a ticket that is hidden, exactly as for one that does not exist."""
    visible = (
        Ticket.objects.visible_to(request.user)
        .select_related("requester", "assignee", "inbox", "team")
        .defer("inbox__settings")
    )
    return get_object_or_404(visible.defer("inbox__settings"), number=number)
