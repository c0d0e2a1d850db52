"""mbox files as real programs write them: mboxo, mboxrd, mboxcl, mboxcl2 (RFC 4155 and the folklore beside it).

A mail begins at a "From " line after an empty one. In mbox files whose programs escape nothing in bodies, a true
Content-Length decides where it ends; elsewhere the line must look like a separator. ">From " is read back as mboxrd
says. Reading is linear and holds one mail at a time; what is larger than a mail may be is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from guichet.channels.email.limits import MESSAGE_BYTES
from guichet.channels.email.reading import headers
from guichet.channels.importing.found import Found, Unusable, too_large

LINE = 64 * 1024  # bytes read at once of a line
BLANKS = 100  # empty lines between a mail and the next one's From_ line
_SEPARATOR = re.compile(
    rb"From .*?(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?\s+(?:[A-Z][a-z]{2}\s+\d{1,2}|\d{1,2}\s+[A-Z][a-z]{2}).{0,40}\d\d:\d\d"
)
_FIELD = re.compile(rb"[!-9;-~]{1,100}\s*:|>From ")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_LENGTH = re.compile(rb"^content-length:\s*(\d{1,12})\s*$", re.IGNORECASE)
_FROM_DATE = re.compile(rb"([A-Z][a-z]{2})\s+(\d{1,2})\s+(\d\d:\d\d(?::\d\d)?)\s+(?:([+-]\d{4}|[A-Z]{3,4})\s+)?(\d{4})")
_INTERNAL = re.compile(rb"^X-IMAP(?:base)?:|^Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA", re.MULTILINE)


@dataclass
class _Mail:
    """A mail while it is read: `start` is the offset of its From_ line."""

    start: int
    separator: bytes
    lines: list[bytes] = field(default_factory=list)
    size: int = 0
    is_escaped: bool = True

    def add(self, line: bytes) -> None:
        self.size += len(line)
        if self.size <= MESSAGE_BYTES + 2:
            self.lines.append(line)
        else:
            self.lines.clear()

    def found(self, end: int) -> Found:
        place, name = {"offset": end}, f"byte {self.start}"
        if self.size > MESSAGE_BYTES + 2:
            return Found(place, problem=too_large(), name=name)
        raw = b"".join(self.lines)
        # The empty line before the next From_ line belongs to the file.
        raw = raw.removesuffix(b"\r\n") if raw.endswith((b"\n\r\n", b"\r\n\r\n")) else _without_last(raw)
        if self.is_escaped:
            raw = _QUOTED.sub(rb"\1", raw)
        if not raw.strip():
            return Found(place, problem=_("It is empty."), name=name)
        return Found(place, raw, _date(self.separator), name=name)


def _without_last(raw: bytes) -> bytes:
    return raw[:-1] if raw.endswith(b"\n\n") else raw


class Mbox:
    """An mbox file. Its place is the offset of the next mail's From_ line; a shorter file begins anew."""

    def __init__(self, path: Path, called: str = "") -> None:
        self.path = path
        self.called = called or path.name  # by whom it is from

    def total(self) -> int | None:
        return None

    def share(self, place: dict[str, Any]) -> float | None:
        try:
            size = self.path.stat().st_size
        except OSError:
            return None
        return min(1.0, place.get("offset", 0) / size) if size else 1.0

    def mails(self, place: dict[str, Any]) -> Iterator[Found]:
        try:
            with self.path.open("rb") as file:
                yield from self._read(file, int(place.get("offset", 0)))
        except OSError as error:
            raise Unusable(
                _("%(file)s cannot be read: %(error)s.") % {"file": self.called, "error": error.strerror}
            ) from error

    def _read(self, file: BinaryIO, offset: int) -> Iterator[Found]:
        size = self.path.stat().st_size
        offset = offset if offset <= size else 0
        file.seek(offset)
        if offset == size:
            return
        first = _first_line(file)
        if not first.startswith(b"From "):
            raise Unusable(
                _("%(file)s is no mbox file: it does not begin with a “From ” line.") % {"file": self.called}
            )
        mail = _Mail(file.tell() - len(first), first)
        while True:
            following = _one(file, mail)
            if not (mail.start == 0 and _INTERNAL.search(b"".join(mail.lines[:20]))):
                yield mail.found(file.tell() - len(following))
            if not following:
                return
            mail = _Mail(file.tell() - len(following), following)


def _first_line(file: BinaryIO) -> bytes:
    """The first line that is not empty; a byte order mark before it is passed over."""
    while line := file.readline(LINE):
        line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            return line
    return b""


def _line_behind(file: BinaryIO) -> bytes:
    """The first line here that is not empty. Few are passed over: many mails may point to the same empty lines."""
    for _line in range(BLANKS):
        line = file.readline(LINE)
        if line not in (b"\n", b"\r\n"):
            return line
    return b""


def _one(file: BinaryIO, mail: _Mail) -> bytes:
    """Read a mail to its end; the From_ line that follows, b"" at the end of the file."""
    length = _header(file, mail)
    if length is not None and (whole := _by_length(file, length, mail)) is not None:
        return whole
    was_empty, was_whole = True, True
    while line := file.readline(LINE):
        begins_line, was_whole = was_whole, line.endswith(b"\n")
        if begins_line and was_empty and line.startswith(b"From ") and _is_separator(file, line):
            return line
        was_empty = begins_line and line in (b"\n", b"\r\n")
        mail.add(line)
    return b""


def _header(file: BinaryIO, mail: _Mail) -> int | None:
    """Read the header with the empty line behind it; what its Content-Length says."""
    length = None
    while line := file.readline(LINE):
        mail.add(line)
        if line in (b"\n", b"\r\n"):
            return length
        if match := _LENGTH.match(line):
            length = int(match[1])
    return None


def _by_length(file: BinaryIO, length: int, mail: _Mail) -> bytes | None:
    """Take the body by its Content-Length, if a From_ line or the end of the file stands behind it; else nothing."""
    body = file.tell()
    file.seek(body + length)
    line = _line_behind(file)
    is_true = line.startswith(b"From ") if line else file.tell() >= body + length == file.seek(0, 2)
    if not is_true or not length:
        file.seek(body)
        return None
    after = file.tell() if line else None
    file.seek(body)
    if mail.size + length > MESSAGE_BYTES:
        mail.size += length
        mail.lines.clear()
        mail.size = max(mail.size, MESSAGE_BYTES + 3)
    else:
        mail.add(file.read(length))
    mail.is_escaped = False
    file.seek(0, 2) if after is None else file.seek(after)
    return line


def _is_separator(file: BinaryIO, line: bytes) -> bool:
    """Whether a "From " line begins a mail: it bears a date, or a header field follows (Thunderbird writes none)."""
    if _SEPARATOR.match(line):
        return True
    here = file.tell()
    following = file.readline(LINE)
    file.seek(here)
    return len(line.split()) <= 2 and _FIELD.match(following) is not None


def _date(separator: bytes) -> datetime | None:
    """When the mail was put into the file (asctime, with or without a zone; without one it is UTC)."""
    match = _FROM_DATE.search(separator)
    if match is None:
        return None
    month, day, time, zone, year = match.groups()
    return headers.date(b" ".join((day, month, year, time, zone or b"+0000")))
