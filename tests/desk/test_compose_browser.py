"""The composer in a real browser: words taken back, sent later, to all, and the first words of a ticket."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from guichet.tickets import actions, events
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Inbox, Message
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
CLEO = [{"name": "Cleo Martin", "address": "cleo@customer.example"}]


def test_undo_brings_everything_back_even_after_a_reload(
    enter: Callable[..., Page], transactional_db: None, settings: Any
) -> None:
    settings.UNDO_SECONDS = 30
    cast = make.cast()
    Inbox.objects.update(wording={"en": {"salutation": "Good morning {first_name},"}})
    ticket = make.ticket(to=Inbox.objects.get(pk=cast.support.pk), of=cast.cleo)
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("r")
    expect(page.locator("#reply-text")).to_have_value("Good morning Cleo,\n\n")
    page.keyboard.press("Escape")
    expect(page.locator("#reply-text")).to_have_value("")
    page.keyboard.press("r")
    page.keyboard.type("Try the switch.")
    page.set_input_files("#panel-reply input[type=file]", [{"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"}])
    expect(page.locator("#panel-reply .file:not(.file-busy)")).to_have_count(1)
    page.get_by_role("button", name="Bcc", exact=True).click()
    page.keyboard.type("boss@customer.example")
    page.locator("#reply-text").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("Your words to Cleo go out")
    expect(page.locator(".toast-left")).to_contain_text(re.compile(r"in \d+ s"))
    expect(page.locator("#reply-text")).to_have_value("")
    page.get_by_role("button", name="Undo").click()

    def all_back() -> None:
        expect(page.locator("#reply-text")).to_have_value("Good morning Cleo,\n\nTry the switch.")
        expect(page.locator('#panel-reply [data-row="bcc"] .addressee')).to_contain_text("boss@customer.example")
        expect(page.locator("#panel-reply .file")).to_contain_text("a.txt")

    all_back()
    expect(page.locator(".msg-outbound")).to_have_count(0)
    page.reload()
    all_back()
    page.locator("#reply-text").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-outbound")).to_contain_text("Try the switch.")
    message = Message.objects.filter(kind="outbound").latest("pk")
    assert [file.name for file in message.attachments.all()] == ["a.txt"]
    # Also from the message itself, after the toast is gone with its page.
    page.reload()
    page.get_by_role("button", name="Take back").click()
    all_back()


def test_later_by_hand_and_with_the_keys(enter: Callable[..., Page], transactional_db: None) -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("r")
    page.keyboard.type("On Monday.")
    page.get_by_role("button", name="Send in another way").click()
    page.locator("#reply-send-at").fill(f"{(timezone.now() + timedelta(days=3)).date()}T08:00")
    page.locator("#reply-send-at").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".msg-outbound .delivery")).to_contain_text("Goes out")
    assert Message.objects.get(kind="outbound").send_at is not None
    page.get_by_role("button", name="Another time").click()
    page.locator(".pop:popover-open input[type=datetime-local]").fill(
        f"{(timezone.now() + timedelta(days=6)).date()}T09:15"
    )
    page.get_by_role("button", name="Send then").last.click()
    expect(page.locator(".toast").last).to_contain_text("It goes out on")
    page.get_by_role("button", name="Send now").click()
    expect(page.locator(".msg-outbound .waits")).to_have_count(0)
    assert ticket.events.filter(kind=events.RESCHEDULED).count() == 2


def test_reply_to_all_keeps_what_is_written(enter: Callable[..., Page], transactional_db: None) -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    words = Words(text="Which?", to=CLEO, cc=[{"name": "Dan Roth", "address": "dan@customer.example"}])
    actions.reply(ticket, words, By(cast.ana, "desk"), seen=None)
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("r")
    page.keyboard.type("It is the red one.")
    page.get_by_role("link", name="Reply to all").click()
    expect(page.locator('#panel-reply [data-row="cc"] .addressee')).to_contain_text("Dan Roth")
    expect(page.locator("#reply-text")).to_have_value("It is the red one.")
    page.get_by_role("link", name="Only to Cleo").click()
    expect(page.locator('#panel-reply [data-row="cc"] .addressee')).to_have_count(0)
    expect(page.locator("#reply-text")).to_have_value("It is the red one.")


def test_a_new_ticket_by_name(enter: Callable[..., Page], transactional_db: None) -> None:
    cast = make.cast()
    make.ticket(to=cast.support, of=cast.cleo)
    page = enter(cast.ana)
    page.goto("/tickets/new/")
    page.locator("#new-to-entry").fill("cle")
    page.get_by_role("option", name="Cleo Martin").click()
    expect(page.locator(".addressee")).to_contain_text("Cleo Martin")
    page.locator("#new-subject").fill("Your lamp")
    page.keyboard.press("Enter")
    expect(page.locator("#new-text-rich")).to_be_focused()
    page.locator("#new-text").fill("It is ready.")
    page.get_by_role("button", name="Send and open ticket").click()
    page.wait_for_url(re.compile(r"/tickets/\d+/$"))
    expect(page.locator(".msg-outbound")).to_contain_text("It is ready.")
    assert Message.objects.get(text="It is ready.").to == CLEO
