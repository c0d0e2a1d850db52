"""Sleep, pending until and what is next: by form, by keyboard, undone; out of the working lists and back in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from playwright.sync_api import Page, expect

from guichet.desk.agenda.moments import moments
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import Status, Step, Ticket
from tests import make

Enter = Callable[..., Page]


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    ticket = make.ticket("The printer is dark", to=cast.support, of=cast.cleo)
    return actions.assign(ticket, cast.ana, By(cast.ana, "desk"))


def url(name: str, ticket: Ticket) -> str:
    return reverse(f"desk:{name}", args=[ticket.number])


def listed(client: Client, view: str) -> bool:
    return b"The printer is dark" in client.get(f"/tickets/?view={view}").content


def test_moments_are_ahead_and_in_order() -> None:
    with timezone.override("Asia/Tokyo"):
        found = moments()
        assert all(one.at > timezone.now() for one in found)
        assert [timezone.localtime(one.at).minute for one in found] == [0] * len(found)
        with translation.override("de"):
            assert moments()[-1].label


@pytest.mark.django_db
def test_a_sleeping_ticket_is_only_in_its_own_list(ana: Client, ticket: Ticket) -> None:
    assert listed(ana, "mine")
    answer = ana.post(url("snooze", ticket), {"when": "week"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "Wake up" in answer.content.decode()
    assert not any(listed(ana, view) for view in ("mine", "teams", "unassigned"))
    assert listed(ana, "snoozed") and listed(ana, "all")
    ana.post(url("snooze", ticket), {"when": "now"})
    assert listed(ana, "mine") and not listed(ana, "snoozed")


@pytest.mark.django_db
def test_undo_of_the_toast_wakes_it(ana: Client, ticket: Ticket) -> None:
    ana.post(url("snooze", ticket), {"when": "tomorrow"})
    ana.post(url("unplan", ticket), {"words": "", "undoing": "1"})
    assert listed(ana, "mine")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"when": "at"}, "Choose the day and time."),
        ({"when": "at", "at": "2020-01-01T10:00"}, "Choose a time within the next year."),
        ({"when": "yesteryear"}, "This time is over already."),
        ({"when": "at", "at": "soon"}, "valid"),
        ({}, "required"),
    ],
)
def test_a_bad_time_is_refused_with_why(ana: Client, ticket: Ticket, form: dict[str, str], words: str) -> None:
    for name in ("snooze", "pend"):
        answer = ana.post(url(name, ticket), form, headers={"HX-Request": "true"})
        assert answer.status_code == 422
        assert words in answer.headers["HX-Trigger"]
    ticket.refresh_from_db()
    assert (ticket.snoozed_until, ticket.status) == (None, Status.OPEN)


@pytest.mark.django_db
def test_the_custom_time_is_by_the_readers_clock(cast: make.Cast, ana: Client, ticket: Ticket) -> None:
    cast.ana.time_zone = "America/New_York"
    cast.ana.save()
    day = timezone.now().date() + timedelta(days=3)
    ana.post(url("pend", ticket), {"when": "at", "at": f"{day}T08:30"})
    ticket.refresh_from_db()
    assert ticket.status == Status.PENDING and ticket.next_look_at is not None
    with timezone.override("America/New_York"):
        assert f"{timezone.localtime(ticket.next_look_at):%Y-%m-%d %H:%M}" == f"{day} 08:30"


@pytest.mark.django_db
def test_a_finished_ticket_has_no_agenda(ana: Client, ticket: Ticket) -> None:
    actions.set_status(ticket, Status.RESOLVED, By())
    assert "menu-snooze" not in ana.get(url("ticket", ticket)).content.decode()
    assert ana.post(url("snooze", ticket), {"when": "week"}, headers={"HX-Request": "true"}).status_code == 422


@pytest.mark.django_db
def test_what_came_back_says_why_and_can_stay(cast: make.Cast, ana: Client, ticket: Ticket) -> None:
    Ticket.objects.update(next_look_at=timezone.now() - timedelta(days=1))
    actions.bring_back_due()
    page = ana.get(url("ticket", ticket)).content.decode()
    assert "It was time to look at it" in page and "Leave it as it is" in page
    ana.post(url("give_back", ticket))
    ticket.refresh_from_db()
    assert (ticket.returned_at, ticket.assignee) == (None, cast.ana)


@pytest.mark.django_db(transaction=True)
def test_by_keyboard_sleep_and_undo(enter: Enter) -> None:
    cast = make.cast()
    ticket = make.ticket("The printer is dark", to=cast.support, of=cast.cleo)
    page = enter(cast.ana)
    page.goto(url("ticket", ticket))
    page.keyboard.press("z")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".bar-quiet")).to_contain_text("Asleep until")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".bar-quiet")).to_have_count(0)
    ticket.refresh_from_db()
    assert ticket.snoozed_until is None


@pytest.mark.django_db(transaction=True)
def test_what_is_next_with_words_without_scripts(enter: Enter) -> None:
    cast = make.cast()
    ticket = make.ticket("The printer is dark", to=cast.support, of=cast.cleo)
    page = enter(cast.ana, java_script_enabled=False)
    page.goto(url("ticket", ticket))
    page.locator('.prop-value[popovertarget="menu-next"]').first.click()
    page.get_by_label("Next step").select_option("work")
    page.get_by_label("In words").fill("swap the toner")
    page.locator("#menu-next").get_by_role("button", name="In a week").click()
    expect(page.locator(".card")).to_contain_text("swap the toner")
    ticket.refresh_from_db()
    assert (ticket.next_step, ticket.next_words) == (Step.WORK, "swap the toner")
