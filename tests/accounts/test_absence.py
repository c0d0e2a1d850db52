"""Absence: entered by oneself or an administrator, seen where work is shared out, and what it does to open work."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from guichet.people import actions as people
from guichet.people.models import Absence
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from tests import make
from tests.browser import client_of

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("America/New_York")


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def ana(cast: make.Cast) -> Client:
    cast.ana.time_zone = str(ZONE)
    cast.ana.save()
    return client_of(cast.ana)


def days(first: int, last: int, **more: object) -> dict[str, object]:
    today = timezone.now().astimezone(ZONE).date()
    return {"first": str(today + timedelta(days=first)), "last": str(today + timedelta(days=last)), **more}


def test_whole_days_by_ones_own_calendar(cast: make.Cast, ana: Client) -> None:
    answer = ana.post("/settings/absence/", days(2, 4, substitute=cast.ada.pk), follow=True)
    assert "Ada King stands in" in answer.content.decode()
    found = Absence.objects.get()
    begins, ends = found.begins_at.astimezone(ZONE), found.ends_at.astimezone(ZONE)
    assert (begins.hour, ends.hour, (ends.date() - begins.date()).days) == (0, 0, 3)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [(4, 2, "The last day is before the first."), (-9, -7, "These days are over already.")],
)
def test_days_that_cannot_be_are_refused(ana: Client, first: int, last: int, words: str) -> None:
    assert words in ana.post("/settings/absence/", days(first, last)).content.decode()
    assert not Absence.objects.exists()


@pytest.mark.parametrize(("first", "last"), [("0001-01-01", ""), ("", "9999-12-31")])
def test_years_beyond_every_calendar_are_refused(ana: Client, first: str, last: str) -> None:
    near = days(2, 4)
    typed = {"first": first or near["first"], "last": last or near["last"]}
    assert "Choose days within the next years." in ana.post("/settings/absence/", typed).content.decode()
    assert not Absence.objects.exists()


def test_two_absences_never_overlap(ana: Client) -> None:
    ana.post("/settings/absence/", days(2, 4))
    assert "entered for some of these days already" in ana.post("/settings/absence/", days(4, 6)).content.decode()
    assert Absence.objects.count() == 1
    assert ana.post("/settings/absence/", days(5, 6)).status_code == 302


def test_nobody_stands_in_for_himself(cast: make.Cast, ana: Client) -> None:
    assert ana.post("/settings/absence/", days(2, 4, substitute=cast.ana.pk)).status_code == 200
    with pytest.raises(people.Refused):
        people.set_absence(cast.ana, timezone.now(), timezone.now() + timedelta(days=1), cast.cleo)


def test_an_administrator_enters_it_for_others_and_ends_it(cast: make.Cast) -> None:
    ada = client_of(cast.ada)
    ada.post(f"/settings/people/{cast.ana.pk}/absence/", days(-1, 4))
    found = Absence.objects.get(person=cast.ana)
    assert "End it now" in ada.get(f"/settings/people/{cast.ana.pk}/absence/").content.decode()
    ada.post(f"/settings/absences/{found.pk}/end/")
    assert not Absence.objects.at(timezone.now()).exists()
    assert Absence.objects.exists(), "that they were away stays known"


def test_others_neither_see_the_form_nor_end_it(cast: make.Cast) -> None:
    found = people.set_absence(cast.ana, timezone.now(), timezone.now() + timedelta(days=3))
    ben = client_of(cast.ben)
    assert ben.get(f"/settings/people/{cast.ana.pk}/absence/").status_code == 404
    assert ben.post(f"/settings/absences/{found.pk}/end/").status_code == 404


def test_nobody_is_given_work_without_a_word_of_their_absence(cast: make.Cast) -> None:
    people.set_absence(cast.ana, timezone.now(), timezone.now() + timedelta(days=30))
    ticket = make.ticket(to=cast.support)
    ada = client_of(cast.ada)
    menu = ada.get(f"/tickets/{ticket.number}/assignee/", headers={"HX-Request": "true"}).content.decode()
    assert "away until" in menu
    answer = ada.post(f"/tickets/{ticket.number}/assignee/", {"assignee": cast.ana.pk}, headers={"HX-Request": "true"})
    assert "away until" in answer.headers["HX-Trigger"]
    assert "away until" in ada.get("/board/").content.decode()
    other = make.ticket(to=cast.support)
    assert "away until" in ada.get(f"/tickets/{other.number}/hand-over/").content.decode()


def test_of_two_who_are_away_neither_gets_the_others_work(cast: make.Cast) -> None:
    now = timezone.now()
    people.set_absence(cast.ana, now - timedelta(hours=1), now + timedelta(days=3), cast.ada)
    people.set_absence(cast.ada, now - timedelta(hours=1), now + timedelta(days=3), cast.ana)
    ticket = actions.assign(make.ticket(to=cast.support, of=cast.cleo), cast.ana, By(cast.ben, "desk"))
    actions.receive(ticket, Words(text="Hello?"), cast.cleo, By(cast.cleo, "email"))
    actions.bring_back_due()
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.returned_why) == (None, "absent")


def test_the_hour_that_is_shown_is_the_persons_own(cast: make.Cast, ana: Client) -> None:
    first = datetime(2027, 1, 4, tzinfo=ZONE)
    people.set_absence(cast.ana, first, first + timedelta(days=5))
    page = ana.get("/settings/absence/").content.decode()
    assert "Mon 4 Jan 2027" in page and "Fri 8 Jan 2027" in page


def test_back_again_what_went_to_others_is_taken_back_and_undone(cast: make.Cast, ana: Client) -> None:
    by, now = By(cast.ana, "desk"), timezone.now()
    first, second = (actions.assign(make.ticket(to=cast.support), cast.ana, by) for _ in range(2))
    found = people.set_absence(cast.ana, now - timedelta(days=2), now + timedelta(days=2), cast.ada)
    actions.hand_on_absent()
    assert ana.get("/settings/absence/back/").content.decode().strip() == ""
    people.end_absence(found)
    assert "2 tickets went to others" in ana.get("/settings/absence/back/").content.decode()
    page = ana.get("/settings/absence/").content.decode()
    assert f"#{first.number}" in page and f"#{second.number}" in page and page.count("checked") == 2
    answer = ana.post("/settings/absence/take-back/", {"ticket": first.number}, follow=True)
    assert "1 ticket is taken back." in answer.content.decode()
    for ticket, owner in ((first, cast.ana), (second, cast.ada)):
        ticket.refresh_from_db()
        assert ticket.assignee == owner
    assert ana.get("/settings/absence/back/").content.decode().strip() == "", "what she left is offered no more"
    ana.post("/settings/absence/take-back/", {"undoing": "1", "ticket": first.number})
    first.refresh_from_db()
    assert first.assignee == cast.ada
    assert "1 ticket went to others" in ana.get("/settings/absence/back/").content.decode()
    assert client_of(cast.ben).post(f"/settings/people/{cast.ana.pk}/absence/take-back/").status_code == 404
