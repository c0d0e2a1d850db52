"""The first page and the ticket's. They only read; what changes something is in `acts`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guichet.desk import letter, timeline
from guichet.desk.agenda.panel import agenda
from guichet.desk.contacts import card
from guichet.desk.doors import for_agents, reader
from guichet.desk.files import UPLOAD_LIMIT_MB
from guichet.desk.frame import Frame
from guichet.desk.lists.catalogue import list_url
from guichet.desk.regroup import links
from guichet.desk.writing import kept
from guichet.people.models import Person
from guichet.tickets.models import Draft, Follower, Grouping, Priority, Regrouping, Status, Ticket


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The first page after signing in: customers have one of their own."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    if not reader(request).is_agent:
        return redirect("requests")
    return redirect(list_url("mine"))


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
        "back_url": list_url(view_key or "mine"),
        "view_key": view_key,
        "tags": list(found.tags.all()),
        "customer": card.card(found, person),
        "followers": list(Follower.objects.visible_to(person).filter(ticket=found).select_related("person")),
        "agenda": agenda(found, person, (event for entry in said.entries for event in entry.events)),
        "links": links.groups(found, person),
        "letter": letter.reply(request, found),
        **kept.of_ticket(request, found),
        "statuses": Status.choices,
        "priorities": Priority.choices,
        "lazy_menus": _lazy_menus(number),
        "upload_limit": UPLOAD_LIMIT_MB,
        "word_no_subject": _("(no subject)"),
        **_merged(found, person),
    }


def _merged(ticket: Ticket, person: Person) -> dict[str, Any]:
    """Where the words of a merged ticket stand, and the act to undo, if its reader may see both."""
    if ticket.merged_into_id is None:
        return {}
    acts = Regrouping.objects.visible_to(person).active().filter(ticket=ticket, kind=Grouping.MERGE)
    leads_to = Ticket.objects.visible_to(person).filter(pk=ticket.merged_into_id).first()
    begun = Draft.objects.visible_to(person).own(person).filter(ticket=ticket).exclude(text="")
    return {"leads_to": leads_to, "merge_act": acts.values_list("pk", flat=True).first(), "begun": list(begun)}


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
        {"key": "inbox", "label": _("Inbox"), "url": reverse("desk:move", args=[number])},
        {"key": "tags", "label": _("Tags"), "url": reverse("desk:tags", args=[number])},
        {"key": "followers", "label": _("Followers"), "url": reverse("desk:followers", args=[number])},
    ]
