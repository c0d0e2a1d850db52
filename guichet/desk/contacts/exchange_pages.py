"""Lists of people and organisations: out as a file, and in from one: columns chosen, checked, imported, taken back."""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guichet.desk.contacts.acts import for_keepers
from guichet.desk.contacts.outcome import done, refused
from guichet.desk.contacts.pages import page
from guichet.desk.doors import for_agents, reader
from guichet.people.actions import Refused
from guichet.people.exchange import columns, reading, run, writing
from guichet.people.exchange.reading import Unusable
from guichet.people.models import Exchange

LISTED = 50
State = Exchange.State


@require_safe
@for_agents
def exchanges(request: HttpRequest) -> HttpResponseBase:
    """What came in and went out, and where one begins either."""
    rows = Exchange.objects.visible_to(request.user).select_related("by").order_by("-at")[:LISTED]
    return page(request, "exchanges", "exchanges", exchanges=rows, megabytes=reading.MEGABYTES)


def _visible(request: HttpRequest, pk: int) -> Exchange:
    return get_object_or_404(Exchange.objects.visible_to(request.user).select_related("by"), pk=pk)


def _home(exchange: Exchange) -> str:
    return reverse("contacts:exchange", args=[exchange.pk])


@require_POST
@for_keepers
def bring(request: HttpRequest) -> HttpResponseBase:
    """A file from this computer."""
    here, kind, file = reverse("contacts:exchanges"), request.POST.get("kind", ""), request.FILES.get("file")
    if kind not in Exchange.Kind or file is None:
        return refused(request, here, _("Choose a file."))
    if (file.size or 0) > reading.MEGABYTES * 1024 * 1024:
        words = _("The file is larger than %(n)s MB. Cut it into several.")
        return refused(request, here, words % {"n": reading.MEGABYTES})
    try:
        made = run.keep(kind, file.name or "", file.chunks(), reader(request))
    except Unusable as why:
        return refused(request, here, str(why))
    return redirect("contacts:exchange", made.pk)


@require_safe
@for_keepers
def exchange(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = _visible(request, pk)
    is_running = found.state in run.UNFINISHED
    context: dict[str, Any] = {
        "exchange": found,
        "is_running": is_running,
        "sample": [_shown(found, row) for row in found.sample],
        "columns": _columns(found) if found.state in (State.NEW, State.CHECKED, State.FAILED) else [],
        "choices": columns.of(found.kind).items(),
    }
    is_part = is_running and request.headers.get("HX-Target") == "exchange"
    if not is_running and request.headers.get("HX-Target") == "exchange":
        return HttpResponse(headers={"HX-Refresh": "true"})
    return page(request, "_exchange" if is_part else "exchange", "exchanges", **context)


def _shown(exchange: Exchange, row: list[Any]) -> dict[str, Any]:
    labels = columns.of(exchange.kind)
    lines = [(labels.get(key, key), old, new) for key, old, new in row[3]]
    return {"line": row[0], "is_new": row[1] == "new", "title": row[2], "lines": lines}


def _columns(exchange: Exchange) -> list[dict[str, Any]]:
    """Each column with its head, what it is taken for, and the first things in it."""
    try:
        first = [cells for _line, cells in islice(reading.rows(run.path_of(exchange)), run.LOOKED_AT)]
    except (Unusable, OSError):
        return []
    heads = first[0] if first else []
    given = [*exchange.columns, *([""] * len(heads))]
    return [
        {"head": head, "means": given[at], "cells": [row[at][:60] for row in first[1:] if at < len(row)]}
        for at, head in enumerate(heads)
    ]


@require_POST
@for_keepers
def check(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What the columns are; then everything is looked at and nothing written."""
    found = _visible(request, pk)
    chosen = request.POST.getlist("column")[: reading.COLUMNS]
    known = columns.of(found.kind)
    means = [one if one in known else "" for one in chosen]
    used = [one for one in means if one]
    if len(used) != len(set(used)):
        return refused(request, _home(found), _("Two columns are the same thing. Leave one of them out."))
    if not {"email", "phone"} & set(used) and found.kind == Exchange.Kind.PEOPLE:
        words = _("Say which column holds the mail addresses or the phone numbers: by them people are known again.")
        return refused(request, _home(found), words)
    if "name" not in used and found.kind == Exchange.Kind.ORGANISATIONS:
        return refused(request, _home(found), _("Say which column holds the names."))
    overwrites = request.POST.get("overwrites") == "1"
    return _begin(request, found, State.CHECKING, columns=means, overwrites=overwrites)


@require_POST
@for_keepers
def begin(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _begin(request, _visible(request, pk), State.RUNNING)


@require_POST
@for_keepers
def take_back(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _begin(request, _visible(request, pk), State.UNDOING)


def _begin(request: HttpRequest, found: Exchange, state: Exchange.State, **decided: Any) -> HttpResponseBase:
    try:
        run.begin(found, state, **decided)
    except Refused as why:
        return refused(request, _home(found), str(why))
    return redirect("contacts:exchange", found.pk)


@require_POST
@for_keepers
def remove(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A list that was never imported leaves with its file; what was done stays on record."""
    found = _visible(request, pk)
    if found.state not in (State.NEW, State.CHECKED):
        raise Http404
    run.forget(found)
    found.delete()
    return done(request, reverse("contacts:exchanges"), _("The list is removed"))


@require_POST
@for_agents
def export(request: HttpRequest) -> HttpResponseBase:
    """Whom one sees, as a file; who took it is on record."""
    kind, me = request.POST.get("kind", ""), reader(request)
    if kind not in Exchange.Kind:
        return refused(request, reverse("contacts:exchanges"), _("Choose what to export."))
    visible = writing.visible(kind, me)
    name = writing.file_name(kind)
    writing.record(kind, visible, me, name)
    lines = writing.people(visible) if kind == Exchange.Kind.PEOPLE else writing.organisations(visible)
    answer = StreamingHttpResponse((line.encode() for line in lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
