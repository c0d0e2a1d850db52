"""What may stand where the cursor is: fields, or the values of the field before it. Only what the asker may see."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guichet.conditions.fields import NONE, SOME, YES_NO, Asker, Field, FieldSet, Option, Wrong, fold, labels
from guichet.conditions.grammar import TEXT_LENGTH, plain

LIMIT = 12
_HERE = re.compile(r'(-?)(?:([^\W\d][\w\'’.-]*)(:|>=|<=|=|>|<)((?:(?:"[^"]*"|[^\s()",]*),)*))?("?[^"()]*)\Z')
_TIMES = ("today", "yesterday", "now-1h", "now-1d", "now-7d", "now-30d")


@dataclass(frozen=True, slots=True)
class Completion:
    """`insert` replaces the text from `start` to `end`; `goes_on` where a value is still to come."""

    insert: str
    label: str
    hint: str
    start: int
    end: int
    goes_on: bool = False


def complete(text: str, cursor: int, fields: FieldSet, asker: Asker) -> list[Completion]:
    cursor = min(max(cursor, 0), len(text), TEXT_LENGTH)
    start = _start_of_piece(text, cursor)
    here = _HERE.match(text[start:cursor])
    if here is None:
        return []
    minus, name, sign, done, part = here.groups()
    end = cursor + len(_rest_of_word(text, cursor))
    if name is None:
        found = list(islice(_fields(part, start + len(minus), end, fields, asker), LIMIT))
        if not part:
            return found
        return found + list(islice(_values_anywhere(part, start + len(minus), end, fields, asker), LIMIT - len(found)))
    try:
        asked = fields.named(name, asker)
    except Wrong:
        return []
    value_at = start + here.start(5)
    return [
        Completion(_inserted(asked, option.word), str(option.label), str(option.hint), value_at, end)
        for option in islice(values(asked, part.strip('"'), asker, sign, alone=not done), LIMIT)
    ]


def _start_of_piece(text: str, cursor: int) -> int:
    """Where the word or the field begins that the cursor stands in or behind; quotes may hold blanks."""
    start, is_quoted = 0, False
    for at, sign in enumerate(text[:cursor]):
        if sign == '"' and not (is_quoted and text[at - 1 : at] == "\\"):
            is_quoted = not is_quoted
        elif not is_quoted and (sign.isspace() or sign in "()"):
            start = at + 1
    return start


def _rest_of_word(text: str, cursor: int) -> str:
    found = re.compile(r'[^\s()",:<>=]*').match(text, cursor)
    return found[0] if found else ""


def _fields(part: str, start: int, end: int, fields: FieldSet, asker: Asker) -> Iterator[Completion]:
    wanted = fold(part)
    for asked in fields.for_person(asker):
        if asked.name == fields.free:
            continue
        names = [asked.name, *asked.aliases, *labels(asked.label)]
        if any(word.startswith(wanted) for name in names for word in (name, *re.split(r"[\s.-]", name))):
            yield Completion(
                f"{asked.name}{'>' if asked.kind == 'time' else ':'}", str(asked.label), "", start, end, goes_on=True
            )


def _values_anywhere(part: str, start: int, end: int, fields: FieldSet, asker: Asker) -> Iterator[Completion]:
    """A value typed without its field: `supp` offers team:Support."""
    if len(part) < 2:
        return
    for asked in fields.for_person(asker):
        if asked.kind in ("choice", "person"):
            for option in islice((one for one in values(asked, part, asker) if _begins(one, fold(part))), 4):
                insert = f"{asked.name}:{_inserted(asked, option.word)}"
                yield Completion(insert, str(option.label), str(asked.label), start, end)


def values(asked: Field, part: str, asker: Asker, sign: str = ":", *, alone: bool = False) -> Iterator[Option]:
    """The values of a field that begin with `part`, then those with a word that does."""
    wanted = fold(part)
    every = list(_offered(asked, part, asker, sign, alone))
    first = [option for option in every if _begins(option, wanted)]
    yield from first
    seen = {option.word for option in first}
    for option in every:
        if option.word not in seen and wanted in f"{fold(option.word)} {fold(str(option.label))}":
            yield option


def _begins(option: Option, wanted: str) -> bool:
    return fold(option.word).startswith(wanted) or any(
        word.startswith(wanted) for word in (fold(str(option.label)), *fold(str(option.label)).split())
    )


def _offered(asked: Field, part: str, asker: Asker, sign: str, alone: bool) -> Iterable[Option]:
    if asked.kind == "flag":
        yield from (Option(key, label, key) for key, label in YES_NO.items())
    if asked.kind in ("time", "day"):
        is_day = sign in ":=" or asked.kind == "day"
        yield from (Option(word, time_words(word), word) for word in _TIMES if not (is_day and word.startswith("now")))
    for key, (label, _values) in asked.keywords.items():
        yield Option(key, label, key)
    seen = set()
    for option in asker.options(asked).values():
        if option.word not in seen:
            seen.add(option.word)
            yield option
    if asked.suggest is not None:
        yield from asked.suggest(asker, part)
    if asked.can_be_empty and alone:
        yield Option(NONE, pgettext("condition", "nothing there"), NONE)
        yield Option(SOME, pgettext("condition", "anything there"), SOME)


def time_words(word: str) -> str:
    return {
        "today": _("today"),
        "yesterday": _("yesterday"),
        "now-1h": _("an hour ago"),
        "now-1d": _("a day ago"),
        "now-7d": _("a week ago"),
        "now-30d": _("30 days ago"),
    }.get(word, "")


def _inserted(asked: Field, word: str) -> str:
    return word if asked.can_be_empty and word in (NONE, SOME) else plain(word)
