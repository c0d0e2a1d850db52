"""The guard as an agent meets it: what was found stands beside the text, which stays; the second step is deliberate."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from guichet.tickets import actions, events
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Message, Status, Ticket
from tests import make

pytestmark = pytest.mark.django_db
HTMX: Any = {"HTTP_HX_REQUEST": "true"}
CLEO = {"name": "Cleo Martin", "address": "cleo@customer.example"}
TEXT = "Hello Cleo,\n\ninternal: she pays late.\n\nPlease find attached the plan."


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return Ticket.objects.get(pk=make.ticket(to=cast.support, of=cast.cleo).pk)


def post(client: Client, ticket: Ticket, text: str = TEXT, **fields: Any) -> Any:
    htmx = fields.pop("htmx", HTMX)
    return client.post(f"/tickets/{ticket.number}/reply/", {"text": text, "seen": ticket.version, **fields}, **htmx)


def insist(page: Any) -> str:
    found = re.search(r'name="insist" value="([^"]+)"', page.content.decode())
    assert found
    return html.unescape(found[1])


def test_what_was_found_is_quoted_and_the_second_step_sends_it(ana: Client, ticket: Ticket) -> None:
    answer = post(ana, ticket, status="pending")
    assert answer.status_code == 409
    assert answer["HX-Retarget"] == "#panel-reply .changed-place"
    page = answer.content.decode()
    assert "<mark>internal:</mark>" in page
    assert "<mark>Please find attached</mark>" in page
    assert "Put it into a note" in page
    assert not Message.objects.filter(kind="outbound").exists()
    step = insist(answer)
    assert step.split()[0] == "status=pending"
    assert post(ana, ticket, insist=step).status_code == 200
    ticket.refresh_from_db()
    assert ticket.status == Status.PENDING
    assert ticket.events.get(kind=events.INSISTED).changes["findings"][1] == ["internal", "attachment"]
    assert "sent a reply past the check: Internal words" in ana.get(f"/tickets/{ticket.number}/").content.decode()


def test_changed_words_are_looked_at_again(ana: Client, ticket: Ticket) -> None:
    step = insist(post(ana, ticket))
    again = post(ana, ticket, TEXT.replace("pays late", "pays late, don't tell the customer"), insist=step)
    assert again.status_code == 409
    assert "don&#x27;t tell the customer" in again.content.decode()
    assert set(step.split()) < set(insist(again).split())
    assert post(ana, ticket, "Hello Cleo, we come at noon.").status_code == 200


def test_without_scripts_nothing_is_lost(ana: Client, ticket: Ticket) -> None:
    page = post(ana, ticket, htmx={}, to="Cleo Martin <cleo@customer.example>", later="tomorrow")
    shown = page.content.decode()
    assert "internal: she pays late." in shown.replace("<mark>", "").replace("</mark>", "")
    assert html.escape("Cleo Martin <cleo@customer.example>") in shown
    step = insist(page)
    assert "later=tomorrow" in step
    post(ana, ticket, htmx={}, insist=step)
    assert Message.objects.get(kind="outbound").send_at is not None


def test_past_what_was_written_meanwhile_and_past_the_check(cast: make.Cast, ana: Client, ticket: Ticket) -> None:
    actions.receive(ticket, Words(text="More."), cast.cleo, By(cast.cleo, "email"))
    stale = post(ana, ticket, seen=1)
    assert (stale.status_code, 'name="anyway"' in stale.content.decode()) == (409, True)
    guarded = post(ana, ticket, seen=1, anyway="1")
    step = insist(guarded)
    assert "anyway" in step.split()
    assert post(ana, ticket, seen=1, insist=step).status_code == 200
    assert ticket.events.get(kind=events.INSISTED).changes["unseen"] == [0, 1]


@pytest.mark.parametrize("way", ["ask", "new"])
def test_the_other_letters(way: str, cast: make.Cast, ana: Client, ticket: Ticket) -> None:
    url = "/tickets/new/" if way == "new" else f"/tickets/{ticket.number}/ask/"
    fields = {
        "to": "help@toner.example",
        "subject": "Toner",
        "text": "Hi, see {number}.",
        "alias": "support@desk.example",
        "seen": 1,
    }
    answer = ana.post(url, fields, **HTMX)
    assert answer.status_code == 409
    assert answer["HX-Retarget"] == f"#panel-{way} .changed-place"
    plain = ana.post(url, fields)
    assert "Something is still to be filled in here." in plain.content.decode()
    assert "Hi, see {number}." in plain.content.decode()
    ana.post(url, {**fields, "insist": insist(answer)}, **HTMX)
    assert Message.objects.get(kind="outbound").text == "Hi, see {number}."


def held(ticket: Ticket, by: Any, text: str = TEXT) -> Message:
    return actions.reply(ticket, Words(text=text, to=[CLEO]), By(by, "email"), seen=None, holds=True)


def test_what_came_by_mail_is_released_at_the_desk(cast: make.Cast, ana: Client, ticket: Ticket) -> None:
    message = held(ticket, cast.ana)
    page = ana.get(f"/tickets/{ticket.number}/").content.decode()
    assert "A reply was held back by the check: Internal words" in page
    assert "The check found something in it" in page
    url = f"/tickets/{ticket.number}/reschedule/{message.pk}/"
    answer = ana.post(url, {}, **HTMX)
    assert (answer.status_code, answer["HX-Retarget"]) == (409, f"#waits-{message.pk}")
    assert "<mark>internal:</mark>" in ana.post(url, {}).content.decode()
    ana.post(url, {"insist": insist(answer)}, **HTMX)
    message.refresh_from_db()
    assert (message.delivery, message.held_for) == (Delivery.QUEUED, "")
    assert ticket.events.filter(kind=events.INSISTED, message=message).exists()


class TestInTheBrowser:
    pytestmark = pytest.mark.django_db(transaction=True)

    def test_it_is_shown_in_the_text_and_sent_anyway(
        self, enter: Callable[..., Page], axe: str, transactional_db: None
    ) -> None:
        cast = make.cast()
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        page = enter(cast.ana)
        page.goto(f"/tickets/{ticket.number}/")
        page.keyboard.press("r")
        page.keyboard.type("Hello Cleo, your password is Kq7!xv2p.")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".guarded mark")).to_have_text("Kq7!xv2p")
        expect(page.locator("#panel-reply .rich")).to_have_text("Hello Cleo, your password is Kq7!xv2p.")
        page.evaluate(axe)
        wrong = page.evaluate("axe.run('.guarded').then((found) => found.violations.map((one) => one.id))")
        assert wrong == []
        page.get_by_role("button", name="Show in the text").click()
        assert page.evaluate("getSelection().toString()") == "Kq7!xv2p"
        page.keyboard.type("the one you chose")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".msg-outbound")).to_contain_text("your password is the one you chose")
