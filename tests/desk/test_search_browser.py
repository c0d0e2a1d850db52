"""Search by hand and by keyboard in a real browser, and what axe finds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from guichet.people.models import Person, Theme
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Ticket
from guichet.tickets.search import indexing
from tests import make
from tests.browser import flaws

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., Page]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def cast(transactional_db: None) -> make.Cast:
    return make.cast()


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    made = make.ticket(
        "The printer is dark", to=cast.support, of=cast.cleo, text="The lamp of the printer hums loudly."
    )
    actions.add_note(made, Words(text="Its printer lamp was changed in May."), By(cast.ana))
    make.ticket("A printer that hums", to=cast.support, of=cast.dan, text="Our printer lamp hums loudly too.")
    while indexing.work():
        pass
    return made


def test_a_stroke_leads_into_the_field_and_the_keys_through_what_was_found(
    enter: Enter, cast: make.Cast, ticket: Ticket
) -> None:
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("/")
    page.keyboard.type("humming printer")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/search/?q=humming+printer")
    expect(page.locator(".hit")).to_have_count(2)
    expect(page.locator(".hit mark").first).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#conversation")).to_be_visible()


def test_the_palette_searches_for_what_is_no_command(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana, **PHONE)
    page.goto("/tickets/?view=all")
    page.locator("[data-dialog=palette]").click()
    page.keyboard.type("lamp & may")
    page.get_by_role("option", name="Search for “lamp & may”").click()
    expect(page.locator("#search-q")).to_have_value("lamp & may")
    expect(page.locator(".hit-note")).to_contain_text("changed in May")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_similar_requests_come_to_the_card(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    expect(page.locator("#similar")).to_contain_text("A printer that hums")


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
def test_axe_finds_nothing(enter: Enter, cast: make.Cast, ticket: Ticket, theme: Theme) -> None:
    Person.objects.filter(pk=cast.ana.pk).update(theme=theme)
    page = enter(cast.ana)
    for path in (
        "/search/",
        "/search/?q=lamp+printer",
        "/search/?q=martin",
        "/search/?q=nothing+lamp",
        "/search/?q=prnter",
    ):
        page.goto(path)
        assert flaws(page) == [], path
