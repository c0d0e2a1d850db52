"""Ticket types and extra fields: made by administrators, filled in on the ticket, needed before its end, undone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from playwright.sync_api import Page, expect

from guichet.people import extra
from guichet.people.extra import ExtraField
from guichet.tickets import actions, events
from guichet.tickets.actions import Refused
from guichet.tickets.events import By
from guichet.tickets.models import Status, Ticket, TicketType
from tests import make
from tests.browser import client_of, flaws

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
Kind = ExtraField.Kind


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket("The printer is dark", to=cast.support, of=cast.cleo)


def field(label: str, kind: Kind = Kind.TEXT, **more: Any) -> ExtraField:
    options = more.pop("choices", [])
    return extra.save_field(ExtraField(of="ticket", label=label, kind=kind, **more), options)


def undo(client: Client, answer: Any) -> Any:
    back = json.loads(answer["HX-Trigger"])["toast"]["undo"]
    return client.post(back["url"], {**back["values"], "undoing": "1"}, **HTMX)


def every_kind() -> list[ExtraField]:
    return [
        field(kind.value, kind, choices=["red", "blue"] if kind in (Kind.CHOICE, Kind.CHOICES) else []) for kind in Kind
    ]


def test_each_kind_is_filled_in_shown_told_and_undone(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    every_kind()
    url = f"/tickets/{ticket.number}/fields/"
    typed = {
        "extra_text": "LU-20466", "extra_long": "one\r\ntwo", "extra_number": "12.50", "extra_date": "2026-11-30",
        "extra_choice": "red", "extra_choices": ["red", "blue"], "extra_flag": "on", "extra_link": "https://x.example/",
        "extra_person": str(cast.ben.pk),
    }  # fmt: skip
    answer = ana.post(url, typed, **HTMX)
    ticket.refresh_from_db()
    assert ticket.extra == {
        "text": "LU-20466", "long": "one\ntwo", "number": "12.5", "date": "2026-11-30", "choice": "red",
        "choices": ["red", "blue"], "flag": True, "link": "https://x.example/", "person": cast.ben.pk,
    }  # fmt: skip
    shown = answer.content.decode()
    for words in ("LU-20466", "12.5", "11/30/2026", "red, blue", "Ben Weiss", "filled in"):
        assert words in shown
    told = ticket.events.get(kind=events.EXTRA_CHANGED).changes
    assert told["extra.choice"] == [None, "red"]
    assert "LU-20466" not in json.dumps(told), "words of a person are named in the log, not quoted"
    undo(ana, answer)
    ticket.refresh_from_db()
    assert ticket.extra == {}


@pytest.mark.parametrize(
    ("key", "typed"), [("number", "many"), ("date", "tomorrow"), ("choice", "green"), ("person", "0")]
)
def test_what_does_not_fit_is_refused(ticket: Ticket, ana: Client, key: str, typed: str) -> None:
    every_kind()
    assert ana.post(f"/tickets/{ticket.number}/fields/", {f"extra_{key}": typed}, **HTMX).status_code == 422
    ticket.refresh_from_db()
    assert ticket.extra == {}


@pytest.mark.parametrize("before", ['{"number": "x"}', '{"gone": 1}', "[", '{"date": "x"}', '{"person": -3}'])
def test_a_forged_undo_changes_nothing(ticket: Ticket, ana: Client, before: str) -> None:
    every_kind()
    answer = ana.post(f"/tickets/{ticket.number}/fields/", {"undoing": "1", "before": before}, **HTMX)
    assert answer.status_code == 422
    ticket.refresh_from_db()
    assert ticket.extra == {}


def test_a_choice_that_is_gone_stays_where_it_was_chosen(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    colour = field("Colour", Kind.CHOICE, choices=["red", "blue"])
    actions.set_extra(ticket, {"colour": "red"}, By(cast.ana, "desk"))
    colour.choices = ["blue"]
    colour.save()
    assert 'value="red" selected' in ana.get(f"/tickets/{ticket.number}/fields/").content.decode()
    assert ana.post(f"/tickets/{ticket.number}/fields/", {"extra_colour": "red"}, **HTMX).status_code == 200


def test_a_type_has_its_own_fields_and_those_of_all(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    order, fault = TicketType.objects.create(name="Order"), TicketType.objects.create(name="Fault")
    order.fields.add(field("Order number"))
    fault.fields.add(field("Device"))
    field("Cost centre")
    answer = ana.post(f"/tickets/{ticket.number}/type/", {"type": order.pk}, **HTMX)
    shown = answer.content.decode()
    assert [word in shown for word in ("Order number", "Cost centre", "Device")] == [True, True, False]
    ticket.refresh_from_db()
    actions.set_extra(ticket, {"order_number": "7"}, By(cast.ana, "desk"))
    ana.post(f"/tickets/{ticket.number}/type/", {"type": fault.pk}, **HTMX)
    ticket.refresh_from_db()
    assert (ticket.type, ticket.extra) == (fault, {"order_number": "7"}), "it is there again with its type"
    undo(ana, answer)
    ticket.refresh_from_db()
    assert ticket.type is None


def test_a_type_that_needs_a_field_asks_for_it_first(ticket: Ticket, ana: Client) -> None:
    order = TicketType.objects.create(name="Order")
    order.fields.add(field("Order number", is_first=True))
    url = f"/tickets/{ticket.number}/type/"
    asked = ana.post(url, {"type": order.pk}, **HTMX)
    assert asked["HX-Redirect"] == f"{url}?type={order.pk}"
    page = ana.get(asked["HX-Redirect"]).content.decode()
    assert "Order number" in page
    empty = ana.post(url, {"type": order.pk, "fill": "1", "extra_order_number": " "})
    assert empty.status_code == 422
    ticket.refresh_from_db()
    assert ticket.type is None
    assert ana.post(url, {"type": order.pk, "fill": "1", "extra_order_number": "7"}).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.type, ticket.extra) == (order, {"order_number": "7"})


def test_what_is_needed_holds_the_ticket_open(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    order = TicketType.objects.create(name="Order")
    order.fields.add(field("Cause", is_required=True), field("Hint"))
    actions.set_type(ticket, order, By(cast.ana, "desk"))
    assert "to be filled in" in ana.get(f"/tickets/{ticket.number}/").content.decode()
    held = ana.post(f"/tickets/{ticket.number}/status/", {"status": "resolved"}, **HTMX)
    assert held.status_code == 422
    assert "Cause" in held["HX-Trigger"]
    actions.set_extra(ticket, {"cause": "Toner"}, By(cast.ana, "desk"))
    assert actions.set_status(ticket, Status.RESOLVED, By(cast.ana, "desk")).status == Status.RESOLVED
    with pytest.raises(Refused):
        actions.set_extra(ticket, {"nothing": 1}, By(cast.ana, "desk"))


def test_administrators_make_types_and_fields(cast: make.Cast, ana: Client, ticket: Ticket) -> None:
    ada = client_of(cast.ada)
    new = {
        "label": "Colour",
        "kind": "choices",
        "choices": "red\nblue",
        "help_text": "Of the shade",
        "is_required": "on",
    }
    assert ada.post(reverse("contacts:add_field", args=["ticket"]), new).status_code == 302
    colour = ExtraField.objects.get()
    assert (colour.of, colour.choices, colour.is_required) == ("ticket", ["red", "blue"], True)
    assert ada.post("/settings/ticket-types/add/", {"name": "Order", "fields": [colour.pk]}).status_code == 302
    kind = TicketType.objects.get()
    assert "Colour" in ada.get("/settings/ticket-types/").content.decode()
    assert "Colour" in ada.get(f"/settings/ticket-types/{kind.pk}/").content.decode()
    ana.post(f"/tickets/{ticket.number}/type/", {"type": kind.pk}, **HTMX)
    assert "Of the shade" in ana.get(f"/tickets/{ticket.number}/fields/").content.decode()
    ada.post(f"/settings/ticket-types/{kind.pk}/active/", {"active": "0"})
    other = make.ticket(to=cast.support, of=cast.cleo)
    assert "Order" not in ana.get(f"/tickets/{other.number}/type/").content.decode()


def test_a_type_keeps_a_field_that_is_switched_off(cast: make.Cast) -> None:
    ada = client_of(cast.ada)
    on, off = (ExtraField.objects.create(of="ticket", key=key, label=key, kind="text") for key in ("floor", "room"))
    kind = TicketType.objects.create(name="Repair")
    kind.fields.set([on, off])
    ExtraField.objects.filter(pk=off.pk).update(is_active=False)
    assert f'value="{off.pk}"' not in ada.get(f"/settings/ticket-types/{kind.pk}/").content.decode()
    ada.post(f"/settings/ticket-types/{kind.pk}/", {"name": "Repairs"})
    assert (TicketType.objects.get().name, list(kind.fields.all())) == ("Repairs", [off])


def test_the_page_asks_as_often_however_many_fields(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert ana.get(f"/tickets/{ticket.number}/").status_code == 200
        return len(queries)

    field("One")
    asked()
    few = asked()
    for number in range(10):
        field(f"Field {number}")
    assert asked() == few


@pytest.mark.django_db(transaction=True)
def test_fields_are_whole_in_a_browser(enter: Callable[..., Page]) -> None:
    cast = make.cast()
    ticket = make.ticket("The printer is dark", to=cast.support, of=cast.cleo)
    field("Order number", is_required=True)
    field("Colour", Kind.CHOICE, choices=["red", "blue"])
    TicketType.objects.create(name="Order")
    browser = enter(cast.ana)

    browser.goto(f"/tickets/{ticket.number}/")
    browser.get_by_text("to be filled in").click()
    browser.get_by_label("Order number").fill("LU-1")
    assert flaws(browser) == []
    browser.locator("#menu-fields").get_by_role("button", name="Save").click()
    expect(browser.locator("#card")).to_contain_text("LU-1")
    expect(browser.locator("#menu-fields")).to_be_hidden()
    for path in ("fields",):
        browser.goto(f"/tickets/{ticket.number}/{path}/")
        assert flaws(browser) == []
