"""The customer's card on the ticket page: what it shows, to whom, and what is done from it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page, expect

from guichet.people import contacts, organisations
from guichet.people.models import Note, Organisation, Person
from guichet.tickets.models import Ticket
from tests import make
from tests.browser import flaws

Enter = Callable[..., Page]


def card_of(client: Client, ticket: Ticket) -> str:
    page = client.get(f"/tickets/{ticket.number}/").content.decode()
    return page[page.index('id="card"') :]


@pytest.mark.django_db
class TestCard:
    @pytest.fixture
    def ticket(self, cast: make.Cast) -> Ticket:
        return make.ticket("The printer is dark", to=cast.support, of=cast.cleo)

    def test_it_tells_who_asks_and_nothing_of_other_teams(self, cast: make.Cast, ana: Client, ticket: Ticket) -> None:
        contacts.change_contact(
            cast.cleo, cast.ada, site="Lyon", language="fr", time_zone="Asia/Tokyo", department="Paie"
        )
        contacts.add_phone(cast.cleo, "+33 4 00", cast.ada)
        contacts.add_note(cast.cleo, "Calls after five.", cast.ada)
        contacts.add_note(Organisation.objects.get(name="Acme"), "Pays late.", cast.ada)
        ours = make.ticket("Another of ours", to=cast.support, of=cast.cleo)
        theirs = make.ticket("An invoice", to=cast.billing, of=cast.cleo)
        dans, dans_invoice = (
            make.ticket("Dan too", to=cast.support, of=cast.dan),
            make.ticket(to=cast.billing, of=cast.dan),
        )
        card = card_of(ana, ticket)
        for words in ("Acme", "Paie", "Lyon", "Français", "Asia/Tokyo", "+33 4 00", "Calls after five.", "Pays late."):
            assert words in card, words
        for shown in (ours, dans):
            assert f"/tickets/{shown.number}/" in card
        for hidden in (theirs, dans_invoice):
            assert f"/tickets/{hidden.number}/" not in card

    def test_all_earlier_requests_come_page_by_page(self, cast: make.Cast, ana: Client, ticket: Ticket) -> None:
        others = [make.ticket(f"old {n}", to=cast.support, of=cast.cleo) for n in range(30)]
        for _ in range(5):
            make.ticket(to=cast.billing, of=cast.cleo)
        page, seen = card_of(ana, ticket), []
        while True:
            seen += re.findall(r'earlier-link" href="/tickets/(\d+)/', page)
            following = re.search(r'hx-get="([^"]*card[^"]*after[^"]*)"', page)
            if following is None:
                break
            page = ana.get(following.group(1).replace("&amp;", "&")).content.decode()
        assert seen == [str(one.number) for one in reversed(others)]

    def test_the_page_asks_a_fixed_number_of_queries(self, cast: make.Cast, ana: Client, ticket: Ticket) -> None:
        def count() -> int:
            with CaptureQueriesContext(connection) as queries:
                ana.get(f"/tickets/{ticket.number}/")
            return len(queries)

        contacts.add_note(cast.cleo, "a note", cast.ada)
        first = count()
        for n in range(12):
            make.ticket(to=cast.support, of=cast.cleo)
            make.ticket(to=cast.support, of=cast.dan)
            contacts.add_note(cast.cleo, f"note {n}", cast.ada)
        assert count() <= first

    def test_facts_are_changed_in_place_and_taken_back(
        self, cast: make.Cast, ana: Client, ben: Client, ticket: Ticket
    ) -> None:
        url = f"/contacts/card/{ticket.number}/"
        new = {"name": "Cléo", "organisation": "Acme", "site": "Nantes"}
        answer = ana.post(f"{url}edit/", new, headers={"HX-Request": "true"})
        assert 'id="ticket"' in answer.content.decode() and "Nantes" in answer.content.decode()
        undo = re.search(r'"url": "([^"]+undo[^"]+)"', answer.headers["HX-Trigger"])
        assert undo is not None
        assert ben.post(undo.group(1)).status_code == 404
        ana.post(undo.group(1), headers={"HX-Request": "true"})
        assert Person.objects.get(pk=cast.cleo.pk).site == ""
        refused = ana.post(f"{url}edit/", {"time_zone": "Atlantis"}, headers={"HX-Request": "true"})
        assert refused.status_code == 422 and "No time zone" in refused.headers["HX-Trigger"]

    def test_whose_request_it_is_changes_and_comes_back(self, cast: make.Cast, ana: Client, ticket: Ticket) -> None:
        url = f"/contacts/card/{ticket.number}/requester/"
        assert ana.post(url, {"requester": cast.eve.pk}, headers={"HX-Request": "true"}).status_code == 422, (
            "she is out of sight"
        )
        ana.post(url, {"address": "Boss@Customer.example"})
        ticket.refresh_from_db()
        assert ticket.requester.email == "boss@customer.example"
        page = ana.get(f"/tickets/{ticket.number}/").content.decode()
        assert "gave this request of Cleo Martin to boss@customer.example" in page
        ana.post(url, {"requester": cast.cleo.pk})
        ticket.refresh_from_db()
        assert ticket.requester == cast.cleo, "whom one had a moment ago may come back"
        assert ana.post(url, {"address": "nobody"}, headers={"HX-Request": "true"}).status_code == 422

    def test_a_private_request_is_kept_from_the_organisation(
        self, cast: make.Cast, ana: Client, ticket: Ticket
    ) -> None:
        assert "their organisation" not in card_of(ana, ticket).lower()
        organisations.change_organisation(Organisation.objects.get(name="Acme"), cast.ada, is_shared=True)
        assert "Their organisation sees this" in card_of(ana, ticket)
        ana.post(f"/contacts/card/{ticket.number}/private/", {"private": "1"})
        assert "Private: their organisation does not see this" in card_of(ana, ticket)
        assert not Ticket.objects.visible_to(cast.dan).exists()


@pytest.mark.django_db(transaction=True)
class TestByHand:
    @pytest.fixture
    def cast(self, transactional_db: None) -> make.Cast:
        return make.cast()

    def test_change_note_and_hand_over_without_leaving_the_ticket(self, enter: Enter, cast: make.Cast) -> None:
        ticket = make.ticket("The printer is dark", to=cast.support, of=cast.cleo)
        make.ticket("Dan's matter", to=cast.support, of=cast.dan)
        page = enter(cast.ana)
        page.goto(f"/tickets/{ticket.number}/")
        page.keyboard.press("r")
        page.keyboard.type("Half an answer")
        menu = page.get_by_role("button", name="Change the customer")
        menu.click()
        page.get_by_role("button", name="Change their facts").click()
        page.get_by_label("Site").fill("Lyon")
        page.locator("#menu-customer-facts").get_by_role("button", name="Save").click()
        expect(page.locator(".card-facts")).to_contain_text("Lyon")
        expect(page.locator("#menu-customer")).not_to_be_visible()
        expect(page.locator("#reply-text")).to_have_value("Half an answer")
        page.locator(".toast").get_by_role("button", name="Undo").click()
        expect(page.locator(".card-facts")).not_to_contain_text("Lyon")
        menu.click()
        page.get_by_role("button", name="Write a note about them").click()
        page.locator("#customer-note").fill("Calls after five.")
        page.get_by_role("button", name="Save the note").click()
        expect(page.locator(".card-notes")).to_contain_text("Calls after five.")
        assert Note.objects.get().author == cast.ana
        peek = page.locator(".earlier-link", has_text="Dan's matter")
        expect(peek.locator(".peek")).not_to_be_visible()
        peek.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        expect(peek.locator(".peek")).to_contain_text("It was bright yesterday.")
        menu.click()
        page.get_by_role("button", name="It is somebody else's request").click()
        box = page.locator("#menu-requester").get_by_role("searchbox")
        expect(box).to_be_focused()
        box.fill("rtoh")
        found = page.locator("#menu-requester").get_by_role("button", name="Dan Roth")
        expect(found).to_be_visible()
        assert flaws(page) == []
        found.click()
        expect(page.locator(".card-who .name")).to_have_text("Dan Roth")
