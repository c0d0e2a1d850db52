"""What makes two mails the same: all that their author wrote, nothing that machines on the way added."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.channels.accept import look
from guichet.channels.email.limits import MESSAGE_BYTES
from tests.channels.intake_process import mail
from tests.linear import seconds

FIELDS = mail(1).split(b"\r\n\r\n")[0].split(b"\r\n")
BODY = b"\r\n\r\nIt is dark.\r\n"
TRACES = [
    b"Received: from a.example by b.example; Sun, 22 Nov 2026 10:00:00 +0000",
    b"Received: from c.example\r\n\tby d.example\r\n\tfor <support@desk.example>",
    b"RECEIVED : odd",
    b"Return-Path: <cleo@customer.example>",
    b"Delivered-To: support@desk.example",
    b"X-Original-To: support@desk.example",
    b"Authentication-Results: mx.example;\r\n dkim=pass",
    b"ARC-Seal: i=1; a=rsa-sha256; b=abc",
    b"ARC-Message-Signature: i=1",
    b"Received-SPF: pass",
    b"DKIM-Signature: v=1;\r\n\tb=abc",
    b"X-Spam-Status: No",
    b"X-MS-Exchange-Organization-SCL: 1",
]


def together(fields: list[bytes]) -> bytes:
    return b"\r\n".join(fields) + BODY


@given(st.lists(st.tuples(st.integers(0, len(FIELDS)), st.sampled_from(TRACES)), max_size=8))
def test_traces_of_relays_anywhere_in_the_header_change_nothing(added: list[tuple[int, bytes]]) -> None:
    fields = list(FIELDS)
    for place, trace in added:
        fields.insert(place, trace)
    plain, traced = look(together(FIELDS)), look(together(fields))
    assert traced.digest == plain.digest
    assert traced.mail_id == plain.mail_id == "1.mail@customer.example"


@given(st.integers(0, len(FIELDS) - 1), st.integers(0, 200), st.sampled_from(b"xX0"))
def test_a_change_of_anything_else_is_another_mail(number: int, place: int, letter: int) -> None:
    field = bytearray(FIELDS[number])
    place %= len(field)
    if field[place] != letter:
        field[place] = letter
        other = [*FIELDS[:number], bytes(field), *FIELDS[number + 1 :]]
        assert look(together(other)).digest != look(together(FIELDS)).digest


def test_body_and_header_do_not_run_into_one_another() -> None:
    base = look(together(FIELDS)).digest
    assert look(together(FIELDS) + b"more\r\n").digest != base
    assert look(together(FIELDS).replace(b"\r\n\r\n", b"\r\n", 1)).digest != base
    # In the body the same words are not traces.
    assert look(together(FIELDS) + TRACES[0]).digest != look(together(FIELDS) + TRACES[3]).digest


def test_line_ends_and_the_last_one_do_not_count() -> None:
    raw = together(FIELDS)
    same = {look(form).digest for form in (raw, raw.replace(b"\r\n", b"\n"), raw.rstrip(), raw + b"\r\n")}
    assert len(same) == 1


@given(st.binary(max_size=2000))
def test_any_bytes_have_an_identity_and_storable_words(raw: bytes) -> None:
    outside = look(raw)
    assert len(outside.digest) == 64
    for text in (outside.mail_id, outside.return_path, *outside.delivered_to):
        assert "\0" not in text
        text.encode()


def test_the_trace_of_delivery_is_read() -> None:
    raw = b"Return-Path: <Bounce@x.example>\r\nDelivered-To: support+Code@desk.example\r\n" + together(FIELDS)
    outside = look(raw)
    assert outside.return_path == "bounce@x.example"
    assert outside.delivered_to == ("support+code@desk.example",)


def test_a_folded_and_a_missing_message_id() -> None:
    assert look(b"Message-ID:\r\n <long@x.example>\r\n\r\n").mail_id == "long@x.example"
    assert look(b"Subject: none\r\n\r\n").mail_id == ""
    assert look(b"Message-ID: <" + b"a" * 100_000 + b">\r\n\r\n").mail_id != ""


@pytest.mark.parametrize(
    "piece", [b"a\n", b"Received: x\n y\n", b"Message-ID: <a\n", b" \n", b"\r", b":", b"x" * 70 + b"\r\n", b"\n\n"]
)
def test_the_largest_mail_is_looked_at_quickly(piece: bytes) -> None:
    assert seconds(look, piece * (MESSAGE_BYTES // len(piece))) < 2.0
