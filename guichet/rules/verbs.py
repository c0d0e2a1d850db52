"""The acts of macros and rules: what they may be, how they are told, done and taken back. Each is the heart's own.

Verbs are a dict, and what it does not name stays: {"inbox": id, "add_tags": […], "remove_tags": […], "type": id,
"category": id, "extra": {…}, "language": "fr", "site": "…", "severity": {"impact": 1, "urgency": 2}, "needs": {id of a
skill: level}, "team": id, "assignee": "me" | "nobody" | id, "route": {…}, "priority": 1, "due": minutes, "note": "…",
"mail": {…}, "notify": {…}, "follow_up": id of a ticket template, "status": "pending", "look": minutes, "snooze":
minutes, "ask": {kind: value}}. They are done in the order of VERBS. A verb of another room is a kind of event that its
follower `ASKS` for; nothing here knows that room.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.people.extra import ExtraField
from guichet.people.models import Language, Person, Skill, Team
from guichet.rules import picking, routing, sorting, speech
from guichet.tickets import actions, agenda, worktime
from guichet.tickets.actions import Held, Words
from guichet.tickets.actions.words import locked
from guichet.tickets.events import By
from guichet.tickets.models import (
    OPEN_STATUSES,
    Category,
    Impact,
    Inbox,
    Link,
    LinkKind,
    Priority,
    Status,
    Step,
    Ticket,
    TicketTemplate,
    TicketType,
    Urgency,
)

TAGS = 20
Verbs = Mapping[str, Any]
Changes = dict[str, list[Any]]  # field -> [was, is]


@dataclass(frozen=True)
class Names:
    """What verbs mention by id, each asked for once."""

    teams: Mapping[int, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)
    templates: Mapping[int, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    skills: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[int, str] = field(default_factory=dict)
    categories: Mapping[int, str] = field(default_factory=dict)
    inboxes: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verb:
    """`words` tell a value, `do` does it, once with all the verbs at hand."""

    words: Callable[[Any, Names], Iterable[str]]
    do: Callable[[Ticket, Verbs, By], object]


def do(ticket: Ticket, verbs: Verbs, by: By) -> Changes:
    """All of them or none; what changed, for the way back. Raises Refused."""
    with transaction.atomic():
        changes = do_held(actions.hold(ticket), verbs, by)
        ticket.refresh_from_db()
    return changes


def do_held(held: Held, verbs: Verbs, by: By) -> Changes:
    """The same for a ticket that the caller holds, in a transaction that fails as a whole."""
    more = moved_by(verbs)
    with held as ticket:
        before = state(ticket, more)
    for is_said, names in groupby((name for name in VERBS if name in verbs), key=SPEAKING.__contains__):
        if is_said:
            _say(held, names, verbs, by)
        else:
            with held as ticket:
                for name in names:
                    VERBS[name].do(ticket, verbs, by)
    with held as ticket:
        after = state(ticket, more)
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}


def _say(held: Held, names: Iterable[str], verbs: Verbs, by: By) -> None:
    """Each of these writes the row itself."""
    for name in names:
        VERBS[name].do(held.fresh(), verbs, by)
        held.let_go()


def told(verbs: Verbs, names: Names) -> list[str]:
    """What these acts do, in words."""
    return [words for name, verb in VERBS.items() if name in verbs for words in verb.words(verbs[name], names)]


def names_of(several: Iterable[Verbs]) -> Names:
    """The names of all that these verbs mention: at most eight queries. A confidential inbox has none here."""
    every = list(several)
    notified = [verbs["notify"] for verbs in every if "notify" in verbs]
    teams = {verbs["team"] for verbs in every if verbs.get("team")} | _ids(one.get("teams", ()) for one in notified)
    people = _ids([verbs.get("assignee")] for verbs in every) | _ids(one.get("people", ()) for one in notified)
    templates = {verbs["follow_up"] for verbs in every if verbs.get("follow_up")}
    keys = {key for verbs in every for key in verbs.get("extra", {})}
    skills = {int(pk) for verbs in every for pk in (*verbs.get("route", {}).get("skills", {}), *verbs.get("needs", {}))}
    categories = {verbs["category"] for verbs in every if verbs.get("category")}
    inboxes = {verbs["inbox"] for verbs in every if verbs.get("inbox")}
    sorted_under = Category.objects.filter(pk__in=categories).select_related("parent")
    open_ones = Inbox.objects.filter(pk__in=inboxes, is_confidential=False)
    types = {verbs["type"] for verbs in every if verbs.get("type")}
    labels = ExtraField.objects.of(ExtraField.Of.TICKET)
    return Names(
        dict(Team.objects.filter(pk__in=teams).values_list("pk", "name")) if teams else {},
        {one.pk: str(one) for one in Person.objects.agents().filter(pk__in=people)} if people else {},
        dict(TicketTemplate.objects.filter(pk__in=templates).values_list("pk", "name")) if templates else {},
        dict(labels.filter(key__in=keys).values_list("key", "label")) if keys else {},
        {str(pk): name for pk, name in Skill.objects.filter(pk__in=skills).values_list("pk", "name")} if skills else {},
        dict(TicketType.objects.filter(pk__in=types).values_list("pk", "name")) if types else {},
        {one.pk: str(one) for one in sorted_under} if categories else {},
        {one.pk: str(one) for one in open_ones.only("name", "address")} if inboxes else {},
    )


def _ids(values: Iterable[Iterable[Any]]) -> set[int]:
    return {one for several in values for one in several if isinstance(one, int)}


MADE = "made"  # in the changes of a run: tickets that follow up, before and after
_MORE: dict[str, Callable[[Ticket], Any]] = {
    "needs": lambda ticket: {str(pk): level for pk, level in actions.needs_of(ticket).items()},
    "agenda": agenda.snapshot,
    MADE: lambda ticket: sorted(
        Link.objects.filter(other=ticket, kind=LinkKind.FOLLOW_UP).values_list("ticket_id", flat=True)
    ),
}
_MOVES = {"needs": "needs", "look": "agenda", "snooze": "agenda", "follow_up": MADE}  # verb -> what more it changes


def moved_by(verbs: Verbs) -> set[str]:
    return {_MOVES[name] for name in verbs if name in _MOVES}


def state(ticket: Ticket, more: Container[str] = tuple(_MORE)) -> dict[str, Any]:
    """What verbs may change and `undoing` puts back; of what costs a look elsewhere only what is wanted."""
    return {
        **{name: look(ticket) for name, look in _MORE.items() if name in more},
        "status": str(ticket.status),
        "priority": int(ticket.priority),
        "team": ticket.team_id,
        "assignee": ticket.assignee_id,
        "tags": actions.tag_names(ticket),
        "type": ticket.type_id,
        "extra": dict(ticket.extra),
        "inbox": ticket.inbox_id,
        "category": ticket.category_id,
        "impact": ticket.impact,
        "urgency": ticket.urgency,
        "language": ticket.language,
        "site": ticket.site,
        "due": ticket.set_due_at.isoformat() if ticket.set_due_at else None,
    }


def as_it_is(ticket: Ticket) -> None:
    """Locked and read again: what a colleague did a moment ago is neither undone nor passed over."""
    locked(ticket)
    ticket.refresh_from_db()


def asked_for() -> dict[str, Any]:
    """What other rooms let rules ask of them: kind of event -> label."""
    modules = [import_module(path) for path in settings.FOLLOWERS]
    return {kind: label for module in modules for kind, label in getattr(module, "ASKS", {}).items()}


# -- each verb


def _tags(ticket: Ticket, verbs: Verbs, by: By) -> None:
    before = set(actions.tag_names(ticket))
    wanted = {*before, *verbs.get("add_tags", ())} - set(verbs.get("remove_tags", ()))
    if wanted != before:
        actions.set_tags(ticket, wanted, by)


def _extra(ticket: Ticket, verbs: Verbs, by: By) -> None:
    actions.set_extra(ticket, verbs["extra"], by)


def _owner(ticket: Ticket, verbs: Verbs, by: By) -> None:
    """Team and owner change as one: no event tells of half of it."""
    team = Team.objects.filter(pk=verbs["team"]).first() if verbs.get("team") else None
    owner = verbs.get("assignee")
    if verbs.get("team") and team is None:
        raise actions.Refused(_("The team that it names is there no longer."))
    person = ticket.assignee
    if owner == "me":
        person = by.person
    elif owner == "nobody":
        person = None
    elif owner:
        person = Person.objects.agents().filter(pk=owner).first()
        if person is None:
            raise actions.Refused(_("Whom it assigns does not work here any more."))
    actions.assign(ticket, person, by, team=team)


def _assignee(ticket: Ticket, verbs: Verbs, by: By) -> None:
    if not verbs.get("team"):
        _owner(ticket, verbs, by)


def _priority(ticket: Ticket, verbs: Verbs, by: By) -> None:
    if verbs["priority"] in Priority.values:
        actions.set_priority(ticket, Priority(verbs["priority"]), by)


def _type(ticket: Ticket, verbs: Verbs, by: By) -> None:
    kind = TicketType.objects.filter(pk=verbs["type"]).first()
    if kind is None:
        raise actions.Refused(_("The type that it names is there no longer."))
    actions.set_type(ticket, kind, by)


def _due(ticket: Ticket, verbs: Verbs, by: By) -> None:
    if ticket.status in OPEN_STATUSES:
        actions.set_due(ticket, timezone.now() + timedelta(minutes=verbs["due"]), by)


def _note(ticket: Ticket, verbs: Verbs, by: By) -> None:
    if verbs["note"]:
        text = verbs["note"] if by.person is not None else speech.filled_note(ticket, verbs["note"])
        actions.add_note(ticket, Words(text=text), by)


def _status(ticket: Ticket, verbs: Verbs, by: By) -> None:
    if verbs["status"] in Status.values:
        actions.set_status(ticket, Status(verbs["status"]), by)


def _look(ticket: Ticket, verbs: Verbs, by: By) -> None:
    if ticket.status in OPEN_STATUSES:
        at = timezone.now() + timedelta(minutes=verbs["look"])
        actions.plan(ticket, Step(ticket.next_step), at, by, words=ticket.next_words)


def _snooze(ticket: Ticket, verbs: Verbs, by: By) -> None:
    if ticket.status in OPEN_STATUSES:
        actions.snooze(ticket, timezone.now() + timedelta(minutes=verbs["snooze"]), by)


def _ask(ticket: Ticket, verbs: Verbs, by: By) -> None:
    for kind, value in verbs["ask"].items():
        actions.tell(ticket, kind, by, changes={"asked": [None, value]})


# -- each verb in words


def _owner_words(owner: Any, names: Names) -> Iterator[str]:
    own = {"me": _("whoever uses it"), "nobody": _("nobody")}
    yield _("Owner: %(name)s") % {"name": own.get(owner) or names.people.get(owner, "?")}


def _status_words(value: Any, names: Names) -> Iterator[str]:
    if value in Status.values:
        yield _("Status: %(status)s") % {"status": Status(value).label}


def _priority_words(value: Any, names: Names) -> Iterator[str]:
    if value in Priority.values:
        yield _("Priority: %(priority)s") % {"priority": Priority(value).label}


def _extra_words(value: Any, names: Names) -> Iterator[str]:
    for key, word in value.items():
        yield f"{names.fields.get(key, key)}: {word}"


def _severity_words(value: Any, names: Names) -> Iterator[str]:
    if value.get("impact"):
        yield _("Impact: %(impact)s") % {"impact": Impact(value["impact"]).label}
    if value.get("urgency"):
        yield _("Urgency: %(urgency)s") % {"urgency": Urgency(value["urgency"]).label}


def _language_words(value: Any, names: Names) -> Iterator[str]:
    if value in Language.values:
        yield _("Language: %(language)s") % {"language": Language(value).label}


def _skill_words(value: Mapping[str, int], names: Names) -> Iterator[str]:
    yield from (f"{names.skills.get(skill, '?')} {level}" for skill, level in value.items())


def _needs_words(value: Any, names: Names) -> Iterator[str]:
    yield _("Needs: %(skills)s") % {"skills": ", ".join(_skill_words(value, names))}


def _mail_words(value: Any, names: Names) -> Iterator[str]:
    people = [_("the customer")] if value.get("customer") else []
    yield _("Mail to %(people)s") % {"people": ", ".join([*people, *value.get("addresses", ())])}


def _notify_words(value: Any, names: Names) -> Iterator[str]:
    people = [_("the owner")] if value.get("owner") else []
    people += [_("the ticket's team")] if value.get("team") else []
    people += [names.people.get(pk, "?") for pk in value.get("people", ())]
    people += [names.teams.get(pk, "?") for pk in value.get("teams", ())]
    yield _("Notify %(people)s") % {"people": ", ".join(people)}


HOW = {
    picking.TURN: gettext_lazy("in turn"),
    picking.LOAD: gettext_lazy("whoever has least in work"),
    picking.SKILLS: gettext_lazy("whoever can do it best and has least in work"),
}


def _route_words(value: Any, names: Names) -> Iterator[str]:
    yield _("Share out: %(how)s") % {"how": HOW.get(value["how"], value["how"])}
    yield from _skill_words(value.get("skills", {}), names)
    if value.get("language"):
        yield _("speaks the customer's language")
    if value.get("sticky"):
        yield _("first who knows the customer")


def span(minutes: int, in_working_time: bool = False) -> str:
    """A length of time in the largest unit that tells it whole."""
    day = worktime.DAY if in_working_time else 24 * 60
    if minutes and minutes % day == 0:
        return _("%(n)s d") % {"n": minutes // day}
    if minutes and minutes % 60 == 0:
        return _("%(n)s h") % {"n": minutes // 60}
    return _("%(n)s min") % {"n": minutes}


VERBS: dict[str, Verb] = {
    "inbox": Verb(
        lambda v, n: [_("Inbox: %(inbox)s") % {"inbox": n.inboxes.get(v, _("another inbox"))}],
        lambda t, v, by: sorting.move(t, v["inbox"], by),
    ),
    "add_tags": Verb(lambda v, n: [f"+ {tag}" for tag in v], _tags),
    "remove_tags": Verb(lambda v, n: [f"− {tag}" for tag in v], _tags),
    "type": Verb(lambda v, n: [_("Type: %(type)s") % {"type": n.types.get(v, "?")}], _type),
    "category": Verb(
        lambda v, n: [_("Category: %(category)s") % {"category": n.categories.get(v, "?")}],
        lambda t, v, by: sorting.categorise(t, v["category"], by),
    ),
    "extra": Verb(_extra_words, _extra),
    "language": Verb(_language_words, lambda t, v, by: actions.set_language(t, v["language"], by)),
    "site": Verb(lambda v, n: [_("Site: %(site)s") % {"site": v}], lambda t, v, by: actions.set_site(t, v["site"], by)),
    "severity": Verb(_severity_words, lambda t, v, by: sorting.grade(t, v["severity"], by)),
    "needs": Verb(_needs_words, lambda t, v, by: sorting.need(t, v["needs"], by)),
    "team": Verb(lambda v, n: [_("Team: %(team)s") % {"team": n.teams.get(v, "?")}], _owner),
    "assignee": Verb(_owner_words, _assignee),
    "route": Verb(_route_words, lambda t, v, by: routing.route(t, v["route"], by)),
    "priority": Verb(_priority_words, _priority),
    "due": Verb(lambda v, n: [_("Deadline in %(time)s") % {"time": span(v)}], _due),
    "note": Verb(lambda v, n: [_("Internal note")] if v else [], _note),
    "mail": Verb(_mail_words, lambda t, v, by: speech.mail(t, v["mail"], by)),
    "notify": Verb(_notify_words, lambda t, v, by: speech.notify(t, v["notify"], by)),
    "follow_up": Verb(
        lambda v, n: [_("Follow-up tickets: %(name)s") % {"name": n.templates.get(v, "?")}],
        lambda t, v, by: speech.follow_up(t, v["follow_up"], by),
    ),
    "status": Verb(_status_words, _status),
    "look": Verb(lambda v, n: [_("Look again after %(time)s") % {"time": span(v)}], _look),
    "snooze": Verb(lambda v, n: [_("Asleep for %(time)s") % {"time": span(v)}], _snooze),
    "ask": Verb(lambda v, n: [str(asked_for().get(kind, kind)) for kind in v], _ask),
}
SPEAKING = frozenset({"route", "note", "mail", "follow_up"})  # they let words be said, or other rows be written
SAID = ("note", "mail", "notify", "ask")  # what nothing takes back
