"""One-line text: what may stand in a list row, a header or a log."""

from __future__ import annotations

import re
from collections.abc import Iterable

# Control characters, line and paragraph separators, lone surrogates.
_BREAKING = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff]")


def some_lines(text: str, limit: int) -> str:
    """Words of several lines as they are kept: lines end in one way, no NUL, nothing empty around them."""
    return text[:limit].replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def one_line(text: str, limit: int) -> str:
    """Control and line-breaking characters become spaces, runs of space fold, at most `limit` characters."""
    # Four times the limit is enough for ordinary folding and keeps a huge body cheap.
    line = " ".join(_BREAKING.sub(" ", text[: limit * 4]).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def whole_number(word: str, digits: int = 18) -> int:
    """The number that an address or a form names, of a row or an amount; 0 for anything else, and for more digits."""
    return int(word) if word.isascii() and word.isdecimal() and len(word) <= digits else 0


def whole_numbers(words: Iterable[str]) -> list[int]:
    """Those of the words that are such numbers."""
    return [number for word in words if (number := whole_number(word))]
