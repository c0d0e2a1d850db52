"""Whose session is whose, and what each may see: asked for many at once, and remembered for a few seconds.

Five hundred browsers are a handful of queries, not five hundred. Each rule is still the one of `people.access`: it
stands as a column of the query, one for each person.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from guichet.people import access
from guichet.people.models import Membership, Person
from guichet.tickets.models import Inbox, Ticket

COLUMNS = 100  # people of one query
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
    by_pk, wanted = {person.pk: person for person in people}, set(tickets)
    seen: dict[int, set[int]] = {pk: set() for pk in by_pk}
    for some in _chunks(list(by_pk.values())):
        columns = {f"p{person.pk}": _column(access.visible_tickets(person)) for person in some}
        for row in Ticket.objects.filter(pk__in=wanted).annotate(**columns).values("pk", *columns):
            for person in some:
                if row[f"p{person.pk}"]:
                    seen[person.pk].add(row["pk"])
    return seen


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
    for some in _chunks(people):
        columns = {f"p{person.pk}": _column(access.visible_inboxes(person)) for person in some}
        inboxes = list(Inbox.objects.order_by("pk").annotate(**columns).values("pk", *columns))
        for person in some:
            person.__dict__["inbox_ids"] = tuple(row["pk"] for row in inboxes if row[f"p{person.pk}"])


def _column(rule: Q) -> Any:
    return ExpressionWrapper(rule, BooleanField())


def _chunks(people: Sequence[Person]) -> Iterable[Sequence[Person]]:
    for start in range(0, len(people), COLUMNS):
        yield people[start : start + COLUMNS]
