"""Found words in running text: which they are, the best place of a long text, and their marks in safe HTML. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString

from guichet.tickets.search.asking import Term
from guichet.tickets.search.folding import fold

SNIPPET = 220  # signs
LEAD = 60  # of them before the first found word
_WORD = re.compile("(?:[^\\W_]|[\u0300-\u036f])+")
_SPACE = re.compile(r"\s+")

_folded = lru_cache(maxsize=20_000)(fold)


@dataclass(frozen=True, slots=True)
class Found:
    """A word of a text that a term reaches."""

    start: int
    end: int
    term: int
    word: str  # folded


class Marker:
    """Finds the wanted terms of one question in any number of texts."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._phrases = [(at, term.words) for at, term in enumerate(terms) if term.is_phrase]
        self._words: dict[str, int] = {}
        self._beginnings: list[tuple[str, int]] = []
        for at, term in enumerate(terms):
            if term.is_phrase:
                continue
            for word in (*term.words, *term.forms, *term.wider, *term.near):
                self._words.setdefault(word, at)
            for head, tail in term.parts:
                self._words.setdefault(head, at)
                self._beginnings.append((tail, at))
            if term.begins:
                self._beginnings.append((term.words[0], at))
        self._known: dict[str, int] = {}
        phrases = ((words[0], at) for at, words in self._phrases)
        self._needles = list({*self._words.items(), *self._beginnings, *phrases})
        self.count = len(terms)

    def reach(self, text: str) -> int:
        """How many terms may stand in this text, at most: said of a long one much sooner than where they stand."""
        folded = fold(text)
        return len({term for needle, term in self._needles if needle in folded})

    def find(self, text: str) -> list[Found]:
        """All found words in their order."""
        if not self.reach(text):
            return []  # most messages: said at once
        tokens = [(match.start(), match.end(), _folded(match.group())) for match in _WORD.finditer(text)]
        found = [Found(start, end, term, word) for start, end, word in tokens if (term := self._term_of(word)) >= 0]
        for term, words in self._phrases:
            found += self._in_a_row(tokens, term, words)
        return sorted(found, key=lambda one: one.start) if self._phrases else found

    def _term_of(self, word: str) -> int:
        known = self._known.get(word)
        if known is None:
            known = self._words.get(word, -1)
            if known < 0:
                known = next((term for start, term in self._beginnings if word.startswith(start)), -1)
            self._known[word] = known
        return known

    @staticmethod
    def _in_a_row(tokens: Sequence[tuple[int, int, str]], term: int, words: Sequence[str]) -> Iterator[Found]:
        size = len(words)
        for at in range(len(tokens) - size + 1):
            row = tokens[at : at + size]
            if row[0][2] == words[0] and all(
                token[2] == word or (last and token[2].startswith(word))
                for last, token, word in zip([*[False] * (size - 1), True], row, words, strict=True)
            ):
                yield from (Found(start, end, term, word) for start, end, word in row)


def marked(text: str, found: Sequence[Found]) -> SafeString:
    """The whole text as HTML, with the found words between <mark> and </mark>."""
    parts: list[str] = []
    end = 0
    for one in found:
        if one.start < end:
            continue
        parts += [escape(text[end : one.start]), "<mark>", escape(text[one.start : one.end]), "</mark>"]
        end = one.end
    return SafeString("".join([*parts, escape(text[end:])]))


def snippet(text: str, found: Sequence[Found]) -> SafeString:
    """The part of the text that shows most of what was found, in one line."""
    first = _best(found)
    begin, end = 0, min(len(text), SNIPPET)
    if first is not None and first.start > LEAD:
        begin = _after_space(text, first.start - LEAD, first.start)
        end = min(len(text), begin + SNIPPET)
    if end < len(text):
        end = max(text.rfind(" ", begin, end), begin + SNIPPET // 2)
    inside = [one for one in found if one.start >= begin and one.end <= end]
    shown = [Found(one.start - begin, one.end - begin, one.term, one.word) for one in inside]
    words = _SPACE.sub(" ", marked(text[begin:end], shown)).strip()
    return SafeString(f"{'… ' if begin else ''}{words}{' …' if end < len(text) else ''}")


def _best(found: Sequence[Found]) -> Found | None:
    """Where a window of the snippet's size begins that holds the most terms."""
    best, most = None, 0
    starts = [one.start for one in found]
    for at, one in enumerate(found[:200]):
        until = bisect_left(starts, one.start + SNIPPET - LEAD)
        terms = len({other.term for other in found[at:until]})
        if terms > most:
            best, most = one, terms
    return best


def _after_space(text: str, begin: int, limit: int) -> int:
    space = text.find(" ", begin, limit)
    return space + 1 if space >= 0 else begin
