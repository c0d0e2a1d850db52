"""The list page, its counters, and what helps to write its condition. They only read."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from guichet.conditions.editor import completed, in_step
from guichet.conditions.grammar import Mistake
from guichet.conditions.tree import Malformed
from guichet.desk.doors import for_agents
from guichet.desk.frame import Frame
from guichet.desk.lists import asking, bulk, paging
from guichet.desk.lists.asking import Asked
from guichet.desk.lists.catalogue import SEARCH, tickets_of
from guichet.desk.lists.rows import COLUMNS, Rows, carrying
from guichet.kit.lines import whole_numbers
from guichet.tickets import fields
from guichet.tickets.models import Audience, Draft, Priority, Status, Ticket
from guichet.tickets.models.ticket import TicketQuerySet

ONLY_LIMIT = 100


@require_safe
@for_agents
def ticket_list(request: HttpRequest) -> HttpResponseBase:
    frame = Frame(request)
    last_event = frame.last_event  # before the rows are read: what happens from here on comes by the stream
    asked = asking.asked(request, frame)
    found = _found(asked, frame)
    rows = Rows((asked.origin or asked.view).key, asked.columns)
    if "only" in request.GET:
        words = request.GET["only"].split(",")[:ONLY_LIMIT]
        wanted = whole_numbers(words)
        return HttpResponse(rows.html(list(found.filter(pk__in=wanted))))
    page = paging.page(found, asked.sort, request.GET.get("after", ""))
    view = asked.view
    context = {
        "frame": frame,
        "last_event": last_event,
        "asked": asked,
        "view": view,
        "view_key": view.key,
        "home_key": (asked.origin or view).key,
        "rows_url": asked.url(),
        "previous_url": asked.url() if request.GET.get("after") else "",
        "next_url": asked.url(after=page.next_cursor) if page.next_cursor else "",
        "rows": "" if asked.mistake else rows.html(page.tickets),
        "wider_url": asking.without_finished(asked) if view.key == SEARCH else "",
        "mistake_text": marked(asked.text, asked.mistake) if asked.mistake else "",
        "run": bulk.untold(frame.person),
        "statuses": Status.choices,
        "priorities": Priority.choices,
        **_sorting(asked),
        **_keeping(asked, frame),
    }
    return render(request, "desk/lists/list.html", context, status=422 if asked.mistake else 200)


def _found(asked: Asked, frame: Frame) -> TicketQuerySet:
    """What the list shows, as its rows need it; nothing, with the mistake told, where it cannot be asked."""
    found = Ticket.objects.none()
    if asked.mistake is None:
        try:
            found = tickets_of(asked.view, frame.asker)
        except Malformed as wrong:
            asked.mistake = asking.mistake_in(asked.text, frame) or Mistake(str(wrong), 0, len(asked.text))
    drafts = Draft.objects.own(frame.person).filter(ticket=OuterRef("pk"))
    return carrying(found, asked.columns).with_unread(frame.person).annotate(has_draft=Exists(drafts))


def _sorting(asked: Asked) -> dict[str, Any]:
    home = asked.origin or asked.view
    shown = Asked(asked.view, asked.text, asked.sort, asked.columns, asked.origin)
    sorts = []
    for key, label in paging.SORTS.items():
        shown.sort = key
        sorts.append({"key": key, "label": label, "url": shown.url()})
    return {
        "sorts": sorts,
        "sort": asked.sort,
        "sort_label": paging.SORTS[asked.sort],
        "is_usual_sort": asked.sort == home.sort,
        "columns": [(key, label, key in asked.columns) for key, label in COLUMNS.items()],
    }


def _keeping(asked: Asked, frame: Frame) -> dict[str, Any]:
    """What may be kept: the search as a new view, the changes in the view it was made from."""
    saved = (asked.origin or asked.view).saved
    is_changed = asked.origin is not None or (saved is not None and asked.sort != saved.sort)
    may_change = saved is not None and saved.can_change  # type: ignore[attr-defined]
    return {
        "saved": saved,
        "is_changed": is_changed,
        "may_change": may_change,
        "can_save": asked.mistake is None,
        "audiences": audiences(frame),
    }


def audiences(frame: Frame) -> list[tuple[str, str]]:
    """For whom this person may save a view: ("me", …), ("team-3", …), ("all", …)."""
    teams = [(f"team-{team.pk}", team.name) for team in frame.own_teams]
    everybody = [(Audience.ALL.value, str(Audience.ALL.label))] if frame.person.is_admin else []
    return [(Audience.ME.value, str(Audience.ME.label)), *teams, *everybody]


def marked(text: str, mistake: Mistake) -> SafeString:
    """The text with its place of error marked."""
    start, end = mistake.start, max(mistake.end, mistake.start)
    place = text[start:end] or "\N{NO-BREAK SPACE}"
    return format_html("{}<mark>{}</mark>{}", text[:start], place, text[end:])


@require_safe
@for_agents
def counts(request: HttpRequest) -> HttpResponseBase:
    """The counters of the side bar, for pages that are already open."""
    return render(request, "desk/lists/counts.html")


@require_safe
@for_agents
def complete(request: HttpRequest) -> HttpResponseBase:
    """What may stand where the cursor is."""
    found = completed(request.GET, fields.FIELDS, Frame(request).asker)
    return render(request, "desk/lists/completions.html", {"completions": found})


@require_safe
@for_agents
def condition(request: HttpRequest) -> HttpResponseBase:
    """Text and rows in step: from either, both as they are now."""
    context = in_step(request.GET, fields.FIELDS, Frame(request).asker, new="status")
    return render(request, "desk/lists/rows.html", context)
