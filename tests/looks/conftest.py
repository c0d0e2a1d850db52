"""The demo desk in the test's database: every page of it has something to show, in three languages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from guichet.channels import intake
from guichet.channels.accept import Arrival, accept
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.models import MailImport, MailRule, Parcel
from guichet.clocks.models import Calendar, Policy
from guichet.demo import cast, fill
from guichet.people.models import Organisation, Person
from guichet.rules.models import Macro, Rule
from guichet.tickets import log
from guichet.tickets.models import Category, Inbox, Ticket
from tests import make
from tests.browser import IS_STILL

HELD = b"From: Prize Office <office.of.a.very.long.name@prizes.spam.example>\nSubject: You have won\nMessage-ID: <1@w>\n\nYou."


OPENERS = ":is(main, .rail) :is(button, a):is([popovertarget], [data-menu], [data-dialog]):visible"
OPENS = "one => one.getAttribute('popovertarget') ?? one.dataset.menu ?? one.dataset.dialog"
OPEN = "[popover]:popover-open:not(#toasts), dialog[open]"


@dataclass
class Demo:
    admin: Person
    pages: list[str]


@pytest.fixture
def worker(transactional_db: None) -> Iterator[None]:
    """What opens mails and follows the log, in a thread."""
    stopping = threading.Event()

    def opening() -> None:
        with Reader() as reader:
            while not stopping.wait(0.05):
                while intake.drain(reader):
                    pass
                log.drain()
        connection.close()

    thread = threading.Thread(target=opening)
    thread.start()
    yield
    stopping.set()
    thread.join()


@pytest.fixture
def demo(worker: None) -> Demo:
    """The desk, and the addresses of its pages."""
    assert fill.fill()
    admin = Person.objects.get(name=next(one.name for one in cast.AGENTS if one.is_admin))
    inbox = Inbox.objects.order_by("pk")[0]
    stopped = MailRule.objects.create(field="domain", value="spam.example", action="quarantine", by=admin)
    accept([Arrival("lmtp", "x@spam.example", inbox.pk, [inbox.address], HELD, "203.0.113.7")])
    taken = MailImport.objects.create(
        inbox=inbox, kind="mbox", name="/var/lib/guichet/import/support-2014.mbox", source={"path": "/nowhere"},
        state="failed", done=4123, new=4000, known=122, failed=1, error="It cannot be read: Input/output error.",
        place={"share": 0.41, "errors": [{"name": "byte 120934", "problem": "It is larger than 25 MB."}]},
    )  # fmt: skip
    make.follow_log()
    ticket = Ticket.objects.filter(assignee=admin, merged_into=None).order_by("pk")[0]
    Ticket.objects.filter(pk=ticket.pk).update(waiting_since=timezone.now())
    places = {
        "ticket": ticket.number, "customer": ticket.requester_id, "rule": Rule.objects.order_by("pk")[0].pk, "inbox": inbox.pk, "taken": taken.pk,
        "category": Category.objects.order_by("pk")[0].pk, "mail_rule": stopped.pk, "mail": Parcel.objects.order_by("-pk")[0].pk,
        "organisation": Organisation.objects.order_by("pk")[0].pk, "macro": Macro.objects.order_by("pk")[0].pk,
        "calendar": Calendar.objects.order_by("pk")[0].pk, "policy": Policy.objects.order_by("pk")[0].pk,
        "admin": admin.pk,
    }  # fmt: skip
    return Demo(admin, [page.format(**places) for page in PAGES])


PAGES = (
    "/tickets/?view=all", "/tickets/{ticket}/", "/tickets/{ticket}/merge/", "/tickets/{ticket}/carry/", "/tickets/new/",
    "/board/", "/search/?q=printer", "/views/", "/views/new/", "/drafts/", "/notices/", "/deadlines/promises/",
    "/contacts/", "/contacts/{customer}/", "/contacts/{customer}/edit/", "/contacts/{customer}/merge/",
    "/contacts/organisations/", "/contacts/organisations/{organisation}/", "/contacts/lists/", "/contacts/fields/",
    "/settings/me/", "/settings/notices/", "/settings/shifts/", "/settings/shifts/people/{admin}/", "/settings/skills/",
    "/settings/house/", "/settings/people/", "/settings/people/{admin}/", "/settings/teams/",
    "/settings/inboxes/", "/settings/inboxes/{inbox}/", "/settings/inboxes/{inbox}/sending/",
    "/settings/ledger/", "/settings/ledger/{mail}/", "/settings/mail-rules/", "/settings/mail-rules/{mail_rule}/",
    "/settings/imports/", "/settings/imports/{taken}/", "/settings/imports/add/",
    "/settings/rules/", "/settings/rules/{rule}/", "/settings/macros/", "/settings/macros/{macro}/", "/settings/checks/",
    "/settings/hours/", "/settings/hours/{calendar}/", "/settings/deadlines/", "/settings/deadlines/{policy}/",
    "/settings/categories/", "/settings/categories/{category}/", "/settings/severity/", "/settings/ticket-types/add/",
)  # fmt: skip


def places(page: Page, demo: Demo) -> Iterator[tuple[str, str | None]]:
    """Lead the page to each address, and open each kind of menu and dialog once: its name, and within what to look."""
    opened = set()
    for path in demo.pages:
        page.goto(path)
        page.wait_for_function(IS_STILL)
        yield path, None
        buttons = page.locator(OPENERS)
        for number in range(buttons.count()):
            opens = buttons.nth(number).evaluate(OPENS)
            if (kind := opens.rstrip("-0123456789")) in opened:
                continue
            opened.add(kind)
            buttons.nth(number).press("Enter")
            expect(page.locator(OPEN).first).to_be_visible()
            page.wait_for_function(IS_STILL)
            yield f"{path} {opens}", OPEN
            page.keyboard.press("Escape")
            expect(page.locator(OPEN)).to_have_count(0)
