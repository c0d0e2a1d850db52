"""Follows the log: which rules an event sets off. One query decides all rules for a batch of events.

Safe to repeat: a rule runs once for an event. It runs once in a chain of causes, too, and a chain ends at the fifth
rule with an event that everybody sees.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import connection
from django.utils.translation import ngettext

from guichet.kit.failpoints import hit
from guichet.rules import fields
from guichet.rules.asking import Asked, asked_now
from guichet.rules.models import RuleRun
from guichet.rules.running import act
from guichet.tickets import actions, events
from guichet.tickets.actions import Held
from guichet.tickets.events import By
from guichet.tickets.models import Event

HEARS = frozenset(kind for trigger in fields.TRIGGERS.values() for kind in trigger.kinds)
HEARS_TOLD = True  # and whatever other followers tell
TELLS = {fields.CHAIN_ENDED: lambda event, names: _ended(event)}
DEEPEST = 5  # rules that set off one another
HOPS = 60  # causes that are looked back through


def follow(batch: Sequence[Event]) -> None:
    asking = asked_now()
    heard = [event for event in batch if event.kind in asking.kinds]
    hits = asking.decide(event.pk for event in heard) if heard else {}
    if not hits:
        return
    chains, before = rules_before(hits), _done(hits)
    held = actions.hold_all(event.ticket_id for event in heard if event.pk in hits)
    runs: list[RuleRun] = []
    for event in heard:
        if event.pk in hits and event.ticket_id in held:
            version, pks = hits[event.pk]
            asked = [asking.by_pk[pk] for pk in pks if (pk, event.pk) not in before]
            runs += _set_off(event, held[event.ticket_id], version, asked, chains.get(event.pk, frozenset()))
    RuleRun.objects.bulk_create(runs)
    hit("rules.before_commit")


def _done(hits: Iterable[int]) -> set[tuple[int, int]]:
    """Which rules have run for these events already: a batch may be read twice, but never by two at once."""
    return set(RuleRun.objects.filter(event__in=list(hits)).values_list("rule_id", "event_id"))


def _set_off(event: Event, held: Held, version: int, asked: Sequence[Asked], before: frozenset[int]) -> list[RuleRun]:
    """The rules of one event, in order. Whatever changed the ticket since they were asked has them asked again."""
    runs: list[RuleRun] = []
    for one in asked:
        if one.rule.pk in before:
            continue
        if len(before) >= DEEPEST:
            _end(event, before)
            return runs
        if held.fresh().version != version and not Event.objects.filter(pk=event.pk).filter(one.holds).exists():
            continue
        runs.append(act(one.rule, held, event=event))
        if one.rule.stops:
            return runs
    return runs


def _end(event: Event, rules: frozenset[int]) -> None:
    """Once for an event, however often it is read."""
    if not Event.objects.filter(ticket=event.ticket_id, kind=fields.CHAIN_ENDED, cause=event).exists():
        facts = {"rules": [[], sorted(rules)]}
        actions.tell(event.ticket, fields.CHAIN_ENDED, By(via="rules", cause=event), changes=facts)


def _ended(event: Event) -> str:
    count = len(event.changes["rules"][1])
    return ngettext("The rules stopped here: %(n)s rule had set off the next one",
                    "The rules stopped here: %(n)s rules had set off one another", count) % {"n": count}  # fmt: skip


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
