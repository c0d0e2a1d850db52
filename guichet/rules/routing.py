"""A ticket is routed: its team's members who are here, able and have room; the one who fits best; and why it was them.

What picks is pure (picking.py) and its facts are stored, so that the reason can be told (reasons.py), and computed
again, later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from guichet.kit import pg
from guichet.people import rota
from guichet.people.capacity import capacities
from guichet.people.models import Absence, OnAbsence, Person, ServedSite, Skill, SkillLevel
from guichet.rules import picking
from guichet.rules.models import Routing
from guichet.rules.picking import Candidate, Choice, Wanted
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.load import Mosts, Place, held_of, loads_of, mosts_of
from guichet.tickets.models import OPEN_STATUSES, Need, Return, Status, Ticket

LOCK = "rules:routing"
BATCH = 100
NEXT, ABSENCE = "next", "absence"  # `via` of what no rule routed
BY_LOAD = {"how": picking.LOAD}


def route(ticket: Ticket, value: Mapping[str, Any], by: By) -> None:
    """The verb: an unowned ticket to whoever fits best, or into the queue until somebody comes."""
    ticket.refresh_from_db()
    if ticket.assignee_id is not None or ticket.status not in OPEN_STATUSES:
        return
    pg.transaction_lock(LOCK)  # two that pick at once would give the same colleague one too many
    facts, choice = chosen_for(ticket, value)
    Routing.objects.filter(ticket=ticket, is_waiting=True).update(is_waiting=False)
    Routing.objects.create(
        ticket=ticket, via=by.via, value=dict(value), facts=facts,
        chosen_id=choice.chosen, is_waiting=choice.chosen is None,
    )  # fmt: skip
    if choice.chosen is not None:
        actions.share_out(ticket, Person.objects.get(pk=choice.chosen), by)


def chosen_for(ticket: Ticket, value: Mapping[str, Any]) -> tuple[dict[str, Any], Choice]:
    """Whom a rule with this `value` would choose at this moment, and from which facts."""
    wanted = wanted_for(ticket, value)
    candidates = candidates_of(ticket.team_id, timezone.now(), ticket.inbox_id)
    return picking.to_facts(wanted, candidates), picking.pick(wanted, candidates)


def wanted_for(ticket: Ticket, value: Mapping[str, Any]) -> Wanted:
    spoken = speaking() if value.get("language") else {}
    earlier = _earlier(ticket) if value.get("sticky") else None
    needs = {str(skill): level for skill, level in actions.needs_of(ticket).items()}
    skills = at_least(needed(value, ticket.language, spoken), needs)
    return Wanted(value["how"], skills, earlier, site_of(ticket), ticket.inbox_id)


def site_of(ticket: Ticket) -> str:
    """The one that it is about, else the customer's own."""
    return ticket.site or ticket.requester.site


def at_least(skills: Mapping[str, int], needs: Mapping[str, int]) -> dict[str, int]:
    """Both together; of two levels the higher one counts."""
    return {**skills, **{skill: max(level, skills.get(skill, 0)) for skill, level in needs.items()}}


def speaking() -> dict[str, str]:
    """Language -> the id of the skill of speaking it."""
    return {language: str(pk) for pk, language in Skill.objects.exclude(language="").values_list("pk", "language")}


def needed(value: Mapping[str, Any], language: str, spoken: Mapping[str, str]) -> dict[str, int]:
    skills = dict(value.get("skills", {}))
    if value.get("language") and language in spoken:
        skills.setdefault(spoken[language], 1)
    return skills


def _earlier(ticket: Ticket) -> int | None:
    """Who owned this customer's latest other ticket in the same team."""
    before = Ticket.objects.filter(requester=ticket.requester_id, team=ticket.team_id, assignee__isnull=False)
    return before.exclude(pk=ticket.pk).order_by("-last_message_at").values_list("assignee_id", flat=True).first()


def candidates_of(team_id: int, now: datetime, inbox: int | None = None) -> list[Candidate]:
    """The team's active members with all that picking asks of a ticket from this inbox: eleven queries, one more where
    it has a most, and two where its channel has."""
    people = list(Person.objects.agents().filter(memberships__team=team_id).order_by("pk").values_list("pk", flat=True))
    skills, sites, loads = skills_of(people), sites_of(people), loads_of(people)
    units = capacities([(team_id, pk) for pk in people])
    mosts = mosts_of({inbox} if inbox is not None else set())
    held = held_of(people, mosts)
    away = {one.person_id: one for one in Absence.objects.at(now).filter(person__in=people)}
    given = Routing.objects.filter(chosen__in=people).values("chosen").annotate(at=Max("at"))
    turns = {row["chosen"]: row["at"].isoformat() for row in given}
    days = now.date() - timedelta(days=2), now.date() + timedelta(days=rota.AHEAD)
    shifts = rota.rotas([(team_id, pk) for pk in people], *days)
    members = [
        Candidate(
            pk, skills.get(pk, {}), loads.get(pk, 0), units[team_id, pk], turns.get(pk, ""),
            away[pk].ends_at.isoformat() if pk in away else "", away[pk].substitute_id if pk in away else None,
            *shift_facts(shifts[team_id, pk], now), sites.get(pk, ()),
        )
        for pk in people
    ]  # fmt: skip
    return [with_room(one, mosts, inbox, held) for one in members] if inbox is not None else members


def with_room(one: Candidate, mosts: Mosts, inbox: int, held: Mapping[tuple[Place, int], int]) -> Candidate:
    """With what they have of this inbox or its channel, of how much at most."""
    room = mosts.room(inbox, one.pk, lambda place: held.get((place, one.pk), 0))
    return replace(one, most=room.most, held=room.held, is_shared=room.is_shared)


def shift_facts(shifts: rota.Rota, now: datetime) -> tuple[str, str]:
    """`off` and `until` of a Candidate."""
    if not shifts.is_here(now):
        begins = shifts.next(now)
        return begins.isoformat() if begins else picking.NEVER, ""
    ends = shifts.until(now)
    return "", ends.isoformat() if ends else ""


def skills_of(people: Iterable[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    rows = SkillLevel.objects.filter(person__in=list(people)).values_list("person_id", "skill_id", "level")
    for person, skill, level in rows:
        found.setdefault(person, {})[str(skill)] = level
    return found


def sites_of(people: Iterable[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for person, name in ServedSite.objects.filter(person__in=list(people)).values_list("person_id", "name"):
        found.setdefault(person, []).append(name)
    return found


# -- the queue


def give_waiting() -> int:
    """Tickets in the queue, oldest first, to whoever has come or has room again; how many found an owner."""
    given = 0
    for pk in Routing.objects.filter(is_waiting=True).order_by("at").values_list("pk", flat=True)[:BATCH]:
        with transaction.atomic():
            row = Routing.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk, is_waiting=True)
            waiting = row.select_related("ticket").first()
            if waiting is None:
                continue
            # Whoever takes the next one holds tickets and then asks for rows of the queue.
            ticket = Ticket.objects.select_for_update(skip_locked=True).filter(pk=waiting.ticket_id).first()
            if ticket is None:
                continue
            if ticket.assignee_id is not None or ticket.status not in OPEN_STATUSES:
                Routing.objects.filter(pk=pk).update(is_waiting=False)
                continue
            pg.transaction_lock(LOCK)
            facts, choice = chosen_for(ticket, waiting.value)
            if choice.chosen is None:
                if waiting.facts != facts:  # who is hindered by what, as it is now
                    Routing.objects.filter(pk=pk).update(facts=facts)
                continue
            waiting.facts, waiting.chosen_id = facts, choice.chosen
            waiting.is_waiting, waiting.at = False, timezone.now()
            waiting.save()
            actions.share_out(ticket, Person.objects.get(pk=choice.chosen), By(via=waiting.via))
            given += 1
    return given


def queue_absent() -> int:
    """What came back from somebody who is away, in teams that share it out anew, joins the queue: asked as the rule
    had asked that gave it to them, or by load alone. How many."""
    waits = Routing.objects.filter(ticket=OuterRef("pk"), is_waiting=True)
    back = Ticket.objects.returned().filter(returned_why=Return.ABSENT, assignee=None)
    back = back.filter(team__on_absence=OnAbsence.ROUTE).exclude(Exists(waits))
    with transaction.atomic():
        rows = list(back.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:BATCH])
        before = {
            row.ticket_id: row for row in Routing.objects.filter(ticket__in=rows).exclude(value={}).order_by("pk")
        }
        for ticket in rows:
            row = before.get(ticket.pk)
            value = row.value if row is not None else BY_LOAD
            Routing.objects.create(
                ticket=ticket, via=row.via if row is not None else ABSENCE, value=value, is_waiting=True,
                facts=picking.to_facts(wanted_for(ticket, value), []),
            )  # fmt: skip
    return len(rows)


# -- take next


class Full(Exception):
    """They could do what waits, and have as much in work as they may: the facts of the first such ticket."""

    def __init__(self, row: Routing) -> None:
        self.row = row


def take_next(person: Person) -> Ticket | None:
    """The most urgent unowned ticket of this person's teams that they can do and have room for; None where there is
    none. Raises Full where room is all that they lack."""
    queue = Ticket.objects.visible_to(person).open().awake().filter(assignee=None, team__in=person.team_ids)
    queue = queue.exclude(status=Status.PENDING).filter(merged_into=None).select_related("requester")
    order = ("priority", "due_at", "waiting_since", "pk")  # PostgreSQL puts what has no date last
    too_much = None
    with transaction.atomic():
        pg.transaction_lock(LOCK)
        rows = list(queue.select_for_update(of=("self",), skip_locked=True).order_by(*order)[:BATCH])
        needs = needs_of(rows)
        for ticket, me in zip(rows, _as_candidates(person, rows), strict=True):
            wanted = Wanted(picking.SKILLS, needs.get(ticket.pk, {}), site=site_of(ticket), inbox=ticket.inbox_id)
            row = Routing(ticket=ticket, via=NEXT, facts=picking.to_facts(wanted, [me]), at=timezone.now())
            if picking.pick(wanted, [me]).chosen is None:
                too_much = too_much or (row if picking.can(wanted, me) else None)
                continue
            Routing.objects.filter(ticket=ticket, is_waiting=True).update(is_waiting=False)
            row.chosen = person
            row.save()
            return actions.claim(ticket, By(person, "desk"), seen=None)
    if too_much is not None:
        raise Full(too_much)
    return None


def _as_candidates(person: Person, tickets: Sequence[Ticket]) -> Iterator[Candidate]:
    """Who asks for work is here, whatever their shift. A fixed number of queries."""
    pk = person.pk
    me = Candidate(pk, skills_of([pk]).get(pk, {}), loads_of([pk]).get(pk, 0), sites=sites_of([pk]).get(pk, ()))
    units = capacities([(ticket.team_id, pk) for ticket in tickets])
    mosts = mosts_of(ticket.inbox_id for ticket in tickets)
    held = held_of([pk], mosts)
    for ticket in tickets:
        yield with_room(replace(me, capacity=units[ticket.team_id, pk]), mosts, ticket.inbox_id, held)


def needs_of(tickets: Iterable[Ticket]) -> dict[int, dict[str, int]]:
    """What the latest routing of each asked for, and what it needs itself."""
    pks = [one.pk for one in tickets]
    rows = Routing.objects.filter(ticket__in=pks).order_by("pk")
    found: dict[int, dict[str, int]] = {row.ticket_id: row.facts["wanted"]["skills"] for row in rows}
    for pk, needs in own_needs(pks).items():
        found[pk] = at_least(found.get(pk, {}), needs)
    return found


def own_needs(pks: Iterable[int]) -> dict[int, dict[str, int]]:
    """The skills that each ticket needs itself, by ticket."""
    found: dict[int, dict[str, int]] = {}
    for ticket, skill, level in Need.objects.filter(ticket__in=list(pks)).values_list("ticket_id", "skill_id", "level"):
        found.setdefault(ticket, {})[str(skill)] = level
    return found
