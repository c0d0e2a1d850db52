"""Hours, spans and days as people write them, read and written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from guichet.clocks import defaults, versions
from guichet.people import rota

_SPAN = re.compile(r"(\d{1,4}(?:[.,]\d)?)\s*(min|m|h|std|d|j|tg|t)?\.?$")
LONGEST = 365 * 24 * 60  # minutes of a target


def read_hours(text: str) -> list[list[str]]:
    """[["09:00", "12:00"], …] of "9:00-12:00, 13-17"; an end before its begin lies on the next day. Raises
    ValidationError."""
    found: list[list[str]] = []
    for part in rota.parts_of(text):
        hours = rota.read_hours(part)
        if hours is None:
            raise ValidationError(
                _("“%(part)s” are no hours. Write them like 9:00-12:00, 13:00-17:30.") % {"part": part}
            )
        found += hours
    return sorted(found)


def write_hours(hours: Iterable[Iterable[str]]) -> str:
    return ", ".join("-".join(_on_one_day(clock) for clock in pair) for pair in hours)


def read_span(text: str) -> int | None:
    """Minutes of "30 min", "4 h" or "5 d" (days of eight hours); None for nothing. Raises ValidationError."""
    text = text.strip().lower()
    if not text:
        return None
    match = _SPAN.match(text)
    minutes = 0
    if match is not None:
        factor = {"m": 1, "min": 1, "d": defaults.DAY, "j": defaults.DAY, "t": defaults.DAY, "tg": defaults.DAY}.get(
            match[2] or "h", 60
        )
        minutes = round(float(match[1].replace(",", ".")) * factor)
    if not 0 < minutes <= LONGEST:
        raise ValidationError(_("“%(text)s” is no time. Write 30 min, 4 h or 5 d.") % {"text": text})
    return minutes


def write_span(minutes: int | None) -> str:
    if minutes is None:
        return ""
    if minutes % defaults.DAY == 0:
        return _("%(n)s d") % {"n": minutes // defaults.DAY}
    if minutes % 60 == 0:
        return _("%(n)s h") % {"n": minutes // 60}
    return _("%(n)s min") % {"n": minutes}


def own_day(line: str, number: int) -> tuple[str, dict[str, Any]]:
    head, _blank, rest = line.partition(" ")
    try:
        day = date.fromisoformat(head)
    except ValueError:
        said = {"n": number, "word": head[:40]}
        raise ValidationError(_("Line %(n)s: “%(word)s” is no day. Write it like 2026-12-24.") % said) from None
    match = re.match(r"((?:\d[\d:.h]*\s*[-–]\s*\d[\d:.h]*\s*,?\s*)+)(.*)$", rest.strip())
    hours, name = (match[1], match[2]) if match else ("", rest)
    return day.isoformat(), {"name": name.strip()[:120], "hours": read_hours(hours)}


def listed(text: str) -> list[str]:
    return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _on_one_day(clock: str) -> str:
    minutes = versions.minutes(clock)
    return _clock(minutes if minutes <= 24 * 60 else minutes - 24 * 60)
