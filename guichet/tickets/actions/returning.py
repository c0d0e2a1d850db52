"""Tickets that come back to whoever shares out the work: their time has come, or their owner cannot look after them.

`bring_back_due` is the house's clock for all of it. It costs what is due, two may run at once, and after a day of
downtime each ticket comes back once, late.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.people.models import Absence, OnAbsence, Person, Role
from guichet.tickets import agenda, events
from guichet.tickets.actions.words import Refused, bring_back, change_owner, locked, save
from guichet.tickets.events import By, record
from guichet.tickets.load import has_room
from guichet.tickets.models import OPEN_STATUSES, Event, HandedOn, Return, Step, Ticket

BATCH = 100  # tickets that come back in one transaction
BY_CLOCK = By(via="agenda")
log = logging.getLogger(__name__)


def bring_back_due(limit: int = BATCH) -> int:
    """One batch of what is due now, and of what somebody owns who no longer works here; how many came back."""
    now = timezone.now()
    with transaction.atomic():
        rows = Ticket.objects.select_for_update(of=("self",), skip_locked=True).select_related("assignee", "team")
        due = list(rows.due(now).order_by("next_look_at", "pk")[:limit])
        absences = absences_of({ticket.assignee_id for ticket in due if ticket.assignee_id})
        count = sum(try_each(_come_back, ticket, absences) for ticket in due)
        # A race may leave one behind: somebody was given work in the moment in which they left.
        gone = Person.objects.filter(role__in=[Role.AGENT, Role.ADMIN], is_active=False)
        left = list(rows.open().filter(assignee__in=gone.values("pk")).order_by("pk")[:limit])
        return count + sum(try_each(_come_back, ticket, {}) for ticket in left)


def try_each(
    act: Callable[[Ticket, Mapping[int, Absence]], None], ticket: Ticket, absences: Mapping[int, Absence]
) -> bool:
    """One ticket at which it fails holds up no other; it stays due and is tried again."""
    try:
        with transaction.atomic():
            act(ticket, absences)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("ticket %s could not come back", ticket.number)
        return False
    return True


def absences_of(owners: set[int]) -> Mapping[int, Absence]:
    """Who of these is away, without a substitute who is away too."""
    if not owners:
        return {}
    now = timezone.now()
    away = {
        one.person_id: one for one in Absence.objects.at(now).filter(person__in=owners).select_related("substitute")
    }
    substitutes = {one.substitute_id for one in away.values() if one.substitute_id}
    if substitutes:
        for person in Absence.objects.at(now).filter(person__in=substitutes).values_list("person", flat=True):
            for one in away.values():
                if one.substitute_id == person:
                    one.substitute = None  # away too: the dispatcher decides
    return away


def _come_back(ticket: Ticket, absences: Mapping[int, Absence]) -> None:
    owner = ticket.assignee
    why = Return.SNOOZE if ticket.snoozed_until else Return.LOOK
    if owner is not None and not owner.is_agent:
        bring_back(ticket, Return.GONE, BY_CLOCK, keeps_owner=False)
    elif owner is not None and owner.pk in absences:
        leave_absent(ticket, absences)
    else:
        bring_back(ticket, why, BY_CLOCK)


def leave_absent(ticket: Ticket, absences: Mapping[int, Absence]) -> None:
    """Its owner is away: it goes where its team wants it, and is kept in mind for when they are back.

    Whoever stands in gets as much as they have room for; the rest comes to whoever shares out the work.
    """
    assert ticket.assignee_id is not None
    absence = absences[ticket.assignee_id]
    substitute = absence.substitute if ticket.team.on_absence == OnAbsence.SUBSTITUTE else None
    able = substitute if substitute is not None and _may_have(substitute, ticket) else None
    is_full = able is not None and not has_room(able.pk, ticket)
    why = Return.FULL if is_full else Return.ABSENT
    bring_back(ticket, why, BY_CLOCK, owner=None if is_full else able, keeps_owner=False)
    facts = {"at": timezone.now(), "settled_at": None}
    HandedOn.objects.update_or_create(absence=absence, ticket=ticket, defaults=facts)


def _may_have(person: Person, ticket: Ticket) -> bool:
    """Nobody gets to see by standing in what he would not see otherwise: a confidential inbox stays in its team."""
    return person.is_agent and (ticket.inbox_id in person.inbox_ids or ticket.team_id in person.team_ids)


def bring_back_from(person: Person, why: Return, by: By, *, left: Iterable[int] | None = None) -> int:
    """All open tickets that this person owned, in the caller's transaction; how many.

    With `left`, ids of teams: only those that were seen through these and are seen through no other team.
    """
    owned = Ticket.objects.open().filter(assignee=person)
    if left is not None:
        gone = list(left)
        still = Q(inbox__in=person.inbox_ids) | Q(team__in=person.team_ids)
        owned = owned.filter(Q(team__in=gone) | Q(inbox__team__in=gone)).exclude(still)
    with transaction.atomic():
        rows = list(Ticket.objects.select_for_update().filter(pk__in=owned.values("pk")).order_by("pk"))
        for ticket in rows:
            bring_back(ticket, why, by, keeps_owner=False)
    return len(rows)


def returned_from(ticket: Ticket) -> Event | None:
    """The latest time that this ticket came back, if nothing else was decided since; for `give_back`."""
    kinds = (events.RETURNED, events.GIVEN_BACK, events.PLANNED, events.SNOOZED)
    latest = ticket.events.filter(kind__in=kinds).order_by("-id").first()
    return latest if latest is not None and latest.kind == events.RETURNED else None


def give_back(ticket: Ticket, by: By) -> Ticket:
    """The reverse of `bring_back`: it stays with whoever had it, and is looked at when it is due by default.

    Raises Refused where it did not come back, or its owner cannot have it.
    """
    with transaction.atomic():
        ticket = locked(ticket)
        returned = returned_from(ticket)
        if returned is None or ticket.status not in OPEN_STATUSES:
            raise Refused(_("This ticket has not come back."))
        had, has = returned.changes["assignee"]
        owner = Person.objects.agents().filter(pk=had).first() if had else None
        if had and owner is None:
            raise Refused(_("Its owner no longer works here. Choose another one."))
        if ticket.assignee_id != has:
            raise Refused(_("Somebody has taken this up meanwhile."))
        now = timezone.now()
        agenda.restore(ticket, returned.changes["agenda"][0])
        ticket.returned_at, ticket.returned_why = None, ""
        if ticket.next_look_at is None or ticket.next_look_at <= now:
            ticket.next_look_at, ticket.snoozed_until = agenda.look_for(Step(ticket.next_step), now), None
        save(ticket)
        back = record(ticket, events.GIVEN_BACK, by, changes={"why": [returned.changes["why"][1], None]})
        change_owner(ticket, owner, ticket.team, replace(by, cause=back))
    return ticket
