"""Merging, splitting, moving and linking from the ticket page: by hand, by keyboard, undone, and no keyhole."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import Page, expect

from guichet.desk.regroup.suggest import suggest
from guichet.people.models import Organisation
from guichet.tickets import actions, topics
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Inbox, Link, LinkKind, Priority, Status, Ticket, TicketTemplate
from tests import make
from tests.browser import client_of, flaws, second_steps, watch_second_steps

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket("The printer is dark", to=cast.support, of=cast.cleo)


@pytest.fixture
def other(cast: make.Cast) -> Ticket:
    return make.ticket("Printer dark again", to=cast.support, of=cast.dan, text="Dan's words")


def page(client: Client, ticket: Ticket) -> str:
    answer = client.get(f"/tickets/{ticket.number}/")
    assert answer.status_code == 200
    return answer.content.decode()


def post(client: Client, ticket: Ticket, act: str, /, **values: Any) -> Any:
    return client.post(f"/tickets/{ticket.number}/{act}/", values, **HTMX)


def undo(client: Client, answer: Any) -> Any:
    back = json.loads(answer["HX-Trigger"])["toast"]["undo"]
    return client.post(back["url"], {**back["values"], "undoing": "1"}, **HTMX)


def test_a_merge_from_the_page_and_back_weeks_later(
    cast: make.Cast, ticket: Ticket, other: Ticket, ana: Client
) -> None:
    Ticket.objects.filter(pk=other.pk).update(requester=cast.cleo)  # of two customers is another test
    answer = post(ana, ticket, "merge", ticket=[other.number], way="here")
    assert "Dan&#x27;s words" in answer.content.decode()
    merged = page(ana, other)
    assert f'href="/tickets/{ticket.number}/"' in merged
    assert "Undo the merge" in merged
    assert 'id="composer"' not in merged
    assert post(ana, other, "note", text="x").status_code == 422
    # the button in the history of the other one does the same
    assert page(ana, ticket).count("happened-undo") == 1
    undo(ana, answer)
    assert [each.messages.count() for each in (ticket, other)] == [1, 1]
    assert "happened-undo" not in page(ana, ticket)
    there = post(ana, ticket, "merge", ticket=[other.number], way="there")
    assert there["HX-Push-Url"] == f"/tickets/{other.number}/"
    assert other.messages.count() == 2


def test_what_was_chosen_wrongly_is_told_and_nothing_is_lost(ticket: Ticket, other: Ticket, ana: Client) -> None:
    assert post(ana, ticket, "merge", way="here").status_code == 422
    assert post(ana, ticket, "merge", ticket=[ticket.number], way="here").status_code == 422
    assert post(ana, ticket, "merge", ticket=[999_999_999], way="here").status_code == 404
    wrong = ana.post(
        f"/tickets/{ticket.number}/carry/", {"message": ticket.messages.get().pk, "where": "new", "subject": "My words"}
    )
    assert (wrong.status_code, "My words" in wrong.content.decode()) == (422, True)
    assert "merge it instead" in wrong.content.decode()


def test_suggestions_are_the_requesters_and_like_ones_and_no_keyhole(
    ticket: Ticket, other: Ticket, cast: make.Cast
) -> None:
    own = make.ticket("Quite another thing", to=cast.support, of=cast.cleo)
    make.ticket("Holiday plans", to=cast.support, of=cast.dan)
    hidden = make.ticket("The printer is dark", to=cast.billing, of=cast.cleo)
    assert [one.ticket for one in suggest(ticket, cast.ana)] == [own, other]
    assert [one.hint for one in suggest(ticket, cast.ana)] == ["", "of Dan Roth"]
    assert [one.ticket for one in suggest(ticket, cast.ana, f"#{own.number}")] == [own]
    assert suggest(ticket, cast.ana, str(hidden.number)) == []
    assert post(client_of(cast.ana), ticket, "merge", ticket=[hidden.number]).status_code == 404
    with CaptureQueriesContext(
        connection,
    ) as queries:
        suggest(ticket, cast.ana)
    assert len(queries) <= 5


def test_like_subjects() -> None:
    assert topics.likeness("The printer is dark", "Re: Printer dark again") > topics.likeness(
        "The printer is dark", "x"
    )
    assert topics.likeness("", "x") == 0


def test_chosen_messages_become_a_ticket_or_join_one(
    ticket: Ticket, other: Ticket, cast: make.Cast, ana: Client
) -> None:
    note = actions.add_note(ticket, Words(text="A note"), By(cast.ana, "desk"))
    shown = ana.get(f"/tickets/{ticket.number}/carry/?message={note.pk}").content.decode()
    assert f'value="{note.pk}" checked' in shown
    url = f"/tickets/{ticket.number}/carry/"
    assert ana.post(url, {"message": [note.pk], "where": "other", "number": "12345678"}).status_code == 422
    moved = ana.post(url, {"message": [note.pk], "where": "other", "number": f"#{other.number}"})
    assert moved["Location"] == f"/tickets/{other.number}/"
    note.refresh_from_db()
    assert note.ticket == other
    answer = page(ana, other)
    act = answer.partition('name="act" value="')[2].partition('"')[0]
    post(ana, other, "undo-regrouping", act=[act])
    note.refresh_from_db()
    assert note.ticket == ticket
    ana.post(url, {"message": [note.pk], "where": "new", "subject": "Of its own"})
    assert Ticket.objects.latest("id").subject == "Of its own"


def test_nobody_moves_words_back_out_of_sight(ticket: Ticket, other: Ticket, cast: make.Cast, ana: Client) -> None:
    (act,) = actions.merge([other], ticket, By(cast.ana, "desk"))
    third = make.ticket("Third", to=cast.billing, of=cast.cleo)
    actions.merge([ticket], third, By(cast.ada, "desk"))
    for place in (ticket, other):
        assert post(ana, place, "undo-regrouping", act=[act.pk]).status_code == 422
    shown = page(ana, ticket)
    assert "You cannot see that one." in shown
    assert str(third.number) not in shown
    assert client_of(cast.ben).post(f"/tickets/{third.number}/undo-regrouping/", {"act": act.pk}).status_code == 404


def test_to_another_inbox_and_back_with_its_owner(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    actions.assign(ticket, cast.ana, By(cast.ana, "desk"))
    assert "Billing" in ana.get(f"/tickets/{ticket.number}/inbox/").content.decode()
    ada = client_of(cast.ada)
    answer = post(ada, ticket, "inbox", inbox=cast.billing.pk)
    ticket.refresh_from_db()
    assert (ticket.inbox, ticket.team, ticket.assignee) == (cast.billing, cast.billing.team, None)
    undo(ada, answer)
    ticket.refresh_from_db()
    assert (ticket.inbox, ticket.team, ticket.assignee) == (cast.support, cast.support.team, cast.ana)
    assert post(ana, ticket, "inbox", inbox=cast.billing.pk)["HX-Redirect"] == "/"


def test_a_confidential_inbox_is_not_offered_to_strangers(ticket: Ticket, ana: Client) -> None:
    secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    assert ">HR<" not in ana.get(f"/tickets/{ticket.number}/inbox/").content.decode()
    assert post(ana, ticket, "inbox", inbox=secret.pk).status_code == 422


def test_a_link_is_made_shown_on_both_and_undone(ticket: Ticket, other: Ticket, ana: Client) -> None:
    answer = post(ana, ticket, "link", ticket=other.number, kind="-child")
    link = Link.objects.get()
    assert (link.ticket, link.other) == (other, ticket)
    assert "0 of 1 done" in answer.content.decode()
    assert ">Parent<" in page(ana, other)
    assert post(ana, ticket, "link", ticket=other.number, kind="child").status_code == 422
    undo(ana, answer)
    assert not Link.objects.exists()
    taken = post(ana, ticket, "link", ticket=other.number, kind="duplicate")
    gone = ana.post(f"/tickets/{other.number}/unlink/{Link.objects.get().pk}/", **HTMX)
    assert "Linked tickets" not in gone.content.decode()
    undo(ana, gone)
    assert (Link.objects.get().ticket, Link.objects.get().kind) == (ticket, "duplicate")
    assert taken.status_code == 200


def test_a_link_to_what_one_cannot_see_shows_nothing(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    hidden = make.ticket("Salary of the director", to=cast.billing, of=cast.dan)
    link = actions.link(hidden, ticket, LinkKind.CHILD, By(cast.ada, "desk"))
    shown = page(ana, ticket)
    for trace in ("Salary", str(hidden.number), "Linked tickets", "gave this a child"):
        assert trace not in shown
    assert ana.post(f"/tickets/{ticket.number}/unlink/{link.pk}/").status_code == 404
    assert ana.get(f"/tickets/{ticket.number}/link/?q={hidden.number}").content.decode().count("Salary") == 0
    held = post(ana, ticket, "status", status="resolved")
    assert held.status_code == 409
    assert "1 that you cannot see" in held.content.decode()
    assert "Salary" not in held.content.decode()


def test_open_children_are_listed_and_ending_all_the_same_is_a_second_step(
    ticket: Ticket, other: Ticket, cast: make.Cast, ana: Client
) -> None:
    actions.link(other, ticket, LinkKind.CHILD, By(cast.ana, "desk"))
    held = post(ana, ticket, "status", status="resolved")
    assert f"#{other.number}" in held.content.decode()
    assert "Resolved all the same" in held.content.decode()
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    assert ana.post(f"/tickets/{ticket.number}/status/", {"status": "resolved"}).status_code == 409
    assert post(ana, ticket, "status", status="resolved", anyway="1").status_code == 200
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    assert "although 1 child ticket is open" in page(ana, ticket)


def test_several_children_from_a_template(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    ada = client_of(cast.ada)
    parts = {"subject": ["Desk", "", "Account"], "team": [str(cast.billing.team_id), "", ""]}
    assert ada.post("/settings/ticket-templates/add/", {"name": "", **parts}).status_code == 200
    more = ada.post("/settings/ticket-templates/add/", {"name": "Newcomer", "more": "1", **parts}).content.decode()
    assert more.count('name="subject"') == 4
    assert ada.post("/settings/ticket-templates/add/", {"name": "Newcomer", **parts}).status_code == 302
    template = TicketTemplate.objects.get()
    assert template.parts == [{"subject": "Desk", "team": cast.billing.team_id}, {"subject": "Account", "team": None}]
    assert "Account" in ada.get("/settings/ticket-templates/").content.decode()
    url = f"/tickets/{ticket.number}/follow-up/"
    used = ana.post(url, {"use": template.pk, "subject": ["Phone"], "team": [""], "assignee": [""]}).content.decode()
    assert [f'value="{name}"' in used for name in ("Phone", "Desk", "Account")] == [True] * 3
    empty = ana.post(url, {"kind": "child", "subject": [" "], "text": "My words"})
    assert (empty.status_code, "My words" in empty.content.decode()) == (422, True)
    made = {"kind": "child", "subject": ["Desk", "Account"], "team": [str(cast.billing.team_id), ""], "assignee": ["", str(cast.ana.pk)], "text": "Begins on Monday"}  # fmt: skip
    assert ana.post(url, made).status_code == 302
    desk, account = Ticket.objects.order_by("-id")[:2][::-1]
    assert (desk.team, account.assignee) == (cast.billing.team, cast.ana)
    assert ada.post(f"/settings/ticket-templates/{template.pk}/delete/").status_code == 302
    assert "0 of 2 done" in page(ada, ticket)


def test_words_of_a_follow_up_are_looked_at_before_they_leave(ticket: Ticket, ana: Client) -> None:
    url = f"/tickets/{ticket.number}/follow-up/"
    typed = {"kind": "child", "subject": ["Desk", "Phone"], "text": "internal: she pays late.", "send": "on"}
    answer = ana.post(url, typed)
    shown = answer.content.decode()
    assert (answer.status_code, "<mark>internal:</mark>" in shown, Ticket.objects.count()) == (409, True, 1)
    assert 'value="Phone"' in shown
    insist = re.search(r'name="insist" value="([^"]+)"', shown)
    assert insist
    assert ana.post(url, {**typed, "insist": html.unescape(insist[1])}).status_code == 302
    assert [new.messages.get().kind for new in Ticket.objects.order_by("-id")[:2]] == ["outbound", "outbound"]


def test_the_page_asks_as_often_however_many_relatives(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(ana, ticket)
        return len(queries)

    actions.follow_up(ticket, [actions.Part("One", assignee=cast.ana)], By(cast.ana, "desk"), kind=LinkKind.CHILD)
    asked()
    few = asked()
    parts = [actions.Part(f"Part {n}", assignee=cast.ana) for n in range(20)]
    actions.follow_up(ticket, parts, By(cast.ana, "desk"), kind=LinkKind.CHILD)
    assert asked() == few


def test_tickets_of_different_customers_are_merged_after_a_second_question(
    cast: make.Cast, ticket: Ticket, ana: Client
) -> None:
    dans, eves = make.ticket("Dan's", to=cast.support, of=cast.dan), make.ticket("Eve's", to=cast.support, of=cast.eve)
    asked = post(ana, ticket, "merge", ticket=[dans.number], way="here")
    said = asked.content.decode()
    assert (asked.status_code, asked["HX-Retarget"]) == (409, "#merge-ask")
    assert "Cleo Martin and Dan Roth" in said and f"#{ticket.number} stays" in said
    assert "everybody at" not in said
    sure = said.split('name="sure" value="')[1].split('"')[0]
    wider = post(ana, ticket, "merge", ticket=[dans.number, eves.number], way="here", sure=sure)
    assert wider.status_code == 409, "another customer is another question"
    there = post(ana, ticket, "merge", ticket=[dans.number], way="there")
    assert f"#{dans.number} stays" in there.content.decode()
    Organisation.objects.update(is_shared=True)
    assert "So can everybody at Acme" in post(ana, ticket, "merge", ticket=[dans.number]).content.decode()
    assert ticket.messages.count() == 1
    assert post(ana, ticket, "merge", ticket=[dans.number], way="here", sure=sure).status_code == 200
    assert ticket.messages.count() == 2


def test_the_second_question_without_scripts(cast: make.Cast, ticket: Ticket, ana: Client) -> None:
    dans = make.ticket("Dan's", to=cast.support, of=cast.dan)
    asked = ana.post(f"/tickets/{ticket.number}/merge/", {"ticket": [dans.number], "way": "here"})
    said = asked.content.decode()
    assert asked.status_code == 409 and f'name="ticket" value="{dans.number}"' in said
    sure = said.split('name="sure" value="')[1].split('"')[0]
    ana.post(f"/tickets/{ticket.number}/merge/", {"ticket": [dans.number], "way": "here", "sure": sure})
    assert ticket.messages.count() == 2


def test_a_move_is_taken_back_from_the_history(cast: make.Cast, ticket: Ticket, ana: Client) -> None:
    ada = client_of(cast.ada)
    actions.assign(ticket, cast.ana, By(cast.ada, "desk"))
    post(ada, ticket, "inbox", inbox=cast.billing.pk)
    post(ada, ticket, "inbox", inbox=cast.support.pk)
    post(ada, ticket, "inbox", inbox=cast.billing.pk)
    shown = page(ada, ticket)
    assert shown.count("happened-undo") == 1, "the latest alone"
    fields = dict(
        re.findall(
            r'name="(inbox|team|assignee|undoing)" value="([^"]*)"', shown.split("happened-undo")[1].split("</form>")[0]
        )
    )
    answer = post(ada, ticket, "inbox", **fields)
    assert json.loads(answer["HX-Trigger"])["toast"]["text"] == "Undone"
    ticket.refresh_from_db()
    assert (ticket.inbox, ticket.team) == (cast.support, cast.support.team)
    ticket = actions.move(ticket, cast.billing, By(cast.ada, "desk"))
    actions.assign(ticket, cast.ben, By(cast.ada, "desk"))
    shown = page(ada, ticket)
    fields = dict(
        re.findall(
            r'name="(inbox|team|assignee|undoing)" value="([^"]*)"', shown.split("happened-undo")[1].split("</form>")[0]
        )
    )
    assert "assignee" not in fields, "it has changed hands since"
    Inbox.objects.filter(pk=cast.support.pk).update(is_active=False)
    assert "happened-undo" not in page(ada, ticket)


@pytest.mark.django_db(transaction=True)
def test_merge_link_and_resolve_by_keyboard_in_a_browser(enter: Callable[..., Page]) -> None:
    cast = make.cast()
    ticket = make.ticket("The printer is dark", to=cast.support, of=cast.cleo)
    other = make.ticket("Printer dark again", to=cast.support, of=cast.cleo, text="Second words")
    child = make.ticket("Order toner", to=cast.support, of=cast.cleo)
    browser = enter(cast.ana)

    browser.goto(f"/tickets/{ticket.number}/")
    browser.keyboard.press("g")
    expect(browser.locator("#merge-found label").first).to_be_visible()
    browser.keyboard.type("dark again")
    expect(browser.locator("#merge-found label")).to_have_count(1)
    assert flaws(browser) == []
    browser.keyboard.press("ArrowDown")
    browser.keyboard.press("Space")
    browser.get_by_role("button", name=f"Merge into #{ticket.number}").click()
    expect(browser.locator("#conversation")).to_contain_text("Second words")
    expect(browser.locator("#menu-merge")).to_be_hidden()
    browser.keyboard.press("l")
    browser.locator("#link-kind").select_option("-child")
    browser.locator("#link-found").get_by_text("Order toner").click()
    expect(browser.locator("#card")).to_contain_text("0 of 1 done")
    browser.keyboard.press("s")
    browser.get_by_role("button", name="Resolved").click()
    expect(browser.locator("#held")).to_contain_text(f"#{child.number}")
    actions.set_priority(ticket, Priority.HIGH, By(cast.ada, "desk"))
    expect(browser.locator("#card [popovertarget=menu-priority]")).to_contain_text("High")
    expect(browser.locator("#held")).to_contain_text(f"#{child.number}")  # what others do takes no question away
    assert flaws(browser) == []
    browser.get_by_role("button", name="Resolved all the same").click()
    expect(browser.locator("#status-button")).to_contain_text("Resolved")
    expect(browser.locator("#held")).to_have_count(0)
    browser.goto(f"/tickets/{other.number}/")
    assert flaws(browser) == []
    browser.get_by_role("button", name="Undo the merge").click()
    expect(browser.locator("#conversation")).to_contain_text("Second words")
    for path in (f"/tickets/{ticket.number}/follow-up/", f"/tickets/{ticket.number}/carry/"):
        browser.goto(path)
        assert flaws(browser) == []


@pytest.mark.django_db(transaction=True)
def test_two_customers_are_asked_about_in_the_menu(enter: Callable[..., Page]) -> None:
    cast = make.cast()
    ticket = make.ticket("The printer is dark", to=cast.support, of=cast.cleo)
    for number in range(9):  # more than the menu has room for
        make.ticket(f"Printer dark again, part {number}", to=cast.support, of=cast.dan, text="Second words")
    browser = enter(cast.ana, viewport={"width": 1280, "height": 500})
    watch_second_steps(browser)
    browser.goto(f"/tickets/{ticket.number}/")
    browser.keyboard.press("g")
    browser.get_by_role("checkbox", name="Printer dark again").first.check()
    browser.get_by_role("button", name=f"Merge into #{ticket.number}").click()
    expect(browser.get_by_text("Cleo Martin and Dan Roth")).to_be_in_viewport()
    assert second_steps(browser) == [False], "a double click agrees to nothing"
    assert flaws(browser, "#menu-merge") == []
    with browser.expect_response("**/merge/") as again:
        browser.get_by_role("button", name=f"Merge into #{ticket.number}").click()
    assert again.value.status == 409 and ticket.messages.count() == 1, "pressed again, it is asked again"
    browser.get_by_role("button", name="Merge all the same").click()
    expect(browser.locator("#conversation")).to_contain_text("Second words")
    expect(browser.locator("#menu-merge")).to_be_hidden()
