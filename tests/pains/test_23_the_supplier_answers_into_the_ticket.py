"""Pain 23: there is no way to ask a supplier and keep his answer inside the ticket.

Here a third party is asked beside the conversation: in a thread of its own, without the customer's address, and what
comes back lands in the ticket, wakes it, and is never seen by, quoted to or sent to the customer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import Inbox, Message, Status, Ticket
from tests import make
from tests.browser import client_of
from tests.channels.sink import Sink, sink
from tests.pains.sending import arrive, desk, gone, mail, press_send, text_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def out() -> Iterator[Sink]:
    with sink() as made:
        yield made


def asked(cast: make.Cast) -> tuple[Ticket, Message]:
    Inbox.objects.filter(pk=cast.support.pk).update(quote_history="all")
    ticket = make.ticket("My printer", to=Inbox.objects.get(pk=cast.support.pk), of=cast.cleo, text="CUSTOMERWORDS")
    words = {"to": "Toner Ltd <help@toner.example>", "subject": "Drum 4711", "status": "pending"}
    return ticket, press_send(client_of(cast.ana), ticket, "Is it in stock?", "?ask=1", "ask", **words)


def test_his_answer_lands_in_the_ticket_and_stays_inside(out: Sink) -> None:
    cast = desk(out)
    ticket, question = asked(cast)
    _to, made = gone(question, out)
    assert made["Subject"] == "Drum 4711"
    assert "cleo" not in out.taken[-1].raw.decode().lower()
    reply_to = made["Reply-To"].addresses[0].addr_spec
    answer = mail(
        "Toner Ltd <help@toner.example>", "Re: Drum 4711", "DEALERWORDS: 40 euros.", to=reply_to,
        in_reply_to=str(made["Message-ID"]), message_id="<a@toner.example>",
    )  # fmt: skip
    landed = arrive(answer, cast.support, to=reply_to, sender="help@toner.example")
    assert landed is not None
    assert (landed.ticket, landed.side) == (ticket, question.side)
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN, "it woke"
    assert list(Message.objects.visible_to(cast.cleo).values_list("text", flat=True)) == ["CUSTOMERWORDS"]
    ana = client_of(cast.ana)
    _to, to_cleo = gone(press_send(ana, ticket, "It comes on Monday."), out)
    assert out.taken[-1].to == ["cleo@customer.example"]
    assert "DEALERWORDS" not in out.taken[-1].raw.decode()
    assert "> CUSTOMERWORDS" in text_of(to_cleo)
    to, more = gone(press_send(ana, ticket, "We take it.", f"?answers={landed.pk}"), out)
    assert to == ["help@toner.example"]
    assert more["In-Reply-To"] == "<a@toner.example>"
    assert "> DEALERWORDS: 40 euros." in text_of(more)
    assert "CUSTOMERWORDS" not in out.taken[-1].raw.decode()


def test_the_customer_is_never_the_third_party(out: Sink) -> None:
    cast = desk(out)
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    fields = {"text": "x", "seen": ticket.version, "to": "CLEO@customer.example", "subject": "x"}
    answer = client_of(cast.ana).post(f"/tickets/{ticket.number}/ask/", fields, HTTP_HX_REQUEST="true")
    assert answer.status_code == 422
    assert not ticket.messages.filter(kind="outbound").exists()


def test_asked_by_hand_the_sheet_looks_unlike_a_reply(enter: Callable[..., Page], out: Sink) -> None:
    cast = desk(out)
    ticket = make.ticket(to=cast.support, of=cast.cleo, text="It blinks.")
    actions.add_note(ticket, actions.Words(text="SECRET"), By(cast.ana, "desk"))
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("r")
    before = page.eval_on_selector(".composer-box", "box => getComputedStyle(box).backgroundColor")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    expect(page.get_by_text("The customer sees neither this nor the answer.")).to_be_visible()
    expect(page.locator(".composer-box")).not_to_have_css("background-color", before)
    expect(page.locator("#ask-to-entry")).to_be_focused()
    page.keyboard.type("help@toner.example")
    page.keyboard.press("Enter")
    page.get_by_text("Pass on messages and files").click()
    expect(page.locator(".passed li")).to_have_count(1)
    page.locator(".passed input").check()
    page.locator("#ask-text").fill("Do you know this?")
    page.get_by_role("button", name="Send to third party").click()
    expect(page.locator(".msg-side")).to_contain_text("Do you know this?")
    assert "It blinks." in Message.objects.get(kind="outbound").text
