"""Two colleagues in two browsers: each sees the other look and write, and is warned before a second answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., Page]


def settled(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator("html")).to_have_attribute("data-live", "on")


def test_each_sees_the_other_look_write_and_leave(enter: Enter) -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    ana, ada, ben = enter(cast.ana), enter(cast.ada), enter(cast.ben)
    settled(ana, f"/tickets/{ticket.number}/")
    settled(ben, "/tickets/?view=all")
    here = ana.locator("#here")
    expect(here).to_be_hidden()
    settled(ada, f"/tickets/{ticket.number}/")
    expect(here).to_have_text("AKAda is looking")
    expect(ada.locator("#here")).to_have_text("ALAna is looking")
    ada.keyboard.press("r")
    ada.keyboard.type("I will")
    expect(here).to_contain_text("Ada is writing a reply")
    expect(ana.locator(".here-warning").first).to_have_text(
        "Ada King is writing a reply here too: agree on one answer."
    )
    ada.get_by_role("tab", name="Internal note").click()
    ada.keyboard.type("I look at it")
    expect(here).to_contain_text("Ada is writing a note")
    expect(ana.locator(".here-warning").first).to_be_hidden()
    ada.keyboard.press("Control+Enter")
    expect(ana.locator(".msg-note")).to_contain_text("I look at it")
    expect(here).to_contain_text("Ada is looking")
    ada.goto("/tickets/?view=all")
    expect(here).to_be_hidden()
    expect(ada.locator(f"#row-{ticket.pk} .row-here")).to_have_attribute("title", "Ana is looking")
    assert ben.locator(".row-here").count() == 0
    ana.close()
    expect(ada.locator(f"#row-{ticket.pk} .row-here")).to_have_count(0)


def test_writing_to_the_same_customer_on_another_ticket_is_said_at_the_button(enter: Enter) -> None:
    cast = make.cast()
    first, second = (make.ticket(to=cast.support, of=cast.cleo) for _ in range(2))
    other = make.ticket(to=cast.support, of=cast.dan)
    ana, ada = enter(cast.ana), enter(cast.ada)
    settled(ana, f"/tickets/{first.number}/")
    settled(ada, f"/tickets/{second.number}/")
    ada.keyboard.press("r")
    ada.keyboard.type("Cleo,")
    warning = ana.locator("#panel-reply .here-warning")
    expect(warning).to_have_text(f"Ada King is writing to this customer too, in #{second.number}.")
    expect(ana.locator("#here")).to_be_hidden()
    settled(ana, f"/tickets/{other.number}/")
    ana.keyboard.press("r")
    expect(ana.locator("#panel-reply .here-warning:visible")).to_have_count(0)


def test_what_is_typed_and_who_is_here_survive_a_change_of_the_page(enter: Enter) -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    ana, ada = enter(cast.ana), enter(cast.ada)
    settled(ana, f"/tickets/{ticket.number}/")
    settled(ada, f"/tickets/{ticket.number}/")
    expect(ana.locator("#here")).to_contain_text("Ada is looking")
    ada.keyboard.press("p")
    ada.keyboard.press("Home")
    ada.keyboard.press("Enter")
    expect(ana.locator(".prop", has_text="Priority")).to_contain_text("Critical")
    expect(ana.locator("#here")).to_contain_text("Ada is looking")
