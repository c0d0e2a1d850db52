"""Named places where a crash test kills the process: `hit("intake.after_blob")`.

GUICHET_FAILPOINT="name" ends the process by SIGKILL at that place, "name:3" the third time it comes there; several
are parted by commas. GUICHET_FAILPOINT_ONCE names a folder: at the kill a file of the place's name is made in it, and
where that stands already nothing happens, so that a restarted process lives. Unset, `hit` is an empty function.
"""

from __future__ import annotations

import os
import signal
import threading

_armed = os.environ.get("GUICHET_FAILPOINT", "")
_once = os.environ.get("GUICHET_FAILPOINT_ONCE", "")
_left = {name: int(nth or 1) for name, _, nth in (word.partition(":") for word in _armed.split(",") if word)}
_lock = threading.Lock()


def _unarmed(name: str) -> None:
    """Nothing to do: no crash test is running."""


def _die_at(name: str) -> None:
    if name not in _left:
        return
    with _lock:
        _left[name] -= 1
        if _left[name] == 0 and _first_time(name):
            os.kill(os.getpid(), signal.SIGKILL)


def _first_time(name: str) -> bool:
    if not _once:
        return True
    try:
        os.close(os.open(os.path.join(_once, name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    return True


hit = _die_at if _armed else _unarmed
