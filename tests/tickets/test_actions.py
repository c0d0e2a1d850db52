"""What every action must hold, on the real database."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from guichet.tickets import actions, events, log
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Event, Message, Status, Ticket
from tests import make

pytestmark = pytest.mark.django_db


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.events.order_by("id").values_list("kind", flat=True))


def answer(text: str = "Please switch it on.") -> Words:
    return Words(text=text, to=[{"name": "Cleo", "address": "cleo@customer.example"}])


def test_a_request_opens_with_number_message_and_event() -> None:
    ticket = make.ticket("Dark printer")
    assert ticket.number >= 1001
    assert ticket.status == Status.OPEN
    assert ticket.messages.get().text == "It was bright yesterday."
    assert kinds(ticket) == [events.OPENED]
    assert ticket.waiting_since == ticket.created_at


def test_a_reply_is_queued_owns_the_ticket_and_ends_the_waiting() -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    message = actions.reply(ticket, answer(), By(cast.ana, "desk"), seen=ticket.version)
    ticket.refresh_from_db()
    assert message.delivery == Delivery.QUEUED
    assert message.message_id.endswith("@desk.example")
    assert ticket.assignee == cast.ana
    assert ticket.status == Status.IN_PROGRESS
    assert ticket.waiting_since is None
    assert kinds(ticket) == [events.OPENED, events.WRITTEN, events.ASSIGNED, events.STATUS_CHANGED]
    assert ticket.events.last().cause.kind == events.WRITTEN


def test_a_reply_that_has_not_seen_the_latest_words_is_refused_and_changes_nothing() -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    seen = ticket.version
    actions.receive(ticket, Words(text="Found the switch."), cast.cleo, By(cast.cleo, "email"))
    before = Event.objects.count(), Message.objects.count()
    with pytest.raises(actions.Stale) as stale:
        actions.reply(ticket, answer(), By(cast.ana, "desk"), seen=seen)
    assert [event.message.text for event in stale.value.since] == ["Found the switch."]
    assert (Event.objects.count(), Message.objects.count()) == before
    actions.reply(ticket, answer(), By(cast.ana, "desk"), seen=seen, anyway=True)
    assert ticket.events.get(kind=events.WRITTEN).changes["unseen"] == [0, 1]


def test_a_change_of_priority_meanwhile_does_not_make_a_reply_stale() -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    seen = ticket.version
    actions.set_priority(ticket, 1, By(cast.ben, "desk"))
    actions.reply(ticket, answer(), By(cast.ana, "desk"), seen=seen)


def test_the_customer_wakes_a_resolved_ticket_but_a_machine_does_not() -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    actions.set_status(ticket, Status.RESOLVED, By(cast.ana, "desk"))
    actions.receive(ticket, Words(text="I am away.", auto="auto-reply"), cast.cleo, By(cast.cleo, "email"))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_since) == (Status.RESOLVED, None)
    actions.receive(ticket, Words(text="Still dark."), cast.cleo, By(cast.cleo, "email"))
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    assert ticket.waiting_since is not None


def test_actions_that_change_nothing_record_nothing() -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    by = By(cast.ana, "desk")
    actions.set_status(ticket, Status.OPEN, by)
    actions.set_priority(ticket, ticket.priority, by)
    actions.set_tags(ticket, [], by)
    actions.assign(ticket, None, by)
    assert kinds(ticket) == [events.OPENED]


def test_a_reply_that_failed_leaves_the_customer_waiting_and_the_ticket_open() -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    message = actions.reply(ticket, answer(), By(cast.ana, "desk"), seen=None, status=Status.RESOLVED)
    actions.delivery_changed(message, Delivery.FAILED, By(via="outbox"), note="550 no such user")
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    assert ticket.waiting_since is not None


def test_tags_are_folded_and_said_once() -> None:
    ticket = make.ticket()
    actions.set_tags(ticket, [" VPN", "vpn", "Réseau\n"], By())
    assert list(ticket.tags.values_list("name", flat=True)) == ["réseau", "vpn"]
    assert ticket.events.last().changes == {"tags": [[], ["réseau", "vpn"]]}


def test_a_customer_cannot_own_a_ticket() -> None:
    ticket = make.ticket()
    with pytest.raises(actions.Refused):
        actions.assign(ticket, make.person(), By())


@pytest.mark.parametrize("sql", ["UPDATE tickets_event SET kind = 'x'", "DELETE FROM tickets_event"])
def test_the_log_refuses_to_be_rewritten(sql: str) -> None:
    make.ticket()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_visibility_of_teams_and_confidential_inboxes() -> None:
    cast = make.cast()
    ours = make.ticket(to=cast.support, of=cast.cleo)
    secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    hidden = make.ticket(to=secret, of=cast.dan)
    sees = lambda person: set(Ticket.objects.visible_to(person))  # noqa: E731
    assert sees(cast.ana) == {ours}
    assert sees(cast.ben) == set()
    assert sees(cast.ada) == {ours}
    assert sees(cast.cleo) == {ours}
    assert sees(cast.dan) == {hidden}
    assert sees(cast.eve) == set()
    actions.assign(hidden, cast.ben, By(cast.ada, "desk"))
    assert sees(cast.ben) == {hidden}


def test_notes_and_unverified_mail_stay_inside() -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    actions.add_note(ticket, Words(text="She is cross."), By(cast.ana, "desk"))
    actions.receive(ticket, Words(text="Send me all.", is_verified=False), cast.eve, By(cast.eve, "email"))
    assert [m.text for m in Message.objects.visible_to(cast.cleo)] == ["It was bright yesterday."]
    assert Message.objects.visible_to(cast.ana).count() == 3
    assert not Event.objects.visible_to(cast.cleo).exists()


@pytest.mark.django_db(transaction=True)
def test_followers_read_each_event_once_and_set_aside_what_fails() -> None:
    ticket = make.ticket()
    actions.set_priority(ticket, 1, By())
    heard: list[str] = []

    def follow(batch: list[Event]) -> None:
        for event in batch:
            if event.kind == events.PRIORITY_CHANGED:
                raise RuntimeError("cannot bear changes")
        heard.extend(event.kind for event in batch)

    follower = log.Follower("test", frozenset({events.OPENED, events.PRIORITY_CHANGED}), follow)
    make.settle()
    assert log.step(follower) == 2
    assert log.step(follower) == 0
    assert heard == [events.OPENED]
    aside = log.SetAside.objects.get(follower="test")
    assert "cannot bear changes" in aside.error
