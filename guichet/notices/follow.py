"""Follows the log: whom each event concerns, and who follows a ticket by what they did.

Safe to repeat: a person is told of an event once, and who follows already is left as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from guichet.kit import pg
from guichet.notices import tasks, ways
from guichet.notices.models import Choice, Device, Kind, Notice
from guichet.people import access
from guichet.people.models import Membership, Person
from guichet.tickets import actions, events
from guichet.tickets.events import LIVE, By
from guichet.tickets.models import Event, Follower, Mention, Message, Return, Ticket

VIA = "notices"
ABOUT = {
    events.NOTED: Kind.COLLEAGUE,
    events.WRITTEN: Kind.COLLEAGUE,
    events.RECEIVED: Kind.CUSTOMER,
    events.FAILED: Kind.FAILED,
    events.UNCERTAIN: Kind.FAILED,
    events.HELD: Kind.FAILED,
    events.NOT_RELEASED: Kind.FAILED,
    events.RETURNED: Kind.DUE,
    events.OPENED: Kind.NEW,
    events.ASSIGNED: Kind.ASSIGNED,
    events.NOTIFIED: Kind.MENTION,
    "clock.warned": Kind.DUE,
    "clock.breached": Kind.DUE,
    "clock.escalated": Kind.DUE,
}
HEARS = frozenset(ABOUT)
CLOCKS = frozenset(kind for kind in ABOUT if kind.startswith("clock."))
# What is older when the log is read (after an outage, in an example) stands in the bell alone.
FRESH = timedelta(days=1)


@dataclass
class Known:
    """What a batch needs to know of its tickets and messages, each asked for once."""

    followers: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    muted: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    mentioned: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # by message, each by name
    teams: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # by message, through a team
    members: dict[int, set[int]] = field(default_factory=dict)  # by team, where a reply waits for one of them
    leads: dict[int, set[int]] = field(default_factory=dict)  # by team, where a deadline comes near or is missed
    newcomers: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))  # by team, who wants new requests


def follow(batch: Sequence[Event]) -> None:
    known = _known(batch)
    _follow_by_themselves(batch, known)
    told: dict[int, dict[int, str]] = {event.pk: _concerned(event, known) for event in batch}
    people = _people({pk for reasons in told.values() for pk in reasons})
    _only_who_may_release(batch, told, people)
    seen = _seen_by(people.values(), {event.ticket_id for event in batch})
    rows = _rows(batch, told, people, seen)
    if not rows:
        return
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    for pk in sorted({row.person_id for row in rows}):
        pg.notify(LIVE, f"notice:{pk}")
    tasks.wake({row.person_id for row in rows if row.push_at})


def _known(batch: Sequence[Event]) -> Known:
    known = Known()
    for row in Follower.objects.filter(ticket__in={event.ticket_id for event in batch}):
        by_state = {Follower.State.FOLLOWS: known.followers, Follower.State.MUTED: known.muted}
        if row.state in by_state:
            by_state[Follower.State(row.state)][row.ticket_id].add(row.person_id)
    noted = {event.message_id for event in batch if event.kind == events.NOTED and event.message_id}
    mentions = list(Mention.objects.filter(message__in=noted)) if noted else []
    members = _members({row.team_id for row in mentions if row.team_id})
    for mention in mentions:
        if mention.person_id:
            known.mentioned[mention.message_id].add(mention.person_id)
        elif mention.team_id:
            known.teams[mention.message_id] |= members[mention.team_id]
    called = {pk for event in batch if event.kind == events.NOTIFIED for pk in event.changes["teams"][1]}
    late = {event.ticket.team_id for event in batch if event.kind in CLOCKS}
    known.members = _members(called | late | {event.ticket.team_id for event in batch if _waits_for_release(event)})
    known.leads = _members(late, is_lead=True) if late else {}
    opened = {event.ticket.team_id for event in batch if event.kind == events.OPENED}
    if opened:
        wanting = set(Choice.objects.filter(kind=Kind.NEW).values_list("person_id", flat=True))
        known.newcomers.update({team: people & wanting for team, people in _members(opened).items()})
    return known


def _members(teams: set[int], **more: bool) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for team, person in Membership.objects.filter(team__in=teams, **more).values_list("team_id", "person_id"):
        found[team].add(person)
    return found


def _concerned(event: Event, known: Known) -> dict[int, str]:
    """Who is told, and why: the strongest reason of each. Nobody of what they did themselves."""
    reasons: list[tuple[Iterable[int | None], str]] = []
    message, ticket = event.message, event.ticket
    kind = ABOUT[event.kind]
    if kind == Kind.ASSIGNED:
        reasons.append(([event.changes.get("assignee", [None, None])[1]], kind))
    elif kind == Kind.NEW:
        reasons.append((known.newcomers[ticket.team_id], kind))
    elif event.kind == events.NOTIFIED:
        reasons.append(({pk for team in event.changes["teams"][1] for pk in known.members[team]}, kind))
    elif message is not None and message.auto:
        return {}
    elif event.kind in CLOCKS:
        reasons.append(([ticket.assignee_id, *known.followers[ticket.pk], *_watching(event, known)], kind))
    elif kind == Kind.DUE:
        # Words that were not delivered are told as such; and whom it was taken from is told too.
        if event.changes["why"][1] not in (Return.BOUNCED, Return.UNCERTAIN):
            was = event.changes.get("assignee", [None])[0]
            reasons.append(([was, ticket.assignee_id, *known.followers[ticket.pk]], kind))
    elif _waits_for_release(event):
        reasons.append((known.members[ticket.team_id], Kind.RELEASE))
    elif kind == Kind.FAILED:
        reasons.append(([message.author_id if message else None, ticket.assignee_id], kind))
    else:
        reasons.append(([ticket.assignee_id, *known.followers[ticket.pk]], kind))
    muted = known.muted[ticket.pk]
    told = {pk: why for people, why in reasons for pk in people if pk and (why == Kind.ASSIGNED or pk not in muted)}
    if event.kind == events.NOTIFIED:
        told |= dict.fromkeys(event.changes["people"][1], Kind.MENTION)
    if event.message_id:
        # Naming somebody reaches them whatever they follow; a whole team is not called past a mute.
        told |= dict.fromkeys(known.teams[event.message_id] - muted, Kind.MENTION)
        told |= dict.fromkeys(known.mentioned[event.message_id], Kind.MENTION)
    told.pop(event.actor_id or 0, None)
    return told


def _watching(event: Event, known: Known) -> set[int]:
    """Who looks after the team's work hears of what is missed, and of what nobody owns; where nobody does, all do."""
    ticket = event.ticket
    if event.kind == "clock.warned" and ticket.assignee_id is not None:
        return set()
    return known.leads.get(ticket.team_id) or (known.members[ticket.team_id] if ticket.assignee_id is None else set())


def _waits_for_release(event: Event) -> bool:
    return event.kind == events.HELD and "release" in event.changes


def _only_who_may_release(batch: Sequence[Event], told: dict[int, dict[int, str]], people: dict[int, Person]) -> None:
    """Nobody is called for what is not theirs to let go: their own words, or a trainee's call."""
    waiting = {event.pk: event.message_id for event in batch if event.message_id and _waits_for_release(event)}
    for pk, person in people.items() if waiting else ():
        rule = access.releasable_messages(person)
        may = set(Message.objects.filter(rule, pk__in=waiting.values()).values_list("pk", flat=True))
        for event, message in waiting.items():
            if told[event].get(pk) == Kind.RELEASE and message not in may:
                del told[event][pk]


def _people(pks: set[int]) -> dict[int, Person]:
    return {person.pk: person for person in Person.objects.agents().filter(pk__in=pks)}


def _seen_by(people: Iterable[Person], tickets: set[int]) -> dict[int, set[int]]:
    """Which of these tickets each may see: nobody is told of what is hidden from them."""
    return {
        person.pk: set(Ticket.objects.visible_to(person).filter(pk__in=tickets).values_list("pk", flat=True))
        for person in people
    }


def _rows(
    batch: Sequence[Event], told: dict[int, dict[int, str]], people: dict[int, Person], seen: dict[int, set[int]]
) -> list[Notice]:
    now = timezone.now()
    chosen, wishes = ways.ways_of(people), ways.wishes_of(people)
    reachable = set(Device.objects.filter(person__in=people).values_list("person_id", flat=True))
    rows = []
    for event in batch:
        is_fresh = event.at > now - FRESH
        for pk, kind in told[event.pk].items():
            if pk not in people or event.ticket_id not in seen[pk] or not (way := chosen[pk][kind]).is_any:
                continue
            zone = ways.zone_of(people[pk])
            rows.append(
                Notice(
                    person_id=pk,
                    ticket_id=event.ticket_id,
                    event=event,
                    message_id=event.message_id,
                    kind=kind,
                    at=event.at,
                    is_in_bell=way.bell,
                    mail_at=ways.mail_time(way.mail, now, zone, wishes[pk]) if is_fresh else None,
                    push_at=ways.after_quiet(now, zone, wishes[pk])
                    if way.push and is_fresh and pk in reachable
                    else None,
                )
            )
    return rows


def _follow_by_themselves(batch: Sequence[Event], known: Known) -> None:
    """Who writes, is named or is given a ticket follows it, unless they chose otherwise."""
    wanted: dict[tuple[int, int], tuple[Event, set[str]]] = {}

    def want(event: Event, person: int | None, why: str) -> None:
        if person is not None and person not in known.followers[event.ticket_id]:
            wanted.setdefault((event.ticket_id, person), (event, set()))[1].add(why)

    for event in batch:
        if event.kind in (events.NOTED, events.WRITTEN):
            want(event, event.actor_id, "follows_written")
        if event.kind == events.ASSIGNED:
            want(event, event.changes.get("assignee", [None, None])[1], "follows_assigned")
        for person in known.mentioned[event.message_id or 0]:
            want(event, person, "follows_mentioned")
    if not wanted:
        return
    people = _people({person for _ticket, person in wanted})
    wishes = ways.wishes_of(people)
    for (ticket_id, pk), (event, reasons) in wanted.items():
        if pk in people and any(getattr(wishes[pk], why) for why in reasons):
            by = By(people[pk], VIA, cause=event)
            if actions.follow(event.ticket, people[pk], by, by_itself=True):
                known.followers[ticket_id].add(pk)
