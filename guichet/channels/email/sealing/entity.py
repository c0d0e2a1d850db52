"""A mail as header and body for signing and encrypting: what is sealed is the MIME entity (RFC 1847, 8551, 3156)."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from typing import NamedTuple

from guichet.channels.email.limits import HEADER_BLOCK_BYTES
from guichet.channels.email.reading import headers

_PARTS = 10
_OF_ENTITY = (b"content-", b"mime-version")


class Entity(NamedTuple):
    """The fields of a mail that speak of the mail, those that speak of its content, and the body; with line ends."""

    outer: bytes
    content: bytes
    body: bytes

    def field(self, name: str) -> bytes:
        """The first content field of that name, unfolded; b"" without one."""
        return _field(self.content, name)

    @property
    def type_and_parameters(self) -> tuple[str, dict[str, str]]:
        """Content-Type, lower case, and its parameters."""
        return headers.parameters(self.field("content-type"))

    @property
    def sealed(self) -> bytes:
        """The entity itself: what a signature is made over."""
        return self.content + b"\r\n" + self.body


def split(raw: bytes) -> Entity:
    """Linear in the size of the mail. Line ends become CRLF, as signatures ask (RFC 8551 3.1.1)."""
    raw = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    place = raw.find(b"\r\n\r\n", 0, HEADER_BLOCK_BYTES)
    head, body = (raw[: place + 2], raw[place + 4 :]) if place >= 0 else (raw[:HEADER_BLOCK_BYTES], b"")
    kinds: dict[bool, list[bytes]] = {True: [], False: []}
    is_content = False
    for line in head.splitlines(keepends=True):
        if line[:1] not in (b" ", b"\t"):
            is_content = line.lower().startswith(_OF_ENTITY)
        kinds[is_content].append(line)
    return Entity(b"".join(kinds[False]), b"".join(kinds[True]), body)


def parts_of(entity: Entity) -> list[bytes]:
    """The parts of a multipart exactly as they stand, without the line end that belongs to the delimiter.

    The boundary is the one that the reader takes (RFC 2046 5.1.1); after some parts the rest is left unread.
    """
    boundary = entity.type_and_parameters[1].get("boundary", "")
    if not boundary:
        return []
    body = b"\r\n" + entity.body
    delimiter = re.compile(rb"\r\n--" + re.escape(boundary.encode("latin-1", "replace")) + rb"(--)?[ \t]*(?=\r\n|\Z)")
    found: list[bytes] = []
    start = -1
    for mark in delimiter.finditer(body):
        if start >= 0:
            found.append(body[start : mark.start()])
        start = mark.end() + 2
        if mark[1] or len(found) == _PARTS:
            return found
    return [*found, body[start:]] if start >= 0 else found


def two_parts(entity: Entity, kind: str) -> tuple[bytes, bytes] | None:
    """The two parts of a mail that is an envelope of this kind ("signed", "encrypted") and nothing besides (RFC 1847).

    None for everything else: what stands beside an envelope is neither signed nor encrypted.
    """
    parts = parts_of(entity) if entity.type_and_parameters[0] == f"multipart/{kind}" else []
    return (parts[0], parts[1]) if len(parts) == 2 else None


def decoded(part: bytes) -> bytes:
    """The body of a part, its transfer encoding undone; what cannot be decoded stays as it is."""
    entity = split(part)
    encoding = entity.field("content-transfer-encoding").strip().lower()
    try:
        if encoding == b"base64":
            return base64.b64decode(entity.body)
        if encoding == b"quoted-printable":
            return quopri.decodestring(entity.body)
    except binascii.Error:
        return entity.body
    return entity.body


def with_content(outer: Entity, inner: bytes) -> bytes:
    """The mail as if it had never been sealed: the outer fields around the inner entity.

    Thunderbird and others leave "..." outside and put the true subject inside (protected headers).
    """
    inside = split(inner)
    subject = _field(inside.outer, "subject")
    kept = outer.outer
    if subject and b"protected-headers" in inside.content.lower():
        kept = _without(kept, b"subject:") + b"Subject:" + subject + b"\r\n"
    return kept + inside.content + b"\r\n" + inside.body


def _field(head: bytes, name: str) -> bytes:
    start = f"\r\n{name}:".encode()
    lower = b"\r\n" + head.lower()
    place = lower.find(start)
    if place < 0:
        return b""
    value = []
    for number, line in enumerate((b"\r\n" + head)[place + len(start) :].split(b"\r\n")):
        if number and line[:1] not in (b" ", b"\t"):
            break
        value.append(line)
    return b"".join(value)


def _without(head: bytes, name: bytes) -> bytes:
    kept, is_kept = [], True
    for line in head.splitlines(keepends=True):
        if line[:1] not in (b" ", b"\t"):
            is_kept = not line.lower().startswith(name)
        if is_kept:
            kept.append(line)
    return b"".join(kept)
