"""Follows the log: which policy and calendar each ticket has, and its clocks.

Safe to repeat: a choice that is the one in force is not told again, and the rows are what a replay of the log gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from guichet.clocks import facts, keeping, promising, sentences
from guichet.clocks.choosing import Choice, Rules, in_force
from guichet.clocks.facts import CHOSEN, facts_of
from guichet.tickets import actions, events
from guichet.tickets.actions import Telling
from guichet.tickets.events import By
from guichet.tickets.models import Event, Ticket
from guichet.tickets.sentences import Names

VIA = promising.VIA
# After these another policy or calendar may be the right one.
SORTS = frozenset({
    events.OPENED, events.SPLIT_OFF, events.MOVED, events.ASSIGNED, events.PRIORITY_CHANGED, events.TAGGED,
    events.SUBJECT_CHANGED, events.REQUESTER_CHANGED, events.TYPE_CHANGED, events.EXTRA_CHANGED,
    events.CATEGORY_CHANGED, events.SEVERITY_CHANGED, events.LANGUAGE_CHANGED, events.SITE_CHANGED,
    events.NEEDS_CHANGED,
})  # fmt: skip
# Messages came or went: whose turn it is stands on the ticket, and goes into the log with the choice.
MOVES = frozenset({
    events.SPLIT_OFF, events.JOINED, events.TOOK_IN, events.UNMERGED, events.PUT_BACK, events.LEFT, events.SPLIT,
    events.GAVE_AWAY, events.MERGED,
})  # fmt: skip
PLAYS = frozenset({
    events.RECEIVED, events.THANKED, events.ACCEPTED, events.SET_APART, events.KEPT, events.WRITTEN, events.HELD,
    events.RELEASED, events.NOT_RELEASED, events.RESCHEDULED, events.WITHDRAWN, events.FAILED, events.SENT,
    events.STATUS_CHANGED, events.DUE_SET,
})  # fmt: skip
HEARS = SORTS | MOVES | PLAYS
TELLS: dict[str, Callable[[Event, Names], str] | None] = {
    facts.CHOSEN: None,  # each clock of the panel names its policy
    facts.WARNED: sentences.warned,
    facts.BREACHED: sentences.breached,
    facts.ESCALATED: sentences.escalated,
}
LABELS = {
    facts.WARNED: _("A deadline is near"),
    facts.BREACHED: _("A deadline is missed"),
    facts.ESCALATED: _("A missed deadline is escalated"),
}
FORESEES = promising.foresee  # tickets.promises asks it


def follow(batch: Sequence[Event]) -> None:
    heard = [event for event in batch if not _is_nothing(event)]
    if not heard:
        return
    tickets = locked({event.ticket_id for event in heard})
    _choose(tickets, [event for event in heard if event.ticket_id in tickets])
    known = facts_of(tickets)
    clocks = {pk: keeping.play(known.get(pk, [])) for pk in tickets}
    keeping.keep(tickets, clocks)
    promising.keep(tickets, clocks, known, {event.ticket_id for event in heard if event.kind == events.OPENED})


def locked(pks: set[int]) -> dict[int, Ticket]:
    """In one order for everybody; whoever writes the clocks of a ticket holds its lock."""
    rows = Ticket.objects.select_for_update(of=("self",)).filter(pk__in=pks).order_by("pk")
    return {ticket.pk: ticket for ticket in rows}


def _is_nothing(event: Event) -> bool:
    """Automatic mail on its way stops and starts no clock."""
    message = event.message
    return event.kind in PLAYS and message is not None and message.auto != "" and event.kind != events.RECEIVED


def _choose(tickets: Mapping[int, Ticket], heard: Sequence[Event]) -> None:
    """Tell the choice of each ticket where it is another one, and where words were moved whose turn it is now."""
    known = in_force(tickets)
    asked = {event.ticket_id: event for event in reversed(heard) if event.ticket_id not in known}
    asked |= {event.ticket_id: event for event in heard if event.ticket_id in known and event.kind in SORTS}
    moved = {event.ticket_id: event for event in heard if event.kind in MOVES}
    if not asked and not moved:
        return
    chosen = Rules().choose([tickets[pk] for pk in asked])
    tellings = []
    for pk in sorted({*asked, *moved}):
        was, now = known.get(pk, Choice(None, None)), chosen.get(pk, known.get(pk, Choice(None, None)))
        if pk in moved or pk not in known or now != was:
            cause = moved.get(pk) or asked[pk]
            waits = [tickets[pk].waiting_since is not None, _is_answered(tickets[pk])] if pk in moved else None
            tellings.append(choice_told(tickets[pk], was, now, By(via=VIA, cause=cause, at=cause.at), waits=waits))
    actions.tell_all(tellings)


def choice_told(ticket: Ticket, was: Choice, now: Choice, by: By, *, waits: list[bool] | None = None) -> Telling:
    changes: dict[str, list[Any]] = {
        "policy": [was.policy, now.policy],
        "calendar": [was.calendar, now.calendar],
        "priority": [None, int(ticket.priority)],
        "status": [None, str(ticket.status)],
        "team": [None, ticket.team_id],
    }
    return Telling(ticket, CHOSEN, by, {**changes, "waits": [None, waits]} if waits is not None else changes)


def _is_answered(ticket: Ticket) -> bool:
    return ticket.messages.public().filter(kind="outbound", auto="").exists()
