"""The lists in a real browser: the box and its rows, saved views, all by keyboard, on a wide screen and a phone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from guichet.desk.lists import paging
from guichet.people.models import Person, Theme
from guichet.tickets import actions, bulk
from guichet.tickets.events import By
from guichet.tickets.models import BulkRun, BulkStep, Message, SavedView, Seen, Status, Ticket
from tests import make
from tests.browser import flaws

pytestmark = pytest.mark.django_db(transaction=True)
Enter = Callable[..., Page]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def cast(transactional_db: None) -> make.Cast:
    return make.cast()


@pytest.fixture
def some(cast: make.Cast) -> make.Cast:
    for name in ("VPN is down", "VPN is slow", "Lamp"):
        make.ticket(name, to=cast.support, of=cast.cleo)
    return cast


def names(page: Page) -> list[str]:
    return page.locator(".row-link").all_inner_texts()


def test_type_complete_search_and_save_by_keyboard(enter: Enter, some: make.Cast) -> None:
    page = enter(some.ana)
    page.goto("/tickets/?view=all")
    page.keyboard.press("/")
    expect(page.locator("#ask-text")).to_be_focused()
    page.keyboard.type(" subj")
    page.get_by_role("option", name="subject:").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("vpn")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=finished%3Ano+subject%3Avpn")
    assert sorted(names(page)) == ["VPN is down", "VPN is slow"]
    page.get_by_role("button", name="Save as a view").click()
    expect(page.locator("#save-name")).to_be_focused()
    page.keyboard.type("Tunnels")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"view=v\d+$"))
    expect(page.locator(".toast")).to_contain_text("Saved as Tunnels")
    expect(page.locator("#views .view[aria-current]")).to_contain_text("Tunnels")
    expect(page.locator("#views .view[aria-current] .count")).to_have_text("2")
    make.ticket("VPN again", to=some.support)
    expect(page.locator("#views .view[aria-current] .count")).to_have_text("3")
    expect(page.locator("#fresh")).to_contain_text("1 new")


def test_a_value_is_completed_and_a_mistake_told(enter: Enter, some: make.Cast) -> None:
    page = enter(some.ana)
    page.goto("/tickets/?q=")
    box = page.locator("#ask-text")
    box.fill("assignee:lop")
    option = page.get_by_role("option", name="ana@desk.example")
    option.click()
    expect(box).to_have_value("assignee:ana@desk.example ")
    expect(box).to_be_focused()
    page.keyboard.type("staus:open")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("Did you mean “status”?")
    expect(page.locator("#ask-mistake mark")).to_have_text("staus")
    expect(box).to_have_value("assignee:ana@desk.example staus:open")


def test_rows_and_text_stay_in_step(enter: Enter, some: make.Cast) -> None:
    page = enter(some.ana)
    page.goto("/tickets/?q=subject:vpn")
    page.get_by_role("button", name="Edit as rows").click()
    row = page.locator(".ask-row")
    expect(row).to_have_count(1)
    expect(row.get_by_label("Value")).to_have_value("vpn")
    page.get_by_role("button", name="Add a row").click()
    expect(row).to_have_count(2)
    row.nth(1).get_by_label("Value").select_option("open")
    expect(page.locator("#ask-text")).to_have_value("subject:vpn status:open")
    page.get_by_label("Tickets that fit").select_option("any")
    expect(page.locator("#ask-text")).to_have_value("subject:vpn or status:open")
    row.nth(0).get_by_role("button", name="Remove this row").click()
    expect(row).to_have_count(1)
    expect(page.locator("#ask-text")).to_have_value("status:open")
    row.get_by_label("How").select_option("-is")
    expect(page.locator("#ask-text")).to_have_value("-status:open")
    page.locator("#ask-text").fill("subject:lamp")
    expect(row.get_by_label("Value")).to_have_value("lamp")
    page.get_by_role("button", name="Show tickets").click()
    page.wait_for_url("**q=subject%3Alamp")
    assert names(page) == ["Lamp"]


def test_changes_of_a_view_are_kept_and_undone(enter: Enter, some: make.Cast) -> None:
    page = enter(some.ana)
    page.goto("/tickets/?q=subject:vpn")
    page.get_by_role("button", name="Save as a view").click()
    page.fill("#save-name", "Tunnels")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"view=v\d+$"))
    page.fill("#ask-text", "subject:lamp")
    page.keyboard.press("Enter")
    expect(page.locator(".topbar .tag")).to_have_text("changed")
    expect(page.locator("h1")).to_have_text("Tunnels")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator(".toast")).to_contain_text("Tunnels changed")
    assert names(page) == ["Lamp"]
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#ask-text")).to_have_value("subject:vpn")
    page.goto("/views/")
    page.get_by_role("button", name="Delete Tunnels").click()
    expect(page.get_by_text("No views are saved yet")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Tunnels").last).to_be_visible()
    assert SavedView.objects.get().deleted_at is None


def test_back_from_a_ticket_found_by_a_search(enter: Enter, some: make.Cast) -> None:
    page = enter(some.ana)
    page.goto("/tickets/?view=search&q=subject:vpn")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url("**view=search")
    page.keyboard.press("u")
    page.wait_for_url("**q=subject:vpn")
    expect(page.locator(".row-link").nth(1)).to_be_focused()


def test_columns_and_density_without_a_jump(enter: Enter, some: make.Cast) -> None:
    page = enter(some.ana)
    page.goto("/tickets/?view=all")
    page.get_by_role("button", name="Columns").click()
    page.get_by_label("Number", exact=True).check()
    page.get_by_label("Customer", exact=True).uncheck()
    page.get_by_role("button", name="Show these").click()
    expect(page.locator(".row-cell-number").first).to_be_visible()
    expect(page.locator(".row-who")).to_have_count(0)
    page.get_by_role("button", name="Your menu").click()
    page.get_by_role("button", name="Compact").click()
    expect(page.locator("html")).to_have_attribute("data-density", "compact")
    other = enter(some.ana)
    other.goto("/tickets/?view=all")
    expect(other.locator("html")).to_have_attribute("data-density", "compact")


def test_choose_by_keyboard_act_and_undo(enter: Enter, some: make.Cast) -> None:
    page = enter(some.ana)
    page.goto("/tickets/?view=all")
    for key in "jxjx":
        page.keyboard.press(key)
    expect(page.locator("#bulk-count")).to_have_text("2 chosen")
    page.keyboard.press("s")
    page.locator("#bulk-status").get_by_role("button", name="Pending").click()
    expect(page.locator(".toast")).to_contain_text("Status: Pending · 2 tickets")
    expect(page.locator("#bulk")).to_be_hidden()
    expect(page.locator(".row .sign-pending")).to_have_count(2)
    assert Ticket.objects.filter(status=Status.PENDING).count() == 2
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".row .sign-pending")).to_have_count(0)
    assert Ticket.objects.filter(status=Status.OPEN).count() == 3


def test_shift_click_chooses_a_range_and_one_key_assigns(enter: Enter, some: make.Cast) -> None:
    page = enter(some.ana)
    page.goto("/tickets/?view=all")
    boxes = page.locator(".row-pick")
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.locator("#bulk-count")).to_have_text("3 chosen")
    page.keyboard.press("Escape")
    expect(page.locator("#bulk")).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.locator("#bulk-assignee").get_by_role("button", name="Ana Lopez").click()
    expect(page.locator(".toast")).to_contain_text("Assigned to Ana Lopez · 1 ticket")
    page.keyboard.press("j")
    page.keyboard.press("t")
    page.locator("#bulk-tag .pop-filter").fill("brand new")
    page.locator("#bulk-tag").get_by_role("button", name="New tag").click()
    expect(page.locator(".row .tag")).to_have_text("brand new")


def test_a_whole_list_as_a_job_with_progress_reasons_and_undo(
    enter: Enter, some: make.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE", 2)
    held = Ticket.objects.get(subject="Lamp")
    to = [{"name": "", "address": "cleo@customer.example"}]
    reply = actions.reply(held, actions.Words(text="x", to=to), By(some.ana), seen=None)
    Message.objects.filter(pk=reply.pk).update(delivery="held")
    page = enter(some.ana)
    page.goto("/tickets/?view=all")
    page.locator(".row-pick").first.click()
    page.get_by_role("button", name="Choose all 2 on this page").click()
    page.get_by_role("button", name="Choose all 3 in this list").click()
    expect(page.locator("#bulk-count")).to_have_text("All 3 in this list are chosen")
    page.get_by_role("button", name="Status").last.click()
    page.locator("#bulk-status").get_by_role("button", name="Resolved").click()
    report = page.locator(".run")
    expect(report).to_contain_text("finding the tickets")
    bulk.work(BulkRun.objects.get().pk)
    expect(report).to_contain_text("2 tickets")
    expect(report).to_contain_text("1 ticket was left as it is")
    expect(report).to_contain_text("A reply is held back here")
    page.reload()
    expect(report).to_contain_text("Status: Resolved")
    report.get_by_role("button", name="Undo").click()
    expect(page.locator(".toast")).to_contain_text("Taken back · 2 tickets")
    assert set(Ticket.objects.exclude(pk=held.pk).values_list("status", flat=True)) == {Status.OPEN}


def test_the_preview_opens_follows_and_gives_the_focus_back(enter: Enter, some: make.Cast) -> None:
    lamp = Ticket.objects.get(subject="Lamp")
    actions.add_note(lamp, actions.Words(text="The chip again."), By(some.ada))
    page = enter(some.ana)
    page.goto("/tickets/?view=all&sort=subject")
    page.keyboard.press("j")
    page.keyboard.press(" ")
    panel = page.locator("#glance")
    expect(panel.get_by_role("heading")).to_have_text("Lamp")
    expect(panel.locator(".glance-note")).to_contain_text("The chip again.")
    expect(page.locator(".row-link").first).to_be_focused()
    page.keyboard.press("j")
    expect(panel.get_by_role("heading")).to_have_text("VPN is down")
    vpn = Ticket.objects.get(subject="VPN is down")
    actions.receive(vpn, actions.Words(text="Still down!", reply="Still down!"), some.cleo, By(some.cleo, "email"))
    expect(panel).to_contain_text("Still down!")
    panel.get_by_role("button", name="Close the preview").focus()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.locator(".row-link").nth(1)).to_be_focused()
    page.locator(".row").nth(2).hover()
    page.locator(".row").nth(2).get_by_role("button", name="Preview").click()
    expect(panel.get_by_role("heading")).to_have_text("VPN is slow")
    assert not Seen.objects.filter(person=some.ana).exists(), "looking is not reading"
    panel.get_by_role("link", name="Open the ticket").click()
    page.wait_for_url("**/tickets/*/?view=all")


def test_the_command_bar_finds_tickets_people_views_and_acts(enter: Enter, some: make.Cast) -> None:
    hidden = SavedView.objects.create(name="Quarterly", owner=some.ana, is_pinned=False)
    make.ticket("VPN of billing", to=some.billing)
    page = enter(some.ana)
    page.goto("/tickets/?view=all")

    def type_into_bar(words: str) -> None:
        page.keyboard.press("Control+k")
        expect(page.locator(".palette-input")).to_be_focused()
        page.keyboard.type(words)

    type_into_bar("slow")
    option = page.locator("#palette").get_by_role("option", name="VPN is slow")
    expect(option).to_be_visible()
    expect(page.locator("#palette")).not_to_contain_text("VPN of billing")
    option.click()
    page.wait_for_url("**/tickets/*/")
    type_into_bar("cleo")
    page.locator("#palette [data-url*='/contacts/']", has_text="Cleo Martin").click()
    page.wait_for_url(f"**/{some.cleo.pk}/")
    page.goto("/tickets/?view=all")
    type_into_bar("quarter")
    page.locator("#palette").get_by_role("option", name="Quarterly").click()
    page.wait_for_url(f"**view=v{hidden.pk}")
    type_into_bar("save as")
    page.keyboard.press("Enter")
    expect(page.locator("#save-name")).to_be_focused()


@pytest.mark.parametrize("theme", [Theme.LIGHT, Theme.DARK])
def test_axe_finds_nothing_in_lists_and_views(enter: Enter, some: make.Cast, theme: Theme) -> None:
    Person.objects.filter(pk=some.ana.pk).update(theme=theme)
    view = SavedView.objects.create(name="Tunnels", owner=some.ana, colour="red", icon="star")
    SavedView.objects.create(name="All of us", owner=some.ada, audience="all", colour="amber")
    actions.set_status(make.ticket("done", to=some.support), Status.RESOLVED, By(some.ada))
    found: dict[str, list[str]] = {}
    page = enter(some.ana, color_scheme=str(theme))

    def look(page: Page, name: str) -> None:
        if problems := flaws(page):
            found[name] = problems

    page.goto("/tickets/?q=staus:open")
    look(page, "mistake")
    page.goto("/tickets/?q=subject:zzz")
    look(page, "nothing found")
    page.goto(f"/tickets/?view=v{view.pk}")
    page.get_by_role("button", name="Edit as rows").click()
    page.locator(".ask-row").first.wait_for()
    look(page, "rows")
    page.keyboard.press("/")
    page.fill("#ask-text", "s")
    page.locator("#ask-list [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    look(page, "completions")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Save as a view").click()
    look(page, "save")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Columns").click()
    look(page, "columns")
    page.keyboard.press("Escape")
    page.locator(".row-pick").first.click()
    look(page, "chosen")
    page.get_by_role("button", name="Status").last.click()
    look(page, "bulk menu")
    run = BulkRun.objects.create(person=some.ana, verb="status", value="closed", state="done")
    steps = [BulkStep(run=run, ticket=ticket, outcome="refused", why="held") for ticket in Ticket.objects.all()]
    BulkStep.objects.bulk_create(steps)
    page.goto("/tickets/?view=all")
    look(page, "report")
    BulkRun.objects.update(state="running")
    BulkStep.objects.filter(pk=steps[0].pk).update(outcome="")
    page.goto("/tickets/?view=all")
    look(page, "progress")
    page.keyboard.press("j")
    page.keyboard.press(" ")
    page.locator("#glance h2").wait_for()
    look(page, "preview")
    page.keyboard.press("Control+k")
    page.keyboard.type("vpn")
    page.locator("#found-1").wait_for()
    look(page, "command bar")
    page.goto("/views/")
    look(page, "views")
    page.goto(f"/views/{view.pk}/")
    look(page, "view")
    phone = enter(some.ana, **PHONE, color_scheme=str(theme))
    for url in ("/tickets/?q=subject:vpn", "/views/", f"/views/{view.pk}/"):
        phone.goto(url)
        look(phone, f"phone {url}")
        assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
    assert found == {}
