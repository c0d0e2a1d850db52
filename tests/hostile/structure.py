"""Broken structure, and structure built to exhaust a parser."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from tests.hostile.making import (
    FROM,
    HELLO,
    Hostile,
    family,
    html,
    mixed,
    plain,
)


def malformed() -> Iterator[Hostile]:
    hi: dict[str, Any] = {"text": ["hello"]}
    yield from family(
        "1 malformed",
        {
            "nothing at all": (b"", {}),
            "one line end": (b"\r\n", {}),
            "only NUL": (b"\0" * 1000, {}),
            "only white space": (b" \t" * 1000, {}),
            "random bytes": (bytes(range(256)) * 20, {}),
            "only headers": (FROM, {"sender": "mallory@evil.example"}),
            "no headers": (b"\r\nhello", hi),
            "a body without headers or blank line": (b"hello there, no header here\r\nsecond line\r\n", hi),
            "byte order mark": (b"\xef\xbb\xbf" + plain(b"Subject: x", b"hello"), hi | {"subject": "x"}),
            "mbox line": (b"From evil Mon Jun  1 10:00:00 2026\r\n" + plain(b"Subject: x", b"hello"), hi | {"subject": "x"}),
            "quoted mbox line": (b">From evil Mon Jun  1\r\n" + plain(b"Subject: x", b"hello"), hi | {"subject": "x"}),
            "bare carriage returns": (plain(b"Subject: x", b"hello").replace(b"\r\n", b"\r"), hi | {"subject": "x"}),
            "doubled carriage returns": (plain(b"Subject: x", b"hello").replace(b"\r\n", b"\r\r\n"), hi | {"subject": "x"}),
            "bare line feeds": (plain(b"Subject: x", b"hello").replace(b"\r\n", b"\n"), hi | {"subject": "x"}),
            "no blank line": (FROM + b"Subject: x\r\nhello you\r\nthere\r\n", hi | {"problem": "no blank line"}),
            "a stray line": (FROM + b"stray line\r\nSubject: x\r\n\r\nhello", hi | {"subject": "x", "problem": "no header"}),
            "continuation first": (b" folded\r\n" + plain(b"Subject: x", b"hello"), hi),
            "white line in a field": (plain(b"Subject: x\r\n \r\n y", b"hello"), hi | {"subject": "x y"}),
            "space before colon": (plain(b"Subject : x", b"hello"), hi | {"subject": "x"}),
            "header of NULs": (plain(b"Subject: x\0y", b"hello"), hi | {"subject": "xy"}),
            "two From": (plain(b"From: other@evil.example", b"hello"), {"sender": "mallory@evil.example", "problem": "from"}),
            "two Subject": (plain(b"Subject: x\r\nSubject: y", b"hello"), {"subject": "x", "problem": "subject"}),
            "several authors": (b"From: a@x.example, b@x.example\r\n\r\nhello", {"sender": "a@x.example", "problem": "several"}),
            "no From": (b"Subject: x\r\n\r\nhello", hi | {"problem": "From"}),
            "From in brackets only": (b"From: <>\r\n\r\nhello", hi | {"problem": "From"}),
            "From of an encoded address": (b"From: =?utf-8?q?a=40x.example?=\r\n\r\nhello", hi),
            "address never closed": (b'From: "Mallory <m@x.example\r\n\r\nhello', hi | {"sender": "m@x.example"}),
            "two brackets": (b"From: M <<m@x.example>>\r\n\r\nhello", hi | {"sender": "m@x.example"}),
            "group of nobody": (plain(b"Cc: undisclosed-recipients:;", b"hello"), hi),
            "Content-Type of nothing": (plain(b"Content-Type:", b"hello"), hi),
            "Content-Type of a word": (plain(b"Content-Type: text", b"hello"), hi),
            "Content-Type of a slash": (plain(b"Content-Type: /;;;=;", b"hello"), hi),
            "Content-Type with markup": (plain(b"Content-Type: <script>/<script>", b"hello"), hi),
            "two Content-Types": (plain(b"Content-Type: text/plain\r\nContent-Type: image/png", b"hello"), hi),
            "parameter never closed": (plain(b'Content-Type: text/plain; charset="utf-8', b"hello"), hi),
            "no semicolon": (plain(b"Content-Type: text/html charset=utf-8", b"<p>h\xc3\xa9llo</p>"), {"text": ["héllo"]}),
            "unfolded as IMAP gives it": (plain(b"Subject: a" + b" b" * 5000, b"hello"), hi),
            "wrapped in another mail": (
                plain(b"Content-Type: message/rfc822", plain(b"Subject: inner", b"hello")), hi | {"problem": "wrapped"}),
            "wrapped and encoded": (
                plain(b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64",
                      base64.encodebytes(plain(b"Subject: inner", b"hello"))), hi),
            "message/rfc822 of nothing": (mixed(HELLO, b"Content-Type: message/rfc822\r\n\r\n"), hi),
            "message/partial": (
                plain(b"Content-Type: message/partial; id=a; number=1; total=9", plain(b"Subject: y", b"hello")),
                hi | {"problem": "piece 1 of 9"}),
            "message/external-body": (
                mixed(HELLO, b"Content-Type: message/external-body; access-type=local-file; name=/etc/passwd\r\n\r\n"
                             b"Content-Type: text/plain\r\n\r\n"), hi | {"problem": "not sent", "absent": ["root:"]}),
            "digest": (mixed(b"\r\n" + plain(b"Subject: one", b"a"), b"\r\n" + plain(b"Subject: two", b"b"), kind=b"digest"),
                       {"files": ["one.eml", "two.eml"]}),
        },
    )  # fmt: skip


def boundaries() -> Iterator[Hostile]:
    head = b"Subject: x\r\nContent-Type: multipart/mixed"
    body = b"--B\r\n" + HELLO + b"\r\n--B--\r\n"
    hi: dict[str, Any] = {"text": ["hello"]}
    yield from family(
        "1 boundaries",
        {
            "boundary missing": (plain(head, body), hi | {"problem": "boundary"}),
            "boundary empty": (plain(head + b'; boundary=""', body), hi),
            "boundary wrong": (plain(head + b"; boundary=other", body), hi | {"problem": "boundary"}),
            "boundary with spaces behind": (plain(head + b'; boundary="B  "', body), hi),
            "boundary in capitals": (plain(head + b"; BOUNDARY=B", body), hi),
            "boundary of pattern marks": (mixed(HELLO, boundary=b".*+?(["), hi),
            "boundary of 200 letters": (mixed(HELLO, boundary=b"x" * 200), hi),
            "boundary of two dashes": (mixed(HELLO, boundary=b"--"), hi),
            "boundary twice": (plain(head + b"; boundary=other; boundary=B", body), hi),
            "boundary in eight bits": (mixed(HELLO, boundary="Grüße".encode()), hi),
            "not closed": (plain(head + b"; boundary=B", body[:-7]), hi | {"problem": "closing"}),
            "closed at once": (plain(head + b"; boundary=B", b"--B--\r\nhello\r\n"), hi),
            "text before the first": (plain(head + b"; boundary=B", b"hello\r\n--B--\r\n"), hi),
            "nested with the same boundary": (
                mixed(b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n" + HELLO + b"\r\n--B--"), hi),
            "nested with a longer one": (
                mixed(b"Content-Type: multipart/mixed; boundary=B2\r\n\r\n--B2\r\n" + HELLO + b"\r\n--B2--"), hi),
            "nested with dashes behind": (
                plain(b"Content-Type: multipart/mixed; boundary=a--",
                      b"--a--\r\nContent-Type: multipart/mixed; boundary=a----\r\n\r\n--a----\r\n"
                      + HELLO + b"\r\n--a------\r\n--a----\r\n"), hi),
            "similar lines in the text": (mixed(HELLO + b"\r\n--Bx\r\n-- B\r\n--B-"), hi),
            "the multipart is base64": (
                plain(b"Content-Transfer-Encoding: base64\r\nContent-Type: multipart/mixed; boundary=B",
                      base64.encodebytes(body)), hi | {"problem": "encoded"}),
            "bare line feed before it": (plain(head + b"; boundary=B", body.replace(b"\r\n", b"\n")), hi),
            "alternative of nothing": (mixed(kind=b"alternative"), {}),
        },
    )  # fmt: skip


def encodings() -> Iterator[Hostile]:
    def body(encoding: bytes, data: bytes) -> bytes:
        return plain(b"Subject: x\r\nContent-Transfer-Encoding: " + encoding, data)

    encoded = base64.b64encode(b"hello there")
    hi: dict[str, Any] = {"text": ["hello"]}
    uu = b"begin 644 a.txt\r\n" + binascii.b2a_uu(b"secret") + b"`\r\nend\r\n"
    yield from family(
        "1 transfer encodings",
        {
            "base64 with spaces": (body(b"base64", b" ".join(encoded[n : n + 4] for n in range(0, 16, 4)).replace(b" ", b"\r\n ")), hi),
            "base64 without padding": (body(b"base64", encoded.rstrip(b"=")), hi),
            "base64 with a letter too many": (body(b"base64", encoded.rstrip(b"=") + b"=A"), hi),
            "base64 with rubbish": (body(b"base64", b"!!" + encoded[:8] + b"%%" + encoded[8:]), hi),
            "base64 in two": (body(b"base64", base64.b64encode(b"hello") + b"\r\n" + base64.b64encode(b"again")), hi),
            "base64 that is none": (body(b"base64", b"hello, this was never encoded at all."), hi | {"problem": "base64"}),
            "base64 said with a comment": (body(b"Base64 ; x", encoded), hi),
            "quoted-printable of bad escapes": (body(b"quoted-printable", b"=ZZ=hello=\r\n=4"), hi),
            "quoted-printable ends in an escape": (body(b"quoted-printable", b"hello="), hi),
            "unknown encoding": (body(b"x-rot13", b"hello"), hi),
            "two encodings": (plain(b"Content-Transfer-Encoding: 7bit\r\nContent-Transfer-Encoding: base64", b"hello"), hi),
            "uuencoded in the text": (plain(b"Subject: x", b"hello\r\n" + uu), hi | {"files": ["a.txt"], "contents": [b"secret"]}),
            "uuencoded without end": (plain(b"Subject: x", b"hello\r\n" + uu[:-5]), hi),
            "uuencoded path": (plain(b"Subject: x", b"hello\r\n" + uu.replace(b"a.txt", b"../../etc/a.txt")), {"files": ["etc_a.txt"]}),
            "uuencoded part": (mixed(HELLO, b"Content-Type: image/gif; name=a.gif\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\n" + uu),
                               {"files": ["a.gif"], "contents": [b"secret"]}),
            "yEnc": (plain(b"Subject: x", b"hello\r\n=ybegin line=128 size=3 name=a\r\n\x9b\x9c\x9d\r\n=yend size=3\r\n"), hi),
        },
    )  # fmt: skip


def bombs() -> Iterator[Hostile]:
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2000))
    messages = b"Content-Type: message/rfc822\r\n\r\n" * 5000
    kind = "2 bombs"
    yield from family(
        kind,
        {
            "2,000 levels of multiparts": (FROM + nested + HELLO, {"problem": "nested"}),
            "5,000 levels of messages": (FROM + messages + b"\r\nhello", {}),
            "20,000 parts": (mixed(*[b"\r\nx"] * 20_000), {"problem": "1000 parts"}),
            "100,000 headers": (FROM + b"X-A: b\r\n" * 100_000 + b"\r\nhello", {"problem": "too many headers", "text": ["hello"]}),
            "a header of 1 MB": (plain(b"Subject: " + b"a" * 1_000_000, b"hello"), {}),
            "100,000 encoded words": (plain(b"Subject: " + b"=?utf-8?b?4oI=?= " * 100_000, b"hello"), {}),
            "100,000 halves of encoded words": (plain(b"Subject: " + b"=?utf-8?q?" * 100_000, b"hello"), {}),
            "100,000 folds": (plain(b"Subject: a" + b"\r\n b" * 100_000, b"hello"), {}),
            "100,000 addresses": (plain(b"Cc: " + b"a@b.example, " * 100_000, b"hello"), {"problem": "500 addresses"}),
            "500,000 brackets": (plain(b"Cc: " + b"<" * 250_000 + b"(" * 250_000, b"hello"), {}),
            "100,000 parameters": (plain(b"Content-Type: text/plain" + b"; a*0*=b" * 100_000, b"hello"), {}),
            "100,000 references": (plain(b"References: " + b"<a@b.example> " * 100_000, b"hello"), {}),
            "100,000 boundaries almost": (mixed(b"\r\n" + b"\r\n--Bx" * 100_000), {}),
            "a line of 2 MB": (plain(b"Subject: x", b"hello " * 350_000), {"text": ["hello"]}),
            "500,000 quote marks": (plain(b"Subject: x", b"hello\r\n" + b">" * 500_000), {"text": ["hello"]}),
            "100,000 quoted lines": (plain(b"Subject: x", b"hello\r\n" + b"> a\r\n>> b\r\n" * 50_000), {"text": ["hello"]}),
            "100,000 quote headers": (plain(b"Subject: x", b"On Mon, A wrote\r\n" * 100_000), {}),
            "100,000 uuencode starts": (plain(b"Subject: x", b"begin 644 a\r\n!!!\r\n" * 60_000), {}),
            "100,000 open tags": (html(b"<div>" * 100_000), {"text": ["hello"]}),
            "100,000 formatting tags": (html(b"<b><i><a href=x>" * 30_000), {"text": ["hello"]}),
            "100,000 attributes": (html(b"<p " + b"a=b " * 100_000 + b">x</p>"), {"text": ["hello"]}),
            "a table of 100,000 cells": (html(b"<table><tr>" + b"<td>" * 100_000), {"text": ["hello"]}),
            "an entity of 1 MB": (html(b"&" + b"a" * 1_000_000 + b";"), {"text": ["hello"]}),
            "comments never closed": (html(b"<!--" * 100_000), {"text": ["hello"]}),
            "Word conditionals": (html(b"<!--[if gte mso 9]><xml><o:p>" * 30_000), {"text": ["hello"]}),
            "100,000 styles": (html(b'<p style="color:red;">x</p>' * 30_000), {"text": ["hello"]}),
            "flowed and deep": (plain(b"Content-Type: text/plain; format=flowed", b"hello\r\n" + b">> a \r\n> b \r\n" * 50_000), {}),
        },
    )  # fmt: skip
