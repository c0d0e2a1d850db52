"""Which part of a long conversation a page shows: by key, so that message ten thousand costs what the first does."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q, Subquery
from django.http import QueryDict

from guichet.kit.lines import whole_number
from guichet.people.models import Person
from guichet.people.named import all_but_name
from guichet.tickets.models import Delivery, Message, Seen, Ticket
from guichet.tickets.models.message import MessageQuerySet

SHOWN = 40  # messages at first; each "earlier" shows as many more
SHOWN_LIMIT = 200  # so many stand on one page; what is earlier comes on pages of its own
COUNTED = 1000  # "1000+ earlier messages"
WAYS = ("first", "before", "after", "from")


@dataclass(frozen=True)
class Window:
    """The latest `shown` messages; or by `way` the beginning, or what stands before, after or from message `pk` on."""

    shown: int = SHOWN
    way: str = ""
    pk: int = 0

    @property
    def query(self) -> str:
        """As the address of the page says it."""
        return f"{self.way}={self.pk or 1}" if self.way else f"shown={self.shown}"


@dataclass(frozen=True)
class Part:
    """`hidden` messages come before these and `later` tells whether some come after; `hidden` stops at COUNTED."""

    messages: list[Message]
    hidden: int = 0
    later: bool = False


def asked(query: QueryDict, *, is_latest: bool = False) -> Window:
    shown = min(max(whole_number(query.get("shown", ""), 5) or SHOWN, SHOWN), SHOWN_LIMIT)
    for way in WAYS if not is_latest else ():
        if pk := whole_number(query.get(way, ""), 18):
            return Window(SHOWN, way, 0 if way == "first" else pk)
    return Window(shown)


def visible_to(ticket: Ticket, person: Person) -> MessageQuerySet:
    # Words that were taken back are in their box again; the history says so.
    return Message.objects.visible_to(person).filter(ticket=ticket).exclude(delivery=Delivery.WITHDRAWN)


def part(ticket: Ticket, person: Person, window: Window) -> Part:
    """Three queries at most."""
    visible = visible_to(ticket, person)
    rows = visible.select_related("author", "side").defer(*all_but_name("author"))
    if not window.way:
        found = list(rows.order_by("-at", "-id")[: window.shown + 1])
        hidden = 0
        if len(found) > window.shown:
            hidden = visible.order_by()[: COUNTED + window.shown].count() - window.shown
        return Part(found[: window.shown][::-1], hidden)
    mark = visible.filter(pk=window.pk).values_list("at", "pk").first() if window.pk else None
    if mark is None:
        found = list(rows.order_by("at", "id")[: window.shown + 1])
        return Part(found[: window.shown], 0, len(found) > window.shown)
    at, pk = mark
    # The bound on `at` alone is what the index takes; the other tells apart what was said in the same moment.
    earlier = Q(at__lte=at) & (Q(at__lt=at) | Q(pk__lt=pk))
    if window.way == "before":
        found = list(rows.filter(earlier).order_by("-at", "-id")[: window.shown + 1])
        return Part(found[: window.shown][::-1], int(len(found) > window.shown), True)
    later = Q(at__gte=at) & (Q(at__gt=at) | Q(pk__gt=pk))
    if window.way == "from":
        later |= Q(pk=pk)
    found = list(rows.filter(later).order_by("at", "id")[: window.shown + 1])
    has_earlier = window.way == "after" or visible.filter(earlier).exists()
    return Part(found[: window.shown], int(has_earlier), len(found) > window.shown)


def first_unread(ticket: Ticket, person: Person) -> int:
    """The first message of others since this person last looked; 0 if he never did, or none came. One query."""
    seen = Seen.objects.filter(ticket=ticket, person=person).values("at")[:1]
    news = visible_to(ticket, person).filter(at__gt=Subquery(seen)).exclude(author=person)
    return news.order_by("at", "id").values_list("pk", flat=True).first() or 0
