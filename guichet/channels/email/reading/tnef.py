"""What a winmail.dat holds (MS-OXTNEF): the files and the text that Outlook put into it.

Read in one pass within bounds: lengths are never believed, broken ends give what came before them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from guichet.channels.email.reading import charsets, headers
from guichet.channels.email.reading.rtf import decompress, rtf_to_html, rtf_to_text

_SIGNATURE = 0x223E9F78
_MESSAGE_ID_OF_OBJECT = bytes.fromhex("0703020000000000c000000000000046")
_OBJECTS = 10_000
_PROPERTIES = 5_000
_DEPTH = 3

# Attributes of the stream (MS-OXTNEF 2.1.3.2).
_SUBJECT, _BODY, _ATTACH_DATA, _ATTACH_TITLE = 0x8004, 0x800C, 0x800F, 0x8010
_ATTACH_BEGINS, _MESSAGE_PROPERTIES, _ATTACHMENT, _CODEPAGE = 0x9002, 0x9003, 0x9005, 0x9007
# Properties (MS-OXPROPS).
_P_SUBJECT, _P_BODY, _P_HTML, _P_RTF, _P_CODEPAGE = 0x0037, 0x1000, 0x1013, 0x1009, 0x3FDE
_P_DATA, _P_NAME, _P_LONG_NAME, _P_MIME, _P_CID, _P_DISPLAY = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712, 0x3001
_SIZES = {0x0000: 0, 0x0001: 0, 0x0002: 4, 0x0003: 4, 0x0004: 4, 0x0005: 8, 0x0006: 8, 0x0007: 8, 0x000A: 4, 0x000B: 4,
          0x0014: 8, 0x0040: 8, 0x0048: 16}  # fmt: skip
_STRING, _UNICODE, _OBJECT, _BINARY = 0x001E, 0x001F, 0x000D, 0x0102


@dataclass(slots=True)
class Left:
    """What may still be opened of one mail, however many streams it has: files, bytes of unpacked rich text."""

    files: int = 200
    rich_text: int = 2 * 1024 * 1024


@dataclass(slots=True)
class Attached:
    """One attachment as it stands in the stream; `content_type` is "" where none is said."""

    name: str = ""
    content: bytes = b""
    content_type: str = ""
    content_id: str = ""
    message: Opened | None = None


@dataclass(slots=True)
class Opened:
    """The contents of one stream: `html` is as it was sent, not sanitised."""

    subject: str = ""
    text: str = ""
    html: str = ""
    files: list[Attached] = field(default_factory=list)
    is_cut: bool = False


def is_tnef(data: bytes) -> bool:
    return len(data) >= 6 and int.from_bytes(data[:4], "little") == _SIGNATURE


def open_tnef(data: bytes, left: Left, depth: int = 0) -> Opened:
    """The contents of a TNEF stream; `is_cut` says that it is broken or larger than the bounds."""
    found = Opened()
    reader = _Stream(found, left, depth)
    place, size = 6, len(data)
    for _ in range(_OBJECTS):
        if place + 9 > size:
            break
        attribute, length = struct.unpack_from("<xHxxI", data, place)
        start, place = place + 9, place + 11 + length
        reader.take(attribute, data[start : start + length])
        if place > size:
            found.is_cut = True
            break
    else:
        found.is_cut = True
    reader.close()
    return found


class _Stream:
    """Collects the attributes of one stream."""

    def __init__(self, found: Opened, left: Left, depth: int) -> None:
        self.found = found
        self.left = left
        self.depth = depth
        self.codepage = "cp1252"
        self.html = b""
        self.rtf = b""
        self.html_charset = ""

    def take(self, attribute: int, data: bytes) -> None:
        found = self.found
        if attribute == _CODEPAGE and len(data) >= 4:
            self.codepage = f"cp{int.from_bytes(data[:4], 'little')}"
        elif attribute == _ATTACH_BEGINS:
            if not self.left.files:
                found.is_cut = True
                return
            self.left.files -= 1
            found.files.append(Attached())
        elif attribute == _SUBJECT:
            found.subject = found.subject or self.string(data)
        elif attribute == _BODY:
            found.text = found.text or self.string(data)
        elif attribute == _MESSAGE_PROPERTIES:
            self.properties(data)
        elif found.files and not found.is_cut:
            file = found.files[-1]
            if attribute == _ATTACH_TITLE:
                file.name = file.name or headers.one_line(self.string(data))
            elif attribute == _ATTACH_DATA:
                file.content = data
            elif attribute == _ATTACHMENT:
                self.attachment(file, data)

    def string(self, data: bytes) -> str:
        return charsets.decode(data.partition(b"\0")[0], self.codepage)[0]

    def properties(self, data: bytes) -> None:
        for name, kind, value in _properties(data, self.found):
            if name == _P_BODY:
                self.found.text = self.words(kind, value) or self.found.text
            elif name == _P_SUBJECT:
                self.found.subject = self.words(kind, value) or self.found.subject
            elif name == _P_HTML:
                self.html = value if kind == _BINARY else self.words(kind, value).encode("utf-8", "replace")
                self.html_charset = self.html_charset if kind == _BINARY else "utf-8"
            elif name == _P_RTF:
                self.rtf = value
            elif name == _P_CODEPAGE and len(value) >= 4 and not self.html_charset:
                number = int.from_bytes(value[:4], "little")
                self.html_charset = "utf-8" if number == 65001 else f"cp{number}"

    def words(self, kind: int, value: bytes) -> str:
        if kind == _UNICODE:
            return charsets.clean(value.decode("utf-16-le", "replace").partition("\0")[0])
        return self.string(value)

    def attachment(self, file: Attached, data: bytes) -> None:
        for name, kind, value in _properties(data, self.found):
            if name == _P_LONG_NAME:
                file.name = headers.one_line(self.words(kind, value)) or file.name
            elif name in (_P_NAME, _P_DISPLAY):
                file.name = file.name or headers.one_line(self.words(kind, value))
            elif name == _P_MIME:
                file.content_type = self.words(kind, value).strip().lower()
            elif name == _P_CID:
                file.content_id = headers.one_line(self.words(kind, value)).strip("<>")
            elif name == _P_DATA:
                self.data(file, value)

    def data(self, file: Attached, value: bytes) -> None:
        """An attached message is a stream of its own behind the id of its interface."""
        if not value.startswith(_MESSAGE_ID_OF_OBJECT):
            file.content = value
            return
        file.content = value[16:]
        if not is_tnef(file.content):
            return
        if self.depth >= _DEPTH:
            self.found.is_cut = True
            return
        file.message = open_tnef(file.content, self.left, self.depth + 1)
        self.found.is_cut |= file.message.is_cut

    def close(self) -> None:
        """HTML and text from whichever form there is."""
        found = self.found
        if self.html:
            found.html = charsets.decode(self.html.rstrip(b"\0"), self.html_charset)[0]
        elif self.rtf:
            rtf = decompress(self.rtf, self.left.rich_text)
            self.left.rich_text -= len(rtf)
            found.html = rtf_to_html(rtf)
            if not found.text.strip() and not found.html:
                found.text = rtf_to_text(rtf)


def _properties(data: bytes, found: Opened) -> Iterator[tuple[int, int, bytes]]:
    """Identifier, type and first value of each property (MS-OXTNEF 2.1.3.4)."""
    place, size = 4, len(data)
    for _ in range(_PROPERTIES):
        if place + 4 > size:
            return
        kind, name = struct.unpack_from("<HH", data, place)
        place += 4
        if name & 0x8000:
            place = _after_name(data, place)
        count = 1
        is_many = bool(kind & 0x1000)
        kind &= 0x0FFF
        is_sized = kind in (_STRING, _UNICODE, _OBJECT, _BINARY)
        if is_many or is_sized:
            count, place = _number(data, place), place + 4
        if not is_sized and kind not in _SIZES:
            found.is_cut = True
            return
        if kind in (0x0000, 0x0001):
            count = 0  # values without a length: no number of them means anything
        first = b""
        for turn in range(min(count, _PROPERTIES)):
            length = _number(data, place) if is_sized else _value_size(kind, is_many)
            place += 4 if is_sized else 0
            if place + length > size:
                found.is_cut = True
                return
            if turn == 0:
                first = data[place : place + length]
            place += length + (-length % 4 if is_sized else 0)
        if not is_sized and is_many:
            place += -place % 4
        yield name, kind, first
    found.is_cut = True


def _value_size(kind: int, is_many: bool) -> int:
    """Two-byte values are padded to four, but not within a list of them."""
    return 2 if is_many and kind in (0x0002, 0x000B) else _SIZES[kind]


def _after_name(data: bytes, place: int) -> int:
    """Behind the GUID and the number or name of a named property."""
    kind = _number(data, place + 16)
    place += 20
    if kind == 0:
        return place + 4
    length = _number(data, place)
    return place + 4 + length + -length % 4


def _number(data: bytes, place: int) -> int:
    return int.from_bytes(data[place : place + 4], "little")
