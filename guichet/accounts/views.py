"""Doors for those who come in: the invited, and customers who look after their requests."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from allauth.decorators import rate_limit
from django.contrib import messages
from django.contrib.auth import login
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from guichet.accounts.forms import AcceptForm
from guichet.kit.doors import only, reads_and_writes
from guichet.kit.web import read_cursor, write_cursor
from guichet.people import actions
from guichet.people.models import Person
from guichet.tickets.models import Ticket

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ME, OTHERS = "me", "others"  # whose requests
PAGE = 50
SHOWN = (
    "number", "subject", "status", "last_message_at", "requester__name", "requester__email", "requester__typed_address",
)  # fmt: skip


@sensitive_post_parameters("password1", "password2")
@never_cache
@rate_limit(action="reset_password_from_key")  # type: ignore[untyped-decorator]  # the same kind of door
@reads_and_writes
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
    """What a person asked, and how it stands: a customer's first page. Where their organisation shares its requests,
    those of colleagues too, each under its asker's name."""
    person = cast(Person, request.user)
    shares = not person.is_agent and bool(person.organisation and person.organisation.is_shared)
    shown = request.GET.get("of", "") if shares else ME
    tickets = _asked(person, shown).select_related("requester").only(*SHOWN)
    after = read_cursor("requests", request.GET.get("after", ""))
    if after:
        at = datetime.fromisoformat(after[0])
        tickets = tickets.filter(last_message_at__lte=at).filter(Q(last_message_at__lt=at) | Q(pk__lt=after[1]))
    rows = list(tickets.order_by("-last_message_at", "-pk")[: PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    context = {
        "tickets": rows[:PAGE],
        "own_ids": person.own_ids,
        "organisation": person.organisation if shares else None,
        "of": shown,
        "is_later": bool(after),
        "next": write_cursor("requests", [last.last_message_at.isoformat(), last.pk]) if last else "",
    }
    return render(request, "accounts/requests.html", context)


def _asked(person: Person, of: str) -> QuerySet[Ticket]:
    """Ids first, so that the index of each requester's tickets serves whatever the house holds beside them."""
    visible = Ticket.objects.visible_to(person)
    if of == ME:
        return visible.filter(requester__in=person.own_ids)
    theirs = Q(requester__in=person.colleague_ids())
    return visible.filter(theirs if of == OTHERS else theirs | Q(requester__in=person.own_ids))
