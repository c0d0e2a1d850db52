"""Memory of all processes of an idle desk (PSS: shared pages counted in part), and how long it takes to start:
`python -m bench.memory`.
"""

from __future__ import annotations

import time
import urllib.request

from guichet.kit.processes import proportional_memory
from tests.desk import RunningDesk, children_of

IDLE = 8.0  # seconds of quiet before memory is read
MIB = 1024 * 1024


def run() -> dict[str, float]:
    """Seconds of the first and the second start, and MiB by process."""
    desk = RunningDesk()
    try:
        started = time.monotonic()
        desk.start()
        figures = {"first start": time.monotonic() - started}
        desk.stop()
        started = time.monotonic()
        desk.start()
        urllib.request.urlopen(desk.url).read()
        figures["second start"] = time.monotonic() - started
        time.sleep(IDLE)
        for name, pid in desk.pids().items():
            family = [pid] if name == "run" else [pid, *_descendants(pid)]
            figures[name] = sum(proportional_memory(one) for one in family) / MIB
        figures["all"] = sum(size for name, size in figures.items() if "start" not in name)
        return figures
    finally:
        desk.remove()


def _descendants(pid: int) -> list[int]:
    below = children_of(pid)
    return [*below, *(deeper for child in below for deeper in _descendants(child))]


def main() -> None:
    figures = run()
    print("Memory of an idle desk, MiB (PSS)   goal: under 250 with the embedded database")
    print("  " + "   ".join(f"{name} {size:.0f}" for name, size in figures.items() if "start" not in name))
    print(f"Start until ready: first {figures['first start']:.1f} s, then {figures['second start']:.1f} s")


if __name__ == "__main__":
    main()
