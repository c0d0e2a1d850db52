"""The editor of conditions: rows to choose from, beside the text. Both are the same tree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from dataclasses import field as made

from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from guichet.conditions.complete import time_words
from guichet.conditions.fields import BARE, WORDS, YES_NO, Asker, Field, FieldSet
from guichet.conditions.grammar import joined, parse, write
from guichet.conditions.tree import EVERYTHING, All, Any, Not, Test, Tree, check_bounds

ROWS_LIMIT = 20
CHOICES_LIMIT = 100
DENIED = "-"  # before an operator: it is not so
_TIMES = ("today", "yesterday", "now-1h", "now-1d", "now-7d", "now-30d")


@dataclass
class Row:
    """One part of a condition. A part too rich for a row stands there as its `text`, with no field."""

    field: str = ""
    operator: str = ""
    value: str = ""
    fields: list[tuple[str, str, bool]] = made(default_factory=list)  # word, label, is chosen
    operators: list[tuple[str, str, bool]] = made(default_factory=list)
    choices: list[tuple[str, str, bool]] = made(default_factory=list)
    suggestions: list[tuple[str, str]] = made(default_factory=list)
    kind: str = ""
    is_bare: bool = False


def rows_of(tree: Tree, fields: FieldSet, asker: Asker) -> tuple[str, list[Row]]:
    """("all" or "any", rows)."""
    tree = joined(tree, fields)
    parts = tree.parts if isinstance(tree, All | Any) else (tree,)
    return "any" if isinstance(tree, Any) else "all", [_row(part, fields, asker) for part in parts]


def _row(part: Tree, fields: FieldSet, asker: Asker) -> Row:
    test = part.part if isinstance(part, Not) else part
    asked = fields.get(test.field, asker) if isinstance(test, Test) else None
    if not isinstance(test, Test) or asked is None or not _fits_a_row(test, asked):
        return Row(value=write(part, fields, asker))
    operator = (DENIED if isinstance(part, Not) else "") + test.operator
    separator = {"between": "..", "has": " "}.get(test.operator, ", ")
    return Row(test.field, operator, separator.join(test.values))


def _fits_a_row(test: Test, asked: Field) -> bool:
    if asked.kind == "text":
        return len(test.values) <= 1
    if asked.kind == "words":
        return not any(" " in value or '"' in value for value in test.values)
    return not any("," in value for value in test.values)


def tree_of(join: str, rows: Iterable[Row], fields: FieldSet, asker: Asker) -> Tree:
    """Rows without a value yet are left out. Raises Mistake or Malformed."""
    parts: list[Tree] = []
    for row in rows:
        if not row.field:
            part = parse(row.value, fields, asker)
            if part != EVERYTHING:
                parts.append(part)
            continue
        asked = fields.named(row.field, asker)
        operator = row.operator.removeprefix(DENIED)
        if operator not in BARE and not row.value.strip():
            continue
        test = fields.fitting(Test(asked.name, operator, _values(asked, operator, row.value)), asker)
        parts.append(Not(test) if row.operator.startswith(DENIED) else test)
    tree = joined(Any(tuple(parts)) if join == "any" and parts else All(tuple(parts)), fields)
    check_bounds(tree)
    return tree


def _values(asked: Field, operator: str, value: str) -> tuple[str, ...]:
    if operator in BARE:
        return ()
    if operator == "between":
        return tuple(part.strip() for part in value.split(".."))
    if asked.kind == "text":
        return (value.strip(),)
    if asked.kind == "words":
        return tuple(value.split())
    return tuple(part.strip() for part in value.split(",") if part.strip())


def dressed(rows: Sequence[Row], fields: FieldSet, asker: Asker) -> list[Row]:
    """The same rows with all that may be chosen in them; a row whose field was changed begins anew."""
    for row in rows[:ROWS_LIMIT]:
        asked = fields.get(row.field, asker)
        row.fields = [(one.name, str(one.label), one.name == row.field) for one in fields.for_person(asker)]
        row.fields.append(("", _("As text"), not row.field))
        if asked is None:
            continue
        row.kind = asked.kind
        if row.operator.removeprefix(DENIED) not in asked.operators:
            row.operator, row.value = asked.operators[0], ""
        row.operators = [(name, words, name == row.operator) for name, words in _operators(asked)]
        row.is_bare = row.operator.removeprefix(DENIED) in BARE
        _offer(row, asked, asker)
    return list(rows[:ROWS_LIMIT])


def _operators(asked: Field) -> Iterable[tuple[str, str]]:
    for name in asked.operators:
        yield name, str(WORDS[name])
        if name in ("is", "has", "on") and asked.kind != "flag":
            yield f"{DENIED}{name}", _("not: %(operator)s") % {"operator": WORDS[name]}


def _offer(row: Row, asked: Field, asker: Asker) -> None:
    """Few values are chosen from a list; of many, or several at once, some are suggested."""
    if asked.kind == "flag":
        offered = [(key, str(label)) for key, label in YES_NO.items()]
    elif asked.kind in ("time", "day"):
        offered = [(word, time_words(word)) for word in _TIMES if asked.kind == "time" or not word.startswith("now")]
    else:
        offered = [(key, str(label)) for key, (label, _values) in asked.keywords.items()]
        offered += {option.word: str(option.label) for option in asker.options(asked).values()}.items()
    is_closed = asked.kind in ("choice", "flag") and asked.suggest is None and 0 < len(offered) <= CHOICES_LIMIT
    if is_closed and (not row.value or row.value in dict(offered)):
        row.choices = [("", "", not row.value), *((word, label, word == row.value) for word, label in offered)]
    else:
        row.suggestions = offered[:CHOICES_LIMIT]


def rows_sent(query: MultiValueDict[str, str]) -> list[Row]:
    """The rows of the editor, as its form sends them."""
    names, operators, values = query.getlist("f"), query.getlist("o"), query.getlist("v")
    rows = []
    for at, name in enumerate(names[:ROWS_LIMIT]):
        operator = operators[at] if at < len(operators) else ""
        value = values[at].replace("\x00", "")[:1000] if at < len(values) else ""
        rows.append(Row(name[:40], operator[:20], value))
    return rows


def rows_left(query: MultiValueDict[str, str]) -> list[Row]:
    """The same without the one that `remove` names by its place."""
    rows = rows_sent(query)
    removed = str(query.get("remove", ""))
    if removed.isascii() and removed.isdecimal() and len(removed) < 4 and int(removed) < len(rows):
        del rows[int(removed)]
    return rows
