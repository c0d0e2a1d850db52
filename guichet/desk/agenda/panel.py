"""The agenda of one ticket for its page: what is offered, and with whom it stays if nobody else takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from guichet.desk.agenda.moments import Moment, moments
from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.models import OPEN_STATUSES, Step, Ticket


@dataclass(frozen=True)
class Agenda:
    moments: Sequence[Moment]
    steps: Sequence[tuple[str, Any]]
    was: Person | None = None  # whose it was before it came back
    can_give_back: bool = False


def agenda(ticket: Ticket) -> Agenda | None:
    """None for a finished ticket. Only one that came back costs queries, two at most."""
    if ticket.status not in OPEN_STATUSES:
        return None
    returned = actions.returned_from(ticket) if ticket.returned_at else None
    if returned is None:
        return Agenda(moments(), Step.choices)
    had, has = returned.changes["assignee"]
    was = Person.objects.agents().filter(pk=had).first() if had != has else None
    return Agenda(moments(), Step.choices, was, ticket.assignee_id == has and (had == has or was is not None))
