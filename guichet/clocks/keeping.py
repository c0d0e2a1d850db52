"""Rows as the log gives them: what follows it and what ticks both end here, so the rows are what a replay finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from guichet.clocks import replay
from guichet.clocks.facts import facts_of
from guichet.clocks.models import Clock, Promise
from guichet.clocks.promised import Promised, promised
from guichet.clocks.replay import Fact, Played
from guichet.clocks.versions import player
from guichet.kit import pg
from guichet.tickets import actions
from guichet.tickets.models import Ticket

COMPARED = ("state", "started_at", "ended_at", "due_at", "fires_at", "left", "target", "fired", "team_id", "policy_id",
            "calendar_id")  # fmt: skip


OF_A_PROMISE = ("made_at", "at", "moved", "settled_at")


def play(facts: Sequence[Fact]) -> list[Played]:
    return speaking(player().play(facts))


def speaking(clocks: Iterable[Played]) -> list[Played]:
    """The clocks of one ticket that have something to say: a target, or a moment that somebody set."""
    return [clock for clock in clocks if clock.kind == replay.SET or clock.target is not None]


def played(tickets: Iterable[int]) -> dict[int, list[Played]]:
    wanted = list(tickets)
    facts = facts_of(wanted)
    return {pk: play(facts.get(pk, [])) for pk in wanted}


def keep(tickets: Mapping[int, Ticket], clocks: Mapping[int, Sequence[Played]]) -> None:
    """Make the rows of these locked tickets what was played, and lend each its next deadline; a few statements."""
    rows = {(row.ticket_id, row.kind, row.run): row for row in Clock.objects.filter(ticket__in=list(clocks))}
    new, changed, others = [], [], set[str]()
    for pk, some in clocks.items():
        for clock in some:
            row = rows.pop((pk, clock.kind, clock.run), None)
            fields = fields_of(clock)
            if row is None:
                new.append(Clock(ticket_id=pk, kind=clock.kind, run=clock.run, **fields))
            elif unlike := [name for name in COMPARED if getattr(row, name) != fields[name]]:
                for name in unlike:
                    setattr(row, name, fields[name])
                changed.append(row)
                others.update(unlike)
    if new:
        Clock.objects.bulk_create(new)
    pg.update_rows(changed, [name.removesuffix("_id") for name in sorted(others)])
    if rows:
        Clock.objects.filter(pk__in=[row.pk for row in rows.values()]).delete()
    dues = {pk: next_due(some) for pk, some in clocks.items()}
    actions.lend_due({pk: due for pk, due in dues.items() if tickets[pk].due_at != due})


def keep_promises(said: Mapping[int, Sequence[Promised]]) -> None:
    """Make the rows of these locked tickets' promises what the log gives."""
    rows = {(row.ticket_id, row.run): row for row in Promise.objects.filter(ticket__in=list(said))}
    new, changed = [], []
    for pk, some in said.items():
        for one in some:
            row = rows.pop((pk, one.run), None)
            if row is None:
                new.append(Promise(ticket_id=pk, run=one.run, **{name: getattr(one, name) for name in OF_A_PROMISE}))
            elif any(getattr(row, name) != getattr(one, name) for name in OF_A_PROMISE):
                for name in OF_A_PROMISE:
                    setattr(row, name, getattr(one, name))
                changed.append(row)
    if new:
        Promise.objects.bulk_create(new)
    pg.update_rows(changed, OF_A_PROMISE)
    if rows:
        Promise.objects.filter(pk__in=[row.pk for row in rows.values()]).delete()


def fields_of(clock: Played) -> dict[str, Any]:
    return {
        "state": clock.state,
        "started_at": clock.started_at,
        "ended_at": clock.ended_at,
        "due_at": clock.due_at,
        "fires_at": clock.fires_at,
        "left": clock.left,
        "target": clock.target,
        "fired": sorted(clock.fired),
        "team_id": clock.team,
        "policy_id": clock.policy,
        "calendar_id": clock.calendar,
    }


def next_due(clocks: Iterable[Played]) -> datetime | None:
    """The earliest deadline that is still to be met, or that is missed and still open."""
    return min((clock.due_at for clock in clocks if clock.is_going and clock.due_at is not None), default=None)


def differences(ticket: int) -> list[str]:
    """Where the rows of a ticket are not what its log gives; empty, or something is wrong."""
    return differences_of([ticket])[ticket]


def differences_of(tickets: Sequence[int]) -> dict[int, list[str]]:
    """The same of many: four queries."""
    facts, dues = facts_of(tickets), dict(Ticket.objects.filter(pk__in=tickets).values_list("pk", "due_at"))
    rows: dict[int, dict[tuple[str, int], Clock]] = {pk: {} for pk in tickets}
    for row in Clock.objects.filter(ticket__in=tickets):
        rows[row.ticket_id][row.kind, row.run] = row
    promises: dict[int, list[tuple[Any, ...]]] = {pk: [] for pk in tickets}
    for pk, *fields in Promise.objects.filter(ticket__in=tickets).values_list("ticket", "run", *OF_A_PROMISE):
        promises[pk].append(tuple(fields))
    found = {}
    for pk in tickets:
        known = facts.get(pk, [])
        clocks = play(known)
        found[pk] = _differing(clocks, rows[pk])
        given = [(one.run, *(getattr(one, name) for name in OF_A_PROMISE)) for one in promised(known)]
        if promises[pk] != given:
            found[pk].append(f"promises are {promises[pk]}, the log gives {given}")
        if dues.get(pk) != next_due(clocks):
            found[pk].append(f"the ticket is due {dues.get(pk)}, the log gives {next_due(clocks)}")
    return found


def _differing(clocks: Sequence[Played], rows: dict[tuple[str, int], Clock]) -> list[str]:
    found = []
    for clock in clocks:
        row = rows.pop((clock.kind, clock.run), None)
        if row is None:
            found.append(f"{clock.kind} {clock.run}: no row")
            continue
        for name, value in fields_of(clock).items():
            if getattr(row, name) != value:
                found.append(f"{clock.kind} {clock.run}: {name} is {getattr(row, name)}, the log gives {value}")
    return found + [f"{kind} {run}: the log gives no such clock" for kind, run in rows]
