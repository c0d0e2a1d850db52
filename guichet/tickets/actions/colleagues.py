"""Colleagues who leave the house or a team: their open tickets come back in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from guichet.people import actions as people
from guichet.people.models import Person, Role, Team
from guichet.tickets.actions.returning import bring_back_from
from guichet.tickets.events import By
from guichet.tickets.models import Return


def set_active(person: Person, is_active: bool, by: By) -> int:
    """Let a colleague in or keep them out; how many tickets came back. Raises people.actions.Refused."""
    assert by.person is not None
    with transaction.atomic():
        people.set_active(person, is_active, by.person)
        return 0 if is_active else bring_back_from(person, Return.GONE, by)


def change_colleague(
    person: Person, by: By, *, name: str, role: Role, teams: Iterable[Team], keeps_contacts: bool = False
) -> int:
    """As `people.actions.change_person`; how many tickets came back. Raises people.actions.Refused."""
    assert by.person is not None
    before = set(person.team_ids)
    with transaction.atomic():
        people.change_person(person, by.person, name=name, role=role, teams=teams, keeps_contacts=keeps_contacts)
        left = before - set(person.team_ids)
        return bring_back_from(person, Return.LEFT, by, left=left) if left else 0


def save_team(
    team: Team, members: Iterable[Person], by: By, *, leads: Iterable[Person] = (), trainees: Iterable[Person] = ()
) -> int:
    """A new or renamed team with exactly these members; how many tickets came back from those who left it."""
    wanted = list(members)
    with transaction.atomic():
        left = list(team.members.exclude(pk__in=[one.pk for one in wanted])) if team.pk else []
        people.save_team(team, wanted, leads, trainees)
        return sum(bring_back_from(person, Return.LEFT, by, left=[team.pk]) for person in left)
