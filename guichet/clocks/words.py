"""Spans of working time and moments in words, as short as a list wants them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from guichet.clocks import calendar as sums
from guichet.clocks.replay import Played
from guichet.clocks.versions import calendar_of

SOON = 0.25  # of the target left: worth a look
CALM, NEAR, LATE, REST = "calm", "near", "late", "rest"


def span(seconds: int) -> str:
    """ "35 min", "2 h 10", "12 h": hours go on beyond a day, because a day of work is not one of the sun."""
    whole = max(0, seconds) // 60
    if whole < 60:
        return _("%(n)s min") % {"n": whole}
    if whole % 60 and whole < 600:
        return _("%(hours)s h %(minutes)02d") % {"hours": whole // 60, "minutes": whole % 60}
    return _("%(n)s h") % {"n": whole // 60}


def left_of(clock: Played, now: datetime) -> tuple[str, str]:
    """(level, words) of a clock that goes on: what is left of it in working time, or how late it is."""
    if clock.kind == "set" and clock.due_at is not None:
        return _by_the_sun(clock.due_at, now)
    if clock.calendar is None or clock.target is None:
        return CALM, ""
    if clock.since is None and clock.due_at is None:
        return REST, _("%(span)s left, paused") % {"span": span(clock.left or 0)}
    if clock.due_at is None:
        return CALM, _("no end in sight: its calendar has no hours")
    calendar = calendar_of(clock.calendar)
    if clock.due_at <= now:
        return LATE, _("late by %(span)s") % {"span": span(_seconds(sums.between(calendar, clock.due_at, now)))}
    left = _seconds(sums.between(calendar, now, clock.due_at))
    level = NEAR if left < clock.target * 60 * SOON else CALM
    return level, _("%(span)s left") % {"span": span(left)}


def _by_the_sun(due_at: datetime, now: datetime) -> tuple[str, str]:
    seconds = _seconds(due_at - now)
    if seconds <= 0:
        return LATE, _("late by %(span)s") % {"span": span(-seconds)}
    return (NEAR if seconds < 4 * 3600 else CALM), _("%(span)s left") % {"span": span(seconds)}


def _seconds(some: timedelta) -> int:
    return int(some.total_seconds())
