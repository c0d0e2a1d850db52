"""The fields that a house made itself (people.extra), as fields of its conditions: each row is one more.

The values lie in a JSON column of what they belong to. Whether a field is filled in, and exact values, one index on the
column answers for all fields; amounts, days and parts of texts are compared only where the field is filled in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import DecimalField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import (
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    IContains,
    IExact,
    IStartsWith,
    LessThan,
    LessThanOrEqual,
)

from guichet.conditions.fields import ME, Asker, Field, Option, fold
from guichet.people.extra import ExtraField
from guichet.people.models import Person, Role

Kind = ExtraField.Kind
Rule = Callable[[str], Q]  # of a row that holds the values, by the prefix that leads to it
Holder = Callable[[str, Rule], Q]  # the same of what is asked for, by its own prefix

_KINDS = {
    Kind.TEXT: "text", Kind.LONG: "text", Kind.LINK: "text", Kind.NUMBER: "amount", Kind.DATE: "day",
    Kind.CHOICE: "choice", Kind.CHOICES: "choice", Kind.PERSON: "person", Kind.FLAG: "flag",
}  # fmt: skip
_COMPARED: dict[str, Any] = {
    "has": IContains, "is": IExact, "starts": IStartsWith, "on": Exact, "after": GreaterThan, "before": LessThan,
    "since": GreaterThanOrEqual, "until": LessThanOrEqual, "above": GreaterThan, "below": LessThan,
    "least": GreaterThanOrEqual, "most": LessThanOrEqual,
}  # fmt: skip


class _Words(Func):
    """A value as text; NULL where there is none."""

    function = "jsonb_extract_path_text"
    output_field = TextField()


class _Number(Func):
    """What is no number, from times when the field held something else, is NULL."""

    template = "(substring(%(expressions)s from '^-?[0-9]+(?:[.][0-9]+)?$'))::numeric"
    output_field = DecimalField()


class _Day(Func):
    """ISO dates sort as text."""

    template = "(substring(%(expressions)s from '^[0-9]{4}-[0-9]{2}-[0-9]{2}$') COLLATE \"C\")"
    output_field = TextField()


def colleagues(asker: Asker) -> Iterator[Option]:
    """Also those who have left: what was theirs must be found."""
    found = Person.objects.filter(role__in=[Role.AGENT, Role.ADMIN]).exclude(email=None).order_by("-is_active", "name")
    return (Option(p.email or "", str(p), p.pk, p.email) for p in found.only("name", "email"))


def colleagues_named(asker: Asker, asked: Field, word: str) -> list[Any]:
    """Those with this in their name."""
    wanted = fold(word)
    return sorted({one.value for one in asker.options(asked).values() if wanted in fold(str(one.label))})


def own_fields(
    rows: Iterable[ExtraField], space: str, holder: Holder, seen: Callable[[Asker], QuerySet[Any]], heading: str = "%s"
) -> Iterator[Field]:
    """`seen`: all that hold such values and that the asker sees. `heading` says whose field it is, where that is not
    plain."""
    for row in rows:
        yield _field(row, space, holder, seen, heading)


def _field(row: ExtraField, space: str, holder: Holder, seen: Callable[[Asker], QuerySet[Any]], heading: str) -> Field:
    def ask(asker: Asker, asked: Sequence[Any] | None, prefix: str) -> Q:
        return holder(prefix, lambda inner: _rule(row, asked, f"{inner}extra"))

    def named(asker: Asker, word: str, prefix: str) -> Q | None:
        found = colleagues_named(asker, field, word)
        return ask(asker, found, prefix) if found else None

    def chosen_once(asker: Asker, word: str, prefix: str) -> Q | None:
        """What is no longer in the list, and still stands somewhere."""
        stands = seen(asker).filter(_rule(row, [word], "extra")).exists()
        return ask(asker, [word], prefix) if stands else None

    kind = _KINDS[Kind(row.kind)]
    more: dict[str, Any] = {}
    if kind == "choice":
        more = {"options": lambda asker: [Option(str(one), str(one), str(one)) for one in row.choices],
                "match": chosen_once}  # fmt: skip
    elif kind == "person":
        more = {"options": colleagues, "match": named, "keywords": {"me": ME}}
    field = Field(
        f"{space}.{row.key}", heading % row.label, kind, aliases=(fold(row.label),), ask=ask, is_off=not row.is_active,
        can_be_empty=kind != "flag", **more,
    )  # fmt: skip
    return field


def _rule(row: ExtraField, asked: Sequence[Any] | None, path: str) -> Q:
    """On a row that has the JSON column `path`. That the field is there at all stands first: an index knows it."""
    kind = _KINDS[Kind(row.kind)]
    if kind == "flag":
        return _holds(row, path, True)
    there = Q(**{f"{path}__has_key": row.key})
    if asked is None:
        return there
    rule = Q()
    if kind in ("choice", "person"):
        for value in asked:
            rule |= _holds(row, path, [value] if row.kind == Kind.CHOICES else value)
        return rule
    operator, *values = asked
    if operator == "between":
        return there & _compared(row, path, "since", values[0]) & _compared(row, path, "until", values[1])
    for value in values:
        rule |= _compared(row, path, operator, value)
    return there & rule


def _holds(row: ExtraField, path: str, value: Any) -> Q:
    return Q(**{f"{path}__contains": {row.key: value}})


def _compared(row: ExtraField, path: str, operator: str, value: Any) -> Q:
    words = _Words(F(path), Value(row.key))
    if row.kind == Kind.NUMBER:
        lookup = Exact if operator == "is" else _COMPARED[operator]
        return Q(Coalesce(lookup(_Number(words), value), Value(False)))
    if row.kind == Kind.DATE:
        assert isinstance(value, date)
        return Q(Coalesce(_COMPARED[operator](_Day(words), value.isoformat()), Value(False)))
    return Q(_COMPARED[operator](words, value))
