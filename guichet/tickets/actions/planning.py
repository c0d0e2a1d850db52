"""What is next on a ticket and when, as a person decides it: the step, the date, sleep, pending until then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.kit.lines import one_line
from guichet.tickets import agenda, events
from guichet.tickets.actions.holding import act
from guichet.tickets.actions.words import Refused, change_status, locked, save
from guichet.tickets.events import By, record
from guichet.tickets.models import OPEN_STATUSES, Status, Step, Ticket

LATEST = timedelta(days=366)


def plan(ticket: Ticket, step: Step, look_at: datetime | None, by: By, *, words: str = "") -> Ticket:
    """What is next, and when to look at it; by default as the house does it for that step. Raises Refused."""
    with act():
        ticket, now = _open(ticket), by.at or timezone.now()
        _within_a_year(look_at, now)
        before = agenda.snapshot(ticket)
        was = (ticket.next_step, ticket.next_words, ticket.next_look_at)
        sleeps_until = ticket.snoozed_until
        agenda.taken_up(ticket, now)
        agenda.expect(ticket, step, now, look_at=look_at)
        ticket.next_words = one_line(words, 200)
        if sleeps_until is not None and ticket.next_look_at == sleeps_until:
            ticket.snoozed_until = sleeps_until
        if was != (ticket.next_step, ticket.next_words, ticket.next_look_at):
            save(ticket)
            _record(ticket, by, before)
    return ticket


def snooze(ticket: Ticket, until: datetime | None, by: By) -> Ticket:
    """Out of the working lists until then, or until the customer writes; None wakes it up. Raises Refused."""
    with act():
        ticket, now = _open(ticket), by.at or timezone.now()
        _within_a_year(until, now)
        before = agenda.snapshot(ticket)
        was = ticket.snoozed_until
        if was == until:
            return ticket
        agenda.taken_up(ticket, now)
        ticket.snoozed_until = until
        ticket.next_look_at = until or agenda.look_for(Step(ticket.next_step), now)
        save(ticket)
        record(ticket, events.SNOOZED, by, changes={**_until(before, ticket), "agenda": [before, None]})
    return ticket


def pend(ticket: Ticket, until: datetime, by: By, *, step: Step = Step.WAIT_CUSTOMER) -> Ticket:
    """Pending, and looked at on that date. Raises Refused."""
    with act():
        ticket, now = _open(ticket), by.at or timezone.now()
        _within_a_year(until, now)
        before = agenda.snapshot(ticket)
        is_news = ticket.status != Status.PENDING
        change_status(ticket, Status.PENDING, by)
        changed = ticket.events.filter(kind=events.STATUS_CHANGED).last() if is_news else None
        agenda.taken_up(ticket, now)
        agenda.expect(ticket, step, now, look_at=until)
        save(ticket)
        _record(ticket, replace(by, cause=changed or by.cause), before)
    return ticket


def unplan(ticket: Ticket, by: By, *, words: str = "") -> Ticket:
    """The reverse of the three above, as long as nothing else moved the agenda since; `words` are those it had.

    Raises Refused.
    """
    with transaction.atomic():
        ticket = _open(ticket)
        last = ticket.events.filter(kind__in=events.AGENDA).select_related("cause").last()
        if last is None or last.kind not in (events.PLANNED, events.SNOOZED) or "agenda" not in last.changes:
            raise Refused(_("Something else happened here meanwhile."))
        changed = ticket.events.filter(kind=events.STATUS_CHANGED).last()
        if changed is not None and last.cause_id == changed.pk:
            change_status(ticket, Status(changed.changes["status"][0]), by)
        before = agenda.snapshot(ticket)
        agenda.restore(ticket, last.changes["agenda"][0])
        ticket.next_words = one_line(words, 200)
        save(ticket)
        if last.kind == events.SNOOZED:
            record(ticket, events.SNOOZED, by, changes=_until(before, ticket))
        else:
            _record(ticket, by, before, is_undoable=False)
    return ticket


def put_agenda_back(ticket: Ticket, facts: Mapping[str, Any], by: By) -> Ticket:
    """What is next, and when, as a snapshot of it says; words that stand beside the same step stay. Raises Refused."""
    with act():
        ticket = _open(ticket)
        before, words = agenda.snapshot(ticket), ticket.next_words
        agenda.restore(ticket, dict(facts))
        ticket.next_words = words if ticket.next_step == before["next_step"] else ""
        now = agenda.snapshot(ticket)
        if now != before:
            save(ticket)
            if now["snoozed_until"] != before["snoozed_until"]:
                record(ticket, events.SNOOZED, by, changes=_until(before, ticket))
            else:
                _record(ticket, by, before, is_undoable=False)
    return ticket


def _open(ticket: Ticket) -> Ticket:
    ticket = locked(ticket)
    if ticket.status not in OPEN_STATUSES:
        raise Refused(_("This ticket is finished: open it again first."))
    return ticket


def _within_a_year(at: datetime | None, now: datetime) -> None:
    if at is not None and not now < at < now + LATEST:
        raise Refused(_("Choose a time within the next year."))


def _record(ticket: Ticket, by: By, before: dict[str, Any], *, is_undoable: bool = True) -> None:
    now = agenda.snapshot(ticket)
    changes: dict[str, list[Any]] = {
        "step": [before["next_step"], now["next_step"]],
        "look": [before["next_look_at"], now["next_look_at"]],
    }
    record(ticket, events.PLANNED, by, changes={**changes, "agenda": [before, None]} if is_undoable else changes)


def _until(before: dict[str, Any], ticket: Ticket) -> dict[str, list[Any]]:
    return {"until": [before["snoozed_until"], agenda.snapshot(ticket)["snoozed_until"]]}
