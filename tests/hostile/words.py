"""Charsets, dirty text, dates, header injection, identities, claims, names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.hostile.making import (
    HELLO,
    Hostile,
    attached,
    family,
    html,
    mixed,
    plain,
)


def charsets() -> Iterator[Hostile]:
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


def dirty_text() -> Iterator[Hostile]:
    def words(data: bytes) -> bytes:
        return plain(b"Subject: x\r\nContent-Type: text/plain; charset=utf-8", b"hello " + data + b" there")

    both: dict[str, Any] = {"text": ["hello", "there"]}
    yield from family(
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


def dates() -> Iterator[Hostile]:
    for value in (
        "Fri, 31 Dec 9999 23:59:59 -1200", "Thu, 1 Jan 0001 00:00:00 +1400", "Mon, 1 Jun 99999999999 10:00:00 +0000",
        "Mon, 1 Jun 2026 99:99:99 +9999", "Mon, 31 Feb 2026 00:00:00 +0000", "Mon, 1 Jun 2026 10:00:00 +99999999999999",
        "-1", "0", "١ يونيو ٢٠٢٦", "NaN", "Mon, 1 Jun -5 10:00:00", "1 " * 2000,
    ):  # fmt: skip
        yield Hostile(f"date {value[:40]}", "3 dates", plain(b"Date: " + value.encode(), b"hello"), {"text": ["hello"]})


def injections() -> Iterator[Hostile]:
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


def identities() -> Iterator[Hostile]:
    head = b"Subject: x\r\nMessage-ID: <same@evil.example>"
    one: dict[str, Any] = {"message_id": "same@evil.example"}
    yield from family(
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


def claims() -> Iterator[Hostile]:
    """What a sender claims about himself is told on, never believed by the reader."""
    results = b"Authentication-Results: desk.example; dmarc=pass header.from=bank.example"
    yield from family(
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


def names() -> Iterator[Hostile]:
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
