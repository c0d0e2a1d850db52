"""Answers that were given before, offered again: to this customer, to requests like this one, lately by the team."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import Page, expect

from guichet.kit.text.letters import clean_letter
from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.actions import DraftWords, Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Message, Ticket
from tests import make


def answer(ticket: Ticket, by: Person, text: str, **more: object) -> Message:
    to = [{"name": "", "address": ticket.requester.email or ""}]
    return actions.reply(ticket, Words(text=text, to=to, **more), By(by, "desk"), seen=None)  # type: ignore[arg-type]


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket("The printer is dark", to=cast.support, of=cast.cleo)


def offered(client: Client, ticket: Ticket, query: str = "") -> str:
    return client.get(f"/tickets/{ticket.number}/earlier/", {"q": query}).content.decode()


@pytest.mark.django_db
class TestOffered:
    def test_only_what_this_agent_sees_and_what_was_said(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        dan = make.ticket("A lamp", to=cast.support, of=cast.dan)
        answer(dan, cast.ana, "Change the bulb.")
        answer(make.ticket(to=cast.billing, of=cast.cleo), cast.ben, "The invoice is paid.")
        actions.add_note(dan, Words(text="He is angry."), By(cast.ana, "desk"))
        taken = answer(dan, cast.ana, "Never sent.")
        Message.objects.filter(pk=taken.pk).update(delivery=Delivery.WITHDRAWN)
        page = offered(ana, ticket)
        assert "Change the bulb." in page
        for words in ("invoice", "angry", "Never sent"):
            assert words not in page
        assert ana.get(f"/tickets/{ticket.number}/earlier/{taken.pk}/").status_code == 404

    def test_those_to_this_customer_come_first(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        old = make.ticket("Toner", to=cast.support, of=cast.cleo)
        his = answer(old, cast.ada, "We ordered toner.")
        Message.objects.filter(pk=his.pk).update(at=timezone.now() - timedelta(days=200))
        answer(make.ticket(to=cast.support, of=cast.dan), cast.ana, "Change the bulb.")
        page = offered(ana, ticket)
        assert page.index("We ordered toner.") < page.index("Change the bulb.")
        assert "the same customer" in page

    def test_words_narrow_it_and_the_same_words_stand_once(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        for _ in range(3):
            answer(make.ticket(to=cast.support, of=cast.dan), cast.ana, "Change the bulb.")
        answer(make.ticket(to=cast.support, of=cast.dan), cast.ana, "Open the window.")
        page = offered(ana, ticket, "bulb chan")
        assert page.count("Change the bulb.") == 1
        assert "window" not in page
        assert "No answer with these words" in offered(ana, ticket, "elephant")

    def test_marks_come_along_and_pictures_do_not(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        html = clean_letter('<p><strong>Bold</strong><img src="cid:1@desk.example" alt="x"></p>')
        made = answer(make.ticket(to=cast.support, of=cast.dan), cast.ana, "Bold", html=html)
        found = ana.get(f"/tickets/{ticket.number}/earlier/{made.pk}/").json()
        assert found == {"text": "Bold", "html": "<p><strong>Bold</strong></p>"}

    def test_it_costs_the_same_however_many(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        def cost(query: str) -> int:
            with CaptureQueriesContext(connection) as captured:
                offered(ana, ticket, query)
            return len(captured)

        answer(make.ticket("The printer is dark", to=cast.support, of=cast.dan), cast.ana, "One bulb")
        cost("")
        few = cost(""), cost("bulb")
        for number in range(15):
            other = make.ticket("The printer is dark", to=cast.support, of=cast.dan)
            answer(other, cast.ana, f"Bulb {number}")
        assert (cost(""), cost("bulb")) == few


@pytest.mark.django_db
def test_the_list_marks_where_one_has_begun(cast: make.Cast, ticket: Ticket, ana: Client) -> None:
    make.ticket("Another", to=cast.support)
    actions.keep_draft(ticket, cast.ana, "reply", DraftWords(text="x"), seen=0)
    actions.keep_draft(ticket, cast.ada, "reply", DraftWords(text="x"), seen=0)
    page = ana.get("/tickets/?view=all").content.decode()
    rows = page.split('<li class="row')[1:]
    assert [("Your draft is here" in row, "The printer is dark" in row) for row in rows].count((True, True)) == 1
    assert page.count("Your draft is here") == 1


@pytest.mark.django_db(transaction=True)
def test_found_and_inserted_by_keyboard(enter: Callable[..., Page], transactional_db: None) -> None:
    cast = make.cast()
    answer(make.ticket("A lamp", to=cast.support, of=cast.dan), cast.ana, "Open the window.")
    answer(make.ticket("A lamp", to=cast.support, of=cast.dan), cast.ana, "Change the bulb.")
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("q")
    page.get_by_role("combobox", name="Find a text").press("Enter")
    line = page.get_by_role("combobox", name="Find an earlier answer")
    expect(page.get_by_role("option")).to_have_count(2)
    line.fill("bulb")
    expect(page.get_by_role("option")).to_have_count(1)
    line.press("Enter")
    expect(page.locator("#reply-text")).to_have_value("Change the bulb.")
