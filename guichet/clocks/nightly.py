"""Each night: the public holidays of the coming years, the days of files that lie elsewhere, and what only time moves.

What is over stays as it was known. Where a day to come is another one than before, the calendar has a new version, and
administrators are told.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from guichet.clocks import editing, holidays, renewing
from guichet.clocks.models import Calendar, CalendarVersion
from guichet.people.house import house
from guichet.people.models import Person, Role

TOLD_DAYS = 30  # of one calendar, in a mail
log = logging.getLogger(__name__)


def every_night(today: date | None = None) -> int:
    """How many calendars have a new version. Policies may ask for dates and facts of customers, which no event tells:
    all open tickets are measured anew."""
    today = today or timezone.localdate()
    changed = sum(renew_days(calendar, today) for calendar in Calendar.objects.in_use())
    renewing.ask()
    return changed


def renew_days(calendar: Calendar, today: date) -> bool:
    fed = _read(calendar, today)
    with transaction.atomic():
        calendar = Calendar.objects.select_for_update().get(pk=calendar.pk)
        version = calendar.versions.first()
        if version is None:
            return False
        days = next_days(version, today, fed)
        if days == version.days:
            return False
        editing.save_calendar(
            calendar, None, zone=version.zone, week=version.week, days=days, country=version.country,
            region=version.region,
        )  # fmt: skip
        _tell(calendar, version.days, days)
    return True


def next_days(version: CalendarVersion, today: date, fed: Mapping[date, str] | None) -> dict[str, Any]:
    """All special days as they are known today; without `fed` those of its file elsewhere stay as they were."""
    kept = {day: one for day, one in version.days.items() if day < today.isoformat()}
    known = {day: one for day, one in version.days.items() if day >= today.isoformat()}
    last = today.year + holidays.YEARS_AHEAD
    found: dict[str, Any] = {}
    if version.country:
        public = holidays.public(version.country, version.region, today.year, last, house().language)
        found |= {day.isoformat(): {"name": name, "hours": [], "from": editing.COUNTRY} for day, name in public.items()}
    for day, name in (fed or {}).items():
        found[day.isoformat()] = {"name": name, "hours": [], "from": editing.FEED}
    found = {day: one for day, one in found.items() if day >= today.isoformat()}
    for day, one in known.items():
        stays = one["from"] in (editing.OWN, editing.FILE) or (one["from"] == editing.FEED and fed is None)
        # Another spelling of the same day off is no news.
        if stays or (day in found and found[day]["from"] == one["from"]):
            found[day] = one
    return dict(sorted({**kept, **found}.items()))


def _read(calendar: Calendar, today: date) -> dict[date, str] | None:
    """The days of its file elsewhere; None where it has none, or where it cannot be read now."""
    if not calendar.feed_url:
        return None
    here = Calendar.objects.filter(pk=calendar.pk, feed_url=calendar.feed_url)
    try:
        fed = holidays.fetched(calendar.feed_url, today.year, today.year + holidays.YEARS_AHEAD)
    except holidays.Unreadable as error:
        log.warning("feed of calendar %s: %s", calendar.pk, error)
        here.filter(feed_failed_at=None).update(feed_failed_at=timezone.now())
        return None
    here.update(feed_read_at=timezone.now(), feed_failed_at=None)
    return fed


def _tell(calendar: Calendar, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Jobs in the caller's transaction: they leave only if it is so."""
    came = [day for day in after if day not in before]
    went = [day for day in before if day not in after]
    if not came and not went:
        return
    link = settings.URL + reverse("clocks:calendar", args=[calendar.pk])
    for admin in Person.objects.filter(role=Role.ADMIN, is_active=True).exclude(email=None):
        with translation.override(admin.language or house().language):
            parts = [_("The days off of “%(name)s” have changed by themselves; what is over stays as it was.")]
            parts += [_("New:") + "\n" + _listed(came, after)] if came else []
            parts += [_("No longer:") + "\n" + _listed(went, before)] if went else []
            text = "\n\n".join((*parts, link)) % {"name": calendar.name}
            subject = _("New days off in %(name)s") % {"name": calendar.name}
            EmailMessage(subject, f"{text}\n", to=[admin.email or ""]).send()


def _listed(days: list[str], named: Mapping[str, Any]) -> str:
    shown = [(date_format(date.fromisoformat(day), "DATE_FORMAT"), named[day]["name"]) for day in days[:TOLD_DAYS]]
    lines = [f"- {day}  {name}" for day, name in shown]
    return "\n".join([*lines, "…"] if len(days) > TOLD_DAYS else lines).replace("%", "%%")
