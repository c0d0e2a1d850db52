"""The promises of a ticket as a pure function of its log, as `replay` gives its clocks: what was said, what came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from guichet.clocks.replay import FINISHED, Fact

MINUTE = timedelta(minutes=1)  # what is promised by 14:30 is late when the clock says 14:31


@dataclass
class Promised:
    """Said at `made_at` for `at`, which was moved `moved` times before it had passed; `message` said it last.

    `settled_at` is when the answer came or the request was solved. Whether it was kept is seen from these alone.
    """

    run: int
    made_at: datetime
    at: datetime
    message: int | None
    moved: int = 0
    settled_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.settled_at is None


def promised(facts: Iterable[Fact]) -> list[Promised]:
    found: list[Promised] = []
    for fact in facts:
        if fact.what == "promised":
            moment, _since, message = fact.value
            latest = found[-1] if found else None
            if latest is None or not latest.is_open or latest.at + MINUTE <= fact.at:
                found.append(Promised(len(found) + 1, fact.at, moment, message))
            elif latest.at != moment:
                latest.at, latest.message, latest.moved = moment, message or latest.message, latest.moved + 1
        elif fact.what == "answered" or (fact.what == "status" and fact.value in FINISHED):
            for one in found:
                one.settled_at = one.settled_at or fact.at
        elif fact.what == "waits" and not fact.value[0]:
            # His words went to another ticket: nothing is owed here any more.
            found = [one for one in found if not one.is_open]
    return found
