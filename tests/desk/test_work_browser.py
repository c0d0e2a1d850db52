"""Checklist and clock in a real browser, by keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import make
from tests.browser import flaws

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_checklist_and_the_clock_are_whole_in_a_browser(enter: Callable[..., Page]) -> None:
    cast = make.cast()
    ticket = make.ticket("The printer is dark", to=cast.support, of=cast.cleo)
    browser = enter(cast.ana)

    browser.goto(f"/tickets/{ticket.number}/")
    browser.get_by_role("button", name="More", exact=True).click()
    browser.get_by_role("button", name="Checklist").click()
    expect(browser.locator("#menu-more")).to_be_hidden()  # what opens from a menu takes its place
    browser.get_by_placeholder("What is to be done").fill("Change the toner")
    browser.keyboard.press("Enter")
    expect(browser.locator("#card")).to_contain_text("0 of 1 done")
    expect(browser.locator("#menu-checklist .work-row")).to_have_count(1)
    expect(browser.get_by_placeholder("What is to be done")).to_be_focused()
    browser.keyboard.type("Test it")
    browser.keyboard.press("Enter")
    expect(browser.locator("#menu-checklist .work-row")).to_have_count(2)
    tick = browser.locator("#menu-checklist").get_by_role("checkbox", name="Test it")
    tick.press("Space")
    expect(browser.locator("#card")).to_contain_text("1 of 2 done")
    expect(tick).to_have_attribute("aria-checked", "true")
    expect(tick).to_be_focused()
    assert flaws(browser) == []
    browser.locator("#menu-checklist").get_by_role("button", name="Remove Test it").click()
    expect(browser.locator("#menu-checklist .work-row")).to_have_count(1)
    browser.keyboard.press("Escape")
    expect(browser.locator("#menu-checklist")).to_be_hidden()
    browser.get_by_role("checkbox", name="Change the toner").press("Space")
    expect(browser.locator("#card")).to_contain_text("1 of 1 done")
    browser.get_by_role("button", name="Change the checklist").press("Enter")
    expect(browser.locator("#menu-checklist .work-row")).to_have_count(1)
    assert flaws(browser) == []
    browser.keyboard.press("Escape")
    browser.get_by_role("button", name="More", exact=True).click()
    browser.get_by_role("button", name="Time spent").click()
    browser.get_by_role("button", name="Start the clock").click()
    expect(browser.locator("#card .tag .icon")).to_have_count(1)
    browser.reload()
    browser.locator("#card [popovertarget=menu-time]").press("Enter")
    browser.get_by_role("button", name="Stop").click()
    expect(browser.locator("#card")).to_contain_text("1 min")
    browser.locator("#card [popovertarget=menu-time]").press("Enter")
    expect(browser.locator("#menu-time")).to_contain_text("All together")
    assert flaws(browser) == []
    for path in ("checklist", "time"):
        browser.goto(f"/tickets/{ticket.number}/{path}/")
        assert flaws(browser) == []
