"""Words for moments: `now-7d`, `today`, `today-3d`, `2026-11-20`, `2026-11-20T09:30`; resolved in a zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

_RELATIVE = re.compile(r"(now|today|yesterday|tomorrow)(?:([+-])(\d{1,4})(min|h|d|w))?\Z")
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}))?\Z")
_SPANS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
_OTHER_WORDS = {
    "maintenant": "now", "aujourd'hui": "today", "aujourd’hui": "today", "hier": "yesterday", "demain": "tomorrow",
    "jetzt": "now", "heute": "today", "gestern": "yesterday", "morgen": "tomorrow",
}  # fmt: skip
FIRST_YEAR, LAST_YEAR = 1970, 2199
UNITS = tuple(_SPANS)


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to and without `end`; the two are equal for a moment."""

    start: datetime
    end: datetime

    @property
    def is_day(self) -> bool:
        return self.end > self.start


def canonical(word: str) -> str | None:
    """The word as the language keeps it, or None if it names no moment."""
    word = word.strip()
    lower = word.lower()
    for other, english in _OTHER_WORDS.items():
        if lower == other or lower.startswith((f"{other}-", f"{other}+")):
            lower = english + lower[len(other) :]
            break
    found = _RELATIVE.match(lower)
    if found:
        return None if found[1] != "now" and found[4] in ("min", "h") else lower
    found = _DATE.match(word.upper())
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        return None
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
        time(int(found[4] or 0), int(found[5] or 0))
    except ValueError:
        return None
    return word.upper()


def day(word: str) -> str | None:
    """A word for a whole day as the language keeps it, "now-7d" being such a one; None for a moment within a day."""
    found = canonical(word)
    if found is None or "T" in found:
        return None
    relative = _RELATIVE.match(found)
    if relative is None or relative[1] != "now":
        return found
    return None if relative[4] in ("min", "h") else f"today{found.removeprefix('now')}"


def resolve(word: str, now: datetime, zone: tzinfo) -> Span:
    """A canonical word as a span of time. Raises ValueError for any other."""
    found = _RELATIVE.match(word)
    if found:
        shift = _SPANS[found[4]] * int(found[2] + found[3]) if found[4] else timedelta()
        if found[1] == "now":
            return Span(now + shift, now + shift)
        return _day(now.astimezone(zone).date() + timedelta(days=_DAYS[found[1]]) + shift, zone)
    found = _DATE.match(word)
    if not found:
        raise ValueError(f"no moment: {word!r}")
    day = date(int(found[1]), int(found[2]), int(found[3]))
    if found[4] is None:
        return _day(day, zone)
    at = datetime.combine(day, time(int(found[4]), int(found[5])), tzinfo=zone)
    return Span(at, at)


def _day(day: date, zone: tzinfo) -> Span:
    """By the wall clock: 23 or 25 hours where the clocks change."""
    start = datetime.combine(day, time(), tzinfo=zone)
    return Span(start, datetime.combine(day + timedelta(days=1), time(), tzinfo=zone))
