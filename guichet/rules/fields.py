"""What a rule may hear, and what its condition may ask: of the event beside the ticket, what was and what became."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from guichet.conditions.fields import Asker, Field, FieldSet, Option
from guichet.conditions.tree import Malformed, Tree, tests_in
from guichet.people.models import Person, Role
from guichet.rules.models import TIME
from guichet.tickets import events, fields
from guichet.tickets.models import Inbox

PREFIX = "ticket__"
CHAIN_ENDED = "rules.chain_ended"  # changes {"rules": [[], ids of those that set off one another]}


@dataclass(frozen=True)
class Trigger:
    """`kinds` of events; `rule` narrows them."""

    label: Any
    kinds: frozenset[str]
    rule: Q = Q()  # noqa: RUF009  # never written to


def _kinds(*names: str) -> frozenset[str]:
    return frozenset(names)


_OF_PEOPLE = Q(message__auto="")
_ABOUT = _kinds(
    events.MOVED, events.SUBJECT_CHANGED, events.TYPE_CHANGED, events.EXTRA_CHANGED, events.REQUESTER_CHANGED,
    events.CATEGORY_CHANGED, events.SEVERITY_CHANGED, events.LANGUAGE_CHANGED, events.SITE_CHANGED,
    events.NEEDS_CHANGED,
)  # fmt: skip
TRIGGERS: Mapping[str, Trigger] = {
    "opened": Trigger(gettext_lazy("A new ticket"), _kinds(events.OPENED)),
    "received": Trigger(gettext_lazy("The customer writes"), _kinds(events.RECEIVED, events.ACCEPTED), _OF_PEOPLE),
    "written": Trigger(gettext_lazy("An agent answers"), _kinds(events.WRITTEN), _OF_PEOPLE),
    "noted": Trigger(gettext_lazy("A note is written"), _kinds(events.NOTED)),
    "status": Trigger(gettext_lazy("The status changes"), _kinds(events.STATUS_CHANGED)),
    "priority": Trigger(gettext_lazy("The priority changes"), _kinds(events.PRIORITY_CHANGED)),
    "assigned": Trigger(gettext_lazy("Owner or team change"), _kinds(events.ASSIGNED)),
    "tagged": Trigger(gettext_lazy("The tags change"), _kinds(events.TAGGED)),
    "changed": Trigger(gettext_lazy("Anything else about it changes"), _ABOUT),
    "returned": Trigger(gettext_lazy("It comes back to be looked at"), _kinds(events.RETURNED)),
    "failed": Trigger(gettext_lazy("A message is not delivered"), _kinds(events.FAILED, events.UNCERTAIN)),
}  # fmt: skip


@cache
def triggers() -> dict[str, Trigger]:
    """Also what other rooms tell: whatever their follower `TELLS` aloud, under its `LABELS`."""
    found = dict(TRIGGERS)
    for module in map(import_module, settings.FOLLOWERS):
        labels = getattr(module, "LABELS", {})
        told = (kind for kind, said in getattr(module, "TELLS", {}).items() if said is not None)
        found |= {kind: Trigger(labels.get(kind, kind), _kinds(kind)) for kind in told if kind != CHAIN_ENDED}
    return found


def kinds_of(on: Sequence[str]) -> frozenset[str]:
    known = triggers()
    return frozenset(kind for key in on if key in known for kind in known[key].kinds)


def heard(on: Sequence[str]) -> Q:
    """Of events: those that one of these triggers means."""
    known, found = triggers(), Q(pk__in=())
    for key in on:
        if key in known:
            found |= Q(kind__in=sorted(known[key].kinds)) & known[key].rule
    return found


# -- what was, and what became


def _changed(name: str, place: int) -> Callable[[Asker, Sequence[Any] | None, str], Q]:
    """The prefix leads to the ticket; the event is where it starts from."""

    def ask(asker: Asker, values: Sequence[Any] | None, prefix: str) -> Q:
        path = f"{prefix.removesuffix(PREFIX)}changes__{name}__{place}"
        if values is None:
            return Q(**{f"{path}__isnull": False}) & ~Q(**{path: None})
        found = Q(pk__in=())
        for value in values:
            for one in value if isinstance(value, tuple) else (value,):
                found |= Q(**{path: one})
        return found

    return ask


def _tag_changed(place: int) -> Callable[[Asker, str, str], Q | None]:
    """A tag that was put on (it stands in the second list alone), or taken off."""

    def match(asker: Asker, word: str, prefix: str) -> Q | None:
        path = f"{prefix.removesuffix(PREFIX)}changes__tags__"
        there, away = f"{path}{place}__contains", f"{path}{1 - place}__contains"
        return Q(**{there: [word.lower()]}) & ~Q(**{away: [word.lower()]})

    return match


def _said(asker: Asker, words: Sequence[Any] | None, prefix: str) -> Q:
    """In the message that came with the event, or in the subject: the index may not know a new ticket yet."""
    message, found = f"{prefix.removesuffix(PREFIX)}message__text__icontains", Q()
    for word in words or ():
        found &= Q(**{message: word}) | Q(**{f"{prefix}subject__icontains": word})
    return found


def _by(asker: Asker, values: Sequence[Any] | None, prefix: str) -> Q:
    start, found = prefix.removesuffix(PREFIX), Q(pk__in=())
    works = Q(**{f"{start}actor__role__in": [Role.AGENT, Role.ADMIN]})
    rules = {
        "agent": works,
        "customer": Q(**{f"{start}actor__isnull": False}) & ~works,
        "rule": Q(**{f"{start}via__startswith": "rule:"}),
        "house": Q(**{f"{start}actor__isnull": True}) & ~Q(**{f"{start}via__startswith": "rule:"}),
    }
    for value in values or ():
        found |= rules[value]
    return found


def _actors(asker: Asker) -> Iterator[Option]:
    yield Option("agent", _("an agent"), "agent")
    yield Option("customer", _("a customer"), "customer")
    yield Option("rule", _("a rule"), "rule")
    yield Option("house", _("the help desk itself"), "house")


_HEART = {one.name: one for one in fields.FIELDS.fields}


def _both(name: str, key: str, was: Any, became: Any) -> Iterator[Field]:
    like = _HEART[name]
    for word, label, place in (("was", was, 0), ("became", became, 1)):
        yield Field(f"{word}-{name}", label, like.kind, options=like.options, ask=_changed(key, place),
                    can_be_empty=like.can_be_empty)  # fmt: skip


EVENT_FIELDS = (
    *_both("status", "status", pgettext_lazy("field", "Status was"), pgettext_lazy("field", "Status became")),
    *_both("priority", "priority", pgettext_lazy("field", "Priority was"), pgettext_lazy("field", "Priority became")),
    *_both("team", "team", pgettext_lazy("field", "Team was"), pgettext_lazy("field", "Team became")),
    *_both("assignee", "assignee", pgettext_lazy("field", "Assignee was"), pgettext_lazy("field", "Assignee became")),
    *_both("inbox", "inbox", pgettext_lazy("field", "Inbox was"), pgettext_lazy("field", "Inbox became")),
    *_both("category", "category", pgettext_lazy("field", "Category was"), pgettext_lazy("field", "Category became")),
    Field("lost-tag", pgettext_lazy("field", "Tag taken off"), "choice", match=_tag_changed(0)),
    Field("got-tag", pgettext_lazy("field", "Tag put on"), "choice", match=_tag_changed(1)),
    Field("by", pgettext_lazy("field", "Done by"), "choice", options=_actors, ask=_by),
)
OF_EVENTS = frozenset(one.name for one in EVENT_FIELDS)
# "Unread" is a reader's, and a rule is nobody.
_ASKED = tuple(one for one in fields.FIELDS.fields if one.name != "unread")
_WORDS = replace(_HEART["words"], ask=_said)
# Of a batch of events no index is asked: the text alone decides; cutting it into parts for each rule would cost most.
_SUBJECT = replace(_HEART["subject"], ask=None)
_OWN_ONES: Any = {"more": fields.FIELDS.more, "spaces": fields.FIELDS.spaces}
_OTHERS = tuple(one for one in _ASKED if one.name not in ("words", "subject"))
FIELDS = FieldSet((*_OTHERS, _SUBJECT, _WORDS, *EVENT_FIELDS), free="words", **_OWN_ONES)
TIMED = FieldSet(_ASKED, free="words", **_OWN_ONES)
LABELS = {one.name: one.label for one in FIELDS.fields}
_KEYWORDS = frozenset(one.name for one in FIELDS.fields if one.keywords)
_OWN = ("me", "mine")


def house_asker(inbox: Inbox | None) -> Asker:
    """Rules ask as the house does: of all tickets but the confidential ones, or of one confidential inbox too."""
    person = Person(role=Role.ADMIN, is_active=True)
    vars(person)["teams_and_leads"] = ((inbox.team_id, False),) if inbox is not None else ()
    vars(person)["team_ids"] = (inbox.team_id,) if inbox is not None else ()
    return Asker(person)


def check(tree: Tree, on: Sequence[str], asker: Asker) -> None:
    """Raises Malformed for what a rule cannot ask."""
    known = TIMED if list(on) == [TIME] else FIELDS
    if known is TIMED:
        for test in tests_in(tree):
            if test.field in OF_EVENTS:
                raise Malformed(
                    _("“%(field)s” asks what happened: the clock knows no such thing.") % {"field": test.field}
                )
    known.check(tree, asker)
    for test in tests_in(tree):
        if set(test.values) & set(_OWN) and test.field in _KEYWORDS:
            raise Malformed(_("A rule is nobody: name a person or a team instead of “me” or “my teams”."))


def scope(inbox_id: int | None, prefix: str = "") -> Q:
    """Which tickets a rule may look at at all; a merged one is nobody's work."""
    whole = Q(**{f"{prefix}merged_into__isnull": True})
    if inbox_id is not None:
        return whole & Q(**{f"{prefix}inbox_id": inbox_id})
    return whole & Q(**{f"{prefix}inbox__is_confidential": False})
