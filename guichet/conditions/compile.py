"""The only evaluator: a tree becomes a Q, and PostgreSQL says which rows it holds for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import partial

from django.db.models import Q

from guichet.conditions import moments
from guichet.conditions.fields import HIDDEN, Asker, Field, FieldSet, fold
from guichet.conditions.tree import All, Any, Not, Test, Tree, check_bounds

_LOOKUPS = {"has": "icontains", "is": "iexact", "starts": "istartswith"}
_NUMBERS = {"above": "gt", "below": "lt", "least": "gte", "most": "lte"}


def compiled(tree: Tree, fields: FieldSet, asker: Asker, prefix: str = "") -> Q:
    """`prefix` ("ticket__") asks the same of rows that hang on it. Raises Malformed or Wrong: nothing is guessed."""
    check_bounds(tree)
    return _compiled(tree, fields, asker, prefix)


def _compiled(tree: Tree, fields: FieldSet, asker: Asker, prefix: str) -> Q:
    if isinstance(tree, Test):
        fitting = fields.fitting(tree, asker)
        asked = fields.get(fitting.field, asker)
        assert asked is not None  # `fitting` found it
        return _test(fitting, asked, asker, prefix)
    if isinstance(tree, Not):
        return ~_compiled(tree.part, fields, asker, prefix)
    joined = Q()
    for part in tree.parts:
        rule = _compiled(part, fields, asker, prefix)
        joined = joined & rule if isinstance(tree, All) else joined | rule
    assert isinstance(tree, All | Any)
    return joined


def _test(test: Test, asked: Field, asker: Asker, prefix: str) -> Q:
    if test.operator == "empty":
        return ~_test(Test(test.field, "set"), asked, asker, prefix)
    held = _held(test, asked, asker, prefix)
    return held & Q(**{prefix + asked.within: True}) if asked.within else held


def _held(test: Test, asked: Field, asker: Asker, prefix: str) -> Q:
    path = prefix + asked.path
    if test.operator == "set":
        return _is_set(asked, asker, path, prefix)
    if asked.kind == "time":
        return _time(test, path, asker)
    if asked.kind == "number":
        numbers = [int(value) for value in test.values]
        if test.operator == "is":
            return Q(**{f"{path}__in": numbers})
        return _either(Q(**{f"{path}__{_NUMBERS[test.operator]}": number}) for number in numbers)
    if asked.kind in ("amount", "day"):
        assert asked.ask is not None
        read = Decimal if asked.kind == "amount" else partial(_date, asker)
        return asked.ask(asker, (test.operator, *map(read, test.values)), prefix)
    if asked.kind == "flag":
        held = asked.ask(asker, None, prefix) if asked.ask else Q(**{path: True})
        return _either(held if value == "yes" else ~held for value in test.values)
    if asked.kind == "words":
        assert asked.ask is not None
        return asked.ask(asker, test.values, prefix)
    if asked.kind == "text":
        if asked.ask is not None:
            return asked.ask(asker, (test.operator, *test.values), prefix)
        return _either(Q(**{f"{path}__{_LOOKUPS[test.operator]}": value}) for value in test.values)
    return _chosen(test, asked, asker, path, prefix)


def _is_set(asked: Field, asker: Asker, path: str, prefix: str) -> Q:
    if asked.ask is not None:
        return asked.ask(asker, None, prefix)
    if asked.kind == "text":
        return Q(**{f"{path}__gt": ""})
    return Q(**{f"{path}__isnull": False})


def _chosen(test: Test, asked: Field, asker: Asker, path: str, prefix: str) -> Q:
    values: list[object] = []
    rules: list[Q] = []
    options = asker.options(asked)
    for word in test.values:
        if word in asked.keywords:
            values += asked.keywords[word][1](asker)
        elif (option := options.get(fold(word))) is not None:
            values.append(option.value)
        elif word == HIDDEN:
            rules.append(Q(**{f"{prefix}pk__in": ()}))
        elif asked.match is not None:
            matched = asked.match(asker, word, prefix)
            assert matched is not None  # `fitting` asked the same
            rules.append(matched)
    if values or not rules:
        rules.append(asked.ask(asker, values, prefix) if asked.ask else Q(**{f"{path}__in": values}))
    return _either(rules)


def _time(test: Test, path: str, asker: Asker) -> Q:
    spans = [moments.resolve(value, asker.now, asker.zone) for value in test.values]
    if test.operator == "between":
        first, last = spans
        return _from(path, first.start) & (_before(path, last.end) if last.is_day else Q(**{f"{path}__lte": last.end}))
    if test.operator == "on":
        return _either(_from(path, span.start) & _before(path, span.end) for span in spans)
    if test.operator == "after":
        return _either(
            _from(path, span.end) if span.is_day else Q(**{f"{path}__gt": span.start}) for span in spans
        )  # fmt: skip
    if test.operator == "before":
        return _either(_before(path, span.start) for span in spans)
    if test.operator == "since":
        return _either(_from(path, span.start) for span in spans)
    return _either(
        _before(path, span.end) if span.is_day else Q(**{f"{path}__lte": span.start}) for span in spans
    )  # fmt: skip


def _date(asker: Asker, word: str) -> date:
    return moments.resolve(word, asker.now, asker.zone).start.astimezone(asker.zone).date()


def _from(path: str, at: datetime) -> Q:
    return Q(**{f"{path}__gte": at})


def _before(path: str, at: datetime) -> Q:
    return Q(**{f"{path}__lt": at})


def _either(rules: Iterable[Q]) -> Q:
    joined = Q()
    for rule in rules:
        joined |= rule
    return joined
