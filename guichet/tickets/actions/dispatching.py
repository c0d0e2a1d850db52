"""Work from hand to hand: taken, handed over with a note, shared out and taken back; a word to whoever owns it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from guichet.people.models import Person, Team
from guichet.tickets import agenda, events
from guichet.tickets.actions.speaking import add_note
from guichet.tickets.actions.words import Refused, Words, change_owner, locked, save
from guichet.tickets.events import By
from guichet.tickets.models import OPEN_STATUSES, Event, Message, Ticket


@dataclass
class Taken(Exception):
    """Somebody else has taken the ticket since it was looked at: nothing was done."""

    owner: Person
    at: datetime | None


def claim(ticket: Ticket, by: By, *, seen: int | None) -> Ticket:
    """Take the ticket. `seen` is the id of the owner on the screen: of any other, `Taken` tells who and when."""
    assert by.person is not None
    with transaction.atomic():
        ticket = locked(ticket)
        owner = ticket.assignee
        if owner is not None and owner.pk not in (by.person.pk, seen):
            latest = ticket.events.filter(kind=events.ASSIGNED, changes__assignee__1=owner.pk).last()
            raise Taken(owner, latest.at if latest is not None else None)
        change_owner(ticket, by.person, ticket.team, by)
    return ticket


def hand_over(ticket: Ticket, to: Person | None, by: By, *, team: Team | None = None, note: str = "") -> Ticket:
    """To a colleague, or to a team's queue, with a note for whoever reads it next. Raises Refused."""
    if to is not None and not to.is_agent:
        raise Refused(_("Only an active agent can own a ticket."))
    if to is None and team is None:
        raise Refused(_("Choose a colleague or a team."))
    with transaction.atomic():
        cause = by.cause
        if note.strip():
            said = add_note(ticket, Words(text=note.strip()), by)
            cause = said.events.filter(kind=events.NOTED).last()
        ticket = locked(ticket)
        change_owner(ticket, to, team or ticket.team, replace(by, cause=cause))
    return ticket


def share_out(ticket: Ticket, to: Person, by: By) -> Ticket:
    """By the house itself, to somebody who is here and able: no dispatcher need ask any more."""
    with transaction.atomic():
        ticket = locked(ticket)
        change_owner(ticket, to, ticket.team, by, takes_up=True)
    return ticket


def take_back_assignment(ticket: Ticket, by: By) -> Ticket:
    """The latest change of owner or team, taken back, with what it had ended; a note stays. Raises Refused."""
    with transaction.atomic():
        ticket = locked(ticket)
        latest = ticket.events.filter(kind=events.ASSIGNED).last()
        if latest is None:
            raise Refused(_("Nobody has assigned this ticket."))
        old, new = latest.changes.get("assignee", [ticket.assignee_id] * 2)
        was, team = latest.changes.get("team", [ticket.team_id] * 2)
        if (ticket.assignee_id, ticket.team_id) != (new, team):
            raise Refused(_("Somebody has assigned it anew meanwhile."))
        owner = Person.objects.agents().filter(pk=old).first() if old else None
        if old and owner is None:
            raise Refused(_("Its owner no longer works here. Choose another one."))
        change_owner(ticket, owner, Team.objects.get(pk=was), by)
        before = latest.changes.get("agenda")
        if before and before[0]["next_look_at"] and ticket.status in OPEN_STATUSES:
            agenda.restore(ticket, before[0])
            save(ticket)
    return ticket


def whisper(ticket: Ticket, text: str, by: By) -> Message:
    """A note that names the owner, who hears of it; nobody outside ever does. Raises Refused."""
    if ticket.assignee is None:
        raise Refused(_("Nobody owns this ticket: write a note instead."))
    if not text.strip():
        raise Refused(_("A note needs words."))
    owner = ticket.assignee
    is_one = Person.objects.agents().filter(name=owner.name).count() == 1
    name = owner.name if owner.name and is_one else owner.email
    return add_note(ticket, Words(text=f"@{name} {text.strip()}"), by)


def handed_note(ticket: Ticket, person: Person) -> Event | None:
    """The note with which this ticket came to this person, until he has done something here."""
    if ticket.assignee_id != person.pk:
        return None
    acts = ticket.events.filter(kind=events.ASSIGNED) | ticket.events.filter(actor=person)
    latest = acts.order_by("-id").select_related("actor", "cause__message").first()
    if latest is None or latest.kind != events.ASSIGNED or latest.actor_id == person.pk or latest.cause is None:
        return None
    return latest if latest.cause.kind == events.NOTED else None
