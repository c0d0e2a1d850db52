"""Many replies, a relay that cuts and defers, and a worker killed again and again: nothing lost, nothing sent thrice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from guichet.tickets.models import Delivery, Inbox, Message
from tests import make
from tests.channels.intake_process import database_url
from tests.channels.sink import CUT, OK, sink

pytestmark = pytest.mark.django_db(transaction=True)
REPLIES = 60
KILLS = 8
FAILPOINTS = ("outbox.before_sending_commit", "outbox.before_data", "outbox.after_data")


def worker(failpoint: str = "") -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DATABASE_URL": database_url(), "GUICHET_FAILPOINT": failpoint}
    return subprocess.Popen([sys.executable, "-m", "guichet", "worker"], env=environment)


def end_the_pauses() -> None:
    """As if the time of leases and pauses were over; whoever held a lock is dead."""
    waiting = Message.objects.filter(delivery__in=[Delivery.QUEUED, Delivery.SENDING])
    waiting.update(next_try_at=timezone.now() - timedelta(seconds=1))


def end_the_pauses_of_the_queued() -> None:
    waiting = Message.objects.filter(delivery=Delivery.QUEUED)
    waiting.update(next_try_at=timezone.now() - timedelta(seconds=1))


def open_messages() -> int:
    return Message.objects.filter(delivery__in=[Delivery.QUEUED, Delivery.SENDING]).count()


def test_replies_survive_a_worker_that_is_killed_again_and_again() -> None:
    chance = random.Random(59)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    with sink() as out:
        cast = make.cast()
        Inbox.objects.update(acknowledge=False)
        cast.support.settings = {"outgoing": out.account()}
        cast.support.save(update_fields=["settings"])
        out.answers = [chance.choices((OK, CUT, "451 4.3.0 Not now"), (93, 2, 5))[0] for _ in range(10 * REPLIES)]
        for _ in range(REPLIES):
            ticket = make.ticket(to=cast.support, of=cast.cleo)
            words = make.actions.Words(text="Yes.", to=[{"name": "", "address": "cleo@customer.example"}])
            make.actions.reply(ticket, words, make.By(cast.ana, "desk"), seen=None)
        for number in range(KILLS):
            process = worker(f"{FAILPOINTS[number % 3]}:{chance.randint(1, 5)}")
            assert process.wait(60) == 1  # its sender was killed: the worker ends with it, to be started anew
            end_the_pauses()
        process = worker()
        try:
            deadline = time.monotonic() + 60
            while open_messages():
                assert time.monotonic() < deadline, "not all came to an end"
                end_the_pauses_of_the_queued()
                time.sleep(0.5)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
    states = Counter(Message.objects.filter(kind="outbound").values_list("delivery", flat=True))
    assert set(states) <= {Delivery.SENT, Delivery.UNCERTAIN}
    copies = Counter(one.raw for one in out.taken)
    sent = {m.message_id for m in Message.objects.filter(delivery=Delivery.SENT)}
    arrived = {raw.split(b"Message-ID: <")[1].split(b">")[0].decode() for raw in copies}
    assert sent <= arrived, "lost"
    assert len(arrived) == len(copies), "one Message-ID with two contents"
    assert max(copies.values()) <= 2, "sent more than once too often"
