"""From the commit of a change to every browser that may see it: `python -m bench.live [STREAMS]`.

500 agents of one team, each signed in and with one open stream. Then, one after the other, changes to tickets that all
of them see; the clock starts when the change is committed and stops, for each stream, when its bytes are read here. The
same for a colleague who begins to look at a ticket. Reading 500 sockets takes this machine's processor too.
"""

from __future__ import annotations

import argparse
import os
from typing import Any

from bench.desk import measure
from tests.desk import RunningDesk


def run(streams: int = 500) -> dict[str, Any]:
    with RunningDesk() as desk:
        figures: dict[str, Any] = measure(desk, "bench.live_within", str(streams), str(desk.pids()["web"]))
        return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("streams", type=int, nargs="?", default=500)
    streams = parser.parse_args().streams
    figures = run(streams)
    print(f"Live: {streams} open streams, {os.cpu_count()} cores   goal: p95 under 300 ms")
    for name, figure in figures.items():
        print(
            f"  {name:<34} p50 {figure['p50']:6.0f} ms   p95 {figure['p95']:6.0f} ms   slowest {figure['most']:6.0f} ms"
            f"   web process {figure['cpu']:5.0f} ms   {figure['missed']} missed"
        )


if __name__ == "__main__":
    main()
