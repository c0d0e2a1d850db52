"""As much of the Cryptographic Message Syntax (RFC 5652) as reading needs: what a blob is, and signed content within.

Nothing is verified or decrypted, and no library is needed. BER with indefinite lengths is read too: Outlook writes it.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

from guichet.channels.email import limits

_PKCS7 = bytes.fromhex("2a864886f70d0107")
_SMIME_CT = bytes.fromhex("2a864886f70d01091001")
_KINDS = {
    _PKCS7 + b"\x02": "signed",
    _PKCS7 + b"\x03": "encrypted",
    _SMIME_CT + b"\x17": "encrypted",  # authEnveloped
    _SMIME_CT + b"\x09": "compressed",
}
_SEQUENCE, _OID, _OCTETS, _CONTEXT_0 = 0x30, 0x06, 0x04, 0xA0
_DEPTH = 20
_PIECES = 100_000


class _Value(NamedTuple):
    """One TLV: its tag, where its content begins and ends, and where the next one begins."""

    tag: int
    start: int
    end: int
    next: int


def kind_of(data: bytes) -> str:
    """ "signed", "encrypted", "compressed", or "" for anything else."""
    try:
        return _KINDS.get(_oid(data, _Reader(data).read(0)), "")
    except (IndexError, ValueError):
        return ""


def content_of(data: bytes) -> bytes:
    """The content of signed or compressed data, b"" where there is none or the blob is broken."""
    try:
        reader = _Reader(data)
        outer = reader.read(0)
        kind = _KINDS.get(_oid(data, outer), "")
        inner = reader.read(reader.read(reader.read(outer.start).next).start)  # [0] EXPLICIT SEQUENCE
        if kind == "signed":
            return _encapsulated(reader, reader.after(inner.start, 2))
        if kind == "compressed":
            return _inflated(_encapsulated(reader, reader.after(inner.start, 2)))
    except (IndexError, ValueError, zlib.error):
        return b""
    return b""


class _Reader:
    """Reads TLVs from `data`. Raises IndexError, ValueError."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.count = 0

    def read(self, at: int, depth: int = 0) -> _Value:
        self.count += 1
        if depth > _DEPTH or self.count > _PIECES:
            raise ValueError("nested too deeply")
        tag, length, start = self.data[at], self.data[at + 1], at + 2
        if length == 0x80:
            place = start
            while self.data[place : place + 2] != b"\0\0":
                place = self.read(place, depth + 1).next
            return _Value(tag, start, place, place + 2)
        if length > 0x80:
            size = length & 0x7F
            if size > 5:
                raise ValueError("too long")
            length = int.from_bytes(self.data[start : start + size], "big")
            start += size
        end = start + length
        if end > len(self.data):
            raise ValueError("cut off")
        return _Value(tag, start, end, end)

    def after(self, at: int, count: int) -> _Value:
        """The value behind so many others."""
        for _ in range(count):
            at = self.read(at).next
        return self.read(at)

    def octets(self, value: _Value, depth: int = 0) -> bytes:
        """An octet string, put together where it comes in pieces."""
        if value.tag == _OCTETS:
            return self.data[value.start : value.end]
        if value.tag & 0x3F != _OCTETS | 0x20 or depth > _DEPTH:
            raise ValueError("no octet string")
        pieces, at = [], value.start
        while at < value.end:
            piece = self.read(at)
            pieces.append(self.octets(piece, depth + 1))
            at = piece.next
        return b"".join(pieces)


def _oid(data: bytes, outer: _Value) -> bytes:
    if outer.tag != _SEQUENCE or data[outer.start] != _OID:
        return b""
    return data[outer.start + 2 : outer.start + 2 + data[outer.start + 1]]


def _encapsulated(reader: _Reader, info: _Value) -> bytes:
    """The content of an EncapsulatedContentInfo; b"" where it stands apart."""
    oid = reader.read(info.start)
    if oid.next >= info.end:
        return b""
    wrapped = reader.read(oid.next)
    return reader.octets(reader.read(wrapped.start)) if wrapped.tag == _CONTEXT_0 else b""


def _inflated(data: bytes) -> bytes:
    return zlib.decompressobj().decompress(data, limits.MESSAGE_BYTES)
