"""A letter made ready for the checks: what is quoted is blanked out, its parts and sentences found; places stay."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from guichet.tickets.guard.letter import LOOKED_AT, flat
from guichet.tickets.guard.words import ANNOUNCED, CLOSINGS, GREETING, GREETING_WORDS

_END = re.compile(r"[.!?…](?=\s|$)|\n")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CODE = re.compile(r"`[^`\n]{1,500}`|https?://\S{1,2000}|\bwww\.\S{1,2000}")
_GREETED = re.compile(rf"(?:{GREETING_WORDS}|madame|monsieur)?(?: ?[^\s,!:;.?]{{1,30}}){{0,5}}? ?(?:[,!:;.?]|$)")
_FENCE = re.compile(r"^\s*```")


@dataclass(frozen=True)
class Text:
    """`own` is the text without quotes, of equal length; `flat` the same in flat letters."""

    whole: str

    @classmethod
    def of(cls, text: str) -> Text:
        return cls(unicodedata.normalize("NFC", text[:LOOKED_AT]))

    @cached_property
    def own(self) -> str:
        lines, is_quoted = [], False
        for line in self.whole.split("\n"):
            is_quoted = is_quoted or bool(ANNOUNCED.match(flat(line.strip())))
            lines.append(" " * len(line) if is_quoted or line.lstrip().startswith(">") else line)
        return "\n".join(lines)

    @cached_property
    def flat(self) -> str:
        return flat(self.own)

    @cached_property
    def plain(self) -> str:
        """Flat, without addresses of the web and what is marked as code: what people say."""
        said = _CODE.sub(lambda found: " " * len(found[0]), self.flat)
        lines, in_code = [], False
        for line in said.split("\n"):
            is_fence = bool(_FENCE.match(line))
            in_code = in_code != is_fence
            lines.append(" " * len(line) if in_code or is_fence else line)
        return "\n".join(lines)

    @cached_property
    def lines(self) -> list[tuple[int, str]]:
        """(place, line) of those with words."""
        found, place = [], 0
        for line in self.own.split("\n"):
            if line.strip():
                found.append((place + len(line) - len(line.lstrip()), line.strip()))
            place += len(line) + 1
        return found

    def sentences(self) -> Iterator[tuple[int, str]]:
        """(place, flat sentence)."""
        start = 0
        for end in _END.finditer(self.plain):
            if end.end() > start:
                yield start, self.plain[start : end.end()]
            start = end.end()
        if start < len(self.plain):
            yield start, self.plain[start:]

    @cached_property
    def greeting(self) -> tuple[int, str] | None:
        """The first line, if it greets."""
        if self.lines and GREETING.match(flat(self.lines[0][1])):
            return self.lines[0]
        return None

    @cached_property
    def body(self) -> str:
        """The flat words between greeting and closing, nothing where there are none."""
        kept: list[str] = []
        for index, (_place, line) in enumerate(self.lines):
            if index == 0 and self.greeting:
                line = line[_greeted(flat(line)) :]
            if flat(line).rstrip(" ,.!-") in CLOSINGS or line in ("--", "-- "):
                break
            kept.append(flat(line))
        return "\n".join(kept).strip()


def _greeted(line: str) -> int:
    """How much of a flat line is its greeting: up to the comma, or the whole of a short one."""
    found = _GREETED.match(line)
    return found.end() if found else 0


def words(text: str) -> list[str]:
    return _WORD.findall(text)


def is_quoted(said: str, start: int, end: int) -> bool:
    """Whether these flat words stand between quotation marks of their line: then they are spoken about."""
    begin = said.rfind("\n", 0, start) + 1
    stop = said.find("\n", end)
    after = said[end : stop if stop >= 0 else len(said)]
    return said.count('"', begin, start) % 2 == 1 and '"' in after
