"""How often the two judges of wording are right, set by set: the outbound guard, and whether a mail is only thanks.

`python -m bench.judges` prints every set under `tests/tickets/guard` and `tests/tickets/thanks`; with a word as
argument only sets of that name, and each mistake. What was measured before the rules knew a set is in `judges.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from guichet.tickets.thanks import verdict
from tests.tickets import guard_set, thanks_set

Row = tuple[bool, bool, str]  # (should be found, was found, what it was)


def guarded(path: Path) -> list[Row]:
    rows = []
    for one in guard_set.samples_of(path):
        keys = {finding.key for finding in one.findings()}
        rows.append((not one.is_good, bool(keys) if one.is_good else one.kind in keys, f"{one.kind} | {one.words}"))
    return rows


def thanked(path: Path) -> list[Row]:
    return [
        (one.stays, verdict(one.words, names=one.names), f"{one.kind} | {one.words}")
        for one in thanks_set.samples_of(path)
    ]


def _told(name: str, rows: Iterable[Row], *, in_full: bool) -> None:
    rows = list(rows)
    wanted = [row for row in rows if row[0]]
    others = [row for row in rows if not row[0]]
    found, wrong = sum(row[1] for row in wanted), sum(row[1] for row in others)
    print(f"{name:28} {found:4} of {len(wanted):4} found ({100 * found / max(1, len(wanted)):5.1f} %), "
          f"{wrong:3} of {len(others):4} others wrongly ({100 * wrong / max(1, len(others)):4.1f} %)")  # fmt: skip
    for is_wanted, is_found, what in rows if in_full else ():
        if is_wanted != is_found:
            print("   ", "missed" if is_wanted else "wrong ", what.replace("\n", "\\n"))


def judge(title: str, folder: Path, read: Callable[[Path], list[Row]], only: str) -> None:
    print(title)
    whole: list[Row] = []
    for path in sorted(folder.rglob("*.txt")):
        if only in path.name:
            rows = read(path)
            whole += rows
            _told(str(path.relative_to(folder)), rows, in_full=bool(only))
    _told("together", whole, in_full=False)


def main(only: str = "") -> None:
    judge("outbound guard: bad replies caught, good ones stopped", guard_set.SETS, guarded, only)
    judge("thanks: recognised, requests kept closed", thanks_set.SETS, thanked, only)


if __name__ == "__main__":
    main(*sys.argv[1:2])
