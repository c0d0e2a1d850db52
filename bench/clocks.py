"""What deadlines cost: `python -m bench.clocks`.

Sums of working time and replays a second, in one process; and one look of the clock at a million open clocks of which
a hundred tickets are due: who looks each minute must not pay for what is open.
"""

from __future__ import annotations

import argparse
from typing import Any

from bench.desk import measure
from tests.desk import RunningDesk

OPEN = 1_000_000


def run(clocks: int = OPEN) -> dict[str, Any]:
    with RunningDesk() as desk:
        figures: dict[str, Any] = measure(desk, "bench.clocks_within", str(clocks))
    return figures


def show(figures: dict[str, Any]) -> None:
    print(f"Deadlines, load {figures['load']:.1f}")
    print(f"  due dates computed (four hours, five days)   {figures['sums']:>9,.0f} a second")
    print(f"  logs of a ticket played (8 facts, 2 clocks)  {figures['replays']:>9,.0f} a second")
    tick = figures["tick"]
    print(
        f"  tick, {figures['open']:,} open clocks, 100 tickets due: p50 {tick['p50']:.1f} best {tick['best']:.1f},\n"
        f"  processor time here {tick['cpu']:.1f} ms; with nothing due {figures['idle']:.1f} ms   goal: under 50"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clocks", type=int, nargs="?", default=OPEN)
    show(run(parser.parse_args().clocks))


if __name__ == "__main__":
    main()
