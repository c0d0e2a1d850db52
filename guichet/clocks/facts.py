"""The log of a ticket as the facts that clocks are played from.

An answer that did not go out, was held back or taken back was none, so it is left out from the beginning: the clock
that it had stopped has never stood still.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from guichet.clocks.replay import Fact
from guichet.tickets import events
from guichet.tickets.models import Event, MessageKind, Step

# Changes {"policy", "calendar": [was, is], in versions; "priority", "status", "team": [None, is]; "waits": [None,
# [whether the customer waits, whether he was answered]] where words were moved}
CHOSEN = "clock.chosen"
# Changes {"clock": [None, kind], "run": [None, n], "mark": [None, percent], "due": [None, moment], "late": [None, min]}
WARNED = "clock.warned"
BREACHED = "clock.breached"
ESCALATED = "clock.escalated"
FIRED = (WARNED, BREACHED, ESCALATED)

_LEAVES = (events.WRITTEN, events.HELD, events.RELEASED, events.NOT_RELEASED, events.RESCHEDULED, events.WITHDRAWN,
           events.FAILED, events.SENT)  # fmt: skip
_HERE = (events.OPENED, events.SPLIT_OFF, events.RECEIVED, events.THANKED, events.STATUS_CHANGED, events.ASSIGNED,
         events.PRIORITY_CHANGED, events.DUE_SET, events.PROMISED,
         events.PLANNED)  # fmt: skip
TOLD = (*_HERE, *_LEAVES, CHOSEN, *FIRED)


class Row(NamedTuple):
    """What is read of an event and its message."""

    ticket: int
    id: int
    at: datetime
    kind: str
    changes: dict[str, Any]
    message: int | None
    message_ticket: int | None
    message_kind: str | None
    auto: str | None
    side: int | None
    is_verified: bool | None
    send_at: datetime | None


def facts_of(tickets: Iterable[int]) -> dict[int, list[Fact]]:
    """By ticket, in order; one query."""
    rows = Event.objects.filter(ticket__in=list(tickets), kind__in=TOLD).order_by("id").values_list(
        "ticket_id", "id", "at", "kind", "changes", "message_id", "message__ticket_id", "message__kind",
        "message__auto", "message__side_id", "message__is_verified", "message__send_at",
    )  # fmt: skip
    by_ticket: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_ticket[row[0]].append(Row(*row))
    return {ticket: read(some) for ticket, some in by_ticket.items()}


def read(rows: Sequence[Row]) -> list[Fact]:
    """The facts of one ticket, from its events in the order of the log."""
    found: list[tuple[datetime, int, Fact]] = [(fact.at, row.id, fact) for row in rows for fact in _of(row, rows)]
    answers = _answers(rows)
    found += [(at, 0, Fact(at, "answered")) for at in answers.values()]
    found += [(fact.at, id_, fact) for id_, fact in _promised(rows, answers)]
    return [fact for _at, _id, fact in sorted(found, key=lambda one: one[:2])]


def _of(row: Row, rows: Sequence[Row]) -> Iterator[Fact]:
    changes = row.changes
    if row.kind in (events.OPENED, events.SPLIT_OFF) and row.id == _first(rows):
        yield Fact(row.at, "opened", (*_at_first(rows), _asks(row, rows)))
    elif row.kind == events.RECEIVED and _asks(row, rows):
        yield from (Fact(row.at, "asked"), Fact(row.at, "step", Step.ANSWER.value))
    elif row.kind == events.RECEIVED and row.side and not row.auto:
        yield Fact(row.at, "step", Step.WORK.value)
    elif row.kind == events.WRITTEN and not row.auto:
        yield Fact(row.at, "step", (Step.WAIT_OTHER if row.side else Step.WAIT_CUSTOMER).value)
    elif row.kind == events.PLANNED:
        yield Fact(row.at, "step", row.changes["step"][1])
    elif row.kind == events.STATUS_CHANGED:
        yield Fact(row.at, "status", changes["status"][1])
    elif row.kind == events.PRIORITY_CHANGED:
        yield Fact(row.at, "priority", changes["priority"][1])
    elif row.kind == events.ASSIGNED and "team" in changes:
        yield Fact(row.at, "team", changes["team"][1])
    elif row.kind == events.DUE_SET:
        due = changes["due"][1]
        yield Fact(row.at, "set", datetime.fromisoformat(due) if due else None)
    elif row.kind == CHOSEN:
        yield Fact(row.at, "chosen", (changes["policy"][1], changes["calendar"][1]))
        if "waits" in changes:
            yield Fact(row.at, "waits", tuple(changes["waits"][1]))
    elif row.kind in FIRED:
        yield Fact(row.at, "fired", (changes["clock"][1], changes["run"][1], changes["mark"][1]))


def _first(rows: Sequence[Row]) -> int | None:
    return next((row.id for row in rows if row.kind in (events.OPENED, events.SPLIT_OFF)), None)


def _at_first(rows: Sequence[Row]) -> tuple[int, str, int | None]:
    """Priority, status and team at the beginning: what the first change of each tells, else the first choice."""
    known: dict[str, Any] = {}
    for row in rows:
        for name in ("priority", "status", "team"):
            if name in row.changes and row.kind != CHOSEN:
                known.setdefault(name, row.changes[name][0])
    chosen = next((row.changes for row in rows if row.kind == CHOSEN), {})
    first = [known.get(name, chosen.get(name, [None, None])[1]) for name in ("priority", "status", "team")]
    return first[0] or 3, first[1] or "open", first[2]


def _asks(row: Row, rows: Sequence[Row]) -> bool:
    """Whether somebody waits for an answer to this message, which stands here still."""
    if row.message is None or row.message_kind != MessageKind.INBOUND or row.auto or row.side or not row.is_verified:
        return False
    if row.message_ticket != row.ticket:
        return False
    return not any(one.kind == events.THANKED and one.message == row.message for one in rows)


def _answers(rows: Sequence[Row]) -> dict[int, datetime]:
    """When the customer was answered, by message."""
    left: dict[int, datetime | None] = {}
    for row in rows:
        if row.kind not in _LEAVES or row.message is None or row.auto or row.side or row.message_ticket != row.ticket:
            continue
        if row.kind in (events.WRITTEN, events.RELEASED):
            left[row.message] = row.at if row.send_at is None else None
        elif row.kind == events.SENT:
            left[row.message] = left.get(row.message) or row.at
        else:
            left[row.message] = None
    return {message: at for message, at in left.items() if at is not None}


def _promised(rows: Sequence[Row], answers: Mapping[int, datetime]) -> Iterator[tuple[int, Fact]]:
    """What an answer promised was said when that answer left; automatic words promise the deadline that runs."""
    for row in rows:
        if row.kind != events.PROMISED:
            continue
        moment = datetime.fromisoformat(row.changes["promise"][1])
        if "since" not in row.changes:
            yield row.id, Fact(row.at, "promised", (moment, None, row.message))
        elif row.message is not None and row.message in answers:
            since = datetime.fromisoformat(row.changes["since"][1])
            yield row.id, Fact(max(answers[row.message], since), "promised", (moment, since, row.message))
