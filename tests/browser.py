"""Fixtures for every room: signed-in clients, and a real browser in front of the real web server."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, NoReturn, TypeVar, cast

import django
import pytest
import uvicorn
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

django.setup()  # pytest reads this file before the hook of tests/conftest.py that does so

from guichet.live import hub, stream  # noqa: E402
from guichet.people.models import Person  # noqa: E402
from tests.desk import free_ports  # noqa: E402

T = TypeVar("T")
PATIENCE = 20_000  # milliseconds until a test gives up: a busy machine is slow, not broken
# Without motion: what is still on its way to its place has neither its colours nor its position.
AS_USUAL = {"locale": "en-GB", "reduced_motion": "reduce"}
AXE = Path(__file__).parents[1] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
# WCAG 2.2 AA and what is good practice beside it: more than axe looks at unasked.
AA = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# Nothing is on its way: neither the page, nor a piece of it, nor its letters, nor what fades in.
IS_STILL = """() => document.readyState === "complete" && document.fonts.status === "loaded"
    && !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling")
    && document.getAnimations().every(one => one.playState !== "running" || one.effect.getComputedTiming().endTime === Infinity)"""
LOOK = r"""async ([where, rules]) => {
    if (!window.axe) { %s }
    const found = await axe.run(where ?? document, {runOnly: rules, resultTypes: ["violations"]});
    return found.violations.flatMap(({id, nodes}) => nodes.map(node =>
        `${id}: ${node.html.slice(0, 160)} (${node.failureSummary.split("\n").slice(1).join("").trim()})`));
}"""


def missing(what: str) -> NoReturn:
    """A tool that is not there: a skip on a developer's machine, a failure in CI."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


def in_a_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run in a thread of its own: this one may hold the loop of a browser that other tests have opened."""
    with ThreadPoolExecutor(1) as one:
        return one.submit(asyncio.run, work).result()


def client_of(person: Person) -> Client:
    client = Client(HTTP_HOST="localhost")
    client.force_login(person)
    return client


def chromium_program() -> str:
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    return program or missing("chromium is not installed (apt install chromium)")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    program = chromium_program()
    if not settings.BUILD.exists():
        missing("the front end is not built (npm ci --ignore-scripts && npm run build in frontend/)")
    # Playwright's own loop lives in this thread; Django need not guard against it here.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@cache
def axe() -> str:
    """The look with axe-core, which the front end's development tools bring."""
    if not AXE.exists():
        missing("axe-core is not installed (npm ci --ignore-scripts in frontend/)")
    return LOOK % AXE.read_text()


def flaws(page: Page, where: str | None = None, rules: Sequence[str] = AA) -> list[str]:
    """What axe finds in the page, or in `where` of it, as soon as it stands still; `rules` are tags or names.

    A click that leads to another page is waited for by whoever clicked: only they know which page is to come.
    """
    page.wait_for_function(IS_STILL)
    return cast("list[str]", page.evaluate(axe(), [where, list(rules)]))


def slow(page: Page, what: str | re.Pattern[str], method: str = "GET", seconds: float = 1.0) -> None:
    """The server takes its time for what scripts ask of it here."""

    def hold(route: Route) -> None:
        if route.request.method == method and "hx-request" in route.request.headers:
            page.wait_for_timeout(seconds * 1000)
        route.continue_()

    page.route(what, hold)


def watch_second_steps(page: Page) -> None:
    """Note of each button that agrees to what was just asked whether it takes a press in the moment it comes."""
    page.add_init_script(
        """window.secondSteps = [];
        new MutationObserver((changes) => {
          for (const added of changes.flatMap((change) => [...change.addedNodes]).filter((one) => one.querySelectorAll)) {
            const steps = added.matches(".second-step") ? [added] : [...added.querySelectorAll(".second-step")];
            secondSteps.push(...steps.map((one) => getComputedStyle(one).pointerEvents !== "none"));
          }
        }).observe(document, { childList: true, subtree: true });"""
    )


def second_steps(page: Page) -> list[bool]:
    return cast("list[bool]", page.evaluate("secondSteps"))


@pytest.fixture
def address(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The web server of `guichet web`, its event streams included, on a free port."""
    from guichet.asgi import app  # noqa: PLC0415  # builds Django's handler: only for tests that need a server

    monkeypatch.setattr(stream, "hub", hub.Hub())
    (port,) = free_ports(1)
    server = uvicorn.Server(
        uvicorn.Config(app, port=port, lifespan="off", log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def enter(chromium: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """`enter(person, **context)` gives that person's signed-in page in a browser of their own."""
    contexts: list[BrowserContext] = []
    broken: list[str] = []

    def make_page(person: Person | None, **options: object) -> Page:
        context = chromium.new_context(base_url=address, **{**AS_USUAL, **options})  # type: ignore[arg-type]
        contexts.append(context)
        if person is not None:
            key = client_of(person).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": address}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda message: broken.append(message.text) if "Content Security" in message.text else None)
        return page

    yield make_page
    for context in contexts:
        context.close()
    assert broken == []
