"""Whom a dispatcher might choose, and why: what a rule asked for this ticket, or else its language and its history,
against those of its team. It writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from guichet.people.models import Person
from guichet.rules import picking, reasons, routing
from guichet.rules.models import Routing
from guichet.tickets.models import Ticket

USUAL: Mapping[str, Any] = {"how": picking.SKILLS, "language": True, "sticky": True}
OTHERS = 4  # shown beside the first
SHOWN = 40  # tickets that wait


@dataclass(frozen=True)
class Fit:
    """One colleague with what speaks for and against them."""

    pk: int
    name: str
    words: str


@dataclass(frozen=True)
class Suggestion:
    """`first` is who would be chosen, with the `reason`; without anybody the reason tells why nobody fits."""

    needs: Sequence[str]
    first: Fit | None
    reason: str
    others: Sequence[Fit]


def suggest(ticket: Ticket) -> Suggestion:
    """A fixed number of queries, whatever the team."""
    asked = Routing.objects.filter(ticket=ticket).exclude(value={}).order_by("-pk").first()
    value = asked.value if asked is not None else USUAL
    facts, choice = routing.chosen_for(ticket, value)
    now = timezone.now()
    row = Routing(ticket=ticket, via="", value=value, facts=facts, chosen_id=choice.chosen, at=now)
    names = reasons.names_in([row])
    wanted, candidates = picking.from_facts(facts)
    ordered = picking.order(wanted, candidates)
    fits = [Fit(one.pk, names.person(one), reasons.about(one, wanted, names, now)) for one in ordered]
    first = next((fit for fit in fits if fit.pk == choice.chosen), None)
    others = [fit for fit in fits if fit is not first][:OTHERS]
    return Suggestion(reasons.needs(wanted, candidates, names), first, reasons.reason(row, names), others)


def waiting(person: Person) -> list[tuple[Routing, str]]:
    """What waits for somebody, of the tickets that this dispatcher shares out; with the reason, the urgent first."""
    rows = Routing.objects.visible_to(person).filter(is_waiting=True, ticket__assignee=None, ticket__is_open=True)
    if not person.is_admin:
        rows = rows.filter(Q(ticket__team__in=person.led_ids) | Q(ticket__inbox__team__in=person.led_ids))
    rows = rows.select_related("ticket__requester", "ticket__inbox").defer("ticket__inbox__settings")
    found = list(rows.order_by("ticket__priority", "at")[:SHOWN])
    names = reasons.names_in(found)
    return [(row, reasons.reason(row, names)) for row in found]
