"""The month of a team: who is here on which day; hours and single days, entered by whoever plans them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page

from guichet.accounts.rota.month import AWAY, HERE, OFF, PART, Month, month_of
from guichet.people import actions as people
from guichet.people import shifts
from guichet.people.models import Absence, Person, Role, Shift, ShiftDay, Team
from guichet.tickets import load
from guichet.tickets.models import ChannelMost, Inbox
from tests import make
from tests.browser import client_of, flaws

pytestmark = pytest.mark.django_db
FIRST, TODAY = date(2026, 12, 1), date(2026, 12, 9)
OFFICE = [[["09:00", "17:00"]]] * 5 + [[], []]


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def ada(cast: make.Cast) -> Client:
    return client_of(cast.ada)


def december(cast: make.Cast) -> Month:
    return month_of(cast.support.team, FIRST, TODAY)


def states(month: Month, who: Person) -> dict[int, str]:
    [line] = [line for line in month.lines if line.person == who]
    return {cell.day.day: cell.state for cell in line.cells}


def utc(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, tzinfo=UTC)


class TestMonth:
    def test_here_free_away_and_partly_away(self, cast: make.Cast) -> None:
        shifts.save_shift(cast.support.team, "UTC", OFFICE)
        shifts.save_day(cast.support.team, date(2026, 12, 25), [], "Christmas")
        shifts.save_day(cast.ana, date(2026, 12, 12), [["10:00", "14:00"]], "Stocktaking")
        Absence.objects.create(person=cast.ana, begins_at=utc(7), ends_at=utc(9, 12), substitute=cast.ada)
        found = states(december(cast), cast.ana)
        assert [found[day] for day in (4, 5, 6, 7, 8, 9, 10)] == [HERE, OFF, OFF, AWAY, AWAY, PART, HERE]
        assert (found[12], found[25]) == (HERE, OFF)
        ada = states(december(cast), cast.ada)
        assert (ada[7], ada[12], ada[25]) == (HERE, OFF, OFF)

    def test_without_hours_everybody_is_here_every_day(self, cast: make.Cast) -> None:
        month = december(cast)
        assert {state for line in month.lines for state in states(month, line.person).values()} == {HERE}
        assert len(month.days) == 31 and month.days[8].is_today
        assert (month.before, month.after) == (date(2026, 11, 1), date(2027, 1, 1))
        assert [day.day.day for day in month.earlier] == list(range(1, 9))

    def test_a_day_on_which_all_who_had_a_shift_are_away_is_told(self, cast: make.Cast) -> None:
        shifts.save_shift(cast.support.team, "UTC", OFFICE)
        for who in (cast.ana, cast.ada):
            Absence.objects.create(person=who, begins_at=utc(7), ends_at=utc(8))
        bare = [day.day.day for day in december(cast).days if day.is_bare]
        assert bare == [7], "and not the weekends"

    def test_costs_the_same_however_many(self, cast: make.Cast, ada: Client) -> None:
        shifts.save_shift(cast.support.team, "UTC", OFFICE)
        url = f"/settings/shifts/?team={cast.support.team_id}&month=2026-12"

        def cost() -> int:
            with CaptureQueriesContext(connection) as seen:
                assert ada.get(url).status_code == 200
            return len(seen)

        cost()
        few = cost()
        for n in range(9):
            one = make.person(f"more{n}@desk.example", Role.AGENT, teams=(cast.support.team,))
            shifts.save_shift(one, "UTC", OFFICE)
            shifts.save_day(one, TODAY, [])
            people.set_absence(one, utc(14), utc(20), cast.ana)
        assert cost() == few

    @pytest.mark.parametrize(
        "query", ["team=x", "month=0000-00", "month=2026-13", "month=12345678", "team=99999999999999999999"]
    )
    def test_nonsense_shows_ones_own_team_this_month(self, ada: Client, query: str) -> None:
        assert "Ana Lopez" in ada.get(f"/settings/shifts/?{query}").content.decode()

    def test_agents_read_and_change_nothing(self, cast: make.Cast) -> None:
        page = client_of(cast.ana).get("/settings/shifts/").content.decode()
        assert "Ada King" in page
        assert f"/settings/shifts/people/{cast.ana.pk}/" not in page
        assert client_of(cast.ana).get(f"/settings/shifts/people/{cast.ana.pk}/").status_code == 404


class TestHours:
    def week(self, **more: str) -> dict[str, str]:
        return {"is_own": "on", "zone": "Europe/Paris", **{f"day{n}": "9-12, 13:00-17:30" for n in range(5)}, **more}

    def test_a_week_is_typed_and_taken_back(self, cast: make.Cast, ada: Client) -> None:
        url = f"/settings/shifts/people/{cast.ana.pk}/?team={cast.support.team_id}&month=2026-12"
        answer = ada.post(url, self.week(day5="22-6"))
        assert answer.url == f"/settings/shifts/?team={cast.support.team_id}&month=2026-12"  # type: ignore[attr-defined]
        found = Shift.objects.get(person=cast.ana)
        assert found.week[0] == [["09:00", "12:00"], ["13:00", "17:30"]]
        assert (found.week[5], found.week[6], found.zone) == ([["22:00", "30:00"]], [], "Europe/Paris")
        assert 'value="9:00–12:00, 13:00–17:30"' in ada.get(url).content.decode()
        ada.post(url, {})
        assert not Shift.objects.exists()

    def test_what_are_no_hours_is_told_and_nothing_is_lost(self, cast: make.Cast, ada: Client) -> None:
        page = ada.post(f"/settings/shifts/teams/{cast.support.team_id}/", self.week(day2="mornings")).content.decode()
        assert "“mornings” are no hours." in page and 'value="mornings"' in page and 'value="9-12, 13:00-17:30"' in page
        page = ada.post(f"/settings/shifts/teams/{cast.support.team_id}/", self.week(zone="Nowhere")).content.decode()
        assert "No time zone has this name" in page
        assert not Shift.objects.exists()

    def test_weeks_that_rotate(self, cast: make.Cast, ada: Client) -> None:
        url = f"/settings/shifts/people/{cast.ana.pk}/?team={cast.support.team_id}&month=2026-12"
        page = ada.post(url, self.week(act="more")).content.decode()
        assert 'name="day7" value="9-12, 13:00-17:30"' in page and "Week B" in page and "Remove week B" in page
        assert not Shift.objects.exists(), "nothing is saved by it"
        late = {f"day{n}": "14-22" for n in range(7, 12)}
        page = ada.post(url, self.week(weeks="2", begins="", **late)).content.decode()
        assert "Say in which week the cycle begins." in page and 'value="14-22"' in page
        ada.post(url, self.week(weeks="2", begins="2026-12-02", **late))
        found = Shift.objects.get()
        assert (found.begins, len(found.week), found.week[7]) == (date(2026, 11, 30), 14, [["14:00", "22:00"]])
        month = ada.get(f"/settings/shifts/?team={cast.support.team_id}&month=2026-12").content.decode()
        assert "Monday 7 December: 14:00–22:00, week B" in month
        assert "Monday 14 December: 9:00–12:00, 13:00–17:30, week A" in month
        page = ada.get(f"/settings/shifts/people/{cast.ana.pk}/2026-12-08/").content.decode()
        assert 'value="14:00–22:00"' in page, "one day begins with what it would be"
        page = ada.post(url, self.week(weeks="2", act="fewer", begins="2026-12-02", **late)).content.decode()
        assert "day7" not in page
        page = ada.post(url, self.week(weeks="8", act="more", begins="2026-12-02")).content.decode()
        assert "day55" in page and "day56" not in page
        ada.post(url, self.week())
        assert Shift.objects.values_list("begins", flat=True).get() is None

    def test_one_day_unlike_the_rest(self, cast: make.Cast, ada: Client) -> None:
        url = f"/settings/shifts/teams/{cast.support.team_id}/2026-12-25/"
        assert ada.post(url, {"hours": "", "name": "Noël"}).status_code == 302
        assert (ShiftDay.objects.get().hours, ShiftDay.objects.get().name) == ([], "Noël")
        month = ada.get(f"/settings/shifts/?team={cast.support.team_id}&month=2026-12").content.decode()
        assert "free (Noël)" in month
        ada.post(url, {"usual": "1"})
        assert not ShiftDay.objects.exists()

    @pytest.mark.parametrize("day", ["x", "2026-02-30", "0001-01-01", "2026-12-25T00:00"])
    def test_days_that_are_none_are_not_found(self, cast: make.Cast, ada: Client, day: str) -> None:
        assert ada.get(f"/settings/shifts/people/{cast.ana.pk}/{day}/").status_code == 404

    def test_a_lead_plans_the_own_team_alone(self, cast: make.Cast) -> None:
        people.save_team(cast.support.team, [cast.ana, cast.ada], [cast.ana])
        ana = client_of(cast.ana)
        assert ana.post(f"/settings/shifts/people/{cast.ada.pk}/2026-12-24/", {"hours": "9-12"}).status_code == 302
        assert ana.post(f"/settings/shifts/people/{cast.ben.pk}/2026-12-24/", {"hours": ""}).status_code == 404
        assert ana.post(f"/settings/shifts/teams/{cast.billing.team_id}/", self.week()).status_code == 404
        assert [one.person for one in ShiftDay.objects.all()] == [cast.ada]


def test_sites_and_weights_are_saved_with_the_matrix(cast: make.Cast, ada: Client) -> None:
    form = {
        f"{cast.ana.pk}-sites": "Lyon, works; lyon, Works; Metz ;",
        f"weight-{cast.support.pk}": "3",
        f"weight-{cast.billing.pk}": "0",
    }
    ada.post("/settings/skills/", form)
    assert {one.name for one in cast.ana.served_sites.all()} == {"lyon, Works", "Metz"}
    cast.support.refresh_from_db()
    cast.billing.refresh_from_db()
    assert (cast.support.weight, cast.billing.weight) == (3, 1)
    page = ada.get("/settings/skills/").content.decode()
    assert 'value="lyon, Works; Metz"' in page
    ada.post("/settings/skills/", {})
    assert not cast.ana.served_sites.exists()


def test_limits_of_channels_teams_and_colleagues(cast: make.Cast, ada: Client) -> None:
    url, support, team = "/settings/skills/", cast.support.pk, cast.support.team_id
    ada.post(
        url, {"units": "12", f"team-{team}-units": "8", f"most-{support}": "2", f"{cast.ana.pk}-most-{support}": "0"}
    )
    mosts = {(one.inbox, one.person): one.most for one in ChannelMost.objects.all()}
    assert mosts == {(cast.support, None): 2, (cast.support, cast.ana): 0}
    assert list(Team.objects.exclude(capacity=None).values_list("pk", "capacity")) == [(team, 8)]
    page = ada.get(url).content.decode()
    assert "At most in Support" in page and "At most in Billing" not in page
    assert f'name="{cast.ana.pk}-most-{support}" value="0" placeholder="2"' in page
    for who, usual in ((cast.ana, 8), (cast.ben, 12)):
        assert f'name="{who.pk}-units" value="" placeholder="{usual}"' in page
    ada.post(url, {f"most-{support}": "0", f"{cast.ana.pk}-most-{support}": "3"})
    assert [(one.person, one.most) for one in ChannelMost.objects.all()] == [(cast.ana, 3)]
    assert not Team.objects.exclude(capacity=None).exists()
    ada.post(url, {})
    assert not ChannelMost.objects.exists()


def test_a_limit_of_all_inboxes_of_a_channel_together(cast: make.Cast, ada: Client) -> None:
    url = "/settings/skills/"
    assert 'id="place-email">Billing + Support together</th>' in ada.get(url).content.decode()
    ada.post(url, {"most-email": "2", f"{cast.ana.pk}-most-email": "3"})
    rows = {(one.inbox, one.channel, one.person): one.most for one in ChannelMost.objects.all()}
    assert rows == {(None, "email", None): 2, (None, "email", cast.ana): 3}
    page = ada.get(url).content.decode()
    assert "At most in Billing + Support together" in page and "At most in Support" not in page
    assert f'name="{cast.ana.pk}-most-email" value="3" placeholder="2"' in page
    Inbox.objects.filter(pk=cast.billing.pk).update(
        is_confidential=True, team=make.inbox("board@desk.example", team_name="HR").team
    )
    page = client_of(cast.ada).get(url).content.decode()
    assert 'name="most-email" value="2"' in page and "Billing +" not in page, "it can be taken away again"


def test_limits_of_an_inbox_that_one_does_not_see_stay(cast: make.Cast, ada: Client) -> None:
    sealed = make.inbox("board@desk.example", team_name="HR", is_confidential=True)
    load.limit({(sealed, None): 3})
    assert f"most-{sealed.pk}" not in ada.get("/settings/skills/").content.decode()
    ada.post("/settings/skills/", {})
    assert ChannelMost.objects.get().most == 3


def test_a_team_chooses_where_the_work_of_the_absent_goes(cast: make.Cast, ada: Client) -> None:
    url = f"/settings/teams/{cast.support.team_id}/"
    members = {"name": "Support", "members": [cast.ana.pk, cast.ada.pk]}
    ada.post(url, {**members, "on_absence": "route"})
    cast.support.team.refresh_from_db()
    assert cast.support.team.on_absence == "route"
    ada.post(url, members)
    cast.support.team.refresh_from_db()
    assert cast.support.team.on_absence == "route", "a form that does not ask changes nothing"


@pytest.mark.django_db(transaction=True)
def test_arrows_lead_through_the_month(enter: Callable[..., Page]) -> None:
    cast = make.cast()
    page = enter(cast.ada, viewport={"width": 1280, "height": 800})
    page.goto(f"/settings/shifts/?team={cast.support.team_id}&month=2026-12")
    grid = page.get_by_role("grid")
    assert grid.locator("[tabindex='0']").count() == 1, "one stop for Tab"
    grid.locator("tbody tr").first.locator("td a").first.focus()

    def here() -> tuple[int, int]:
        found = page.evaluate(
            "(c => c && [c.parentElement.rowIndex, c.cellIndex])(document.activeElement.closest('th, td'))"
        )
        return found[0], found[1]

    def after(*keys: str) -> tuple[int, int]:
        for key in keys:
            page.keyboard.press(key)
        return here()

    assert here() == (1, 1)
    assert after("ArrowRight", "ArrowRight", "ArrowDown") == (2, 3)
    assert after("End") == (2, 31)
    assert after("ArrowRight") == (2, 31), "the month ends here"
    assert after("Home", "ArrowUp") == (1, 0)
    assert after("Control+End") == (3, 31)
    assert after("Control+Home", "ArrowDown", "ArrowRight") == (1, 1)
    page.keyboard.press("PageDown")
    page.wait_for_url("**month=2027-01")
    page.wait_for_function("document.activeElement.closest('td') !== null")
    assert here() == (1, 1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/2027-01-01/**")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "options",
    [
        {"viewport": {"width": 1280, "height": 800}},
        {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "color_scheme": "dark"},
    ],
)
def test_axe_finds_nothing_in_german_and_nothing_is_wider_than_the_screen(
    enter: Callable[..., Page], options: dict[str, object]
) -> None:
    cast = make.cast()
    Person.objects.filter(pk=cast.ada.pk).update(language="de")
    cast.ada.refresh_from_db()
    shifts.save_shift(cast.support.team, "Europe/Berlin", OFFICE)
    shifts.save_day(cast.ana, date(2026, 12, 9), [], "Tausch")
    Absence.objects.create(person=cast.ana, begins_at=utc(14), ends_at=utc(19), substitute=cast.ada)
    page = enter(cast.ada, **options)
    for url in (
        f"/settings/shifts/?team={cast.support.team_id}&month=2026-12",
        f"/settings/shifts/people/{cast.ana.pk}/",
        f"/settings/shifts/people/{cast.ana.pk}/2026-12-09/",
        "/settings/skills/",
        "/settings/absence/",
    ):
        page.goto(url)
        assert flaws(page) == [], url
        assert page.evaluate("document.querySelector('.scroll').scrollWidth <= innerWidth"), url
