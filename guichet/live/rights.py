"""Whose session is whose, and what each may see: asked for many at once, and remembered for a few seconds.

Five hundred browsers are a handful of queries, not five hundred. Each rule is still the one of `people.access`, made
for each person with their own id left open: people whose rules are alike then are asked for in one query.
"""

from __future__ import annotations

import copy
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import OuterRef, Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from guichet.people import access
from guichet.people.models import Membership, Person
from guichet.tickets.models import Inbox, Ticket

REMEMBERED = 5000  # sessions


class Rights:
    """Only ever used by one thread at a time."""

    def __init__(self, last: float) -> None:
        self._last = last  # seconds
        self._people: dict[str, tuple[float, Person | None]] = {}

    def people(self, keys: Iterable[str]) -> dict[str, Person]:
        """By session key, without those that are signed out, deactivated or re-keyed by now."""
        now = time.monotonic()
        wanted = set(keys)
        stale = [key for key in wanted if self._people.get(key, (0.0, None))[0] <= now]
        if stale:
            if len(self._people) > REMEMBERED:
                self._people = {key: kept for key, kept in self._people.items() if kept[0] > now}
            found = _people_of(stale)
            self._people.update({key: (now + self._last, found.get(key)) for key in stale})
        known = ((key, self._people[key][1]) for key in wanted)
        return {key: person for key, person in known if person is not None}


def signature(person: Person | None) -> tuple[object, ...]:
    """What decides about a person's sight: where it differs, they may see other tickets than before."""
    return () if person is None else (person.role, person.team_ids, person.inbox_ids)


def sights(people: Iterable[Person], tickets: Iterable[int]) -> dict[int, set[int]]:
    """Which of these tickets each of these people may see."""
    wanted, alike = set(tickets), defaultdict(set)
    for person in people:
        alike[_open_rule(person)].add(person.pk)
    seen: dict[int, set[int]] = {}
    for rule, pks in alike.items():
        visible = ArraySubquery(Ticket.objects.filter(rule, pk__in=wanted).values("pk"))
        rows = Person.objects.filter(pk__in=pks).annotate(visible=visible)
        seen.update((pk, set(found or ())) for pk, found in rows.values_list("pk", "visible"))
    return seen


def _open_rule(person: Person) -> Q:
    """What `visible_to` asks for this person, whoever has the id: made once, for as long as they are remembered."""
    rule = person.__dict__.get("_open_rule")
    if rule is None:
        if not person.is_agent:
            _ = person.stand_in_ids  # asked for with the id that is about to be left open
        anybody: Any = copy.copy(person)
        anybody.pk = OuterRef("pk")
        rule = person.__dict__["_open_rule"] = access.visible_tickets(anybody)
    return cast(Q, rule)


def _people_of(keys: Sequence[str]) -> dict[str, Person]:
    rows = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    sessions = {row.session_key: SessionStore().decode(row.session_data) for row in rows}
    pks = {key: int(session[SESSION_KEY]) for key, session in sessions.items() if session.get(SESSION_KEY)}
    people = Person.objects.filter(is_active=True).in_bulk(set(pks.values()))
    _fill(list(people.values()))
    found = {}
    for key, pk in pks.items():
        person = people.get(pk)
        # As django.contrib.auth.get_user does: a changed password ends the sessions before it.
        genuine = person and constant_time_compare(
            sessions[key].get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()
        )
        if person is not None and genuine:
            found[key] = person
    return found


def _fill(people: Sequence[Person]) -> None:
    """Give each what `Person.team_ids` and `inbox_ids` would ask for one by one."""
    teams: dict[int, list[int]] = defaultdict(list)
    rows = Membership.objects.filter(person__in=[person.pk for person in people]).order_by("team_id")
    for person_id, team_id in rows.values_list("person_id", "team_id"):
        teams[person_id].append(team_id)
    for person in people:
        person.__dict__["team_ids"] = tuple(teams[person.pk])
    rules = {person.pk: access.visible_inboxes(person) for person in people}
    found = {
        rule: tuple(Inbox.objects.filter(rule).order_by("pk").values_list("pk", flat=True))
        for rule in set(rules.values())
    }
    for person in people:
        person.__dict__["inbox_ids"] = found[rules[person.pk]]
