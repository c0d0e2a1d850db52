"""Finding people and organisations by what somebody remembers of their names, addresses and numbers.

Words may be begun only, accents left out, letters missed, doubled or swapped. Callers pass rows that are visible to
whoever asks; nothing is counted, ranked or compared beyond those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import and_, itemgetter
from typing import Any, TypeVar

from django.db.models import F, Func, IntegerField, Model, Q, QuerySet
from rapidfuzz.distance import OSA

from guichet.people.models import Organisation, Person
from guichet.people.names import fold

FOUND = 50
WORDS, WORD_LENGTH = 6, 60
ENOUGH = 5  # with so many exact finds nobody looks for spelling mistakes
COMPARED = 200  # likely ones whose spelling is compared letter by letter
SHORTEST_MISSPELT = 4
NUMBER = re.compile(r"\+?[\d\s()./-]{5,40}")
Row = TypeVar("Row", bound=Model)


def find_people(visible: QuerySet[Person], typed: str, limit: int = FOUND, *, slips: bool = True) -> list[Person]:
    """At most `limit` of `visible` that fit, best first. Nothing typed, nothing found.

    Without `slips` only what was typed is looked for: for a word that is known not to be mistyped.
    """
    return _find(visible, typed, limit, ("name", "email", "phone", "also"), slips=slips)


def find_organisations(
    visible: QuerySet[Organisation], typed: str, limit: int = FOUND, *, slips: bool = True
) -> list[Organisation]:
    return _find(visible, typed, limit, ("name",), slips=slips)


def rule(typed: str, prefix: str = "") -> Q:
    """Rows in which each typed word begins a word, or stands inside one: for a query that joins a person."""
    words = _words(typed)
    return reduce(and_, [_exact(word, prefix) for word in words]) if words else Q(pk__in=())


def likely_rule(typed: str, prefix: str = "") -> Q:
    """Wider than `rule`: also words that one slip of the keys would make of these. Some of these are no such word."""
    words = _words(typed)
    return reduce(and_, [_likely(word, prefix) for word in words]) if words else Q(pk__in=())


def _find(visible: QuerySet[Row], typed: str, limit: int, said_in: Sequence[str], *, slips: bool) -> list[Row]:
    words = _words(typed)
    if not words:
        return []
    starts = Q(sort_key__startswith=" ".join(words))
    exact = list(
        visible.filter(rule(typed)).annotate(begins=_flag(starts)).order_by("-begins", "sort_key", "pk")[:limit]
    )
    if not slips or len(exact) >= min(ENOUGH, limit) or all(len(word) < SHORTEST_MISSPELT for word in words):
        return exact
    grams = sorted({gram for word in words for gram in _grams(word)})
    others = visible.filter(likely_rule(typed)).exclude(pk__in=[one.pk for one in exact])
    likely = others.annotate(shared=_Shared(grams)).order_by("-shared", "sort_key", "pk")
    near = []
    for pk, *said in likely.values_list("pk", *said_in)[:COMPARED]:
        count = _slips(words, fold(" ".join(filter(None, said))).split())
        if count is not None:
            near.append((count, pk))
    nearest = [pk for _count, pk in sorted(near, key=itemgetter(0))[: limit - len(exact)]]
    rows = visible.in_bulk(nearest) if nearest else {}
    return [*exact, *(rows[pk] for pk in nearest if pk in rows)]


def _words(typed: str) -> list[str]:
    typed = typed.replace("\x00", " ").strip()[:200]
    if NUMBER.fullmatch(typed):
        # However a number is grouped, and with or without its country: its digits, less the leading noughts.
        digits = re.sub(r"\D", "", typed).lstrip("0")
        return [digits[:WORD_LENGTH]] if digits else []
    return [word[:WORD_LENGTH] for word in fold(typed).split()][:WORDS]


def _grams(word: str, *, whole: bool = False) -> list[str]:
    """The threes of a word from its beginning; with its end too if it is `whole`."""
    padded = f"  {word} " if whole else f"  {word}"
    return [padded[at : at + 3] for at in range(len(padded) - 2)]


def _has(grams: Iterable[str], prefix: str = "") -> Q:
    return Q(**{f"{prefix}grams__contains": list(grams)})


def _exact(word: str, prefix: str) -> Q:
    inside = [word[at : at + 3] for at in range(len(word) - 2)]
    begins = _has(_grams(word), prefix)
    return begins | _has(inside, prefix) if inside else begins


def _likely(word: str, prefix: str) -> Q:
    """A slip spoils at most four threes in a row (a swap; the others three), so with three between them those at the
    beginning or those at the end stay whole. Two conditions and no more: with many PostgreSQL would read every row.
    """
    if len(word) < SHORTEST_MISSPELT:
        return _exact(word, prefix)
    grams = _grams(word)
    first = max(1, (len(grams) - 3) // 2)
    rule = _has(grams[:first], prefix) | _has(grams[min(first + 3, len(grams) - 1) :], prefix)
    if len(word) == SHORTEST_MISSPELT:
        rule |= _has(_grams(word[1] + word[0] + word[2:]), prefix)  # this swap spoils all four
    return rule


def _flag(condition: Q) -> Any:
    return Func(condition, template="(%(expressions)s)::int", output_field=IntegerField())


class _Shared(Func):
    """How many of these threes a row has: one by one, which is ten times as fast as the intersection of two arrays."""

    output_field = IntegerField()

    def __init__(self, grams: Sequence[str]) -> None:
        super().__init__(F("grams"))
        self.threes = tuple(grams)

    def as_sql(self, compiler: Any, connection: Any, *_templates: Any, **_context: Any) -> tuple[str, tuple[str, ...]]:
        column, _none = compiler.compile(self.source_expressions[0])
        return "(" + " + ".join([f"({column} @> ARRAY[%s])::int"] * len(self.threes)) + ")", self.threes


def _slips(typed: list[str], words: list[str]) -> int | None:
    """How many slips make each typed word (a beginning of) one of `words`; None if one of them would need too many."""
    total = 0
    for word in typed:
        allowed = 0 if len(word) < SHORTEST_MISSPELT else 1 if len(word) < 8 else 2
        least = min((from_beginning(word, one, allowed) for one in words), default=allowed + 1)
        if least > allowed:
            return None
        total += least
    return total


def from_beginning(typed: str, word: str, allowed: int) -> int:
    """Slips (a letter missed, added, changed, two swapped) from `typed` to the nearest beginning of `word`;
    `allowed` + 1 if there are more.
    """
    ends = range(max(len(typed) - allowed, 0), min(len(word), len(typed) + allowed) + 1)
    return min((OSA.distance(typed, word[:end], score_cutoff=allowed) for end in ends), default=allowed + 1)
