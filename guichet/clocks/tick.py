"""Each minute: what is due fires. It costs what is due, not what is open; two may run at once, and after a day without
anybody each mark fires once, late and marked so.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from guichet.clocks import facts, keeping, versions
from guichet.clocks.follow import VIA
from guichet.clocks.models import Clock
from guichet.clocks.replay import DUE, Fact, Played
from guichet.tickets import actions
from guichet.tickets.actions import Telling
from guichet.tickets.events import By
from guichet.tickets.models import Ticket

BATCH = 200  # tickets in one transaction
LATE = timedelta(minutes=5)  # a mark told later than this is marked so
MOST = 50  # marks of one ticket at once
log = logging.getLogger(__name__)


def tick(limit: int = BATCH, *, now: datetime | None = None) -> int:
    """One batch of the tickets whose clocks fire by now; how many marks fired."""
    now = now or timezone.now()
    with transaction.atomic():
        due = list(
            Clock.objects.filter(fires_at__lte=now).order_by("fires_at").values_list("ticket_id", flat=True)[:limit]
        )
        if not due:
            return 0
        rows = Ticket.objects.select_for_update(of=("self",), skip_locked=True).filter(pk__in=set(due)).order_by("pk")
        tickets = {ticket.pk: ticket for ticket in rows}
        # From the log and not from the rows: an answer of a second ago is known there already.
        known = facts.facts_of(tickets)
        tellings: list[Telling] = []
        clocks: dict[int, list[Played]] = {}
        for pk, ticket in tickets.items():
            clocks[pk], fired = fire(ticket, known.get(pk, []), now)
            tellings += fired
        actions.tell_all(tellings)
        keeping.keep(tickets, clocks)
    return len(tellings)


def fire(ticket: Ticket, known: Sequence[Fact], now: datetime) -> tuple[list[Played], list[Telling]]:
    """All marks of a ticket that are reached by now, in their order, and its clocks afterwards."""
    told: list[Telling] = []
    player = versions.player()
    clocks = keeping.speaking(player.play(known))
    while len(told) < MOST:
        due = [clock for clock in clocks if clock.fires_at is not None and clock.fires_at <= now]
        if not due:
            break
        clock = min(due, key=lambda one: (one.fires_at or now, one.kind, one.run))
        mark = clock.next_mark
        told.append(_telling(ticket, clock, mark, now))
        clocks = keeping.speaking(player.play([Fact(now, "fired", (clock.kind, clock.run, mark))]))
    return clocks, told


def _telling(ticket: Ticket, clock: Played, mark: int, now: datetime) -> Telling:
    assert clock.fires_at is not None
    due = clock.due_at or clock.fires_at
    changes: dict[str, list[Any]] = {
        "clock": [None, clock.kind],
        "run": [None, clock.run],
        "mark": [None, mark],
        "due": [None, due.isoformat()],
    }
    # That of a clock which had ended by then is late by nature: nobody could have told it in time.
    late = now - clock.fires_at
    if late > LATE:
        changes["late"] = [None, int(late.total_seconds() // 60)]
    kind = facts.BREACHED if mark == DUE else facts.WARNED if mark < DUE else facts.ESCALATED
    return Telling(ticket, kind, replace(By(via=VIA), at=now), changes)
