"""The ticket page and what is done on it, without scripts and as htmx asks."""

from __future__ import annotations

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guichet.desk import window
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Message, Priority, Status, Ticket
from tests import make

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket("The printer is dark", to=cast.support, of=cast.cleo)


def page(client: Client, ticket: Ticket, query: str = "") -> str:
    answer = client.get(f"/tickets/{ticket.number}/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def toast(answer: object) -> dict[str, object]:
    said: dict[str, object] = json.loads(answer["HX-Trigger"])["toast"]  # type: ignore[index]
    return said


def test_a_hidden_ticket_is_not_found_whatever_is_asked(ticket: Ticket, ben: Client) -> None:
    assert ben.get(f"/tickets/{ticket.number}/").status_code == 404
    assert ben.get("/tickets/99999999/").status_code == 404
    for act in ("reply", "note", "assignee", "team", "status", "priority", "tags", "seen", "unseen"):
        assert ben.post(f"/tickets/{ticket.number}/{act}/").status_code == 404, act
    for menu in ("assignee", "team", "tags"):
        assert ben.get(f"/tickets/{ticket.number}/{menu}/").status_code == 404, menu


def test_the_page_shows_customer_words_and_what_happened(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    actions.set_priority(ticket, Priority.HIGH, By(cast.ana, "desk"))
    earlier = make.ticket("An older question", to=cast.support, of=cast.cleo)
    shown = page(ana, ticket)
    for words in ("Cleo Martin", "Acme", "It was bright yesterday.", "from Normal to High", earlier.subject):
        assert words in shown


def test_words_of_strangers_are_text(cast: make.Cast, ana: Client) -> None:
    evil = make.ticket(
        '<img src=x onerror="alert(1)">', to=cast.support, text='<script>alert(1)</script> https://a.example/"x'
    )
    shown = page(ana, evil)
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert 'href="https://a.example/"' in shown


def test_a_reply_goes_to_the_requester_and_takes_the_ticket(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    answer = ana.post(
        f"/tickets/{ticket.number}/reply/",
        {
            "text": "Try the other plug.\r\nAna",
            "seen": ticket.version,
            "cc": "boss@customer.example",
            "status": "pending",
        },
        **HTMX,
    )
    assert answer.status_code == 200
    sent = Message.objects.get(ticket=ticket, kind="outbound")
    assert sent.text == "Try the other plug.\nAna"
    assert sent.to == [{"name": "Cleo Martin", "address": "cleo@customer.example"}]
    assert sent.cc == [{"name": "", "address": "boss@customer.example"}]
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.status) == (cast.ana, Status.PENDING)
    assert "Waiting to be sent" in answer.content.decode()


def test_a_note_is_marked_and_never_sent(ticket: Ticket, ana: Client) -> None:
    answer = ana.post(f"/tickets/{ticket.number}/note/", {"text": "Ask Ben first."}, **HTMX)
    note = Message.objects.get(ticket=ticket, kind="note")
    assert note.delivery == ""
    shown = answer.content.decode()
    assert "msg-note" in shown
    assert "Internal note" in shown


def test_a_stale_reply_is_kept_back_until_it_is_sent_anyway(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    seen = ticket.version
    actions.receive(ticket, actions.Words(text="It works again, thank you"), cast.cleo, By(cast.cleo, "email"))
    draft = {"text": "Try the other plug", "seen": seen}
    url = f"/tickets/{ticket.number}/reply/"
    answer = ana.post(url, draft, **HTMX)
    assert answer.status_code == 409
    assert answer["HX-Retarget"] == "#panel-reply .changed-place"
    assert "It works again, thank you" in answer.content.decode()
    without_scripts = ana.post(url, draft).content.decode()
    assert "Try the other plug" in without_scripts
    assert "Not sent yet" in without_scripts
    assert not Message.objects.filter(ticket=ticket, kind="outbound").exists()
    assert ana.post(url, {**draft, "anyway": "1"}, **HTMX).status_code == 200
    assert Message.objects.filter(ticket=ticket, kind="outbound").count() == 1


def test_nothing_written_is_refused_in_words(ticket: Ticket, ana: Client) -> None:
    answer = ana.post(f"/tickets/{ticket.number}/reply/", {"text": " \n", "seen": ticket.version}, **HTMX)
    assert answer.status_code == 422
    assert toast(answer)["text"] == "A reply needs words."
    bad_cc = ana.post(f"/tickets/{ticket.number}/reply/", {"text": "x", "seen": 1, "cc": "a@b.example\nBcc: c"}, **HTMX)
    assert bad_cc.status_code == 422


@pytest.mark.parametrize(
    ("act", "values", "field", "wanted"),
    [("status", {"status": "resolved"}, "status", "resolved"), ("priority", {"priority": "1"}, "priority", 1)],
)
def test_each_change_says_so_and_can_be_undone(
    ticket: Ticket, ana: Client, act: str, values: dict[str, str], field: str, wanted: object
) -> None:
    before = getattr(ticket, field)
    answer = ana.post(f"/tickets/{ticket.number}/{act}/", values, **HTMX)
    ticket.refresh_from_db()
    assert getattr(ticket, field) == wanted
    undo = toast(answer)["undo"]
    assert isinstance(undo, dict)
    back = ana.post(undo["url"], {**undo["values"], "undoing": "1"}, **HTMX)
    ticket.refresh_from_db()
    assert getattr(ticket, field) == before
    assert toast(back) == {"text": "Undone"}


def test_assign_from_a_menu_of_colleagues(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    menu = ana.get(f"/tickets/{ticket.number}/assignee/").content.decode()
    names = re.findall(r'data-word="([^"]+)"', menu)
    assert names[0] == "Ana Lopez"
    assert "Ben Weiss" in names
    assert "Cleo Martin" not in names
    ana.post(f"/tickets/{ticket.number}/assignee/", {"assignee": cast.ada.pk}, **HTMX)
    ticket.refresh_from_db()
    assert ticket.assignee == cast.ada
    assert ana.post(f"/tickets/{ticket.number}/assignee/", {"assignee": cast.cleo.pk}, **HTMX).status_code == 422


def test_a_ticket_handed_to_another_team_leaves_the_page(ticket: Ticket, cast: make.Cast, ben: Client) -> None:
    foreign = make.ticket(to=cast.billing)
    actions.assign(foreign, None, By(cast.ada), team=cast.billing.team)
    answer = ben.post(f"/tickets/{foreign.number}/team/", {"team": cast.support.team_id}, **HTMX)
    assert answer.status_code == 200
    foreign.refresh_from_db()
    assert foreign.team_id == cast.support.team_id


def test_tags_toggle(ticket: Ticket, ana: Client) -> None:
    url = f"/tickets/{ticket.number}/tags/"
    ana.post(url, {"toggle": "Printer"}, **HTMX)
    ana.post(url, {"toggle": "floor 2"}, **HTMX)
    assert sorted(ticket.tags.values_list("name", flat=True)) == ["floor 2", "printer"]
    ana.post(url, {"toggle": "printer"}, **HTMX)
    assert list(ticket.tags.values_list("name", flat=True)) == ["floor 2"]


def test_mark_as_unread_leads_back_to_the_list_and_nowhere_else(ticket: Ticket, ana: Client) -> None:
    ana.post(f"/tickets/{ticket.number}/seen/")
    answer = ana.post(f"/tickets/{ticket.number}/unseen/", {"back": "/tickets/?view=all"})
    assert answer["Location"] == "/tickets/?view=all"
    assert "row-unread" in ana.get("/tickets/?view=all").content.decode()
    elsewhere = ana.post(f"/tickets/{ticket.number}/unseen/", {"back": "https://evil.example/"})
    assert elsewhere["Location"] == "/"


def test_a_failed_message_says_why_and_is_sent_again(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    words = actions.Words(text="We look at it.", to=[{"name": "", "address": "cleo@customer.example"}])
    message = actions.reply(ticket, words, By(cast.ana, "desk"), seen=None)
    actions.delivery_changed(message, Delivery.FAILED, By(via="outbox"), note="550 no such user")
    shown = page(ana, ticket)
    assert "Not delivered" in shown
    assert "550 no such user" in shown
    ana.post(f"/tickets/{ticket.number}/again/{message.pk}/", **HTMX)
    message.refresh_from_db()
    assert message.delivery == Delivery.QUEUED


def test_unverified_mail_carries_a_warning(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    words = actions.Words(text="Send it to me", from_address="mallory@evil.example", is_verified=False)
    actions.receive(ticket, words, make.person("mallory@evil.example"), By(via="email"))
    assert "mallory@evil.example could not be tied to this request" in page(ana, ticket)


def test_the_reply_goes_to_the_address_last_used_never_to_an_unverified_one(
    ticket: Ticket, cast: make.Cast, ana: Client
) -> None:
    actions.receive(ticket, actions.Words(text="a", from_address="cleo@home.example"), cast.cleo, By(via="email"))
    evil = actions.Words(text="b", from_address="mallory@evil.example", is_verified=False)
    actions.receive(ticket, evil, cast.cleo, By(via="email"))
    ticket.refresh_from_db()
    assert "cleo@home.example&gt;" in page(ana, ticket)
    ana.post(f"/tickets/{ticket.number}/reply/", {"text": "x", "seen": ticket.version}, **HTMX)
    assert Message.objects.get(ticket=ticket, kind="outbound").to[0]["address"] == "cleo@home.example"


def test_a_long_conversation_starts_with_its_end(
    ticket: Ticket, cast: make.Cast, ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "SHOWN", 3)
    for number in range(5):
        actions.add_note(ticket, actions.Words(text=f"note {number}"), By(cast.ana, "desk"))
    shown = page(ana, ticket)
    assert "3 earlier messages" in shown
    assert "note 1" not in shown
    assert "note 4" in shown
    assert "note 1" in page(ana, ticket, "?shown=6")


def _queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_page_costs_the_same_number_of_queries_whatever_was_said(
    ticket: Ticket, cast: make.Cast, ana: Client
) -> None:
    def talk(count: int) -> None:
        for number in range(count):
            file = actions.FileRef("a.txt", "text/plain", 1, "0" * 64)
            actions.receive(ticket, actions.Words(text="x", files=[file]), cast.cleo, By(cast.cleo, "email"))
            actions.add_note(ticket, actions.Words(text="y"), By(cast.ana, "desk"))
            actions.assign(ticket, cast.ben if number % 2 else cast.ada, By(cast.ana, "desk"))

    talk(10)
    few = _queries(ana, f"/tickets/{ticket.number}/")
    talk(50)
    many = _queries(ana, f"/tickets/{ticket.number}/")
    # Only the count of what is hidden comes on top, once there is more than a page.
    assert many <= few + 1
    assert many <= 27
