"""Rules in one line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guichet.conditions.fields import Asker
from guichet.conditions.grammar import parse
from guichet.people.models import Person, Role
from guichet.people.skills import Skill
from guichet.rules import actions, fields
from guichet.rules.models import TIME, Rule
from guichet.tickets.models import Inbox, Ticket
from tests import make


def admin() -> Person:
    return Person.objects.filter(role=Role.ADMIN).first() or Person.objects.create(
        email="boss@desk.example", role=Role.ADMIN
    )


def unsaved(
    text: str = "", verbs: dict[str, Any] | None = None, *, on: Iterable[str] = ("opened",), name: str = "", **more: Any
) -> Rule:
    known = fields.TIMED if list(on) == [TIME] else fields.FIELDS
    condition = parse(text, known, Asker(admin()))
    return Rule(name=name or text or "Rule", condition=condition, verbs=verbs or {"priority": 1}, on=list(on), **more)


def rule(
    text: str = "", verbs: dict[str, Any] | None = None, *, on: Iterable[str] = ("opened",), name: str = "", **more: Any
) -> Rule:
    """One that is at work."""
    return actions.save_rule(unsaved(text, verbs, on=on, name=name, **more), admin())


def timed(
    text: str, verbs: dict[str, Any], *, since: str, minutes: int, inbox: Inbox | None = None, **more: Any
) -> Rule:
    return rule(text, verbs, on=[TIME], since=since, minutes=minutes, inbox=inbox, **more)


def by_skills(**more: Any) -> Rule:
    """Shares out what is about VPN to whoever knows it well enough."""
    needs = {str(Skill.objects.get(name="VPN").pk): 2}
    return rule("subject:vpn", {"route": {"how": "skills", "skills": needs, **more}}, name="Routes")


def routed(cast: make.Cast, *, language: str = "", of: Person | None = None, to: Inbox | None = None) -> Ticket:
    """A ticket about VPN, after the rules have heard of it."""
    ticket = make.ticket("vpn", to=to or cast.support, of=of)
    Ticket.objects.filter(pk=ticket.pk).update(language=language)
    make.follow_log()
    ticket.refresh_from_db()
    return ticket
