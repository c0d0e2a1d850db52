"""Whose a ticket is: another requester, and all tickets of somebody who turned out to be somebody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.people import merging
from guichet.people.models import Change, Person
from guichet.tickets import events
from guichet.tickets.actions.words import Refused, locked, save
from guichet.tickets.events import By, event_of, record
from guichet.tickets.models import Event, Message, MessageKind, Ticket


def set_requester(ticket: Ticket, requester: Person, by: By) -> Ticket:
    """The request is somebody else's. What was said stays said by whoever said it."""
    if requester.merged_into_id is not None:
        raise Refused(_("They were merged into somebody else meanwhile."))
    with transaction.atomic():
        ticket = locked(ticket)
        if ticket.requester_id != requester.pk:
            changes = {"requester": [ticket.requester_id, requester.pk]}
            ticket.requester = requester
            save(ticket, "requester")
            record(ticket, events.REQUESTER_CHANGED, by, changes=changes)
    return ticket


def set_private(ticket: Ticket, is_private: bool, by: By) -> Ticket:
    """Whether a request stays the requester's alone where their organisation shares its requests."""
    with transaction.atomic():
        ticket = locked(ticket)
        if ticket.is_private != is_private:
            ticket.is_private = is_private
            save(ticket, "is_private")
            record(ticket, events.MADE_PRIVATE, by, changes={"private": [not is_private, is_private]})
    return ticket


def merge_people(kept: Person, gone: Person, by: By) -> Change:
    """All that is `gone`'s becomes `kept`'s; later mails of either address are too. Raises Refused."""
    assert by.person is not None
    with transaction.atomic():
        change = merging.merge_rows(kept, gone, by.person)
        messages = list(Message.objects.filter(author=gone).order_by("pk").values_list("pk", flat=True))
        Message.objects.filter(pk__in=messages).update(author=kept)
        tickets = _hand_over(Ticket.objects.filter(requester=gone), gone, kept, by)
        change.facts = {**change.facts, "tickets": tickets, "messages": messages}
        change.save(update_fields=["facts"])
    return change


def part_people(change: Change, by: By) -> None:
    """Undo `merge_people`: all goes back to where it was, and what came since goes by the address it came from.

    What was deliberately given to somebody else meanwhile stays there. Raises Refused.
    """
    assert by.person is not None
    with transaction.atomic():
        kept, gone, addresses = merging.part_rows(change, by.person)
        later = Message.objects.filter(author=kept, kind=MessageKind.INBOUND, at__gte=change.at)
        came_since = later.filter(from_address__in=addresses)
        opened = _opened_by(came_since.values_list("pk", flat=True), change)
        moved = Q(pk__in=change.facts["messages"]) | Q(pk__in=list(came_since.values_list("pk", flat=True)))
        Message.objects.filter(moved, author=kept).update(author=gone)
        theirs = Ticket.objects.filter(Q(pk__in=change.facts["tickets"]) | Q(pk__in=opened), requester=kept)
        _hand_over(theirs, kept, gone, by)


def _opened_by(messages: Iterable[int], change: Change) -> list[int]:
    """Tickets that these messages opened after the merge."""
    opened = Event.objects.filter(kind=events.OPENED, message__in=list(messages), at__gte=change.at)
    return list(opened.values_list("ticket_id", flat=True))


def _hand_over(tickets: Any, old: Person, new: Person, by: By) -> list[int]:
    """Give these tickets to `new`; one event each, few statements however many they are."""
    rows = list(tickets.select_for_update().order_by("pk"))
    now = timezone.now()
    for ticket in rows:
        ticket.requester, ticket.version, ticket.updated_at = new, ticket.version + 1, now
    Ticket.objects.bulk_update(rows, ["requester", "version", "updated_at"], batch_size=500)
    changes = {"requester": [old.pk, new.pk]}
    at = replace(by, at=now)
    told = [event_of(ticket, events.REQUESTER_CHANGED, at, changes=changes) for ticket in rows]
    Event.objects.bulk_create(told, batch_size=500)
    return [ticket.pk for ticket in rows]
