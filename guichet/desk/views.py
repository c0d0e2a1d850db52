"""Pages: the lists and the ticket. They only read; what changes something is in `acts`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guichet.desk import letter, lists, rows, timeline
from guichet.desk.agenda.panel import agenda
from guichet.desk.contacts import card
from guichet.desk.doors import for_agents, reader
from guichet.desk.files import UPLOAD_LIMIT_MB
from guichet.desk.frame import Frame
from guichet.desk.writing import kept
from guichet.tickets.models import Follower, Priority, Status, Ticket

ONLY_LIMIT = 100


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The first page after signing in: customers have one of their own."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    if not reader(request).is_agent:
        return redirect("requests")
    return redirect(lists.list_url("mine", "newest"))


@require_safe
@for_agents
def ticket_list(request: HttpRequest) -> HttpResponseBase:
    person = reader(request)
    frame = Frame(request)
    last_event = frame.last_event  # before the rows are read: what happens from here on comes by the stream
    key = request.GET.get("view", "mine")
    view = next((view for view in frame.views if view.key == key), None)
    if view is None:
        raise Http404
    sort = request.GET.get("sort", "newest")
    if sort not in lists.SORTS:
        sort = "newest"
    found = (
        lists.tickets_of(view, person)
        .select_related("requester__organisation", "assignee", "inbox")
        .defer("inbox__settings")
    )
    found = found.only(*rows.FIELDS).with_unread(person)
    only = request.GET.get("only")
    if only is not None:
        numbers = [int(word) for word in only.split(",")[:ONLY_LIMIT] if word.isascii() and word.isdecimal()]
        tickets = list(found.filter(pk__in=numbers))
        return HttpResponse(rows.Rows(key).html(tickets))
    page = lists.page(found, sort, request.GET.get("after", ""))
    context = {
        "frame": frame,
        "last_event": last_event,
        "view": view,
        "view_key": key,
        "sort": sort,
        "sort_label": lists.SORTS[sort],
        "sorts": [{"key": k, "label": label, "url": lists.list_url(key, k)} for k, label in lists.SORTS.items()],
        "first_url": lists.list_url(key, sort),
        "rows_url": lists.list_url(key, sort),
        "previous_url": lists.list_url(key, sort) if request.GET.get("after") else "",
        "next_url": lists.list_url(key, sort, after=page.next_cursor) if page.next_cursor else "",
        "rows": rows.Rows(key).html(page.tickets),
    }
    return render(request, "desk/list.html", context)


@require_safe
@for_agents
def counts(request: HttpRequest) -> HttpResponseBase:
    """The counters of the side bar, for pages that are already open."""
    return render(request, "desk/counts.html")


@require_safe
@for_agents
def ticket(request: HttpRequest, number: int) -> HttpResponseBase:
    return ticket_page(request, number)


def ticket_page(request: HttpRequest, number: int, **more: Any) -> HttpResponse:
    """The whole page, or for htmx the ticket alone: one template either way."""
    if getattr(request, "htmx", False):
        return render(request, "desk/_ticket.html", {**ticket_context(request, number), **more})
    frame = Frame(request)
    # Before the ticket is read: what happens from here on reaches the page by its stream.
    context = {"frame": frame, "last_event": frame.last_event, **ticket_context(request, number)}
    return render(request, "desk/ticket.html", {**context, **more})


def ticket_context(request: HttpRequest, number: int) -> dict[str, Any]:
    """Raises Http404 for a ticket that is hidden or does not exist."""
    person = reader(request)
    asked = _asked(request)
    visible = Ticket.objects.visible_to(person).with_unread(person)
    nouns = ("requester__organisation", "requester__department", "inbox", "team", "assignee")
    found = visible.select_related(*nouns).defer("inbox__settings").filter(number=number).first()
    if found is None:
        raise Http404
    shown = _shown(asked)
    said = timeline.conversation(found, person, shown)
    view_key = asked.get("view", "")[:40]
    page_url = reverse("desk:ticket", args=[number])
    query = f"?view={view_key}&shown=" if view_key else "?shown="
    return {
        "ticket": found,
        "is_unread": getattr(found, "is_unread", False),
        "timeline": said.entries,
        "hidden_count": said.hidden_count,
        "earlier_url": f"{page_url}{query}{shown + timeline.SHOWN}",
        "page_url": f"{page_url}{query}{shown}",
        "back_url": lists.list_url(view_key or "mine", "newest"),
        "view_key": view_key,
        "tags": list(found.tags.all()),
        "agenda": agenda(found),
        "customer": card.card(found, person),
        "followers": list(Follower.objects.visible_to(person).filter(ticket=found).select_related("person")),
        "letter": letter.reply(request, found),
        **kept.of_ticket(request, found),
        "statuses": Status.choices,
        "priorities": Priority.choices,
        "lazy_menus": _lazy_menus(number),
        "upload_limit": UPLOAD_LIMIT_MB,
        "word_no_subject": _("(no subject)"),
    }


def _asked(request: HttpRequest) -> QueryDict:
    """The query of the page on the reader's screen: an act comes without it, but htmx says where it came from."""
    if request.method == "POST" and getattr(request, "htmx", False):
        return QueryDict(urlsplit(request.htmx.current_url or "").query)  # type: ignore[attr-defined]
    return request.GET


def _shown(asked: QueryDict) -> int:
    word = asked.get("shown", "")
    wanted = int(word) if word.isascii() and word.isdecimal() and len(word) < 6 else timeline.SHOWN
    return min(max(wanted, timeline.SHOWN), timeline.SHOWN_LIMIT)


def _lazy_menus(number: int) -> list[dict[str, str]]:
    return [
        {"key": "assignee", "label": _("Assignee"), "url": reverse("desk:assignee", args=[number])},
        {"key": "team", "label": _("Team"), "url": reverse("desk:team", args=[number])},
        {"key": "tags", "label": _("Tags"), "url": reverse("desk:tags", args=[number])},
        {"key": "followers", "label": _("Followers"), "url": reverse("desk:followers", args=[number])},
    ]
