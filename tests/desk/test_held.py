"""What a hand is on stays: open menus, typed words and the focus outlive every change of the page, and nothing is asked
for twice."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import Priority, Ticket
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


def opened(page: Page, ticket: Ticket) -> Page:
    page.goto(f"/tickets/{ticket.number}/")
    expect(page.locator("html")).to_have_attribute("data-live", "on")
    return page


def note(ticket: Ticket, cast: make.Cast, text: str) -> None:
    ticket.refresh_from_db()
    actions.add_note(ticket, actions.Words(text=text), By(cast.ada, "desk"))


def test_a_page_that_is_up_to_date_fetches_nothing(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if f"/tickets/{ticket.number}/?" in one.url else None)
    opened(page, ticket)
    page.wait_for_timeout(800)
    assert asked == []
    note(ticket, cast, "Look at the fuse.")
    expect(page.locator(".msg-note")).to_contain_text("Look at the fuse.")
    assert len(asked) == 1


def test_an_open_menu_and_what_is_typed_in_it_outlive_a_change(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = opened(enter(cast.ana), ticket)
    page.keyboard.press("a")
    field = page.locator("#menu-assignee .pop-filter")
    expect(field).to_be_focused()
    page.keyboard.type("Ada")
    note(ticket, cast, "Look at the fuse.")
    actions.set_tags(Ticket.objects.get(pk=ticket.pk), ["fuse"], By(cast.ada, "desk"))
    expect(page.locator(".msg-note")).to_contain_text("Look at the fuse.")
    expect(page.locator(".prop-tags")).to_contain_text("fuse")
    expect(field).to_be_focused()
    expect(field).to_have_value("Ada")
    expect(page.locator("[popovertarget=menu-assignee]").first).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Enter")
    expect(page.locator(".prop", has_text="Assignee")).to_contain_text("Ada King")


def test_a_reply_that_is_being_written_outlives_a_change(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = opened(enter(cast.ana), ticket)
    page.keyboard.press("r")
    page.keyboard.type("Half an answer")
    note(ticket, cast, "Look at the fuse.")
    expect(page.locator(".msg-note")).to_contain_text("Look at the fuse.")
    expect(page.locator("#reply-text-rich")).to_be_focused()
    page.keyboard.type(" and more")
    expect(page.locator("#reply-text")).to_have_value("Half an answer and more")


def test_a_menu_comes_while_the_page_is_on_its_way(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = opened(enter(cast.ana), ticket)
    slow(page, re.compile(rf"/tickets/{ticket.number}/\?"), seconds=6)
    note(ticket, cast, "Look at the fuse.")
    page.wait_for_timeout(200)
    page.keyboard.press("a")
    expect(page.locator("#menu-assignee .pop-filter")).to_be_focused()
    assert page.locator(".msg-note").count() == 0, "it did not wait for the page"
    expect(page.locator(".msg-note")).to_contain_text("Look at the fuse.")
    expect(page.locator("#menu-assignee .pop-filter")).to_be_focused()
    page.unroute_all(behavior="wait")


def test_an_act_is_told_though_the_page_was_on_its_way(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = opened(enter(cast.ana), ticket)
    slow(page, re.compile(rf"/tickets/{ticket.number}/\?"))
    slow(page, "**/tags/", "POST", 1.5)
    note(ticket, cast, "Look at the fuse.")
    page.wait_for_timeout(200)
    page.keyboard.press("t")
    page.locator("#menu-tags .pop-filter").fill("fuse")
    page.keyboard.press("Enter")
    expect(page.locator(".toast").get_by_role("button", name="Undo")).to_be_visible()
    expect(page.locator(".prop-tags")).to_contain_text("fuse")
    expect(page.locator(".msg-note")).to_contain_text("Look at the fuse.")
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".prop-tags")).not_to_contain_text("fuse")
    page.unroute_all(behavior="wait")


def test_no_act_is_dropped_for_another(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = opened(enter(cast.ana), ticket)
    for key, menu, name in (("p", "#menu-priority", "High"), ("t", "#menu-tags", "")):
        page.keyboard.press(key)
        if name:
            page.locator(menu).get_by_role("button", name=name).click()
        else:
            page.locator(f"{menu} .pop-filter").fill("fuse")
            page.keyboard.press("Enter")
        expect(page.locator("#toasts .toast").last).to_contain_text(name or "fuse")
    slow(page, "**/priority/", "POST")
    undo = page.locator("#toasts").get_by_role("button", name="Undo")
    undo.first.click()
    undo.first.click()
    expect(page.locator(".prop-tags")).not_to_contain_text("fuse")
    expect(page.locator(".prop", has_text="Priority")).to_contain_text("Normal")
    page.unroute_all(behavior="wait")
    ticket.refresh_from_db()
    assert (ticket.priority, list(ticket.tags.all())) == (Priority.NORMAL, [])
