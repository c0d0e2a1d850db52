"""The board: what is shared out, by mouse, by keyboard and without scripts; live, undone, and never past one's rights."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import Page, expect

from guichet.people import actions as people
from guichet.people import shifts
from guichet.people.models import Absence, Capacity, Role
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import MessageKind, Priority, Ticket
from tests import make
from tests.browser import client_of, flaws

Enter = Callable[..., Page]
db = pytest.mark.django_db
browser = pytest.mark.django_db(transaction=True)
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def ada(cast: make.Cast) -> Client:
    return client_of(cast.ada)


def fill(cast: make.Cast, count: int = 1) -> None:
    """Tickets of every column, and work that somebody has."""
    for n in range(count):
        make.ticket(f"Unowned {n}", to=cast.support, of=cast.cleo)
        late = make.ticket(f"Late {n}", to=cast.support, of=cast.cleo)
        Ticket.objects.filter(pk=late.pk).update(next_look_at=timezone.now() - timedelta(hours=1))
        asleep = make.ticket(f"Asleep {n}", to=cast.support, of=cast.cleo)
        past = timezone.now() - timedelta(hours=1)
        Ticket.objects.filter(pk=asleep.pk).update(next_look_at=past, snoozed_until=past)
        actions.assign(make.ticket(f"Owned {n}", to=cast.support, of=cast.dan), cast.ana, By(cast.ada, "desk"))
    while actions.bring_back_due():
        pass


def lane(page: str, key: str) -> str:
    return page.partition(f'id="lane-{key}"')[2].partition("</section>")[0]


@db
def test_each_ticket_stands_in_its_column_the_urgent_first(cast: make.Cast, ada: Client) -> None:
    fill(cast, 2)
    urgent = Ticket.objects.get(subject="Unowned 1")
    actions.set_priority(urgent, Priority.CRITICAL, By(cast.ada, "desk"))
    page = ada.get("/board/").content.decode()
    unassigned = lane(page, "unassigned")
    assert unassigned.index("Unowned 1") < unassigned.index("Unowned 0")
    assert "Late 0" in lane(page, "late") and "It was time to look at it" in lane(page, "late")
    assert "Asleep 0" in lane(page, "back") and "It has slept long enough" in lane(page, "back")
    assert "Owned 0" not in page
    assert "2 to do" in page and "Forgotten tickets: 0" in page


@db
def test_the_number_of_queries_does_not_grow(cast: make.Cast, ada: Client) -> None:
    fill(cast)
    ada.get("/board/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        ada.get("/board/")
    fill(cast, 12)
    for n in range(6):
        make.person(f"more{n}@desk.example", Role.AGENT, teams=(cast.support.team,))
    with CaptureQueriesContext(connection) as many:
        ada.get("/board/")
    assert len(many) == len(few) <= 20


@db
def test_a_lead_sees_the_team_that_he_leads_and_nothing_else(cast: make.Cast) -> None:
    fill(cast)
    foreign = make.ticket("Foreign", to=cast.billing, of=cast.dan)
    assert client_of(cast.ana).get("/board/").status_code == 404
    actions.save_team(cast.support.team, [cast.ana, cast.ada], By(cast.ada, "desk"), leads=[cast.ana])
    ana = client_of(cast.ana)
    page = ana.get("/board/").content.decode()
    assert "Unowned 0" in page and "Foreign" not in page and "Billing" not in page
    assert 'title="Board (d)"' in page
    assert ana.get(f"/board/assign/{foreign.number}/").status_code == 404
    assert ana.post(f"/board/assign/{foreign.number}/", {"to": f"p{cast.ana.pk}"}).status_code == 404
    assert ana.get(f"/board/members/{cast.ada.pk}/").status_code == 200
    assert ana.get(f"/board/members/{cast.ben.pk}/").status_code == 404


@db
def test_who_is_away_and_a_team_without_members_are_told(cast: make.Cast, ada: Client) -> None:
    now = timezone.now()
    Absence.objects.create(
        person=cast.ana, begins_at=now - timedelta(days=1), ends_at=now + timedelta(days=3), substitute=cast.ada
    )
    people.save_team(cast.billing.team, [])
    page = ada.get("/board/").content.decode()
    assert "away until" in page and "Ada King stands in" in page
    assert "This team has no members" in page


@db
def test_who_is_here_until_when_and_how_full(cast: make.Cast, ada: Client) -> None:
    fill(cast)
    Capacity.objects.create(person=cast.ana, units=1)
    shifts.save_shift(cast.ana, "UTC", [[["00:00", "24:00"]]] + [[]] * 6)
    shifts.save_shift(cast.ada, "UTC", [[]] * 7)
    here = timezone.now().astimezone(UTC).weekday() == 0
    page = ada.get("/board/").content.decode()
    loads = page.partition('id="lane-title-loads"')[2]
    assert ("here until" if here else "here from") in loads
    assert "no shift in the next weeks" in loads
    assert f"{int(here)} of 2 here" in loads
    assert "1 of 1" in loads and "load-full" in loads
    other = Ticket.objects.get(subject="Late 0")
    assert f"/tickets/{other.number}/suggestion/" in ada.get(f"/board/assign/{other.number}/").content.decode()


@db
def test_assigned_and_taken_back_without_scripts(cast: make.Cast, ada: Client) -> None:
    fill(cast)
    ticket = Ticket.objects.get(subject="Late 0")
    page = ada.get(f"/board/assign/{ticket.number}/").content.decode()
    assert f'value="p{cast.ana.pk}"' in page and f'value="t{cast.support.team.pk}"' in page
    answer = ada.post(f"/board/assign/{ticket.number}/", {"to": f"p{cast.ana.pk}"}, follow=True)
    assert f"#{ticket.number} goes to Ana Lopez" in answer.content.decode()
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.returned_at) == (cast.ana, None)
    ada.post(f"/board/undo/{ticket.number}/")
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.returned_at is not None) == (None, True)


@db
@pytest.mark.parametrize("to", ["", "p", "x1", "p99999999", "t0", "p1 or 1=1"])
def test_nonsense_is_refused(cast: make.Cast, ada: Client, to: str) -> None:
    ticket = make.ticket(to=cast.support)
    answer = ada.post(f"/board/assign/{ticket.number}/", {"to": to}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    ticket.refresh_from_db()
    assert ticket.assignee is None


@db
def test_the_work_of_one_member_with_their_load(cast: make.Cast, ada: Client) -> None:
    fill(cast, 2)
    page = ada.get(f"/board/members/{cast.ana.pk}/").content.decode()
    assert "2 to do" in page and "Owned 1" in page and "Unowned" not in page


@db
def test_a_supervisor_whispers_and_agents_do_not(cast: make.Cast, ada: Client, ana: Client) -> None:
    ticket = actions.assign(make.ticket(to=cast.support), cast.ana, By(cast.ada, "desk"))
    assert "menu-whisper" in ada.get(f"/tickets/{ticket.number}/").content.decode()
    assert "menu-whisper" not in ana.get(f"/tickets/{ticket.number}/").content.decode()
    ada.post(f"/tickets/{ticket.number}/whisper/", {"text": "Well done."})
    assert ticket.messages.get(kind=MessageKind.NOTE).text == "@Ana Lopez Well done."


@db
def test_a_late_claim_says_who_and_when(cast: make.Cast, ana: Client, ada: Client) -> None:
    ticket = make.ticket(to=cast.support)
    ada.post(f"/tickets/{ticket.number}/claim/", {"seen": ""})
    answer = ana.post(f"/tickets/{ticket.number}/claim/", {"seen": ""}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "Ada King has just taken it (now)." in answer.headers["HX-Trigger"]


@db
def test_a_note_handed_over_stands_on_top_for_the_new_owner(cast: make.Cast, ana: Client, ada: Client) -> None:
    ticket = make.ticket(to=cast.support)
    assert "away until" not in ana.get(f"/tickets/{ticket.number}/hand-over/").content.decode()
    form = {"to": f"p{cast.ada.pk}", "note": "Call him before noon."}
    ana.post(f"/tickets/{ticket.number}/hand-over/", form)
    page = ada.get(f"/tickets/{ticket.number}/").content.decode()
    assert "Ana Lopez handed this to you:" in page
    ana.post(f"/tickets/{ticket.number}/take-back-assignment/")
    ticket.refresh_from_db()
    assert ticket.assignee is None


@db
def test_out_of_sight_with_the_team_leads_back_to_the_list(cast: make.Cast, ana: Client) -> None:
    ticket = make.ticket(to=cast.support)
    Ticket.objects.update(inbox=cast.billing)
    form = {"to": f"t{cast.billing.team.pk}", "note": "Yours."}
    answer = ana.post(f"/tickets/{ticket.number}/hand-over/", form, headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == "/"


def settle(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-live", "on")


@browser
def test_dragged_to_a_colleague_and_undone(enter: Enter) -> None:
    cast = make.cast()
    fill(cast)
    ticket = Ticket.objects.get(subject="Unowned 0")
    page = enter(cast.ada, viewport={"width": 1400, "height": 900})
    page.goto("/board/")
    settle(page)
    page.locator(f"#tile-{ticket.pk}").drag_to(page.locator(f'[data-to="p{cast.ana.pk}"]'))
    expect(page.locator(".toast")).to_contain_text("goes to Ana Lopez")
    expect(page.locator(f"#tile-{ticket.pk}")).to_have_count(0)
    expect(page.locator(f'[data-to="p{cast.ana.pk}"]')).to_contain_text("2 to do")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(f"#lane-unassigned #tile-{ticket.pk}")).to_be_visible()
    ticket.refresh_from_db()
    assert ticket.assignee is None


@browser
def test_by_keyboard_one_after_the_other(enter: Enter) -> None:
    cast = make.cast()
    for n in range(3):
        make.ticket(f"Unowned {n}", to=cast.support, of=cast.cleo)
    page = enter(cast.ada)
    page.goto("/board/")
    settle(page)
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator(".tile .pop-filter")).to_be_focused()
    page.keyboard.type("ana")
    page.keyboard.press("Enter")
    expect(page.locator(".tile")).to_have_count(2)
    expect(page.locator(".tile").first.locator(".row-link")).to_be_focused()
    assert Ticket.objects.filter(assignee=cast.ana).count() == 1


@browser
def test_one_key_gives_it_to_who_fits_best_and_the_menu_shows_why(enter: Enter) -> None:
    cast = make.cast()
    make.ticket("First", to=cast.support, of=cast.cleo)
    make.ticket("Second", to=cast.support, of=cast.cleo)
    for _ in range(2):
        actions.assign(make.ticket(to=cast.support, of=cast.dan), cast.ada, By(cast.ada, "desk"))
    page = enter(cast.ada)
    page.goto("/board/")
    settle(page)
    page.keyboard.press("j")
    page.keyboard.press("y")
    expect(page.locator(".toast")).to_contain_text("goes to Ana Lopez")
    expect(page.locator(".tile")).to_have_count(1)
    expect(page.locator(".tile .row-link")).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator("[data-suggested]")).to_contain_text("Ana Lopez: 1 in work")
    page.keyboard.press("Enter")
    expect(page.locator(".tile")).to_have_count(0)
    assert Ticket.objects.filter(assignee=cast.ana).count() == 2


@browser
def test_what_others_do_moves_nothing_under_the_pointer(enter: Enter) -> None:
    cast = make.cast()
    taken = make.ticket("Taken elsewhere", to=cast.support, of=cast.cleo)
    page = enter(cast.ada)
    page.goto("/board/")
    settle(page)
    actions.assign(taken, cast.ana, By(cast.ana, "desk"))
    expect(page.locator(f"#tile-{taken.pk}")).to_have_class("tile tile-gone")
    expect(page.locator(f'[data-to="p{cast.ana.pk}"]').first).to_contain_text("1 to do")
    make.ticket("Just in", to=cast.support, of=cast.dan)
    bar = page.locator("#board-fresh")
    expect(bar).to_have_text("1 new")
    newcomer = page.get_by_role("link", name="Just in", exact=True)
    expect(newcomer).to_have_count(0)
    bar.click()
    expect(newcomer).to_be_visible()


@browser
@pytest.mark.parametrize("options", [{"viewport": {"width": 1280, "height": 800}}, {**PHONE, "color_scheme": "dark"}])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(enter: Enter, options: dict[str, object]) -> None:
    cast = make.cast()
    fill(cast)
    page = enter(cast.ada, **options)
    for url in ("/board/", f"/board/members/{cast.ana.pk}/", f"/board/assign/{Ticket.objects.latest('pk').number}/"):
        page.goto(url)
        assert flaws(page) == []
        assert page.evaluate("document.querySelector('.scroll').scrollWidth <= innerWidth")
