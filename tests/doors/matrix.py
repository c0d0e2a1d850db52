"""EVERY address and who may come in, from all rooms."""

from __future__ import annotations

from tests.doors import accounts, channels, clocks, contacts, desk, desk_settings, notices, rules
from tests.doors.rows import Row

ROOMS = (accounts, channels, clocks, contacts, desk, desk_settings, notices, rules)
MATRIX: dict[str, list[Row]] = {name: rows for room in ROOMS for name, rows in room.ROWS.items()}
assert len(MATRIX) == sum(len(room.ROWS) for room in ROOMS), "an address belongs to one room"
