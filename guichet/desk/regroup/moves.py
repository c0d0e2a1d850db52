"""The latest move to another inbox, which can be taken back where the history tells of it, weeks later as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from guichet.people.models import Person
from guichet.tickets import events
from guichet.tickets.models import Event, Inbox, Ticket


def mark(told: Sequence[Event], ticket: Ticket, person: Person) -> None:
    """Give that event `back`: what is posted to undo it, as from the toast. One query, where there is such an event."""
    moved = next((event for event in reversed(told) if event.kind == events.MOVED), None)
    if moved is None:
        return
    was, now = moved.changes["inbox"]
    if ticket.inbox_id != now or not Inbox.objects.reachable_by(person).filter(pk=was).exists():
        return
    shown: Any = moved  # decorated for the template
    shown.back = {"inbox": was, **_hands(told, moved, ticket)}


def _hands(told: Sequence[Event], moved: Event, ticket: Ticket) -> dict[str, Any]:
    """Who had it before, unless it has changed hands since."""
    given = next((event for event in reversed(told) if event.kind == events.ASSIGNED), None)
    if given is None or given.cause_id != moved.pk:
        return {}
    owner = given.changes.get("assignee", [ticket.assignee_id] * 2)
    team = given.changes.get("team", [ticket.team_id] * 2)
    if (owner[1], team[1]) != (ticket.assignee_id, ticket.team_id):
        return {}
    return {"team": team[0], "assignee": owner[0] or ""}
