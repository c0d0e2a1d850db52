"""A CSV file from anywhere, as rows of text: whatever its encoding and separator, and within bounds."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

MEGABYTES = 25
LINES = 200_000
COLUMNS = 100
CELL = 20_000
SNIFFED = 64 * 1024
SEPARATORS = (",", ";", "\t", "|")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Unusable(Exception):
    """The file cannot be read (on): the message is for the person who brought it."""


def rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of each row that has something in it, the heads first. Raises Unusable. Never holds the file."""
    with path.open("rb") as raw:
        start = raw.read(SNIFFED)
        raw.seek(0)
        encoding = encoding_of(start, is_whole=len(start) < SNIFFED)
        text = io.TextIOWrapper(raw, encoding, errors="strict" if encoding != "cp1252" else "replace", newline="")
        separator, skipped = separator_of(start.decode(encoding, "ignore"))
        yield from _rows(text, separator, skipped)


def _rows(text: io.TextIOWrapper, separator: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    for _line in range(skipped):
        text.readline(CELL)
    reader = csv.reader(_bounded(text), delimiter=separator, strict=True)
    count = 0
    while True:
        began = reader.line_num + skipped + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, UnicodeError) as broken:
            raise Unusable(_unreadable(reader.line_num + skipped, began, broken)) from broken
        if len(cells) > COLUMNS:
            raise Unusable(_("Line %(line)s has more than %(n)s columns.") % {"line": reader.line_num, "n": COLUMNS})
        if any(len(cell) > CELL for cell in cells):
            raise Unusable(_("Line %(line)s has a cell that is too long.") % {"line": reader.line_num})
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > LINES + 1:
            raise Unusable(_("The file has more than %(n)s lines. Cut it into several.") % {"n": LINES})
        yield reader.line_num + skipped, [plain(cell) for cell in cells]


def _unreadable(line: int, began: int, broken: Exception) -> str:
    if isinstance(broken, UnicodeError) and not line:
        return _("The file is not text. Save it as CSV in UTF-8.")
    if isinstance(broken, UnicodeError):
        return _("After line %(line)s the file is not text. Save it as CSV in UTF-8.") % {"line": line}
    return _("Line %(line)s is broken: a quotation mark is opened and not closed.") % {"line": began}


def _bounded(text: io.TextIOWrapper) -> Iterator[str]:
    """Lines, of which none is longer than a row may be: a file without line ends is no list."""
    limit = CELL * 4
    while line := text.readline(limit):
        if len(line) == limit:
            raise Unusable(_("A line is too long. Is this a list at all?"))
        if "\x00" in line:
            raise UnicodeError("a NUL byte")
        yield line


def encoding_of(start: bytes, *, is_whole: bool) -> str:
    """UTF-8 or UTF-16 if it is; else what Excel writes in Western Europe."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        # A character may be cut at the end of what was read.
        (start if is_whole else start[: start.rfind(b"\n") + 1]).decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def separator_of(start: str) -> tuple[str, int]:
    """What parts the cells, and how many lines come before the heads: Excel may name it in a line "sep=;"."""
    first, _end, _rest = start.lstrip("\ufeff").partition("\n")
    named = first.strip()
    if named.lower().startswith("sep=") and named[4:] in SEPARATORS:
        return named[4:], 1
    outside = "".join(first.split('"')[::2])
    return max(SEPARATORS, key=outside.count), 0


def plain(cell: str) -> str:
    """As it was before an export quoted it for spreadsheets (`safe`)."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell


def safe(cell: str) -> str:
    """No spreadsheet takes it for a formula (security A17); `plain` gives it back."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
