"""What holds a child process that opens other people's mail: bounds on time, memory and files, and no secrets."""

from __future__ import annotations

import math
import os
import resource
import signal
import sys
import time

CPU_SECONDS = 10
WALL_SECONDS = 20.0
MEMORY_BYTES = 512 * 1024 * 1024


def environment() -> dict[str, str]:
    """Only what Python needs to find its modules: no secrets of the parent."""
    kept = {name: os.environ[name] for name in ("PATH", "VIRTUAL_ENV", "LANG", "LC_ALL") if name in os.environ}
    kept["PYTHONPATH"] = os.pathsep.join(os.path.abspath(path) for path in sys.path if path)
    kept["PYTHONDONTWRITEBYTECODE"] = "1"
    return kept


def confine() -> None:
    """Limits for the whole life of the child.

    It ends with its parent because stdin closes then. No PR_SET_PDEATHSIG: that follows the thread which
    started the child, and a worker's threads come and go.
    """
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_AS, MEMORY_BYTES)
    _limit(resource.RLIMIT_NOFILE, 16)
    _limit(resource.RLIMIT_NPROC, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def more_time(seconds: int) -> None:
    """So many more seconds of processor time, counted from what is used up."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = math.ceil(time.process_time()) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _limit(kind: int, value: int) -> None:
    """Lower a limit for good; one that is lower already stays."""
    _soft, hard = resource.getrlimit(kind)
    lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (lowest, lowest))
