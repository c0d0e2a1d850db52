"""How many bytes a browser fetches for the first page and for each step after it: `python -m bench.weight`.

A real browser with an empty cache, a desk with 1,000 tickets; bytes as they come over the wire, heads included. The
stream of live changes, which never ends, is not counted.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

from bench.desk import filled, measure

TICKETS = 1000
QUIET = 1500  # milliseconds after the page has come, for what it fetches by itself
KB = 1000


class Weighed:
    """Bytes of one page's requests, by address, since they were last asked for."""

    def __init__(self, page: Page) -> None:
        self._addresses: dict[str, str] = {}
        self._bytes: dict[str, int] = defaultdict(int)
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", lambda event: self._asked(event))
        session.on("Network.loadingFinished", lambda event: self._came(event))
        session.send("Network.enable")

    def _asked(self, event: Any) -> None:
        self._addresses[event["requestId"]] = event["request"]["url"]

    def _came(self, event: Any) -> None:
        address = self._addresses.get(event["requestId"], "")
        self._bytes[address.partition("?")[0]] += event["encodedDataLength"]

    def taken(self) -> dict[str, int]:
        found = {address: size for address, size in self._bytes.items() if size}
        self._bytes.clear()
        return found


def run() -> dict[str, dict[str, int]]:
    """Step -> bytes by address."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with filled() as desk, sync_playwright() as playwright:
        cookie: dict[str, Any] = measure(desk, "bench.weight_within", str(TICKETS))
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        context: BrowserContext = browser.new_context(
            base_url=desk.url, viewport={"width": 1280, "height": 900}, service_workers="block"
        )
        context.add_cookies([{**cookie, "url": desk.url}])  # type: ignore[typeddict-item]
        page = context.new_page()
        weighed = Weighed(page)
        steps: dict[str, Callable[[], Any]] = {
            "first page, a list": lambda: page.goto("/tickets/?view=all"),
            "a ticket": lambda: page.locator(".row-link").first.click(),
            "the reply box (its editor, once)": lambda: page.keyboard.press("r"),
            "back to the list": lambda: page.goto("/tickets/?view=all"),
            "another ticket": lambda: page.locator(".row-link").nth(3).click(),
            "another list": lambda: page.goto("/tickets/?view=closed"),
            "its next page": lambda: page.locator("a[rel=next]").click(),
            "a search": lambda: page.goto("/search/?q=printer"),
            "the contacts": lambda: page.goto("/contacts/"),
        }
        figures = {}
        for name, act in steps.items():
            act()
            page.wait_for_load_state("load")
            page.wait_for_timeout(QUIET)
            figures[name] = weighed.taken()
        browser.close()
    return figures


def main() -> None:
    print("Page weight, kB over the wire   goal: the first page under 200, each step after it under 30")
    for name, sizes in run().items():
        print(f"  {name:<34} {sum(sizes.values()) / KB:7.1f}")
        for address, size in sorted(sizes.items(), key=lambda pair: -pair[1])[:8]:
            print(f"    {size / KB:8.1f}  {'/'.join(address.split('/')[3:])[-60:]}")


if __name__ == "__main__":
    main()
