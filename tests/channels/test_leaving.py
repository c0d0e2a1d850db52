"""Taken back or gone out, held or let go: the desk and a real sender in another process, at a real SMTP server."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from guichet.channels import outbox
from guichet.tickets import actions, events
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Message, Ticket
from tests import make
from tests.channels.intake_process import database_url
from tests.channels.sink import Sink, sink

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[2]
RACES = 30


@pytest.fixture
def out() -> Iterator[Sink]:
    with sink() as made:
        yield made


@pytest.fixture
def cast(out: Sink) -> make.Cast:
    made = make.cast()
    made.support.settings = {"outgoing": out.account()}
    made.support.save()
    return made


def reply(cast: make.Cast, **words: Any) -> Message:
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    to = [{"name": "Cleo Martin", "address": "cleo@customer.example"}]
    return actions.reply(ticket, Words(text="Try the switch.", to=to, **words), By(cast.ana, "desk"), seen=None)


def later(cast: make.Cast) -> Message:
    """A reply whose chosen time has just come."""
    message = reply(cast, send_at=timezone.now() + timedelta(hours=1))
    now = timezone.now()
    Message.objects.filter(pk=message.pk).update(send_at=now, next_try_at=now)
    return message


def delivery(message: Message) -> Delivery:
    return Delivery(Message.objects.values_list("delivery", flat=True).get(pk=message.pk))


def test_before_its_time_nothing_leaves(cast: make.Cast, out: Sink, settings: Any) -> None:
    settings.UNDO_SECONDS = 10
    for message in (reply(cast), reply(cast, send_at=timezone.now() + timedelta(days=2))):
        assert outbox.send(message.pk) == Delivery.QUEUED
        assert message.pk not in outbox.due()
    assert out.taken == []


def test_exactly_one_of_undo_and_sender_wins(cast: make.Cast, out: Sink) -> None:
    messages = [reply(cast) for _ in range(RACES)]
    command = [sys.executable, "-m", "tests.channels.outbox_process", *(str(one.pk) for one in messages)]
    environment = {**os.environ, "DATABASE_URL": database_url()}
    sender = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    assert sender.stdout is not None
    assert sender.stdout.readline().strip() == Delivery.SENT  # it runs, and the rest is a race from its far end
    back, refused = set(), set()
    # Each sends for a few milliseconds: meeting it half way, some of these come in the very moment.
    for message in reversed(messages):
        try:
            actions.take_back(message, By(cast.ana, "desk"))
        except actions.Refused:
            refused.add(message.message_id)
        else:
            back.add(message.message_id)
    sender.communicate(timeout=60)
    went = {one.raw.split(b"Message-ID: <")[1].split(b">")[0].decode() for one in out.taken}
    assert back
    assert refused
    assert went == refused
    assert len(out.taken) == len(went), "nothing went twice"
    states = dict(Message.objects.filter(kind="outbound").values_list("message_id", "delivery"))
    assert {name for name, state in states.items() if state == Delivery.WITHDRAWN} == back
    assert {name for name, state in states.items() if state == Delivery.SENT} == went


@pytest.mark.parametrize("change", ["take back", "another time"])
def test_changed_between_the_look_and_the_sending_it_stays(cast: make.Cast, out: Sink, change: str) -> None:
    """The sender has composed the mail, holds the connection and only then wants to begin."""
    message = later(cast)

    def meanwhile() -> None:
        connection.close()
        if change == "take back":
            actions.take_back(message, By(cast.ana, "desk"))
        else:
            actions.reschedule(message, timezone.now() + timedelta(hours=1), By(cast.ana, "desk"), seen=None)

    channel = outbox.channel_of(cast.support)
    found = Message.objects.select_related("ticket__inbox").get(pk=message.pk)
    assert outbox._prepare(found, channel) == ["cleo@customer.example"]
    meanwhile()
    with pytest.raises(outbox.Superseded):
        outbox._Try(found).begin()
    assert outbox.send(message.pk) in (Delivery.WITHDRAWN, Delivery.QUEUED)
    assert out.taken == []


def test_the_customer_wrote_and_it_is_held_until_an_agent_decides(cast: make.Cast, out: Sink) -> None:
    message = later(cast)
    words = Words(text="Forget it.", from_address="cleo@customer.example")
    actions.receive(message.ticket, words, cast.cleo, By(cast.cleo, "email"))
    assert outbox.send(message.pk) == Delivery.HELD
    assert outbox.send(message.pk) == Delivery.HELD
    outbox.sweep()
    assert out.taken == []
    ticket = Ticket.objects.get(pk=message.ticket_id)
    assert ticket.events.filter(kind=events.HELD).count() == 1
    actions.reschedule(message, None, By(cast.ana, "desk"), seen=ticket.version)
    assert outbox.send(message.pk) == Delivery.SENT
    assert len(out.taken) == 1
    ticket.refresh_from_db()
    assert ticket.waiting_since is None


def test_words_that_come_while_the_mail_is_being_begun_wait_for_its_end(cast: make.Cast, out: Sink) -> None:
    """Between the sender's question and its `sending` nobody can write: the ticket is locked."""
    message = later(cast)
    found = Message.objects.select_related("ticket__inbox").get(pk=message.pk)
    wrote = threading.Event()

    def customer() -> None:
        try:
            actions.receive(message.ticket, Words(text="Wait!"), cast.cleo, By(cast.cleo, "email"))
            wrote.set()
        finally:
            connection.close()

    thread = threading.Thread(target=customer)
    with transaction.atomic():
        assert not actions.hold_if_stale(found)
        thread.start()
        time.sleep(0.3)
        assert not wrote.is_set()
    thread.join(10)
    assert wrote.is_set()
    assert outbox.send(message.pk) == Delivery.HELD


def test_its_date_is_that_of_its_sending(cast: make.Cast, out: Sink) -> None:
    message = reply(cast, send_at=timezone.now() + timedelta(hours=1))
    monday = timezone.now() - timedelta(minutes=3)
    Message.objects.filter(pk=message.pk).update(
        at=timezone.now() - timedelta(days=3), send_at=monday, next_try_at=monday
    )
    assert outbox.send(message.pk) == Delivery.SENT
    assert monday.strftime("%d %b %Y %H:%M:%S").encode() in out.taken[0].raw


def test_sent_at_its_time_by_the_worker(cast: make.Cast, out: Sink, settings: Any) -> None:
    """Nobody wakes it: the sweeper looks every two seconds."""
    settings.UNDO_SECONDS = 1
    message = reply(cast)
    environment = {**os.environ, "DATABASE_URL": database_url()}
    worker = subprocess.Popen([sys.executable, "-m", "guichet", "worker"], env=environment)
    try:
        deadline = time.monotonic() + 40
        while delivery(message) != Delivery.SENT:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        worker.terminate()
        worker.wait(30)
    assert len([one for one in out.taken if b"Try the switch." in one.raw]) == 1
