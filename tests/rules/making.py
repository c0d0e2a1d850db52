"""Rules in one line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from guichet.conditions.fields import Asker
from guichet.conditions.grammar import parse
from guichet.people.models import Person, Role
from guichet.rules import actions, fields
from guichet.rules.models import TIME, Rule
from guichet.tickets.models import Inbox


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
