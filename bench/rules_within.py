"""The inside of `bench.rules`: a hundred rules, then events, then the follower alone with a clock beside it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from guichet.clocks.editing import save_policy
from guichet.clocks.models import Policy
from guichet.conditions.fields import Asker
from guichet.conditions.grammar import parse
from guichet.people.actions import add_person
from guichet.people.models import Person, Role
from guichet.rules import actions as rule_actions
from guichet.rules import fields, follow
from guichet.rules.asking import asked_now
from guichet.rules.models import Rule, RuleRun
from guichet.tickets import actions, log
from guichet.tickets import fields as ticket_fields
from guichet.tickets.events import By
from guichet.tickets.models import Cursor, Event, Priority
from tests import make

RULES = 100
TICKETS = 2_500  # of which each has four events; fewer by the first argument
NAME, CLOCKS = "guichet.rules.follow", "guichet.clocks.follow"
POLICIES, ACTS = 20, 50
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
    load = os.getloadavg()[0]
    started, total = time.monotonic(), _read()
    seconds = time.monotonic() - started
    hits = RuleRun.objects.count()
    decide = _decide_ms()
    _make_policies(boss)
    started, played = time.monotonic(), _read(CLOCKS)
    clocks = time.monotonic() - started
    return {
        "events": total, "rules": RULES, "hits": hits, "per_second": total / seconds, "queries": many,
        "queries_10": few, "decide_ms": decide, "load": load, **_act(cast),
        "policies": POLICIES, "clocks": played / clocks, "both": total / (seconds + clocks), **_idle(),
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


def _make_policies(boss: Person) -> None:
    """A new one is asked first: only the one that was made first fits."""
    for at in range(POLICIES):
        text = f"subject:nothing{at} or tag:x{at} -team:Billing" if at else ""
        condition = parse(text, ticket_fields.FIELDS, Asker(boss))
        targets = {"first": {"3": 240}, "solution": {"3": 2400}}
        save_policy(Policy(name=f"Policy {at}"), boss, condition=condition, targets=targets, marks=[75], calendar=None)


def _act(cast: make.Cast) -> dict[str, float]:
    """What acts cost: a batch in which every event sets a rule off."""
    made = [make.ticket("word000x", to=cast.support, of=cast.cleo) for _ in range(ACTS)]
    batch = list(Event.objects.filter(ticket__in=made).select_related("ticket", "message"))
    with transaction.atomic():
        began = time.process_time()
        with CaptureQueriesContext(connection) as seen:
            follow.follow(batch)
        cost = (time.process_time() - began) * 1000
    return {"act_cpu_ms": cost / ACTS, "act_queries": len(seen) / ACTS}


def _read(name: str = NAME) -> int:
    """All events, through one follower alone; what it adds is read too."""
    (follower,) = (one for one in log.followers() if one.name == name)
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
    return len(seen) + 1  # the deciding one is bound at the server, past Django


def _idle() -> dict[str, float]:
    """The same events once more behind rules that none of them fits; beside it the processor time of this process."""
    nowhere = {"all": [["subject", "has", "not there"], ["tag", "is", "nor this"]]}
    Rule.objects.update(condition=nowhere, version=F("version") + 1)
    Cursor.objects.filter(pk=NAME).delete()
    started, worked = time.monotonic(), time.process_time()
    total = _read()
    batches = max(1, total / BATCH)
    cost = (time.process_time() - worked) * 1000 / batches
    return {"idle": total / (time.monotonic() - started), "idle_cpu_ms": cost}


def _decide_ms() -> float:
    batch = _batch("About")
    asking = asked_now()
    return _milliseconds(lambda: asking.decide(event.pk for event in batch))


def _milliseconds(work: Callable[[], object]) -> float:
    work()
    started = time.monotonic()
    for _ in range(5):
        work()
    return (time.monotonic() - started) * 200
