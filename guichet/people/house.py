"""The one row of house-wide choices, kept in each process for a few seconds because every page asks for it."""

from __future__ import annotations

import time
from zoneinfo import ZoneInfo

from guichet.people.models import Helpdesk

REMEMBERED = 10.0  # seconds until a change is known to every process
_kept: tuple[float, Helpdesk] | None = None


def house() -> Helpdesk:
    """The house as it is, or as it is by default while nobody has chosen anything."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > REMEMBERED:
        _kept = time.monotonic(), Helpdesk.objects.first() or Helpdesk(pk=1)
    return _kept[1]


def zone() -> ZoneInfo:
    """Of whoever has not chosen one."""
    return ZoneInfo(house().time_zone)


def forget() -> None:
    """Ask the database again: after a change in this process, and between tests."""
    global _kept
    _kept = None
