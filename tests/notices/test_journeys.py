"""Mentions, the bell and followers in real browsers: by keyboard, live, and silent where one may not see."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from guichet.people.models import Person
from guichet.tickets import log
from guichet.tickets.models import Follower, Mention, Message, Ticket
from tests import make
from tests.browser import flaws

# The log is read once no older transaction is left on this server, and other test processes have theirs.
SOON = 30_000
Enter = Callable[..., Page]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket(to=cast.support, of=cast.cleo)


@pytest.fixture
def _worker(cast: make.Cast) -> Iterator[None]:
    """Reads the log as the worker does, beside the browsers."""
    ending = threading.Event()

    def read_on() -> None:
        while not ending.is_set():
            log.drain()
            time.sleep(0.05)
        connection.close()

    thread = threading.Thread(target=read_on)
    thread.start()
    yield
    ending.set()
    thread.join()


def settled(page: Page) -> Page:
    expect(page.locator("html")).to_have_attribute("data-live", "on")
    return page


@pytest.mark.usefixtures("_worker")
def test_a_mention_by_keyboard_rings_the_bell_and_is_read_by_looking(
    enter: Enter, cast: make.Cast, ticket: Ticket
) -> None:
    ana, ada, ben = enter(cast.ana), enter(cast.ada), enter(cast.ben)
    for page in (ana, ben):
        page.goto("/tickets/?view=all")
        settled(page)
    ada.goto(f"/tickets/{ticket.number}/")
    ada.keyboard.press("n")
    ada.keyboard.type("Who knows? @an")
    option = ada.get_by_role("option", name="Ana Lopez")
    expect(option).to_have_attribute("aria-selected", "true")
    ada.keyboard.press("Enter")
    expect(ada.locator("#note-text")).to_have_value("Who knows? @Ana Lopez ")
    ada.keyboard.type("do you?")
    ada.keyboard.press("Control+Enter")
    expect(ada.locator(".toast")).to_contain_text("Note saved")
    assert Mention.objects.get().person == cast.ana

    expect(ana.locator(".bell-count")).to_have_text("1", timeout=SOON)
    expect(ana.locator(".bell-count")).to_be_visible()
    ana.keyboard.press("b")
    expect(ana.locator("#bell-panel")).to_contain_text("Ada King mentioned you")
    ana.locator("#bell-panel .pile-link").first.wait_for()
    ana.keyboard.press("Enter")
    ana.wait_for_url(f"**/tickets/{ticket.number}/")
    expect(ana.locator(".bell-count")).to_be_hidden()
    expect(ben.locator(".bell-count")).to_be_hidden()
    assert "Ada" not in ben.locator("#bell-news").inner_text()


def test_what_is_read_before_the_stream_stands_rings_no_longer(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    ana, ada = enter(cast.ana), enter(cast.ada)
    say(ada, ticket, "@Ana Lopez one")
    make.follow_log()
    ana.goto("/tickets/?view=closed")
    expect(ana.locator(".bell-count")).to_be_visible()
    # Longer than the bell waits for the stream at most.
    ana.route("**/events?*", lambda route: (ana.wait_for_timeout(3_000), route.continue_()))
    ana.goto(f"/tickets/{ticket.number}/")
    expect(ana.locator(".bell-count")).to_be_hidden()


def test_the_menu_of_names_stays_when_the_rich_box_comes(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.route(re.compile(r"/editor[^/]*\.js"), lambda route: (page.wait_for_timeout(1_500), route.continue_()))
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("n")
    page.keyboard.type("@ada")
    page.get_by_role("option", name="Ada King").wait_for()
    page.locator("#note-text-rich").wait_for()
    expect(page.locator("#note-text-rich")).to_have_attribute("aria-activedescendant", "note-text-mentions-0")
    page.keyboard.press("Enter")
    expect(page.locator("#note-text")).to_have_value("@Ada King ")


def test_a_mention_in_vain_is_said_before_and_after(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("n")
    page.keyboard.type("@ben")
    expect(page.get_by_role("option", name="Ben Weiss")).to_contain_text("cannot see this ticket")
    page.keyboard.press("Escape")
    expect(page.locator(".mentions")).to_be_hidden()
    expect(page.locator("#note-text-rich")).to_be_focused()
    page.keyboard.type(" weiss, have you seen this?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("Ben Weiss cannot see this ticket and was not told")
    assert Message.objects.get(kind="note").text == "@ben weiss, have you seen this?"
    assert not Mention.objects.exists()


@pytest.mark.usefixtures("_worker")
def test_news_are_said_once_to_a_screen_reader(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    ana, ada = enter(cast.ana), enter(cast.ada)
    ana.goto("/tickets/?view=closed")
    settled(ana)
    say(ada, ticket, "@Ana Lopez one")
    expect(ana.locator(".bell-count")).to_have_text("1", timeout=SOON)
    other = make.ticket("No network", to=cast.support, of=cast.dan)
    say(ada, other, "@Ana Lopez two")
    expect(ana.locator("#bell-news")).to_have_text(f"#{other.number}: Ada King mentioned you", timeout=SOON)
    expect(ana.locator(".bell-count")).to_have_text("2", timeout=SOON)
    ana.reload()
    expect(ana.locator(".bell-count")).to_have_text("2", timeout=SOON)
    expect(ana.locator("#bell-news")).to_have_text("")


def test_a_mention_in_a_plain_box_and_back_by_undo(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("n")
    page.locator("#note-text-rich").wait_for()
    page.locator("#panel-note [data-plain-toggle]").click()
    expect(page.locator("#note-text")).to_be_focused()
    page.keyboard.type("@ada")
    page.get_by_role("option", name="Ada King").wait_for()
    page.keyboard.press("Tab")
    expect(page.locator("#note-text")).to_have_value("@Ada King ")
    page.keyboard.press("Control+z")
    expect(page.locator("#note-text")).to_have_value("@ada")


def say(page: Page, ticket: Ticket, text: str) -> None:
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("n")
    page.keyboard.type(f"{text} ")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast").first).to_contain_text("Note saved")


def test_follow_mute_and_let_a_colleague_follow(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    menu = page.locator("#menu-followers")

    def open_menu() -> None:
        page.keyboard.press("v")
        expect(menu.locator(".pop-filter")).to_be_focused()

    open_menu()
    assert menu.get_by_text("Ben Weiss").count() == 0, "he cannot see it"
    menu.get_by_role("button", name="Ana Lopez").click()
    expect(page.locator(".prop", has_text="Followers")).to_contain_text("Ana Lopez")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator(".prop", has_text="Followers")).not_to_contain_text("Ana Lopez")
    open_menu()
    menu.get_by_role("button", name="Ada King").click()
    expect(page.locator(".prop", has_text="Followers")).to_contain_text("Ada King")
    open_menu()
    menu.get_by_role("button", name="Mute this ticket for me").click()
    expect(page.locator(".toast").last).to_contain_text("Muted")
    assert dict(Follower.objects.values_list("person__name", "state")) == {"Ana Lopez": "muted", "Ada King": "follows"}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_that_axe_finds(enter: Enter, cast: make.Cast, ticket: Ticket, theme: str) -> None:
    Person.objects.filter(pk=cast.ana.pk).update(theme=theme)
    page, ada = enter(cast.ana), enter(cast.ada)
    say(ada, ticket, "@Ana Lopez one")
    make.follow_log()
    for url in ("/notices/", "/notices/?show=all", "/settings/notices/"):
        page.goto(url)
        assert flaws(page) == [], url
    page.keyboard.press("b")
    page.locator("#bell-panel .pile-link").first.wait_for()
    assert flaws(page) == [], "bell"
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("n")
    page.keyboard.type("@a")
    page.get_by_role("option").first.wait_for()
    assert flaws(page) == [], "mentions"
