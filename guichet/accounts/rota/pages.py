"""The month of a team for everybody who works here; weeks and single days for whoever plans them."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guichet.accounts.forms import time_zones
from guichet.accounts.rota.forms import DayForm, ShiftForm
from guichet.accounts.rota.month import month_of, today_of
from guichet.kit.doors import reads_and_writes
from guichet.people import access, rota, shifts
from guichet.people.doors import for_agents, for_dispatchers
from guichet.people.models import Person, Shift, ShiftDay, Team

YEARS = range(2000, 2100)


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    more = {"section": "settings", "settings_key": "shifts"}
    return render(request, f"accounts/rota/{template}.html", {**more, **context})


@for_agents
@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """`team` and `month` ("2026-11") say what is shown: without them one's own team, this month."""
    me = cast(Person, request.user)
    teams = list(Team.objects.visible_to(me))
    named = request.GET.get("team", "")
    usual = next((one for one in teams if one.pk in me.team_ids), teams[0] if teams else None)
    team = next((one for one in teams if str(one.pk) == named), usual)
    today = today_of(me)
    first = _month(request.GET.get("month", "")) or today.replace(day=1)
    shown = month_of(team, first, today) if team is not None else None
    plans = team is not None and (me.is_admin or team.pk in me.led_ids)
    return _page(request, "month", teams=teams, team=team, month=shown, plans=plans, this=today.replace(day=1))


def _month(text: str) -> date | None:
    year, _dash, number = text.partition("-")
    if not (year.isascii() and year.isdecimal() and number.isascii() and number.isdecimal() and len(text) == 7):
        return None
    return date(int(year), int(number), 1) if int(year) in YEARS and 1 <= int(number) <= 12 else None


@for_dispatchers
@reads_and_writes
def shift(request: HttpRequest, pk: int) -> HttpResponse:
    """The week of one colleague."""
    person = _person(request, pk)
    label = _("Hours of their own, instead of those of the team")
    return _week(request, person, Shift.objects.filter(person=person).first(), label, person.time_zone)


@for_dispatchers
@reads_and_writes
def team_shift(request: HttpRequest, pk: int) -> HttpResponse:
    """The week of a team: of its members who have none of their own."""
    team = _team(request, pk)
    return _week(request, team, Shift.objects.filter(team=team).first(), _("The team has hours"), "")


def _week(request: HttpRequest, whose: Person | Team, found: Shift | None, label: str, zone: str) -> HttpResponse:
    """Saved, or with `act` shown again with a week more or fewer."""
    typed = request.POST if request.method == "POST" else None
    form = ShiftForm(typed, shift=found, label=label, today=today_of(cast(Person, request.user)), zone=zone)
    back = _back(request, whose)
    if request.method == "POST" and "act" not in request.POST and form.is_valid():
        shifts.save_shift(whose, form.cleaned_data["zone"], form.week(), form.cleaned_data["begins"])
        messages.success(request, _("The hours of %(name)s are saved.") % {"name": whose})
        return redirect(back)
    is_team = isinstance(whose, Team)
    return _page(request, "shift", whose=whose, form=form, is_team=is_team, time_zones=time_zones(), back=back)


@for_dispatchers
@reads_and_writes
def shift_day(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """One day of one colleague."""
    return _day(request, _person(request, pk), day)


@for_dispatchers
@reads_and_writes
def team_day(request: HttpRequest, pk: int, day: str) -> HttpResponse:
    """One day of a whole team: a holiday, say."""
    return _day(request, _team(request, pk), day)


def _day(request: HttpRequest, whose: Person | Team, text: str) -> HttpResponse:
    """Saved, or with `usual` as its weekday is."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    if day.year not in YEARS:
        raise Http404
    owner = {"team" if isinstance(whose, Team) else "person": whose}
    found = ShiftDay.objects.filter(**owner, day=day).first()
    week = Shift.objects.filter(**owner).first()
    usual = rota.write_hours(rota.rota(week).hours(day)) if week is not None else ""
    form = DayForm(request.POST if request.method == "POST" else None, day=found, usual=usual)
    back = _back(request, whose, day)
    said = {"name": whose, "day": date_format(day, "l j F")}
    if request.method == "POST" and "usual" in request.POST:
        shifts.save_day(whose, day, None)
        messages.success(request, _("%(day)s is as usual again for %(name)s.") % said)
        return redirect(back)
    if request.method == "POST" and form.is_valid():
        shifts.save_day(whose, day, form.cleaned_data["hours"], form.cleaned_data["name"])
        messages.success(request, _("%(day)s is changed for %(name)s.") % said)
        return redirect(back)
    is_team = isinstance(whose, Team)
    return _page(
        request, "day", whose=whose, day=day, form=form, is_unlike=found is not None, is_team=is_team, back=back
    )


def _back(request: HttpRequest, whose: Person | Team, day: date | None = None) -> str:
    """To the month from which one came: `team` and `month` are handed on."""
    team = str(whose.pk) if isinstance(whose, Team) else request.GET.get("team", "")
    shown = f"{day:%Y-%m}" if day is not None else request.GET.get("month", "")
    parts = [f"team={team}" if team.isascii() and team.isdecimal() else "", f"month={shown}" if _month(shown) else ""]
    return f"{reverse('settings:shifts')}?{'&'.join(filter(None, parts))}"


def _person(request: HttpRequest, pk: int) -> Person:
    """Of a person in several of one's teams there is one."""
    found = Person.objects.visible_to(request.user).filter(access.planned_people(request.user), pk=pk).distinct()
    return get_object_or_404(found)


def _team(request: HttpRequest, pk: int) -> Team:
    return get_object_or_404(Team.objects.visible_to(request.user).filter(access.planned_teams(request.user)), pk=pk)
