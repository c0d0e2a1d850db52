"""Writing to the outside: what the composer offers, what is checked, and how words come back."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any, ClassVar

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guichet.desk import forms
from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Category, Delivery, Inbox, Message, Priority, Status, Ticket
from guichet.tickets.models.sorting import USUAL
from tests import make

pytestmark = pytest.mark.django_db
HTMX: Any = {"HTTP_HX_REQUEST": "true"}
CLEO = [{"name": "Cleo Martin", "address": "cleo@customer.example"}]


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket("The printer is dark", to=cast.support, of=cast.cleo)


def send(client: Client, ticket: Ticket, **fields: Any) -> Any:
    values = {"text": "Try the switch.", "seen": ticket.version, **fields}
    return client.post(f"/tickets/{ticket.number}/reply/", values, **HTMX)


def written(ticket: Ticket) -> Message:
    return ticket.messages.filter(kind="outbound").latest("pk")


def later(ticket: Ticket, by: Person) -> Message:
    words = Words(text="On Monday.", to=CLEO, send_at=timezone.now() + timedelta(days=1))
    return actions.reply(ticket, words, By(by, "desk"), seen=None)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", []),
        ("a@x.example", [("", "a@x.example")]),
        (
            "Ana <a@x.example>; b@x.example\nc@x.example",
            [("Ana", "a@x.example"), ("", "b@x.example"), ("", "c@x.example")],
        ),
        ('"Roth, Dan" <d@x.example>, D@x.example', [("Roth, Dan", "d@x.example")]),
        ("<a@x.example>", [("", "a@x.example")]),
        ('"Unclosed <a@x.example>', [("Unclosed", "a@x.example")]),
    ],
)
def test_addresses_as_people_type_them(words: str, expected: list[tuple[str, str]]) -> None:
    found = forms.AddressesField(required=False).clean(words)
    assert [(one["name"], one["address"]) for one in found] == expected


def test_recipients_are_what_was_typed(ticket: Ticket, ana: Client) -> None:
    fields = {"to": "Dan Roth <dan@customer.example>", "cc": "boss@customer.example", "bcc": "x@customer.example"}
    assert send(ana, ticket, **fields).status_code == 200
    message = written(ticket)
    assert message.to == [{"name": "Dan Roth", "address": "dan@customer.example"}]
    assert [one["address"] for one in (*message.cc, *message.bcc)] == ["boss@customer.example", "x@customer.example"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"to": ""}, "A reply needs a recipient."),
        ({"to": "nobody"}, "nobody is not a mail address."),
        ({"cc": "billing@desk.example"}, "billing@desk.example is an address of this desk."),
        ({"alias": "other@desk.example"}, "other@desk.example is not an address of this inbox."),
        ({"later": "at"}, "Choose the day and time."),
        ({"later": "at", "send_at": "2020-01-01T08:00"}, "This time is over already."),
        ({"text": "\nGood morning Cleo,\n"}, "A reply needs words."),
    ],
)
def test_what_is_refused_says_why_and_sends_nothing(
    fields: dict[str, str], words: str, cast: make.Cast, ticket: Ticket, ana: Client
) -> None:
    Inbox.objects.update(wording={"en": {"salutation": "Good morning {first_name},"}})
    answer = send(ana, ticket, **fields)
    assert answer.status_code == 422
    assert json.loads(answer["HX-Trigger"])["toast"]["text"] == words
    page = ana.post(f"/tickets/{ticket.number}/reply/", {"text": "Kept.", "seen": 1, **fields}).content.decode()
    assert fields.get("text", "Kept.").strip() in page, "without scripts the words come back with the page"
    assert not ticket.messages.filter(kind="outbound").exists()


def test_the_answer_leaves_under_the_address_that_was_written_to(cast: make.Cast, ana: Client) -> None:
    Inbox.objects.filter(pk=cast.support.pk).update(aliases=["hilfe@desk.example"])
    ticket = make.ticket(to=Inbox.objects.get(pk=cast.support.pk), of=cast.cleo)
    to = [{"name": "", "address": "HILFE+code@desk.example"}]
    actions.receive(
        ticket, Words(text="x", to=to, from_address="cleo@customer.example"), cast.cleo, By(cast.cleo, "email")
    )
    page = ana.get(f"/tickets/{ticket.number}/").content.decode()
    assert "<option selected>hilfe@desk.example</option>" in page
    ticket.refresh_from_db()
    send(ana, ticket, alias="hilfe@desk.example")
    assert written(ticket).from_address == "hilfe@desk.example"


@pytest.mark.parametrize(
    ("language", "name", "expected"),
    [
        ("fr", "Cleo Martin", "Bonjour Cleo Martin,"),
        ("fr", "", "Bonjour,"),
        ("de", "Cleo Martin", "Hallo Cleo, hier Ana Lopez."),
    ],
)
def test_the_salutation_of_inbox_and_language(
    language: str, name: str, expected: str, cast: make.Cast, ticket: Ticket, ana: Client
) -> None:
    wording = {"fr": {"salutation": "Bonjour {name},"}, "de": {"salutation": "Hallo {first_name}, hier {agent}."}}
    Inbox.objects.update(wording=wording)
    Person.objects.filter(pk=cast.cleo.pk).update(name=name)
    Ticket.objects.filter(pk=ticket.pk).update(language=language)
    assert f'data-salutation="{expected}"' in ana.get(f"/tickets/{ticket.number}/").content.decode()


def test_only_believed_words_can_be_answered(cast: make.Cast, ticket: Ticket, ana: Client) -> None:
    stray = Words(text="Send it to me", from_address="eve@stranger.example", is_verified=False)
    evil = actions.receive(ticket, stray, cast.eve, By(via="email"))
    note = actions.add_note(ticket, Words(text="Secret"), By(cast.ana, "desk"))
    foreign = make.ticket(to=cast.billing).messages.get()
    for message in (evil, note, foreign):
        page = ana.get(f"/tickets/{ticket.number}/compose/?answers={message.pk}", **HTMX).content.decode()
        assert 'name="answers"' not in page
        assert "eve@stranger.example" not in page


def test_an_address_that_nobody_reads_is_told(cast: make.Cast, ana: Client) -> None:
    robot = make.ticket(to=cast.support, of=make.person("no-reply@shop.example"))
    assert (
        "Nobody seems to read mail at no-reply@shop.example." in ana.get(f"/tickets/{robot.number}/").content.decode()
    )


class TestUndo:
    def test_the_way_back_is_counted_down(self, ticket: Ticket, ana: Client, settings: Any) -> None:
        settings.UNDO_SECONDS = 10
        said = json.loads(send(ana, ticket)["HX-Trigger"])["toast"]
        assert said["seconds"] == 10
        answer = ana.post(said["undo"]["url"], {"undoing": "1"}, **HTMX)
        assert json.loads(answer["HX-Trigger"])["toast"]["text"] == "Taken back: nothing was sent"
        assert json.loads(answer["HX-Trigger-After-Settle"])["compose"]["panel"] == "reply"
        assert "Try the switch." not in answer.content.decode().split('id="composer"')[0]
        assert written(ticket).delivery == Delivery.WITHDRAWN

    def test_people_words_and_files_are_back_in_the_box(self, ticket: Ticket, ana: Client) -> None:
        token = ana.post("/uploads/", {"file": SimpleUploadedFile("plan.pdf", b"%PDF")}).json()["token"]
        send(ana, ticket, to="Dan Roth <dan@customer.example>", bcc="x@customer.example", file=token)
        message = written(ticket)
        without_scripts = ana.post(f"/tickets/{ticket.number}/take-back/{message.pk}/", follow=True)
        page = without_scripts.content.decode()
        for words in (
            "Try the switch.</textarea>",
            "Dan Roth &lt;dan@customer.example&gt;",
            "x@customer.example",
            "plan.pdf",
        ):
            assert words in page
        again = re.search(r'name="file" value="([^"]+)"', page)
        assert again is not None
        send(ana, ticket, file=again[1])
        assert [file.digest for file in written(ticket).attachments.all()] == [
            file.digest for file in message.attachments.all()
        ]

    def test_too_late_is_said(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        send(ana, ticket)
        message = written(ticket)
        Message.objects.filter(pk=message.pk).update(delivery=Delivery.SENDING)
        answer = ana.post(f"/tickets/{ticket.number}/take-back/{message.pk}/", **HTMX)
        assert answer.status_code == 422
        assert json.loads(answer["HX-Trigger"])["toast"]["text"] == "It is on its way already."


class TestLater:
    @pytest.mark.parametrize("chosen", ["hour", "tomorrow", "monday"])
    def test_by_the_clock_of_the_agent(self, chosen: str, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        Person.objects.filter(pk=cast.ana.pk).update(time_zone="America/New_York")
        assert send(ana, ticket, later=chosen).status_code == 200
        send_at = written(ticket).send_at
        assert send_at is not None
        with timezone.override("America/New_York"):
            there = timezone.localtime(send_at)
        if chosen == "hour":
            assert timedelta(minutes=58) < send_at - timezone.now() < timedelta(minutes=61)
        else:
            assert (there.hour, there.minute) == (8, 0)
            assert send_at > timezone.now()
        if chosen == "monday":
            assert there.weekday() == 0

    def test_a_typed_time_is_the_agent_s(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        Person.objects.filter(pk=cast.ana.pk).update(time_zone="Asia/Tokyo")
        day = (timezone.now() + timedelta(days=3)).date()
        send(ana, ticket, later="at", send_at=f"{day}T09:30")
        send_at = written(ticket).send_at
        assert send_at is not None
        assert send_at.isoformat() == f"{day}T00:30:00+00:00"

    def test_now_or_at_another_time(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        message = later(ticket, cast.ana)
        url = f"/tickets/{ticket.number}/reschedule/{message.pk}/"
        page = ana.get(f"/tickets/{ticket.number}/").content.decode()
        assert "Goes out" in page
        assert "Send now" in page
        day = (timezone.now() + timedelta(days=9)).date()
        ana.post(url, {"send_at": f"{day}T08:00"}, **HTMX)
        message.refresh_from_db()
        assert message.send_at is not None
        assert message.send_at.date() == day
        ana.post(url, {}, **HTMX)
        message.refresh_from_db()
        assert message.next_try_at is not None
        assert message.next_try_at <= timezone.now()

    def test_held_it_asks_for_a_decision(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        message = later(ticket, cast.ana)
        actions.receive(ticket, Words(text="Forget it."), cast.cleo, By(cast.cleo, "email"))
        assert actions.hold_if_stale(message)
        page = ana.get(f"/tickets/{ticket.number}/").content.decode()
        for words in ("Held back", "Send anyway", "Edit", "A reply was held back: somebody wrote meanwhile"):
            assert words in page
        answer = ana.post(f"/tickets/{ticket.number}/status/", {"status": "resolved"}, **HTMX)
        assert answer.status_code == 422
        ticket.refresh_from_db()
        url = f"/tickets/{ticket.number}/reschedule/{message.pk}/"
        stale = ana.post(url, {"seen": ticket.version - 3}, **HTMX)
        assert stale.status_code == 422
        ana.post(url, {"seen": ticket.version}, **HTMX)
        message.refresh_from_db()
        assert message.delivery == Delivery.QUEUED


class TestNewTicket:
    FIELDS: ClassVar[Any] = {
        "to": "Dan Roth <dan@customer.example>",
        "subject": "Your lamp",
        "text": "It is ready.",
        "alias": "support@desk.example",
    }

    def test_it_opens_with_our_words(self, cast: make.Cast, ana: Client) -> None:
        Person.objects.filter(pk=cast.dan.pk).update(made_by=cast.ana)  # whom she does not see gets a stand-in
        answer = ana.post("/tickets/new/", {**self.FIELDS, "take": "1"})
        ticket = Ticket.objects.get()
        assert answer["Location"] == f"/tickets/{ticket.number}/"
        assert (ticket.subject, ticket.requester, ticket.assignee) == ("Your lamp", cast.dan, cast.ana)
        assert ticket.status == Status.IN_PROGRESS
        ana.post("/tickets/new/", {**self.FIELDS, "to": "new@customer.example"}, **HTMX)
        fresh = Ticket.objects.latest("pk")
        assert (fresh.requester.email, fresh.assignee) == ("new@customer.example", None)

    @pytest.mark.parametrize("missing", ["to", "subject", "text", "alias"])
    def test_what_is_missing_is_said_and_nothing_is_lost(self, missing: str, cast: make.Cast, ana: Client) -> None:
        fields = {**self.FIELDS, missing: ""}
        page = ana.post("/tickets/new/", fields).content.decode()
        assert "Dan Roth" in page or missing == "to"
        assert "It is ready." in page or missing == "text"
        assert ana.post("/tickets/new/", fields, **HTMX).status_code == 422
        assert not Ticket.objects.exists()

    def test_it_is_sorted_as_its_writer_says(self, cast: make.Cast, ana: Client) -> None:
        assert 'name="category"' not in ana.get("/tickets/new/").content.decode(), "this house has no catalogue"
        network, old = Category.objects.create(name="Network"), Category.objects.create(name="Old", is_active=False)
        actions.save_matrix(USUAL)
        page = ana.get("/tickets/new/").content.decode()
        assert all(f'name="{name}"' in page for name in ("category", "impact", "urgency"))
        assert "Network" in page and "Old" not in page
        chosen = {"category": str(network.pk), "impact": "1", "urgency": "1"}
        lost = ana.post("/tickets/new/", {**self.FIELDS, **chosen, "text": ""}).content.decode()
        shown = re.findall(r'<select[^>]* name="(\w+)"(?:(?!</select>).)*? value="(\d+)" selected', lost, re.DOTALL)
        assert chosen.items() <= dict(shown).items()
        ana.post("/tickets/new/", {**self.FIELDS, **chosen})
        ticket = Ticket.objects.get()
        assert (ticket.category, ticket.impact, ticket.urgency) == (network, 1, 1)
        assert ticket.priority == Priority.CRITICAL
        told = ticket.events.get(kind="ticket.category_changed")
        assert (told.actor, told.cause.kind) == (cast.ana, "ticket.opened")
        answer = ana.post("/tickets/new/", {**self.FIELDS, "category": str(old.pk)}, **HTMX)
        assert answer.status_code == 422 and Ticket.objects.count() == 1

    def test_only_from_inboxes_of_one_s_own(self, cast: make.Cast, ana: Client) -> None:
        assert "billing@desk.example" not in ana.get("/tickets/new/").content.decode()
        assert ana.post("/tickets/new/", {**self.FIELDS, "alias": "billing@desk.example"}, **HTMX).status_code == 422
        assert not Ticket.objects.exists()


class TestPeople:
    def test_only_whom_the_agent_sees(self, cast: make.Cast, ticket: Ticket, ana: Client, ben: Client) -> None:
        assert "cleo@customer.example" in ana.get("/people/?q=cleo").content.decode()
        assert "cleo@" not in ben.get("/people/?q=cleo").content.decode()
        assert "dan@" not in ana.get("/people/?q=dan").content.decode()

    def test_third_parties_asked_before(self, cast: make.Cast, ticket: Ticket, ana: Client, ben: Client) -> None:
        dealer = [{"name": "Toner Ltd", "address": "help@toner.example"}]
        actions.ask(ticket, Words(text="x", to=dealer), By(cast.ana, "desk"))
        assert "Toner Ltd &lt;help@toner.example&gt;" in ana.get("/people/?q=ton").content.decode()
        assert "toner" not in ben.get("/people/?q=ton").content.decode()


def test_the_composer_costs_the_same_whoever_takes_part(cast: make.Cast, ticket: Ticket, ana: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert ana.get(f"/tickets/{ticket.number}/compose/?all=1", **HTMX).status_code == 200
        return len(captured)

    cc = [{"name": "", "address": f"p{n}@customer.example"} for n in range(30)]
    actions.receive(ticket, Words(text="x", cc=cc[:2]), cast.cleo, By(cast.cleo, "email"))
    cost()
    few = cost()
    for _ in range(5):
        actions.receive(ticket, Words(text="x", cc=cc), cast.cleo, By(cast.cleo, "email"))
    assert cost() == few
