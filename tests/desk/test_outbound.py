"""The guard as an agent meets it: what was found stands beside the text, which stays; the second step is deliberate."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page, expect

from guichet.people.models import FourEyes, Identity, Role, Team
from guichet.tickets import actions, events
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.guard.letter import CHECKS
from guichet.tickets.models import (
    Delivery,
    GuardChange,
    GuardPhrase,
    GuardSwitch,
    HeldFor,
    Message,
    Status,
    Ticket,
)
from tests import make
from tests.browser import client_of, flaws, second_steps, watch_second_steps

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
    assert "<mark>Please find attached the plan.</mark>" in page
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
    assert not Identity.objects.filter(value="help@toner.example").exists(), "nobody was written to yet"
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

    def test_it_is_shown_in_the_text_and_sent_anyway(self, enter: Callable[..., Page], transactional_db: None) -> None:
        cast = make.cast()
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        page = enter(cast.ana)
        watch_second_steps(page)
        page.goto(f"/tickets/{ticket.number}/")
        page.keyboard.press("r")
        expect(page.locator("#reply-text-rich")).to_be_focused()
        page.keyboard.type("Hello Cleo, your password is Kq7!xv2p.")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".guarded mark")).to_have_text("Kq7!xv2p")
        assert second_steps(page) == [False], "a double click on Send agrees to nothing"
        expect(page.locator("#reply-text-rich")).to_have_text("Hello Cleo, your password is Kq7!xv2p.")
        assert flaws(page, ".guarded") == []
        page.get_by_role("button", name="Show in the text").click()
        assert page.evaluate("getSelection().toString()") == "Kq7!xv2p"
        page.keyboard.type("the one you chose")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".msg-outbound")).to_contain_text("your password is the one you chose")


class TestFourEyes:
    @pytest.fixture
    def joe(self, cast: make.Cast) -> Any:
        Team.objects.filter(pk=cast.support.team_id).update(four_eyes=FourEyes.ALL)
        return make.person("joe@desk.example", Role.AGENT, name="Joe Fell", teams=(cast.support.team,))

    @pytest.fixture
    def waiting(self, cast: make.Cast, joe: Any, ana: Client, ticket: Ticket) -> Message:
        assert post(ana, ticket, "Hello Cleo, we come at noon.", status="pending").status_code == 200
        return Message.objects.get(kind="outbound")

    def test_the_queue_and_its_count(self, joe: Any, ana: Client, ben: Client, waiting: Message) -> None:
        client = client_of(joe)
        page = client.get("/release/").content.decode()
        assert "we come at noon" in page
        assert "Ana Lopez to Cleo Martin" in page
        assert '<span class="count">1</span>' in client.get("/release/link/").content.decode()
        # Nobody releases his own; another team neither sees it nor hears that there is a queue.
        assert "we come at noon" not in ana.get("/release/").content.decode()
        assert "we come at noon" not in ben.get("/release/").content.decode()
        assert ben.get("/release/link/").content == b""

    def test_released_unchanged_without_scripts_it_keeps_its_form(
        self, joe: Any, ticket: Ticket, waiting: Message
    ) -> None:
        Message.objects.filter(pk=waiting.pk).update(text="Hello Cleo,\n\nat noon.", html="<p><b>at noon</b></p>")
        url = f"/tickets/{ticket.number}/release/{waiting.pk}/"
        client_of(joe).post(url, {"text": "Hello Cleo,\r\n\r\nat noon."})
        waiting.refresh_from_db()
        assert (waiting.delivery, waiting.html) == (Delivery.QUEUED, "<p><b>at noon</b></p>")
        assert not ticket.events.filter(kind=events.EDITED).exists()

    def test_released_with_other_words_and_taken_back(
        self, cast: make.Cast, joe: Any, ana: Client, ticket: Ticket, waiting: Message, settings: Any
    ) -> None:
        settings.UNDO_SECONDS = 30
        client, url = client_of(joe), f"/tickets/{ticket.number}/release/{waiting.pk}/"
        page = client.get(f"/tickets/{ticket.number}/").content.decode()
        assert "A colleague reads it before it leaves." in page
        assert f'action="{url}"' in page
        assert f'action="{url}"' not in ana.get(f"/tickets/{ticket.number}/").content.decode()
        assert ana.post(url, {}, **HTMX).status_code == 422
        ticket.refresh_from_db()
        assert client.post(url, {"seen": ticket.version, "text": "Hello Cleo, {time}."}, **HTMX).status_code == 409
        done = client.post(url, {"seen": ticket.version, "text": "Hello Cleo, we come at one."}, **HTMX)
        assert done.status_code == 200
        waiting.refresh_from_db()
        assert (waiting.text, waiting.delivery, waiting.author) == (
            "Hello Cleo, we come at one.",
            Delivery.QUEUED,
            cast.ana,
        )
        client.post(url, {"undoing": "1"}, **HTMX)
        waiting.refresh_from_db()
        assert (waiting.delivery, waiting.held_for) == (Delivery.HELD, HeldFor.RELEASE)

    def test_stale_at_release_is_told_and_insisted_on(
        self, cast: make.Cast, joe: Any, ticket: Ticket, waiting: Message
    ) -> None:
        client, url = client_of(joe), f"/tickets/{ticket.number}/release/{waiting.pk}/"
        ticket.refresh_from_db()
        seen = ticket.version
        actions.receive(ticket, Words(text="Not today, please."), cast.cleo, By(cast.cleo, "email"))
        stale = client.post(url, {"seen": seen}, **HTMX)
        assert (stale.status_code, stale["HX-Retarget"]) == (409, f"#waits-{waiting.pk}")
        assert "Not today, please." in stale.content.decode()
        assert "Not today, please." in client.post(url, {"seen": seen}).content.decode()
        assert client.post(url, {"seen": seen, "insist": insist(stale)}, **HTMX).status_code == 200
        waiting.refresh_from_db()
        assert waiting.delivery == Delivery.QUEUED

    def test_given_back_and_asked_again(self, joe: Any, ana: Client, ticket: Ticket, waiting: Message) -> None:
        client, url = client_of(joe), f"/tickets/{ticket.number}/not-released/{waiting.pk}/"
        assert client.post(url, {"note": " "}, **HTMX).status_code == 422
        assert client.post(url, {"note": "At one, I think."}, **HTMX).status_code == 200
        page = ana.get(f"/tickets/{ticket.number}/").content.decode()
        assert "At one, I think." in page
        assert "gave a reply back to its author" in page
        assert "Ask again as it is" in page
        ana.post(url, {"again": "1"}, **HTMX)
        waiting.refresh_from_db()
        assert waiting.held_for == HeldFor.RELEASE

    def test_who_learns_in_a_team_is_chosen_on_its_page(self, cast: make.Cast, ticket: Ticket) -> None:
        ada, team = client_of(cast.ada), cast.support.team
        fields = {"name": "Support", "four_eyes": "trainees", "members": [cast.ana.pk, cast.ada.pk]}
        page = ada.post(f"/settings/teams/{team.pk}/", {**fields, "trainees": [cast.ben.pk]}).content.decode()
        assert "Not a member of the team: Ben Weiss." in page
        assert ada.post(f"/settings/teams/{team.pk}/", {**fields, "trainees": [cast.ana.pk]}).status_code == 302
        post(client_of(cast.ana), ticket, "Hello Cleo, we come at noon.")
        assert Message.objects.get(kind="outbound").held_for == HeldFor.RELEASE
        assert "we come at noon" in ada.get("/release/").content.decode()


class TestRulesPage:
    def fields(self, **changed: str) -> dict[str, str]:
        return {**{f"check-{key}": "on" for key in CHECKS}, "never": "", "allowed": "", **changed}

    def test_of_the_house(self, cast: make.Cast, ana: Client, ticket: Ticket) -> None:
        ada = client_of(cast.ada)
        ada.post("/settings/checks/", self.fields(**{"check-internal": "off", "never": "falcon*\n\nfalcon*"}))
        page = ada.get("/settings/checks/").content.decode()
        assert "“falcon*” is never sent" in page
        assert "Internal words: Off" in page
        answer = post(ana, ticket, "internal: the Falconry opens at noon.")
        assert (answer.status_code, "Falconry" in answer.content.decode()) == (409, True)
        assert "internal:</mark>" not in answer.content.decode()
        assert GuardChange.objects.filter(by=cast.ada).count() == 2
        ada.post("/settings/checks/", self.fields())
        assert GuardPhrase.objects.count() == 0
        assert GuardChange.objects.count() == 4

    def test_of_one_inbox(self, cast: make.Cast, ana: Client, ticket: Ticket) -> None:
        ada, url = client_of(cast.ada), f"/settings/checks/{cast.support.pk}/"
        ada.post(url, {**self.fields(), **{f"check-{key}": "house" for key in CHECKS}, "check-internal": "off"})
        assert GuardSwitch.objects.get().inbox == cast.support
        assert post(ana, ticket, "internal: we come at noon.").status_code == 200

    def test_an_inbox_shows_what_the_house_chose(self, cast: make.Cast) -> None:
        ada, url = client_of(cast.ada), f"/settings/checks/{cast.support.pk}/"
        ada.post("/settings/checks/", self.fields(**{"check-iban": "off"}))
        page = ada.get(url).content.decode()
        assert page.count(">House: off<") == 1
        assert page.count(">House: on<") == len(CHECKS) - 1
        ada.post(url, {**self.fields(), **{f"check-{key}": "house" for key in CHECKS}, "check-iban": "on"})
        assert GuardSwitch.objects.get(inbox=cast.support).is_on

    @pytest.mark.parametrize("line", ["*", "a", "x" * 101])
    def test_a_bad_line_is_told_and_nothing_is_lost(self, line: str, cast: make.Cast) -> None:
        page = client_of(cast.ada).post("/settings/checks/", self.fields(never=f"good words\n{line}")).content.decode()
        assert "good words" in page
        assert "too" in page
        assert not GuardPhrase.objects.exists()


class TestElsewhere:
    def test_a_colleagues_answer_in_another_ticket(
        self, cast: make.Cast, ana: Client, ben: Client, ticket: Ticket
    ) -> None:
        joe = make.person("joe@desk.example", Role.AGENT, name="Joe Fell", teams=(cast.support.team,))
        other = make.ticket("The scanner", to=cast.support, of=cast.cleo)
        url = f"/tickets/{ticket.number}/elsewhere/"
        assert ana.get(url).content.strip() == b""
        actions.reply(other, Words(text="We exchange the scanner on Friday.", to=[CLEO]), By(joe, "desk"), seen=None)
        page = ana.get(url).content.decode()
        assert "Joe answered Cleo" in page
        assert f"#{other.number}" in page
        assert "We exchange the scanner on Friday." in page
        # Not to himself, not of a ticket that one does not see, not of one that is done.
        assert client_of(joe).get(url).content.strip() == b""
        hidden = make.ticket(to=cast.billing, of=cast.cleo)
        actions.reply(hidden, Words(text="Your refund is late.", to=[CLEO]), By(cast.ben, "desk"), seen=None)
        assert "refund" not in ana.get(url).content.decode()
        actions.set_status(other, Status.CLOSED, By(joe, "desk"))
        assert ana.get(url).content.strip() == b""

    def test_it_costs_the_same_however_much_was_answered(self, cast: make.Cast, ana: Client, ticket: Ticket) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert ana.get(f"/tickets/{ticket.number}/elsewhere/").status_code == 200
            return len(captured)

        few = cost()
        for _ in range(4):
            other = make.ticket(to=cast.support, of=cast.cleo)
            actions.reply(other, Words(text="Soon.", to=[CLEO]), By(cast.ada, "desk"), seen=None)
        assert cost() <= few
