"""What upper rooms put on a ticket: events of their own kinds, a deadline, a promise, and whom they call to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.kit.lines import one_line
from guichet.people.models import Person, Team
from guichet.tickets import events
from guichet.tickets.actions.holding import act
from guichet.tickets.actions.words import LATEST, Refused, locked, save
from guichet.tickets.events import By, record
from guichet.tickets.models import Event, Message, Ticket, ViaName
from guichet.tickets.sentences import told_by_rooms


def tell(
    ticket: Ticket,
    kind: str,
    by: By,
    *,
    message: Message | None = None,
    changes: Mapping[str, list[Any]] | None = None,
) -> Event:
    """An event of a kind that a follower adds (its TELLS): facts and ids, never prose. The ticket stays as it is."""
    if kind not in told_by_rooms():
        raise ValueError(f"no follower tells {kind}")
    return record(ticket, kind, by, message=message, changes=changes)


@dataclass(frozen=True, slots=True)
class Telling:
    """One event of a follower's own kind, for `tell_all`."""

    ticket: Ticket
    kind: str
    by: By
    changes: Mapping[str, list[Any]] = field(default_factory=dict)


def tell_all(tellings: Sequence[Telling]) -> list[Event]:
    """`tell` for many at once, in order: one statement."""
    for one in tellings:
        if one.kind not in told_by_rooms():
            raise ValueError(f"no follower tells {one.kind}")
    return Event.objects.bulk_create(events.event_of(t.ticket, t.kind, t.by, changes=t.changes) for t in tellings)


def set_due(ticket: Ticket, due_at: datetime | None, by: By) -> Ticket:
    """A deadline that somebody sets, beside those of the clocks; None takes it off. The earliest is shown.

    Raises Refused for one in the past or more than a year ahead.
    """
    with act():
        ticket, now = locked(ticket), by.at or timezone.now()
        if due_at is not None and not now - timedelta(minutes=1) < due_at < now + LATEST:
            raise Refused(_("Choose a time within the next year."))
        if ticket.set_due_at != due_at:
            changes = {"due": [_fact(ticket.set_due_at), _fact(due_at)]}
            if due_at is None:
                ticket.due_at = ticket.due_at if ticket.due_at != ticket.set_due_at else None
            else:
                ticket.due_at = min(due_at, ticket.due_at or due_at)
            ticket.set_due_at = due_at
            save(ticket, "due_at", "set_due_at")
            record(ticket, events.DUE_SET, by, changes=changes)
    return ticket


def lend_due(deadlines: Mapping[int, datetime | None]) -> None:
    """The next deadlines of tickets as the clocks have them, so that lists sort by them; the caller locked the tickets.

    They follow from the log and are no change of the ticket: nothing is recorded, no reply grows stale by it.
    """
    if deadlines:
        pks = list(deadlines)
        with connection.cursor() as cursor:
            cursor.execute(_LEND, [pks, [deadlines[pk] for pk in pks]])


def promise(promises: Mapping[int, tuple[Ticket, datetime]], by: By) -> None:
    """Keep by when customers were told that an answer comes; the caller locked the tickets. The log has every promise.

    Two statements however many they are; like `lend_due` it makes no reply stale.
    """
    new = {pk: (ticket, at) for pk, (ticket, at) in promises.items() if ticket.promised_at != at}
    if not new:
        return
    told = []
    for ticket, at in new.values():
        changes = {"promise": [_fact(ticket.promised_at), _fact(at)]}
        ticket.promised_at = at
        told.append(events.event_of(ticket, events.PROMISED, by, changes=changes))
    with connection.cursor() as cursor:
        cursor.execute(_PROMISE, [list(new), [at for _ticket, at in new.values()]])
    Event.objects.bulk_create(told)


_LEND = """UPDATE tickets_ticket SET due_at = lent.due_at
FROM unnest(%s::bigint[], %s::timestamptz[]) AS lent(id, due_at) WHERE tickets_ticket.id = lent.id"""
_PROMISE = """UPDATE tickets_ticket SET promised_at = made.promised_at
FROM unnest(%s::bigint[], %s::timestamptz[]) AS made(id, promised_at) WHERE tickets_ticket.id = made.id"""


def _fact(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def notify(ticket: Ticket, people: Iterable[Person], teams: Iterable[Team], by: By) -> Event:
    """Call colleagues and whole teams to this ticket; each is told as they chose. Raises Refused for nobody."""
    persons = sorted(person.pk for person in people if person.is_agent)
    groups = sorted(team.pk for team in teams)
    if not persons and not groups:
        raise Refused(_("There is nobody to notify."))
    return record(ticket, events.NOTIFIED, by, changes={"people": [[], persons], "teams": [[], groups]})


def name_via(via: str, name: str) -> None:
    """What acts through this door where nobody of flesh does: its events are told under this name for good."""
    with transaction.atomic():
        ViaName.objects.update_or_create(via=via, defaults={"name": one_line(name, 120)})
