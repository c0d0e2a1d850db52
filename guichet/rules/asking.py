"""The questions of rules: each a condition on events; all of them together one statement, made once and kept.

To make it costs more than to answer it, so it is made anew only when a rule has changed, or a name that rules may
mention (a team's, say), or when so much time has passed that its moments ("two days ago") mean something else.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, Case, Func, JSONField, Q, TextField, Value, When
from django.db.models.functions import JSONObject
from django.utils.functional import cached_property

from guichet.conditions.compile import compiled
from guichet.conditions.fields import Asker
from guichet.conditions.tree import Malformed, tests_in
from guichet.people.models import Skill, Team
from guichet.rules import fields
from guichet.rules.models import TIME, Rule
from guichet.tickets.models import Category, Event, Inbox, TicketType

NAMES_HOLD = 30.0  # seconds that names of people, tags and customers are taken to mean what they meant
MOMENTS_HOLD = 1.0
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """A rule with the question it puts to events."""

    rule: Rule
    holds: Q


class Asking:
    """All rules in force, in their order, as one question."""

    def __init__(self, asked: list[Asked]) -> None:
        self.asked = asked
        self.by_pk = {one.rule.pk: one for one in asked}
        self.kinds = frozenset(kind for one in asked for kind in fields.kinds_of(one.rule.on))
        self.made_at = time.monotonic()

    @cached_property
    def holds_for(self) -> float:
        """For how many seconds; a rule that asks for a moment asks it of now."""
        tests = (test for one in self.asked for test in tests_in(one.rule.condition))
        is_timed = any(_kind_of(test.field) in ("time", "day") for test in tests)
        return MOMENTS_HOLD if is_timed else NAMES_HOLD

    @cached_property
    def statement(self) -> str:
        """With one place for the ids of events: what stands before it never changes, so the database plans it once."""
        each = [Case(When(one.holds, then=Value(one.rule.pk)), default=Value(None), output_field=BigIntegerField())
                for one in self.asked]  # fmt: skip
        found = Func(*each, template="array_remove(ARRAY[%(expressions)s]::bigint[], NULL)",
                     output_field=ArrayField(BigIntegerField()))  # fmt: skip
        rows = Event.objects.annotate(setting_off=found).values_list("pk", "ticket__version", "setting_off")
        whole: str = connection.ops.compose_sql(*rows.query.sql_with_params())  # type: ignore[attr-defined]
        return whole.replace("%", "%%") + ' WHERE "tickets_event"."id" = ANY(%s::bigint[])'

    def decide(self, events: Iterable[int]) -> dict[int, tuple[int, list[int]]]:
        """For each of these events that sets off any rule: the version of its ticket, and those rules. One query."""
        raw: Any = connection.connection
        # Of cursors that bind at the server, as this one alone does; of former questions no plan is kept.
        raw.prepare_threshold, raw.prepared_max = 0, 1
        ids = f"{{{','.join(map(str, events))}}}"
        with psycopg.Cursor(raw) as cursor:
            rows = cursor.execute(cast("Any", self.statement), [ids], prepare=self.holds_for == NAMES_HOLD)
            return {pk: (version, rules) for pk, version, rules in rows if rules}


def questions(rules: Iterable[Rule], *, strict: bool = False) -> list[Asked]:
    """In order; a rule whose condition can no longer be asked is left out, and its page says why.

    With `strict` Malformed is raised instead.
    """
    askers: dict[int | None, Asker] = {}
    found = []
    for rule in rules:
        if rule.inbox_id not in askers:
            askers[rule.inbox_id] = fields.house_asker(rule.inbox)
        try:
            condition = compiled(rule.condition, fields.FIELDS, askers[rule.inbox_id], fields.PREFIX)
        except Malformed as wrong:
            if strict:
                raise
            log.warning("rule %s cannot be asked: %s", rule.pk, wrong)
            continue
        found.append(Asked(rule, fields.heard(rule.on) & fields.scope(rule.inbox_id, fields.PREFIX) & condition))
    return found


def _names() -> Func:
    """A mark of the names that few things of the house have: another one as soon as any of them is called otherwise."""
    named = (
        (Team, ("name",)),
        (Inbox, ("address", "name")),
        (TicketType, ("name",)),
        (Category, ("name", "parent_id")),
        (Skill, ("name",)),
    )
    every = [
        ArraySubquery(
            model.objects.order_by("pk").values(all=JSONObject(pk="pk", **{name: name for name in names})),
            output_field=ArrayField(JSONField()),
        )
        for model, names in named
    ]
    # A statement of its own, which the database answers once whatever the number of rules.
    return Func(*every, template="(SELECT md5(ROW(%(expressions)s)::text))", output_field=TextField())


_kept: dict[str, tuple[Any, Asking]] = {}


def asked_now() -> Asking:
    """What the rules in force ask: one query where it is known already."""
    active = Rule.objects.active().exclude(on=[TIME])
    key = list(active.annotate(names=_names()).values_list("pk", "version", "changed_at", "names"))
    known = _kept.get("latest")
    if known is not None and known[0] == key and time.monotonic() - known[1].made_at < known[1].holds_for:
        return known[1]
    made = Asking(questions(active.select_related("inbox")))
    _kept["latest"] = (key, made)
    return made


def _kind_of(name: str) -> str:
    found = next((one for one in fields.FIELDS.fields if one.name == name), None)
    return found.kind if found is not None else "day"  # the house's own: any of them may be a date
