"""Versions as the pure parts want them. They never change, so each is read once in the life of a process."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

from guichet.clocks.calendar import MINUTE, Calendar, Hours, SpecialDay
from guichet.clocks.models import CalendarVersion, PolicyVersion
from guichet.clocks.replay import Player, Terms


@lru_cache(maxsize=2048)
def calendar_of(version: int) -> Calendar:
    return pure(CalendarVersion.objects.select_related("calendar").get(pk=version))


@lru_cache(maxsize=2048)
def terms_of(version: int) -> Terms:
    found = PolicyVersion.objects.get(pk=version)
    targets = {kind: {int(p): int(n) for p, n in by.items()} for kind, by in found.targets.items()}
    return Terms(targets, tuple(sorted(found.marks)))


@lru_cache(maxsize=2048)
def name_of_policy(version: int) -> str:
    return str(PolicyVersion.objects.select_related("policy").get(pk=version).policy)


def pure(version: CalendarVersion) -> Calendar:
    days = sorted(version.days.items())
    specials = tuple(SpecialDay(date.fromisoformat(day), one["name"], _hours(one["hours"])) for day, one in days)
    return Calendar(version.zone, tuple(_hours(of_day) for of_day in version.week), specials, str(version.calendar))


def player() -> Player:
    return Player(calendar_of, terms_of)


def minutes(clock: str) -> int:
    """Of "09:30", and of "30:00" for six in the morning of the next day. Raises ValueError."""
    hours, _colon, rest = clock.partition(":")
    return int(hours) * 60 + int(rest)


def _hours(pairs: list[Any]) -> tuple[Hours, ...]:
    return tuple(Hours(minutes(begin) * MINUTE, minutes(end) * MINUTE) for begin, end in pairs)
