"""Drafts in real browsers: killed, closed, offline, signed out, two at once, and in a colleague's hands."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.actions import DraftWords
from guichet.tickets.models import Category, Draft, Ticket
from guichet.tickets.models.sorting import USUAL
from tests import make

Enter = Callable[..., Page]


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket("The printer is dark", to=cast.support, of=cast.cleo)


def overtake(page: Page, address: str, save: str, write: Callable[[], None]) -> None:
    """Loads the page again while what was written is on its way: the page is rendered, then the words are kept, then it
    is shown."""
    saves: list[Route] = []
    page.route(save, lambda route: saves.append(route))

    def overtaken(route: Route) -> None:
        rendered = route.fetch()
        saves.pop().continue_()
        page.wait_for_timeout(800)
        route.fulfill(response=rendered)

    write()
    for _tenth in range(100):
        if saves:
            break
        page.wait_for_timeout(100)
    page.route(address, overtaken, times=1)
    page.unroute(save)
    page.reload()


@pytest.mark.django_db(transaction=True)
class TestInTheBrowser:
    @pytest.fixture
    def cast(self, transactional_db: None) -> make.Cast:
        return make.cast()

    def opened(self, enter: Enter, person: Person, ticket: Ticket, **options: Any) -> Page:
        page = enter(person, **options)
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
        two.locator("#panel-reply").get_by_role("button", name="Cc", exact=True).click()
        two.keyboard.type("eve@supplier.example,")
        two.locator("#reply-text").focus()
        two.keyboard.type(" Or rather from the train.")
        expect(two.locator("#panel-reply [data-draft-state]")).to_have_text("Draft saved")
        one.keyboard.press("Control+Enter")
        expect(one.locator(".msg-outbound")).to_have_text(re.compile("From the office."))
        expect(one.locator("#reply-text")).to_have_value("From the office. Or rather from the train.")
        expect(one.locator('[data-row="cc"] .addressee')).to_contain_text("eve@supplier.example")
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

    def test_a_page_that_was_written_before_the_draft_was_kept_shows_it(
        self, enter: Enter, cast: make.Cast, ticket: Ticket
    ) -> None:
        page = self.opened(enter, cast.ana, ticket, service_workers="block")  # it would fetch the page unseen
        overtake(
            page, f"**/tickets/{ticket.number}/", "**/drafts/reply/", lambda: page.keyboard.type("Try the switch.")
        )
        assert Draft.objects.get().text == "Try the switch."
        expect(page.locator("#reply-text")).to_have_value("Try the switch.")
        page.locator("#reply-text").focus()
        page.keyboard.press("Control+End")
        page.keyboard.type(" And the fuse.")
        expect(page.locator("#panel-reply [data-draft-state]")).to_have_text("Draft saved")
        assert Draft.objects.get().text == "Try the switch. And the fuse."

    def test_a_new_letter_that_was_named_while_its_page_was_loaded_again_is_there(
        self, enter: Enter, cast: make.Cast
    ) -> None:
        page = enter(cast.ana, service_workers="block")
        page.goto("/tickets/new/")
        page.locator("#new-text-rich").click()
        overtake(page, "**/tickets/new/", "**/tickets/new/draft/", lambda: page.keyboard.type("Dear Dan"))
        expect(page.locator("#new-text-rich")).to_have_text("Dear Dan")
        expect(page).to_have_url(re.compile(r"/tickets/new/\?draft=\d+$"))
        assert Draft.objects.get().text == "Dear Dan"
        page.goto("/tickets/new/")
        page.reload()
        expect(page.locator("#new-text-rich")).to_have_text("")

    def test_a_new_ticket_survives_a_killed_browser(self, enter: Enter, cast: make.Cast) -> None:
        network = Category.objects.create(name="Network")
        actions.save_matrix(USUAL)
        page = enter(cast.ana)
        page.goto("/tickets/new/")
        page.locator("#new-subject").fill("Your printer")
        page.locator("#new-category").select_option("Network")
        page.locator("#new-impact").select_option("2")
        page.locator("#new-text-rich").click()
        page.keyboard.type("Dear Dan, it is here.")
        expect(page.locator("#panel-new [data-draft-state]")).to_have_text("Draft saved")
        expect(page).to_have_url(re.compile(r"/tickets/new/\?draft=\d+$"))
        page.keyboard.type(" And paid")
        page.reload()
        expect(page.locator("#new-text-rich")).to_have_text("Dear Dan, it is here. And paid")
        expect(page.locator("#new-category")).to_have_value(str(network.pk))
        expect(page.locator("#panel-new [data-draft-state]")).to_have_text("Draft saved")
        # Beside the same words, a moment before the browser dies: this browser knows it, the desk does not yet.
        page.locator("#new-urgency").select_option("3")
        page.route("**/tickets/new/draft/", lambda route: route.abort())
        page.reload()
        page.unroute("**/tickets/new/draft/")
        expect(page.locator("#new-urgency")).to_have_value("3")
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
        sorted_by = [other.locator(f"#new-{name}").input_value() for name in ("category", "impact", "urgency")]
        assert sorted_by == [str(network.pk), "2", "3"]
        other.locator("#panel-new .addressee-entry").first.fill("dan@customer.example")
        other.keyboard.press("Enter")
        other.get_by_role("button", name="Send and open ticket").click()
        expect(other.locator("h1")).to_have_text("Your printer")
        assert not Draft.objects.exists()
        other.goto("/tickets/new/")
        expect(other.locator("#new-text")).to_have_value("")
