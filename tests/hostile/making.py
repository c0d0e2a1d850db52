"""How hostile mails are put together."""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

FROM = b"From: Mallory <mallory@evil.example>\r\nTo: help@desk.example\r\n"


HELLO = b"Content-Type: text/plain\r\n\r\nhello"


class Hostile(NamedTuple):
    """One mail; `kind` is the row of the threat table in words."""

    name: str
    kind: str
    raw: bytes
    expect: dict[str, Any]


def family(kind: str, raws: dict[str, tuple[bytes, dict[str, Any]]]) -> Iterator[Hostile]:
    for name, (raw, expect) in raws.items():
        yield Hostile(name, kind, raw, expect)


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
