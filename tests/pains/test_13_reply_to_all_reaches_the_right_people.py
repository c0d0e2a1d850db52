"""Pain 13: people are left out of a reply to all, or added although only "Reply" was pressed, or the button is hidden.

Here "Reply" goes to one, "Reply to all" stands beside it with the number of those it adds, the composer names each of
them, our own addresses are never among them, and whoever slipped into Cc of a mail nobody vouches for is only shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from guichet.tickets.models import Inbox, Message, Ticket
from tests import make
from tests.browser import client_of
from tests.channels.sink import Sink, sink
from tests.pains.sending import arrive, desk, gone, letter, mail, press_send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def out() -> Iterator[Sink]:
    with sink() as made:
        yield made


def conversation(cast: make.Cast) -> Ticket:
    """Cleo wrote to an alias, with a copy to her boss, to us, and to a stranger; Dan was written to before."""
    Inbox.objects.filter(pk=cast.support.pk).update(aliases=["hilfe@desk.example"])
    support = Inbox.objects.get(pk=cast.support.pk)
    first = mail("Cleo Martin <cleo@customer.example>", "Printer", "It is dark.", to="hilfe@desk.example")
    opened = arrive(first, support)
    assert opened is not None
    copies = {"cc": "dan@customer.example"}
    press_send(client_of(cast.ana), opened.ticket, "Which one?", **copies)
    again = mail(
        "Cleo Martin <cleo@customer.example>", "Re: Printer", "On floor 2.", to="hilfe@desk.example",
        cc="Dan Roth <dan@customer.example>, support@desk.example, eve@stranger.example",
        in_reply_to=str(first["Message-ID"]), message_id="<again@customer.example>",
    )  # fmt: skip
    joined = arrive(again, support)
    assert joined is not None
    assert joined.ticket == opened.ticket
    return opened.ticket


def test_reply_goes_to_one(out: Sink) -> None:
    cast = desk(out)
    to, made = gone(press_send(client_of(cast.ana), conversation(cast), "I come."), out)
    assert to == ["cleo@customer.example"]
    assert made["Cc"] is None


def test_reply_to_all_reaches_those_who_take_part_and_nobody_else(out: Sink) -> None:
    cast = desk(out)
    to, made = gone(press_send(client_of(cast.ana), conversation(cast), "I come.", "?all=1"), out)
    assert to == ["cleo@customer.example", "dan@customer.example"]
    assert made["Cc"] == "Dan Roth <dan@customer.example>"
    assert "hilfe@" not in str(made["To"]) + str(made["Cc"])


def test_the_stranger_in_copy_is_shown_and_not_chosen(out: Sink) -> None:
    cast = desk(out)
    ticket = conversation(cast)
    ana = client_of(cast.ana)
    page = ana.get(f"/tickets/{ticket.number}/compose/?all=1", HTTP_HX_REQUEST="true").content.decode()
    assert "eve@stranger.example" in page
    assert "has not taken part" in page
    assert "eve@" not in letter(ana, ticket, "?all=1")["cc"]


def test_recipients_change_by_hand_and_by_keyboard(enter: Callable[..., Page], out: Sink) -> None:
    cast = desk(out)
    ticket = conversation(cast)
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("Shift+R")
    cc = page.locator('#panel-reply [data-row="cc"]')
    expect(cc.locator(".addressee")).to_contain_text("Dan Roth")
    page.get_by_role("button", name="eve@stranger.example").click()
    expect(cc.locator(".addressee")).to_have_count(2)
    expect(cc).to_contain_text("new")
    cc.locator(".addressee-name").last.focus()
    page.keyboard.press("Delete")
    expect(cc.locator(".addressee")).to_have_count(1)
    cc.locator(".addressee-name").first.focus()
    page.keyboard.press("b")
    expect(page.locator('#panel-reply [data-row="bcc"] .addressee')).to_contain_text("Dan Roth")
    expect(cc.locator(".addressee")).to_have_count(0)
    page.locator("#reply-to-entry").focus()
    page.keyboard.type("boss@customer.example,")
    expect(page.locator('#panel-reply [data-row="to"] .addressee')).to_have_count(2)
    page.locator("#reply-text").focus()
    page.keyboard.type("I come at four.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-outbound").last).to_contain_text("I come at four.")
    message = Message.objects.filter(kind="outbound").latest("pk")
    assert [one["address"] for one in message.to] == ["cleo@customer.example", "boss@customer.example"]
    assert (message.cc, [one["address"] for one in message.bcc]) == ([], ["dan@customer.example"])
