"""On an inbox's page: how many mails of its mailbox are accounted for, and "check now"."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from guichet.channels.accounted import accounts, ask
from guichet.channels.models import Folder
from guichet.channels.pages import for_admins, page
from guichet.tickets.models import Inbox


@for_admins
@require_safe
def accounted(request: HttpRequest, pk: int) -> HttpResponse:
    """A piece of the inbox's page, which asks for it again while something moves."""
    return _piece(request, get_object_or_404(Inbox.objects.visible_to(request.user), pk=pk))


@for_admins
@require_POST
def check_now(request: HttpRequest, pk: int) -> HttpResponse:
    inbox = get_object_or_404(Inbox.objects.visible_to(request.user), pk=pk)
    ask(inbox)
    if request.headers.get("HX-Request"):
        return _piece(request, inbox)
    return redirect("channels:inbox", inbox.pk)


def _piece(request: HttpRequest, inbox: Inbox) -> HttpResponse:
    found = accounts(Folder.objects.visible_to(request.user).filter(inbox=inbox))
    context: dict[str, Any] = {"inbox": inbox, "accounts": found, "is_moving": any(each.is_moving for each in found)}
    return page(request, "_inbox_accounted", "inboxes", **context)
