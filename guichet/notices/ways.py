"""How and when somebody is told: their choices, and the sums of quiet hours and digests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from guichet.notices.models import Choice, Kind, Mailing, Wishes
from guichet.people.house import zone as house_zone
from guichet.people.models import Person

# A mail "at once" waits so long for its reader to see the bell, and so long after the one before it: a flood is one.
GRACE = timedelta(minutes=1)
FOLDED = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Way:
    bell: bool
    mail: str
    push: bool

    @property
    def is_any(self) -> bool:
        return self.bell or bool(self.mail) or self.push


DEFAULTS: Mapping[str, Way] = {
    Kind.MENTION: Way(True, Mailing.AT_ONCE, True),
    Kind.ASSIGNED: Way(True, Mailing.AT_ONCE, True),
    Kind.RELEASE: Way(True, Mailing.NO, True),
    Kind.FAILED: Way(True, Mailing.AT_ONCE, True),
    Kind.DUE: Way(True, Mailing.NO, True),
    Kind.CUSTOMER: Way(True, Mailing.NO, True),
    Kind.COLLEAGUE: Way(True, Mailing.NO, False),
    Kind.NEW: Way(False, Mailing.NO, False),
}


def ways_of(people: Iterable[int]) -> dict[int, dict[str, Way]]:
    """By person and kind: one query for all."""
    chosen: dict[int, dict[str, Way]] = defaultdict(dict)
    for row in Choice.objects.filter(person__in=set(people)):
        chosen[row.person_id][row.kind] = Way(row.bell, row.mail, row.push)
    return {person: {**DEFAULTS, **chosen[person]} for person in people}


def wishes_of(people: Iterable[int]) -> dict[int, Wishes]:
    """By person, as they are by default where nothing was chosen: one query for all."""
    wanted = set(people)
    found = Wishes.objects.in_bulk(wanted)
    return {person: found.get(person) or Wishes(person_id=person) for person in wanted}


def zone_of(person: Person) -> ZoneInfo:
    return ZoneInfo(person.time_zone) if person.time_zone else house_zone()


def mail_time(mailing: str, now: datetime, zone: ZoneInfo, wishes: Wishes) -> datetime | None:
    """When a mail of this kind leaves; None for never."""
    if not wishes.takes_mail:
        return None
    if mailing == Mailing.AT_ONCE:
        return after_quiet(now + GRACE, zone, wishes)
    if mailing == Mailing.HOURLY:
        return after_quiet(now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1), zone, wishes)
    if mailing == Mailing.MORNING:
        return _next(wishes.morning_at, now, zone)
    return None


def after_quiet(at: datetime, zone: ZoneInfo, wishes: Wishes) -> datetime:
    """`at`, or the end of the quiet hours that it lies in. They may reach over midnight."""
    begin, end = wishes.quiet_from, wishes.quiet_until
    if begin is None or end is None or begin == end:
        return at
    local = at.astimezone(zone).time()
    is_quiet = begin <= local < end if begin < end else local >= begin or local < end
    return _next(end, at, zone) if is_quiet else at


def _next(wanted: time, after: datetime, zone: ZoneInfo) -> datetime:
    """The next moment at which the clocks of a zone show this time. An hour that is left out in spring moves on."""
    local = after.astimezone(zone)
    for days in range(3):
        at = datetime.combine(local.date() + timedelta(days=days), wanted, tzinfo=zone)
        at = at.astimezone(after.tzinfo)
        if at > after:
            return at
    raise AssertionError("a day has no more than 25 hours")
