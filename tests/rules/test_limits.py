"""How much somebody may have at once: capacities of the house, a team and a colleague, and mosts of inboxes and channels."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guichet.people import actions as people
from guichet.people.capacity import save_capacities
from guichet.people.models import Person
from guichet.people.skills import Capacity
from guichet.rules import reasons, routing
from guichet.rules.automation import laboratory, simulation
from guichet.rules.models import Routing, Rule
from guichet.tickets import actions, load
from guichet.tickets.events import By
from guichet.tickets.load import loads_of
from guichet.tickets.models import Inbox, Priority, Status, Ticket
from tests import make
from tests.browser import client_of
from tests.rules.making import by_skills, routed

pytestmark = pytest.mark.django_db(transaction=True)


def test_full_is_full(cast: make.Cast, team: dict[str, Person]) -> None:
    by_skills()
    Capacity.objects.all().delete()
    Capacity.objects.create(person=team["ana"], units=3)
    Capacity.objects.create(person=team["zoe"], units=2)
    actions.assign(make.ticket(to=cast.support), team["ana"], By(cast.ada, "desk"))
    urgent = make.ticket(to=cast.support)
    actions.set_priority(urgent, Priority.HIGH, By(cast.ada, "desk"))
    actions.assign(urgent, team["ana"], By(cast.ada, "desk"))
    owners = [routed(cast).assignee for _ in range(3)]
    assert owners == [team["zoe"], team["zoe"], None]


def test_what_comes_by_a_heavy_channel_weighs_more(cast: make.Cast, team: dict[str, Person]) -> None:
    by_skills()
    Inbox.objects.filter(pk=cast.support.pk).update(weight=3)
    Capacity.objects.filter(person=team["ana"]).update(units=4)
    Capacity.objects.create(person=team["zoe"], units=3)
    owners = [routed(cast).assignee for _ in range(4)]
    assert Counter(owners) == {team["ana"]: 2, team["zoe"]: 1, None: 1}
    assert loads_of([team["ana"].pk])[team["ana"].pk] == 6


def test_at_most_so_many_of_an_inbox_whatever_they_weigh(cast: make.Cast, team: dict[str, Person]) -> None:
    """Two of this channel for everybody and one for Zoe; a third waits, and comes when one is done."""
    by_skills()
    load.limit({(cast.support, None): 2, (cast.support, team["zoe"].pk): 1})
    actions.assign(make.ticket(to=cast.billing), team["zoe"], By(cast.ada, "desk"))
    given = [routed(cast) for _ in range(4)]
    owners = [ticket.assignee for ticket in given]
    assert Counter(owners) == {team["ana"]: 2, team["zoe"]: 1, None: 1}
    rows = [Routing.objects.get(ticket=ticket) for ticket in given]
    told = [reasons.reason(row, reasons.names_in([row])) for row in rows]
    assert [reasons.again(row).chosen for row in rows] == [row.chosen_id for row in rows]
    assert "Ana Lopez: VPN 2, 1 of 10 in work, 1 of 2 in Support" in told
    assert "; Ana Lopez has 2 of 2 in Support; Zoe has 1 of 1 in Support" in told[-1]
    assert routing.give_waiting() == 0
    actions.set_status(given[owners.index(team["zoe"])], Status.RESOLVED, By(cast.ada, "desk"))
    assert routing.give_waiting() == 1
    given[-1].refresh_from_db()
    assert given[-1].assignee == team["zoe"]


def test_an_inbox_that_the_ticket_has_left_is_not_named(cast: make.Cast, team: dict[str, Person]) -> None:
    by_skills()
    load.limit({(cast.support, None): 2})
    ticket = routed(cast)
    Ticket.objects.filter(pk=ticket.pk).update(inbox=cast.billing)
    row = Routing.objects.get(ticket=ticket)
    assert "0 of 2 of this inbox" in reasons.reason(row, reasons.names_in([row]))


def test_take_next_passes_over_an_inbox_of_which_one_has_enough(cast: make.Cast, team: dict[str, Person]) -> None:
    load.limit({(cast.support, None): 1, (cast.support, team["zoe"].pk): 0})
    Person.objects.get(pk=team["max"].pk).memberships.create(team=cast.billing.team)
    chats, letter = [make.ticket(to=cast.support) for _ in range(3)], make.ticket(to=cast.billing)
    max_ = client_of(team["max"])
    taken = [max_.post("/next/").url for _ in range(3)]
    assert taken == [f"/tickets/{one.number}/" for one in (chats[0], letter)] + ["/"]
    assert "as you may: 1 of 1 in Support." in max_.post("/next/", follow=True).content.decode()
    assert "as you may: 0 of 0 in Support." in client_of(team["zoe"]).post("/next/", follow=True).content.decode()


def test_a_capacity_is_ones_own_or_the_teams_or_the_houses(cast: make.Cast, team: dict[str, Person]) -> None:
    save_capacities(9, {})
    assert {one.capacity for one in routing.candidates_of(cast.support.team_id, timezone.now())} == {9, 10}
    save_capacities(9, {cast.support.team: 1})
    by_skills()
    owners = [routed(cast).assignee for _ in range(3)]
    assert Counter(owners) == {team["ana"]: 2, team["zoe"]: 1}, "Ana has ten of her own"


def test_simulation_keeps_to_what_an_inbox_allows(cast: make.Cast, team: dict[str, Person]) -> None:
    by_skills()
    load.limit({(cast.support, None): 2, (cast.support, team["zoe"].pk): 1})
    for _ in range(5):
        make.ticket("vpn", to=cast.support)
    with laboratory.read_only():
        found = simulation.simulate(Rule.objects.get(), cast.ada)
    assert {one.name: one.count for one in found.shares if one.count} == {"Ana Lopez": 2, "Zoe": 1}
    assert (found.queued, found.waiting) == (2, 2)


class TestOfAChannel:
    """Two inboxes of one channel, two tickets each, and three of both together."""

    @pytest.fixture
    def hotline(self, cast: make.Cast) -> Inbox:
        inbox = make.inbox("hotline@desk.example", team_name=cast.support.team.name)
        load.limit({(cast.support, None): 2, (inbox, None): 2, ("email", None): 3})
        return inbox

    def test_all_its_inboxes_are_counted_together(
        self, cast: make.Cast, team: dict[str, Person], hotline: Inbox
    ) -> None:
        by_skills()
        people.set_absence(team["zoe"], timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=3))
        given = [routed(cast, to=inbox) for inbox in (cast.support, cast.support, cast.support, hotline, hotline)]
        assert [ticket.assignee for ticket in given] == [cast.ana, cast.ana, None, cast.ana, None]
        rows = [Routing.objects.get(ticket=ticket) for ticket in given]
        told = [reasons.reason(row, reasons.names_in([row])) for row in rows]
        assert [reasons.again(row).chosen for row in rows] == [row.chosen_id for row in rows]
        assert "0 of 2 in Support" in told[0], "the one that is nearer to its end is told"
        assert "; Ana Lopez has 2 of 2 in Support" in told[2]
        assert "2 of 3 in all inboxes of this channel" in told[3]
        assert "; Ana Lopez has 3 of 3 in all inboxes of this channel" in told[4]
        load.limit({("email", cast.ana.pk): 4})
        assert routing.give_waiting() == 1
        given[4].refresh_from_db()
        assert given[4].assignee == cast.ana

    def test_other_channels_are_none_of_its_business(
        self, cast: make.Cast, team: dict[str, Person], hotline: Inbox
    ) -> None:
        Inbox.objects.filter(pk=hotline.pk).update(channel="chat")
        tickets = [make.ticket(to=inbox) for inbox in (cast.support, cast.support, hotline, hotline)]
        for ticket in tickets:
            actions.assign(ticket, cast.ana, By(cast.ada, "desk"))
        [ana] = [one for one in routing.candidates_of(cast.support.team_id, timezone.now(), cast.support.pk)
                 if one.pk == cast.ana.pk]  # fmt: skip
        assert (ana.most, ana.held, ana.is_shared) == (2, 2, False)
        load.limit({("email", None): None, ("chat", None): 2, (hotline, None): None})
        [ana] = [one for one in routing.candidates_of(cast.support.team_id, timezone.now(), hotline.pk)
                 if one.pk == cast.ana.pk]  # fmt: skip
        assert (ana.most, ana.held, ana.is_shared) == (2, 2, True)

    def test_take_next_and_the_simulation_keep_to_it(
        self, cast: make.Cast, team: dict[str, Person], hotline: Inbox
    ) -> None:
        for inbox in (cast.support, hotline, hotline, cast.support):
            make.ticket("vpn", to=inbox)
        zoe = client_of(team["zoe"])
        assert [zoe.post("/next/").url == "/" for _ in range(4)] == [False, False, False, True]
        page = zoe.post("/next/", follow=True).content.decode()
        assert "as you may: 3 of 3 in all inboxes of this channel." in page
        by_skills()
        load.limit({("email", cast.ana.pk): 1})
        with laboratory.read_only():
            found = simulation.simulate(Rule.objects.get(), cast.ada)
        assert {one.name: one.count for one in found.shares if one.count} == {"Ana Lopez": 1, "Zoe": 3}

    def test_costs_one_query_more_where_there_is_one(
        self, cast: make.Cast, team: dict[str, Person], hotline: Inbox
    ) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as seen:
                routing.candidates_of(cast.support.team_id, timezone.now(), cast.support.pk)
            return len(seen)

        cost()  # what a process asks once
        assert cost() == 13
