"""Doors for those who come in: the invited, and customers who look after their requests."""

from __future__ import annotations

from typing import cast

from allauth.decorators import rate_limit
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from guichet.accounts.forms import AcceptForm
from guichet.kit.doors import only
from guichet.people import actions
from guichet.people.models import Person
from guichet.tickets.models import Ticket

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
NEWEST = 200  # requests of a customer on this one page; the portal will page


@sensitive_post_parameters("password1", "password2")
@never_cache
@rate_limit(action="reset_password_from_key")  # type: ignore[untyped-decorator]  # the same kind of door
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    found = actions.find_invitation(token)
    if found is None:
        return render(request, "accounts/invitation_gone.html", status=410)
    language = found.language or translation.get_language() or "en"
    with translation.override(language):
        form = AcceptForm(request.POST or None, email=found.email, initial={"name": found.name})
        if request.method != "POST" or not form.is_valid():
            return render(request, "accounts/invitation.html", {"form": form, "invitation": found})
        words = form.cleaned_data
        try:
            person = actions.accept_invitation(token, words["name"], words["password1"])
        except actions.Refused as refused:
            return render(request, "accounts/invitation_gone.html", {"refused": refused}, status=410)
        login(request, person, backend=BACKEND)
        messages.success(request, _("Welcome, %(name)s.") % {"name": person.first_name})
    return redirect("/")


@only(lambda person: bool(person.is_active))
@require_safe
def requests(request: HttpRequest) -> HttpResponse:
    """What a person asked, and how it stands: a customer's first page."""
    person = cast(Person, request.user)
    mine = Ticket.objects.visible_to(person).filter(requester=person).order_by("-last_message_at", "-pk")
    return render(request, "accounts/requests.html", {"tickets": mine[:NEWEST]})
