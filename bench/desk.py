"""A running desk for the figures: `guichet run` with its own data folder, and this process beside it as its database's
client. The data folder must be known before Django reads its settings, so the measuring runs in a child process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from tests.desk import RunningDesk


def filled() -> RunningDesk:
    """A desk of its own, or over the folder that GUICHET_DATA names: filling one takes most of the time."""
    data = os.environ.get("GUICHET_DATA", "")
    return RunningDesk(environment={"GUICHET_DATA": data} if data else None)


def measure(desk: RunningDesk, module: str, *arguments: str) -> Any:
    """Run `MODULE.main(ARGUMENTS)` in the desk's environment; what it returns."""
    words = [sys.executable, "-m", "bench.within", module, *arguments]
    done = subprocess.run(words, env=desk.environment, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{module} failed; the desk said:\n{desk.said()[-4000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and the children it has waited for."""
    try:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(ticks) for ticks in fields[11:15]) / os.sysconf("SC_CLK_TCK")
