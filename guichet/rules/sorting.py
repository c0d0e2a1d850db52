"""Verbs that sort a ticket: inbox, category, severity, language, site, needed skills. What is gone refuses the rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from guichet.tickets import actions
from guichet.tickets.actions import Refused
from guichet.tickets.events import By
from guichet.tickets.models import Category, Impact, Inbox, Priority, Ticket, Urgency


def move(ticket: Ticket, inbox: int, by: By) -> None:
    found = Inbox.objects.defer("settings").filter(pk=inbox, is_active=True).select_related("team").first()
    if found is None:
        raise Refused(_("The inbox that it names is there no longer."))
    actions.move(ticket, found, by)


def categorise(ticket: Ticket, category: int, by: By) -> None:
    found = Category.objects.filter(pk=category).first()
    if found is None:
        raise Refused(_("The category that it names is there no longer."))
    actions.set_category(ticket, found, by)


def grade(ticket: Ticket, value: Mapping[str, int], by: By) -> None:
    """What the rule does not name stays."""
    impact, urgency = value.get("impact", ticket.impact), value.get("urgency", ticket.urgency)
    actions.set_severity(ticket, Impact(impact) if impact else None, Urgency(urgency) if urgency else None, by)


def need(ticket: Ticket, value: Mapping[str, int], by: By) -> None:
    """Beside those that it needs already; of two levels the higher one counts."""
    needs = actions.needs_of(ticket)
    for skill, level in value.items():
        needs[int(skill)] = max(level, needs.get(int(skill), 0))
    actions.set_needs(ticket, needs, by)


def put_back(ticket: Ticket, back: Mapping[str, Any], now: Mapping[str, Any], by: By) -> None:
    """What these verbs changed, for `undo`: `back` is what it was, `now` what it is. The priority stays as it is."""
    if "category" in back:
        actions.set_category(ticket, Category.objects.filter(pk=back["category"]).first(), by)
    if "impact" in back or "urgency" in back:
        impact, urgency = back.get("impact", now["impact"]), back.get("urgency", now["urgency"])
        grades = (Impact(impact) if impact else None, Urgency(urgency) if urgency else None)
        actions.set_severity(ticket, *grades, by, priority=Priority(now["priority"]))
    if back.get("language"):
        actions.set_language(ticket, back["language"], by)
    if "site" in back:
        actions.set_site(ticket, back["site"], by)
    if "needs" in back:
        actions.set_needs(ticket, {int(skill): level for skill, level in back["needs"].items()}, by)
