"""Our signatures, verified by another hand's code against a name server of our own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dkim
import pytest
from django.conf import settings

from guichet import environment
from guichet.channels import outbox
from guichet.channels.email import resolver
from guichet.channels.email.sending import dkim_signing
from guichet.kit.files import BlobStore
from guichet.tickets import actions
from guichet.tickets.actions import FileRef, Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Message
from tests import make
from tests.channels.names import Names
from tests.channels.sink import sink

KEY = dkim_signing.make("desk.example", "s1") | {"is_on": True}
MAIL = (
    b"From: Support <support@desk.example>\r\nTo: cleo@customer.example\r\nSubject: Re: The printer\r\n"
    b"Date: Sun, 22 Nov 2026 12:00:00 +0000\r\nMessage-ID: <1@desk.example>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nHave you tried the switch?\r\n"
)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    with Names() as made:
        monkeypatch.setattr(environment, "DNS", made.address)
        resolver.forget()
        yield made
    resolver.forget()


def ask(name: bytes, timeout: int = 5) -> bytes | None:
    """What dkimpy asks the DNS by: through the wire, to the server of the test."""
    texts = resolver.Questions().texts(name.decode().rstrip("."))
    return texts[0] if texts else None


def holds(raw: bytes) -> bool:
    return bool(dkim.verify(raw, dnsfunc=ask))


def published(names: Names, key: dict[str, Any] = KEY) -> None:
    names.txt(dkim_signing.record_name(key), dkim_signing.record(key))


class TestSignature:
    def test_it_holds(self, names: Names) -> None:
        published(names)
        signed = dkim_signing.sign(MAIL, "support@desk.example", KEY)
        assert signed.endswith(MAIL)
        assert b"a=rsa-sha256; c=relaxed/relaxed; d=desk.example" in signed
        assert holds(signed)

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (b"switch?", b"socket?"),
            (b"Re: The printer", b"Re: The invoice"),
            (b"Support <support@desk.example>", b"Chief <chief@desk.example>"),
            (b"To: cleo@", b"To: eve@"),
            (b"Message-ID: <1@", b"Message-ID: <2@"),
            (b"From: Support", b"From: eve@stranger.example\r\nFrom: Support"),
            (b"To: cleo", b"Subject: another\r\nTo: cleo"),
        ],
    )
    def test_it_breaks_with_what_a_reader_sees(self, old: bytes, new: bytes, names: Names) -> None:
        published(names)
        head, body = dkim_signing.sign(MAIL, "support@desk.example", KEY).split(b"\r\nFrom:", 1)
        altered = (b"\r\nFrom:" + body).replace(old, new)
        assert holds(head + b"\r\nFrom:" + body)
        assert not holds(head + altered)

    def test_it_survives_relays_that_fold_and_trace(self, names: Names) -> None:
        published(names)
        signed = dkim_signing.sign(MAIL, "support@desk.example", KEY)
        relayed = (
            b"Received: by relay.example\r\n"
            + signed.replace(b"Re: The printer", b"Re:  The\r\n printer")
            + b"\r\n\r\n"
        )
        assert holds(relayed)

    @pytest.mark.parametrize(
        ("address", "key"),
        [
            ("support@desk.example", None),
            ("support@desk.example", {**KEY, "is_on": False}),
            ("support@moved.example", KEY),
        ],
    )
    def test_nothing_is_signed(self, address: str, key: dict[str, Any] | None) -> None:
        assert dkim_signing.sign(MAIL, address, key) == MAIL

    def test_a_domain_outside_ascii(self, names: Names) -> None:
        key = dkim_signing.make(dkim_signing.domain_of("support@bücher.example"), "s1") | {"is_on": True}
        assert key["domain"] == "xn--bcher-kva.example"
        published(names, key)
        raw = MAIL.replace(b"support@desk.example", b"support@xn--bcher-kva.example")
        assert holds(dkim_signing.sign(raw, "support@bücher.example", key))


class TestRecord:
    def test_found(self, names: Names) -> None:
        assert dkim_signing.look_up(KEY) == dkim_signing.Published(False)
        published(names)
        assert dkim_signing.look_up(KEY).is_right

    def test_one_may_be_written_otherwise(self, names: Names) -> None:
        text = dkim_signing.record(KEY)
        names.txt(dkim_signing.record_name(KEY), text.replace("; ", ";").replace("p=", "t=s; p= ") + ";")
        assert dkim_signing.look_up(KEY).is_right

    def test_another_key(self, names: Names) -> None:
        other = dkim_signing.make("desk.example", "s1")
        published(names, other)
        found = dkim_signing.look_up(KEY)
        assert not found.is_right and found.found[0].startswith("v=DKIM1")

    def test_no_answer(self, names: Names) -> None:
        names.silent.add(dkim_signing.record_name(KEY))
        assert not dkim_signing.look_up(KEY).is_known

    def test_strings_of_a_zone_file(self) -> None:
        strings = dkim_signing.record_strings(KEY).strip('"').split('" "')
        assert all(len(one) <= 255 for one in strings) and len(strings) == 2
        assert "".join(strings) == dkim_signing.record(KEY)


@pytest.mark.django_db(transaction=True)
def test_an_answer_leaves_signed_and_its_bytes_are_the_kept_ones(names: Names) -> None:
    published(names)
    outbox._down.clear()
    cast = make.cast()
    file = FileRef("plän.txt", "text/plain", 5, BlobStore(settings.DATA / "blobs").put(b"plan\n"), False, "")
    with sink() as out:
        cast.support.settings = {"outgoing": out.account(), "dkim": KEY}
        cast.support.save()
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        to = [{"name": "Cléo", "address": "cleo@customer.example"}]
        message = actions.reply(
            ticket,
            Words(text=".\nÄh\n.\n", to=to, files=[file]),
            By(cast.ana, "desk"),
            seen=None,
            insists=make.UNGUARDED,
        )
        out.answers = ["451 4.3.0 Not now"]
        assert outbox.send(message.pk) == Delivery.QUEUED
        Message.objects.filter(pk=message.pk).update(next_try_at="2020-01-01T00:00:00Z")
        assert outbox.send(message.pk) == Delivery.SENT
        raw = out.taken[0].raw
    message.refresh_from_db()
    assert raw == BlobStore(settings.DATA / "blobs").get(message.raw)
    assert holds(raw)
