"""The moments that are offered for later, by the reader's own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.kit.templatetags.kit import short_weekday

MORNING, NOON, EVENING = time(9), time(14), time(17)


@dataclass(frozen=True)
class Moment:
    key: str
    label: str
    at: datetime

    @property
    def words(self) -> str:
        """The day and the hour, short: the label says the rest."""
        local = timezone.localtime(self.at)
        return f"{short_weekday(local)} {local:%H:%M}"


def moments() -> list[Moment]:
    """In order; this afternoon only while there is some of it left."""
    now = timezone.localtime()
    found = [
        Moment("tomorrow", _("Tomorrow"), _on(now, 1, MORNING)),
        Moment("monday", _("Next Monday"), _on(now, 7 - now.weekday(), MORNING)),
        Moment("week", _("In a week"), _on(now, 7, MORNING)),
    ]
    for hour in (NOON, EVENING):
        at = _on(now, 0, hour)
        if at - now > timedelta(hours=1):
            return [Moment("afternoon", _("This afternoon"), at), *found]
    return found


def moment(key: str) -> datetime | None:
    """None for one that is not offered, or no longer."""
    return next((one.at for one in moments() if one.key == key), None)


def _on(now: datetime, days: int, hour: time) -> datetime:
    return datetime.combine(now.date() + timedelta(days=days), hour, tzinfo=now.tzinfo)
