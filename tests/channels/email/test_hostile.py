"""Mails built to exhaust a parser: each is read, or refused with a reason, within the limits, in linear time."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable

import pytest

from guichet.channels.email.reading.read import read
from guichet.channels.email.reading.sandbox import Reader
from tests.hostile import properties, signed_blob, tnef
from tests.linear import is_linear, seconds

HEAD = b"From: a@x.example\r\nSubject: x\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
PICTURE = (
    HEAD + b"Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: image/png; name=a.png\r\n\r\nx\r\n--b\r\n"
    b"Content-Type: text/html\r\n\r\n"
)  # fmt: skip
CALENDAR = HEAD + b"Content-Type: text/calendar\r\n\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\n"
TNEF = HEAD + b"Content-Type: application/ms-tnef\r\nContent-Transfer-Encoding: binary\r\n\r\n"


def nested(levels: int) -> bytes:
    opened = [b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels)]
    return HEAD + b"".join(opened) + b"Content-Type: text/plain\r\n\r\nhi\r\n"


def repeated(before: bytes, piece: bytes, after: bytes = b"") -> Callable[[int], bytes]:
    return lambda size: before + piece * (size // len(piece)) + after


SHAPES: dict[str, Callable[[int], bytes]] = {
    "nested multiparts": lambda size: nested(size // 55),
    "nested messages": repeated(HEAD, b"Content-Type: message/rfc822\r\n\r\n", b"\r\nhi"),
    "parts": repeated(MIXED, b"--b\r\n\r\nx\r\n"),
    "almost delimiters": repeated(MIXED, b"\n--bx"),
    "almost closing delimiters": repeated(MIXED, b"\n--b -x"),
    "no boundary": repeated(HEAD + b"Content-Type: multipart/mixed\r\n\r\n", b"--a\n"),
    "headers": repeated(HEAD, b"X-A: b\r\n", b"\r\nhi"),
    "one long header": repeated(HEAD + b"X-A: ", b"a", b"\r\n\r\nhi"),
    "folds": repeated(HEAD + b"X-A: a\r\n", b" a\r\n", b"\r\nhi"),
    "stray lines": repeated(b"From: a@x.example\r\n", b"stray line\r\n"),
    "blank folds": repeated(b"From: a@x.example\r\n", b" \r\n"),
    "encoded words": repeated(b"Subject: ", b"=?utf-8?q?a?= ", b"\r\n\r\nhi"),
    "half encoded words": repeated(b"Subject: ", b"=?a?q", b"\r\n\r\nhi"),
    "open brackets": repeated(b"From: ", b"<", b"\r\n\r\nhi"),
    "open comments": repeated(b"From: ", b"(", b"\r\n\r\nhi"),
    "colons": repeated(b"To: a@b ", b":", b"\r\n\r\nhi"),
    "addresses": repeated(b"To: ", b'"a" <a@b.c>,\r\n ', b"\r\n\r\nhi"),
    "references": repeated(b"References: ", b"<a@b.c", b"\r\n\r\nhi"),
    "parameters": repeated(HEAD + b"Content-Type: text/plain", b'; a*1*="', b"\r\n\r\nhi"),
    "carriage returns": repeated(HEAD, b"\r"),
    "nul": repeated(HEAD + b"\r\n", b"\0"),
    "quotes": repeated(HEAD + b"\r\n", b">\n"),
    "quote headers": repeated(HEAD + b"\r\n", b"On 2012 x@y.z\n:\n"),
    "uuencode begins": repeated(HEAD + b"\r\n", b"begin 644 a\n!!!\n"),
    "bounce prose": repeated(
        b"From: mailer-daemon@x.example\r\nSubject: failure notice\r\n\r\n", b"user@x.y: not delivered "
    ),
    "report groups": repeated(
        HEAD
        + b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n",
        b"Final-Recipient: rfc822; a@b.c\r\nStatus: 5.1.1\r\n\r\n",
    ),
    "base64 paddings": repeated(HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n", b"=QUFB"),
    "quoted-printable": repeated(HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n", b"= "),
    "unknown eight-bit": repeated(HEAD + b"\r\n", bytes(range(128, 256))),
    "flowed": repeated(HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n", b"> a \n>> b \n"),
    "html depth": repeated(HEAD + b"Content-Type: text/html\r\n\r\n", b"<div>"),
    "html attributes": repeated(HEAD + b"Content-Type: text/html\r\n\r\n<a ", b"x=y "),
    "picture places": repeated(PICTURE + b"<p>", b"<img <img src= x", b"\r\n--b--"),
    "picture sources": repeated(PICTURE + b"<p>", b'<img src="a.png">', b"\r\n--b--"),
    "calendar lines": repeated(CALENDAR, b'ATTENDEE;CN=":\r\n', b""),
    "calendar folds": repeated(CALENDAR, b"\r\n x", b""),
    "calendar parameters": repeated(CALENDAR, b';A="', b""),
    "tnef attributes": lambda size: TNEF + tnef(*[(1, 0x0002800C, b"x")] * (size // 12)),
    "tnef properties": lambda size: (
        TNEF + tnef((1, 0x00069003, struct.pack("<I", size) + b"\x01\x10\x00\x10\xff\xff\xff\xff" * (size // 8)))
    ),
    "tnef rich text": lambda size: (
        TNEF
        + tnef(
            (
                1,
                0x00069003,
                properties(
                    (
                        0x102,
                        0x1009,
                        struct.pack("<II4sI", 0, size, b"LZFu", 0) + (b"\0" + b"{\\f0\\'e4}"[:8]) * (size // 9),
                    )
                ),
            )
        )
    ),
    "octets in pieces": lambda size: (
        HEAD
        + b"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        + signed_blob(b"")[:-4]
        + b"\x24\x80"
        + b"\x04\x00" * (size // 2)
    ),
    "indefinite lengths": repeated(
        HEAD + b"Content-Type: application/pkcs7-mime\r\n\r\n" + signed_blob(b"")[:19], b"\x30\x80"
    ),
    "escapes": repeated(HEAD + b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n", b"\x1b$B-!\x1b(B"),
    "open user names": repeated(b"To: ", b"a ", b"\r\n\r\nhi"),
    "space and marks": repeated(b"To: ", b"   .  ", b"@x\r\n\r\nhi"),
    "words without end": repeated(b"Subject: ", b"=?a?q?=", b"\r\n\r\nhi"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_doubling_takes_at_most_two_and_a_half_times_as_long(shape: str) -> None:
    assert is_linear(read, SHAPES[shape])


def test_the_largest_mails_stay_within_the_limits_of_the_child() -> None:
    megabytes = 1024 * 1024
    encoded = base64.encodebytes(b"\x01\x02\x03" * (17 * megabytes // 3)).replace(b"\n", b"\r\n")
    attached = (
        b"--b\r\n\r\nhello\r\n--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + encoded
    )
    inner = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + attached + b"\r\n--b--\r\n"
    for level in range(45):
        inner = b"Content-Type: multipart/mixed; boundary=w%d\r\n\r\n--w%d\r\n%s\r\n--w%d--\r\n" % (
            level,
            level,
            inner,
            level,
        )
    with Reader() as reader:
        deep = reader.read(HEAD + inner)
        assert len(deep.files[0].content) == 17 * megabytes // 3 * 3
        for shape in ("headers", "nested multiparts", "parts", "unknown eight-bit", "html depth"):
            assert reader.read(SHAPES[shape](20 * megabytes)).problems


# What patterns for quotes, signatures, names, dates and bounces are made of.
PIECES = [
    "A", "a", "Ab ", "a b ", "日", "日 ", "日、", "é", "É ", "1", "1:", "1. ", "12:34 ", " ", "\t", "\xa0", ">", "> ", ">> a\n", "- ",
    "--\n", "-", "_", "=", "*", "* ", "#", ".", ". ", ",", ", ", ":", ": ", ";", "?", "!", "|", "/", "\\", "(", ")", "[", "]", "<", "<a@b>",
    "a@b.example ", "a@", "@", "On ", "On Mon, ", "wrote:", "wrote ", "schrieb ", "From: ", "From: a\n", "Sent from ", "Le 1 ", "Am 1. ",
    "550 ", "5.1.1 ", "user unknown ", "<x@y.example>: ", "http://a.example/", "http://", "\n", "\n\n", " \n", "a\n", "A B\n", "tel: 1\n",
    "&amp;", "&", "\u200b", "\u0300", "\U0001f600", "van ", "de la ", "if you ", "please contact ", "in urgent ",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_no_text_is_slow_to_read(piece: str) -> None:
    """5,000 letters as a line, and as lines below other words; a backtracking pattern takes minutes."""
    run = piece * (5_000 // len(piece))
    lines = "\n".join([piece * (70 // len(piece) + 1)] * 60)
    head = f"From: mailer-daemon@x.example\r\nSubject: {run[:300]}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    for body in (f"hello\n\n{run}", f"hello\n\n{lines}"):
        assert seconds(read, head.encode() + body.encode()) < 1.5
