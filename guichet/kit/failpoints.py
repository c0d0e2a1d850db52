"""Named places where a crash test kills the process: `hit("intake.after_blob")`.

GUICHET_FAILPOINT="name" ends the process by SIGKILL at that place, "name:3" the third time it comes there.
GUICHET_FAILPOINT_ONCE names a file: it is made at the kill, and where it stands already nothing happens, so that
a restarted process lives. Unset, `hit` is an empty function.
"""

from __future__ import annotations

import os
import signal
import threading

_armed, _, _nth = os.environ.get("GUICHET_FAILPOINT", "").partition(":")
_once = os.environ.get("GUICHET_FAILPOINT_ONCE", "")
_left = int(_nth or 1)
_lock = threading.Lock()


def _unarmed(name: str) -> None:
    """Nothing to do: no crash test is running."""


def _die_at(name: str) -> None:
    global _left
    if name != _armed:
        return
    with _lock:
        _left -= 1
        if _left == 0 and _first_time():
            os.kill(os.getpid(), signal.SIGKILL)


def _first_time() -> bool:
    if not _once:
        return True
    try:
        os.close(os.open(_once, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    return True


hit = _die_at if _armed else _unarmed
