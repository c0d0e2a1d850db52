"""How many events a second go through a hundred rules: `python -m bench.rules`.

10,000 events of 2,500 tickets (opened, priority, tags, owner), of which one in eight sets a rule off, whose acts are
events again; then the same through twenty policies of deadlines. Each of the two followers is measured by itself, in
one process, with durability on; they may read at once, each on a core. Beside it what the one deciding question costs,
and how many queries a batch takes with ten rules and with a hundred. Processor time is that of this process, without
the database's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from guichet.kit.cluster import Server


def run() -> dict[str, Any]:
    """In a database of its own, without a desk: its worker would read the events first."""
    with tempfile.TemporaryDirectory(prefix="guichet-bench-") as folder:
        data = Path(folder)
        data.chmod(0o711)
        server = Server(data)
        server.start()
        try:
            words = [sys.executable, "-m", "bench.within", "bench.rules_within", *sys.argv[1:]]
            environment = {**os.environ, "GUICHET_DATA": str(data)}
            done = subprocess.run(words, env=environment, stdout=subprocess.PIPE, text=True, check=True)
            figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
            return figures
        finally:
            server.remove()


def main() -> None:
    found = run()
    print(f"Rules: {found['events']} events, {found['rules']} rules, {found['hits']} acts, {os.cpu_count()} cores")
    print(f"  load {found['load']:.1f} before, {os.getloadavg()[0]:.1f} now")
    print(f"  through the rules               {found['per_second']:6.0f} events/s   goal 500")
    print(f"    processor time of one act      {found['act_cpu_ms']:6.1f} ms, {found['act_queries']:.1f} queries")
    print(f"  through {found['policies']} policies             {found['clocks']:6.0f} events/s")
    print(f"  one after the other             {found['both']:6.0f} events/s")
    print(f"  events that set off nothing     {found['idle']:6.0f} events/s")
    print(f"    processor time for 200 of them {found['idle_cpu_ms']:6.0f} ms")
    print(f"  the deciding query, 200 events  {found['decide_ms']:6.0f} ms")
    print(
        f"  queries of a batch without acts {found['queries_10']:6.0f} with 10 rules, {found['queries']:.0f} with 100"
    )


if __name__ == "__main__":
    main()
