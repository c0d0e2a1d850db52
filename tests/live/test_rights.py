"""Rights for many at once are those of each alone, and cost a few questions however many ask."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guichet.live.rights import Rights, sights
from guichet.people.models import Membership, Organisation, Person, Role
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import Ticket
from tests import make
from tests.browser import client_of

pytestmark = pytest.mark.django_db


def _key(person: Person) -> str:
    return str(client_of(person).session.session_key)


def test_many_at_once_see_what_each_sees_alone() -> None:
    cast = make.cast()
    Organisation.objects.update(is_shared=True)
    secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    hal = make.person("hal@desk.example", Role.AGENT, name="Hal", teams=(secret.team, cast.billing.team))
    gone = make.person("gone@desk.example", Role.AGENT, name="Gone", teams=(cast.support.team,))
    everyone = [cast.ana, cast.ben, cast.ada, cast.cleo, cast.dan, hal, gone]
    for place, inbox in enumerate([cast.support, cast.billing, secret] * 3):
        made = make.ticket(to=inbox, of=(cast.cleo, cast.dan)[place % 2])
        if place % 2:
            actions.assign(made, (cast.ana, cast.ben, hal)[place % 3], By(cast.ada, "desk"))
    keys = {_key(person): person.pk for person in everyone}
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    people = Rights(3.0).people([*keys, "nobody's"])
    assert {keys[key] for key in people} == {person.pk for person in everyone} - {gone.pk}
    tickets = set(Ticket.objects.values_list("pk", flat=True))
    seen = sights(people.values(), tickets)
    for pk in {keys[key] for key in people}:
        alone = Person.objects.get(pk=pk)
        assert seen[pk] == set(Ticket.objects.visible_to(alone).values_list("pk", flat=True)), alone
        at_once = next(person for person in people.values() if person.pk == pk)
        assert (at_once.team_ids, set(at_once.inbox_ids)) == (alone.team_ids, set(alone.inbox_ids)), alone


def test_a_hundred_people_cost_as_many_questions_as_two() -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)

    def cost(count: int) -> int:
        made = [Person(name=f"A{count}-{n}", email=f"a{count}-{n}@desk.example", role=Role.AGENT) for n in range(count)]
        for person in made:
            person.set_unusable_password()
        Person.objects.bulk_create(made)
        Membership.objects.bulk_create([Membership(person=person, team=cast.support.team) for person in made])
        keys = [_key(person) for person in made]
        with CaptureQueriesContext(connection) as asked:
            people = Rights(3.0).people(keys)
            assert set(map(tuple, sights(people.values(), [ticket.pk]).values())) == {(ticket.pk,)}
        return len(asked)

    assert cost(100) == cost(2) <= 6
