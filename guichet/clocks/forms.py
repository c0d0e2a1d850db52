"""The forms of calendars and policies: hours, days and targets are written as people write them (`typed`)."""

from __future__ import annotations

import logging
import re
import zoneinfo
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from guichet.clocks import calendar as sums
from guichet.clocks import defaults, editing, holidays, versions
from guichet.clocks.models import TARGETS, Calendar, CalendarUse, CalendarVersion, Policy, PolicyVersion
from guichet.clocks.typed import listed, own_day, read_hours, read_span, write_hours, write_span
from guichet.conditions.fields import Asker
from guichet.conditions.grammar import Mistake, parse, write
from guichet.conditions.tree import Malformed
from guichet.people.house import house
from guichet.people.models import Organisation, Team
from guichet.tickets import fields
from guichet.tickets.models import Priority

log = logging.getLogger(__name__)
MOST_OWN_DAYS = 500
FORM = "policy-form"  # its fields belong to it wherever they stand: the rows of the condition are a form of their own


class CalendarForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    zone = forms.CharField(
        label=gettext_lazy("Time zone"),
        max_length=64,
        widget=forms.TextInput(attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
    )
    country = forms.ChoiceField(label=gettext_lazy("Public holidays of"), required=False)
    region = forms.CharField(
        label=gettext_lazy("Region"), max_length=40, required=False, widget=forms.TextInput(attrs={"list": "regions"})
    )
    days = forms.CharField(
        label=gettext_lazy("Days of your own"),
        required=False,
        max_length=40_000,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=gettext_lazy(
            "One a line: the day, its hours if it has any, its name. For example: 2026-12-24 9:00-12:00 Christmas Eve"
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Days of an iCalendar file"),
        required=False,
        help_text=gettext_lazy("Its whole days are days off; a new file replaces the earlier one."),
    )
    drop_file = forms.BooleanField(label=gettext_lazy("Without the days of the earlier file"), required=False)
    feed = forms.CharField(
        label=gettext_lazy("Address of an iCalendar file"),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("Its whole days are days off, and it is read anew each night."),
    )
    teams = forms.ModelMultipleChoiceField(
        Team.objects.none(),
        label=gettext_lazy("Of these teams"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    organisations = forms.CharField(
        label=gettext_lazy("Of these customers"),
        required=False,
        max_length=4000,
        help_text=gettext_lazy("Names of organisations, with commas between them. They stand before sites and teams."),
    )
    sites = forms.CharField(
        label=gettext_lazy("Of these sites"),
        required=False,
        max_length=2000,
        help_text=gettext_lazy("As they stand on people, with commas between them."),
    )

    def __init__(self, typed: Any, files: Any, *, calendar: Calendar, by: Any) -> None:
        self.calendar, self._by = calendar, by
        self.version = calendar.versions.first() if calendar.pk else None
        super().__init__(typed, files, initial=self._initial())
        week = self.version.week if self.version else defaults.WEEK
        for day in range(7):
            self.fields[f"day{day}"] = forms.CharField(
                label=str(WEEKDAYS[day]), required=False, max_length=200, initial=write_hours(week[day]),
                widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": _("closed")}),
            )  # fmt: skip
        country = self.fields["country"]
        assert isinstance(country, forms.ChoiceField)
        country.choices = [("", _("None")), *holidays.country_names(get_language() or "en").items()]
        country.widget.attrs = {"hx-get": reverse("clocks:regions"), "hx-target": "#regions", "hx-trigger": "change"}
        teams = self.fields["teams"]
        assert isinstance(teams, forms.ModelMultipleChoiceField)
        teams.queryset = Team.objects.visible_to(by)

    def _initial(self) -> dict[str, Any]:
        if self.version is None:
            return {"zone": house().time_zone}
        uses = list(self.calendar.uses.select_related("organisation"))
        own = [(day, one) for day, one in self.version.days.items() if one["from"] == editing.OWN]
        return {
            "name": self.calendar.name,
            "zone": self.version.zone,
            "country": self.version.country,
            "region": holidays.region_names(self.version.country).get(self.version.region, self.version.region),
            "feed": self.calendar.feed_url,
            "days": "\n".join(" ".join(filter(None, (d, write_hours(o["hours"]), o["name"]))) for d, o in own),
            "teams": [use.team_id for use in uses if use.team_id],
            "organisations": ", ".join(use.organisation.name for use in uses if use.organisation),
            "sites": ", ".join(use.site for use in uses if use.site),
        }

    def _earlier(self, source: str) -> dict[date, str]:
        """The days that the version in force has from there."""
        days = self.version.days if self.version else {}
        return {date.fromisoformat(day): one["name"] for day, one in days.items() if one["from"] == source}

    @property
    def weekdays(self) -> list[Any]:
        return [self[f"day{day}"] for day in range(7)]

    def clean_zone(self) -> str:
        typed: str = self.cleaned_data["zone"].strip()
        known = {name.lower(): name for name in zoneinfo.available_timezones()}
        if typed.lower() not in known:
            raise ValidationError(_("No time zone has this name. Choose one from the list, such as Europe/Paris."))
        return known[typed.lower()]

    def clean_days(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for number, line in enumerate(self.cleaned_data["days"].splitlines(), 1):
            if line.strip():
                day, one = own_day(line.strip(), number)
                found[day] = one
        if len(found) > MOST_OWN_DAYS:
            raise ValidationError(_("At most %(n)s days.") % {"n": MOST_OWN_DAYS})
        return found

    def clean_file(self) -> dict[date, str]:
        given, year = self.cleaned_data["file"], timezone.now().year
        if given is None or given is False:
            return {}
        if given.size > holidays.FILE_BYTES:
            raise ValidationError(_("This file is too large: at most 1 MB."))
        try:
            text = given.read().decode("utf-8", "replace")
            found = holidays.from_file(text, year - holidays.YEARS_BEHIND, year + holidays.YEARS_AHEAD)
        except holidays.Unreadable:
            raise ValidationError(_("This is no iCalendar file that can be read. Nothing was changed.")) from None
        if not found:
            raise ValidationError(_("This file has no days in the next years."))
        return found

    def clean_feed(self) -> str:
        """Read at once where it is new, so that whoever types it sees whether it works."""
        typed: str = re.sub(r"^webcals?://", "https://", self.cleaned_data["feed"].strip())
        self.fed: dict[date, str] | None = None
        if typed and (typed != self.calendar.feed_url or self.calendar.feed_failed_at is not None):
            year = timezone.now().year
            try:
                self.fed = holidays.fetched(typed, year - holidays.YEARS_BEHIND, year + holidays.YEARS_AHEAD)
            except holidays.Unreadable as error:
                log.info("feed of a calendar: %s", error)
                why = _("No iCalendar file could be read there: it needs a public address that asks for no password.")
                raise ValidationError(why) from None
        return typed

    def clean_organisations(self) -> list[Organisation]:
        found = []
        for name in listed(self.cleaned_data["organisations"]):
            one = Organisation.objects.visible_to(self._by).filter(name__iexact=name, merged_into=None).first()
            if one is None:
                raise ValidationError(_("There is no organisation “%(name)s”.") % {"name": name})
            found.append(one)
        return found

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        week = []
        for day in range(7):
            try:
                week.append(read_hours(typed.get(f"day{day}", "")))
            except ValidationError as error:
                self.add_error(f"day{day}", error)
        country = typed.get("country", "")
        region = holidays.region_of(country, typed.get("region", ""))
        if region is None:
            said = {"regions": ", ".join(holidays.region_names(country).values()) or "–"}
            self.add_error("region", _("There is no such region. There are: %(regions)s") % said)
        typed["region"] = region or ""
        typed["week"] = week
        if not self.errors and not any(week) and not any(one["hours"] for one in typed["days"].values()):
            raise ValidationError(_("Without any hours nothing would ever be due: write those of at least one day."))
        return typed

    def save(self, by: Any) -> Calendar:
        typed, now = self.cleaned_data, timezone.now()
        filed = {} if typed["drop_file"] else self._earlier(editing.FILE)
        fed = self._earlier(editing.FEED) if typed["feed"] and self.fed is None else self.fed or {}
        days = editing.days_of(typed["country"], typed["region"], typed["days"], typed["file"] or filed, now.year, fed)
        self.calendar.feed_url = typed["feed"]
        if self.fed is not None or not typed["feed"]:
            self.calendar.feed_read_at, self.calendar.feed_failed_at = now if typed["feed"] else None, None
        uses = [CalendarUse(team=team) for team in typed["teams"]]
        uses += [CalendarUse(organisation=one) for one in typed["organisations"]]
        uses += [CalendarUse(site=site) for site in listed(typed["sites"])]
        self.calendar.name = typed["name"]
        return editing.save_calendar(
            self.calendar, by, zone=typed["zone"], week=typed["week"], days=days, country=typed["country"],
            region=typed["region"], uses=uses,
        )  # fmt: skip


class PolicyForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    q = forms.CharField(required=False, max_length=2000, strip=True)
    calendar = forms.ModelChoiceField(
        Calendar.objects.none(),
        label=gettext_lazy("Calendar"),
        required=False,
        empty_label=gettext_lazy("That of the customer, the site, the team, or the house"),
    )
    marks = forms.CharField(
        label=gettext_lazy("Told at"),
        required=False,
        max_length=100,
        help_text=gettext_lazy(
            "Shares of the time in percent, with commas between them: below 100 warnings, above levels of escalation."
        ),
    )

    def __init__(self, typed: Any, *, policy: Policy, by: Any) -> None:
        self.policy, self._asker = policy, Asker(by)
        self.version = policy.versions.first() if policy.pk else None
        super().__init__(typed, initial=self._initial())
        targets = self.version.targets if self.version else defaults.TARGETS
        for kind in TARGETS:
            for priority in Priority:
                self.fields[f"{kind.value}_{priority.value}"] = forms.CharField(
                    label=f"{kind.label}, {priority.label}", required=False, max_length=12,
                    initial=write_span(targets.get(kind.value, {}).get(str(priority.value))),
                    widget=forms.TextInput(attrs={"autocomplete": "off"}),
                )  # fmt: skip
        calendar = self.fields["calendar"]
        assert isinstance(calendar, forms.ModelChoiceField)
        calendar.queryset = Calendar.objects.visible_to(by).in_use()
        for field in self.fields.values():
            field.widget.attrs["form"] = FORM

    def _initial(self) -> dict[str, Any]:
        if self.version is None:
            return {"marks": ", ".join(map(str, defaults.MARKS))}
        return {
            "name": self.policy.name,
            "q": write(self.version.condition, fields.FIELDS, self._asker),
            "calendar": self.version.calendar_id,
            "marks": ", ".join(map(str, self.version.marks)),
        }

    @property
    def rows(self) -> list[tuple[str, list[Any]]]:
        """The table of targets: a kind, and its field for each priority."""
        return [(str(kind.label), [self[f"{kind.value}_{p.value}"] for p in Priority]) for kind in TARGETS]

    def clean_q(self) -> Any:
        try:
            return parse(self.cleaned_data["q"].replace("\x00", ""), fields.FIELDS, self._asker)
        except (Mistake, Malformed) as wrong:
            raise ValidationError(str(wrong)) from None

    def clean_marks(self) -> list[int]:
        words = [word for word in re.split(r"[\s,;%]+", self.cleaned_data["marks"]) if word]
        if not all(word.isascii() and word.isdecimal() and 0 < int(word[:6]) <= 1000 for word in words):
            raise ValidationError(_("Write whole percentages between 1 and 1000, such as 75, 100, 150."))
        if len(words) > 10:
            raise ValidationError(_("At most %(n)s shares.") % {"n": 10})
        return sorted({int(word) for word in words})

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        targets: dict[str, dict[str, int]] = {}
        for kind in TARGETS:
            for priority in Priority:
                name = f"{kind.value}_{priority.value}"
                try:
                    minutes = read_span(typed.get(name, ""))
                except ValidationError as error:
                    self.add_error(name, error)
                    continue
                if minutes is not None:
                    targets.setdefault(kind.value, {})[str(priority.value)] = minutes
        typed["targets"] = targets
        return typed

    def save(self, by: Any) -> Policy:
        typed = self.cleaned_data
        self.policy.name = typed["name"]
        return editing.save_policy(
            self.policy, by, condition=typed["q"], targets=typed["targets"], marks=typed["marks"],
            calendar=typed["calendar"],
        )  # fmt: skip


def bars(version: CalendarVersion) -> list[list[tuple[float, float]]]:
    """Of each weekday what is open, as (begin, length) in percent of the day; what is past midnight on the next."""
    days: list[list[tuple[float, float]]] = [[] for _n in range(7)]
    for index, hours in enumerate(versions.pure(version).week):
        for one in hours:
            days[index].append((one.begin / sums.DAY * 100, (min(one.end, sums.DAY) - one.begin) / sums.DAY * 100))
            if one.end > sums.DAY:
                days[(index + 1) % 7].append((0.0, (one.end - sums.DAY) / sums.DAY * 100))
    return days


def described(version: PolicyVersion, asker: Asker) -> Mapping[str, Any]:
    """A policy for the list and for its history."""
    normal = str(Priority.NORMAL.value)
    return {
        "version": version,
        "condition": write(version.condition, fields.FIELDS, asker),
        "targets": [
            (str(kind.label), write_span(version.targets[kind.value].get(normal)) or "–")
            for kind in TARGETS
            if version.targets.get(kind.value)
        ],
        "marks": ", ".join(_("%(n)s %%") % {"n": mark} for mark in version.marks),
        "calendar": version.calendar,
    }
