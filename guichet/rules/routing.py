"""A ticket is routed: its team's members who are here, able and have room; the one who fits best; and why it was them.

What picks is pure (picking.py) and its facts are stored, so that the reason can be told, and computed again, later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, IntegerField, Max, Sum, Value, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from guichet.kit import pg
from guichet.people.models import Absence, Capacity, Person, Skill, SkillLevel
from guichet.rules import picking
from guichet.rules.models import Routing
from guichet.rules.picking import Candidate, Choice, Wanted
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import OPEN_STATUSES, Priority, Status, Ticket

LOCK = "rules:routing"
WEIGHTS = {Priority.CRITICAL: 3, Priority.HIGH: 2}  # all others 1; what is pending or asleep weighs nothing
BATCH = 100
NEXT = "next"


def route(ticket: Ticket, value: Mapping[str, Any], by: By) -> None:
    """The verb: an unowned ticket to whoever fits best, or into the queue until somebody comes."""
    ticket.refresh_from_db()
    if ticket.assignee_id is not None or ticket.status not in OPEN_STATUSES:
        return
    pg.transaction_lock(LOCK)  # two that pick at once would give the same colleague one too many
    wanted = wanted_for(ticket, value)
    candidates = candidates_of(ticket.team_id, timezone.now())
    choice = picking.pick(wanted, candidates)
    Routing.objects.filter(ticket=ticket, is_waiting=True).update(is_waiting=False)
    Routing.objects.create(
        ticket=ticket, via=by.via, value=dict(value), facts=picking.to_facts(wanted, candidates),
        chosen_id=choice.chosen, is_waiting=choice.chosen is None,
    )  # fmt: skip
    if choice.chosen is not None:
        actions.assign(ticket, Person.objects.get(pk=choice.chosen), by)


def wanted_for(ticket: Ticket, value: Mapping[str, Any]) -> Wanted:
    spoken = speaking() if value.get("language") else {}
    earlier = _earlier(ticket) if value.get("sticky") else None
    return Wanted(value["how"], needed(value, ticket.language, spoken), earlier)


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


def candidates_of(team_id: int, now: datetime) -> list[Candidate]:
    """The team's active members with all that picking asks: five queries."""
    people = list(Person.objects.agents().filter(memberships__team=team_id).order_by("pk").values_list("pk", flat=True))
    skills = skills_of(people)
    units = dict(Capacity.objects.filter(person__in=people).values_list("person_id", "units"))
    away = {one.person_id: one.ends_at for one in Absence.objects.at(now).filter(person__in=people)}
    loads = loads_of(people)
    given = Routing.objects.filter(chosen__in=people).values("chosen").annotate(at=Max("at"))
    turns = {row["chosen"]: row["at"].isoformat() for row in given}
    return [
        Candidate(pk, skills.get(pk, {}), loads.get(pk, 0), units.get(pk), turns.get(pk, ""),
                  away[pk].isoformat() if pk in away else "")
        for pk in people
    ]  # fmt: skip


def skills_of(people: Iterable[int]) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    rows = SkillLevel.objects.filter(person__in=list(people)).values_list("person_id", "skill_id", "level")
    for person, skill, level in rows:
        found.setdefault(person, {})[str(skill)] = level
    return found


def loads_of(people: Iterable[int]) -> dict[int, int]:
    """Weighted open work: what waits for somebody else weighs nothing."""
    weight = Case(*(When(priority=p, then=Value(n)) for p, n in WEIGHTS.items()), default=Value(1),
                  output_field=IntegerField())  # fmt: skip
    rows = Ticket.objects.open().awake().exclude(status=Status.PENDING).filter(assignee__in=list(people))
    return dict(rows.values("assignee").annotate(load=Sum(weight)).values_list("assignee", "load"))


def give_waiting() -> int:
    """Tickets in the queue, oldest first, to whoever has come or has room again; how many found an owner."""
    given = 0
    for pk in Routing.objects.filter(is_waiting=True).order_by("at").values_list("pk", flat=True)[:BATCH]:
        with transaction.atomic():
            row = Routing.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk, is_waiting=True)
            waiting = row.select_related("ticket").first()
            if waiting is None:
                continue
            ticket = Ticket.objects.select_for_update().get(pk=waiting.ticket_id)
            if ticket.assignee_id is not None or ticket.status not in OPEN_STATUSES:
                Routing.objects.filter(pk=pk).update(is_waiting=False)
                continue
            pg.transaction_lock(LOCK)
            wanted = wanted_for(ticket, waiting.value)
            candidates = candidates_of(ticket.team_id, timezone.now())
            choice = picking.pick(wanted, candidates)
            if choice.chosen is None:
                continue
            waiting.facts, waiting.chosen_id = picking.to_facts(wanted, candidates), choice.chosen
            waiting.is_waiting, waiting.at = False, timezone.now()
            waiting.save()
            actions.assign(ticket, Person.objects.get(pk=choice.chosen), By(via=waiting.via))
            given += 1
    return given


# -- take next


def take_next(person: Person) -> Ticket | None:
    """The most urgent unowned ticket of this person's teams that they can do; None where there is none."""
    mine = skills_of([person.pk]).get(person.pk, {})
    queue = Ticket.objects.visible_to(person).open().awake().filter(assignee=None, team__in=person.team_ids)
    queue = queue.exclude(status=Status.PENDING).filter(merged_into=None)
    order = ("priority", "due_at", "waiting_since", "pk")  # PostgreSQL puts what has no date last
    with transaction.atomic():
        rows = list(queue.select_for_update(of=("self",), skip_locked=True).order_by(*order)[:BATCH])
        needs = needs_of(rows)
        for ticket in rows:
            wanted = Wanted(picking.SKILLS, needs.get(ticket.pk, {}))
            me = Candidate(person.pk, mine)
            if picking.pick(wanted, [me]).chosen is None:
                continue
            Routing.objects.filter(ticket=ticket, is_waiting=True).update(is_waiting=False)
            Routing.objects.create(ticket=ticket, via=NEXT, chosen=person, facts=picking.to_facts(wanted, [me]))
            return actions.claim(ticket, By(person, "desk"), seen=None)
    return None


def needs_of(tickets: Iterable[Ticket]) -> dict[int, dict[str, int]]:
    """What the latest routing of each asked for."""
    rows = Routing.objects.filter(ticket__in=[one.pk for one in tickets]).order_by("pk")
    return {row.ticket_id: row.facts["wanted"]["skills"] for row in rows}


# -- why


def again(row: Routing) -> Choice:
    """The same choice, computed once more from its facts."""
    return picking.pick(*picking.from_facts(row.facts))


def reason(row: Routing, names: Mapping[int, str], skills: Mapping[str, str]) -> str:
    """Why it was them, or for what it waits, in words."""
    wanted, candidates = picking.from_facts(row.facts)
    needed = [f"{skills.get(skill, '?')} {level}" for skill, level in wanted.skills.items()]
    if row.chosen_id is None:
        if not needed:
            return _("waits for somebody who is here and has room")
        return _("waits for somebody who is here, has room and can do: %(skills)s") % {"skills": ", ".join(needed)}
    one = next(each for each in candidates if each.pk == row.chosen_id)
    parts = [f"{skills.get(skill, '?')} {one.skills.get(skill, 0)}" for skill in wanted.skills]
    if row.via == NEXT:
        parts.append(_("took the most urgent one"))
    elif one.capacity is not None:
        parts.append(_("%(load)s of %(capacity)s in work") % {"load": one.load, "capacity": one.capacity})
    else:
        parts.append(_("%(load)s in work") % {"load": one.load})
    if wanted.earlier == one.pk:
        parts.append(_("looked after this customer before"))
    if wanted.how == picking.TURN and row.via != NEXT:
        parts.append(_("in turn"))
    words = _("%(name)s: %(parts)s") % {"name": names.get(one.pk, "?"), "parts": ", ".join(parts)}
    better = next((each for each in candidates if each.pk == again(row).better), None)
    if better is not None and better.away:
        until = date_format(timezone.localtime(datetime.fromisoformat(better.away)), "l j F")
        words += "; " + _("%(name)s would come first and is away until %(day)s") % {
            "name": names.get(better.pk, "?"), "day": until}  # fmt: skip
    return words


def names_in(rows: Iterable[Routing]) -> tuple[dict[int, str], dict[str, str]]:
    """The names of people and skills that these reasons mention."""
    every = list(rows)
    people = {one["pk"] for row in every for one in row.facts["candidates"]}
    skills = {skill for row in every for skill in row.facts["wanted"]["skills"]}
    named = Person.objects.agents().filter(pk__in=people) if people else ()
    known = Skill.objects.filter(pk__in=[int(pk) for pk in skills]).values_list("pk", "name") if skills else ()
    return {one.pk: str(one) for one in named}, {str(pk): name for pk, name in known}
