"""What services report of a message: bounces, complaints, deliveries; and who may call."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from guichet.channels import outbox
from guichet.channels.email.sending import esp_sending
from guichet.tickets import actions, events
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Message, Ticket
from tests import make
from tests.channels.services.making import SECRET, call, due_again, reply, sent, state
from tests.channels.services.server import CUT, Service

pytestmark = pytest.mark.django_db(transaction=True)


def postmark_bounce(message: Message, **changes: Any) -> bytes:
    """As Postmark documents its bounce webhook."""
    return json.dumps({
        "RecordType": "Bounce", "MessageStream": "outbound", "ID": 4323372036854775807, "Type": "HardBounce", "TypeCode": 1,
        "Name": "Hard bounce", "Tag": "", "MessageID": "pm-1", "Metadata": {"guichet": esp_sending.mark_of(message.pk)},
        "ServerID": 23, "Description": "The server was unable to deliver your message (ex: unknown user, mailbox not found).",
        "Details": "smtp;550 5.1.1 The email account that you tried to reach does not exist.", "Email": "dan@customer.example",
        "From": "support@desk.example", "BouncedAt": "2026-11-20T16:33:54.9070259Z", "DumpAvailable": True, "Inactive": True,
        "CanActivate": True, "Subject": "Re: The printer is dark", **changes,
    }).encode()  # fmt: skip


def mailgun_event(message: Message, event: str, signing: str = "mg-signing", **changes: Any) -> bytes:
    """As Mailgun documents its webhooks: a signature over timestamp and token, and the event."""
    timestamp, token = "1795000000", "a" * 50
    signature = hmac.new(signing.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    return json.dumps({
        "signature": {"timestamp": timestamp, "token": token, "signature": signature},
        "event-data": {
            "event": event, "id": "G9Bn5sl1TC6nu79C8C0bwg", "timestamp": 1795000000.5, "severity": "permanent", "reason": "suppress-bounce",
            "recipient": "cleo@customer.example", "user-variables": {"guichet": esp_sending.mark_of(message.pk)},
            "message": {"headers": {"message-id": message.message_id, "to": "cleo@customer.example", "from": "support@desk.example"}},
            "delivery-status": {"code": 550, "message": "5.1.1 No such mailbox", "description": ""}, "tags": [], **changes,
        },
    }).encode()  # fmt: skip


class TestEvents:
    def test_a_bounce_names_the_recipient_and_the_reason(
        self, cast: make.Cast, postmark: Service, address: str
    ) -> None:
        message = sent(cast, postmark)
        assert call(address, f"{cast.support.pk}/events/", postmark_bounce(message)) == 200
        delivery, note = state(message)
        assert delivery == Delivery.FAILED
        assert note == "dan@customer.example: smtp;550 5.1.1 The email account that you tried to reach does not exist."
        assert call(address, f"{cast.support.pk}/events/", postmark_bounce(message)) == 200
        assert state(message) == (delivery, note)
        assert message.events.filter(kind=events.FAILED).count() == 1
        second = postmark_bounce(message, Email="eve@stranger.example", Details="smtp;552 full")
        call(address, f"{cast.support.pk}/events/", second)
        assert state(message)[1].splitlines()[1] == "eve@stranger.example: smtp;552 full"
        actions.send_again(message, By(cast.ana, "desk"))
        call(address, f"{cast.support.pk}/events/", second)  # the service repeats itself
        assert state(message)[0] == Delivery.QUEUED
        assert outbox.send(message.pk) == Delivery.SENT
        again = postmark.asked[-1].json
        assert "cleo" not in again["To"] + again.get("Cc", "") + again.get("Bcc", "")

    @pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1]])
    def test_without_the_secret_nothing_happens(
        self, secret: str, cast: make.Cast, postmark: Service, address: str
    ) -> None:
        message = sent(cast, postmark)
        assert call(address, f"{cast.support.pk}/events/", postmark_bounce(message), secret=secret) == 403
        assert call(address, "999/events/", postmark_bounce(message)) == 403
        assert state(message)[0] == Delivery.SENT

    def test_another_inbox_s_service_says_nothing_of_ours_by_message_id(
        self, cast: make.Cast, mailgun: Service, address: str
    ) -> None:
        message = sent(cast, mailgun)
        cast.billing.settings = {"esp": {**cast.support.settings["esp"], "webhook_secret": "theirs"}}
        cast.billing.save()
        unmarked = mailgun_event(message, "failed", **{"user-variables": {}})
        assert call(address, f"{cast.billing.pk}/events/", unmarked, secret="theirs") == 200
        assert state(message)[0] == Delivery.SENT

    def test_the_mark_finds_a_message_whose_ticket_has_moved(
        self, cast: make.Cast, postmark: Service, address: str
    ) -> None:
        message = sent(cast, postmark)
        Ticket.objects.filter(pk=message.ticket_id).update(inbox=cast.billing)
        assert call(address, f"{cast.support.pk}/events/", postmark_bounce(message)) == 200
        assert state(message)[0] == Delivery.FAILED

    def test_a_forged_mark_counts_for_nothing(self, cast: make.Cast, postmark: Service, address: str) -> None:
        message = sent(cast, postmark)
        forged = postmark_bounce(message, Metadata={"guichet": "a" * 40}, MessageID="pm-1")
        assert call(address, f"{cast.support.pk}/events/", forged) == 200
        assert state(message)[0] == Delivery.SENT

    @pytest.mark.parametrize(
        "body",
        [b"", b"{", b"[]", b"null", b'{"RecordType": 7}', b"\xff\xfe", b'{"Metadata": 7, "RecordType": "Bounce"}'],
    )
    def test_nonsense_is_refused_and_breaks_nothing(
        self, body: bytes, cast: make.Cast, postmark: Service, address: str
    ) -> None:
        assert call(address, f"{cast.support.pk}/events/", body) in (200, 400)

    @pytest.mark.parametrize("kind", ["Delivery", "Open", "Click"])
    def test_what_tells_no_news_changes_nothing(
        self, kind: str, cast: make.Cast, postmark: Service, address: str
    ) -> None:
        message = sent(cast, postmark)
        call(address, f"{cast.support.pk}/events/", postmark_bounce(message, RecordType=kind, Recipient="x@y.example"))
        assert state(message) == (Delivery.SENT, "")

    def test_a_soft_delay_changes_nothing_and_a_complaint_is_told(
        self, cast: make.Cast, postmark: Service, address: str
    ) -> None:
        message = sent(cast, postmark)
        call(address, f"{cast.support.pk}/events/", postmark_bounce(message, Type="Transient"))
        assert state(message) == (Delivery.SENT, "")
        call(
            address,
            f"{cast.support.pk}/events/",
            postmark_bounce(message, RecordType="SpamComplaint", Type="SpamComplaint"),
        )
        assert state(message) == (Delivery.SENT, "dan@customer.example marked it as spam.")

    def test_delivered_ends_a_doubt_without_a_second_copy(
        self, cast: make.Cast, mailgun: Service, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mailgun.answers = [CUT]
        message = reply(cast)
        assert outbox.send(message.pk) == Delivery.QUEUED
        assert call(address, f"{cast.support.pk}/events/", mailgun_event(message, "delivered")) == 200
        assert state(message) == (Delivery.SENT, "")
        assert due_again(message) == Delivery.SENT
        assert len(mailgun.asked) == 1

    def test_mailgun_by_message_id_alone_and_with_its_signature(
        self, cast: make.Cast, mailgun: Service, address: str
    ) -> None:
        message = sent(cast, mailgun)
        where = f"{cast.support.pk}/events/"
        wrong = mailgun_event(message, "failed", signing="another")
        assert call(address, where, wrong) == 403
        assert state(message)[0] == Delivery.SENT
        assert call(address, where, mailgun_event(message, "failed", **{"user-variables": {}})) == 200
        assert state(message) == (Delivery.FAILED, "cleo@customer.example: 5.1.1 No such mailbox")

    def test_a_temporary_failure_is_none(self, cast: make.Cast, mailgun: Service, address: str) -> None:
        message = sent(cast, mailgun)
        call(address, f"{cast.support.pk}/events/", mailgun_event(message, "failed", severity="temporary"))
        assert state(message)[0] == Delivery.SENT
