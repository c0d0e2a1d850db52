"""What is next on a ticket and when somebody looks at it: set by every action by itself, with the house's defaults.

Pure over one ticket in memory; whoever locked the row saves it. `actions.planning` is where people choose for
themselves, `actions.returning` where a ticket comes back whose time has come or whose owner has gone.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from django.utils import timezone

from guichet.people.house import house, zone
from guichet.tickets.models import OPEN_STATUSES, Status, Step, Ticket

FIELDS = ("next_step", "next_words", "next_look_at", "snoozed_until", "returned_at", "returned_why")
WAITING = (Step.WAIT_CUSTOMER, Step.WAIT_OTHER)
RECENT = timedelta(hours=1)
_SATURDAY = 5


def after_workdays(at: datetime, days: int, where: tzinfo) -> datetime:
    """The same time of day so many days from Monday to Friday later, by the clocks of that zone."""
    local = at.astimezone(where)
    while days > 0:
        local += timedelta(days=1)
        days -= local.weekday() < _SATURDAY
    return local.astimezone(UTC)


def look_for(step: Step, at: datetime) -> datetime:
    """When to look by default at what began to wait at `at`; what is told late is counted from now.

    After an outage everything that comes in is old: since when a customer waits is told by `waiting_since`.
    """
    days = house().wait_days if step in WAITING else house().answer_days
    now = timezone.now()
    return after_workdays(at if at > now - RECENT else now, days, zone())


def expect(ticket: Ticket, step: Step, at: datetime, *, look_at: datetime | None = None) -> None:
    """From `at` on this is next, and the ticket is awake."""
    ticket.next_step, ticket.next_words = step, ""
    ticket.next_look_at = look_at or look_for(step, at)
    ticket.snoozed_until = None


def taken_up(ticket: Ticket, now: datetime) -> None:
    """A colleague acts on the ticket: it is no longer for the dispatcher, and nothing of it lies in the past."""
    if ticket.returned_at is None:
        return
    ticket.returned_at, ticket.returned_why = None, ""
    if ticket.next_look_at is None or ticket.next_look_at <= now:
        ticket.next_look_at = look_for(Step(ticket.next_step), now)


def follow_status(ticket: Ticket, was: str, now: datetime) -> None:
    """After the status changed from `was`: finished work needs no date, and what is begun again does."""
    if ticket.status not in OPEN_STATUSES:
        ticket.next_look_at = ticket.snoozed_until = ticket.returned_at = None
        ticket.next_words = ticket.returned_why = ""
    elif ticket.status == Status.PENDING:
        if ticket.next_step not in WAITING or was not in OPEN_STATUSES:
            expect(ticket, Step.WAIT_CUSTOMER, now)
    elif was not in OPEN_STATUSES or (ticket.next_step == Step.WAIT_CUSTOMER and was == Status.PENDING):
        expect(ticket, Step.ANSWER if ticket.waiting_since else Step.WORK, now)


def follow_turn(ticket: Ticket, now: datetime) -> None:
    """The customer turns out to wait for us, whatever we waited for."""
    if ticket.waiting_since is not None and ticket.next_step == Step.WAIT_CUSTOMER:
        expect(ticket, Step.ANSWER, now)


def snapshot(ticket: Ticket) -> dict[str, Any]:
    """The ticket's agenda as facts of an event; the words that somebody added are nobody else's."""
    return {name: _fact(getattr(ticket, name)) for name in FIELDS if name != "next_words"}


def restore(ticket: Ticket, facts: dict[str, Any]) -> None:
    """The agenda as a `snapshot` had it, without words."""
    ticket.next_words = ""
    for name, fact in facts.items():
        is_moment = name.endswith(("_at", "_until")) and fact
        setattr(ticket, name, datetime.fromisoformat(fact) if is_moment else fact)


def _fact(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else str(value) if value is not None else None
