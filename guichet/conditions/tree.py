"""A condition as a value: small frozen dataclasses, their JSON form, and how large they may grow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from django.utils.translation import gettext as _

DEPTH = 6  # of nesting
LEAVES = 40
VALUES = 50  # of one test
LENGTH = 200  # of one value


class Malformed(ValueError):
    """No condition, or one beyond the bounds. Its words are for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Test:
    """One question to one field: any of the values fits, except of words, which must all be there."""

    __test__: ClassVar[bool] = False  # pytest, this is none of yours

    field: str
    operator: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts everything does."""

    parts: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Tree


Tree: TypeAlias = Test | All | Any | Not
EVERYTHING = All()


def parts_of(tree: Tree) -> tuple[Tree, ...]:
    if isinstance(tree, All | Any):
        return tree.parts
    return (tree.part,) if isinstance(tree, Not) else ()


def tests_in(tree: Tree) -> Iterator[Test]:
    if isinstance(tree, Test):
        yield tree
    for part in parts_of(tree):
        yield from tests_in(part)


def normal(tree: Tree) -> Tree:
    """The same condition without needless nesting: this is what the text of a condition can say."""
    if isinstance(tree, Test):
        return tree
    if isinstance(tree, Not):
        inner = normal(tree.part)
        return inner.part if isinstance(inner, Not) else Not(inner)
    kind = type(tree)
    flat: list[Tree] = []
    for part in map(normal, tree.parts):
        flat.extend(part.parts if isinstance(part, kind) else [part])
    return flat[0] if len(flat) == 1 else kind(tuple(flat))


def check_bounds(tree: Tree, depth: int = 0) -> None:
    """Raises Malformed for what is too deep, too wide, or empty where it may not be."""
    if depth == 0 and sum(1 for _test in tests_in(tree)) > LEAVES:
        raise Malformed(_("This condition has more than %(n)s parts. Take some away.") % {"n": LEAVES})
    if depth > DEPTH:
        raise Malformed(_("This condition is nested more than %(n)s deep. Make it flatter.") % {"n": DEPTH})
    if isinstance(tree, Test):
        if len(tree.values) > VALUES:
            raise Malformed(_("More than %(n)s values stand side by side. Take some away.") % {"n": VALUES})
        if any(len(value) > LENGTH for value in tree.values):
            raise Malformed(_("A value is longer than %(n)s characters. Make it shorter.") % {"n": LENGTH})
    elif not parts_of(tree) and (depth or isinstance(tree, Any)):
        raise Malformed(_("A part of this condition is empty. Fill it or take it away."))
    for part in parts_of(tree):
        check_bounds(part, depth + 1)


def to_json(tree: Tree) -> object:
    """`{"all": [["status", "is", "open"], {"not": ["tag", "is", "vpn", "vip"]}]}`."""
    if isinstance(tree, Test):
        return [tree.field, tree.operator, *tree.values]
    if isinstance(tree, Not):
        return {"not": to_json(tree.part)}
    return {"all" if isinstance(tree, All) else "any": [to_json(part) for part in tree.parts]}


def from_json(data: object) -> Tree:
    """Raises Malformed for anything that `to_json` does not write, or beyond the bounds."""
    tree = _read(data, 0)
    check_bounds(tree)
    return tree


def _read(data: object, depth: int) -> Tree:
    if depth > DEPTH + 1:
        raise Malformed(_("This condition is nested more than %(n)s deep. Make it flatter.") % {"n": DEPTH})
    if isinstance(data, list) and len(data) >= 2 and all(isinstance(word, str) for word in data):
        return Test(data[0], data[1], tuple(data[2:]))
    if isinstance(data, dict) and len(data) == 1:
        ((key, inner),) = data.items()
        if key == "not":
            return Not(_read(inner, depth + 1))
        if key in ("all", "any") and isinstance(inner, list):
            parts = tuple(_read(part, depth + 1) for part in inner)
            return All(parts) if key == "all" else Any(parts)
    raise Malformed(_("This is not a condition."))
