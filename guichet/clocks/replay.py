"""The clocks of a ticket as a pure function: facts of its log, and the versions that they name, give every deadline.

What the log says happened is played again in order. Nothing else is asked: no row, no time of day. So whoever plays the
same log finds the same clocks, and the rows of `models.Clock` are nothing but this answer, kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from guichet.clocks import calendar as sums

FIRST, NEXT, SOLUTION, INTERNAL, SET = "first", "next", "solution", "internal", "set"
ANSWERS = (FIRST, NEXT)
RUNNING, PAUSED, MET, BREACHED, STOPPED = "running", "paused", "met", "breached", "stopped"
DUE = 100  # percent of a target
PENDING, FINISHED = "pending", ("resolved", "closed")
WAIT_OTHER = "wait_other"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened, as far as clocks care.

    `what`: "opened", "asked", "answered", "promised", "waits", "status", "priority", "team", "chosen", "fired", "set",
    "step"; `value` is the status, next step, priority, team, moment, (policy version, calendar version), (kind, run,
    mark), or of a promise (moment, since when it counts or None, message).
    """

    at: datetime
    what: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Terms:
    """A version of a policy: minutes by kind and priority, and marks in percent."""

    targets: Mapping[str, Mapping[int, int]]
    marks: tuple[int, ...]

    def target(self, kind: str, priority: int) -> int | None:
        return self.targets.get(kind, {}).get(priority)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a clock did for a while, and why: "running", "customer", "other" (who is waited for), "finished"; an open
    `end` is now."""

    begin: datetime
    end: datetime | None
    why: str
    calendar: int | None
    policy: int | None
    target: int | None


@dataclass
class Played:
    """A clock while the log is played. `spent` are seconds; `since` is when it began to count, None while it rests."""

    kind: str
    run: int
    started_at: datetime
    policy: int | None = None
    calendar: int | None = None
    target: int | None = None
    team: int | None = None
    spent: int = 0
    since: datetime | None = None
    passed_at: datetime | None = None  # when the target was used up
    ended_at: datetime | None = None
    was_met: bool = False
    fired: set[int] = field(default_factory=set)
    stretches: list[Stretch] = field(default_factory=list)
    due_at: datetime | None = None
    fires_at: datetime | None = None
    next_mark: int = DUE  # the one that is reached then

    @property
    def is_going(self) -> bool:
        return self.ended_at is None

    @property
    def ended_late(self) -> bool:
        return self.ended_at is not None and self.due_at is not None and self.due_at < self.ended_at

    @property
    def left(self) -> int | None:
        return None if self.target is None or not self.is_going else self.target * 60 - self.spent

    @property
    def state(self) -> str:
        if DUE in self.fired or self.ended_late:
            return BREACHED
        if self.is_going:
            return RUNNING if self.since is not None or self.kind == SET else PAUSED
        return MET if self.was_met else STOPPED


class Player:
    """Plays the log of one ticket. `calendar_of` and `terms_of` give the versions that its facts name."""

    def __init__(self, calendar_of: Callable[[int], sums.Calendar], terms_of: Callable[[int], Terms]) -> None:
        self._calendar_of, self._terms_of = calendar_of, terms_of
        self.clocks: list[Played] = []
        self.policy: int | None = None
        self.calendar: int | None = None
        self.priority = 3
        self.status = "open"
        self.step = ""  # what is next: tells whom a pending ticket waits for
        self.team: int | None = None
        self.home: int | None = None  # the team it was opened for owes nobody a target between teams
        self.waits_since: datetime | None = None
        self.was_answered = False
        self._steps: dict[str, Callable[[Fact], None]] = {
            "opened": self._opened, "asked": self._asked, "answered": self._answered, "waits": self._waits,
            "status": self._status, "priority": self._priority, "team": self._team, "chosen": self._chosen,
            "fired": self._fired, "set": self._set, "promised": self._promised,
            "step": self._step,
        }  # fmt: skip

    def play(self, facts: Iterable[Fact]) -> list[Played]:
        """All clocks after these facts; called again, after those that follow."""
        for fact in facts:
            self._steps[fact.what](fact)
        for clock in self.clocks:
            self._foresee(clock)
        return self.clocks

    # What happened

    def _opened(self, fact: Fact) -> None:
        """`value`: (priority, status, team, whether its customer waits)."""
        self.priority, self.status, self.team, waits = fact.value
        self.home = self.team
        self._begin(SOLUTION, fact.at)
        if waits:
            self._asked(fact)

    def _asked(self, fact: Fact) -> None:
        if self.waits_since is None:
            self.waits_since = fact.at
            # Whoever was promised an answer has his clock already.
            if self.status not in FINISHED and self._going(NEXT) is None:
                self._begin(NEXT if self.was_answered else FIRST, fact.at)

    def _answered(self, fact: Fact) -> None:
        self.waits_since, self.was_answered = None, True
        for kind in ANSWERS:
            self._end(kind, fact.at, was_met=True)

    def _promised(self, fact: Fact) -> None:
        """An answer that promised the next one: we owe it as if somebody had asked."""
        _moment, since, _message = fact.value
        if since is not None and self.status not in FINISHED and self._going(NEXT) is None:
            self._begin(NEXT, since)

    def _waits(self, fact: Fact) -> None:
        """Messages were moved: whether the customer waits here now. `value`: (whether, whether we have answered)."""
        waits, answered = fact.value
        self.was_answered = answered
        if waits:
            self._asked(fact)
        elif self.waits_since is not None:
            self.waits_since = None
            for kind in ANSWERS:
                self._end(kind, fact.at, was_met=False)

    def _status(self, fact: Fact) -> None:
        was, self.status = self.status, fact.value
        if self.status in FINISHED and was not in FINISHED:
            self._finish(fact.at)
        elif self.status not in FINISHED and was in FINISHED:
            self._reopen(fact.at)
            if self.waits_since is not None:
                self._begin(NEXT if self.was_answered else FIRST, fact.at)
        for kind in (SOLUTION, INTERNAL):
            clock = self._going(kind)
            if clock is None:
                continue
            if self.status == PENDING:
                self._rest(clock, fact.at, self._waits_for)
            elif clock.since is None:
                self._go(clock, fact.at)

    def _step(self, fact: Fact) -> None:
        self.step = fact.value
        for clock in (self._going(SOLUTION), self._going(INTERNAL)):
            if clock is not None and clock.since is None and clock.stretches[-1].why != self._waits_for:
                self._close_stretch(clock, fact.at)
                terms = (clock.calendar, clock.policy, clock.target)
                clock.stretches.append(Stretch(fact.at, None, self._waits_for, *terms))

    @property
    def _waits_for(self) -> str:
        return "other" if self.step == WAIT_OTHER else "customer"

    def _finish(self, at: datetime) -> None:
        """Whoever resolves without an answer owes none any more; a solution is one, whoever waits for it."""
        self.waits_since = None
        for kind in ANSWERS:
            self._end(kind, at, was_met=False)
        for kind in (SOLUTION, INTERNAL, SET):
            self._end(kind, at, was_met=True)

    def _reopen(self, at: datetime) -> None:
        """Solved it was not: the clock goes on with what was left."""
        for kind in (SOLUTION, INTERNAL, SET):
            clock = self._latest(kind)
            if clock is None or clock.ended_at is None or not clock.was_met:
                continue
            if kind == INTERNAL and clock.team != self.team:
                continue
            clock.stretches.append(Stretch(clock.ended_at, at, "finished", clock.calendar, clock.policy, clock.target))
            clock.ended_at, clock.was_met = None, False
            if kind != SET:
                self._go(clock, at)

    def _priority(self, fact: Fact) -> None:
        self.priority = fact.value
        self._measure_anew(fact.at)

    def _team(self, fact: Fact) -> None:
        self.team = fact.value
        self._end(INTERNAL, fact.at, was_met=True)
        if self.team != self.home and self.status not in FINISHED:
            self._begin(INTERNAL, fact.at)

    def _chosen(self, fact: Fact) -> None:
        self.policy, self.calendar = fact.value
        self._measure_anew(fact.at)

    def _fired(self, fact: Fact) -> None:
        kind, run, mark = fact.value
        for clock in self.clocks:
            if (clock.kind, clock.run) == (kind, run):
                clock.fired.add(mark)

    def _set(self, fact: Fact) -> None:
        self._end(SET, fact.at, was_met=False)
        if fact.value is not None:
            clock = Played(SET, self._next_run(SET), fact.at)
            clock.due_at = fact.value
            self.clocks.append(clock)

    # What clocks do

    def _begin(self, kind: str, at: datetime) -> None:
        clock = Played(kind, self._next_run(kind), at, team=self.team if kind == INTERNAL else None)
        self._take_terms(clock)
        self.clocks.append(clock)
        if self.status == PENDING and kind not in ANSWERS:
            clock.since = at
            self._rest(clock, at, self._waits_for)
        else:
            self._go(clock, at)

    def _take_terms(self, clock: Played) -> None:
        clock.policy, clock.calendar = self.policy, self.calendar
        clock.target = self._terms_of(self.policy).target(clock.kind, self.priority) if self.policy else None

    def _go(self, clock: Played, at: datetime) -> None:
        self._close_stretch(clock, at)
        clock.since = at
        clock.stretches.append(Stretch(at, None, "running", clock.calendar, clock.policy, clock.target))

    def _rest(self, clock: Played, at: datetime, why: str) -> None:
        if clock.since is None:
            return
        self._account(clock, at)
        self._close_stretch(clock, at)
        clock.since = None
        clock.stretches.append(Stretch(at, None, why, clock.calendar, clock.policy, clock.target))

    def _end(self, kind: str, at: datetime, *, was_met: bool) -> None:
        clock = self._going(kind)
        if clock is None:
            return
        self._account(clock, at)
        self._foresee(clock)
        self._close_stretch(clock, at)
        clock.since, clock.ended_at, clock.was_met = None, at, was_met

    def _measure_anew(self, at: datetime) -> None:
        """Other terms from now on; what was spent by the old ones stays spent."""
        for clock in self.clocks:
            if not clock.is_going or clock.kind == SET:
                continue
            before = (clock.policy, clock.calendar, clock.target)
            self._account(clock, at)
            self._take_terms(clock)
            if before == (clock.policy, clock.calendar, clock.target):
                continue
            if clock.target is not None and clock.spent >= clock.target * 60:
                clock.passed_at = clock.passed_at or at
            else:
                clock.passed_at = None
            if clock.target is not None:
                # Marks beyond what is spent may be reached once more.
                clock.fired = {mark for mark in clock.fired if mark * clock.target * 60 <= clock.spent * 100}
            if clock.stretches and clock.stretches[-1].begin == at:
                last = clock.stretches.pop()
                clock.stretches.append(Stretch(at, None, last.why, clock.calendar, clock.policy, clock.target))
            else:
                why = clock.stretches[-1].why if clock.stretches else "running"
                self._close_stretch(clock, at)
                clock.stretches.append(Stretch(at, None, why, clock.calendar, clock.policy, clock.target))

    def _account(self, clock: Played, at: datetime) -> None:
        """Put what was counted since on what is spent, and remember when the target was used up."""
        if clock.since is None or clock.kind == SET:
            return
        if clock.calendar is not None and at > clock.since:
            calendar = self._calendar_of(clock.calendar)
            counted = int(sums.between(calendar, clock.since, at).total_seconds())
            if clock.target is not None and clock.passed_at is None and clock.spent + counted >= clock.target * 60:
                left = timedelta(seconds=clock.target * 60 - clock.spent)
                clock.passed_at = sums.add(calendar, clock.since, left)
            clock.spent += counted
        clock.since = at

    def _foresee(self, clock: Played) -> None:
        """When the clock is due and when its next mark is reached, as things stand."""
        if clock.ended_at is not None:
            clock.fires_at = clock.ended_at if clock.ended_late and DUE not in clock.fired else None
            clock.next_mark = DUE
            return
        if clock.kind == SET:
            clock.fires_at = clock.due_at if DUE not in clock.fired else None
            return
        clock.due_at = clock.fires_at = None
        if clock.target is None or clock.calendar is None or clock.policy is None:
            return
        if clock.passed_at is not None:
            clock.due_at = clock.passed_at
        elif clock.since is not None:
            clock.due_at = self._reached(clock, DUE)
        if clock.since is not None:
            told = max(clock.fired, default=0)
            marks = sorted(mark for mark in {*self._terms_of(clock.policy).marks, DUE} if mark > told)
            if marks:
                clock.next_mark, clock.fires_at = marks[0], self._reached(clock, marks[0])

    def _reached(self, clock: Played, mark: int) -> datetime | None:
        """When so many percent of the target are spent; None where the calendar has no such time."""
        assert clock.target is not None
        assert clock.since is not None
        assert clock.calendar is not None
        if mark == DUE and clock.passed_at is not None:
            return clock.passed_at
        left = timedelta(seconds=clock.target * 60 * mark // 100 - clock.spent)
        try:
            return sums.add(self._calendar_of(clock.calendar), clock.since, max(left, timedelta()))
        except sums.NoTime:
            return None

    def _close_stretch(self, clock: Played, at: datetime) -> None:
        if clock.stretches and clock.stretches[-1].end is None:
            last = clock.stretches.pop()
            if last.begin < at:
                closed = Stretch(last.begin, at, last.why, last.calendar, last.policy, last.target)
                clock.stretches.append(closed)

    def _going(self, kind: str) -> Played | None:
        latest = self._latest(kind)
        return latest if latest is not None and latest.is_going else None

    def _latest(self, kind: str) -> Played | None:
        return next((clock for clock in reversed(self.clocks) if clock.kind == kind), None)

    def _next_run(self, kind: str) -> int:
        return 1 + sum(clock.kind == kind for clock in self.clocks)
