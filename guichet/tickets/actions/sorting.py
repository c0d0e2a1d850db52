"""By what a ticket is sorted: its category, how grave it is, its language, its site, and the skills that it needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guichet.kit.lines import one_line
from guichet.people.models import Language, Skill
from guichet.people.skills import LEVELS
from guichet.tickets import events
from guichet.tickets.actions.changing import set_priority
from guichet.tickets.actions.holding import act
from guichet.tickets.actions.words import Refused, locked, put, save
from guichet.tickets.events import By, record
from guichet.tickets.models import Category, Impact, Need, Priority, Severity, Ticket, Urgency


def set_category(ticket: Ticket, category: Category | None, by: By) -> Ticket:
    return put(ticket, "category", category, events.CATEGORY_CHANGED, by)


def set_severity(
    ticket: Ticket, impact: Impact | None, urgency: Urgency | None, by: By, *, priority: Priority | None = None
) -> Ticket:
    """Both together give the priority, by the matrix; or it becomes `priority`, where that is given."""
    with act():
        ticket = locked(ticket)
        pairs = {"impact": (ticket.impact, impact), "urgency": (ticket.urgency, urgency)}
        changes: dict[str, list[Any]] = {name: [was, now] for name, (was, now) in pairs.items() if was != now}
        told = None
        if changes:
            ticket.impact, ticket.urgency = impact, urgency
            save(ticket, "impact", "urgency")
            told = record(ticket, events.SEVERITY_CHANGED, by, changes=changes)
        wanted = priority or priority_of(impact, urgency)
        if wanted is not None:
            ticket = set_priority(ticket, wanted, replace(by, cause=told or by.cause))
    return ticket


def priority_of(impact: int | None, urgency: int | None) -> Priority | None:
    """By the matrix; None where it does not say."""
    if impact is None or urgency is None:
        return None
    found = Severity.objects.filter(impact=impact, urgency=urgency).values_list("priority", flat=True).first()
    return Priority(found) if found is not None else None


def set_language(ticket: Ticket, language: str, by: By) -> Ticket:
    """In which language the customer is written to. Raises Refused for one that the house does not speak."""
    if language not in Language.values:
        raise Refused(_("Choose one of those that are offered."))
    return put(ticket, "language", language, events.LANGUAGE_CHANGED, by)


def set_site(ticket: Ticket, site: str, by: By) -> Ticket:
    """Which place this is about; empty where it is the customer's own."""
    return put(ticket, "site", one_line(site, 200), events.SITE_CHANGED, by, is_prose=True)


def set_needs(ticket: Ticket, needs: Mapping[int, int], by: By) -> Ticket:
    """Exactly these skills with their least levels; of those that are there no longer nothing is said."""
    known = set(Skill.objects.filter(pk__in=list(needs)).values_list("pk", flat=True))
    wanted = {pk: min(max(needs[pk], LEVELS[0]), LEVELS[-1]) for pk in sorted(known)}
    with act():
        ticket = locked(ticket)
        before = needs_of(ticket)
        if before != wanted:
            Need.objects.filter(ticket=ticket).delete()
            Need.objects.bulk_create(Need(ticket=ticket, skill_id=pk, level=level) for pk, level in wanted.items())
            save(ticket)
            changes = {"needs": [_fact(before), _fact(wanted)]}
            record(ticket, events.NEEDS_CHANGED, by, changes=changes)
    return ticket


def needs_of(ticket: Ticket) -> dict[int, int]:
    """Skill -> least level."""
    return dict(Need.objects.filter(ticket=ticket).order_by("skill_id").values_list("skill_id", "level"))


# What a ticket that is made from another one has from it. Its type is not among them: that asks for fields of its own.
INHERITED = ("category_id", "impact", "urgency", "priority", "site")


def sorting_of(ticket: Ticket) -> dict[str, Any]:
    """By what this ticket is sorted, for the row of one that is made from it."""
    return {name: getattr(ticket, name) for name in INHERITED}


def needs_like(new: Ticket, ticket: Ticket) -> None:
    """A ticket that was just made needs the same skills as the one that it was made from."""
    Need.objects.bulk_create(Need(ticket=new, skill_id=pk, level=level) for pk, level in needs_of(ticket).items())


def _fact(needs: Mapping[int, int]) -> dict[str, int]:
    return {str(pk): level for pk, level in needs.items()}


def save_matrix(rows: Sequence[Sequence[Priority]] | None) -> None:
    """The priority of each impact (rows) and urgency (columns); None takes the matrix out of use."""
    with transaction.atomic():
        Severity.objects.all().delete()
        Severity.objects.bulk_create(
            Severity(impact=impact, urgency=urgency, priority=priority)
            for impact, row in zip(Impact, rows or (), strict=False)
            for urgency, priority in zip(Urgency, row, strict=True)
        )
