"""Sending by a service's API and being called by it, over real HTTP both ways."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from guichet.channels import esp_hooks, intake, outbox
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.email.sending import esp, esp_sending, house
from guichet.channels.models import Dispatch, Parcel
from guichet.kit.files import BlobStore
from guichet.tickets import actions, events
from guichet.tickets.actions import FileRef, Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Message, Ticket
from tests import make
from tests.channels.service import CUT, HANG, Service, service

pytestmark = pytest.mark.django_db(transaction=True)
PNG = b"\x89PNG\r\n\x1a\n picture"
SECRET = "hook-secret-71c"
POSTMARK_YES = (200, {"ErrorCode": 0, "Message": "OK", "MessageID": "pm-1", "To": "cleo@customer.example"})
MAILGUN_YES = (200, {"id": "<mg-1@desk.example>", "message": "Queued. Thank you."})


@pytest.fixture(autouse=True)
def _fresh() -> None:
    outbox._down.clear()


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def postmark(cast: make.Cast) -> Iterator[Service]:
    with service(POSTMARK_YES) as made:
        use(cast, "postmark", server_token="pm-token-1", api_url=made.url)
        yield made


@pytest.fixture
def mailgun(cast: make.Cast) -> Iterator[Service]:
    with service(MAILGUN_YES) as made:
        use(cast, "mailgun", api_key="mg-key-1", sender_domain="mg.desk.example", api_url=f"{made.url}v3")
        yield made


def use(cast: make.Cast, name: str, **options: str) -> None:
    options = {"webhook_signing_key": "mg-signing", **options} if name == "mailgun" else options
    cast.support.settings = {"esp": {"name": name, "options": options, "webhook_secret": SECRET}}
    cast.support.save()


def reply(cast: make.Cast, words: Words | None = None) -> Message:
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    given = words or Words(
        text="Have you tried the switch?", to=[{"name": cast.cleo.name, "address": "cleo@customer.example"}]
    )
    return actions.reply(ticket, given, By(cast.ana, "desk"), seen=None, insists=make.UNGUARDED)


def rich(cast: make.Cast) -> Message:
    blobs = BlobStore(settings.DATA / "blobs")
    return reply(
        cast,
        Words(
            text="See the plan.",
            html='<p>See <b>the</b> plan. <img src="cid:pic@desk.example"></p>',
            to=[{"name": "Cleo Martin, née Ünal", "address": "cleo@customer.example"}],
            cc=[{"name": "", "address": "dan@customer.example"}],
            bcc=[{"name": "", "address": "eve@stranger.example"}],
            files=[
                FileRef("plän.txt", "text/plain", 6, blobs.put("Plän\n".encode()), False, ""),
                FileRef("pic.png", "image/png", len(PNG), blobs.put(PNG), True, "pic@desk.example"),
            ],
        ),
    )


def state(message: Message) -> tuple[str, str]:
    message.refresh_from_db()
    return message.delivery, message.delivery_note


def due_again(message: Message) -> Delivery:
    Message.objects.filter(pk=message.pk).update(next_try_at="2020-01-01T00:00:00Z")
    return outbox.send(message.pk)


class TestSending:
    def test_postmark_gets_every_piece_and_our_message_id(self, cast: make.Cast, postmark: Service) -> None:
        message = rich(cast)
        assert outbox.send(message.pk) == Delivery.SENT
        (asked,) = postmark.asked
        assert asked.headers["X-Postmark-Server-Token"] == "pm-token-1"
        said = asked.json
        headers = {one["Name"].lower(): one["Value"] for one in said["Headers"]}
        assert headers["message-id"] == f"<{message.message_id}>"
        assert headers["x-pm-keepid"] == "true"
        first = message.ticket.messages.earliest("id").message_id
        assert headers["in-reply-to"] == headers["references"] == f"<{first}>"
        assert not {"dkim-signature", "date", "subject"} & set(headers)
        assert said["Subject"] == "Re: The printer is dark"
        assert "née Ünal" in said["To"] and "<cleo@customer.example>" in said["To"]
        assert (said["Cc"], said["Bcc"]) == ("dan@customer.example", "eve@stranger.example")
        assert said["ReplyTo"].split("<")[-1].startswith("support+")
        assert "See the plan." in said["TextBody"] and "<b>the</b>" in said["HtmlBody"]
        files = {one["Name"]: one for one in said["Attachments"]}
        assert base64.b64decode(files["plän.txt"]["Content"]).decode() == "Plän\n"
        assert files["pic.png"]["ContentID"] == "cid:pic@desk.example"
        assert base64.b64decode(files["pic.png"]["Content"]) == PNG
        assert said["TrackOpens"] is False and said["TrackLinks"] == "None"
        assert said["Metadata"] == {"guichet": esp_sending.mark_of(message.pk)}

    def test_mailgun_gets_every_piece_and_our_message_id(self, cast: make.Cast, mailgun: Service) -> None:
        message = rich(cast)
        assert outbox.send(message.pk) == Delivery.SENT
        (asked,) = mailgun.asked
        assert asked.path == "/v3/mg.desk.example/messages"
        assert base64.b64decode(asked.headers["Authorization"].split()[1]) == b"api:mg-key-1"
        form = asked.form
        assert form["h:Message-Id"] == [f"<{message.message_id}>"]
        assert form["h:References"] == form["h:In-Reply-To"]
        assert form["to"][0].endswith("<cleo@customer.example>")
        assert (form["cc"], form["bcc"]) == (["dan@customer.example"], ["eve@stranger.example"])
        assert form["attachment"] == [("plän.txt", "text/plain", "Plän\n".encode())]
        assert form["inline"] == [("pic@desk.example", "image/png", PNG)]
        assert form["v:guichet"] == [esp_sending.mark_of(message.pk)]
        assert form["o:tracking-opens"] == ["no"]

    @pytest.mark.parametrize("name", sorted(esp.SERVICES))
    def test_every_service_can_be_told_of_a_whole_mail(self, name: str, cast: make.Cast) -> None:
        """anymail knows how to say it; what each answers is its own."""
        answers = {
            "postmark": POSTMARK_YES, "mailgun": MAILGUN_YES, "brevo": (201, {"messageId": "<b@x>"}),
            "mailjet": (200, {"Messages": [{"Status": "success", **{kind: [{"Email": address, "MessageID": 7}] for kind, address in
                        (("To", "cleo@customer.example"), ("Cc", "dan@customer.example"), ("Bcc", "eve@stranger.example"))}}]}),
            "resend": (200, {"id": "r-1"}), "sendgrid": (202, b""),
            "sparkpost": (200, {"results": {"total_rejected_recipients": 0, "total_accepted_recipients": 3, "id": "s-1"}}),
        }  # fmt: skip
        with service(answers[name]) as made:
            wanted = {option.name: "x" for option in esp.SERVICES[name].options if option.is_required}
            use(cast, name, **wanted, api_url=made.url)
            message = rich(cast)
            outbox.send(message.pk)
            assert state(message) == (Delivery.SENT, "")
            assert message.message_id.encode() in made.asked[0].body
            assert esp_sending.mark_of(message.pk).encode() in made.asked[0].body
            assert b"eve@stranger.example" in made.asked[0].body

    def test_an_automatic_mail_says_so(self, cast: make.Cast, postmark: Service) -> None:
        words = Words(text="We have it.", to=[{"name": "", "address": "cleo@customer.example"}], auto="auto-reply")
        outbox.send(reply(cast, words).pk)
        headers = {one["Name"].lower(): one["Value"] for one in postmark.asked[0].json["Headers"]}
        assert headers["auto-submitted"] == "auto-replied"

    def test_one_address_is_refused_and_named(self, cast: make.Cast, postmark: Service) -> None:
        postmark.answers = [(200, {**POSTMARK_YES[1], "Message": "Message OK, but will not deliver to these inactive addresses: "
                                   "dan@customer.example. Inactive recipients are ones that have bounced."})]  # fmt: skip
        message = rich(cast)
        outbox.send(message.pk)
        delivery, note = state(message)
        assert delivery == Delivery.FAILED
        assert "dan@customer.example" in note.splitlines()[0]
        assert "Delivered to: cleo@customer.example, eve@stranger.example" in note
        actions.send_again(message, By(cast.ana, "desk"))
        outbox.send(message.pk)
        again = postmark.asked[1].json
        assert again["To"] == "dan@customer.example"
        assert "cleo" not in again["To"] + again.get("Cc", "") + again.get("Bcc", "")
        assert state(message)[0] == Delivery.SENT

    @pytest.mark.parametrize(
        ("answer", "delivery", "words"),
        [
            (
                (422, {"ErrorCode": 300, "Message": "Invalid 'From' address."}),
                Delivery.FAILED,
                "Invalid 'From' address.",
            ),
            ((413, {"Message": "Too large"}), Delivery.FAILED, "413 Too large"),
            ((401, {"ErrorCode": 10, "Message": "Bad token"}), Delivery.QUEUED, "refuses the account: 401 Bad token"),
            ((429, {"Message": "Slow down"}), Delivery.QUEUED, "does not take it now: 429 Slow down"),
            ((503, b"maintenance"), Delivery.QUEUED, "does not take it now: 503 maintenance"),
            ((302, b""), Delivery.FAILED, "302"),
        ],
    )
    def test_what_the_service_answers(
        self, answer: Any, delivery: str, words: str, cast: make.Cast, postmark: Service
    ) -> None:
        postmark.answers = [answer]
        message = reply(cast)
        outbox.send(message.pk)
        assert state(message)[0] == delivery
        assert words in state(message)[1]
        assert "pm-token-1" not in state(message)[1]
        assert Dispatch.objects.get(message=message).unanswered == 0
        assert len(postmark.asked) == 1

    @pytest.mark.parametrize("silence", [HANG, CUT, (504, b"gateway"), (200, b"<html>?")])
    def test_no_answer_means_once_more_with_the_same_id_and_then_uncertain(
        self, silence: Any, cast: make.Cast, postmark: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(esp_sending, "ANSWER_SECONDS", 0.5)
        postmark.answers = [silence, silence, silence]
        message = reply(cast)
        assert outbox.send(message.pk) == Delivery.QUEUED
        assert due_again(message) == Delivery.UNCERTAIN
        assert due_again(message) == Delivery.UNCERTAIN
        first, second = postmark.asked
        assert first.body == second.body
        assert message.message_id.encode() in first.body

    def test_a_service_out_of_reach_is_no_doubt(self, cast: make.Cast) -> None:
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            use(cast, "postmark", server_token="x", api_url=f"http://127.0.0.1:{held.getsockname()[1]}/")
            message = reply(cast)
            assert outbox.send(message.pk) == Delivery.QUEUED
            assert "cannot be reached" in state(message)[1]
            assert Dispatch.objects.get(message=message).unanswered == 0

    def test_a_sealed_mail_is_not_taken_apart(self, cast: make.Cast, postmark: Service) -> None:
        message = reply(cast)
        way = esp.way(cast.support, cast.support.settings["esp"])
        raw = b"From: a@desk.example\r\nTo: b@x.example\r\nContent-Type: multipart/signed; boundary=x\r\n\r\n--x--\r\n"
        with pytest.raises(outbox.Refused, match="Signed or encrypted"):
            way.deliver("", ["b@x.example"], raw, lambda: None, message.pk)
        assert postmark.asked == []

    def test_where_the_extra_is_missing_mail_waits_and_says_why(
        self, cast: make.Cast, postmark: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(esp, "is_installed", lambda: False)
        message = reply(cast)
        assert outbox.send(message.pk) == Delivery.QUEUED
        assert "pip install 'guichet[esp]'" in state(message)[1]

    def test_the_houses_own_mail_leaves_by_it_too(self, cast: make.Cast, postmark: Service) -> None:
        from django.core.mail import EmailMessage  # noqa: PLC0415

        way = house.way_out()
        assert way is not None
        raw = house.compose(
            EmailMessage("Reset", "By this link.", to=["ana@desk.example"]), ("Support", "support@desk.example")
        )
        way.out.deliver("support@desk.example", ["ana@desk.example"], raw, lambda: None)
        assert postmark.asked[0].json["To"] == "ana@desk.example"
        assert "Metadata" not in postmark.asked[0].json


# -- being called


def call(address: str, path: str, body: bytes, kind: str = "application/json", secret: str = SECRET) -> int:
    headers = {"Content-Type": kind}
    if secret:
        headers["Authorization"] = "Basic " + base64.b64encode(f"hook:{secret}".encode()).decode()
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{address}/hooks/mail/{path}", body, headers)) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def sent(cast: make.Cast, out: Service) -> Message:
    message = rich(cast)
    assert outbox.send(message.pk) == Delivery.SENT
    return message


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


RAW = (
    b"Received: from out.customer.example\r\nFrom: Cleo <cleo@customer.example>\r\nTo: support@desk.example\r\n"
    b"Subject: =?iso-8859-1?Q?K=E4se?=\r\nMessage-ID: <in-1@customer.example>\r\n"
    b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\nDer K\xe4se l\xe4uft.\r\n"
)


def mailgun_form(**fields: Any) -> tuple[bytes, str]:
    timestamp, token = "1795000000", "b" * 50
    signature = hmac.new(b"mg-signing", f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    form = {"recipient": "support+code@desk.example", "sender": "cleo@customer.example", "timestamp": timestamp,
            "token": token, "signature": signature, **fields}  # fmt: skip
    return urllib.parse.urlencode(form).encode(), "application/x-www-form-urlencoded"


def multipart(**fields: bytes) -> tuple[bytes, str]:
    parts = [
        b'--xx\r\nContent-Disposition: form-data; name="' + name.encode() + b'"\r\n\r\n' + value + b"\r\n"
        for name, value in fields.items()
    ]
    return b"".join(parts) + b"--xx--\r\n", "multipart/form-data; boundary=xx"


class TestInbound:
    def arrived(self) -> tuple[Parcel, bytes]:
        parcel = Parcel.objects.get()
        return parcel, BlobStore(settings.DATA / "blobs").get(parcel.raw)

    def test_mailgun_s_bytes_are_kept_as_they_were(self, cast: make.Cast, mailgun: Service, address: str) -> None:
        where = f"{cast.support.pk}/inbound/mime"
        body, kind = mailgun_form(**{"body-mime": RAW})
        assert call(address, where, body, kind) == 200
        assert call(address, where, body, kind) == 200  # it comes again where our answer was lost
        parcel, raw = self.arrived()
        assert raw == RAW
        assert (parcel.door, parcel.envelope_from) == ("esp", "cleo@customer.example")
        assert parcel.envelope_to == ["support+code@desk.example"]
        worker_reads()
        message = Message.objects.get(message_id="in-1@customer.example")
        assert message.text.strip() == "Der Käse läuft."
        assert message.ticket.subject == "Käse"

    def test_in_a_multipart_form_too(self, cast: make.Cast, address: str) -> None:
        use(cast, "sendgrid", api_key="x")
        body, kind = multipart(email=RAW, envelope=b'{"to": ["support@desk.example"], "from": "cleo@customer.example"}')
        assert call(address, f"{cast.support.pk}/inbound/mime", body, kind) == 200
        assert self.arrived()[1] == RAW

    def test_postmark_with_the_raw_mail(self, cast: make.Cast, postmark: Service, address: str) -> None:
        text = RAW.replace(b"\xe4", "ä".encode()).replace(b"iso-8859-1\r\nContent-T", b"utf-8\r\nContent-T").decode()
        post = {
            "FromFull": {"Email": "cleo@customer.example"},
            "OriginalRecipient": "x@inbound.postmark.example",
            "RawEmail": text,
        }
        assert call(address, f"{cast.support.pk}/inbound/mime", json.dumps(post).encode()) == 200
        parcel, raw = self.arrived()
        assert raw == text.encode()
        assert parcel.envelope_to == ["support@desk.example"]

    def test_postmark_without_it_is_put_together_again(self, cast: make.Cast, postmark: Service, address: str) -> None:
        post = {
            "FromName": "Cleo", "From": "cleo@customer.example", "FromFull": {"Email": "cleo@customer.example", "Name": "Cleo"},
            "To": "support@desk.example", "ToFull": [{"Email": "support@desk.example", "Name": ""}], "CcFull": [], "BccFull": [],
            "OriginalRecipient": "support@desk.example", "Subject": "Käse", "MessageID": "73e6", "Date": "Thu, 5 Nov 2026 16:59:01 +0200",
            "TextBody": "Der Käse läuft.", "HtmlBody": "", "Headers": [{"Name": "Message-ID", "Value": "<in-2@customer.example>"}],
            "Attachments": [{"Name": "a.bin", "Content": "AAEC", "ContentType": "application/octet-stream", "ContentLength": 3}],
        }  # fmt: skip
        assert call(address, f"{cast.support.pk}/inbound/mime", json.dumps(post).encode()) == 200
        worker_reads()
        message = Message.objects.get(message_id="in-2@customer.example")
        assert (message.text.strip(), message.auto) == ("Der Käse läuft.", "")
        assert message.attachments.get().size == 3

    def test_sparkpost(self, cast: make.Cast, address: str) -> None:
        use(cast, "sparkpost", api_key="x")
        content = {"email_rfc822": base64.b64encode(RAW).decode(), "email_rfc822_is_base64": True}
        post = [{"msys": {}}, {"msys": {"relay_message": {"content": content, "msg_from": "cleo@customer.example",
                 "rcpt_to": "support@desk.example", "protocol": "smtp"}}}]  # fmt: skip
        assert call(address, f"{cast.support.pk}/inbound/mime", json.dumps(post).encode()) == 200
        assert self.arrived()[1] == RAW

    def test_without_secret_or_signature_nothing_is_taken(
        self, cast: make.Cast, mailgun: Service, address: str
    ) -> None:
        where = f"{cast.support.pk}/inbound/mime"
        body, kind = mailgun_form(**{"body-mime": RAW})
        assert call(address, where, body, kind, secret="") == 403
        body, kind = mailgun_form(**{"body-mime": RAW, "signature": "0" * 64})
        assert call(address, where, body, kind) == 403
        assert not Parcel.objects.exists()

    @pytest.mark.parametrize("secret", ["", "wrong", SECRET[:-1]])
    def test_without_the_secret_nothing_of_a_post_is_read(
        self, secret: str, cast: make.Cast, mailgun: Service, address: str, settings: Any
    ) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
        where, large = f"{cast.support.pk}/inbound/mime", b"x" * 2000
        assert call(address, where, large, secret=secret) == 403
        assert call(address, where, large) == 413

    def test_a_full_disk_is_told_as_not_now(self, cast: make.Cast, mailgun: Service, address: str) -> None:
        blobs = settings.DATA / "blobs"
        blobs.mkdir(exist_ok=True)
        aside = blobs.with_name("blobs.aside")
        body, kind = mailgun_form(**{"body-mime": RAW})
        blobs.rename(aside)
        blobs.write_text("no folder")
        try:
            assert call(address, f"{cast.support.pk}/inbound/mime", body, kind) == 503
        finally:
            blobs.unlink()
            aside.rename(blobs)
        assert call(address, f"{cast.support.pk}/inbound/mime", body, kind) == 200
        assert Parcel.objects.count() == 1

    @pytest.mark.parametrize("name", ["brevo", "resend"])
    def test_a_service_that_would_have_us_fetch_brings_none(self, name: str, cast: make.Cast, address: str) -> None:
        use(cast, name, api_key="x")
        post = json.dumps({"items": [{"Attachments": [{"DownloadToken": "x", "ContentType": "a/b"}]}]}).encode()
        assert call(address, f"{cast.support.pk}/inbound/mime", post) == 403

    def test_what_is_no_form_and_no_mail_is_refused(self, cast: make.Cast, address: str) -> None:
        use(cast, "sendgrid", api_key="x")
        where = f"{cast.support.pk}/inbound/mime"
        for body, kind in ((b"x", "text/plain"), (b"--x", "multipart/form-data"), (b"", "application/json")):
            assert call(address, where, body, kind) == 400
        assert not Parcel.objects.exists()

    def test_an_empty_mail_is_refused(self, cast: make.Cast, postmark: Service, address: str) -> None:
        assert call(address, f"{cast.support.pk}/inbound/mime", json.dumps({"RawEmail": "  \n"}).encode()) == 400
        assert esp_hooks.MESSAGE_BYTES > 20_000_000


def worker_reads() -> None:
    """The worker's own step."""
    with Reader() as reader:
        while intake.drain(reader):
            pass
