"""What a house has before anybody has set anything: the hours and targets that a support team expects."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from guichet.clocks.models import Calendar, CalendarVersion, Kind, Policy, PolicyVersion
from guichet.conditions.tree import EVERYTHING
from guichet.kit import pg
from guichet.people.house import house

WEEK = [[["09:00", "17:00"]]] * 5 + [[], []]
DAY = 8 * 60  # minutes of work
# By priority, critical first: an answer within four working hours, a solution within five working days.
TARGETS = {
    Kind.FIRST.value: {"1": 60, "2": 120, "3": 240, "4": DAY},
    Kind.NEXT.value: {"1": 60, "2": 240, "3": DAY, "4": 2 * DAY},
    Kind.SOLUTION.value: {"1": DAY, "2": 2 * DAY, "3": 5 * DAY, "4": 10 * DAY},
}
MARKS = [75, 100, 150]


def ensure() -> None:
    """Make them where there has never been a calendar or a policy. Safe to repeat, also by two at once."""
    if Calendar.objects.exists() and Policy.objects.exists():
        return
    with transaction.atomic(), translation.override(house().language):
        pg.transaction_lock("clocks:defaults")
        now = timezone.now()
        if not Calendar.objects.exists():
            calendar = Calendar.objects.create(name=_("Working hours"), is_default=True)
            CalendarVersion.objects.create(
                calendar=calendar, number=1, made_at=now, zone=house().time_zone, week=WEEK, days={}
            )
        if not Policy.objects.exists():
            policy = Policy.objects.create(name=_("Standard"), position=100)
            PolicyVersion.objects.create(
                policy=policy, number=1, made_at=now, condition=EVERYTHING, targets=TARGETS, marks=MARKS
            )
