"""Working time, as the room that keeps the calendars counts it (settings.WORKING_TIME): whoever asks names no room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

Passed = Callable[[Mapping[int, datetime], int, datetime], set[int]]
DAY = 8 * 60  # minutes of what people call a working day


def passed(since: Mapping[int, datetime], minutes: int, now: datetime) -> set[int]:
    """Of these tickets (id -> a moment) those of whose working time so many minutes have passed. It only reads."""
    return _counted()(since, minutes, now) if since else set()


@cache
def _counted() -> Passed:
    return cast("Passed", import_string(settings.WORKING_TIME))
