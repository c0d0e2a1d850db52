"""Who wants to hear of a ticket. What they are then told, and how, is another room's (guichet.notices)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from guichet.people.models import Person
from guichet.tickets import events
from guichet.tickets.actions.words import Refused
from guichet.tickets.events import By, record
from guichet.tickets.models import Follower, Ticket


def follow(ticket: Ticket, person: Person, by: By, *, by_itself: bool = False) -> bool:
    """Let an agent follow the ticket; whether that is new. Raises Refused for somebody who cannot work.

    `by_itself`: it follows from something they did, so who once decided against it is left alone.
    """
    if not person.is_agent:
        raise Refused(_("Only an active agent can follow a ticket."))
    with transaction.atomic():
        row, is_new = _row(ticket, person)
        if not is_new and (by_itself or row.state == Follower.State.FOLLOWS):
            return False
        row.state = Follower.State.FOLLOWS
        row.save(update_fields=["state"])
        record(ticket, events.FOLLOWED, by, changes={"follower": [None, person.pk]})
    return True


def unfollow(ticket: Ticket, person: Person, by: By) -> bool:
    """Whether they followed it until now."""
    with transaction.atomic():
        row, is_new = _row(ticket, person)
        followed = not is_new and row.state == Follower.State.FOLLOWS
        row.state = Follower.State.LEFT
        row.save(update_fields=["state"])
        if followed:
            record(ticket, events.UNFOLLOWED, by, changes={"follower": [person.pk, None]})
    return followed


def mute(ticket: Ticket, person: Person, by: By) -> None:
    """They hear nothing more of it, unless it is handed to them or they are named. `follow` and `unfollow` end it."""
    with transaction.atomic():
        unfollow(ticket, person, by)
        Follower.objects.filter(ticket=ticket, person=person).update(state=Follower.State.MUTED)


def _row(ticket: Ticket, person: Person) -> tuple[Follower, bool]:
    """Their row, locked, and whether it was made now."""
    made, is_new = Follower.objects.get_or_create(ticket=ticket, person=person)
    return Follower.objects.select_for_update().get(pk=made.pk), is_new
