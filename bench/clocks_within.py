"""The measuring part of `clocks.py`."""

from __future__ import annotations

import os
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from guichet.clocks import defaults, follow
from guichet.clocks.calendar import HOUR, Calendar, Hours, add
from guichet.clocks.models import Calendar as Calendar_
from guichet.clocks.models import CalendarVersion, Clock
from guichet.clocks.replay import Fact, Player, Terms
from guichet.clocks.tick import tick
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import OPENED, By
from guichet.tickets.models import Event
from tests import make

DUE, ROUNDS = 100, 9
WARNED_AFTER = timedelta(hours=3)  # three quarters of the four hours that a first answer has
OFFICE = Calendar("Europe/Paris", ((Hours(9 * HOUR, 12 * HOUR), Hours(13 * HOUR, 18 * HOUR)),) * 5 + ((), ()))
TERMS = Terms({"first": {3: 240}, "next": {3: 480}, "solution": {3: 2400}}, (75, 100, 150))


def main(arguments: list[str]) -> dict[str, Any]:
    return {"load": os.getloadavg()[0], "sums": sums(), "replays": replays(), **ticks(int(arguments[0]))}


def sums() -> float:
    start, spans = datetime(2026, 1, 1, tzinfo=UTC), (timedelta(hours=4), timedelta(hours=40))
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < 3:
        for minutes in range(0, 100_000, 997):
            add(OFFICE, start + timedelta(minutes=minutes), spans[count % 2])
            count += 1
    return count / (time.perf_counter() - began)


def replays() -> float:
    at = datetime(2026, 11, 23, 9, tzinfo=UTC)
    told = [("opened", (3, "open", 1, True)), ("chosen", (1, 1)), ("answered", None), ("status", "pending"),
            ("asked", None), ("status", "open"), ("answered", None), ("fired", ("solution", 1, 75))]  # fmt: skip
    facts = [Fact(at + timedelta(hours=n), what, value) for n, (what, value) in enumerate(told)]
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < 3:
        Player(lambda version: OFFICE, lambda version: TERMS).play(facts)
        count += 1
    return count / (time.perf_counter() - began)


def ticks(clocks: int) -> dict[str, Any]:
    cast = make.cast()
    always = Calendar_.objects.create(name="Always", is_default=True)
    week = [[["00:00", "24:00"]]] * 7
    CalendarVersion.objects.create(calendar=always, number=1, made_at=timezone.now(), zone="Europe/Paris", week=week)
    defaults.ensure()
    _fill(cast, clocks)
    took, spent, idle = [], [], []
    for _round in range(ROUNDS):
        _make_due(cast)
        now = timezone.now()
        began, cpu = time.perf_counter(), time.process_time()
        fired = tick(now=now)
        if fired >= DUE:  # else the desk's own clock came first
            took.append(time.perf_counter() - began)
            spent.append(time.process_time() - cpu)
        while tick(now=now):
            pass
        began = time.perf_counter()
        tick(now=now)
        idle.append(time.perf_counter() - began)
    facts = {"p50": statistics.median(took) * 1000, "best": min(took) * 1000, "cpu": statistics.median(spent) * 1000}
    return {"open": Clock.objects.filter(ended_at=None).count(), "tick": facts, "idle": statistics.median(idle) * 1000}


def _make_due(cast: make.Cast) -> None:
    """Requests of three hours ago, whose first answer has just reached the first warning."""
    at = timezone.now() - WARNED_AFTER
    for _n in range(DUE):
        words = Words(text="It is dark.", subject="Dark", from_address="cleo@customer.example")
        actions.open_ticket(cast.support, cast.cleo, words, By(cast.cleo, "bench", at=at), at=at)
    with transaction.atomic():
        newest = Event.objects.filter(kind=OPENED, via="bench").order_by("-pk")[:DUE]
        follow.follow(list(newest.select_related("ticket", "message")))


def _fill(cast: make.Cast, clocks: int) -> None:
    """Tickets that are open and due some time later, two clocks each; by the database itself, without triggers."""
    pattern = make.ticket(to=cast.support, of=cast.cleo)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(column_name), ',') FROM information_schema.columns "
            "WHERE table_name = 'tickets_ticket' AND is_generated = 'NEVER' AND column_name NOT IN ('id', 'number')"
        )
        (columns,) = cursor.fetchone()
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            f"INSERT INTO tickets_ticket ({columns}) SELECT {columns} FROM tickets_ticket, generate_series(1, %s) "
            "WHERE id = %s",
            [clocks // 2, pattern.pk],
        )
        cursor.execute(
            "INSERT INTO clocks_clock (ticket_id, kind, run, state, started_at, due_at, fires_at, fired) "
            "SELECT id, kind, 1, 'running', now(), now() + interval '1 day' * (1 + id %% 90), "
            "now() + interval '1 day' * (1 + id %% 90), '{}' "
            "FROM tickets_ticket, unnest(ARRAY['first', 'solution']) kind WHERE id <> %s",
            [pattern.pk],
        )
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("ANALYZE tickets_ticket, clocks_clock, tickets_event")
