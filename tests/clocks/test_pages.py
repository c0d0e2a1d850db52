"""Settings of working hours and deadlines, the panel of a ticket, and what lists ask: through real doors."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from guichet.clocks import defaults, editing, holidays, keeping, typed
from guichet.clocks.models import Calendar, CalendarUse, Policy
from guichet.conditions.fields import Asker
from guichet.conditions.grammar import parse
from guichet.people.models import Organisation, Team
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.fields import FIELDS
from guichet.tickets.models import Status
from tests import make
from tests.clocks.conftest import read_log

db = pytest.mark.django_db
WEEK = {f"day{n}": "9:00-12:00, 13:00-17:30" for n in range(5)}
CALENDAR = {"name": "Lyon", "zone": "Europe/Paris", **WEEK}
POLICY = {"name": "Gold", "q": "priority:high", "marks": "50, 100", "first_3": "30 min", "solution_3": "5 d"}


@pytest.fixture
def here(db: None) -> make.Cast:
    return make.cast()


@pytest.fixture
def ada(here: make.Cast) -> Client:
    client = Client()
    client.force_login(here.ada)
    return client


# How people write it


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("", []),
        ("9-17", [["09:00", "17:00"]]),
        ("13:00 – 17:30, 9h00-12h", [["09:00", "12:00"], ["13:00", "17:30"]]),
        ("22:00-6:00", [["22:00", "30:00"]]),
        ("0:00-24:00", [["00:00", "24:00"]]),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, hours: list[list[str]]) -> None:
    assert typed.read_hours(text) == hours
    assert typed.read_hours(typed.write_hours(hours)) == hours


@pytest.mark.parametrize("text", ["nine to five", "9:75-10", "24:30-25:00", "9-", "9:00-17:00 or so"])
def test_hours_that_are_none_are_told(text: str) -> None:
    with pytest.raises(Exception, match="are no hours"):
        typed.read_hours(text)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("", None), ("30 min", 30), ("4 h", 240), ("4", 240), ("1,5h", 90), ("5 d", 2400), ("5j", 2400)],
)
def test_spans_are_read_in_each_language(text: str, minutes: int | None) -> None:
    assert typed.read_span(text) == minutes
    for language in ("en", "fr", "de"):
        with translation.override(language):
            assert typed.read_span(typed.write_span(minutes)) == minutes


def test_public_holidays_of_a_region_in_their_language() -> None:
    found = holidays.public("FR", "57", 2026, 2026, "fr")
    assert found[datetime(2026, 12, 26).date()] == "Saint-Étienne" and len(found) == 13
    assert datetime(2026, 12, 26).date() not in holidays.public("FR", "", 2026, 2026, "fr")
    assert holidays.public("XX", "", 2026, 2026, "en") == {}


FILE = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20200501\r\nRRULE:FREQ=YEARLY;UNTIL=20400501T000000Z\r\n"
    "SUMMARY:Fête\\, du tra\r\n vail\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261224\r\n"
    "DTEND;VALUE=DATE:20261227\r\nSUMMARY:Closed\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_an_ical_file_gives_its_whole_days_repeated_ones_too() -> None:
    found = holidays.from_file(FILE, 2026, 2027)
    assert {day.isoformat(): name for day, name in found.items()} == {
        "2026-05-01": "Fête, du travail", "2027-05-01": "Fête, du travail",
        "2026-12-24": "Closed", "2026-12-25": "Closed", "2026-12-26": "Closed",
    }  # fmt: skip


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=YEARLY;BYMONTH=99x", "nonsense"])
def test_a_file_that_is_none_or_would_never_end_is_refused(rule: str) -> None:
    text = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nRRULE:{rule}\nEND:VEVENT\nEND:VCALENDAR"
    with pytest.raises(holidays.Unreadable):
        holidays.from_file(text, 2026, 2027)
    with pytest.raises(holidays.Unreadable):
        holidays.from_file("%PDF-1.4", 2026, 2027)


# Pages


@db
def test_a_calendar_is_made_with_holidays_own_days_and_a_file_and_is_given_to_customers(
    here: make.Cast, ada: Client
) -> None:
    more = {"country": "FR", "region": "57", "days": "2026-12-24 9:00-12:00 Eve\n2026-12-31 Last day", "organisations": "acme",
            "sites": "Lyon", "teams": [str(here.support.team_id)], "file": SimpleUploadedFile("days.ics", FILE.encode())}  # fmt: skip
    answer = ada.post("/settings/hours/add/", {**CALENDAR, **more})
    assert answer.status_code == 302, answer.context["form"].errors
    made = Calendar.objects.get(name="Lyon")
    version = made.versions.get()
    assert version.days["2026-12-24"] == {"name": "Eve", "hours": [["09:00", "12:00"]], "from": "own"}
    assert version.days["2026-12-26"]["from"] == "file", "a file stands before the country"
    assert version.days["2026-11-11"]["from"] == "country"
    assert {(use.team_id, use.organisation_id, use.site) for use in CalendarUse.objects.all()} == {
        (here.support.team_id, None, ""), (None, Organisation.objects.get(name="Acme").pk, ""), (None, None, "Lyon"),
    }  # fmt: skip
    # Saved as it stands it is no new version; without the file's days it is one.
    page = ada.get(f"/settings/hours/{made.pk}/")
    same = dict(page.context["form"].initial) | WEEK
    ada.post(f"/settings/hours/{made.pk}/", same)
    assert made.versions.count() == 1
    ada.post(f"/settings/hours/{made.pk}/", {**same, "drop_file": "on", "day5": "10-12"})
    assert made.versions.count() == 2 and made.versions.first().days["2026-12-26"]["from"] == "country"  # type: ignore[union-attr]


@db
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"day0": "nine"}, "are no hours"),
        ({"zone": "Mars/Olympus"}, "No time zone has this name"),
        ({"country": "DE", "region": "Lorraine"}, "There is no such region"),
        ({"days": "24.12. closed"}, "Line 1"),
        ({"organisations": "Nobody Ltd"}, "There is no organisation"),
        ({f"day{n}": "" for n in range(5)}, "Without any hours"),
        ({"file": SimpleUploadedFile("x.ics", b"no")}, "no iCalendar file"),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value,
)
def test_a_wrong_calendar_is_told_why_and_loses_nothing(ada: Client, wrong: dict[str, Any], words: str) -> None:
    answer = ada.post("/settings/hours/add/", {**CALENDAR, "name": "Typed", **wrong})
    assert answer.status_code == 200
    html = answer.content.decode()
    assert words in html and 'value="Typed"' in html and not Calendar.objects.filter(name="Typed").exists()


@db
def test_the_calendar_of_the_house_and_one_that_a_policy_names_stay(ada: Client) -> None:
    defaults.ensure()
    house = Calendar.objects.get()
    answer = ada.post(f"/settings/hours/{house.pk}/remove/", follow=True)
    assert "goes by this one" in answer.content.decode() and Calendar.objects.in_use().exists()
    ada.post("/settings/hours/add/", CALENDAR)
    lyon = Calendar.objects.get(name="Lyon")
    ada.post("/settings/deadlines/add/", {**POLICY, "calendar": lyon.pk})
    assert "goes by this calendar" in ada.post(f"/settings/hours/{lyon.pk}/remove/", follow=True).content.decode()
    ada.post(f"/settings/deadlines/{Policy.objects.get(name='Gold').pk}/remove/")
    page = ada.post(f"/settings/hours/{lyon.pk}/remove/", follow=True).content.decode()
    assert "Lyon is removed." in page
    ada.post(f"/settings/hours/{lyon.pk}/remove/", {"undoing": "1"})
    assert Calendar.objects.in_use().count() == 2


@db
def test_a_policy_is_made_asked_first_moved_and_changed_as_a_new_version(ada: Client) -> None:
    defaults.ensure()
    assert ada.post("/settings/deadlines/add/", POLICY).status_code == 302
    gold = Policy.objects.get(name="Gold")
    version = gold.versions.get()
    assert (
        version.targets["first"]["3"] == 30 and version.targets["solution"]["3"] == 2400 and version.marks == [50, 100]
    )
    names = lambda: list(Policy.objects.in_use().values_list("name", flat=True))  # noqa: E731
    assert names() == ["Gold", "Standard"]
    ada.post(f"/settings/deadlines/{gold.pk}/move/", {"down": "1"})
    assert names() == ["Standard", "Gold"]
    ada.post(f"/settings/deadlines/{gold.pk}/", POLICY)
    assert gold.versions.count() == 1, "nothing was changed"
    ada.post(f"/settings/deadlines/{gold.pk}/", {**POLICY, "first_3": "1 h"})
    assert [one.targets["first"]["3"] for one in gold.versions.all()] == [60, 30]
    assert "priority:high" in ada.get("/settings/deadlines/").content.decode()


@db
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"q": "colour:red"}, "There is no field"),
        ({"first_1": "soon"}, "is no time"),
        ({"marks": "half"}, "whole percentages"),
    ],
    ids=["condition", "target", "marks"],
)
def test_a_wrong_policy_is_told_why(ada: Client, wrong: dict[str, str], words: str) -> None:
    answer = ada.post("/settings/deadlines/add/", {**POLICY, **wrong})
    assert words in answer.content.decode() and not Policy.objects.filter(name="Gold").exists()


@db
@pytest.mark.parametrize("language", ["fr", "de"])
def test_the_pages_speak_each_language(here: make.Cast, ada: Client, language: str) -> None:
    here.ada.language = language
    here.ada.save()
    defaults.ensure()
    calendar, policy = Calendar.objects.get(), Policy.objects.get()
    for path in ("hours/", f"hours/{calendar.pk}/", "deadlines/", f"deadlines/{policy.pk}/"):
        html = ada.get(f"/settings/{path}").content.decode()
        assert "Working hours" not in html.replace(calendar.name, "") and "Which tickets" not in html


# On a ticket and in lists


@pytest.mark.django_db(transaction=True)
def test_the_panel_explains_each_stretch_of_time(cast: make.Cast, django_assert_max_num_queries: Any) -> None:
    defaults.ensure()
    at = datetime(2026, 11, 20, 15, tzinfo=UTC)  # a Friday, four o'clock in Paris
    words = Words(text="It is dark.", subject="Dark", from_address="cleo@customer.example")
    ticket = actions.open_ticket(cast.support, cast.cleo, words, By(cast.cleo, "email", at=at), at=at)
    read_log()
    actions.set_status(ticket, Status.PENDING, By(cast.ana, "desk", at=at + timedelta(days=3)))
    read_log()
    client = Client()
    client.force_login(cast.ana)
    client.get(f"/tickets/{ticket.number}/clocks/")
    with django_assert_max_num_queries(9):
        html = client.get(f"/tickets/{ticket.number}/clocks/").content.decode()
    for said in (
        "First answer",
        "outside working hours",
        "working hours",
        "waiting for the customer",
        "7 h",
        "paused",
        "“Standard”",
    ):
        assert said in html
    assert keeping.differences(ticket.pk) == []


@pytest.mark.django_db(transaction=True)
def test_lists_ask_what_is_left_of_tickets_that_one_sees_alone(cast: make.Cast) -> None:
    defaults.ensure()
    ours, theirs = make.ticket(to=cast.support), make.ticket(to=cast.billing)
    read_log()
    client = Client()
    client.force_login(cast.ana)
    left = client.get(f"/deadlines/left/?t={ours.pk},{theirs.pk},x,99999999999999999999").json()["left"]
    assert list(left) == [str(ours.pk)] and left[str(ours.pk)][0] == "calm"
    assert left[str(ours.pk)][1] in ("4 h left", "3 h 59 left"), "in working hours the first minute has begun"
    assert f'data-due="{ours.pk}"' in client.get("/tickets/?view=all&sort=due").content.decode()
    assert f'data-due="{ours.pk}"' in client.get(f"/tickets/{ours.number}/").content.decode()


@db
def test_the_list_says_how_far_it_escalates_and_what_can_no_longer_be_asked(here: make.Cast) -> None:
    defaults.ensure()
    team = Team.objects.create(name="Night shift")
    client = Client()
    client.force_login(here.ada)
    page = client.get("/settings/deadlines/").content.decode()
    assert "told at 75 %, 100 %, 150 % of the time" in page and "It cannot be asked" not in page
    asked = parse('team:"Night shift"', FIELDS, Asker(here.ada))
    editing.save_policy(Policy(name="Night"), here.ada, condition=asked, targets={}, marks=[], calendar=None)
    Team.objects.filter(pk=team.pk).update(name="Day shift")
    page = client.get("/settings/deadlines/").content.decode()
    assert "It cannot be asked any more and holds for no ticket:" in page
