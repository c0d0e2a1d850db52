"""What was typed into the search field, understood: words, "phrases", -without; and the words of the house they reach.

`read` is pure. `ask` looks the words up: other forms in three languages, compounds that hold them, and, where nobody
here ever wrote such a word, those that it may be a slip of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from rapidfuzz.distance import OSA

from guichet.tickets.search.folding import fold

LONGEST = 500  # signs of a question that are read
TERMS = 12
PHRASE_WORDS = 20
PREFIX_FROM = 4  # letters; shorter beginnings stand for the commonest words that begin so
NUMBER_PREFIX_FROM = 6
NEAR = 5  # words that a mistyped one may have meant

_PART = re.compile(r'(?:(?<=\s)|^)(-?)"([^"]*)(?:"|$)|(\S+)')
_APOSTROPHES = re.compile("['’‘`´]")


@dataclass(slots=True)
class Term:
    """One word, or several that stand one after the other. What it reaches is empty until it was looked up."""

    words: tuple[str, ...]
    is_excluded: bool = False
    is_quoted: bool = False
    forms: list[str] = field(default_factory=list)  # other forms of the same word
    wider: list[str] = field(default_factory=list)  # compounds that hold it; longer words, where it is very short
    parts: list[tuple[str, str]] = field(default_factory=list)  # the two words it is made of
    near: list[str] = field(default_factory=list)  # it is written nowhere: what may have been meant
    is_common: bool = False  # "the", "und", "avec"
    is_known: bool = True  # somebody here wrote it, or a word that it stands for

    @property
    def is_phrase(self) -> bool:
        return self.is_quoted or len(self.words) > 1

    @property
    def begins(self) -> bool:
        """Whether longer words that begin so are meant too."""
        last = self.words[-1]
        return not self.is_quoted and len(last) >= (NUMBER_PREFIX_FROM if last.isdecimal() else PREFIX_FROM)

    @property
    def exact(self) -> str:
        """For to_tsquery: the words as they were typed, and their other forms."""
        if self.is_phrase:
            return "(" + " <-> ".join(map(_quoted, self.words)) + ")"
        return "(" + " | ".join(map(_quoted, dict.fromkeys([*self.words, *self.forms]))) + ")"

    @property
    def whole(self) -> str:
        """For to_tsquery: all that this term reaches."""
        if self.is_excluded:
            return self.exact
        *before, last = self.words
        said = " <-> ".join([*map(_quoted, before), _quoted(last) + (":*" if self.begins else "")])
        also = [_quoted(word) for word in dict.fromkeys([*self.forms, *self.wider, *self.near])]
        also += [f"({_quoted(head)} & {_quoted(tail)}:*)" for head, tail in self.parts]
        return "(" + " | ".join([f"({said})", *also]) + ")"


@dataclass(slots=True)
class Asked:
    """A question. `is_cut`: it was longer than what is read of it."""

    text: str
    terms: list[Term]
    is_cut: bool = False

    @property
    def wanted(self) -> list[Term]:
        """What must be there: small words count only where there are no others."""
        wanted = [term for term in self.terms if not term.is_excluded]
        return [term for term in wanted if not term.is_common] or wanted

    @property
    def excluded(self) -> list[Term]:
        return [term for term in self.terms if term.is_excluded]

    @property
    def number(self) -> int | None:
        """The ticket number, where the question is nothing but one: 10482, #10482."""
        one = self.terms[0] if len(self.terms) == 1 else None
        is_number = one is not None and len(one.words) == 1 and one.words[0].isascii() and one.words[0].isdecimal()
        return int(one.words[0]) if one and is_number and len(one.words[0]) < 16 else None

    def query(self) -> str:
        """For to_tsquery: a card with all the wanted words; empty where nothing is wanted."""
        return " & ".join(term.whole for term in self.wanted)

    def without(self) -> str:
        """For to_tsquery: a card with any of the excluded words; empty without such."""
        return " | ".join(term.whole for term in self.excluded)


def _quoted(word: str) -> str:
    """One word for to_tsquery; folded words hold neither quotes nor backslashes, whatever was typed."""
    return f"'{word}'"


def search_query(query: str) -> SearchQuery:
    return SearchQuery(query, config="simple", search_type="raw")


def read(text: str) -> Asked:
    """The terms of a question, nothing looked up."""
    text = text.encode("utf-8", "ignore").decode().replace("\0", " ").strip()
    terms: list[Term] = []
    for minus, quoted, plain in _PART.findall(text[:LONGEST]):
        if quoted or not plain:
            terms += _term(quoted, is_excluded=bool(minus), is_quoted=True)
            continue
        is_excluded = plain.startswith("-") and len(plain) > 1
        # What an apostrophe cuts off is an article or an ending, not a part of the word.
        pieces = _APOSTROPHES.split(plain.lstrip("-") if is_excluded else plain)
        if len(pieces) > 1:
            pieces = [piece for piece in pieces if len(fold(piece)) > 2] or pieces
        for piece in pieces:
            terms += _term(piece, is_excluded=is_excluded)
    once = {(term.words, term.is_excluded, term.is_quoted): term for term in terms}
    return Asked(text, list(once.values())[:TERMS], len(text) > LONGEST or len(once) > TERMS)


def _term(text: str, *, is_excluded: bool = False, is_quoted: bool = False) -> list[Term]:
    words = tuple(fold(text).split()[:PHRASE_WORDS])
    return [Term(words, is_excluded, is_quoted)] if words else []


def ask(text: str) -> Asked:
    """The question with all that its words reach; two queries at most."""
    asked = read(text)
    single = {term.words[0]: term for term in asked.terms if not term.is_phrase}
    if single:
        _look_up(single)
        unknown = [term for word, term in single.items() if not (term.is_known or term.is_excluded or len(word) < 4)]
        _look_near([term for term in unknown if not term.words[0].isdecimal()])
    return asked


_REACH = """
WITH asked AS (
    SELECT q, search_keys(q) AS keys,
           '{}' IN (ts_lexize('english_stem', q), ts_lexize('french_stem', q), ts_lexize('german_stem', q)) AS is_common
    FROM unnest(%(words)s::text[]) q
)
SELECT q, CASE WHEN is_common THEN 'common' ELSE 'asked' END, q FROM asked
UNION ALL
SELECT q, 'form', w.word FROM asked, LATERAL (
    SELECT word FROM tickets_knownword
    WHERE length(q) > 2
        AND keys && ARRAY(SELECT k FROM unnest(asked.keys) k WHERE substr(k, 1, 1) IN ('e', 'f', 'd', 'u'))
    ORDER BY uses DESC, word LIMIT 40) w
UNION ALL
SELECT q, 'inner', w.word FROM asked, LATERAL (
    SELECT word FROM tickets_knownword
    WHERE length(q) BETWEEN 5 AND 32 AND strpos(word, q) > 3
        AND keys @> ARRAY(SELECT k FROM unnest(asked.keys) k WHERE substr(k, 1, 1) = 't')
    ORDER BY uses DESC, word LIMIT 40) w
UNION ALL
SELECT q, 'longer', w.word FROM asked, LATERAL (
    SELECT word FROM tickets_knownword WHERE length(q) > 2 AND word > q AND word < q || U&'\\FFFF'
    ORDER BY uses DESC, word LIMIT 30) w
UNION ALL
SELECT '', 'part', word FROM tickets_knownword WHERE word = ANY(%(parts)s::text[])
"""


def _look_up(single: dict[str, Term]) -> None:
    """Fill in what the words reach, and which are known in no form."""
    splits = {word: list(_splits(word)) for word, term in single.items() if not term.is_excluded}
    parts = {part for pairs in splits.values() for pair in pairs for part in pair}
    with connection.cursor() as cursor:
        cursor.execute(_REACH, {"words": list(single), "parts": sorted(parts)})
        rows = cursor.fetchall()
    known = {word for _asked, kind, word in rows if kind == "part"}
    longer: set[str] = set()
    for asked, kind, word in rows:
        if kind == "common":
            single[asked].is_common = True
        elif kind == "form":
            single[asked].forms.append(word)
        elif kind == "inner":
            single[asked].wider.append(word)
        elif kind == "longer":
            longer.add(asked)
            if len(asked) < PREFIX_FROM and not asked.isdecimal():
                single[asked].wider.append(word)
    for word, term in single.items():
        term.parts = [pair for pair in splits.get(word, ()) if known.issuperset(pair)][:3]
        term.is_known = bool(term.forms or term.wider or term.parts or word in longer or term.is_common)
        # Also in words that are not learned yet: an umlaut is typed as ae, oe, ue where the keyboard has none.
        term.forms.append(word.replace("ae", "a").replace("oe", "o").replace("ue", "u"))


def _splits(word: str) -> Iterable[tuple[str, str]]:
    """Two words that this one may be made of: "druckertreiber", "arbeit-s-platz"."""
    if not 9 <= len(word) <= 32 or word.isdecimal():
        return
    for at in range(4, len(word) - 3):
        yield word[:at], word[at:]
        if word[at] == "s" and len(word) - at > 4:
            yield word[:at], word[at + 1 :]


_NEAR = """
SELECT q, w.word, w.uses FROM (SELECT q, search_keys(q) AS keys FROM unnest(%(words)s::text[]) q) asked, LATERAL (
    (SELECT word, uses FROM tickets_knownword
     WHERE keys && ARRAY(SELECT k FROM unnest(asked.keys) k WHERE substr(k, 1, 1) = 'x') ORDER BY uses DESC LIMIT 100)
    UNION
    (SELECT word, uses FROM tickets_knownword
     WHERE keys && ARRAY(SELECT k FROM unnest(asked.keys) k WHERE substr(k, 1, 1) = 'p' AND length(k) > 4)
     ORDER BY uses DESC LIMIT 200)) w
"""


def _look_near(terms: Sequence[Term]) -> None:
    if not terms:
        return
    found: dict[str, list[tuple[int, int, str]]] = {term.words[0]: [] for term in terms}
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, {"words": list(found)})
        for asked, word, uses in cursor.fetchall():
            far = OSA.distance(asked, word)
            if far <= (1 if len(asked) < 6 else 2):
                found[asked].append((far, -uses, word))
    for term in terms:
        nearest = sorted(found[term.words[0]])
        term.near = [word for far, _uses, word in nearest if far == nearest[0][0]][:NEAR]
