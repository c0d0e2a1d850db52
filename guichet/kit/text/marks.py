"""The marks of quoted lines."""

from __future__ import annotations

import re

# A longer line is no announcement, no header and no separator.
MAX_LINE = 600
QUOTED = re.compile(r"^[\s\u200b\ufeff]{0,3}>\s?")
ALL_MARKS = re.compile(r"^(?:[\s\u200b\ufeff]{0,3}>){1,40} ?")
_PIPED = re.compile(r"^\s{0,3}\|\s?[^|]*$")


def is_quoted(line: str) -> bool:
    return QUOTED.match(line) is not None


def is_piped(line: str) -> bool:
    """A line after "|", as some programs mark quotes; not the row of a table."""
    return _PIPED.match(line[:MAX_LINE]) is not None


def is_quote_after(lines: list[str], place: int) -> bool:
    """Whether the next words, at most a few lines on, are marked as a quote."""
    for line in lines[place : place + 3]:
        if line.strip():
            return is_quoted(line) or is_piped(line)
    return False
