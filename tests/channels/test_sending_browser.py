"""The pages of ways out in a real browser: there to the provider and back, by keyboard, and read by axe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from guichet.channels.email import oauth
from guichet.channels.email.sending import dkim_signing
from guichet.kit import http
from guichet.people.models import Person, Theme
from tests import make
from tests.browser import flaws
from tests.channels.provider import CLIENT, CLIENT_SECRET, Provider, provider
from tests.channels.sink import sink

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., Page]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
# What reaches past the right edge, apart from what scrolls by itself.
WIDE = """[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1
          && !e.closest('.table-frame')).map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture
def cast(transactional_db: None) -> make.Cast:
    return make.cast()


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch, address: str) -> Iterator[Provider]:
    with provider() as made:
        monkeypatch.setattr(settings, "URL", address)
        monkeypatch.setattr(http, "_is_public", lambda text: True)
        monkeypatch.setitem(http._PORTS, "http", made.port)
        told = replace(oauth.PROVIDERS["google"], authorize=f"{made.url}/authorize", token=f"{made.url}/token")
        monkeypatch.setitem(oauth.PROVIDERS, "google", told)
        yield made


def test_to_the_provider_and_back_by_keyboard(enter: Enter, cast: make.Cast, google: Provider) -> None:
    page = enter(cast.ada)
    page.goto(f"/settings/inboxes/{cast.support.pk}/")
    page.get_by_role("link", name="Sign in with Google or Microsoft").click()
    page.get_by_role("link", name="Sign in with Google").press("Enter")
    page.get_by_label("Client ID").fill(CLIENT)
    page.get_by_label("Client secret").fill(CLIENT_SECRET)
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("Signed in to Google as support@desk.example")
    cast.support.refresh_from_db()
    stored = cast.support.settings
    stored["oauth"]["error"] = "The permission of Google has ended."
    cast.support.save()
    page.reload()
    page.get_by_role("button", name="Sign in to Google again").click()
    expect(page.locator("body")).not_to_contain_text("has ended")
    expect(page.locator("body")).to_contain_text("Signed in to Google as support@desk.example")
    with sink(login=True) as out:
        cast.support.refresh_from_db()
        out.tokens["support@desk.example"] = google.access
        cast.support.settings["outgoing"] |= {"host": "127.0.0.1", "port": out.port, "tls": "none"}
        cast.support.save()
        page.get_by_role("button", name="Send me a test mail").click()
        expect(page.locator("#found-test")).to_contain_text("on its way to ada@desk.example")
        assert out.taken[0].user == "support@desk.example"


def visit(page: Page, cast: make.Cast, look: Callable[[str], None]) -> None:
    where = f"/settings/inboxes/{cast.support.pk}/sending/"
    page.goto(where)
    look("empty")
    page.get_by_label("Selector").fill("a b")
    page.get_by_role("button", name="Make a key").click()
    page.locator(".field-error").first.wait_for()
    look("error")
    page.goto(f"{where}sign-in/microsoft/")
    look("sign in")
    page.get_by_role("button", name="Go to Microsoft").click()
    page.locator(".field-error").first.wait_for()
    look("sign in, errors")
    page.goto(f"{where}service/mailgun/")
    look("service")
    for label in ("API key", "Sending domain", "Webhook signing key"):
        page.get_by_label(label).fill("x")
    page.get_by_role("button", name="Send by Mailgun").click()
    page.locator("#events-address").wait_for()
    look("addresses")
    cast.support.refresh_from_db()
    cast.support.settings |= {
        "dkim": dkim_signing.make("desk.example", "guichet"),
        "oauth": {"provider": "google", "user": "support@desk.example", "error": "The permission of Google has ended.",
                  "client_id": "x", "client_secret": "x", "tenant": ""},
        "imap": {"host": "imap.gmail.com", "port": 993, "tls": "tls", "user": "support@desk.example", "password": "",
                 "folders": ["INBOX"], "delete_after": False, "oauth": "google", "inbox": cast.support.pk},
    }  # fmt: skip
    cast.support.save()
    page.goto(where)
    page.get_by_text("As a zone file wants it").click()
    look("full")
    page.goto(f"/settings/inboxes/{cast.support.pk}/")
    look("inbox")
    page.goto("/settings/inboxes/")
    look("inboxes")


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
@pytest.mark.parametrize("is_phone", [False, True])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    enter: Enter, cast: make.Cast, theme: Theme, is_phone: bool, request: pytest.FixtureRequest
) -> None:
    Person.objects.filter(pk=cast.ada.pk).update(theme=theme)
    page = enter(cast.ada, **(PHONE if is_phone else {}), color_scheme=str(theme))
    found: dict[str, object] = {}
    shots = request.config.getoption("basetemp")

    def look(name: str) -> None:
        if shots:
            Path(shots).mkdir(exist_ok=True)
            page.set_viewport_size({"width": 390 if is_phone else 1280, "height": 1700})
            page.screenshot(path=f"{shots}/{name}-{theme}-{'phone' if is_phone else 'desk'}.png", full_page=True)
        if problems := flaws(page):
            found[name] = problems
        if wide := page.evaluate(WIDE):
            found[f"{name}, width"] = wide

    visit(page, cast, look)
    assert found == {}
