"""Drafts kept by the desk: over a killed browser, on another device, through a lost session, and in a colleague's hands."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page, expect

from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.actions import DraftMoved, DraftWords, Refused
from guichet.tickets.events import By
from guichet.tickets.models import Draft, Ticket
from tests import make
from tests.browser import client_of

HTMX: Any = {"HTTP_HX_REQUEST": "true"}
Enter = Callable[..., Page]


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket("The printer is dark", to=cast.support, of=cast.cleo)


def keep(client: Client, ticket: Ticket, text: str, version: int, panel: str = "reply", **more: str) -> Any:
    fields = {"text": text, "version": version, **more}
    return client.post(f"/tickets/{ticket.number}/drafts/{panel}/", fields, **HTMX)


@pytest.mark.django_db
class TestKeeping:
    def test_each_change_is_a_version(self, ticket: Ticket, ana: Client) -> None:
        assert keep(ana, ticket, "Half", 0).json() == {"version": 1}
        assert keep(ana, ticket, "Half an answer", 1, cc="dan@customer.example").json() == {"version": 2}
        draft = Draft.objects.get()
        assert (draft.text, draft.cc, draft.panel) == ("Half an answer", "dan@customer.example", "reply")
        page = ana.get(f"/tickets/{ticket.number}/").content.decode()
        assert '"version": 2, "text": "Half an answer"' in page

    def test_the_slower_device_overwrites_nothing(self, ticket: Ticket, ana: Client) -> None:
        keep(ana, ticket, "First", 0)
        keep(ana, ticket, "Second", 1)
        for seen in (0, 1, 3):
            answer = keep(ana, ticket, "Other", seen)
            assert answer.status_code == 409
            assert (answer.json()["version"], answer.json()["text"]) == (2, "Second")
        assert Draft.objects.get().text == "Second"

    def test_nothing_is_kept_of_nothing(self, ticket: Ticket, ana: Client) -> None:
        assert keep(ana, ticket, "  ", 0).json() == {"version": 0}
        keep(ana, ticket, "x", 0)
        assert keep(ana, ticket, "", 1).json() == {"version": 0}
        assert not Draft.objects.exists()

    def test_sheets_and_people_have_their_own(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        ada = client_of(cast.ada)
        for client, panel in ((ana, "reply"), (ana, "note"), (ana, "ask"), (ada, "reply")):
            assert keep(client, ticket, panel, 0, panel).status_code == 200
        assert "note" not in [draft.panel for draft in Draft.objects.own(cast.ada)]
        assert keep(ana, ticket, "x", 0, "letter").status_code == 404

    def test_it_goes_with_its_message(self, ticket: Ticket, ana: Client) -> None:
        keep(ana, ticket, "Try the switch.", 0)
        keep(ana, ticket, "A note", 0, "note")
        fields = {"text": "Try the switch.", "seen": ticket.version}
        assert ana.post(f"/tickets/{ticket.number}/reply/", fields, **HTMX).status_code == 200
        assert [draft.panel for draft in Draft.objects.all()] == ["note"]
        ana.post(f"/tickets/{ticket.number}/note/", {"text": "A note"}, **HTMX)
        assert not Draft.objects.exists()

    def test_what_another_device_wrote_since_is_not_lost_with_it(self, ticket: Ticket, ana: Client) -> None:
        keep(ana, ticket, "From the office", 0)
        keep(ana, ticket, "From the train, longer", 1)
        fields = {"text": "From the office, done", "seen": ticket.version, "draft": 1}
        answer = ana.post(f"/tickets/{ticket.number}/reply/", fields, **HTMX)
        assert answer.status_code == 200 and '"draft-left": {"panel": "reply"}' in answer["HX-Trigger"]
        assert Draft.objects.get().text == "From the train, longer"
        ticket.refresh_from_db()
        answer = ana.post(f"/tickets/{ticket.number}/note/", {"text": "Sent it.", "draft": ""}, **HTMX)
        assert "draft-left" not in answer["HX-Trigger"]
        ticket.refresh_from_db()
        fields = {"text": "From the train, longer.", "seen": ticket.version, "draft": 1}
        assert ana.post(f"/tickets/{ticket.number}/reply/", fields, **HTMX).status_code == 200
        assert not Draft.objects.exists(), "its words went out: nothing is left of it"

    def test_without_scripts_it_is_said(self, ticket: Ticket, ana: Client) -> None:
        keep(ana, ticket, "From the train", 0)
        box = ana.get(f"/tickets/{ticket.number}/compose/?kept={Draft.objects.get().pk}").content.decode()
        assert '<input type="hidden" name="draft" value="1">' in box
        keep(ana, ticket, "From the train, longer", 1)
        fields = {"text": "From the office", "seen": ticket.version, "draft": 1}
        page = ana.post(f"/tickets/{ticket.number}/reply/", fields, follow=True).content.decode()
        assert "What you wrote on another device was not sent" in page
        note = {"text": "x", "draft": "0"}
        keep(ana, ticket, "A longer note", 0, "note")
        page = ana.post(f"/tickets/{ticket.number}/note/", note, follow=True).content.decode()
        assert "What you wrote on another device was not sent" in page
        assert sorted(draft.panel for draft in Draft.objects.all()) == ["note", "reply"]

    def test_it_stays_when_the_reply_is_refused(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        keep(ana, ticket, "Try the switch.", 0)
        actions.receive(ticket, actions.Words(text="Forget it"), cast.cleo, By(cast.cleo, "email"))
        fields = {"text": "Try the switch.", "seen": ticket.version}
        assert ana.post(f"/tickets/{ticket.number}/reply/", fields, **HTMX).status_code == 409
        assert Draft.objects.get().text == "Try the switch."

    def test_files_and_pictures_wait_too(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        file = ana.post("/uploads/", {"file": SimpleUploadedFile("plan.pdf", b"%PDF")}).json()
        shot = ana.post("/uploads/", {"file": SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 20)}).json()
        html = f'<p>See <img src="{shot["picture"]}"></p>'
        keep(ana, ticket, "x", 0, html=html, file=file["token"])
        page = ana.get(f"/tickets/{ticket.number}/").content.decode()
        assert '"name": "plan.pdf"' in page
        again = re.search(r"/uploads/[^/]+/(?=\\u0022|\\\")", page.split('id="drafts"')[1])
        assert again is not None
        assert ana.get(again[0]).status_code == 200

    def test_nobody_else_hears_of_it(self, cast: make.Cast, ticket: Ticket, ana: Client, ben: Client) -> None:
        version, told = ticket.version, ticket.events.count()
        keep(ana, ticket, "Not for your eyes", 0)
        ticket.refresh_from_db()
        assert (ticket.version, ticket.events.count()) == (version, told)
        for client in (client_of(cast.ada), ben, client_of(cast.cleo)):
            for url in (f"/tickets/{ticket.number}/", "/drafts/"):
                assert "Not for your eyes" not in client.get(url).content.decode()

    def test_the_page_costs_one_query_more_however_many(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert ana.get(f"/tickets/{ticket.number}/").status_code == 200
            return len(captured)

        cost()
        few = cost()
        for person in (cast.ana, cast.ada):
            for panel in ("reply", "note", "ask"):
                draft = actions.keep_draft(ticket, person, panel, DraftWords(text="x"), seen=0)
                if person == cast.ada and draft is not None:
                    actions.share_draft(draft, By(person, "desk"))
        assert cost() <= few + 1  # the name in the sentence of the hand-over


def keep_new(client: Client, text: str, kept: int, version: int, **more: str) -> Any:
    fields = {"text": text, "kept": kept or "", "version": version, "alias": "support@desk.example", **more}
    return client.post("/tickets/new/draft/", fields, **HTMX)


@pytest.mark.django_db
class TestOfNewTickets:
    def test_as_many_as_were_begun(self, cast: make.Cast, ana: Client) -> None:
        one = keep_new(ana, "Dear Dan", 0, 0, to="dan@customer.example", subject="Your printer").json()
        two = keep_new(ana, "Dear Cleo", 0, 0).json()
        assert one["kept"] != two["kept"]
        assert keep_new(ana, "Dear Dan, hello", one["kept"], 1).json() == {"version": 2, "kept": one["kept"]}
        page = ana.get("/drafts/").content.decode()
        assert (
            f'href="/tickets/new/?draft={one["kept"]}"' in page and f'href="/tickets/new/?draft={two["kept"]}"' in page
        )
        letter = ana.get(f"/tickets/new/?draft={one['kept']}").content.decode()
        assert ">Dear Dan, hello</textarea>" in letter and '"text": "Dear Dan, hello"' in letter
        assert "Dear" not in ana.get("/tickets/new/").content.decode()

    def test_the_slower_device_overwrites_nothing(self, cast: make.Cast, ana: Client) -> None:
        kept = keep_new(ana, "First", 0, 0).json()["kept"]
        keep_new(ana, "Second", kept, 1)
        answer = keep_new(ana, "Other", kept, 1)
        assert (answer.status_code, answer.json()["text"]) == (409, "Second")
        assert keep_new(ana, "", kept, 2).json() == {"version": 0, "kept": 0}
        assert not Draft.objects.exists()

    def test_nobody_elses(self, cast: make.Cast, ana: Client) -> None:
        kept = keep_new(ana, "Not for your eyes", 0, 0).json()["kept"]
        for person in (cast.ada, cast.ben, cast.cleo):
            client = client_of(person)
            for url in ("/drafts/", f"/tickets/new/?draft={kept}"):
                assert "Not for your eyes" not in client.get(url).content.decode()
            assert keep_new(client, "Mine now", kept, 1).status_code in (404, 409)
            assert client.post(f"/drafts/{kept}/discard/").status_code == 404
        assert Draft.objects.get().text == "Not for your eyes"

    def test_it_goes_with_its_ticket_and_stays_where_that_is_refused(self, cast: make.Cast, ana: Client) -> None:
        kept = keep_new(ana, "It is ready.", 0, 0, to="dan@customer.example", subject="Your printer").json()["kept"]
        fields = {
            "text": "It is ready.",
            "subject": "Your printer",
            "alias": "support@desk.example",
            "kept": kept,
            "draft": 1,
        }
        assert ana.post("/tickets/new/", {**fields, "to": ""}, **HTMX).status_code == 422
        assert Draft.objects.exists()
        answer = ana.post("/tickets/new/", {**fields, "to": "dan@customer.example"}, **HTMX)
        assert answer["HX-Redirect"].startswith("/tickets/")
        assert not Draft.objects.exists()

    def test_thrown_away_and_back(self, cast: make.Cast, ana: Client) -> None:
        one, two = (keep_new(ana, text, 0, 0, subject=text).json()["kept"] for text in ("Dear Dan", "Dear Cleo"))
        ana.post(f"/drafts/{one}/discard/")
        assert f"draft={one}" not in ana.get("/drafts/").content.decode()
        ana.post(f"/drafts/{one}/discard/", {"undoing": "1"})
        page = ana.get("/drafts/").content.decode()
        assert f"draft={one}" in page and f"draft={two}" in page


@pytest.mark.django_db
class TestInOtherHands:
    def shared(self, ticket: Ticket, person: Person, text: str = "Dear Cleo, so far") -> Draft:
        draft = actions.keep_draft(ticket, person, "reply", DraftWords(text=text), seen=0)
        assert draft is not None
        actions.share_draft(draft, By(person, "desk"))
        draft.refresh_from_db()
        return draft

    def test_handed_over_taken_and_sent(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        draft = self.shared(ticket, cast.ada)
        page = ana.get(f"/tickets/{ticket.number}/").content.decode()
        assert "Draft of Ada King" in page
        assert "handed a draft to the team" in page
        assert "Draft of Ada King" in ana.get("/drafts/").content.decode()
        answer = ana.post(f"/tickets/{ticket.number}/drafts/{draft.pk}/take/", **HTMX)
        assert answer["HX-Redirect"] == f"/tickets/{ticket.number}/"
        page = ana.get(f"/tickets/{ticket.number}/").content.decode()
        assert '"text": "Dear Cleo, so far"' in page
        assert "took over the draft of Ada King" in page
        ticket.refresh_from_db()
        fields = {"text": "Dear Cleo, all done", "seen": ticket.version, "draft": Draft.objects.get().version}
        assert ana.post(f"/tickets/{ticket.number}/reply/", fields, **HTMX).status_code == 200
        page = ana.get(f"/tickets/{ticket.number}/").content.decode()
        assert "Begun by Ada King" in page
        draft.refresh_from_db()
        assert draft.message == ticket.messages.latest("pk")
        assert [part["person"] for part in draft.parts] == [cast.ada.pk]
        assert not Draft.objects.unsent().exists()

    def test_without_scripts_too(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        draft = self.shared(ticket, cast.ada)
        page = ana.post(f"/tickets/{ticket.number}/drafts/{draft.pk}/take/", follow=True).content.decode()
        assert "Dear Cleo, so far</textarea>" in page

    def test_only_one_takes_it(self, cast: make.Cast, ticket: Ticket) -> None:
        draft = self.shared(ticket, cast.ada)
        actions.take_draft(draft, By(cast.ana, "desk"))
        with pytest.raises(Refused, match="Somebody else took this draft over"):
            actions.take_draft(draft, By(cast.ada, "desk"))

    def test_what_was_sent_or_taken_meanwhile_is_not_thrown_away(self, cast: make.Cast, ticket: Ticket) -> None:
        draft = self.shared(ticket, cast.ada)
        stale = Draft.objects.get(pk=draft.pk)
        actions.take_draft(draft, By(cast.ana, "desk"))
        for act in (actions.discard_draft, actions.bring_draft_back):
            with pytest.raises(Refused, match="somebody else took it over"):
                act(stale)
        own = Draft.objects.own(cast.ana).get()
        Draft.objects.filter(pk=own.pk).delete()  # sent from another window
        with pytest.raises(Refused, match="was sent"):
            actions.discard_draft(own)
        with pytest.raises(Refused, match="no longer yours"):
            actions.share_draft(own, By(cast.ana, "desk"))

    def test_an_own_beginning_is_not_overwritten(self, cast: make.Cast, ticket: Ticket) -> None:
        draft = self.shared(ticket, cast.ada)
        actions.keep_draft(ticket, cast.ana, "reply", DraftWords(text="Mine"), seen=0)
        with pytest.raises(Refused, match="an answer of your own"):
            actions.take_draft(draft, By(cast.ana, "desk"))
        assert Draft.objects.own(cast.ana).get().text == "Mine"

    def test_customers_and_other_teams_see_nothing(self, cast: make.Cast, ticket: Ticket, ben: Client) -> None:
        draft = self.shared(ticket, cast.ada, "Inside words")
        for client in (ben, client_of(cast.cleo), client_of(cast.dan)):
            assert "Inside words" not in client.get(f"/tickets/{ticket.number}/").content.decode()
            assert client.post(f"/tickets/{ticket.number}/drafts/{draft.pk}/take/").status_code in (404, 302)
        assert not Draft.objects.visible_to(cast.cleo).exists()
        assert "Inside words" not in client_of(cast.cleo).get("/requests/", follow=True).content.decode()

    def test_who_comes_back_may_have_it_back(self, cast: make.Cast, ticket: Ticket) -> None:
        draft = self.shared(ticket, cast.ana)
        actions.keep_draft(ticket, cast.ana, "note", DraftWords(text="meanwhile"), seen=0)
        actions.take_draft(draft, By(cast.ana, "desk"))
        assert Draft.objects.own(cast.ana).count() == 2

    def test_thrown_away_and_back(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        keep(ana, ticket, "Half", 0)
        draft = Draft.objects.get()
        ana.post(f"/drafts/{draft.pk}/discard/")
        assert "Half" not in ana.get("/drafts/").content.decode().split("Draft discarded")[-1]
        assert keep(ana, ticket, "Anew", 0).status_code == 200
        ana.post(f"/drafts/{draft.pk}/discard/", {"undoing": "1"})
        assert Draft.objects.own(cast.ana).get().text == "Anew"
        ana.post(f"/drafts/{Draft.objects.own(cast.ana).get().pk}/discard/")
        ana.post(f"/drafts/{draft.pk}/discard/", {"undoing": "1"})
        assert Draft.objects.own(cast.ana).get().text == "Half"


@pytest.mark.django_db(transaction=True)
def test_two_devices_begin_at_the_same_moment(cast: make.Cast, ticket: Ticket) -> None:
    actions.keep_draft(ticket, cast.ana, "reply", DraftWords(text="one"), seen=0)
    with pytest.raises(DraftMoved):
        actions.keep_draft(ticket, cast.ana, "reply", DraftWords(text="two"), seen=0)


@pytest.mark.django_db(transaction=True)
class TestInTheBrowser:
    @pytest.fixture
    def cast(self, transactional_db: None) -> make.Cast:
        return make.cast()

    def opened(self, enter: Enter, person: Person, ticket: Ticket) -> Page:
        page = enter(person)
        page.goto(f"/tickets/{ticket.number}/")
        page.keyboard.press("r")
        expect(page.locator("#reply-text-rich")).to_be_focused()
        return page

    def test_the_browser_is_killed_and_another_device_goes_on(
        self, enter: Enter, cast: make.Cast, ticket: Ticket
    ) -> None:
        page = self.opened(enter, cast.ana, ticket)
        page.keyboard.press("Control+b")
        page.keyboard.type("Written for an hour")
        expect(page.locator("#panel-reply [data-draft-state]")).to_have_text("Draft saved")
        assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:')).length") == 0
        page.context.close()
        other = enter(cast.ana)
        other.goto("/drafts/")
        other.get_by_role("link", name="The printer is dark").click()
        expect(other.locator("#reply-text-rich strong")).to_have_text("Written for an hour")
        other.locator("#reply-text").focus()
        other.keyboard.press("Control+Enter")
        expect(other.locator(".msg-outbound strong")).to_have_text("Written for an hour")
        assert not Draft.objects.exists()
        other.reload()
        expect(other.locator("#reply-text")).to_have_value("")

    def test_two_devices_and_both_texts_are_kept(self, enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
        one = self.opened(enter, cast.ana, ticket)
        two = self.opened(enter, cast.ana, ticket)
        one.keyboard.type("From the office.")
        expect(one.locator("#panel-reply [data-draft-state]")).to_have_text("Draft saved")
        two.keyboard.type("From the train.")
        place = two.locator("#panel-reply .draft-place")
        expect(place).to_contain_text("You wrote something else here on another device.")
        expect(place.locator("[data-draft-other]")).to_have_text("From the office.")
        assert Draft.objects.get().text == "From the office."
        two.reload()  # the choice is still there to make, and both texts with it
        expect(two.locator("#reply-text")).to_have_value("From the train.")
        two.get_by_role("button", name="Keep both").click()
        expect(two.locator("#reply-text")).to_have_value("From the train.\n\nFrom the office.")
        expect(two.locator("#panel-reply [data-draft-state]")).to_have_text("Draft saved")
        assert Draft.objects.get().text == "From the train.\n\nFrom the office."

    def test_a_tab_that_is_closed_before_the_choice_loses_nothing(
        self, enter: Enter, cast: make.Cast, ticket: Ticket
    ) -> None:
        one = self.opened(enter, cast.ana, ticket)
        two = one.context.new_page()
        two.goto(f"/tickets/{ticket.number}/")
        two.keyboard.press("r")
        expect(two.locator("#reply-text-rich")).to_be_focused()
        one.bring_to_front()
        one.keyboard.type("From one tab.")
        expect(one.locator("#panel-reply [data-draft-state]")).to_have_text("Draft saved")
        two.bring_to_front()
        two.keyboard.type("From the other.")
        expect(two.locator("#panel-reply [data-draft-other]")).to_have_text("From one tab.")
        one.keyboard.type(" And more.")
        kept = "Object.entries(localStorage).flatMap(([key, value]) => (/^draft:/.test(key) ? JSON.parse(value).text : []))"
        for _ in range(200):  # until the desk has the words of the other tab
            if one.evaluate(kept) == ["From the other."]:
                break
            one.wait_for_timeout(50)
        two.close()
        again = one.context.new_page()
        again.goto(f"/tickets/{ticket.number}/")
        expect(again.locator("#reply-text")).to_have_value("From the other.")
        again.get_by_role("button", name="Keep both").click()
        expect(again.locator("#reply-text")).to_have_value("From the other.\n\nFrom one tab. And more.")

    def test_offline_and_signed_out_it_waits_here(self, enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
        page = self.opened(enter, cast.ana, ticket)
        page.context.set_offline(True)
        page.keyboard.type("Into the void")
        expect(page.locator("#panel-reply [data-draft-state]")).to_have_text("Kept in this browser")
        assert not Draft.objects.exists()
        page.context.set_offline(False)
        expect(page.locator("#panel-reply [data-draft-state]")).to_have_text("Draft saved")
        assert Draft.objects.get().text == "Into the void"
        kept = page.context.cookies()
        page.context.clear_cookies()
        page.keyboard.type(" and back")
        expect(page.locator("#panel-reply [data-draft-state]")).to_have_text("Signed out: kept in this browser")
        page.context.add_cookies(kept)  # type: ignore[arg-type]
        page.reload()
        expect(page.locator("#reply-text")).to_have_value("Into the void and back")

    def test_handed_to_a_colleague_who_sends_it(self, enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
        ada = self.opened(enter, cast.ada, ticket)
        ana = enter(cast.ana)
        ana.goto(f"/tickets/{ticket.number}/")
        ada.keyboard.type("Dear Cleo, the switch")
        ada.get_by_role("button", name="Send in another way").first.click()
        ada.get_by_role("button", name="Hand the draft to the team").first.click()
        expect(ada.locator(".msg-draft")).to_contain_text("Your draft")
        expect(ada.locator("#reply-text")).to_have_value("")
        expect(ana.locator(".msg-draft")).to_contain_text("Draft of Ada King")
        ana.get_by_role("button", name="Take over and finish").click()
        expect(ana.locator("#reply-text")).to_have_value("Dear Cleo, the switch")
        ana.locator("#reply-text").focus()
        ana.keyboard.press("Control+End")
        ana.keyboard.type(" is behind.")
        ana.keyboard.press("Control+Enter")
        expect(ana.locator(".msg-outbound")).to_contain_text("Dear Cleo, the switch is behind.")
        ana.get_by_text("Begun by Ada King").click()
        expect(ana.locator(".msg-outbound .quoted")).to_have_text("Dear Cleo, the switch")
        expect(ada.locator(".msg-draft")).to_have_count(0)

    def test_sending_from_one_device_leaves_what_the_other_wrote(
        self, enter: Enter, cast: make.Cast, ticket: Ticket
    ) -> None:
        one = self.opened(enter, cast.ana, ticket)
        one.keyboard.type("From the office.")
        expect(one.locator("#panel-reply [data-draft-state]")).to_have_text("Draft saved")
        two = self.opened(enter, cast.ana, ticket)
        expect(two.locator("#reply-text")).to_have_value("From the office.")
        two.keyboard.type(" Or rather from the train.")
        expect(two.locator("#panel-reply [data-draft-state]")).to_have_text("Draft saved")
        one.keyboard.press("Control+Enter")
        expect(one.locator(".msg-outbound")).to_have_text(re.compile("From the office."))
        expect(one.locator("#reply-text")).to_have_value("From the office. Or rather from the train.")
        expect(one.locator(".toast").last).to_contain_text("it is in the box")
        assert Draft.objects.get().text == "From the office. Or rather from the train."
        one.locator("#reply-text").focus()
        one.keyboard.press("Control+a")
        one.keyboard.press("Delete")
        expect(one.locator("#reply-text")).to_have_value("")
        one.wait_for_timeout(1500)
        assert not Draft.objects.exists(), "it is his own again, to throw away too"

    def test_what_is_typed_while_the_words_leave_stays(self, enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
        page = self.opened(enter, cast.ana, ticket)
        page.route("**/reply/", lambda route: (page.wait_for_timeout(800), route.continue_()))
        page.keyboard.type("Try the switch.")
        page.keyboard.press("Control+Enter")
        page.keyboard.type(" And the fuse.")
        expect(page.locator(".msg-outbound")).to_contain_text("Try the switch.")
        expect(page.locator("#reply-text")).to_have_value("And the fuse.")
        expect(page.locator("#reply-text-rich")).to_be_focused()
        page.keyboard.type(" Now")
        page.reload()
        expect(page.locator("#reply-text")).to_have_value("And the fuse. Now")
        assert ticket.messages.get(kind="outbound").text == "Try the switch."

    @pytest.mark.parametrize("leaves", [False, True])
    def test_a_draft_whose_sheet_is_slow_to_come_is_not_ended_meanwhile(
        self, enter: Enter, cast: make.Cast, ticket: Ticket, leaves: bool
    ) -> None:
        """Its box is not there yet: that it is empty says nothing."""
        page = enter(cast.ana)
        page.goto(f"/tickets/{ticket.number}/")
        actions.keep_draft(ticket, cast.ana, "ask", DraftWords(text="Is it in stock?", to="shop@x.example"), seen=0)
        page.evaluate(
            """ticket => {
                const draft = {text: 'Is it in stock, and when?', html: '', fields: {to: 'shop@x.example'}, files: [], version: 1};
                localStorage.setItem(`draft:${document.body.dataset.person}:${ticket}:ask`, JSON.stringify(draft));
            }""",
            ticket.pk,
        )
        page.route("**/compose/?ask=1", lambda route: (page.wait_for_timeout(2500), route.continue_()))
        page.reload()
        page.wait_for_timeout(300)
        if leaves:
            page.goto("/drafts/")
            page.wait_for_timeout(500)
            assert Draft.objects.get().text == "Is it in stock?"
            page.unroute_all(behavior="ignoreErrors")
            page.goto(f"/tickets/{ticket.number}/")
        expect(page.locator("#ask-text")).to_have_value("Is it in stock, and when?")
        expect(page.locator("#panel-ask [data-draft-state]")).to_have_text("Draft saved")
        assert Draft.objects.get().text == "Is it in stock, and when?"

    def test_words_typed_before_the_script_came_join_the_draft(
        self, enter: Enter, cast: make.Cast, ticket: Ticket
    ) -> None:
        actions.keep_draft(ticket, cast.ana, "reply", DraftWords(text="Written yesterday."), seen=0)
        page = enter(cast.ana)
        page.route("**/desk.js", lambda route: (page.wait_for_timeout(1000), route.continue_()))
        page.goto(f"/tickets/{ticket.number}/", wait_until="commit")
        page.locator("#reply-text").evaluate("area => (area.value = 'And now this.')")
        expect(page.locator("#reply-text")).to_have_value("Written yesterday.\n\nAnd now this.")
        expect(page.locator("#panel-reply [data-draft-state]")).to_have_text("Draft saved")
        assert Draft.objects.get().text == "Written yesterday.\n\nAnd now this."

    def test_a_new_ticket_survives_a_killed_browser(self, enter: Enter, cast: make.Cast) -> None:
        page = enter(cast.ana)
        page.goto("/tickets/new/")
        page.locator("#new-subject").fill("Your printer")
        page.locator("#new-text-rich").click()
        page.keyboard.type("Dear Dan, it is here.")
        expect(page.locator("#panel-new [data-draft-state]")).to_have_text("Draft saved")
        expect(page).to_have_url(re.compile(r"/tickets/new/\?draft=\d+$"))
        page.keyboard.type(" And paid")
        page.reload()
        expect(page.locator("#new-text-rich")).to_have_text("Dear Dan, it is here. And paid")
        page.locator("#new-text-rich").click()
        page.keyboard.press("Control+End")
        page.keyboard.type(" for.")
        expect(page.locator("#panel-new [data-draft-state]")).to_have_text("Draft saved")
        page.context.close()
        other = enter(cast.ana)
        other.goto("/drafts/")
        other.get_by_role("link", name="Your printer").click()
        expect(other.locator("#new-text-rich")).to_have_text("Dear Dan, it is here. And paid for.")
        expect(other.locator("#new-subject")).to_have_value("Your printer")
        other.locator("#panel-new .addressee-entry").first.fill("dan@customer.example")
        other.keyboard.press("Enter")
        other.get_by_role("button", name="Send and open ticket").click()
        expect(other.locator("h1")).to_have_text("Your printer")
        assert not Draft.objects.exists()
        other.goto("/tickets/new/")
        expect(other.locator("#new-text")).to_have_value("")
