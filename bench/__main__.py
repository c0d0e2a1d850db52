"""All figures, one after the other: `make bench`. About half an hour on two cores."""

from __future__ import annotations

import os
import platform
import time

from bench import intake, live, memory, pages, rules, search, weight


def main() -> None:
    started = time.monotonic()
    print(f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
          f"load {os.getloadavg()[0]:.1f} before the start\n")  # fmt: skip
    for part in (memory, intake, pages, rules, search, live, weight):
        part.main()
        print(flush=True)
    print(f"{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
