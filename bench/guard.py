"""What the last look at a reply costs: the checks alone, and with its facts from the database.

`python -m bench.guard` prints milliseconds; the goal is well under 20 for a reply. Without a database it measures the
checks over the labelled replies and over one of 20,000 characters; `bench.within bench.guard_within` does the rest.
"""

from __future__ import annotations

import statistics
import time

from bench import desk
from guichet.tickets.guard import checks
from guichet.tickets.guard.letter import Facts
from tests.desk import RunningDesk
from tests.tickets.guard_set import samples


def _ms(work: object, times: int = 5) -> float:
    best = 1e9
    for _ in range(times):
        start = time.perf_counter()
        work()  # type: ignore[operator]
        best = min(best, time.perf_counter() - start)
    return best * 1000


def main() -> None:
    several = list(samples())
    each = [_ms(lambda one=one: one.findings()) for one in several]
    print(f"checks of one reply: median {statistics.median(each):.2f} ms, 95 % under "
          f"{statistics.quantiles(each, n=20)[-1]:.2f} ms, most {max(each):.2f} ms ({len(each)} replies)")  # fmt: skip
    long = " ".join(one.words for one in several)[:20_000]
    facts = Facts(customer="Cleo Martin", names=frozenset({"cleo"}), languages=frozenset({"en"}), has_files=True)
    print(f"checks of 20,000 characters: {_ms(lambda: checks.check(long, facts)):.1f} ms")
    with RunningDesk() as running:
        found = desk.measure(running, "bench.guard_within")
    print(f"with facts out of the database, {found['people']} people and {found['tickets']} tickets: "
          f"median {found['median']:.1f} ms, 95 % under {found['p95']:.1f} ms, "
          f"of our processor {found['processor']:.1f} ms, {found['queries']} queries")  # fmt: skip


if __name__ == "__main__":
    main()
