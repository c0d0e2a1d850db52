"""Lists of people, organisations and somebody's tickets: what is in them, in which order, page by page by keyset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils.translation import pgettext_lazy

from guichet.kit.web import read_cursor, write_cursor
from guichet.people.access import sees_all_people
from guichet.people.models import Organisation, Person, Role
from guichet.people.search import find_organisations, find_people
from guichet.tickets.models import Ticket
from guichet.tickets.models.ticket import TicketQuerySet

PAGE = 50
TICKETS = 20
COUNT_LIMIT = 100
SORTS = {"name": pgettext_lazy("sort", "Name"), "contact": pgettext_lazy("sort", "Last contact")}


@dataclass(frozen=True)
class Page:
    """`next_cursor` is "" on the last page."""

    rows: Sequence[Any]
    next_cursor: str = ""


def contacts(me: Person, *, inactive: bool = False) -> Any:
    """Customers that this agent sees; who sees everybody needs no stand-ins."""
    found = Person.objects.visible_to(me).filter(role=Role.CUSTOMER, merged_into=None, is_active=not inactive)
    if sees_all_people(me):
        found = found.filter(stands_for=None)
    return found.select_related("organisation")


def people_page(me: Person, typed: str, sort: str, cursor: str, *, inactive: bool = False) -> Page:
    visible = contacts(me, inactive=inactive)
    if typed:
        page = Page(find_people(visible, typed, PAGE))
    elif sort == "contact":
        page = _by_contact(me, visible, cursor)
    else:
        page = _by_name(visible, "people", cursor)
    _with_contact(page.rows, me)
    return page


def organisations_page(me: Person, typed: str, cursor: str) -> Page:
    visible = Organisation.objects.visible_to(me).filter(merged_into=None).prefetch_related("domains")
    page = Page(find_organisations(visible, typed, PAGE)) if typed else _by_name(visible, "organisations", cursor)
    members = Person.objects.visible_to(me).filter(organisation__in=[one.pk for one in page.rows], is_active=True)
    sizes = dict(members.order_by().values_list("organisation").annotate(n=Count("pk")))
    for one in page.rows:
        one.size = sizes.get(one.pk, 0)
    return page


def _by_name(visible: Any, name: str, cursor: str) -> Page:
    after = read_cursor(name, cursor)
    if after:
        key, pk = after
        # The first comparison stands alone, so that the index can begin there.
        visible = visible.filter(sort_key__gte=key).filter(Q(sort_key__gt=key) | Q(pk__gt=pk))
    rows = list(visible.order_by("sort_key", "pk")[: PAGE + 1])
    if len(rows) <= PAGE:
        return Page(rows)
    return Page(rows[:PAGE], write_cursor(name, [rows[PAGE - 1].sort_key, rows[PAGE - 1].pk]))


def _by_contact(me: Person, visible: Any, cursor: str) -> Page:
    """Along the newest visible ticket of each: its index is walked no further than this page."""
    tickets = Ticket.objects.visible_to(me)
    at, pk = OuterRef("last_message_at"), OuterRef("pk")
    newer = tickets.filter(
        Q(last_message_at__gt=at) | Q(last_message_at=at, pk__gt=pk), requester=OuterRef("requester")
    )
    newest = tickets.filter(~Exists(newer), Exists(visible.filter(pk=OuterRef("requester"))))
    after = read_cursor("people by contact", cursor)
    if after:
        since = datetime.fromisoformat(after[0])
        newest = newest.filter(last_message_at__lte=since)
        newest = newest.filter(Q(last_message_at__lt=since) | Q(pk__lt=after[1]))
    rows = list(
        newest.order_by("-last_message_at", "-pk").values_list("requester", "last_message_at", "pk")[: PAGE + 1]
    )
    people = {one.pk: one for one in visible.filter(pk__in=[row[0] for row in rows[:PAGE]])}
    found = [people[row[0]] for row in rows[:PAGE] if row[0] in people]
    if len(rows) <= PAGE:
        return Page(found)
    last = rows[PAGE - 1]
    return Page(found, write_cursor("people by contact", [last[1].isoformat(), last[2]]))


def _with_contact(people: Sequence[Any], me: Person) -> None:
    """Give each person `last_contact` and `open_count`, as far as this agent sees their tickets: one query."""
    tickets = Ticket.objects.visible_to(me).filter(requester__in=[one.pk for one in people]).order_by()
    known = tickets.values("requester").annotate(last=Max("last_message_at"), n=Count("pk", filter=Q(is_open=True)))
    facts = {row["requester"]: (row["last"], row["n"]) for row in known}
    for one in people:
        one.last_contact, one.open_count = facts.get(one.pk, (None, 0))


def tickets_of(me: Person, asked: TicketQuerySet, cursor: str, *, only_open: bool = False) -> Page:
    """Somebody's tickets that this agent sees, those with the newest words first."""
    if only_open:
        asked = asked.open()
    after = read_cursor("tickets of one", cursor)
    if after:
        at = datetime.fromisoformat(after[0])
        asked = asked.filter(last_message_at__lte=at).filter(Q(last_message_at__lt=at) | Q(pk__lt=after[1]))
    fields = (
        "number",
        "subject",
        "status",
        "last_message_at",
        "requester__name",
        "requester__email",
        "requester__typed_address",
        "inbox__name",
    )
    found = asked.select_related("requester", "inbox").only(*fields, "inbox__address")
    rows = list(found.order_by("-last_message_at", "-pk")[: TICKETS + 1])
    if len(rows) <= TICKETS:
        return Page(rows)
    last = rows[TICKETS - 1]
    return Page(rows[:TICKETS], write_cursor("tickets of one", [last.last_message_at.isoformat(), last.pk]))


def span_of(tickets: TicketQuerySet) -> dict[str, Any]:
    """First and last contact, and how many tickets there are, of those given; counting stops at its limit."""
    first = tickets.order_by("created_at").values_list("created_at", flat=True).first()
    last = tickets.order_by("-last_message_at").values_list("last_message_at", flat=True).first()
    n = tickets.order_by()[:COUNT_LIMIT].count()
    return {"first": first, "last": last, "count": f"{COUNT_LIMIT - 1}+" if n >= COUNT_LIMIT else str(n)}


def same_names(me: Person, limit: int = PAGE) -> list[list[Person]]:
    """Groups of visible customers who bear the same full name."""
    visible = contacts(me).filter(sort_key__contains=" ").exclude(name="")
    twice = visible.order_by().values("sort_key").annotate(n=Count("pk")).filter(n__gt=1).order_by("-n", "sort_key")
    keys = [row["sort_key"] for row in twice[:limit]]
    groups: dict[str, list[Person]] = {}
    found = list(visible.filter(sort_key__in=keys).order_by("sort_key", "pk")[: limit * 10])
    _with_contact(found, me)
    for one in found:
        groups.setdefault(one.sort_key, []).append(one)
    return list(groups.values())
