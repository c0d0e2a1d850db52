"""The agenda of one ticket for its page: what is offered, and with whom it stays if nobody else takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from guichet.desk.agenda.moments import Moment, moments
from guichet.people.access import can
from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.models import OPEN_STATUSES, Event, Step, Ticket


@dataclass(frozen=True)
class Agenda:
    moments: Sequence[Moment]
    steps: Sequence[tuple[str, Any]]
    was: Person | None = None  # whose it was before it came back
    can_give_back: bool = False
    can_whisper: bool = False
    handed: Event | None = None  # with its note, to the reader


def agenda(ticket: Ticket, reader: Person) -> Agenda | None:
    """None for a finished ticket. One query for the reader's own ticket, two for one that came back."""
    if ticket.status not in OPEN_STATUSES:
        return None
    may_whisper = ticket.assignee_id not in (None, reader.pk) and can(reader, "dispatch")
    found = Agenda(moments(), Step.choices, can_whisper=may_whisper, handed=actions.handed_note(ticket, reader))
    returned = actions.returned_from(ticket) if ticket.returned_at else None
    if returned is None:
        return found
    had, has = returned.changes["assignee"]
    was = Person.objects.agents().filter(pk=had).first() if had != has else None
    return replace(found, was=was, can_give_back=ticket.assignee_id == has and (had == has or was is not None))
