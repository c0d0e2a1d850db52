"""A browser that is killed (kill -9, a power cut) loses nothing of what was typed, and brings nothing back that was sent."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect

from guichet.tickets.models import Draft, Ticket
from tests import make
from tests.browser import chromium_program, client_of

pytestmark = pytest.mark.django_db(transaction=True)


class Killable:
    """A browser with a profile on disk, as people have one; the program may end, the profile stays."""

    def __init__(self, chromium: Browser, address: str, profile: Path, session: str) -> None:
        self.chromium, self.address, self.profile, self.session = chromium, address, profile, session
        self.context: BrowserContext | None = None

    def start(self) -> Page:
        self.context = self.chromium.browser_type.launch_persistent_context(
            self.profile,
            executable_path=chromium_program(),
            args=["--no-sandbox"],
            base_url=self.address,
            locale="en-GB",
        )
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": self.session, "url": self.address}
        self.context.add_cookies([cookie])  # type: ignore[list-item]
        return self.context.pages[0]

    def kill(self) -> None:
        os.kill(self.process(), signal.SIGKILL)
        assert self.context is not None
        with suppress(Error):
            self.context.close()

    def process(self) -> int:
        for folder in Path("/proc").iterdir():
            with suppress(OSError):
                words = (folder / "cmdline").read_text().split("\0") if folder.name.isdigit() else []
                if f"--user-data-dir={self.profile}" in words and not any(one.startswith("--type=") for one in words):
                    return int(folder.name)
        raise AssertionError("no browser runs with this profile")


@pytest.fixture
def cast(transactional_db: None) -> make.Cast:
    return make.cast()


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket("The printer is dark", to=cast.support, of=cast.cleo)


@pytest.fixture
def browser(chromium: Browser, address: str, tmp_path: Path, cast: make.Cast) -> Iterator[Killable]:
    made = Killable(chromium, address, tmp_path, client_of(cast.ana).cookies[settings.SESSION_COOKIE_NAME].value)
    yield made
    if made.context is not None:
        made.context.close()


def opened(page: Page, ticket: Ticket) -> None:
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("r")
    expect(page.locator("#reply-text-rich")).to_be_focused()


def test_what_was_typed_without_a_connection_is_there_again(browser: Killable, ticket: Ticket) -> None:
    page = browser.start()
    opened(page, ticket)
    page.keyboard.type("At the desk.")
    expect(page.locator("#panel-reply [data-draft-state]")).to_have_text("Draft saved")
    page.context.set_offline(True)
    page.keyboard.type(" And in the tunnel.")
    expect(page.locator("#panel-reply [data-draft-state]")).to_have_text("Kept in this browser")
    browser.kill()
    page = browser.start()
    page.goto(f"/tickets/{ticket.number}/")
    expect(page.locator("#reply-text")).to_have_value("At the desk. And in the tunnel.")
    expect(page.locator("#panel-reply [data-draft-state]")).to_have_text("Draft saved")
    assert Draft.objects.get().text == "At the desk. And in the tunnel."


def test_what_was_sent_does_not_come_back(browser: Killable, ticket: Ticket) -> None:
    page = browser.start()
    opened(page, ticket)
    page.keyboard.type("Try the switch.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-outbound")).to_contain_text("Try the switch.")
    expect(page.locator("#reply-text")).to_have_value("")
    browser.kill()
    page = browser.start()
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("r")
    expect(page.locator("#reply-text-rich")).to_be_focused()
    expect(page.locator("#reply-text")).to_have_value("")
    assert not Draft.objects.exists()
