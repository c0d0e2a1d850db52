"""MIME bodies of outgoing mail (RFC 2045): 7 bit whatever is in them, and the same bytes each time they are built."""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence

from guichet.channels.email.sending import fields

_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")
# Composite types may not be base64 (RFC 2045 6.4): such files travel as plain bytes.
_COMPOSITE = ("message/", "multipart/")


class Boundaries:
    """Delimiters that no encoded body can contain ("=_" is neither base64 nor quoted-printable)."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0

    def next(self) -> str:
        self._count += 1
        return "=_" + hashlib.sha256(f"{self._seed} {self._count}".encode()).hexdigest()[:32]


def text_part(subtype: str, text: str) -> bytes:
    """text/plain or text/html in UTF-8, quoted-printable or, where that would grow too much, base64."""
    raw = "\r\n".join(text.splitlines()).encode() + b"\r\n"
    encoded = binascii.b2a_qp(raw, istext=True)
    name = "quoted-printable"
    if len(encoded) > 1.6 * len(raw) + 200:
        encoded, name = _base64(raw), "base64"
    head = fields.parameters("Content-Type", f"text/{subtype}", {"charset": "utf-8"})
    return head + fields.plain("Content-Transfer-Encoding", name) + b"\r\n" + encoded


def file_part(name: str, content_type: str, content: bytes, *, content_id: str = "") -> bytes:
    """An attachment; with a `content_id` a picture that the HTML shows."""
    kind = content_type.partition(";")[0].strip().lower()
    if not _TYPE.fullmatch(kind) or kind.startswith(_COMPOSITE):
        kind = "application/octet-stream"
    named = {"filename": name} if name else {}
    head = fields.plain("Content-Type", kind) + fields.plain("Content-Transfer-Encoding", "base64")
    head += fields.parameters("Content-Disposition", "inline" if content_id else "attachment", named)
    if content_id:
        head += fields.message_ids("Content-ID", [content_id])
    return head + b"\r\n" + _base64(content)


def multipart(subtype: str, parts: Sequence[bytes], boundary: str, extra: Mapping[str, str] | None = None) -> bytes:
    """Several parts as one; a single part is itself."""
    if len(parts) == 1:
        return parts[0]
    head = fields.parameters("Content-Type", f"multipart/{subtype}", {"boundary": boundary, **(extra or {})})
    line = f"--{boundary}".encode("ascii")
    body = b"".join(line + b"\r\n" + part + (b"" if part.endswith(b"\r\n") else b"\r\n") for part in parts)
    return head + b"\r\n" + body + line + b"--\r\n"


def _base64(content: bytes) -> bytes:
    """In lines of 76 characters."""
    step = 57
    lines = (binascii.b2a_base64(content[at : at + step], newline=False) for at in range(0, len(content), step))
    return b"\r\n".join(lines) + b"\r\n"
