"""Follows the log: which rules an event sets off. One query decides all rules for a batch of events.

Safe to repeat: a rule runs once for an event. It runs once in a chain of causes, too, and a chain ends at the fifth
rule with an event that everybody sees.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import BooleanField, Case, Q, Value, When
from django.utils.translation import ngettext

from guichet.conditions.compile import compiled
from guichet.conditions.fields import Asker
from guichet.conditions.tree import Malformed
from guichet.kit.failpoints import hit
from guichet.rules import fields
from guichet.rules.models import TIME, Rule
from guichet.rules.running import run
from guichet.tickets import actions, events
from guichet.tickets.events import By
from guichet.tickets.models import Event, Ticket

HEARS = frozenset(kind for trigger in fields.TRIGGERS.values() for kind in trigger.kinds)
HEARS_TOLD = True  # and whatever other followers tell
TELLS = {fields.CHAIN_ENDED: lambda event, names: _ended(event)}
DEEPEST = 5  # rules that set off one another
HOPS = 60  # causes that are looked back through
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """A rule with the question it puts to events."""

    rule: Rule
    holds: Q


def follow(batch: Sequence[Event]) -> None:
    asked = questions(Rule.objects.active().exclude(on=[TIME]).select_related("inbox"))
    kinds = {kind for one in asked for kind in fields.kinds_of(one.rule.on)}
    heard = [event for event in batch if event.kind in kinds]
    hits = decide(heard, asked) if heard else {}
    if not hits:
        return
    chains = rules_before(hits)
    by_pk = {one.rule.pk: one for one in asked}
    for event in heard:
        if event.pk in hits:
            version, pks = hits[event.pk]
            _set_off(event, version, [by_pk[pk] for pk in pks], chains.get(event.pk, frozenset()))
    hit("rules.before_commit")


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


def decide(batch: Sequence[Event], asked: Sequence[Asked]) -> dict[int, tuple[int, list[int]]]:
    """For each event that sets off any rule: the version of its ticket, and those rules in order. One query."""
    columns = {f"rule_{one.rule.pk}": _column(one.holds) for one in asked}
    rows = Event.objects.filter(pk__in=[event.pk for event in batch]).annotate(**columns)
    found = {}
    for pk, version, *held in rows.values_list("pk", "ticket__version", *columns):
        pks = [one.rule.pk for one, holds in zip(asked, held, strict=True) if holds]
        if pks:
            found[pk] = (version, pks)
    return found


def _column(holds: Q) -> Case:
    return Case(When(holds, then=Value(True)), default=Value(False), output_field=BooleanField())


def _set_off(event: Event, version: int, asked: Sequence[Asked], before: frozenset[int]) -> None:
    """The rules of one event, in order. Whatever changed the ticket since they were asked has them asked again."""
    ticket = event.ticket
    for one in asked:
        if one.rule.pk in before:
            continue
        if len(before) >= DEEPEST:
            _end(event, before)
            return
        if not _still_holds(event, version, one):
            continue
        run(one.rule, ticket, event=event)
        if one.rule.stops:
            return


def _still_holds(event: Event, version: int, one: Asked) -> bool:
    now = Ticket.objects.select_for_update().filter(pk=event.ticket_id).values_list("version", flat=True).first()
    return now == version or Event.objects.filter(pk=event.pk).filter(one.holds).exists()


def _end(event: Event, rules: frozenset[int]) -> None:
    """Once for an event, however often it is read."""
    if not Event.objects.filter(ticket=event.ticket_id, kind=fields.CHAIN_ENDED, cause=event).exists():
        facts = {"rules": [[], sorted(rules)]}
        actions.tell(event.ticket, fields.CHAIN_ENDED, By(via="rules", cause=event), changes=facts)


def _ended(event: Event) -> str:
    count = len(event.changes["rules"][1])
    return ngettext("stopped: %(n)s rule had set off the next one", "stopped: %(n)s rules had set off one another",
                    count) % {"n": count}  # fmt: skip


# What a mail of a rule becomes (sent, failed) follows from the mail, though its event was caused by a server outside.
_CHAIN = """
WITH RECURSIVE chain AS (
    SELECT e.id AS start, e.id, e.via, e.cause_id, e.kind, e.ticket_id, e.message_id, 0 AS hops
    FROM tickets_event e WHERE e.id = ANY(%s)
  UNION ALL
    SELECT chain.start, e.id, e.via, e.cause_id, e.kind, e.ticket_id, e.message_id, chain.hops + 1
    FROM chain JOIN tickets_event e ON e.id = COALESCE(chain.cause_id, CASE WHEN chain.kind = ANY(%s) THEN (
        SELECT w.id FROM tickets_event w
        WHERE w.message_id = chain.message_id AND w.kind = %s ORDER BY w.id LIMIT 1) END)
    WHERE chain.hops < %s
)
SELECT DISTINCT start, via FROM chain WHERE via LIKE 'rule:%%'
"""
_DELIVERED = [events.SENT, events.FAILED, events.UNCERTAIN, events.RETRIED]


def rules_before(pks: Mapping[int, object] | Iterable[int]) -> dict[int, frozenset[int]]:
    """The rules that led to each of these events, by the chain of causes. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN, [list(pks), _DELIVERED, events.WRITTEN, HOPS])
        rows = cursor.fetchall()
    found: dict[int, set[int]] = {}
    for start, via in rows:
        found.setdefault(start, set()).add(int(via.split(":")[1]))
    return {start: frozenset(rules) for start, rules in found.items()}
