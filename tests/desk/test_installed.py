"""The desk as an app: it can be installed, stands without a connection, and keeps nobody's page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from guichet.kit import push
from guichet.notices.models import Device
from guichet.tickets.models import Inbox
from tests import make
from tests.notices.receiver import PushBrowser

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., Page]


@pytest.fixture
def page(enter: Enter) -> Page:
    cast = make.cast()
    make.ticket("The printer is dark", to=cast.support, of=cast.cleo)
    return enter(cast.ana)


@pytest.fixture
def context(page: Page) -> Iterator[BrowserContext]:
    yield page.context
    page.context.set_offline(False)


def ready(page: Page) -> None:
    page.goto("/tickets/?view=all")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def test_it_has_what_an_installation_needs(client: Client, page: Page) -> None:
    facts = json.loads(client.get("/manifest.webmanifest").content)
    assert facts["display"] == "standalone" and facts["start_url"] == "/"
    assert {icon["sizes"] for icon in facts["icons"]} == {"192x192", "512x512"}
    ready(page)
    for icon in facts["icons"]:
        assert page.request.get(icon["src"]).headers["content-type"] == "image/png"
    cdp = page.context.new_cdp_session(page)
    faults = {fault["errorId"] for fault in cdp.send("Page.getInstallabilityErrors")["installabilityErrors"]}
    assert faults <= {"in-incognito"}, "as the browser of a test always is"
    assert cdp.send("Page.getAppManifest")["errors"] == []


def test_without_a_connection_a_page_says_so_and_comes_back_by_itself(page: Page, context: BrowserContext) -> None:
    ready(page)
    page.get_by_role("link", name="The printer is dark").click()
    page.wait_for_load_state()  # a key before that is nobody's
    page.keyboard.press("r")
    page.keyboard.type("Half an answer")
    expect(page.locator("#reply-text")).to_have_value("Half an answer")
    page.wait_for_timeout(1200)  # the draft is kept a moment after the last key
    url = page.url
    context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", name="No connection to the desk")).to_be_visible()
    assert page.url == url, "a later try asks for the same page"
    assert page.evaluate("document.fonts.size") and page.locator(".btn-primary").count() == 1
    assert "The printer is dark" not in page.content()
    context.set_offline(False)
    expect(page.locator("h1")).to_have_text("The printer is dark", timeout=15_000)
    expect(page.locator("#reply-text")).to_have_value("Half an answer")


def test_no_page_of_anybody_is_kept(page: Page) -> None:
    ready(page)
    page.goto("/notices/")
    page.goto("/tickets/?view=all")
    kept = page.evaluate(
        """async () => {
            const found = [];
            for (const name of await caches.keys())
                for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
            return found;
        }"""
    )
    assert "/offline/" in kept
    assert [path for path in kept if path != "/offline/" and not path.startswith("/static/")] == []
    assert "Ana Lopez" not in page.evaluate("caches.match('/offline/').then((answer) => answer.text())")


def test_the_bar_says_that_the_connection_is_lost_and_what_happened_meanwhile_comes(
    page: Page, context: BrowserContext
) -> None:
    ready(page)
    expect(page.locator("html")).to_have_attribute("data-live", "on")
    context.set_offline(True)
    expect(page.locator("#lost")).to_be_visible()
    made = make.ticket("No network", to=Inbox.objects.get(address="support@desk.example"))
    context.set_offline(False)
    expect(page.locator("#lost")).to_be_hidden(timeout=15_000)
    expect(page.locator("#fresh")).to_contain_text("1 new", timeout=15_000)
    page.locator("#fresh").click()
    expect(page.locator(f"#row-{made.pk}")).to_be_visible()


def _registration(cdp: CDPSession, page: Page) -> str:
    found: list[str] = []
    cdp.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda said: found.extend(r["registrationId"] for r in said["registrations"]),
    )
    cdp.send("ServiceWorker.enable")
    for _ in range(50):
        if found:
            return found[0]
        page.wait_for_timeout(50)
    raise AssertionError("no worker is registered")


SHOWN = """navigator.serviceWorker.ready.then((r) => r.getNotifications())
    .then((all) => all.map((one) => [one.title, one.body, one.tag, one.data.url]))"""


def test_a_push_message_is_shown_unless_the_desk_is_looked_at(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["notifications"])
    ready(page)
    cdp = context.new_cdp_session(page)
    registration = _registration(cdp, page)
    origin = page.evaluate("location.origin")
    said = {"title": "#1 The printer is dark", "body": "Ada King mentioned you", "tag": "#1", "url": "/tickets/1/"}

    def deliver(**more: str) -> list[list[str]]:
        message = {"origin": origin, "registrationId": registration, "data": json.dumps({**said, **more})}
        cdp.send("ServiceWorker.deliverPushMessage", message)
        page.wait_for_timeout(500)
        if page.url == "about:blank":
            page.goto("/offline/")
        return page.evaluate(SHOWN)  # type: ignore[no-any-return]

    page.bring_to_front()
    assert deliver() == [], "a page that has the focus needs none: its bell rings"
    page.goto("about:blank")
    expected = [said["title"], said["body"], said["tag"], said["url"]]
    assert deliver() == [expected]
    page.goto("about:blank")
    assert deliver(body="Ben Weiss replied") == [[said["title"], "Ben Weiss replied", said["tag"], said["url"]]], (
        "of one ticket the newest stands alone"
    )


# What a browser answers that has a push service; the one of a test has none.
SERVICE = """PushManager.prototype.subscribe = async (wish) => {
    window.wished = wish;
    const bytes = (length, first) => Uint8Array.from({ length }, (_, at) => (at ? at : first)).buffer;
    const point = Uint8Array.from(atob(KEY.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0)).buffer;
    return { endpoint: "https://push.invalid/send/1", getKey: (name) => (name === "auth" ? bytes(16, 9) : point) };
};"""


def test_a_device_is_added_by_a_click_and_kept_with_its_keys(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["notifications"])
    ready(page)
    page.goto("/settings/notices/")
    receiver = PushBrowser()
    receiver.close()
    page.evaluate(SERVICE.replace("KEY", json.dumps(receiver.key)))
    page.get_by_role("button", name="Push to this device").click()
    expect(page.locator(".devices li")).to_have_count(1, timeout=15_000)
    device = Device.objects.get()
    assert (device.person.name, device.endpoint, device.key) == (
        "Ana Lopez",
        "https://push.invalid/send/1",
        receiver.key,
    )
    assert page.evaluate("[wished.userVisibleOnly, wished.applicationServerKey]") == [True, push.public_key()]
    page.get_by_role("button", name="Remove").click()
    expect(page.locator(".devices li")).to_have_count(0)
    assert not Device.objects.exists()


def test_a_browser_without_a_push_service_says_so(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["notifications"])
    ready(page)
    page.goto("/settings/notices/")
    page.get_by_role("button", name="Push to this device").click()
    expect(page.locator(".toast")).to_be_visible()
    assert not Device.objects.exists()


def test_where_notifications_are_denied_the_page_says_where_to_allow_them(page: Page) -> None:
    page.add_init_script("Object.defineProperty(Notification, 'permission', { get: () => 'denied' })")
    page.goto("/settings/notices/")
    expect(page.locator("[data-push-denied]")).to_be_visible()
    expect(page.locator("[data-push]")).to_be_hidden()
