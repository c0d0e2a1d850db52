"""Checklists and time spent: by hand, from templates, in order, needed before the end, each with an undo."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from guichet.desk.work.card import span
from guichet.desk.work.forms import TimeForm
from guichet.tickets import actions, events
from guichet.tickets.actions import Refused
from guichet.tickets.events import By
from guichet.tickets.models import ChecklistTemplate, Status, Ticket, TimeSpent
from tests import make
from tests.browser import client_of

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket("The printer is dark", to=cast.support, of=cast.cleo)


def post(client: Client, ticket: Ticket, path: str, /, **values: Any) -> Any:
    return client.post(f"/tickets/{ticket.number}/{path}/", values, **HTMX)


def undo(client: Client, answer: Any) -> Any:
    back = json.loads(answer["HX-Trigger"])["toast"]["undo"]
    return client.post(back["url"], {**back["values"], "undoing": "1"}, **HTMX)


def words(ticket: Ticket) -> list[str]:
    return list(ticket.checklist.values_list("words", flat=True))


def test_a_template_is_put_on_a_ticket_ticked_off_and_ordered(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    ada = client_of(cast.ada)
    assert ada.post("/settings/checklists/add/", {"name": "New", "lines": " \n"}).status_code == 200
    assert not ChecklistTemplate.objects.exists()
    made = {"name": "Newcomer", "lines": "Desk\n\nAccount\nPhone", "is_needed": "on"}
    assert ada.post("/settings/checklists/add/", made).status_code == 302
    template = ChecklistTemplate.objects.get()
    assert template.items == ["Desk", "Account", "Phone"]
    assert "Newcomer" in ada.get("/settings/checklists/").content.decode()
    assert "Newcomer" in ana.get(f"/tickets/{ticket.number}/checklist/").content.decode()
    assert "0 of 3 done" in post(ana, ticket, "checklist", template=template.pk).content.decode()
    assert words(ticket) == ["Desk", "Account", "Phone"]
    desk, account, phone = ticket.checklist.all()
    ticked = post(ana, ticket, f"checklist/{desk.pk}/tick", done="1")
    desk.refresh_from_db()
    assert (desk.done_by, desk.done_at is not None) == (cast.ana, True)
    moved = post(ana, ticket, f"checklist/{phone.pk}", move="up")
    assert words(ticket) == ["Desk", "Phone", "Account"]
    undo(ana, moved)
    assert words(ticket) == ["Desk", "Account", "Phone"]
    undo(ana, ticked)
    desk.refresh_from_db()
    assert desk.done_at is None
    removed = post(ana, ticket, f"checklist/{account.pk}/remove")
    assert words(ticket) == ["Desk", "Phone"]
    undo(ana, removed)
    assert words(ticket) == ["Desk", "Account", "Phone"]
    assert ada.post(f"/settings/checklists/{template.pk}/delete/").status_code == 302
    assert words(ticket) == ["Desk", "Account", "Phone"]


def test_an_item_is_changed_and_its_change_undone(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    post(ana, ticket, "checklist", words="Call", needed="on")
    item = ticket.checklist.get()
    assert item.is_needed
    changed = post(ana, ticket, f"checklist/{item.pk}", words="Call the supplier", owner=str(cast.ben.pk))
    item.refresh_from_db()
    assert (item.words, item.owner, item.is_needed) == ("Call the supplier", cast.ben, False)
    undo(ana, changed)
    item.refresh_from_db()
    assert (item.words, item.owner, item.is_needed) == ("Call", None, True)
    assert post(ana, ticket, "checklist", words=" ").status_code == 422
    assert post(ana, ticket, f"checklist/{item.pk}", words=" ").status_code == 422
    other = make.ticket(to=cast.support, of=cast.cleo)
    assert post(ana, other, f"checklist/{item.pk}/tick", done="1").status_code == 404


def test_what_is_needed_holds_the_ticket_open(ticket: Ticket, cast: make.Cast) -> None:
    ana = By(cast.ana, "desk")
    needed, _other = actions.add_items(ticket, ["Account"], ana, is_needed=True) + actions.add_items(
        ticket, ["Cake"], ana
    )
    with pytest.raises(Refused, match="Account"):
        actions.set_status(ticket, Status.RESOLVED, ana)
    actions.set_done(needed, True, ana)
    assert ticket.events.get(kind=events.CHECKED).changes["done"] == [False, True]
    assert actions.set_status(ticket, Status.RESOLVED, ana).status == Status.RESOLVED
    with pytest.raises(Refused):
        actions.add_items(ticket, ["x"] * 201, ana)
    with pytest.raises(Refused):
        actions.add_items(ticket, ["x"], ana, owner=cast.cleo)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("45", 45), ("45 min", 45), ("1 h", 60), ("1h30", 90), ("1 h 30 min", 90), ("1:05", 65), ("1.5 h", 90), ("0,25", 15)],
)  # fmt: skip
def test_a_time_is_written_as_people_write_it(typed: str, minutes: int) -> None:
    form = TimeForm({"spent": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["spent"] == minutes
    again = TimeForm({"spent": span(minutes)})
    assert again.is_valid() and again.cleaned_data["spent"] == minutes


@pytest.mark.parametrize("typed", ["", "long", "-5", "1:75", "h"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    assert not TimeForm({"spent": typed}).is_valid()


def test_time_is_noted_changed_and_taken_off_with_a_trace(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    answer = post(ana, ticket, "time", spent="1 h 30", note="On the phone")
    assert "1 h 30 min" in answer.content.decode()
    spent = TimeSpent.objects.get()
    changed = post(ana, ticket, f"time/{spent.pk}", spent="45", note="")
    assert "45 min" in changed.content.decode()
    undo(ana, changed)
    spent.refresh_from_db()
    assert (spent.minutes, spent.note) == (90, "On the phone")
    undo(ana, answer)
    spent.refresh_from_db()
    assert spent.removed_at is not None
    told = [event.changes["minutes"] for event in ticket.events.filter(kind=events.TIME_SPENT).order_by("id")]
    assert told == [[None, 90], [90, 45], [45, 90], [90, None]]
    actions.remove_time(spent, By(cast.ana, "desk"), is_removed=False)
    assert post(client_of(cast.ada), ticket, f"time/{spent.pk}", spent="5").status_code == 422, "only one's own"
    assert post(ana, ticket, "time", spent="0").status_code == 422
    assert "On the phone" in ana.get(f"/tickets/{ticket.number}/time/").content.decode()


def test_a_clock_runs_until_it_is_stopped_one_for_each(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    assert post(ana, ticket, "time", start="1").status_code == 200
    assert post(ana, ticket, "time", start="1").status_code == 422
    assert post(client_of(cast.ada), ticket, "time", start="1").status_code == 200
    clock = TimeSpent.objects.get(person=cast.ana)
    TimeSpent.objects.filter(pk=clock.pk).update(at=timezone.now() - timedelta(minutes=12, seconds=5))
    answer = post(ana, ticket, "time", stop="1", note="Toner")
    clock.refresh_from_db()
    assert (clock.minutes, clock.note) == (13, "Toner")
    assert "13 min" in answer.content.decode()
    assert post(ana, ticket, "time", stop="1").status_code == 422


def test_the_time_of_a_merged_ticket_counts(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    by = By(cast.ana, "desk")
    other = make.ticket(to=cast.support, of=cast.cleo)
    actions.spend(other, 30, by)
    actions.spend(ticket, 40, by)
    (act,) = actions.merge([other], ticket, by)
    assert "1 h 10 min" in ana.get(f"/tickets/{ticket.number}/").content.decode()
    actions.undo(act, by)
    assert "1 h 10 min" not in ana.get(f"/tickets/{ticket.number}/").content.decode()
