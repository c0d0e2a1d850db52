"""From a queued message to a real SMTP server, and through everything that can go wrong on the way."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from guichet.channels import follow, outbox, tasks
from guichet.channels.email.sending import dkim_signing, house
from guichet.channels.models import Dispatch
from guichet.kit import pg
from guichet.kit.files import BlobStore
from guichet.tickets import actions, events
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Inbox, Message
from tests import make
from tests.channels.intake_process import database_url
from tests.channels.sink import CUT, Sink, sink

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _fresh() -> None:
    outbox._down.clear()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture
def out() -> Iterator[Sink]:
    with sink() as made:
        yield made


@pytest.fixture
def cast(out: Sink) -> make.Cast:
    made = make.cast()
    for inbox in (made.support, made.billing):
        inbox.settings = {"outgoing": out.account()}
        inbox.save()
    return made


def reply(
    cast: make.Cast, *people: Any, inbox: Inbox | None = None, text: str = "Have you tried the switch?"
) -> Message:
    ticket = make.ticket(to=inbox or cast.support, of=cast.cleo)
    to = [{"name": one.name, "address": one.email} for one in people or (cast.cleo,)]
    return actions.reply(ticket, Words(text=text, to=to), By(cast.ana, "desk"), seen=None, insists=make.UNGUARDED)


def again(message: Message) -> Delivery:
    """As if the pause were over."""
    Message.objects.filter(pk=message.pk).update(next_try_at=timezone.now() - timedelta(seconds=1))
    return outbox.send(message.pk)


def kinds(message: Message) -> list[str]:
    return [e.kind for e in message.events.order_by("id") if e.kind != events.WRITTEN]


def run_jobs(until: Any, seconds: float = 15.0) -> None:
    """The real thread of the worker, until something holds."""
    stopping = threading.Event()
    thread = threading.Thread(target=tasks.run_jobs, args=(stopping,))
    thread.start()
    try:
        deadline = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < deadline, "the jobs did not get there"
            time.sleep(0.05)
    finally:
        stopping.set()
        thread.join()


class TestOneMessage:
    def test_sent(self, cast: make.Cast, out: Sink) -> None:
        message = reply(cast)
        assert outbox.send(message.pk) == Delivery.SENT
        message.refresh_from_db()
        assert kinds(message) == [events.SENT]
        assert message.delivered_at is not None
        assert message.next_try_at is None
        assert out.taken[0].to == ["cleo@customer.example"]
        assert out.taken[0].raw == BlobStore(settings.DATA / "blobs").get(message.raw)
        assert out.taken[0].sender.startswith("support+")
        assert outbox.send(message.pk) == Delivery.SENT
        assert len(out.taken) == 1

    def test_temporary_refusals_wait_longer_and_longer_with_the_same_bytes(self, cast: make.Cast, out: Sink) -> None:
        out.answers = ["451 4.3.0 Not now"] * 6
        message = reply(cast)
        assert outbox.send(message.pk) == Delivery.QUEUED
        for tries, minutes in ((1, 1), (2, 5), (3, 15), (4, 30), (5, 60), (6, 60)):
            message.refresh_from_db()
            assert (message.tries, message.delivery_note) == (tries, "451 4.3.0 Not now")
            assert message.next_try_at is not None
            wait = message.next_try_at - timezone.now()
            assert timedelta(minutes=minutes - 0.2) < wait <= timedelta(minutes=minutes)
            assert outbox.send(message.pk) == Delivery.QUEUED, "it is not its turn"
            raw = message.raw
            state = again(message)
        assert state == Delivery.SENT
        message.refresh_from_db()
        assert message.raw == raw
        assert kinds(message) == [events.SENT]
        assert len(out.taken) == 1

    def test_bytes_are_never_composed_again(self, cast: make.Cast, out: Sink) -> None:
        out.answers = ["451 Not now"]
        message = reply(cast)
        outbox.send(message.pk)
        first = BlobStore(settings.DATA / "blobs").get(Message.objects.get(pk=message.pk).raw)
        Inbox.objects.filter(pk=cast.support.pk).update(signature="Another signature", name="Another name")
        assert again(message) == Delivery.SENT
        assert out.taken[0].raw == first

    def test_a_permanent_refusal_fails_with_the_server_s_words(self, cast: make.Cast, out: Sink) -> None:
        out.answers = ["554 5.7.1 Looks like spam"]
        message = reply(cast)
        assert outbox.send(message.pk) == Delivery.FAILED
        message.refresh_from_db()
        assert message.delivery_note == "554 5.7.1 Looks like spam"
        assert kinds(message) == [events.FAILED]

    def test_one_of_three_refused_one_later_and_nobody_gets_it_twice(self, cast: make.Cast, out: Sink) -> None:
        out.rcpt = {"dan@customer.example": "550 5.1.1 No such user", "eve@stranger.example": "450 Greylisted"}
        message = reply(cast, cast.cleo, cast.dan, cast.eve)
        assert outbox.send(message.pk) == Delivery.QUEUED
        assert out.taken[0].to == ["cleo@customer.example"]
        out.rcpt.pop("eve@stranger.example")
        assert again(message) == Delivery.FAILED
        assert out.taken[1].to == ["eve@stranger.example"]
        message.refresh_from_db()
        assert message.delivery_note == (
            "dan@customer.example: 550 5.1.1 No such user\nDelivered to: cleo@customer.example, eve@stranger.example"
        )
        # Asked for once more, it goes to the one who lacks it.
        out.rcpt = {}
        actions.send_again(message, By(cast.ana, "desk"))
        assert outbox.send(message.pk) == Delivery.SENT
        assert out.taken[2].to == ["dan@customer.example"]
        assert len({one.raw for one in out.taken}) == 1

    def test_a_bounced_message_sent_again_goes_to_all(self, cast: make.Cast, out: Sink) -> None:
        message = reply(cast)
        outbox.send(message.pk)
        message.refresh_from_db()
        actions.delivery_changed(message, Delivery.FAILED, By(via="email"), note="5.1.1")
        actions.send_again(message, By(cast.ana, "desk"))
        assert outbox.send(message.pk) == Delivery.SENT
        assert [one.to for one in out.taken] == [["cleo@customer.example"]] * 2

    def test_what_can_never_be_sent_fails_at_once(self, cast: make.Cast) -> None:
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        words = Words(text="x", to=[{"name": "", "address": "not an address"}])
        message = actions.reply(ticket, words, By(cast.ana, "desk"), seen=None, insists=make.UNGUARDED)
        assert outbox.send(message.pk) == Delivery.FAILED
        message.refresh_from_db()
        assert message.delivery_note == "not an address is not a mail address."

    def test_a_lost_attachment_keeps_the_message_in_the_queue_and_says_so(self, cast: make.Cast) -> None:
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        lost = actions.FileRef("a.txt", "text/plain", 1, "0" * 64)
        words = Words(text="x", to=[{"name": "", "address": "cleo@customer.example"}], files=[lost])
        message = actions.reply(ticket, words, By(cast.ana, "desk"), seen=None, insists=make.UNGUARDED)
        assert outbox.send(message.pk) == Delivery.QUEUED
        message.refresh_from_db()
        assert "FileNotFoundError" in message.delivery_note

    def test_no_transaction_is_open_while_the_server_thinks(self, cast: make.Cast, out: Sink) -> None:
        """It would hold back every reader of the log."""
        message = reply(cast)
        seen = []

        def look() -> None:
            with pg.advisory_lock("other"), connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL"
                )
                seen.append(cursor.fetchone()[0])
            connection.close()

        def at_data(taken: Any) -> None:
            thread = threading.Thread(target=look)
            thread.start()
            thread.join()

        out.when_taken = at_data
        outbox.send(message.pk)
        assert seen == [0]


class TestCutAnswers:
    def test_once_more_and_then_a_person_decides(self, cast: make.Cast, out: Sink) -> None:
        out.answers = [CUT, CUT]
        message = reply(cast)
        assert outbox.send(message.pk) == Delivery.QUEUED
        assert again(message) == Delivery.UNCERTAIN
        assert again(message) == Delivery.UNCERTAIN
        assert kinds(message) == [events.UNCERTAIN]
        assert len(out.taken) == 2
        assert out.taken[0] == out.taken[1]
        message.refresh_from_db()
        assert "ask before you send it again" in message.delivery_note
        actions.send_again(message, By(cast.ana, "desk"))
        assert outbox.send(message.pk) == Delivery.SENT
        assert len({one.raw for one in out.taken}) == 1

    def test_once_more_may_be_enough(self, cast: make.Cast, out: Sink) -> None:
        out.answers = [CUT]
        message = reply(cast)
        outbox.send(message.pk)
        assert again(message) == Delivery.SENT
        assert kinds(message) == [events.SENT]

    def test_refused_after_a_cut_answer_is_uncertain(self, cast: make.Cast, out: Sink) -> None:
        out.answers = [CUT, "554 Duplicate"]
        message = reply(cast)
        outbox.send(message.pk)
        assert again(message) == Delivery.UNCERTAIN


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

        out.when_taken = lambda taken: _in_thread(at_data, taken)
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

        out.when_taken = lambda taken: _in_thread(at_data, taken)
        outbox.send_inbox(cast.support.pk)
        assert Message.objects.get(pk=message.pk).delivery == Delivery.SENT
        assert len(out.taken) == 1

    def test_changed_at_the_last_moment_it_is_not_sent(self, cast: make.Cast, out: Sink) -> None:
        message = reply(cast)
        out.when_envelope = lambda: _in_thread(
            lambda _: Message.objects.filter(pk=message.pk).update(delivery=Delivery.FAILED) and connection.close(),
            None,
        )
        assert outbox.send(message.pk) == Delivery.FAILED
        assert out.taken == []


def _in_thread(work: Any, argument: Any) -> None:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work(argument)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert not failed, failed


class TestAccounts:
    def test_without_one_it_waits_quietly_and_goes_when_there_is_one(self, cast: make.Cast, out: Sink) -> None:
        Inbox.objects.filter(pk=cast.support.pk).update(settings={})
        message = reply(cast)
        assert outbox.send(message.pk) == Delivery.QUEUED
        message.refresh_from_db()
        assert message.delivery_note == "No outgoing server is set up for this inbox."
        assert message.tries == 0
        assert message.next_try_at is not None
        assert message.next_try_at <= timezone.now() + timedelta(minutes=1)
        inbox = Inbox.objects.get(pk=cast.support.pk)
        inbox.settings = {"outgoing": out.account()}
        inbox.save()
        outbox.release(inbox.pk)
        assert outbox.send(message.pk) == Delivery.SENT

    def test_a_mended_account_sends_nothing_before_its_time(self, cast: make.Cast, out: Sink, settings: Any) -> None:
        settings.UNDO_SECONDS = 60
        fresh = reply(cast)
        words = Words(text="On Monday.", to=fresh.to, send_at=timezone.now() + timedelta(days=3))
        planned = actions.reply(fresh.ticket, words, By(cast.ana, "desk"), seen=None, insists=make.UNGUARDED)
        settings.UNDO_SECONDS = 0
        tried = reply(cast)
        server = outbox.channel_of(Inbox.objects.get(pk=cast.support.pk)).server
        outbox._down[server] = (timezone.now() + timedelta(minutes=2), "Down.")
        outbox.send_inbox(cast.support.pk)
        assert outbox.due() == []
        outbox._down.clear()
        outbox.release(cast.support.pk)
        assert outbox.due() == [tried.pk]
        outbox.send_inbox(cast.support.pk)
        assert len(out.taken) == 1
        assert outbox.send(fresh.pk) == outbox.send(planned.pk) == Delivery.QUEUED

    def test_nothing_leaves_before_its_time_whatever_moves_its_next_try(self, cast: make.Cast, out: Sink) -> None:
        early = reply(cast)
        Message.objects.filter(pk=early.pk).update(send_at=timezone.now() + timedelta(hours=1))
        assert outbox.due() == []
        assert outbox.send(early.pk) == Delivery.QUEUED
        due = reply(cast)

        def postponed(_: None) -> None:
            Message.objects.filter(pk=due.pk).update(send_at=timezone.now() + timedelta(hours=1))
            connection.close()

        out.when_envelope = lambda: _in_thread(postponed, None)
        assert outbox.send(due.pk) == Delivery.QUEUED
        assert out.taken == []

    def test_the_house_s_account_stands_in(self, cast: make.Cast, out: Sink, settings: Any) -> None:
        Inbox.objects.filter(pk=cast.support.pk).update(settings={})
        settings.OUTGOING = f"smtp://127.0.0.1:{out.port}?tls=none"
        assert outbox.send(reply(cast).pk) == Delivery.SENT

    def test_a_dead_server_is_asked_once_and_delays_only_its_own(self, cast: make.Cast, out: Sink) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            dead = listener.getsockname()[1]
        cast.support.settings = {"outgoing": out.account(port=dead)}
        cast.support.save()
        lost, fine = [reply(cast) for _ in range(5)], reply(cast, inbox=cast.billing)
        outbox.send_inbox(cast.support.pk)
        outbox.send_inbox(cast.billing.pk)
        assert Message.objects.get(pk=fine.pk).delivery == Delivery.SENT
        rows = list(Message.objects.filter(pk__in=[m.pk for m in lost]).order_by("pk"))
        assert [row.tries for row in rows] == [1, 0, 0, 0, 0]
        assert {row.delivery for row in rows} == {Delivery.QUEUED}
        assert {"refuses connections" in row.delivery_note for row in rows} == {True}
        assert outbox.due() == []

    def test_after_five_days_it_is_given_up(self, cast: make.Cast, out: Sink) -> None:
        out.answers = ["451 4.3.0 Not now"]
        message = reply(cast)
        outbox.send(message.pk)
        outbox.sweep()
        assert Message.objects.get(pk=message.pk).delivery == Delivery.QUEUED
        Message.objects.filter(pk=message.pk).update(give_up_at=timezone.now())
        outbox.sweep()
        message.refresh_from_db()
        assert message.delivery == Delivery.FAILED
        assert message.delivery_note == "Given up after five days. The last reason: 451 4.3.0 Not now"


class TestJobs:
    def test_from_the_action_to_the_server_through_log_and_worker(self, cast: make.Cast, out: Sink) -> None:
        messages = [reply(cast), reply(cast, inbox=cast.billing), reply(cast)]
        make.follow_log()
        assert ProcrastinateJob.objects.filter(task_name=outbox.JOB, status="todo").count() == 2
        rows = Message.objects.filter(pk__in=[m.pk for m in messages])
        run_jobs(lambda: {row.delivery for row in rows.all()} == {Delivery.SENT})
        sent = [one.raw for one in out.taken]
        assert all(sum(f"Message-ID: <{m.message_id}>".encode() in raw for raw in sent) == 1 for m in messages)

    def test_waking_belongs_to_the_caller_s_transaction(self, cast: make.Cast) -> None:
        message = reply(cast)
        with transaction.atomic():
            outbox.wake([message.pk])
            outbox.wake([message.pk])
            assert ProcrastinateJob.objects.count() == 1
            transaction.set_rollback(True)
        assert ProcrastinateJob.objects.count() == 0

    def test_more_than_a_batch(self, cast: make.Cast, out: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(outbox, "BATCH", 2)
        for _ in range(5):
            reply(cast)
        outbox.sweep()
        run_jobs(lambda: len(out.taken) == 5)
        assert out.sessions <= 5

    def test_a_lost_job_is_made_good_by_the_sweeper(self, cast: make.Cast, out: Sink) -> None:
        reply(cast)
        run_jobs(lambda: len(out.taken) == 1)

    def test_follow_hears_replies_and_second_tries(self) -> None:
        assert {events.WRITTEN, events.RETRIED} <= follow.HEARS


class TestHouseMail:
    @pytest.fixture(autouse=True)
    def _backend(self, settings: Any) -> None:
        settings.EMAIL_BACKEND = "guichet.channels.email.sending.house.HouseBackend"

    def write(self) -> int:
        made = EmailMultiAlternatives(
            "Reset\r\nBcc: x@y".replace("\r\n", " "), "https://desk.example/SECRET-LINK", to=["Ana <ana@desk.example>"]
        )
        made.attach_alternative("<p>Grüße</p>", "text/html")
        return made.send()

    def test_it_leaves_by_the_first_inbox_that_can_as_that_inbox(self, cast: make.Cast, out: Sink) -> None:
        assert self.write() == 1
        assert "SECRET" not in str(ProcrastinateJob.objects.get().args)
        run_jobs(lambda: len(out.taken) == 1)
        taken = out.taken[0]
        assert (taken.sender, taken.to) == ("support@desk.example", ["ana@desk.example"])
        assert b"From: Support <support@desk.example>\r\n" in taken.raw
        assert b"Auto-Submitted: auto-generated\r\n" in taken.raw
        assert b"SECRET-LINK" in taken.raw
        assert taken.raw.isascii()

    def test_with_the_house_s_account_it_comes_from_the_house(self, cast: make.Cast, out: Sink, settings: Any) -> None:
        settings.OUTGOING = f"smtp://127.0.0.1:{out.port}?tls=none"
        self.write()
        run_jobs(lambda: len(out.taken) == 1)
        assert out.taken[0].sender == settings.DEFAULT_FROM_EMAIL

    def test_an_inbox_lends_its_signature_to_mail_of_its_domain(
        self, cast: make.Cast, out: Sink, settings: Any
    ) -> None:
        settings.OUTGOING = f"smtp://127.0.0.1:{out.port}?tls=none"
        cast.billing.settings = {"dkim": dkim_signing.make("desk.example", "s1") | {"is_on": True}}
        cast.billing.save()
        for sender, is_signed in (("guichet@desk.example", True), ("guichet@other.example", False)):
            settings.DEFAULT_FROM_EMAIL = sender
            self.write()
            run_jobs(lambda sender=sender: any(taken.sender == sender for taken in out.taken))
            raw = next(taken.raw for taken in out.taken if taken.sender == sender)
            assert (b"d=desk.example;" in raw.partition(b"From:")[0]) is is_signed
        cast.billing.settings["dkim"]["is_on"] = False
        cast.billing.save()
        settings.DEFAULT_FROM_EMAIL = "desk@desk.example"
        self.write()
        run_jobs(lambda: out.taken[-1].sender == "desk@desk.example")
        assert out.taken[-1].raw.startswith(b"From:")

    def test_with_no_way_out_the_log_says_what_to_do(self, caplog: pytest.LogCaptureFixture) -> None:
        make.inbox()
        assert house.way_out() is None
        assert self.write() == 0
        assert "GUICHET_OUTGOING" in caplog.text

    def test_a_server_that_is_away_is_tried_again(self, cast: make.Cast, out: Sink) -> None:
        out.answers = ["451 Not now"]
        self.write()
        run_jobs(lambda: len(out.taken) == 1)

    def test_the_job_of_a_killed_worker_is_taken_up_again(self, cast: make.Cast, out: Sink) -> None:
        self.write()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL")
        run_jobs(lambda: len(out.taken) == 1)
        assert mail.outbox == []


def test_erasing_a_message_erases_its_dispatch(cast: make.Cast) -> None:
    message = reply(cast)
    outbox.send(message.pk)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL guichet.erasing = 'on'")
        message.delete()
    assert not Dispatch.objects.exists()
