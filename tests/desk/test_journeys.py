"""The desk in a real browser: read, answer, note, assign, by hand and by keyboard, live between two agents."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from guichet.people.models import Person, Theme
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Message, Priority, Status, Ticket
from tests import make
from tests.browser import flaws, second_steps, watch_second_steps

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., Page]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def cast(transactional_db: None) -> make.Cast:
    return make.cast()


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket("The printer is dark", to=cast.support, of=cast.cleo)


def settle(page: Page) -> None:
    """Until the stream of changes stands."""
    expect(page.locator("html")).to_have_attribute("data-live", "on")


def test_sign_in_answer_and_see_it_queued(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(None)
    page.goto("/tickets/?view=all")
    page.fill("input[name=login]", "ana@desk.example")
    page.fill("input[name=password]", make.PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="The printer is dark").click()
    expect(page.get_by_text("It was bright yesterday.")).to_be_visible()
    page.keyboard.press("r")
    expect(page.get_by_text("cleo@customer.example").last).to_be_visible()
    page.keyboard.type("Try the other plug.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-outbound")).to_contain_text("Try the other plug.")
    expect(page.locator(".msg-outbound .delivery")).to_contain_text("Waiting to be sent")
    expect(page.locator("#reply-text")).to_have_value("")
    expect(page.locator(".toast")).to_contain_text("on its way")
    assert Message.objects.get(kind="outbound").text == "Try the other plug."


def test_send_with_a_copy_and_resolve_in_one_step(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("r")
    page.keyboard.type("It works again.")
    page.get_by_role("button", name="Cc", exact=True).click()
    page.keyboard.type("boss@customer.example")
    page.keyboard.press("Enter")
    assert not Message.objects.filter(kind="outbound").exists(), "a line of addresses is not yet a letter"
    page.get_by_role("button", name="Send in another way").click()
    page.get_by_role("button", name="Send and resolve").click()
    expect(page.locator("#status-button")).to_contain_text("Resolved")
    expect(page.locator(".msg-outbound .to")).to_contain_text("boss@customer.example")
    expect(page.locator("#reply-cc")).to_have_value("")


def test_a_note_looks_and_reads_different_from_a_reply(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("r")
    expect(page.get_by_role("button", name="Send reply")).to_be_visible()
    as_reply = page.eval_on_selector(".composer-box", "box => getComputedStyle(box).backgroundColor")
    page.get_by_role("tab", name="Internal note").click()
    expect(page.get_by_role("button", name="Send reply")).to_be_hidden()
    expect(page.get_by_text("Only colleagues see this. It is never sent.")).to_be_visible()
    expect(page.locator(".composer-box")).not_to_have_css("background-color", as_reply)
    page.keyboard.type("The chip again.")
    page.get_by_role("button", name="Save note").click()
    expect(page.locator(".msg-note")).to_contain_text("The chip again.")
    assert Message.objects.get(kind="note").text == "The chip again."
    assert not Message.objects.filter(kind="outbound").exists()


def test_status_priority_and_assignee_by_keyboard_and_back_again(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.goto("/tickets/?view=all")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**/tickets/{ticket.number}/**")
    page.keyboard.press("s")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#status-button")).to_contain_text("Resolved")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#status-button")).to_contain_text("Open")
    page.keyboard.press("p")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.locator(".prop", has_text="Priority")).to_contain_text("Critical")
    page.keyboard.press("a")
    page.locator(".pop-filter").wait_for()
    page.keyboard.type("ada")
    page.keyboard.press("Enter")
    expect(page.locator(".prop", has_text="Assignee")).to_contain_text("Ada King")
    page.keyboard.press("u")
    page.wait_for_url("**/tickets/?view=all")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.priority, ticket.assignee) == (Status.OPEN, Priority.CRITICAL, cast.ada)


def test_what_is_chosen_with_the_mouse_shows_on_the_button_that_keeps_the_focus(
    enter: Enter, cast: make.Cast, ticket: Ticket
) -> None:
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.locator("#status-button").click()
    page.locator("#menu-status").get_by_role("button", name="Resolved").click()
    expect(page.locator("#status-button")).to_contain_text("Resolved")
    for name in ("Critical", "Low"):
        priority = page.locator("[popovertarget=menu-priority]")
        priority.click()
        page.locator("#menu-priority").get_by_role("button", name=name).click()
        expect(priority).to_contain_text(name)


def test_two_browsers_see_a_change_by_themselves(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    """How soon is a figure of its own (bench/live.py); here nothing is loaded anew and nobody touches the page."""
    other = make.ticket("Another question", to=cast.support)
    ana, ada, in_list = enter(cast.ana), enter(cast.ada), enter(cast.ana)
    ana.goto(f"/tickets/{ticket.number}/")
    ada.goto(f"/tickets/{ticket.number}/")
    in_list.goto("/tickets/?view=all")
    for page in (ana, ada, in_list):
        settle(page)
    ada.keyboard.press("r")
    ada.keyboard.type("Half an answ")
    actions.set_priority(other, Priority.CRITICAL, By(cast.ada, "desk"))
    expect(in_list.locator(f"#row-{other.pk} .sign-critical")).to_be_visible()
    ana.keyboard.press("n")
    ana.keyboard.type("I am on it")
    ana.keyboard.press("Control+Enter")
    expect(ada.locator(".msg-note")).to_contain_text("I am on it")
    expect(ada.locator("#reply-text")).to_have_value("Half an answ")
    expect(ada.locator("#reply-text-rich")).to_be_focused()
    for page in (ana, ada, in_list):
        page.evaluate("window.isStill = true")
    actions.receive(ticket, actions.Words(text="Good news"), cast.cleo, By(cast.cleo, "email"))
    for page in (ana, ada):
        expect(page.get_by_text("Good news", exact=True)).to_be_visible()
    expect(in_list.locator(f"#row-{ticket.pk}")).to_contain_text("Good news")
    assert [page.evaluate("window.isStill") for page in (ana, ada, in_list)] == [True, True, True]
    # What arrived while something is written does not count as read.
    expect(ada.get_by_text("Something new was written while you were writing.")).to_be_visible()


def test_a_new_ticket_waits_behind_a_bar_and_counters_follow(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.goto("/tickets/?view=all")
    settle(page)
    fresh = make.ticket("Just arrived", to=cast.support)
    make.ticket("Not for Ana", to=cast.billing)
    expect(page.get_by_role("link", name="1 new")).to_be_visible()
    expect(page.locator(f"#row-{fresh.pk}")).to_have_count(0)
    expect(page.locator('.view [data-count="all"]')).to_have_text("2")
    page.get_by_role("link", name="1 new").click()
    expect(page.get_by_role("link", name="Just arrived")).to_be_visible()
    assert page.locator(".row").count() == 2


def test_a_stale_reply_says_what_changed_and_keeps_the_text(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.route("**/events", lambda route: route.abort())
    watch_second_steps(page)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("r")
    page.keyboard.type("Try the other plug.")
    actions.receive(ticket, actions.Words(text="It works again"), cast.cleo, By(cast.cleo, "email"))
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Not sent yet: somebody wrote since you last looked.")).to_be_visible()
    expect(page.locator("#panel-reply .changed-place")).to_contain_text("It works again")
    expect(page.locator("#reply-text")).to_have_value("Try the other plug.")
    assert not Message.objects.filter(kind="outbound").exists()
    assert second_steps(page) == [False], "a double click on Send agrees to nothing"
    page.get_by_role("button", name="Send anyway").click()
    expect(page.locator(".msg-outbound")).to_contain_text("Try the other plug.")
    expect(page.locator("#panel-reply .changed-place")).to_be_empty()


def test_a_draft_outlives_the_page(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("r")
    page.keyboard.type("A long and careful answer")
    page.goto("/tickets/?view=all")
    page.goto(f"/tickets/{ticket.number}/")
    expect(page.locator("#reply-text")).to_have_value("A long and careful answer")
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-outbound")).to_be_visible()
    page.reload()
    expect(page.locator("#reply-text")).to_have_value("")


def test_a_lost_connection_is_said_and_the_text_kept(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("r")
    page.keyboard.type("Into the void")
    page.context.set_offline(True)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast-error")).to_contain_text("Your text is safe here")
    expect(page.locator("#reply-text")).to_have_value("Into the void")


def test_signed_out_meanwhile_the_text_stays_and_is_sent_after_signing_in(
    enter: Enter, cast: make.Cast, ticket: Ticket
) -> None:
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("r")
    page.keyboard.type("Written for an hour")
    # As when a session ends; the token against forgery stays, and an answer under way would bring it back anyway.
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast-error")).to_contain_text("You are signed out")
    expect(page.locator("#reply-text")).to_have_value("Written for an hour")
    other_tab = page.context.new_page()
    other_tab.goto("/account/login/")
    other_tab.fill("input[name=login]", "ana@desk.example")
    other_tab.fill("input[name=password]", make.PASSWORD)
    other_tab.keyboard.press("Enter")
    other_tab.wait_for_url("**/tickets/**")
    page.locator("#reply-text").focus()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-outbound")).to_contain_text("Written for an hour")


def test_files_by_paste_and_drop_and_taken_off_again(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.keyboard.press("r")
    make_data = "name => { const d = new DataTransfer(); d.items.add(new File(['abc'], name, {type: 'text/plain'})); return d; }"
    pasted = page.evaluate_handle(make_data, "pasted.txt")
    page.locator("#reply-text").evaluate(
        "(box, data) => box.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true}))", pasted
    )
    dropped = page.evaluate_handle(make_data, "dropped.txt")
    page.dispatch_event("#conversation", "drop", {"dataTransfer": dropped})
    files = page.locator("#panel-reply .file:not(.file-busy)")
    expect(files).to_have_count(2)
    page.get_by_role("button", name="Remove pasted.txt").click()
    expect(files).to_have_count(1)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".msg-outbound .file")).to_contain_text("dropped.txt")
    assert [file.name for file in Message.objects.get(kind="outbound").attachments.all()] == ["dropped.txt"]


def test_the_palette_goes_to_a_ticket_by_its_number(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana)
    page.goto("/tickets/?view=all")
    page.keyboard.press("Control+k")
    page.keyboard.type(str(ticket.number))
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/tickets/{ticket.number}/")


def test_mail_html_stays_in_its_cage(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    html = '<p id="shown">Formatted</p><a href="javascript:top.hacked=1">x</a><form action="/"><input></form>'
    actions.receive(ticket, actions.Words(text="Formatted", html=html), cast.cleo, By(cast.cleo, "email"))
    page = enter(cast.ana)
    page.goto(f"/tickets/{ticket.number}/")
    page.get_by_text("As it was formatted").click()
    expect(page.frame_locator(".msg-frame").get_by_text("Formatted")).to_be_visible()
    frame = page.frames[-1]
    assert frame.locator("form, script").count() == 0
    assert page.eval_on_selector(".msg-frame", "frame => frame.contentDocument") is None


def test_on_a_phone_one_column_and_the_card_as_a_sheet(enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
    page = enter(cast.ana, **PHONE)
    page.goto("/tickets/?view=all")
    page.get_by_role("button", name="Views").click()
    page.locator("#views").get_by_text("Unassigned").click()
    page.get_by_role("link", name="The printer is dark").click()
    page.get_by_role("button", name="Customer and details").click()
    expect(page.locator("#card")).to_contain_text("Acme")
    page.keyboard.press("Escape")
    page.locator("#reply-text").click()
    page.keyboard.type("From the train")
    page.get_by_role("button", name="Send reply", exact=True).click()
    expect(page.locator(".msg-outbound")).to_contain_text("From the train")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def full_ticket(cast: make.Cast, ticket: Ticket) -> None:
    """Everything the page can show at once."""
    to = [{"name": "Cleo Martin", "address": "cleo@customer.example"}]
    by = By(cast.ana, "desk")
    actions.add_note(ticket, actions.Words(text="A note https://a.example/"), by)
    sent, failed, unsure = (actions.reply(ticket, actions.Words(text=t, to=to), by, seen=None) for t in "abc")
    actions.delivery_changed(sent, Delivery.SENT, By(via="outbox"))
    actions.delivery_changed(failed, Delivery.FAILED, By(via="outbox"), note="550 no")
    actions.delivery_changed(unsure, Delivery.UNCERTAIN, By(via="outbox"))
    words = actions.Words(
        text="New\n\nOn Monday:\n> old",
        reply="New",
        html="<p>New</p>",
        from_address="m@evil.example",
        is_verified=False,
    )
    actions.receive(ticket, words, cast.dan, By(via="email"))
    actions.set_tags(ticket, ["printer", "floor 2"], by)
    for priority in (Priority.HIGH, Priority.LOW, Priority.CRITICAL):
        actions.set_priority(ticket, priority, by)
    for status in Status:
        actions.set_status(make.ticket(f"Now {status}", to=cast.support, of=cast.cleo), status, by)


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
def test_axe_finds_nothing(enter: Enter, cast: make.Cast, ticket: Ticket, theme: Theme) -> None:
    full_ticket(cast, ticket)
    Person.objects.filter(pk=cast.ana.pk).update(theme=theme)
    scheme = {"color_scheme": str(theme)}
    page = enter(cast.ana, **scheme)
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        if problems := flaws(page):
            found[name] = problems

    page.goto("/tickets/?view=all")
    look("list")
    page.keyboard.press("Control+k")
    look("palette")
    page.goto("/tickets/?view=closed&sort=priority")
    look("short list")
    page.goto(f"/tickets/{ticket.number}/")
    look("ticket")
    page.keyboard.press("n")
    look("note")
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.locator(".pop-filter").wait_for()
    look("menu")
    phone = enter(cast.ana, **{**PHONE, **scheme})
    phone.goto(f"/tickets/{ticket.number}/")
    if problems := flaws(phone):
        found["phone"] = problems
    page = enter(None, **scheme)
    page.goto("/account/login/")
    look("sign-in")
    page.goto("/nothing/here/")
    look("not found")
    assert found == {}
