"""The way back from what verbs did: where nobody changed it again since. What was said stays said, and is named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from guichet.people.models import Person, Team
from guichet.rules import sorting, verbs
from guichet.rules.verbs import Changes
from guichet.tickets import actions
from guichet.tickets.actions import Refused
from guichet.tickets.events import By
from guichet.tickets.models import Event, Inbox, Priority, Status, Ticket, TicketType


def undo(ticket: Ticket, changes: Changes, by: By) -> bool:
    """Whether all of it went back. Raises Refused."""
    with transaction.atomic():
        verbs.as_it_is(ticket)
        now = verbs.state(ticket, changes)
        made = _made(changes)
        back = {name: was for name, (was, became) in changes.items() if name != verbs.MADE and now.get(name) == became}
        _what_it_is(ticket, back, now, by)
        _whose(ticket, back, now, by)
        if "priority" in back:
            actions.set_priority(ticket, Priority(back["priority"]), by)
        if "status" in back:
            actions.set_status(ticket, Status(back["status"]), by)
        left = _when(ticket, back, by) + _closed(made, by)
    return len(back) == len([name for name in changes if name != verbs.MADE]) and not left


def _what_it_is(ticket: Ticket, back: Mapping[str, Any], now: Mapping[str, Any], by: By) -> None:
    if "inbox" in back and (inbox := Inbox.objects.defer("settings").filter(pk=back["inbox"]).first()) is not None:
        actions.move(ticket, inbox, by)
    sorting.put_back(ticket, back, now, by)
    if "tags" in back:
        actions.set_tags(ticket, back["tags"], by)
    if "type" in back:
        actions.set_type(ticket, TicketType.objects.filter(pk=back["type"]).first() if back["type"] else None, by)
    if "extra" in back:
        keys = {*back["extra"], *now["extra"]}
        actions.set_extra(ticket, {key: back["extra"].get(key) for key in keys}, by)


def _whose(ticket: Ticket, back: Mapping[str, Any], now: Mapping[str, Any], by: By) -> None:
    """Another inbox brings its team along: whoever was given it since keeps it."""
    if back.keys() & {"assignee", "team", "inbox"}:
        owner = back.get("assignee", now["assignee"])
        person = Person.objects.agents().filter(pk=owner).first() if owner else None
        actions.assign(ticket, person, by, team=Team.objects.filter(pk=back.get("team", now["team"])).first())


def _when(ticket: Ticket, back: Mapping[str, Any], by: By) -> int:
    """Its deadline and agenda; how many of them cannot be had again: a moment that has passed meanwhile is none."""
    left = 0
    if "due" in back:
        due = datetime.fromisoformat(back["due"]) if back["due"] else None
        if due is None or due > timezone.now():
            actions.set_due(ticket, due, by)
        else:
            left += 1
    if "agenda" in back:
        try:
            actions.put_agenda_back(ticket, back["agenda"], by)
        except Refused:
            left += 1
    return left


def _made(changes: Changes) -> list[int]:
    before, after = changes.get(verbs.MADE, ((), ()))
    return [pk for pk in after if pk not in before]


def _closed(pks: Iterable[int], by: By) -> int:
    """Tickets that were made are closed again; how many are left, because they are begun, or out of sight."""
    left = 0
    for ticket in Ticket.objects.filter(pk__in=list(pks)).order_by("pk"):
        visible = by.person is None or Ticket.objects.visible_to(by.person).filter(pk=ticket.pk).exists()
        if not visible or Event.objects.filter(ticket=ticket, actor__isnull=False).exists():
            left += 1
            continue
        try:
            with transaction.atomic():
                actions.set_status(ticket, Status.CLOSED, by)
        except Refused:
            left += 1
    return left
