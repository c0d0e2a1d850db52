"""Promises in a real browser: one is put into a reply by its key, and the figure is read by axe and whole on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from guichet.clocks import defaults
from guichet.clocks.models import Clock, Promise
from guichet.tickets.models import Ticket
from tests import make
from tests.browser import flaws
from tests.clocks.conftest import read_log

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., Page]
Theme = Literal["light", "dark"]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


def test_the_next_answer_is_promised_by_a_key(enter: Enter, ticket: Ticket, cast: make.Cast) -> None:
    read_log()
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("q")
    page.get_by_placeholder("Find a text").fill("promise")
    expect(page.locator("#macro-promise")).to_contain_text("If you send it now: by")
    page.keyboard.press("Enter")
    box = page.locator("#reply-text-rich")
    expect(box).to_contain_text("You will have our next answer by {answer.by}.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text(re.compile("Your (words|reply) to Cleo"))).to_be_visible()
    said = ticket.messages.filter(kind="outbound", auto="").get()
    assert "You will have our next answer by " in said.text and "{" not in said.text
    read_log()
    assert Clock.objects.get(ticket=ticket, kind="next").state == "running"


@pytest.mark.parametrize("is_phone", [False, True], ids=["wide", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_figure_and_nothing_is_cut_off(
    enter: Enter, cast: make.Cast, theme: Theme, *, is_phone: bool
) -> None:
    defaults.ensure()
    for hours in (3, 30):
        at = timezone.now() - timedelta(hours=hours)
        ticket = make.ticket("A lamp", to=cast.support, of=cast.cleo)
        Promise.objects.create(ticket=ticket, run=1, made_at=at, at=at, moved=1, settled_at=at if hours == 3 else None)
    page = enter(cast.ada, color_scheme=theme, **(PHONE if is_phone else {}))
    for url in ("/deadlines/promises/", "/deadlines/promises/?days=7&team=0&inbox=99"):
        page.goto(url)
        expect(page.get_by_role("heading", name="Promises kept")).to_be_visible()
        assert flaws(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
