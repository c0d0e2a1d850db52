"""Mails bent in the ways that programs bend them: one change a call, chosen by the seed."""

from __future__ import annotations

import base64
import binascii
import quopri
import random
import re
from collections.abc import Callable

_CHARSETS = [
    b"utf-8", b"us-ascii", b"iso-8859-1", b"iso-2022-jp", b"iso-2022-kr", b"shift_jis", b"euc-kr", b"gb18030", b"hz-gb-2312",
    b"big5-hkscs", b"utf-7", b"utf-16", b"utf-16le", b"utf-32", b"koi8-u", b"windows-874", b"mac-roman", b"x-unknown",
    b"idna", b"punycode", b"rot13", b"base64", b"zip", b"unicode_escape", b"'utf-8'", b"",
]  # fmt: skip
_ENCODINGS = [b"7bit", b"8bit", b"binary", b"base64", b"quoted-printable", b"x-uuencode", b"BASE64 ", b"foo", b""]
_TYPES = [
    b"text/plain", b"text/html", b"text/enriched", b"text/calendar", b"message/rfc822", b"message/delivery-status",
    b"message/partial; id=a; number=1; total=2", b"message/external-body; access-type=URL", b"multipart/mixed",
    b"multipart/alternative", b"multipart/related", b"multipart/digest", b"multipart/signed", b"multipart/report",
    b"multipart/encrypted", b"multipart/appledouble", b"application/pkcs7-mime; smime-type=signed-data",
    b"application/ms-tnef; name=winmail.dat", b"application/octet-stream", b"image/png", b"text", b"text/", b"/", b"",
]  # fmt: skip
_PIECES = [
    b"=?utf-8?b?4oI=?=", b"=?iso-2022-jp?B?GyRC?=", b"=?utf-8?q?=00=0A?=", b'"', b"(", b"<", b">", b",", b";", b":", b"\\", b"\0",
    b"\r", b"\n", b"\r\n", b"\r\n\r\n", b"\r\n ", b"--", b"=", b"=\r\n", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80",
    b"\x1b$B", b"\x1b(B", b"~{", b"+AGEAYg-", b"cid:a@b", b"begin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n", b"> ", b"-- \r\n",
    # Runs of these are what patterns that go back and forth stumble over.
    b"A", b"a ", b"Ab ", "日".encode(), b"-", b"_", b"*", b". ", b"1:", b"@", b"/", b"a@b.c ", b"wrote: ", b"On ",
    b"<script>", b"<img src=cid:a>", b"<!--", b"<style>", b"</p>", b"&#0;", b"*0*=utf-8''%e2", b"*1=x",
]  # fmt: skip
_FIELD = re.compile(rb"(?m)^[A-Za-z-]+:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n")
_BOUNDARY = re.compile(rb"(?m)^--[^\r\n]+\r?\n")
_CHARSET = re.compile(rb"(?i)charset=\"?([\w.:+-]*)\"?")
_ENCODING = re.compile(rb"(?i)transfer-encoding:[ \t]*([^\r\n]*)")
_TYPE = re.compile(rb"(?im)^content-type:[ \t]*([^\r\n;]*)")


def mutate(data: bytes, number: random.Random) -> bytes:
    """`data` with one to four changes."""
    for _ in range(number.randint(1, 4)):
        data = number.choice(_CHANGES)(data, number)
    return data


def _swap_fields(data: bytes, number: random.Random) -> bytes:
    found = list(_FIELD.finditer(data))
    if len(found) < 2:
        return data
    first, second = sorted(number.sample(found, 2), key=lambda match: match.start())
    between = data[first.end() : second.start()]
    return data[: first.start()] + second[0] + between + first[0] + data[second.end() :]


def _drop_or_double(pattern: re.Pattern[bytes]) -> Callable[[bytes, random.Random], bytes]:
    def change(data: bytes, number: random.Random) -> bytes:
        found = list(pattern.finditer(data))
        if not found:
            return data
        match = number.choice(found)
        return data[: match.start()] + match[0] * number.choice((0, 0, 2, 50)) + data[match.end() :]

    return change


def _replace(pattern: re.Pattern[bytes], values: list[bytes]) -> Callable[[bytes, random.Random], bytes]:
    def change(data: bytes, number: random.Random) -> bytes:
        found = list(pattern.finditer(data))
        if not found:
            return data
        match = number.choice(found)
        return data[: match.start(1)] + number.choice(values) + data[match.end(1) :]

    return change


def _insert(data: bytes, number: random.Random) -> bytes:
    place = number.randint(0, len(data))
    return data[:place] + number.choice(_PIECES) * number.choice((1, 1, 1, 2, 200, 2000)) + data[place:]


def _cut(data: bytes, number: random.Random) -> bytes:
    place = number.randint(0, len(data))
    return data[:place] + data[place + number.choice((1, 2, 3, 8, 64, 1024, len(data))) :]


def _flip(data: bytes, number: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(min(number.choice((1, 1, 4, 16)), len(data))):
        changed[number.randrange(len(changed))] = number.randrange(256)
    return bytes(changed)


def _move(data: bytes, number: random.Random) -> bytes:
    start, end = sorted((number.randint(0, len(data)), number.randint(0, len(data))))
    piece, rest = data[start:end], data[:start] + data[end:]
    place = number.randint(0, len(rest))
    return rest[:place] + piece + rest[place:]


def _line_ends(data: bytes, number: random.Random) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", number.choice((b"\n", b"\r\n", b"\r", b"\r\r\n", b"\n\n")))


def _encode_body(data: bytes, number: random.Random) -> bytes:
    """The body of the mail, or what follows some empty line, in another encoding, said or unsaid."""
    head, gap, body = data.partition(number.choice((b"\r\n\r\n", b"\n\n")))
    kind = number.randrange(3)
    if kind == 0:
        body, said = base64.encodebytes(body), b"base64"
    elif kind == 1:
        body, said = quopri.encodestring(body), b"quoted-printable"
    else:
        lines = [binascii.b2a_uu(body[place : place + 45]) for place in range(0, min(len(body), 20_000), 45)]
        body, said = b"begin 644 a\n" + b"".join(lines) + b"`\nend\n", b"x-uuencode"
    return head + (b"\r\nContent-Transfer-Encoding: " + said if number.random() < 0.7 else b"") + gap + body


def _wrap(data: bytes, number: random.Random) -> bytes:
    kind = number.choice(_TYPES)
    mark = b"w%d" % number.randrange(100)
    head = b"Subject: w\r\nContent-Type: " + kind + b"; boundary=" + mark + b"\r\n\r\n"
    return head + b"--" + mark + b"\r\n" + data + b"\r\n--" + mark + number.choice((b"--\r\n", b"\r\n", b""))


_CHANGES: list[Callable[[bytes, random.Random], bytes]] = [
    _swap_fields,
    _drop_or_double(_FIELD),
    _drop_or_double(_BOUNDARY),
    _replace(_CHARSET, _CHARSETS),
    _replace(_ENCODING, _ENCODINGS),
    _replace(_TYPE, _TYPES),
    _insert,
    _insert,
    _cut,
    _flip,
    _move,
    _line_ends,
    _encode_body,
    _wrap,
]
