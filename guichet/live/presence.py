"""Who looks at which ticket and who writes on it, in every process: kept in memory, told by NOTIFY, never stored.

A browser says what it does; the process that holds its stream tells the others again from time to time, and that it
has gone as soon as the stream ends. What is not told again (a process was killed) is forgotten after a while.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

TOLD_AGAIN = 15.0  # seconds
FORGOTTEN = 40.0
LOOKS, WRITES, NOTES = "looks", "writes", "notes"
_HERE = re.compile(r"here:([a-z0-9]{1,32}):(\d{1,18}):(\d{1,18}):(looks|writes|notes)")
_GONE = re.compile(r"gone:([a-z0-9]{1,32}):(\d{1,18})")
STREAM = re.compile(r"[a-z0-9]{8,32}")


@dataclass(frozen=True, slots=True)
class Here:
    """One window of one person."""

    stream: str
    person: int
    ticket: int
    doing: str

    @property
    def said(self) -> str:
        """For the other processes: ids alone."""
        return f"here:{self.stream}:{self.person}:{self.ticket}:{self.doing}"

    @property
    def gone(self) -> str:
        return f"gone:{self.stream}:{self.person}"


class Presence:
    """All that was heard, by window."""

    def __init__(self) -> None:
        self._here: dict[tuple[str, int], tuple[Here, float]] = {}

    def hear(self, payloads: Iterable[str]) -> set[int]:
        """Take in what was told; the tickets at which it changed something."""
        changed: set[int] = set()
        until = time.monotonic() + FORGOTTEN
        for payload in payloads:
            if match := _HERE.fullmatch(payload):
                here = Here(match[1], int(match[2]), int(match[3]), match[4])
                before = self._here.get((here.stream, here.person))
                self._here[here.stream, here.person] = (here, until)
                if before is None or before[0] != here:
                    changed |= {here.ticket} | ({before[0].ticket} if before else set())
            elif match := _GONE.fullmatch(payload):
                gone = self._here.pop((match[1], int(match[2])), None)
                changed |= {gone[0].ticket} if gone else set()
        return changed

    def forget(self, now: float | None = None) -> set[int]:
        """Let go what nobody has told again; the tickets at which that changed something."""
        now = time.monotonic() if now is None else now
        over = [key for key, (_here, until) in self._here.items() if until <= now]
        return {self._here.pop(key)[0].ticket for key in over}

    def of(self, stream: str, person: int) -> Here | None:
        found = self._here.get((stream, person))
        return found[0] if found else None

    def tickets(self) -> set[int]:
        return {here.ticket for here, _until in self._here.values()}

    def at(self, tickets: Iterable[int]) -> dict[int, dict[int, str]]:
        """By ticket, what each person does there: writing in one window counts more than looking in another."""
        found: dict[int, dict[int, str]] = {ticket: {} for ticket in tickets}
        for here in self:
            if here.ticket in found:
                people = found[here.ticket]
                people[here.person] = max(people.get(here.person, LOOKS), here.doing, key=_RANK.index)
        return found

    def __iter__(self) -> Iterator[Here]:
        return iter([here for here, _until in self._here.values()])


_RANK = [LOOKS, NOTES, WRITES]
