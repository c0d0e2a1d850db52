"""A clock explained: each stretch of time that counted or did not, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from guichet.clocks import calendar as sums
from guichet.clocks import words
from guichet.clocks.models import ANSWERS, Kind, State
from guichet.clocks.replay import Played
from guichet.clocks.versions import calendar_of, name_of_policy

MOST = 60  # lines of one clock, the latest
BEYOND = timedelta(days=60)  # so far ahead the way to a deadline is told


@dataclass(frozen=True)
class Line:
    """A stretch of time; `day` where it is another one than that of the line before."""

    begin: datetime
    end: datetime
    counts: bool
    why: str
    span: str
    is_to_come: bool


@dataclass(frozen=True)
class Explained:
    label: str
    state: str
    level: str
    left: str
    due_at: datetime | None
    is_going: bool
    terms: str
    lines: Sequence[Line]
    is_cut: bool


def explained(clock: Played, now: datetime) -> Explained:
    lines = list(_lines(clock, now)) if clock.kind != Kind.SET else []
    level, left = words.left_of(clock, now) if clock.is_going else ("", "")
    return Explained(
        label=_label(clock),
        state=str(State(clock.state).label),
        level=level,
        left=left,
        due_at=clock.due_at,
        is_going=clock.is_going,
        terms=_terms(clock),
        lines=lines[-MOST:],
        is_cut=len(lines) > MOST,
    )


def _label(clock: Played) -> str:
    label = str(Kind(clock.kind).label)
    return f"{label} {clock.run}" if clock.run > 1 and clock.kind not in (Kind.FIRST, Kind.SOLUTION) else label


def _terms(clock: Played) -> str:
    if clock.policy is None or clock.calendar is None or clock.target is None:
        return ""
    facts = {
        "target": words.span(clock.target * 60),
        "policy": name_of_policy(clock.policy),
        "calendar": calendar_of(clock.calendar).name,
        "zone": calendar_of(clock.calendar).zone.replace("_", " "),
    }
    return _("%(target)s of working time, by “%(policy)s” and the hours of “%(calendar)s” (%(zone)s)") % facts


def _lines(clock: Played, now: datetime) -> Iterator[Line]:
    for stretch in clock.stretches:
        begin = stretch.begin
        end = stretch.end or clock.ended_at or now
        if stretch.why != "running" or stretch.calendar is None:
            yield _line(begin, max(begin, end), False, _resting(clock, stretch.why), now)
            continue
        # The way to the deadline explains it as well as the way behind.
        if stretch.end is None and clock.is_going and clock.due_at is not None and end < clock.due_at < now + BEYOND:
            yield from _segments(stretch.calendar, begin, max(begin, end), now)
            yield from _segments(stretch.calendar, max(begin, end), clock.due_at, now)
        else:
            yield from _segments(stretch.calendar, begin, max(begin, end), now)


def _segments(calendar: int, begin: datetime, end: datetime, now: datetime) -> Iterator[Line]:
    for part in sums.segments(calendar_of(calendar), begin, end):
        yield _line(part.begin, part.end, part.counts, _why(part), now)


def _line(begin: datetime, end: datetime, counts: bool, why: str, now: datetime) -> Line:
    return Line(begin, end, counts, why, words.span(int((end - begin).total_seconds())), begin >= now)


def _why(part: sums.Segment) -> str:
    if part.counts:
        return _("working hours")
    if part.why == "special":
        return part.name or _("closed that day")
    return _("outside working hours")


def _resting(clock: Played, why: str) -> str:
    if why == "customer":
        return _("waiting for the customer")
    if why == "other":
        return _("waiting for a third party")
    if why == "finished":
        return _("solved, until it was opened again")
    return _("without a calendar") if clock.kind not in ANSWERS else _("without a policy")
