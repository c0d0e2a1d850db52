"""Accounts that are missing, mended or dead, and the jobs that wake what waits for them."""

from __future__ import annotations

import socket
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from guichet.channels import follow, outbox
from guichet.tickets import actions, events
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Inbox, Message
from tests import make
from tests.channels.outbox.making import in_thread, reply, run_jobs
from tests.channels.sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)


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

        out.when_envelope = lambda: in_thread(postponed, None)
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
