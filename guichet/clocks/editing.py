"""What administrators do to calendars and policies: each change is a new version, told to all open tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.clocks import holidays, renewing
from guichet.clocks.models import Calendar, CalendarUse, CalendarVersion, Policy, PolicyVersion
from guichet.conditions.tree import Tree
from guichet.people.house import house
from guichet.people.models import Person
from guichet.tickets.actions import Refused

OWN, COUNTRY, FILE, FEED = "own", "country", "file", "feed"


def days_of(
    country: str, region: str, own: Mapping[str, Any], from_file: Mapping[date, str], this_year: int,
    from_feed: Mapping[date, str],
) -> dict[str, Any]:  # fmt: skip
    """All special days of a version: what somebody wrote stands before files, and those before the country's."""
    first, last = this_year - holidays.YEARS_BEHIND, this_year + holidays.YEARS_AHEAD
    public = holidays.public(country, region, first, last, house().language) if country else {}
    found = {day.isoformat(): {"name": name, "hours": [], "from": COUNTRY} for day, name in public.items()}
    found |= {day.isoformat(): {"name": name, "hours": [], "from": FEED} for day, name in from_feed.items()}
    found |= {day.isoformat(): {"name": name, "hours": [], "from": FILE} for day, name in from_file.items()}
    found |= {day: {**one, "from": OWN} for day, one in own.items()}
    return dict(sorted(found.items()))


def save_calendar(
    calendar: Calendar, by: Person | None, *, zone: str, week: Sequence[Any], days: Mapping[str, Any], country: str,
    region: str, uses: Sequence[CalendarUse] | None = None,
) -> Calendar:  # fmt: skip
    """A new version where something is other than it was; and whose calendar it is."""
    with transaction.atomic():
        calendar.save()
        latest = calendar.versions.select_for_update().first()
        facts = {"zone": zone, "week": list(week), "days": dict(days), "country": country, "region": region}
        is_new = latest is None or any(getattr(latest, name) != value for name, value in facts.items())
        if is_new:
            number = latest.number + 1 if latest else 1
            CalendarVersion.objects.create(
                calendar=calendar, number=number, made_at=timezone.now(), made_by=by, **facts
            )
        if uses is not None:
            CalendarUse.objects.filter(calendar=calendar).delete()
            for use in uses:
                use.calendar = calendar
                # Whose it is now, it is no other's.
                same = (
                    {"team": use.team} if use.team else {"organisation": use.organisation} if use.organisation else None
                )
                CalendarUse.objects.filter(**(same or {"site": use.site})).delete()
                use.save()
        renewing.ask()
    return calendar


def remove_calendar(calendar: Calendar) -> None:
    """Out of use; what was measured by it stays. Raises Refused for the house's own, and where a policy names it."""
    if calendar.is_default:
        raise Refused(_("Everything that has no calendar of its own goes by this one."))
    latest = (
        PolicyVersion.objects.filter(policy__removed_at=None).order_by("policy_id", "-number").distinct("policy_id")
    )
    named = [version.policy.name for version in latest.select_related("policy") if version.calendar_id == calendar.pk]
    if named:
        raise Refused(_("The policy “%(name)s” goes by this calendar.") % {"name": named[0]})
    with transaction.atomic():
        calendar.removed_at = timezone.now()
        calendar.save(update_fields=["removed_at"])
        renewing.ask()


def restore_calendar(calendar: Calendar) -> None:
    with transaction.atomic():
        calendar.removed_at = None
        calendar.save(update_fields=["removed_at"])
        renewing.ask()


def save_policy(
    policy: Policy, by: Person | None, *, condition: Tree, targets: Mapping[str, Any], marks: Sequence[int],
    calendar: Calendar | None,
) -> Policy:  # fmt: skip
    """A new version where something is other than it was; a new policy is asked before all others."""
    with transaction.atomic():
        if policy.pk is None:
            Policy.objects.update(position=F("position") + 1)
            policy.position = 0
        policy.save()
        latest = policy.versions.select_for_update().first()
        facts: dict[str, Any] = {
            "condition": condition, "targets": dict(targets), "marks": sorted(set(marks)),
            "calendar_id": calendar.pk if calendar else None,
        }  # fmt: skip
        if latest is None or any(getattr(latest, name) != value for name, value in facts.items()):
            number = latest.number + 1 if latest else 1
            PolicyVersion.objects.create(policy=policy, number=number, made_at=timezone.now(), made_by=by, **facts)
        renewing.ask()
    return policy


def move_policy(policy: Policy, *, up: bool) -> None:
    """One place up or down; nothing happens at the end of the list."""
    with transaction.atomic():
        order = list(Policy.objects.select_for_update().in_use().order_by("position", "pk"))
        at = next((index for index, one in enumerate(order) if one.pk == policy.pk), None)
        to = None if at is None else at - 1 if up else at + 1
        if at is None or to is None or not 0 <= to < len(order):
            return
        order[at], order[to] = order[to], order[at]
        for position, one in enumerate(order):
            one.position = position
        Policy.objects.bulk_update(order, ["position"])
        renewing.ask()
