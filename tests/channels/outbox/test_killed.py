"""Senders that are killed, and two senders at once: at most one copy too many."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from guichet.channels import outbox
from guichet.tickets.models import Delivery, Message
from tests import make
from tests.channels.intake_process import database_url
from tests.channels.outbox.making import again, in_thread, reply, run_jobs
from tests.channels.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[3]


class TestKilled:
    """Row 59 of the security bar: SIGKILL at the named places."""

    def run(self, message: Message, failpoint: str = "") -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "GUICHET_FAILPOINT": failpoint, "DATABASE_URL": database_url()}
        command = [sys.executable, "-m", "tests.channels.outbox_process", str(message.pk)]
        return subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    @pytest.mark.parametrize(
        ("failpoint", "copies", "state"),
        [
            ("outbox.before_sending_commit", 1, Delivery.QUEUED),
            ("outbox.before_data", 1, Delivery.SENDING),
            ("outbox.after_data", 2, Delivery.SENDING),
        ],
    )
    def test_nothing_is_lost_and_at_most_one_copy_too_many(
        self, cast: make.Cast, out: Sink, failpoint: str, copies: int, state: Delivery
    ) -> None:
        message = reply(cast)
        killed = self.run(message, failpoint)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        message.refresh_from_db()
        assert message.delivery == state
        assert message.next_try_at is not None
        assert message.next_try_at <= timezone.now() + outbox.LEASE < timezone.now() + timedelta(seconds=45)
        if state == Delivery.SENDING:
            assert outbox.send(message.pk) == Delivery.SENDING, "its sender may be alive"
        assert again(message) == Delivery.SENT
        assert len(out.taken) == copies
        assert len({one.raw for one in out.taken}) == 1

    def test_killed_twice_then_a_person_decides(self, cast: make.Cast, out: Sink) -> None:
        message = reply(cast)
        for _ in range(2):
            Message.objects.filter(pk=message.pk).update(next_try_at=timezone.now())
            assert self.run(message, "outbox.after_data").returncode == -signal.SIGKILL
        assert again(message) == Delivery.UNCERTAIN
        assert len(out.taken) == 2
        assert len({one.raw for one in out.taken}) == 1

    def test_the_sweeper_finds_what_a_killed_worker_left(self, cast: make.Cast, out: Sink) -> None:
        message = reply(cast)
        self.run(message, "outbox.before_data")
        Message.objects.filter(pk=message.pk).update(next_try_at=timezone.now())
        run_jobs(lambda: Message.objects.get(pk=message.pk).delivery == Delivery.SENT)
        assert len(out.taken) == 1


class TestTwoAtOnce:
    def test_the_same_message_is_never_sent_by_two(self, cast: make.Cast, out: Sink) -> None:
        messages = [reply(cast) for _ in range(5)]
        out.delay = 0.05
        go = threading.Barrier(4)

        def worker() -> None:
            go.wait()
            for message in messages:
                outbox.send(message.pk)
            connection.close()

        threads = [threading.Thread(target=worker) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(out.taken) == 5
        assert {m.delivery for m in Message.objects.filter(pk__in=[m.pk for m in messages])} == {Delivery.SENT}

    def test_a_long_answer_outlives_the_lease(self, cast: make.Cast, out: Sink) -> None:
        message = reply(cast)

        def at_data(taken: Any) -> None:
            Message.objects.filter(pk=message.pk).update(next_try_at=timezone.now() - timedelta(minutes=1))
            assert outbox.send(message.pk) == Delivery.SENDING
            connection.close()

        out.when_taken = lambda taken: in_thread(at_data, taken)
        assert outbox.send(message.pk) == Delivery.SENT
        assert len(out.taken) == 1

    def test_the_database_restarts_while_the_server_thinks(self, cast: make.Cast, out: Sink) -> None:
        message = reply(cast)

        def at_data(taken: Any) -> None:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            # The lock is gone with its connection, but not the lease.
            assert outbox.send(message.pk) == Delivery.SENDING
            connection.close()

        out.when_taken = lambda taken: in_thread(at_data, taken)
        outbox.send_inbox(cast.support.pk)
        assert Message.objects.get(pk=message.pk).delivery == Delivery.SENT
        assert len(out.taken) == 1

    def test_changed_at_the_last_moment_it_is_not_sent(self, cast: make.Cast, out: Sink) -> None:
        message = reply(cast)
        out.when_envelope = lambda: in_thread(
            lambda _: Message.objects.filter(pk=message.pk).update(delivery=Delivery.FAILED) and connection.close(),
            None,
        )
        assert outbox.send(message.pk) == Delivery.FAILED
        assert out.taken == []
