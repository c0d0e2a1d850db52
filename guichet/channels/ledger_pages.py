"""The ledger of mails for administrators: what arrived, what became of it, once more; and events set aside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Min, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from guichet.channels.ledger import retry
from guichet.channels.models import Parcel, ParcelState
from guichet.channels.pages import for_admins, page
from guichet.kit.files import BlobStore
from guichet.kit.web import read_cursor, write_cursor
from guichet.tickets import log
from guichet.tickets.models import SetAside, Ticket

PAGE = 50
LATE = dt.timedelta(minutes=5)  # the worker takes seconds; after this something is wrong


@for_admins
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    if state and state not in ParcelState.values:
        raise Http404
    mine = Parcel.objects.visible_to(request.user)
    parcels, after = _page_of(mine.filter(state=state) if state else mine, state, request.GET.get("after", ""))
    waiting = mine.filter(state=ParcelState.RECEIVED).aggregate(oldest=Min("received_at"))["oldest"]
    tickets = Ticket.objects.visible_to(request.user).in_bulk([each.ticket_id for each in parcels if each.ticket_id])
    context = {
        "parcels": [_described(parcel, tickets) for parcel in parcels],
        "filters": _filters(state),
        "state": state,
        "next_url": _url(state, after) if after else "",
        "first_url": _url(state, "") if request.GET.get("after") else "",
        "oldest": waiting,
        "is_late": waiting is not None and timezone.now() - waiting > LATE,
        "quarantined": mine.filter(state=ParcelState.QUARANTINE).count(),
    }
    return page(request, "ledger", "ledger", **context)


def _page_of(parcels: Any, state: str, cursor: str) -> tuple[list[Parcel], str]:
    """Newest first by keyset, along the index there is: by id, or within one state by time."""
    after = read_cursor(cursor) or []
    if not state:
        rows = parcels.order_by("-id")
        if len(after) == 1 and isinstance(after[0], int):
            rows = rows.filter(id__lt=after[0])
    else:
        rows = parcels.order_by("-received_at", "-id")
        if len(after) == 2 and isinstance(after[0], str) and isinstance(after[1], int):
            at = dt.datetime.fromisoformat(after[0])
            rows = rows.filter(Q(received_at__lt=at) | Q(received_at=at, id__lt=after[1]))
    found = list(rows.select_related("inbox").defer("inbox__settings")[: PAGE + 1])
    if len(found) <= PAGE:
        return found, ""
    last = found[PAGE - 1]
    return found[:PAGE], write_cursor([last.received_at.isoformat(), last.pk] if state else [last.pk])


def _url(state: str, after: str) -> str:
    query = urlencode({name: value for name, value in (("state", state), ("after", after)) if value})
    return reverse("channels:ledger") + (f"?{query}" if query else "")


def _filters(state: str) -> list[dict[str, Any]]:
    choices = [("", _("All")), *((each.value, each.label) for each in ParcelState)]
    return [{"label": label, "url": _url(value, ""), "is_chosen": value == state} for value, label in choices]


def _described(parcel: Parcel, tickets: Mapping[int, Ticket]) -> dict[str, Any]:
    """A row, with its reason in the reader's language where it is one of our own sentences.

    The ticket is among `tickets` only if the reader may see it: it can have moved to another inbox.
    """
    return {
        "parcel": parcel,
        "reason": _(parcel.reason) if parcel.reason else "",
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
    count = retry(mine.filter(state=ParcelState.QUARANTINE))
    words = ngettext("%(n)s mail is being read once more.", "%(n)s mails are being read once more.", count)
    messages.success(request, words % {"n": count})
    return redirect(_url(ParcelState.QUARANTINE, ""))


@for_admins
@require_safe
def raw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The mail exactly as it arrived: a file to keep, never a page to open."""
    parcel = get_object_or_404(Parcel.objects.visible_to(request.user), pk=pk)
    try:
        content = BlobStore(settings.DATA / "blobs").open(parcel.raw)
    except FileNotFoundError as gone:
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
