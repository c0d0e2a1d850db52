"""The ledger, rules about mail and imports in a real browser: by keyboard, on a phone, as axe sees them."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from guichet.channels import intake
from guichet.channels.accept import Arrival, accept
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.import_pages import folder
from guichet.channels.models import End, MailImport, MailRule, Parcel, Sighting
from guichet.channels.tasks import run_jobs
from guichet.kit.files import make_data_folder
from guichet.tickets.models import Ticket
from tests import make
from tests.browser import flaws
from tests.channels.test_import import CONVERSATION, mbox
from tests.channels.test_ledger import drained, raw_mail

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., Page]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
LOOKS = os.environ.get("GUICHET_LOOKS")  # a folder for screenshots of every page


@pytest.fixture
def cast(transactional_db: None) -> make.Cast:
    return make.cast()


@pytest.fixture
def worker() -> Iterator[None]:
    """The jobs of the worker's second process, and its first one's work, in threads."""
    stopping = threading.Event()

    def opening() -> None:
        with Reader() as reader:
            while not stopping.wait(0.1):
                while intake.drain(reader):
                    pass

    threads = [threading.Thread(target=run_jobs, args=(stopping,)), threading.Thread(target=opening)]
    for thread in threads:
        thread.start()
    yield
    stopping.set()
    for thread in threads:
        thread.join()


def full(cast: make.Cast) -> Parcel:
    """A ledger with something of each kind; the mail that a rule stopped."""
    MailRule.objects.create(field="domain", value="spam.example", action="quarantine", hits=1234, by=cast.ada)
    MailRule.objects.create(field="sender", value="chef@customer.example", action="allow", inbox=cast.support)
    MailRule.objects.create(field="words", value="lottery win", action="ignore", last_hit_at=timezone.now())
    spam = [
        raw_mail(
            n, sender="Prize Office <office.of.very.long.name@prizes.spam.example>", subject=f"You have won, number {n}"
        )
        for n in range(4)
    ]
    mine = [raw_mail(n, subject=subject) for n, subject in ((10, "The printer on floor 2"), (11, "Rechnung"), (12, ""))]
    for raw in (*spam, *mine):
        accept([Arrival("lmtp", "bounce@spam.example", cast.support.pk, ["support@desk.example"], raw, "203.0.113.7")])
    drained()
    Parcel.objects.filter(mail_id="11.m@customer.example").update(received_at=timezone.now() - timedelta(days=9))
    parcel = Parcel.objects.filter(end=End.QUARANTINED).order_by("pk")[0]
    Sighting.objects.create(door="imap", parcel=parcel, outcome="duplicate", at=timezone.now())
    errors = [{"name": "byte 120934", "problem": "It is larger than 25 MB."}]
    MailImport.objects.create(
        inbox=cast.support, kind="mbox", name="/var/lib/guichet/import/support-2014.mbox", source={"path": "/nowhere"},
        state="failed", done=4123, new=4000, known=122, failed=1, place={"share": 0.41, "errors": errors},
        error="support-2014.mbox cannot be read: Input/output error.",
    )  # fmt: skip
    return parcel


def look(page: Page, name: str) -> None:
    if LOOKS:
        page.screenshot(path=f"{LOOKS}/{name}.png", full_page=False)


def test_every_page_is_clean_for_axe_and_fits(enter: Enter, cast: make.Cast) -> None:
    parcel = full(cast)
    rule, old = MailRule.objects.order_by("pk")[0], MailImport.objects.get()
    places = {
        "ledger": "/settings/ledger/", "held": "/settings/ledger/?state=quarantine", "mail": f"/settings/ledger/{parcel.pk}/",
        "search": "/settings/ledger/?q=printer&door=lmtp", "nothing": "/settings/ledger/?q=zzz", "rules": "/settings/mail-rules/",
        "rule": f"/settings/mail-rules/{rule.pk}/", "add_rule": "/settings/mail-rules/add/", "imports": "/settings/imports/",
        "import": f"/settings/imports/{old.pk}/", "add_import": "/settings/imports/add/",
        "source": f"/settings/ledger/{parcel.pk}/source/",
    }  # fmt: skip
    wrong = []
    for size, options in (("wide", {"viewport": {"width": 1280, "height": 900}}), ("phone", PHONE)):
        for scheme in ("light", "dark"):
            page = enter(cast.ada, color_scheme=scheme, **options)
            for name, place in places.items():
                page.goto(place)
                look(page, f"{name}-{size}-{scheme}")
                if name == "source":
                    continue  # nothing may run there, axe neither
                wrong += [f"{name} {size} {scheme}: {each}" for each in flaws(page)]
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    wrong.append(f"{name} {size}: wider than the screen")
    assert wrong == []


def test_a_quarantined_mail_is_found_understood_and_let_through(enter: Enter, cast: make.Cast) -> None:
    full(cast)
    page = enter(cast.ada)
    page.goto("/settings/ledger/")
    expect(page.get_by_role("link", name="Mail ledger").locator(".count")).to_contain_text("4")
    page.get_by_label("Sender, subject, recipient or Message-ID").fill("won number 2")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="You have won, number 2").click()
    expect(page.get_by_text("A rule names the domain spam.example.")).to_be_visible()
    page.get_by_role("button", name="Let it through").click()
    drained()
    page.reload()
    expect(page.get_by_text("A person let it through")).to_be_visible()
    page.get_by_role("link", name="You have won, number 2").click()
    expect(page).to_have_url(re.compile("/tickets/"))


def test_deleting_asks_first_and_can_be_taken_back_by_keyboard(enter: Enter, cast: make.Cast) -> None:
    parcel = full(cast)
    page = enter(cast.ada)
    page.goto(f"/settings/ledger/{parcel.pk}/")
    page.get_by_role("button", name="Delete", exact=True).focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Delete this mail?")
    dialog.get_by_role("button", name="Delete").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Take it back").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Quarantined by a rule about mail.")).to_be_visible()


def test_a_rule_is_made_of_a_mail_seen_before_it_is_saved_and_its_removal_undone(enter: Enter, cast: make.Cast) -> None:
    full(cast)
    page = enter(cast.ada)
    page.goto("/settings/ledger/?q=printer")
    page.get_by_role("link", name="The printer on floor 2", exact=True).click()
    page.get_by_role("link", name="Always quarantine this domain").click()
    expect(page.locator("#caught")).to_contain_text("3 mails.")
    page.get_by_label("What it looks at").select_option("subject")
    page.get_by_label("Address, domain or words").fill("printer")
    page.get_by_role("button", name="See").click()
    expect(page.locator("#caught")).to_contain_text("1 mail.")
    expect(page.locator("#caught")).to_contain_text("The printer on floor 2")
    page.get_by_role("button", name="Save").click()
    row = page.get_by_role("row", name="printer")
    expect(row).to_contain_text("Words in the subject")
    row.get_by_role("button", name="Remove").click()
    assert not MailRule.objects.filter(value="printer").exists()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("row", name="printer")).to_be_visible()
    page.get_by_role("link", name="Add a rule").click()
    page.get_by_label("What it looks at").select_option("domain")
    page.get_by_label("Address, domain or words").fill("spam.example")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("There is such a rule already.")).to_be_visible()


def test_a_mailbox_is_imported_from_the_page(enter: Enter, cast: make.Cast, worker: None, tmp_path: Path) -> None:
    make_data_folder(folder())
    mbox(folder() / "old support.mbox", CONVERSATION)
    (folder() / "link").unlink(missing_ok=True)
    (folder() / "link").symlink_to("/etc/passwd")
    page = enter(cast.ada)
    page.goto("/settings/imports/")
    page.get_by_role("link", name="Import a mailbox").first.click()
    page.get_by_label("Into inbox").select_option(label="Support")
    page.get_by_label("A file or Maildir on the server").check()
    choices = page.get_by_label("File or Maildir", exact=True)
    assert "link" not in choices.inner_text()
    choices.select_option("old support.mbox")
    page.get_by_role("button", name="Begin").click()
    expect(page.locator(".import-facts")).to_contain_text("4 / 4", timeout=30_000)
    expect(page.get_by_role("button", name="Run again")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Run again").click()
    expect(page.get_by_role("definition").nth(2)).to_have_text("4", timeout=30_000)
    expect(page.get_by_role("definition").nth(4)).to_have_text("0", timeout=30_000)
    page.get_by_role("link", name="The mails in the ledger").click()
    expect(page.get_by_role("row", name="The printer").first).to_be_visible()
    assert Ticket.objects.filter(status="closed").count() == 2
    page.goto("/settings/imports/add/")
    page.get_by_label("An mbox file from this computer").check()
    upload = mbox(tmp_path / "mine.mbox", [raw_mail(77, subject="From my computer")])
    page.get_by_label("mbox file", exact=True).set_input_files(upload)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="mine.mbox", exact=True)).to_be_visible()
    expect(page.locator(".import-facts")).to_contain_text("1 / 1", timeout=30_000)
    expect(page.get_by_role("button", name="Pause")).to_have_count(0, timeout=30_000)
    assert not any((Path(settings.DATA) / "import" / "uploads").iterdir()), "the copy went once it was imported"
