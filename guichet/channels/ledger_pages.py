"""The ledger of mails for administrators: what arrived, what became of it, once more; and events set aside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Min
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from guichet.channels.ledger import retry
from guichet.channels.ledger_search import SearchForm, found_by, page_of, quarantined
from guichet.channels.mail_pages import read_deleted
from guichet.channels.models import Parcel, ParcelQuerySet, ParcelState
from guichet.channels.pages import page
from guichet.kit.files import BlobStore
from guichet.people.doors import for_admins
from guichet.people.models import Person
from guichet.tickets import log
from guichet.tickets.models import SetAside, Ticket

PAGE = 50
SENDERS, NEWEST_HELD = 8, 5000  # listed; and of how many of the newest quarantined mails
LATE = dt.timedelta(minutes=5)  # the worker takes seconds; after this something is wrong


@for_admins
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    if state and state not in ParcelState.values:
        raise Http404
    me = cast(Person, request.user)
    mine = Parcel.objects.visible_to(me)
    form = SearchForm(request.GET, me)
    chosen = found_by(form, mine.filter(state=state) if state else mine, me)
    parcels, after = page_of(chosen, request.GET.get("after", ""))
    live = mine.filter(state=ParcelState.RECEIVED, is_history=False)
    waiting = live.aggregate(oldest=Min("received_at"))["oldest"]
    tickets = Ticket.objects.visible_to(me).in_bulk([each.ticket_id for each in parcels if each.ticket_id])
    held = state == ParcelState.QUARANTINE
    context = {
        "parcels": [_described(parcel, tickets) for parcel in parcels],
        "filters": _filters(request, state),
        "state": state,
        "form": form,
        "next_url": _url(request, state, after) if after else "",
        "first_url": _url(request, state, "") if request.GET.get("after") else "",
        "oldest": waiting,
        "is_late": waiting is not None and timezone.now() - waiting > LATE,
        "quarantined": quarantined(mine).count(),
        "senders": _senders(mine) if held and not form.is_used else [],
        "taken_back": read_deleted(request.GET.get("deleted", "")),
        "deleted_token": request.GET.get("deleted", ""),
    }
    return page(request, "ledger", "ledger", **context)


def _senders(mine: ParcelQuerySet) -> list[dict[str, Any]]:
    """Who most of the quarantined mail is from."""
    newest = quarantined(mine).exclude(sender="").order_by("-received_at").values("pk")[:NEWEST_HELD]
    rows = mine.filter(pk__in=newest).order_by().values("sender").annotate(count=Count("pk"))
    return [{**row} for row in rows.order_by("-count", "sender")[:SENDERS] if row["count"] > 1]


def _url(request: HttpRequest, state: str, after: str) -> str:
    asked = {name: value for name in SearchForm.base_fields if (value := request.GET.get(name))}
    query = urlencode({**asked, **{name: value for name, value in (("state", state), ("after", after)) if value}})
    return reverse("channels:ledger") + (f"?{query}" if query else "")


def _filters(request: HttpRequest, state: str) -> list[dict[str, Any]]:
    choices = [("", _("All")), *((each.value, each.label) for each in ParcelState)]
    return [{"label": label, "url": _url(request, value, ""), "is_chosen": value == state} for value, label in choices]


def _described(parcel: Parcel, tickets: Mapping[int, Ticket]) -> dict[str, Any]:
    """A row, with its reason in the reader's language where it is one of our own sentences.

    The ticket is among `tickets` only if the reader may see it: it can have moved to another inbox.
    """
    return {
        "parcel": parcel,
        "reason": _(parcel.reason) if parcel.reason else "",
        "end": parcel.get_end_display() or parcel.get_state_display(),
        "is_quarantined": parcel.state == ParcelState.QUARANTINE,
        "ticket": tickets.get(parcel.ticket_id or 0),
    }


@for_admins
@require_POST
def try_again(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """One quarantined mail, or without `pk` all that this administrator sees."""
    mine = Parcel.objects.visible_to(request.user)
    if pk is not None:
        mine = mine.filter(pk=get_object_or_404(mine, pk=pk).pk)
        count = retry(mine)
    else:
        count = retry(quarantined(mine))
    words = ngettext("%(n)s mail is being read once more.", "%(n)s mails are being read once more.", count)
    messages.success(request, words % {"n": count})
    if pk is not None and request.POST.get("from") == "mail":
        return redirect("channels:mail", pk)
    return redirect(reverse("channels:ledger") + f"?state={ParcelState.QUARANTINE}")


@for_admins
@require_safe
def raw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The mail exactly as it arrived: a file to keep, never a page to open."""
    parcel = get_object_or_404(Parcel.objects.visible_to(request.user), pk=pk)
    try:
        content = BlobStore(settings.DATA / "blobs").open(parcel.raw)
    except (FileNotFoundError, ValueError) as gone:  # deleted
        raise Http404 from gone
    response = FileResponse(content, as_attachment=True, filename=f"mail-{parcel.pk}.eml")
    response["Content-Type"] = "message/rfc822"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


@for_admins
@require_safe
def held(request: HttpRequest) -> HttpResponse:
    """Events on which a follower failed."""
    mine = SetAside.objects.visible_to(request.user).select_related("event__ticket").order_by("-pk")
    return page(request, "held", "held", asides=mine[:PAGE], count=mine.count())


@for_admins
@require_POST
def try_held_again(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    mine = SetAside.objects.visible_to(request.user)
    if pk is not None:
        mine = mine.filter(pk=get_object_or_404(mine, pk=pk).pk)
    count = log.try_again(mine)
    words = ngettext("%(n)s event is tried once more.", "%(n)s events are tried once more.", count)
    messages.success(request, words % {"n": count})
    return redirect("channels:held")
