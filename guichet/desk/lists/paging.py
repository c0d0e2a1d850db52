"""The orders of a list, each served by an index, and its pages by keyset: page a thousand costs what the first does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import pgettext_lazy

from guichet.kit.web import read_cursor, write_cursor
from guichet.tickets.models import Ticket
from guichet.tickets.models.ticket import TicketQuerySet

PAGE = 50
SORTS = {
    "newest": pgettext_lazy("sort", "Newest message"),
    "oldest": pgettext_lazy("sort", "Oldest message"),
    "waiting": pgettext_lazy("sort", "Longest waiting"),
    "due": pgettext_lazy("sort", "Next deadline"),
    "priority": pgettext_lazy("sort", "Priority"),
    "created": pgettext_lazy("sort", "Newest ticket"),
    "updated": pgettext_lazy("sort", "Last changed"),
    "subject": pgettext_lazy("sort", "Subject"),
}
# Those of one column that may be empty, the empty ones last.
_SOON = {"waiting": "waiting_since", "due": "due_at"}
# Those of one column: its name, and whether the largest comes first.
_SIMPLE = {
    "newest": ("last_message_at", True),
    "oldest": ("last_message_at", False),
    "created": ("created_at", True),
    "updated": ("updated_at", True),
    "subject": ("subject_folded", False),
}


@dataclass(frozen=True)
class Page:
    tickets: list[Ticket]
    next_cursor: str


def page(tickets: TicketQuerySet, sort: str, cursor: str = "") -> Page:
    """At most PAGE tickets after the cursor. An unreadable cursor means the first page."""
    if sort == "subject":
        tickets = tickets.annotate(subject_folded=Lower("subject"))
    values = read_cursor("tickets", cursor)
    values = values if values and values[0] == sort else None
    if sort in _SOON:
        rows = _soonest(tickets, _SOON[sort], values)
    else:
        after = tickets.filter(_after(sort, values)) if values else tickets
        rows = list(after.order_by(*_order(sort))[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    return Page(rows, write_cursor("tickets", _position(sort, rows[-1])) if more else "")


def _soonest(tickets: TicketQuerySet, name: str, values: list[Any] | None) -> list[Ticket]:
    """Those that have such a moment, then those that have none: two walks, of which each begins where the page does."""
    rows: list[Ticket] = []
    if values is None or values[1] is not None:
        timed = tickets.filter(**{f"{name}__isnull": False})
        if values is not None:
            timed = timed.filter(_behind(name, False, datetime.fromisoformat(values[1]), values[2]))
        rows = list(timed.order_by(name, "id")[: PAGE + 1])
    if len(rows) <= PAGE:
        timeless = tickets.filter(**{f"{name}__isnull": True})
        if values is not None and values[1] is None:
            timeless = timeless.filter(id__gt=values[2])
        rows += timeless.order_by("id")[: PAGE + 1 - len(rows)]
    return rows


def _order(sort: str) -> tuple[Any, ...]:
    if sort == "priority":
        return (F("priority").asc(), F("last_message_at").desc(), F("id").desc())
    name, is_falling = _SIMPLE[sort]
    return (F(name).desc(), F("id").desc()) if is_falling else (F(name).asc(), F("id").asc())


def _position(sort: str, ticket: Ticket) -> list[Any]:
    if sort in _SOON:
        soon = getattr(ticket, _SOON[sort])
        return [sort, soon.isoformat() if soon else None, ticket.pk]
    if sort == "priority":
        return [sort, ticket.priority, ticket.last_message_at.isoformat(), ticket.pk]
    value = getattr(ticket, _SIMPLE[sort][0])
    return [sort, value.isoformat() if isinstance(value, datetime) else value, ticket.pk]


def _after(sort: str, values: list[Any]) -> Q:
    """Rows behind a position. The first comparison stands alone so that an index can start there."""
    if sort == "priority":
        older = _behind("last_message_at", True, datetime.fromisoformat(values[2]), values[3])
        return Q(priority__gte=values[1]) & (Q(priority__gt=values[1]) | older)
    name, is_falling = _SIMPLE[sort]
    value = values[1] if sort == "subject" else datetime.fromisoformat(values[1])
    return _behind(name, is_falling, value, values[2])


def _behind(name: str, is_falling: bool, value: Any, pk: int) -> Q:
    beyond = "lt" if is_falling else "gt"
    return Q(**{f"{name}__{beyond}e": value}) & (Q(**{f"{name}__{beyond}": value}) | Q(**{f"id__{beyond}": pk}))
