"""The agenda of one ticket for its page: what is offered, and with whom it stays if nobody else takes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from guichet.desk.agenda.moments import Moment, moments
from guichet.people.access import can
from guichet.people.models import Person
from guichet.tickets import actions, events
from guichet.tickets.models import OPEN_STATUSES, Event, Step, Ticket


@dataclass(frozen=True)
class Agenda:
    moments: Sequence[Moment]
    steps: Sequence[tuple[str, Any]]
    was: Person | None = None  # whose it was before it came back
    can_give_back: bool = False
    can_whisper: bool = False
    handed: Event | None = None  # with its note, to the reader


def agenda(ticket: Ticket, reader: Person, told: Iterable[Event]) -> Agenda | None:
    """None for a finished ticket. `told` is its history as shown; only a ticket that was handed to the reader, or
    that came back, costs queries.
    """
    if ticket.status not in OPEN_STATUSES:
        return None
    may_whisper = ticket.assignee_id not in (None, reader.pk) and can(reader, "dispatch")
    assigned = [event for event in told if event.kind == events.ASSIGNED]
    is_handed = bool(assigned) and assigned[-1].actor_id != reader.pk and assigned[-1].cause_id is not None
    handed = actions.handed_note(ticket, reader) if is_handed else None
    found = Agenda(moments(), Step.choices, can_whisper=may_whisper, handed=handed)
    returned = actions.returned_from(ticket) if ticket.returned_at else None
    if returned is None:
        return found
    had, has = returned.changes["assignee"]
    was = Person.objects.agents().filter(pk=had).first() if had != has else None
    return replace(found, was=was, can_give_back=ticket.assignee_id == has and (had == has or was is not None))
