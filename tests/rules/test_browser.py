"""The editor of rules in a real browser: condition by rows and keys, tried, saved, read by axe, whole on a phone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, expect

from guichet.rules.models import Rule
from tests import make
from tests.browser import flaws
from tests.rules.making import rule

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., Page]
Theme = Literal["light", "dark"]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture
def cast(transactional_db: None) -> make.Cast:
    return make.cast()


def test_written_by_rows_tried_and_saved(enter: Enter, cast: make.Cast) -> None:
    ticket = make.ticket("VPN is down", to=cast.support)
    page = enter(cast.ada)
    page.goto("/settings/rules/add/")
    page.get_by_label("Name", exact=True).fill("VPN first")
    page.get_by_label("A new ticket").check()
    page.get_by_role("button", name="Edit as rows").click()
    row = page.locator(".ask-row").first
    row.get_by_label("Field").select_option("subject")
    page.locator(".ask-row").first.get_by_label("Value").fill("vpn")
    page.keyboard.press("Enter")  # sends nothing: there is more to fill in
    expect(page.locator("#ask-text")).to_have_value("subject:vpn")
    page.locator("#id_priority").select_option("1")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator("#trial")).to_contain_text("It would have acted 1 time.")
    expect(page.locator("#trial")).to_contain_text(f"#{ticket.number}")
    assert not Rule.objects.exists()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="VPN first", exact=True)).to_be_visible()


@pytest.mark.parametrize("is_phone", [False, True], ids=["wide", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    enter: Enter, cast: make.Cast, theme: Theme, *, is_phone: bool
) -> None:
    made = rule("subject:vpn -tag:network (assignee:none or team:Support)", {"priority": 1, "add_tags": ["network"]})
    rule("", {"mail": {"customer": True, "text": {"en": "Hello"}}, "notify": {"team": True}}, name="Greets", stops=True)
    ticket = make.ticket("VPN is down", to=cast.support, of=cast.cleo)
    make.follow_log()
    page = enter(cast.ada, color_scheme=theme, **(PHONE if is_phone else {}))
    urls = [
        "/settings/rules/",
        f"/settings/rules/{made.pk}/",
        f"/settings/rules/{made.pk}/history/",
        f"/tickets/{ticket.number}/",
    ]
    for url in urls:
        page.goto(url, timeout=30_000)
        if url == f"/settings/rules/{made.pk}/":
            page.get_by_role("button", name="Try it").click()
            expect(page.locator("#trial")).to_contain_text("It would")
            page.get_by_role("button", name="Edit as rows").click()
            expect(page.locator(".ask-row").first).to_be_visible()
        assert flaws(page) == [], url
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), url
