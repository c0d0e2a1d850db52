"""Settings: calendars, drawn as a week, and policies in their order, each with its history."""

from __future__ import annotations

import zoneinfo
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guichet.clocks import editing, holidays, renewing
from guichet.clocks.choosing import broken, latest_policies
from guichet.clocks.forms import CalendarForm, PolicyForm, bars, described
from guichet.clocks.models import Calendar, CalendarVersion, Policy
from guichet.conditions.editor import in_step
from guichet.conditions.fields import Asker
from guichet.kit.doors import reads_and_writes
from guichet.people.doors import for_admins
from guichet.people.models import Person
from guichet.tickets.actions import Refused
from guichet.tickets.fields import FIELDS
from guichet.tickets.models import Priority

HISTORY = 20
COMING = 12  # special days that a calendar's page names


def page(request: HttpRequest, template: str, key: str, **context: Any) -> HttpResponse:
    return render(request, f"clocks/{template}.html", {"section": "settings", "settings_key": key, **context})


@for_admins
@require_safe
def calendars(request: HttpRequest) -> HttpResponse:
    found = Calendar.objects.visible_to(request.user).in_use().prefetch_related("uses__team", "uses__organisation")
    newest = CalendarVersion.objects.order_by("calendar_id", "-number").distinct("calendar_id")
    versions = {version.calendar_id: version for version in newest.select_related("calendar")}
    rows = [
        {
            "calendar": one,
            "version": versions.get(one.pk),
            "place": _place(versions.get(one.pk)),
            "week": _week(versions.get(one.pk)),
            "uses": one.uses.all(),
        }
        for one in found
    ]
    return page(request, "calendars", "calendars", rows=rows, removed=_removed(request, Calendar))


@for_admins
@reads_and_writes
def calendar(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A calendar to change, or without `pk` a new one."""
    me = cast(Person, request.user)
    found = get_object_or_404(Calendar.objects.visible_to(me).in_use(), pk=pk) if pk else Calendar()
    form = CalendarForm(request.POST or None, request.FILES or None, calendar=found, by=me)
    if request.method == "POST" and form.is_valid():
        form.save(me)
        messages.success(request, _("Saved. Open tickets are measured by it from now on."))
        return redirect("clocks:calendars")
    version = form.version
    today = timezone.localdate().isoformat()
    coming = [
        {"day": day, **one} for day, one in sorted((version.days if version else {}).items()) if day >= today
    ]  # fmt: skip
    shown = _regions(str(form["country"].value() or ""))
    context = {
        "form": form, "calendar": found if pk else None, "coming": coming[:COMING],
        "zones": sorted(zoneinfo.available_timezones()), "regions": shown,
        "week": zip(form.weekdays, _week(version), strict=True),
        "history": found.versions.select_related("made_by")[:HISTORY] if pk else [],
        "from_file": sum(one["from"] == editing.FILE for one in version.days.values()) if version else 0,
        "from_feed": sum(one["from"] == editing.FEED for one in version.days.values()) if version else 0,
    }  # fmt: skip
    return page(request, "calendar", "calendars", **context)


@for_admins
@require_safe
def regions(request: HttpRequest) -> HttpResponse:
    """What may stand in the field of the region, once a country is chosen."""
    return render(request, "clocks/_regions.html", {"regions": _regions(request.GET.get("country", ""))})


def _regions(country: str) -> list[str]:
    return sorted(holidays.region_names(country).values())


def _place(version: CalendarVersion | None) -> str:
    if version is None or not version.country:
        return ""
    country = holidays.country_names(get_language() or "en").get(version.country, version.country)
    region = holidays.region_names(version.country).get(version.region, version.region)
    return f"{country}, {region}" if region else country


@for_admins
@require_POST
def remove_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of use, or with `undoing` back again."""
    found = get_object_or_404(Calendar.objects.visible_to(request.user), pk=pk)
    url = reverse("clocks:calendars")
    if "undoing" in request.POST:
        editing.restore_calendar(found)
        return redirect(url)
    try:
        editing.remove_calendar(found)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(url)
    return redirect(f"{url}?removed={found.pk}")


@for_admins
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    asker = Asker(request.user)
    versions = latest_policies()
    wrong = broken(versions)
    rows = [{**described(version, asker), "broken": wrong.get(version.policy_id, "")} for version in versions]
    return page(request, "policies", "policies", rows=rows, removed=_removed(request, Policy))


@for_admins
@reads_and_writes
def policy(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A policy to change, or without `pk` a new one."""
    me = cast(Person, request.user)
    found = get_object_or_404(Policy.objects.visible_to(me).in_use(), pk=pk) if pk else Policy()
    form = PolicyForm(request.POST or None, policy=found, by=me)
    if request.method == "POST" and form.is_valid():
        form.save(me)
        messages.success(request, _("Saved. Open tickets are measured by it from now on."))
        return redirect("clocks:policies")
    asker = Asker(me)
    history = (
        [described(version, asker) for version in found.versions.select_related("made_by", "calendar")[:HISTORY]]
        if pk
        else []
    )
    context = {"form": form, "policy": found if pk else None, "priorities": Priority.labels, "history": history}
    return page(request, "policy", "policies", **context)


@for_admins
@require_POST
def move_policy(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up or down in the order in which policies are asked."""
    found = get_object_or_404(Policy.objects.visible_to(request.user).in_use(), pk=pk)
    editing.move_policy(found, up="up" in request.POST)
    return redirect("clocks:policies")


@for_admins
@require_POST
def remove_policy(request: HttpRequest, pk: int) -> HttpResponse:
    """Out of use, or with `undoing` back again."""
    found = get_object_or_404(Policy.objects.visible_to(request.user), pk=pk)
    found.removed_at = None if "undoing" in request.POST else timezone.now()
    found.save(update_fields=["removed_at"])
    renewing.ask()
    url = reverse("clocks:policies")
    return redirect(url if "undoing" in request.POST else f"{url}?removed={found.pk}")


@for_admins
@require_safe
def condition(request: HttpRequest) -> HttpResponse:
    """The condition of a policy as text and as rows: from either, both as they are now."""
    context = in_step(request.GET, FIELDS, Asker(request.user), new="subject")
    return render(request, "clocks/_rows.html", context)


def _week(version: CalendarVersion | None) -> list[dict[str, Any]]:
    drawn = bars(version) if version else [[] for _n in range(7)]
    return [{"name": str(WEEKDAYS[day]), "bars": drawn[day]} for day in range(7)]


def _removed(request: HttpRequest, model: type[Calendar] | type[Policy]) -> Any:
    word = request.GET.get("removed", "")
    if not (word.isdecimal() and len(word) < 19):
        return None
    return model.objects.visible_to(request.user).filter(pk=int(word)).exclude(removed_at=None).first()
