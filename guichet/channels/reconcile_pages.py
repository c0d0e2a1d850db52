"""How many mails of the mailboxes are accounted for: on an inbox's page with "check now", and on the ledger's."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guichet.channels.accounted import accounts, ask, holes, number
from guichet.channels.models import Folder, Parcel
from guichet.channels.pages import page
from guichet.people.doors import for_admins
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


@for_admins
@require_safe
def all_accounted(request: HttpRequest) -> HttpResponse:
    """A piece of the ledger's page: every mailbox that this administrator sees, and what is wrong with the ledger."""
    found = accounts(Folder.objects.visible_to(request.user))
    done = number(sum(each.folder.accounted for each in found))
    total = number(sum(each.folder.total for each in found))
    words = _("%(done)s of %(total)s mails in the mailboxes are accounted for") % {"done": done, "total": total}
    context: dict[str, Any] = {
        "accounts": found,
        "words": words,
        "is_well": all(each.level in ("success", "info") for each in found),
        "holes": list(holes(Parcel.objects.visible_to(request.user))),
    }
    return page(request, "_all_accounted", "ledger", **context)


def _piece(request: HttpRequest, inbox: Inbox) -> HttpResponse:
    found = accounts(Folder.objects.visible_to(request.user).filter(inbox=inbox))
    context: dict[str, Any] = {"inbox": inbox, "accounts": found, "is_moving": any(each.is_moving for each in found)}
    return page(request, "_inbox_accounted", "inboxes", **context)
