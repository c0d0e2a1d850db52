"""Working time for other rooms (tickets.worktime): by the calendar that the log has chosen for each ticket."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from guichet.clocks.calendar import between
from guichet.clocks.facts import CHOSEN
from guichet.clocks.models import CalendarVersion
from guichet.clocks.versions import calendar_of
from guichet.tickets.models import Event


def passed(since: Mapping[int, datetime], minutes: int, now: datetime) -> set[int]:
    """Where no policy has chosen one, the house's; without any calendar all time is working time."""
    told = Event.objects.filter(ticket__in=list(since), kind=CHOSEN).order_by("ticket_id", "-id").distinct("ticket_id")
    chosen = {pk: changes["calendar"][1] for pk, changes in told.values_list("ticket_id", "changes")}
    houses = CalendarVersion.objects.filter(calendar__removed_at=None, calendar__is_default=True)
    usual = houses.order_by("-number").values_list("pk", flat=True).first()
    span = timedelta(minutes=minutes)
    return {pk for pk, at in since.items() if _between(chosen.get(pk) or usual, at, now) >= span}


def _between(version: int | None, begin: datetime, end: datetime) -> timedelta:
    return between(calendar_of(version), begin, end) if version is not None else end - begin
