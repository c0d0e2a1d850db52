"""The inside of `bench.rules`: a hundred rules, then events, then the follower alone with a clock beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from guichet.conditions.fields import Asker
from guichet.conditions.grammar import parse
from guichet.people.actions import add_person
from guichet.people.models import Role
from guichet.rules import actions as rule_actions
from guichet.rules import fields, follow
from guichet.rules.models import Rule, RuleRun
from guichet.tickets import actions, log
from guichet.tickets.events import By
from guichet.tickets.models import Cursor, Event, Priority
from tests import make

RULES = 100
TICKETS = 2_500  # of which each has four events; fewer by the first argument
NAME = "guichet.rules.follow"
BATCH = 200


def main(arguments: Sequence[str]) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    cast = make.cast()
    boss = add_person("boss@desk.example", Role.ADMIN, name="Boss", password=make.PASSWORD)
    on = (["opened"], ["priority"], ["tagged"], ["assigned"])

    def rule(at: int) -> None:
        text = f"subject:word{at:03}x (team:Support or tag:x{at}) -tag:never -by:rule"
        made = Rule(name=f"Rule {at}", on=on[at % 4], condition=parse(text, fields.FIELDS, Asker(boss)),
                    verbs={"add_tags": [f"done{at}"], "priority": int(Priority.HIGH)})  # fmt: skip
        rule_actions.save_rule(made, boss)

    for at in range(10):
        rule(at)
    few = _queries(cast)
    for at in range(10, RULES):
        rule(at)
    many = _queries(cast)
    _make_events(cast, int(arguments[0]) if arguments else TICKETS)
    started, total = time.monotonic(), _read()
    seconds = time.monotonic() - started
    hits = RuleRun.objects.count()
    return {
        "events": total, "rules": RULES, "hits": hits, "per_second": total / seconds, "queries": many,
        "queries_10": few, **_idle(), "decide_ms": _decide_ms(),
    }  # fmt: skip


def _make_events(cast: make.Cast, tickets: int) -> None:
    """Four of each ticket; every second subject holds a word that one rule looks for."""
    by = By(cast.ana, "desk")
    for at in range(tickets):
        with transaction.atomic():
            ticket = make.ticket(f"About word{at % (2 * RULES):03}x today", to=cast.support, of=cast.cleo)
            actions.set_priority(ticket, Priority.LOW, by)
            actions.set_tags(ticket, ["seen"], by)
            actions.assign(ticket, cast.ana, by)


def _read() -> int:
    """All events, through the follower of rules alone; what its acts add is read too."""
    (follower,) = (one for one in log.followers() if one.name == NAME)
    total = 0
    while read := log.step(follower, BATCH):
        total += read
    return total


def _batch(word: str) -> list[Event]:
    return list(Event.objects.filter(ticket__subject__contains=word).select_related("ticket", "message")[:BATCH])


def _queries(cast: make.Cast) -> int:
    made = [make.ticket("nothing of interest", to=cast.support, of=cast.cleo) for _ in range(3)]
    batch = list(Event.objects.filter(ticket__in=made).select_related("ticket", "message"))
    with transaction.atomic(), CaptureQueriesContext(connection) as seen:
        follow.follow(batch)
    return len(seen)


def _idle() -> dict[str, float]:
    """The same events once more behind rules that none of them fits; beside it the processor time of this process."""
    Rule.objects.update(condition={"all": [["subject", "has", "not there"], ["tag", "is", "nor this"]]})
    Cursor.objects.filter(pk=NAME).delete()
    started, worked = time.monotonic(), time.process_time()
    total = _read()
    batches = max(1, total / BATCH)
    cost = (time.process_time() - worked) * 1000 / batches
    return {"idle": total / (time.monotonic() - started), "idle_cpu_ms": cost}


def _decide_ms() -> float:
    batch = _batch("About")
    asked = follow.questions(Rule.objects.all())
    return _milliseconds(lambda: follow.decide(batch, asked))


def _milliseconds(work: Callable[[], object]) -> float:
    work()
    started = time.monotonic()
    for _ in range(5):
        work()
    return (time.monotonic() - started) * 200
