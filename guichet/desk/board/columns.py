"""The board's columns: a fixed number of queries, each served by a small index and capped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _

from guichet.people.models import Person
from guichet.tickets.models import Return, Ticket
from guichet.tickets.models.ticket import TicketQuerySet

SHOWN = 40  # tickets of one column; beyond them it says that there are more
FIELDS = (
    "number", "subject", "status", "is_open", "priority", "created_at", "waiting_since", "returned_at", "returned_why",
    "next_step", "next_words", "next_look_at", "snoozed_until", "requester__name", "requester__email",
    "requester__typed_address", "assignee__name",
    "assignee__email", "team__name",
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    key: str
    heading: str
    help: str
    tickets: Sequence[Ticket]
    has_more: bool
    empty: str

    @property
    def count(self) -> str:
        return f"{SHOWN}+" if self.has_more else str(len(self.tickets) or "")


def columns(tickets: TicketQuerySet) -> list[Column]:
    """What to share out, what came back and why, whose date has passed: three queries."""
    unowned = tickets.awake().filter(assignee=None, returned_at=None)
    returned = tickets.returned()
    return [
        _column("unassigned", unowned.order_by("priority", F("waiting_since").asc(nulls_last=True), "pk"),
                _("Unassigned"), _("The most urgent first, then the longest waiting."), _("Everything has an owner.")),
        _column("back", returned.exclude(returned_why=Return.LOOK).order_by("priority", "returned_at", "pk"),
                _("Came back"), _("Sleep over, mail bounced, owner away or gone."),
                _("Nothing came back.")),
        _column("late", returned.filter(returned_why=Return.LOOK).order_by("priority", "next_look_at", "pk"),
                _("Look overdue"), _("The date to look at them has passed."), _("Every date is kept.")),
    ]  # fmt: skip


def of_member(tickets: TicketQuerySet, person: Person, most: int) -> list[Ticket]:
    """What this colleague owns: what came back, then what is to be looked at first."""
    own = tickets.filter(assignee=person).select_related("requester", "assignee", "team").only(*FIELDS)
    return list(own.order_by(F("returned_at").asc(nulls_last=True), "next_look_at", "pk")[:most])


def _column(key: str, tickets: TicketQuerySet, heading: str, help_words: str, empty: str) -> Column:
    rows = list(tickets.select_related("requester", "assignee", "team").only(*FIELDS)[: SHOWN + 1])
    return Column(key, heading, help_words, rows[:SHOWN], len(rows) > SHOWN, empty)
