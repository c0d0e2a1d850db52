"""The closed vocabulary of one table: its fields, their kinds with the operators, and what their values may be."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from guichet.conditions import moments
from guichet.conditions.tree import Malformed, Test, Tree, check_bounds, tests_in

# What may be asked of each kind, the usual one first; the signs are those of the search box.
OPERATORS: dict[str, dict[str, str]] = {
    "text": {"has": ":", "is": "=", "starts": ":"},
    "choice": {"is": ":"},
    "person": {"is": ":"},
    "time": {"on": ":", "after": ">", "before": "<", "since": ">=", "until": "<=", "between": ":"},
    "number": {"is": ":", "above": ">", "below": "<", "least": ">=", "most": "<="},
    "amount": {"is": ":", "above": ">", "below": "<", "least": ">=", "most": "<="},  # with a sign and decimals
    "day": {"on": ":", "after": ">", "before": "<", "since": ">=", "until": "<=", "between": ":"},
    "flag": {"is": ":"},
    "words": {"has": ":"},
}
BARE = ("empty", "set")  # without a value, where a field may be empty
NONE, SOME = "none", "any"  # how the two are written
HIDDEN = "…"  # stands for a value that the reader of a condition may not know; it finds nothing
WORDS = {
    "has": pgettext_lazy("condition", "contains"),
    "is": pgettext_lazy("condition", "is"),
    "starts": pgettext_lazy("condition", "begins with"),
    "on": pgettext_lazy("condition", "on"),
    "after": pgettext_lazy("condition", "after"),
    "before": pgettext_lazy("condition", "before"),
    "since": pgettext_lazy("condition", "from … on"),
    "until": pgettext_lazy("condition", "until"),
    "between": pgettext_lazy("condition", "between"),
    "above": pgettext_lazy("condition", "more than"),
    "below": pgettext_lazy("condition", "less than"),
    "least": pgettext_lazy("condition", "at least"),
    "most": pgettext_lazy("condition", "at most"),
    "empty": pgettext_lazy("condition", "is empty"),
    "set": pgettext_lazy("condition", "is not empty"),
}
ME = (pgettext_lazy("condition", "me"), lambda asker: [asker.person.pk])  # a keyword: its label, its values
YES_NO = {"yes": pgettext_lazy("condition", "yes"), "no": pgettext_lazy("condition", "no")}
_NUMBER_DIGITS = 15
_AMOUNT = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?\Z")


class Wrong(Malformed):
    """A field, operator or value that there is not; `index` is that of the value at fault."""

    def __init__(self, words: str, index: int | None = None) -> None:
        super().__init__(words)
        self.index = index


@dataclass(frozen=True)
class Option:
    """One value: the word of the language, what a person reads, and what stands in the database."""

    word: str
    label: Any
    value: Any
    hint: Any = ""


class Asker:
    """Who asks, when and where: `me`, `mine`, `today` are resolved against it. Options are fetched once for all."""

    def __init__(
        self, person: Any, now: datetime | None = None, zone: tzinfo | None = None, *, looks_ahead: bool = False
    ) -> None:
        self.person = person
        self.now = now or timezone.now()
        self.zone = zone or timezone.get_current_timezone()
        self._kept: dict[str, Mapping[str, Option]] = {}
        self._more: dict[int, Mapping[str, Field]] = {}
        self._found: dict[Any, Any] = {}
        # Whether small questions may be asked first, so that the large one is answered faster: for one list at once.
        self.looks_ahead = looks_ahead

    def options(self, asked: Field) -> Mapping[str, Option]:
        """By every word they go by, folded."""
        if asked.options is None:
            return {}
        if asked.name not in self._kept:
            found: dict[str, Option] = {}
            every = list(asked.options(self))
            for option in every:
                found.setdefault(fold(option.word), option)
            for option in every:
                for label in labels(option.label):
                    found.setdefault(label, option)
            self._kept[asked.name] = found
        return self._kept[asked.name]

    def brief(self) -> Asker:
        """The same without looking ahead: for many conditions, each over few rows."""
        other = copy(self)
        other.looks_ahead = False
        return other

    def once(self, key: Any, find: Callable[[], Any]) -> Any:
        """What `find` finds, asked for once in however many places it is needed."""
        if key not in self._found:
            self._found[key] = find()
        return self._found[key]

    def more(self, fields: FieldSet) -> Mapping[str, Field]:
        """The fields that rows of the house add to this vocabulary, by name."""
        if fields.more is None:
            return {}
        if id(fields) not in self._more:
            self._more[id(fields)] = {each.name: each for each in fields.more(self)}
        return self._more[id(fields)]


@dataclass(frozen=True)
class Field:
    """`path` is its column by Django's names. Where there is none, `ask` makes the Q from the resolved values (None for
    "is set") and the prefix; of texts, amounts and days the operator stands before the values. `match` takes a value
    that is no option; `suggest` offers some of very many. `is_off`: the house asks for it no more.
    """

    name: str
    label: Any
    kind: str
    path: str = ""
    aliases: tuple[str, ...] = ()
    options: Callable[[Asker], Iterable[Option]] | None = None
    keywords: Mapping[str, tuple[Any, Callable[[Asker], Sequence[Any]]]] = field(default_factory=dict)
    match: Callable[[Asker, str, str], Q | None] | None = None
    suggest: Callable[[Asker, str], Iterable[Option]] | None = None
    ask: Callable[[Asker, Sequence[Any] | None, str], Q] | None = None
    can_be_empty: bool = False
    is_for_all: bool = False  # else for agents alone
    is_off: bool = False
    has_secrets: bool = False  # not everybody may know all its values
    within: str = ""  # a flag column without which it holds nothing: the index of those rows then serves it

    @property
    def operators(self) -> tuple[str, ...]:
        own = tuple(OPERATORS[self.kind])
        return (*own, *BARE) if self.can_be_empty else own

    def may_ask(self, person: Any) -> bool:
        return self.is_for_all or bool(getattr(person, "is_agent", False))


def fold(word: str) -> str:
    return word.strip().casefold()


def labels(label: Any) -> list[str]:
    """A translatable label, folded, in every language of the house; blanks may be written as hyphens."""
    if isinstance(label, str):
        return [fold(label)]
    found = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.append(fold(str(label)))
    return found


@dataclass(frozen=True)
class FieldSet:
    """`free` names the field that words without a field's name ask. `more` are those that rows of the house add: their
    names begin with one of `spaces` and a dot, so that no field of ours ever takes one of them.
    """

    fields: tuple[Field, ...]
    free: str = ""
    more: Callable[[Asker], Iterable[Field]] | None = None
    spaces: Mapping[str, str] = field(default_factory=dict)  # each word for one -> the one that is written

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {each.name: each for each in self.fields}

    @cached_property
    def _by_word(self) -> dict[str, Field]:
        """English names first, then what the fields are called in each language."""
        found = dict(self._by_name)
        for each in self.fields:
            for alias in each.aliases:
                found.setdefault(alias, each)
        for each in self.fields:
            for label in labels(each.label):
                found.setdefault(label.replace(" ", "-"), each)
        return found

    def get(self, name: str, asker: Asker) -> Field | None:
        """By the name that trees hold."""
        found = self._by_name.get(name)
        return found if found is not None or "." not in name else asker.more(self).get(name)

    def named(self, word: str, asker: Asker) -> Field:
        """Raises Wrong for a word that names no field, or none that this person may ask."""
        found = self._by_word.get(fold(word)) or self._own(fold(word), asker)
        if found is not None and found.may_ask(asker.person):
            if found.is_off:
                raise Wrong(
                    _("“%(field)s” is switched off, and nobody sees it any more. Take it out of the condition, or have "
                      "an administrator switch it on again.") % {"field": found.label}
                )  # fmt: skip
            return found
        words = [w for w, f in self._by_word.items() if f.may_ask(asker.person)]
        words += [each.name for each in asker.more(self).values() if each.may_ask(asker.person) and not each.is_off]
        close = difflib.get_close_matches(fold(word), words, 1)
        if close:
            said = {"word": word, "close": close[0]}
            raise Wrong(_("There is no field “%(word)s”. Did you mean “%(close)s”?") % said)
        raise Wrong(
            _("There is no field “%(word)s”. To look for these very words, put them in quotes.") % {"word": word}
        )

    def _own(self, word: str, asker: Asker) -> Field | None:
        """A field of the house: by its whole name, by what stands behind the dot, by its label."""
        space, dot, key = word.partition(".")
        more = asker.more(self)
        if dot:
            return more.get(f"{self.spaces.get(space, space)}.{key}")
        for each in sorted(more.values(), key=lambda each: each.is_off):
            if word in (each.name.partition(".")[2], *(alias.replace(" ", "-") for alias in each.aliases)):
                return each
        return None

    def for_person(self, asker: Asker) -> list[Field]:
        every = (*self.fields, *asker.more(self).values())
        return [each for each in every if each.may_ask(asker.person) and not each.is_off]

    def check(self, tree: Tree, asker: Asker) -> None:
        """Raises Malformed for what is beyond the bounds or outside the vocabulary."""
        check_bounds(tree)
        for test in tests_in(tree):
            self.fitting(test, asker)

    def fitting(self, test: Test, asker: Asker) -> Test:
        """The test with its field and values as the language keeps them. Raises Wrong."""
        asked = self.named(test.field, asker)
        if test.operator not in asked.operators:
            raise Wrong(_("“%(field)s” cannot be asked like this.") % {"field": asked.name})
        if test.operator in BARE:
            if test.values:
                raise Wrong(_("Nothing can stand after this."), 0)
            return Test(asked.name, test.operator)
        if not test.values or not all(value.strip() for value in test.values):
            raise Wrong(_("Say what “%(field)s” should be.") % {"field": asked.name})
        if test.operator == "between" and len(test.values) != 2:
            raise Wrong(_("Write two days with two dots between them, such as 2026-01-01..2026-01-31."))
        values = tuple(value_of(asked, test.operator, each, index, asker) for index, each in enumerate(test.values))
        return Test(asked.name, test.operator, values)


def value_of(asked: Field, operator: str, word: str, index: int, asker: Asker) -> str:
    """A value as the language keeps it. Raises Wrong, with what may stand there."""
    word = word.strip().replace("\x00", "")
    if asked.kind == "time":
        return _moment(operator, word, index)
    if asked.kind == "day":
        return _day(word, index)
    if asked.kind == "amount":
        return _amount(word, index)
    if asked.kind == "number":
        digits = word.removeprefix("#")
        if not (digits.isascii() and digits.isdecimal() and len(digits) <= _NUMBER_DIGITS):
            raise Wrong(_("“%(word)s” is not a number.") % {"word": word}, index)
        return str(int(digits))
    if asked.kind == "flag":
        for key, label in YES_NO.items():
            if fold(word) == key or fold(word) in labels(label):
                return key
        raise Wrong(_("Write “yes” or “no”."), index)
    if asked.kind in ("choice", "person"):
        return _chosen(asked, word, index, asker)
    return word


def _moment(operator: str, word: str, index: int) -> str:
    found = moments.canonical(word)
    if found is None:
        raise Wrong(
            _("“%(word)s” is no time. Write a day such as 2026-11-20 or today, or a time such as now-7d or now-2h.")
            % {"word": word}, index,
        )  # fmt: skip
    if operator == "on" and (found.startswith("now") or "T" in found):
        raise Wrong(_("This asks for a whole day. For a moment write > or < instead of the colon."), index)
    return found


def _day(word: str, index: int) -> str:
    found = moments.day(word)
    if found is None:
        raise Wrong(_("“%(word)s” is no day. Write one such as 2026-11-20, today or today-7d.") % {"word": word}, index)
    return found


def _amount(word: str, index: int) -> str:
    if not _AMOUNT.match(word):
        said = {"word": word}
        raise Wrong(_("“%(word)s” is not a number. Write it like 1200 or -3.5, with a point.") % said, index)
    amount = f"{Decimal(word).normalize():f}"
    return "0" if amount == "-0" else amount


def _chosen(asked: Field, word: str, index: int, asker: Asker) -> str:
    folded = fold(word)
    for key, (label, _values) in asked.keywords.items():
        if folded == key or folded in labels(label):
            return key
    option = asker.options(asked).get(folded)
    if option is not None:
        return option.word
    if asked.has_secrets and word == HIDDEN:
        return HIDDEN
    if asked.match is not None and asked.match(asker, word, "") is not None:
        return word
    close = difflib.get_close_matches(folded, asker.options(asked), 1)
    said = {"word": word, "field": asked.name, "close": asker.options(asked)[close[0]].word if close else ""}
    if close:
        raise Wrong(_("There is no %(field)s “%(word)s”. Did you mean “%(close)s”?") % said, index)
    raise Wrong(
        _("There is no %(field)s “%(word)s”. Choose one of those that are offered behind “%(field)s:”.") % said, index
    )
