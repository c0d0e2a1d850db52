"""What others do while a button is held down: the click that follows still does what it was meant for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Response, Route, expect

from guichet.tickets import actions, events
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Priority
from tests import make
from tests.live.test_company import settled

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., Page]
CLEO = {"name": "Cleo Martin", "address": "cleo@customer.example"}


def press(page: Page, selector: str) -> None:
    """The button goes down in the middle of it, and stays down."""
    page.locator(selector).scroll_into_view_if_needed()
    box = page.locator(selector).bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()


def told(response: Response) -> bool:
    """The counts are asked for again a moment after the page heard of a change, when its other answers are there."""
    return "/counts/" in response.url


def test_a_waiting_reply_goes_out_though_a_colleague_acts_under_the_pressed_button(enter: Enter) -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    later = timezone.now() + timedelta(days=2)
    actions.reply(ticket, Words(text="On Monday.", to=[CLEO], send_at=later), By(cast.ana, "desk"), seen=None)
    page = enter(cast.ana)
    settled(page, f"/tickets/{ticket.number}/")
    press(page, ".waits .btn:text-is('Send now')")
    with page.expect_response(told):
        actions.snooze(
            ticket, timezone.now() + timedelta(days=1), By(cast.ada, "desk")
        )  # a bar above all that stands here
    page.mouse.up()
    expect(page.locator(".toast")).to_contain_text("It is on its way")
    expect(page.locator(".happened")).to_contain_text("4 changes")  # and then the page catches up
    assert ticket.events.filter(kind=events.RESCHEDULED).count() == 1


def test_a_row_opens_though_it_is_laid_anew_under_the_pressed_button(enter: Enter) -> None:
    cast = make.cast()
    ticket = make.ticket("The printer is dark", to=cast.support, of=cast.cleo)
    page = enter(cast.ana)
    settled(page, "/tickets/?view=all")
    press(page, f"#row-{ticket.pk} .row-link")
    with page.expect_response(told):
        actions.set_priority(ticket, Priority.HIGH, By(cast.ada, "desk"))
    page.mouse.up()
    page.wait_for_url(f"**/tickets/{ticket.number}/**")


def test_a_row_changes_once_the_hand_is_off(enter: Enter) -> None:
    cast = make.cast()
    ticket = make.ticket("The printer is dark", to=cast.support, of=cast.cleo)
    page = enter(cast.ana)
    settled(page, "/tickets/?view=all")
    press(page, f"#row-{ticket.pk}")
    with page.expect_response(told):
        actions.assign(ticket, cast.ada, By(cast.ada, "desk"))
    page.mouse.move(5, 5)
    page.mouse.up()
    expect(page.locator(f"#row-{ticket.pk}.row-fresh")).to_have_count(1)


def test_what_happens_while_the_page_is_on_its_way_is_shown_too(enter: Enter) -> None:
    """The first answer is older than the second note; htmx alone forgot to ask again."""
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    page = enter(cast.ana)
    settled(page, f"/tickets/{ticket.number}/")
    page.wait_for_load_state("networkidle")
    held: list[tuple[Route, object]] = []

    def hold_first(route: Route) -> None:
        if route.request.headers.get("hx-request") and not held:
            held.append((route, route.fetch()))
        else:
            route.continue_()

    page.route(re.compile(rf"/tickets/{ticket.number}/(\?|$)"), hold_first)
    for words in ("the first", "the second"):
        with page.expect_response(told):
            actions.add_note(ticket, Words(text=words), By(cast.ada, "desk"))
    expect(page.locator(".msg-note")).to_have_count(0)
    ((route, response),) = held
    route.fulfill(response=response)  # type: ignore[arg-type]
    expect(page.locator(".msg-note")).to_have_count(2)
