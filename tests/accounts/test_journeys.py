"""From the invitation to the desk in a real browser, by a real mail server; and every page as axe sees it."""

from __future__ import annotations

import email
import email.policy
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from guichet.channels.models import Parcel
from guichet.channels.tasks import run_jobs
from guichet.people import actions as people
from guichet.people.models import Person
from guichet.tickets.models import SetAside
from tests import make
from tests.browser import flaws
from tests.channels.sink import Sink, sink

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., Page]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def cast(transactional_db: None) -> make.Cast:
    return make.cast()


@pytest.fixture
def mail_server(settings: Settings, address: str) -> Iterator[Sink]:
    """The desk's way out is a real SMTP server, and a worker runs its jobs."""
    stopping = threading.Event()
    with sink() as server:
        settings.EMAIL_BACKEND = "guichet.channels.email.sending.house.HouseBackend"
        settings.OUTGOING = f"smtp://127.0.0.1:{server.port}?tls=none"
        settings.URL = address
        worker = threading.Thread(target=run_jobs, args=(stopping,))
        worker.start()
        yield server
        stopping.set()
        worker.join()


def arrived(server: Sink) -> str:
    """The text of the one mail that came, waiting for it."""
    deadline = time.monotonic() + 20
    while not server.taken and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(server.taken) == 1
    mail = email.message_from_bytes(server.taken[0].raw, policy=email.policy.default)
    return str(mail.get_content())


def link_in(text: str) -> str:
    found = re.search(r"http://\S+", text)
    assert found is not None
    return found[0]


def test_from_invitation_by_mail_to_the_desk(enter: Enter, cast: make.Cast, mail_server: Sink) -> None:
    admin = enter(cast.ada)
    admin.goto("/settings/people/")
    admin.get_by_role("link", name="Invite").click()
    admin.get_by_label("E-mail address").fill("nina@desk.example")
    admin.get_by_label("Name").fill("Nina")
    admin.get_by_label("Support").check()
    admin.get_by_role("button", name="Send the invitation").click()
    expect(admin.locator(".toast")).to_contain_text("on its way to nina@desk.example")
    expect(admin.get_by_role("row", name="nina@desk.example")).to_contain_text("left")

    text = arrived(mail_server)
    assert mail_server.taken[0].to == ["nina@desk.example"]
    assert "Ada King has invited you" in text
    nina = enter(None)
    nina.goto(link_in(text))
    expect(nina.get_by_label("Your name")).to_have_value("Nina")
    nina.get_by_label("Password", exact=True).fill("a brand new sentence")
    nina.get_by_label("Password, once more").fill("a brand new sentence")
    nina.get_by_role("button", name="Begin").click()
    expect(nina.locator(".toast")).to_contain_text("Welcome, Nina")
    expect(nina.get_by_role("navigation", name="Desk")).to_be_visible()
    assert Person.objects.get(email="nina@desk.example").team_ids == (cast.support.team_id,)


def test_a_customer_comes_in_by_mail(enter: Enter, cast: make.Cast, mail_server: Sink) -> None:
    make.ticket("Where is my lamp?", to=cast.support, of=cast.cleo)
    page = enter(None)
    page.goto("/")
    page.get_by_role("link", name="Forgot your password").click()
    page.get_by_label("E-mail address").fill("cleo@customer.example")
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading")).to_have_text("Look into your mail")
    page.goto(link_in(arrived(mail_server)))
    page.get_by_label("New password", exact=True).fill("a brand new sentence")
    page.get_by_label("New password, once more").fill("a brand new sentence")
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.get_by_text("Where is my lamp?")).to_be_visible()


def test_language_colours_and_zone_change_while_one_looks(enter: Enter, cast: make.Cast) -> None:
    Person.objects.filter(pk=cast.ana.pk).update(language="en")
    page = enter(cast.ana)
    page.goto("/settings/me/")
    page.get_by_label("Language").select_option("fr")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator(".toast")).to_be_visible()
    page.get_by_role("radio").nth(2).check()
    expect(page.locator("html")).to_have_attribute("data-theme", "guichet-dark")
    zone = page.locator("input[name=time_zone]")
    zone.fill("tokyo")
    zone.press("Tab")
    expect(zone).to_have_value("Asia/Tokyo")
    cast.ana.refresh_from_db()
    assert (cast.ana.language, cast.ana.theme, cast.ana.time_zone) == ("fr", "dark", "Asia/Tokyo")


def test_a_failing_connection_says_why_before_anything_is_saved(enter: Enter, cast: make.Cast) -> None:
    page = enter(cast.ada)
    page.goto(f"/settings/inboxes/{cast.support.pk}/")
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        page.get_by_label("Send by an SMTP server").check()
        page.locator("input[name=outgoing-host]").fill("127.0.0.1")
        page.locator("input[name=outgoing-port]").fill(str(port))
        page.locator("button[value=outgoing]").click()
        expect(page.locator("#found-outgoing")).to_contain_text(f"refuses connections on port {port}")
    with sink() as server:
        page.locator("select[name=outgoing-tls]").select_option("none")
        page.locator("input[name=outgoing-port]").fill(str(server.port))
        page.locator("button[value=outgoing]").click()
        expect(page.locator("#found-outgoing")).to_contain_text(f"answers on port {server.port}")
    cast.support.refresh_from_db()
    assert cast.support.settings == {}
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("Saved")
    cast.support.refresh_from_db()
    assert cast.support.settings["outgoing"]["host"] == "127.0.0.1"


def test_every_page_is_clean_for_axe_and_fits(enter: Enter, cast: make.Cast) -> None:
    _invitation, token = people.invite("new@desk.example", cast.ada, teams=[cast.support.team])
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    SetAside.objects.create(follower="x", event=ticket.events.get(), error="ValueError: broken\n" * 30)
    for number, state in enumerate(("quarantine", "ticket", "received")):
        Parcel.objects.create(
            inbox=cast.support, door="lmtp", raw="0" * 64, size=5, digest=f"{number:064}", state=state,
            received_at=timezone.now(), reason="It cannot be read.", ticket=ticket if state == "ticket" else None,
        )  # fmt: skip
    outside = ["/account/login/", "/account/password/reset/", "/account/password/reset/done/", "/account/inactive/"]
    outside += [f"/invitation/{token}/", "/invitation/gone/", "/account/password/reset/key/1-a-b/"]
    own = ["/settings/me/", "/requests/"]
    admin = ["me/", "people/", "people/invite/", f"people/{cast.ana.pk}/", "teams/", "teams/add/", "set-aside/"]
    admin += [f"teams/{cast.support.team_id}/", "inboxes/", "inboxes/add/", f"inboxes/{cast.support.pk}/", "ledger/"]
    inside = [f"/settings/{path}" for path in admin] + ["/account/password/change/", "/account/logout/"]
    wrong: list[str] = []
    for person, paths in ((None, outside), (cast.cleo, own), (cast.ada, inside)):
        for options in ({"color_scheme": "light"}, {"color_scheme": "dark", **PHONE}):
            page = enter(person, **options)
            for path in paths:
                page.goto(path)
                for box in page.locator(".field-check input[name$=is_on]").all():
                    box.check()
                wrong += [f"{path} {options['color_scheme']}: {each}" for each in flaws(page)]
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    wrong.append(f"{path}: wider than {page.viewport_size}")
    assert wrong == []


def test_everything_is_reached_by_keyboard(enter: Enter, cast: make.Cast) -> None:
    page = enter(None)
    page.goto("/account/login/")
    page.keyboard.press("Tab")
    page.locator("input[name=login]").focus()
    page.keyboard.type("ada@desk.example")
    page.keyboard.press("Tab")
    page.keyboard.type(make.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/tickets/**")
    page.goto("/settings/teams/add/")
    page.get_by_label("Name").focus()
    page.keyboard.type("Field")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row", name="Field")).to_contain_text("1")
