"""What a shared condition names and its reader may not know of: a sealed inbox, a tag or a customer of other teams.

For that reader such a value stands as "…", finds nothing, and tells nothing. What is written freely (words, subjects)
is its author's own to show.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, Q, QuerySet

from guichet.conditions.fields import HIDDEN, Asker, fold
from guichet.conditions.tree import All, Not, Test, Tree, tests_in
from guichet.conditions.tree import Any as Either
from guichet.people import search as people
from guichet.people.models import Identity, Organisation, Person
from guichet.tickets.fields import FIELDS
from guichet.tickets.models import Tag, Ticket

Value = tuple[str, str]  # field, value


def veiled(trees: Sequence[Tree], asker: Asker) -> list[Tree]:
    """The same conditions with only what the asker may know; one query at most for all of them, and one for inboxes."""
    values = {(test.field, value) for tree in trees for test in tests_in(tree) for value in test.values}
    hidden = _unknown_inboxes(values, asker) | _unseen(values, asker)
    return [_veil(tree, hidden) for tree in trees] if hidden else list(trees)


def hides(tree: Tree) -> bool:
    return any(HIDDEN in test.values for test in tests_in(tree))


def _veil(tree: Tree, hidden: set[Value]) -> Tree:
    if isinstance(tree, Test):
        values = (HIDDEN if (tree.field, value) in hidden else value for value in tree.values)
        return Test(tree.field, tree.operator, tuple(dict.fromkeys(values)))
    if isinstance(tree, Not):
        return Not(_veil(tree.part, hidden))
    parts = tuple(_veil(part, hidden) for part in tree.parts)
    return All(parts) if isinstance(tree, All) else Either(parts)


def _unknown_inboxes(values: Iterable[Value], asker: Asker) -> set[Value]:
    """Whether there is no such inbox, or none for him, is the same to the reader."""
    asked = {one for one in values if one[0] == "inbox"}
    known = asker.options(FIELDS.named("inbox", asker)) if asked else {}
    return {one for one in asked if fold(one[1]) not in known}


def _unseen(values: Iterable[Value], asker: Asker) -> set[Value]:
    """Of tags, customers and organisations those that stand on nothing the asker sees."""
    seen = {one: rows for one in sorted(values) if (rows := _rows(one, asker)) is not None}
    if not seen:
        return set()
    columns: dict[str, Any] = {f"k{at}": Exists(rows) for at, rows in enumerate(seen.values())}
    found = Person.objects.filter(pk=asker.person.pk).annotate(**columns).values_list(*columns).get()
    return {one for one, is_seen in zip(seen, found, strict=True) if not is_seen}


def _rows(one: Value, asker: Asker) -> QuerySet[Any] | None:
    """Those that let the asker know of this value; None where everybody may."""
    field, value = one
    if value == HIDDEN:
        return None
    tickets = Ticket.objects.visible_to(asker.person)
    if field == "tag":
        return tickets.filter(tags__in=Tag.objects.filter(name=value.lower()))
    if field == "requester" and value != "me":
        known = Identity.objects.filter(value=value.lower()).values("person_id")
        address = Q(pk__in=known) | Q(email=value.lower())
        return Person.objects.visible_to(asker.person).filter(address if "@" in value else people.rule(value))
    if field == "organisation":
        return Organisation.objects.visible_to(asker.person).filter(name__icontains=value)
    return None
