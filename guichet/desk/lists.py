"""The lists of tickets: which views there are, in which orders, page by page by keyset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, IntegerField, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from guichet.kit.web import read_cursor, write_cursor
from guichet.people.models import Person, Team
from guichet.tickets.models import Status, Ticket
from guichet.tickets.models.ticket import TicketQuerySet

PAGE = 50
AWAKE, ASLEEP = Q(snoozed_until=None), Q(snoozed_until__isnull=False)
COUNT_LIMIT = 100  # a counter says "99+" beyond it, so that counting costs the same in every house


@dataclass
class View:
    """One list. `rule` narrows the visible tickets; `is_open` lists read the small partial indexes."""

    key: str
    label: str
    icon: str
    rule: Q
    is_open: bool = True
    is_counted: bool = True
    empty_heading: str = ""
    empty_words: str = ""
    count: str = ""

    @property
    def url(self) -> str:
        return f"{reverse('desk:list')}?view={self.key}"


@dataclass(frozen=True)
class Group:
    heading: str
    views: Sequence[View]


SORTS = {
    "newest": pgettext_lazy("sort", "Newest message"),
    "waiting": pgettext_lazy("sort", "Longest waiting"),
    "priority": pgettext_lazy("sort", "Priority"),
}
_FINISHED = gettext_lazy("Finished requests stay here; one that gets a new answer from the customer opens again.")


def groups(person: Person, teams: Sequence[Team]) -> list[Group]:
    """Every view of a person, in the order of the side bar."""
    own = [
        View("mine", _("My work"), "circle-user-round", AWAKE & Q(assignee_id=person.pk),
             empty_heading=_("Nothing waits for you"),
             empty_words=_("Tickets that you take, or that are assigned to you, appear here.")),
        View("unassigned", _("Unassigned"), "circle-dashed", AWAKE & Q(assignee=None),
             empty_heading=_("Everything has an owner"),
             empty_words=_("New requests appear here until somebody takes them.")),
        View("teams", _("My teams"), "users", AWAKE & Q(team_id__in=person.team_ids),
             empty_heading=_("Your teams are done"),
             empty_words=_("Open tickets of your teams appear here.")),
        View("all", _("All open"), "inbox", Q(), empty_heading=_("Nothing is open"),
             empty_words=_("A mail to one of your inboxes becomes a ticket and appears here by itself.")),
    ]  # fmt: skip
    of_teams = [
        # An administrator sees every team; counting stays with their own.
        View(f"team-{team.pk}", team.name, "users", AWAKE & Q(team_id=team.pk), is_counted=team.pk in person.team_ids,
             empty_heading=_("Nothing is open"), empty_words=_("Open tickets of this team appear here."))
        for team in teams
    ]  # fmt: skip
    states = [
        View(
            "snoozed",
            _("Asleep"),
            "moon",
            ASLEEP,
            empty_heading=_("Nothing sleeps here"),
            empty_words=_("Tickets that you let sleep wait here until their time, or until the customer writes."),
        ),
        _by_status(Status.PENDING, "circle-pause", _("Tickets that wait for the customer appear here.")),
        _by_status(Status.RESOLVED, "circle-check", str(_FINISHED)),
        _by_status(Status.CLOSED, "archive", str(_FINISHED)),
    ]
    # One team alone is "My teams" already.
    beside = [Group(_("Teams"), of_teams)] if len(of_teams) > 1 else []
    return [Group("", own), *beside, Group(_("By status"), states)]


def _by_status(status: Status, icon: str, words: str) -> View:
    is_open = status == Status.PENDING
    return View(str(status), str(status.label), icon, Q(status=status), is_open, is_open, _("Nothing here"), words)


def tickets_of(view: View, person: Person) -> TicketQuerySet:
    visible = Ticket.objects.visible_to(person).filter(view.rule)
    return visible.open() if view.is_open else visible


def count(views: Sequence[View], person: Person) -> None:
    """Fill in `count` of the counted views with one query."""
    counted = [view for view in views if view.is_counted]
    # Every counted view holds open tickets only; the rights are resolved once for all of them.
    visible = Ticket.objects.visible_to(person).open().order_by().values("pk")
    columns = {
        f"n{index}": Func(
            ArraySubquery(visible.filter(view.rule)[:COUNT_LIMIT]), function="cardinality", output_field=IntegerField()
        )
        for index, view in enumerate(counted)
    }
    numbers = Person.objects.filter(pk=person.pk).annotate(**columns).values_list(*columns).get()
    for view, number in zip(counted, numbers, strict=True):
        view.count = "" if not number else f"{COUNT_LIMIT - 1}+" if number >= COUNT_LIMIT else str(number)


@dataclass(frozen=True)
class Page:
    tickets: list[Ticket]
    next_cursor: str


_ORDERS: dict[str, tuple[Any, ...]] = {
    "newest": (F("last_message_at").desc(), F("id").desc()),
    "waiting": (F("waiting_since").asc(nulls_last=True), F("id").asc()),
    "priority": (F("priority").asc(), F("last_message_at").desc(), F("id").desc()),
}


def page(tickets: TicketQuerySet, sort: str, cursor: str = "") -> Page:
    """At most PAGE tickets after the cursor. An unreadable cursor means the first page."""
    values = read_cursor("tickets", cursor)
    after = _after(sort, values) if values else None
    if after is not None:
        tickets = tickets.filter(after)
    rows = list(tickets.order_by(*_ORDERS[sort])[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    return Page(rows, write_cursor("tickets", _position(sort, rows[-1])) if more else "")


def _position(sort: str, ticket: Ticket) -> list[Any]:
    moment = ticket.last_message_at.isoformat()
    if sort == "waiting":
        return [sort, ticket.waiting_since.isoformat() if ticket.waiting_since else None, ticket.pk]
    if sort == "priority":
        return [sort, ticket.priority, moment, ticket.pk]
    return [sort, moment, ticket.pk]


def _after(sort: str, values: list[Any]) -> Q | None:
    """Rows behind a position. The first comparison stands alone so that an index can start there."""
    if values[0] != sort:
        return None
    if sort == "waiting":
        since, pk = values[1], values[2]
        if since is None:
            return Q(waiting_since=None, id__gt=pk)
        moment = datetime.fromisoformat(since)
        return Q(waiting_since__gt=moment) | Q(waiting_since=moment, id__gt=pk) | Q(waiting_since=None)
    moment, pk = datetime.fromisoformat(values[-2]), values[-1]
    older = Q(last_message_at__lte=moment) & (Q(last_message_at__lt=moment) | Q(id__lt=pk))
    if sort == "priority":
        return Q(priority__gte=values[1]) & (Q(priority__gt=values[1]) | older)
    return older


def list_url(view: str, sort: str, **more: str) -> str:
    query = {"view": view, **({"sort": sort} if sort != "newest" else {}), **{k: v for k, v in more.items() if v}}
    return f"{reverse('desk:list')}?{urlencode(query)}"
