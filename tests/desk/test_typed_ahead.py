"""Who types faster than the server answers chooses what they meant: no list is taken from for words that are gone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from guichet.people.models import Role
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Link, Ticket
from tests import make
from tests.browser import slow

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., Page]


@pytest.fixture
def cast(transactional_db: None) -> make.Cast:
    return make.cast()


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket("The printer is dark", to=cast.support, of=cast.cleo)


def test_the_box_above_a_list_takes_what_was_typed_for(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.goto("/tickets/?view=all")
    page.keyboard.press("/")
    page.keyboard.type(" s")
    page.get_by_role("option", name="status:").wait_for()
    slow(page, "**/condition/complete/*")
    page.keyboard.type("ubj")
    for key in ("ArrowDown", "Enter"):
        page.keyboard.press(key)
    page.keyboard.type("printer")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=finished%3Ano+subject%3Aprinter")
    assert page.locator(".row-link").all_inner_texts() == ["The printer is dark"]
    page.unroute_all(behavior="wait")


def test_a_field_and_its_value_in_one_go(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.goto("/tickets/?q=")
    slow(page, "**/condition/complete/*")
    page.locator("#ask-text").press_sequentially("assig")
    for key in ("ArrowDown", "Enter", "ArrowDown", "Tab"):
        page.keyboard.press(key)
    expect(page.locator("#ask-text")).to_have_value(re.compile(r"^assignee:\S+ $"))
    page.unroute_all(behavior="wait")


def test_a_click_replaces_the_whole_word(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.goto("/tickets/?q=")
    box = page.locator("#ask-text")
    box.press_sequentially("su")
    option = page.get_by_role("option", name="subject:")
    option.wait_for()
    slow(page, "**/condition/complete/*", seconds=3)
    page.keyboard.type("bj")
    option.click()
    expect(box).to_have_value("subject:")
    page.keyboard.press("Escape")
    page.wait_for_timeout(3500)
    expect(page.locator("#ask-list")).to_be_hidden()
    page.unroute_all(behavior="wait")


def test_enter_without_a_step_asks_for_the_words_as_they_are(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.goto("/tickets/?q=")
    page.locator("#ask-text").press_sequentially("stat")
    page.get_by_role("option", name="status:").wait_for()
    page.keyboard.press("ArrowDown")
    slow(page, "**/condition/complete/*", seconds=3)
    page.keyboard.type("ic")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=static")
    page.unroute_all(behavior="wait")


def test_a_letter_goes_to_whom_the_words_name(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.goto("/tickets/new/")
    row = page.locator('#panel-new [data-row="to"]')
    entry = row.locator(".addressee-entry")
    entry.press_sequentially("cl")
    row.get_by_role("option", name="Cleo").wait_for()
    slow(page, "**/people/*", seconds=2)
    page.keyboard.type("ara@example.com")
    for key in ("ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(row.locator(".addressee")).to_have_text(re.compile("^clara@example.com"))
    page.unroute_all(behavior="wait")


def test_who_was_chosen_stays_chosen_when_the_answer_comes(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.goto("/tickets/new/")
    row = page.locator('#panel-new [data-row="to"]')
    row.locator(".addressee-entry").press_sequentially("cl")
    row.get_by_role("option", name="Cleo").wait_for()
    slow(page, "**/people/*")
    with page.expect_response("**/people/*"):
        page.keyboard.type("eo")
        page.keyboard.press("ArrowDown")
    page.wait_for_timeout(200)
    page.keyboard.press("Enter")
    expect(row.locator(".addressee")).to_contain_text("Cleo Martin")
    expect(row.locator(".addressee-bad")).to_have_count(0)
    page.unroute_all(behavior="wait")


def test_a_mention_is_of_whom_the_words_name(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    for name in ("Anton Berg", "Alois Bach"):
        make.person(name=name, role=Role.AGENT, teams=(cast.support.team,))
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("n")
    page.keyboard.type("@a")
    expect(page.locator(".mentions [role=option]").nth(1)).to_be_visible()
    other = page.locator(".mentions [role=option]").nth(1).get_attribute("data-word") or ""
    slow(page, "**/mentionable/*", seconds=2)
    page.keyboard.type(other[1:3].lower())
    page.keyboard.press("Enter")
    expect(page.locator("#note-text")).to_have_value(f"@{other} ")
    page.unroute_all(behavior="wait")


def test_an_earlier_answer_is_the_one_looked_for(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    for word in ("Mangos", "Papayas"):
        past = make.ticket(f"About {word}", to=cast.support, of=cast.cleo)
        words = Words(text=f"{word} are sold on Mondays.", to=[{"name": "", "address": cast.cleo.email}])
        actions.reply(past, words, By(cast.ana, "desk"), seen=None)
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("q")
    page.get_by_role("combobox", name="Find a text").press("Enter")
    expect(page.get_by_role("combobox", name="Find an earlier answer")).to_be_focused()
    expect(page.get_by_role("option")).to_have_count(2)
    slow(page, "**/earlier/*")
    page.keyboard.type("Mangos")
    page.keyboard.press("Enter")
    expect(page.locator("#reply-text")).to_have_value(re.compile("Mangos are sold"))
    page.unroute_all(behavior="wait")


def test_a_ticket_is_linked_that_the_words_name(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    for word in ("toner", "paper"):
        make.ticket(f"Order {word}", to=cast.support, of=cast.cleo)
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("l")
    found = page.locator("#link-found .pop-item")
    page.get_by_label("Find a ticket to link").press_sequentially("Order")
    expect(found).to_have_count(2)
    first = found.first.inner_text()
    word = "paper" if "toner" in first else "toner"
    slow(page, f"**/tickets/{ticket.number}/link/*", seconds=2)
    page.keyboard.type(f" {word}")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_be_visible()
    page.unroute_all(behavior="wait")
    ends = {subject for link in Link.objects.all() for subject in (link.ticket.subject, link.other.subject)}
    assert ends == {"The printer is dark", f"Order {word}"}


def test_the_command_bar_opens_what_was_typed(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    lamp = make.ticket("The lamp is out", to=cast.support, of=cast.cleo)
    page = enter(cast.ana)
    page.goto("/tickets/?view=all")
    page.keyboard.press("Control+k")
    page.keyboard.type("the ")
    found = page.locator("#palette-found [role=option]")
    expect(found).to_have_count(2)
    other, word = (lamp, "lamp") if "printer" in found.first.inner_text() else (ticket, "printer")
    slow(page, "**/palette/*")
    page.keyboard.type(word)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tickets/{other.number}/**")
    page.unroute_all(behavior="wait")
