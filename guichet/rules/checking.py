"""What is wrong with rules before they act: circles of rules that set off one another, and rules that overwrite others.

Pure: verbs against conditions. What cannot be decided by looking counts as possible, but a rule whose acts are there
already changes nothing and sets off nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any as Anything

from guichet.conditions.tree import All, Not, Test, Tree
from guichet.rules import fields
from guichet.rules.models import Rule
from guichet.rules.verbs import Verbs
from guichet.tickets import events
from guichet.tickets.models import OPEN_STATUSES, Priority

DEEPEST = 6  # rules in a circle: one more than a chain may have
STEPS = 20_000  # looked at before giving up
Known = Mapping[str, Anything]  # of a ticket: field -> value; tags as "tag:name" -> whether it is on


@dataclass(frozen=True)
class Clash:
    """`later` sets `field` anew behind `earlier`, on the same event."""

    earlier: Rule
    later: Rule
    field: str

    @property
    def label(self) -> str:
        return str(fields.LABELS.get(self.field) or self.field.removeprefix("extra."))


def circle(rule: Rule, others: Sequence[Rule]) -> list[Rule]:
    """The rules that would set off one another through this one, in order; empty where there is no such circle."""
    rules = [one for one in (rule, *others) if not one.is_timed]
    if rule.is_timed:
        return []
    return _round(rule, rules, [rule], _after(rule, _facts(rule.condition)), [STEPS])


def _round(first: Rule, rules: Sequence[Rule], path: list[Rule], after: After, left: list[int]) -> list[Rule]:
    """Look for a way back to `first` from what the last rule of the path leaves behind."""
    for rule in rules:
        left[0] -= 1
        if left[0] < 0:
            return []
        if not _same_place(first, rule) or not _may_follow(rule, after):
            continue
        then = _after(rule, {**_facts(rule.condition), **after.known})
        if not then.kinds and not then.is_new:
            continue
        if rule is first:
            return list(path)
        if rule not in path and len(path) < DEEPEST and (found := _round(first, rules, [*path, rule], then, left)):
            return found
    return []


def _may_follow(rule: Rule, after: After) -> bool:
    """Of the same ticket all that is possible counts; of a new one, whose subject is its own, only what is sure."""
    kinds = fields.kinds_of(rule.on)
    if after.is_new and events.OPENED in kinds and _holds(rule.condition, _FRESH) is True:
        return True
    return bool(kinds & after.kinds) and _holds(rule.condition, after.known) is not False


def _same_place(one: Rule, other: Rule) -> bool:
    """A follow-up ticket stays in its inbox, so rules of two inboxes never meet."""
    return one.inbox_id is None or other.inbox_id is None or one.inbox_id == other.inbox_id


def clashes(rule: Rule, others: Sequence[Rule]) -> list[Clash]:
    """Where this rule and another may both act on one event and want the same field to be different things."""
    found = []
    for other in others:
        if not (fields.kinds_of(rule.on) & fields.kinds_of(other.on)) or rule.is_timed or other.is_timed:
            continue
        if not _same_place(rule, other) or _are_apart(rule.condition, other.condition):
            continue
        if rule.pk is None or other.place < rule.place:
            earlier, later = other, rule
        else:
            earlier, later = rule, other
        if earlier.stops:
            continue
        sets, anew = dict(_sets(earlier.verbs)), dict(_sets(later.verbs))
        for name in sets:
            if name not in anew or sets[name] == anew[name]:
                continue
            # What the earlier one has done may be what keeps the later one away: it is asked again.
            if _holds(later.condition, sets) is not False:
                found.append(Clash(earlier, later, name.partition(":")[0]))
    return found


# -- what verbs do


def _sets(verbs: Verbs) -> Iterator[tuple[str, Anything]]:
    for tag in verbs.get("add_tags", ()):
        yield f"tag:{tag}", True
    for tag in verbs.get("remove_tags", ()):
        yield f"tag:{tag}", False
    for name in ("inbox", "team", "assignee", "status", "type", "category", "language", "site"):
        if verbs.get(name):
            yield name, verbs[name]
    if verbs.get("priority"):
        yield "priority", Priority(verbs["priority"]).name.lower()
    yield from verbs.get("severity", {}).items()
    for skill, level in verbs.get("needs", {}).items():
        yield f"need:{skill}:{level}", True
    for key, value in verbs.get("extra", {}).items():
        yield f"extra.{key}", value


_KINDS = {
    "tag": events.TAGGED,
    "team": events.ASSIGNED,
    "assignee": events.ASSIGNED,
    "status": events.STATUS_CHANGED,
    "priority": events.PRIORITY_CHANGED,
    "extra": events.EXTRA_CHANGED,
    "type": events.TYPE_CHANGED,
    "need": events.NEEDS_CHANGED,
    "inbox": events.MOVED,
    "category": events.CATEGORY_CHANGED,
    "language": events.LANGUAGE_CHANGED,
    "site": events.SITE_CHANGED,
    "impact": events.SEVERITY_CHANGED,
    "urgency": events.SEVERITY_CHANGED,
}
_ALONG = {"inbox": ("team", "assignee"), "severity": ("priority",)}  # verb -> what else becomes it knows not what


@dataclass(frozen=True)
class After:
    """A ticket behind a rule: what is known of it, the kinds of events that are left, and whether a new one came."""

    known: Known
    kinds: frozenset[str]
    is_new: bool


def _after(rule: Rule, known: Known) -> After:
    sets = dict(_sets(rule.verbs))
    news = {name for name, value in sets.items() if known.get(name, _UNKNOWN) != value}
    kinds = {_KINDS[name.partition(":")[0].partition(".")[0]] for name in news}
    if rule.verbs.get("route") and known.get("assignee", "nobody") == "nobody":
        kinds.add(events.ASSIGNED)
    along = {name for verb, names in _ALONG.items() if verb in rule.verbs for name in names} - sets.keys()
    if kinds & {events.MOVED, events.SEVERITY_CHANGED}:
        kinds |= {_KINDS[name] for name in along}
    if rule.verbs.get("note"):
        kinds.add(events.NOTED)
    kinds |= set(rule.verbs.get("ask", ()))
    became = {f"became-{name}": sets[name] for name in news if f"became-{name}" in fields.OF_EVENTS}
    kept = {
        name: value for name, value in known.items() if not name.startswith(("became-", "was-")) and name not in along
    }
    return After({**kept, **sets, **became, "by": "rule"}, frozenset(kinds), bool(rule.verbs.get("follow_up")))


_FRESH: Known = {"by": "rule", "status": "open", "no tags": True}
_UNKNOWN = object()


# -- what conditions need


def _facts(tree: Tree) -> dict[str, Anything]:
    """What surely holds where this condition does."""
    if isinstance(tree, All):
        found: dict[str, Anything] = {}
        for part in tree.parts:
            found |= _facts(part)
        return found
    if not isinstance(tree, Test) or tree.operator != "is" or len(tree.values) != 1:
        return {}
    if tree.field == "tag":
        return {f"tag:{tree.values[0].lower()}": True}
    return {tree.field: tree.values[0]} if tree.field in _COMPARED else {}


_COMPARED = frozenset({"status", "priority", "became-status", "became-priority", "by"})


def _holds(tree: Tree, known: Known) -> bool | None:
    """Whether the condition holds for a ticket of which this is known; None where that does not decide it."""
    if isinstance(tree, Test):
        return _test(tree, known)
    if isinstance(tree, Not):
        inner = _holds(tree.part, known)
        return None if inner is None else not inner
    parts = [_holds(part, known) for part in tree.parts]
    decisive = not isinstance(tree, All)  # one False decides "all", one True decides "any"
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def _test(test: Test, known: Known) -> bool | None:
    if test.field == "tag" and test.operator == "is":
        told = [known.get(f"tag:{value.lower()}", False if "no tags" in known else None) for value in test.values]
        return True if True in told else None if None in told else False
    if test.field == "finished" and test.operator == "is" and "status" in known:
        is_finished = known["status"] not in {str(status) for status in OPEN_STATUSES}
        return ("yes" if is_finished else "no") in test.values
    if test.field == "assignee" and test.operator in ("empty", "set") and "assignee" in known:
        return bool((known["assignee"] == "nobody") == (test.operator == "empty"))
    if test.field in ("was-status", "was-priority") and test.operator == "is":
        became = known.get(f"became-{test.field.removeprefix('was-')}")
        return False if became in test.values and len(test.values) == 1 else None
    if test.field in _COMPARED and test.operator == "is" and test.field in known:
        return bool(known[test.field] in test.values)
    return None


def _are_apart(one: Tree, other: Tree) -> bool:
    """Whether it is plain that both cannot hold at once."""
    return _holds(other, _facts(one)) is False or _holds(one, _facts(other)) is False
