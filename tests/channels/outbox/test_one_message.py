"""From a queued message to a real SMTP server, and through everything that can go wrong on the way."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from guichet.channels import outbox
from guichet.channels.models import Dispatch
from guichet.kit import pg
from guichet.kit.files import BlobStore
from guichet.tickets import actions, events
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Inbox, Message
from tests import make
from tests.channels.outbox.making import again, reply
from tests.channels.sink import CUT, Sink

pytestmark = pytest.mark.django_db(transaction=True)


def kinds(message: Message) -> list[str]:
    return [e.kind for e in message.events.order_by("id") if e.kind != events.WRITTEN]


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


def test_erasing_a_message_erases_its_dispatch(cast: make.Cast) -> None:
    message = reply(cast)
    outbox.send(message.pk)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL guichet.erasing = 'on'")
        message.delete()
    assert not Dispatch.objects.exists()
