"""Mail that a service brings, as it came and as any other."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import pytest
from django.conf import settings

from guichet.channels import esp_hooks, intake
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.models import Parcel
from guichet.kit.files import BlobStore
from guichet.tickets.models import Message
from tests import make
from tests.channels.services.making import SECRET, call, use
from tests.channels.services.server import Service

pytestmark = pytest.mark.django_db(transaction=True)
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
