"""The first page and the ticket's. They only read; what changes something is in `acts`."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guichet.desk import letter, timeline, window
from guichet.desk.agenda.panel import agenda
from guichet.desk.beside import beside
from guichet.desk.contacts import card
from guichet.desk.doors import for_agents, reader
from guichet.desk.files import UPLOAD_LIMIT_MB
from guichet.desk.frame import Frame
from guichet.desk.kinds.card import kind
from guichet.desk.lists.catalogue import list_url
from guichet.desk.regroup import links
from guichet.desk.window import Part, Window
from guichet.desk.work.card import Work, work
from guichet.desk.writing import kept
from guichet.people.models import Person
from guichet.people.named import all_but_name
from guichet.tickets.models import Draft, Follower, Grouping, Priority, Regrouping, Status, Ticket

WRITTEN = ("/reply/", "/note/", "/ask/")


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
    # What few tickets have (a type, a category) is fetched where there is one: each join makes the plan longer.
    nouns = ("requester__organisation", "inbox", "team", "assignee")
    found = visible.select_related(*nouns).defer("inbox__settings").filter(number=number).first()
    if found is None:
        raise Http404
    # What was just written stands at the end, wherever one was reading.
    shown = window.asked(asked, is_latest=request.method == "POST" and request.path.endswith(WRITTEN))
    said = timeline.conversation(found, person, shown)
    is_unread = getattr(found, "is_unread", False)
    view_key = asked.get("view", "")[:40]
    has = beside(found)
    return {
        "ticket": found,
        "is_unread": is_unread,
        "timeline": said.entries,
        **_jumps(found, person, shown, said.part, view_key, is_unread=is_unread),
        "back_url": list_url(view_key or "mine"),
        "view_key": view_key,
        "tags": list(found.tags.all()) if has.tags else [],
        "customer": card.card(found, person, has_notes=has.notes),
        "followers": _followers(found, person) if has.followers else [],
        "agenda": agenda(found, person, (event for entry in said.entries for event in entry.events)),
        "links": links.groups(found, person) if has.links else [],
        "kind": kind(found, has),
        "work": work(found, person) if has.checklist or has.times else Work(),
        "letter": letter.reply(request, found),
        **kept.of_ticket(request, found, has_drafts=has.drafts),
        "statuses": Status.choices,
        "priorities": Priority.choices,
        "lazy_menus": _lazy_menus(number),
        "upload_limit": UPLOAD_LIMIT_MB,
        "word_no_subject": _("(no subject)"),
        **_merged(found, person),
    }


def _followers(ticket: Ticket, person: Person) -> list[Follower]:
    followers = Follower.objects.visible_to(person).filter(ticket=ticket)
    return list(followers.select_related("person").defer(*all_but_name("person")))


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


def _jumps(
    ticket: Ticket, person: Person, shown: Window, part: Part, view_key: str, *, is_unread: bool
) -> dict[str, Any]:
    """Where a long conversation goes on: earlier, later, its first message, what is unread, its end."""
    page = reverse("desk:ticket", args=[ticket.number]) + (f"?view={view_key}&" if view_key else "?")
    here = [message.pk for message in part.messages]
    is_long = bool(part.hidden or part.later)
    unread = window.first_unread(ticket, person) if is_unread and is_long else 0
    grows = not shown.way and shown.shown < window.SHOWN_LIMIT
    earlier = f"shown={shown.shown + window.SHOWN}" if grows else f"before={here[0] if here else 0}"
    return {
        "page_url": f"{page}{shown.query}",
        "hidden_count": part.hidden if not shown.way else 0,
        "counted": window.COUNTED,
        "earlier_url": f"{page}{earlier}" if part.hidden else "",
        "earlier_grows": grows,
        "later_url": f"{page}after={here[-1]}#start" if part.later and here else "",
        "first_url": f"{page}first=1#start" if part.hidden else "",
        "latest_url": page.rstrip("?&") if shown.way else "",
        "unread_url": f"{page}from={unread}#message-{unread}" if unread and unread not in here else "",
    }


def _lazy_menus(number: int) -> list[dict[str, str]]:
    return [
        {"key": "assignee", "label": _("Assignee"), "url": reverse("desk:assignee", args=[number])},
        {"key": "team", "label": _("Team"), "url": reverse("desk:team", args=[number])},
        {"key": "inbox", "label": _("Inbox"), "url": reverse("desk:move", args=[number])},
        {"key": "tags", "label": _("Tags"), "url": reverse("desk:tags", args=[number])},
        {"key": "clocks", "label": _("Deadlines"), "url": reverse("clocks:panel", args=[number])},
        {"key": "followers", "label": _("Followers"), "url": reverse("desk:followers", args=[number])},
    ]
