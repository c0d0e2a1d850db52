"""What the command bar finds beyond what stands on the page: tickets, people, and views outside the side bar."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guichet.desk.doors import for_agents, reader
from guichet.desk.frame import Frame
from guichet.people.models import Person
from guichet.people.search import find_people
from guichet.tickets.models import Ticket
from guichet.tickets.search import matching

TICKETS, PEOPLE, VIEWS = 5, 4, 5
SHOWN = ("number", "subject", "requester__name", "requester__email", "requester__typed_address")
SHORTEST, LONGEST = 2, 100


@dataclass(frozen=True)
class Found:
    label: str
    hint: str
    url: str
    icon: str


@require_safe
@for_agents
def palette(request: HttpRequest) -> HttpResponseBase:
    """Only what the asker may see, best first; nothing for a single letter."""
    person, typed = reader(request), request.GET.get("q", "").replace("\0", " ").strip()[:LONGEST]
    digits = typed.removeprefix("#")
    is_number = digits.isascii() and digits.isdecimal() and len(digits) < 16
    found: list[Found] = []
    if is_number:
        found = _tickets(person, Q(number=int(digits)))
    elif len(typed) >= SHORTEST:
        found = [*_views(Frame(request), typed), *_tickets(person, matching(typed, person)), *_people(person, typed)]
    return render(request, "desk/lists/found.html", {"found": found})


def _tickets(person: Person, fitting: Q) -> list[Found]:
    tickets = Ticket.objects.visible_to(person).filter(fitting).select_related("requester").order_by("-last_message_at")
    return [
        Found(
            ticket.subject or _("(no subject)"), f"#{ticket.number} · {ticket.requester}",
            reverse("desk:ticket", args=[ticket.number]), "inbox",
        )
        for ticket in tickets.only(*SHOWN)[:TICKETS]
    ]  # fmt: skip


def _people(person: Person, typed: str) -> list[Found]:
    return [
        Found(str(one), one.email or "", reverse("contacts:person", args=[one.pk]), "user-round")
        for one in find_people(Person.objects.visible_to(person), typed, PEOPLE)
    ]


def _views(frame: Frame, typed: str) -> list[Found]:
    wanted = typed.casefold()
    outside = [view for view in frame.saved if not getattr(view.saved, "is_here", False)]
    fitting = [view for view in outside if wanted in view.label.casefold()]
    return [Found(view.label, _("Saved view"), view.url, view.icon) for view in fitting[:VIEWS]]
