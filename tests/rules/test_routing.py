"""Who gets a ticket: by skill, room and presence; the reason stays true."""

from __future__ import annotations

import re
from datetime import UTC, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guichet.people import actions as people
from guichet.people import rota, shifts
from guichet.people.models import Person, Role, ServedSite, Shift
from guichet.people.skills import Capacity, Skill, SkillLevel, add_skill
from guichet.rules import reasons, routing
from guichet.rules.automation import laboratory, simulation
from guichet.rules.models import Routing, Rule
from guichet.tickets import actions, events, load
from guichet.tickets.events import By
from guichet.tickets.models import Event, Priority, Status
from tests import make
from tests.browser import client_of
from tests.rules.making import by_skills, routed, rule


@pytest.mark.django_db(transaction=True)
class TestRouting:
    def test_by_skill_language_and_load_with_its_reason(self, cast: make.Cast, team: dict[str, Person]) -> None:
        by_skills(language=True)
        people.set_absence(team["zoe"], timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=3))
        for _ in range(4):
            actions.assign(make.ticket(to=cast.support), team["ana"], By(cast.ada, "desk"))
        ticket = routed(cast, language="fr")
        assert ticket.assignee == team["ana"]
        row = Routing.objects.get(ticket=ticket)
        assert reasons.again(row).chosen == team["ana"].pk
        words = reasons.reason(row, reasons.names_in([row]))
        assert words.startswith("Ana Lopez: French 3, VPN 2, 4 of 10 in work; Zoe would come first and is away until ")
        page = client_of(team["ana"]).get(f"/tickets/{ticket.number}/rules/").content.decode()
        assert "French 3, VPN 2" in page
        assert ticket.events.get(kind=events.ASSIGNED).via.startswith("rule:")

    def test_waits_while_nobody_is_there_and_goes_to_who_comes(self, cast: make.Cast, team: dict[str, Person]) -> None:
        by_skills()
        away = [
            people.set_absence(team[name], timezone.now(), timezone.now() + timedelta(days=1))
            for name in ("ana", "zoe")
        ]
        ticket = routed(cast)
        assert ticket.assignee is None
        row = Routing.objects.get(ticket=ticket)
        assert "waits for somebody" in reasons.reason(row, reasons.names_in([row]))
        assert routing.give_waiting() == 0
        people.end_absence(away[1])
        assert routing.give_waiting() == 1
        assert routing.give_waiting() == 0
        ticket.refresh_from_db()
        assert ticket.assignee == team["zoe"]

    def test_outside_of_a_shift_nobody_is_given_anything(self, cast: make.Cast, team: dict[str, Person]) -> None:
        by_skills()
        yesterday = timezone.now().astimezone(UTC).date() - timedelta(days=1)
        days = [[["00:00", "24:00"]] if day == yesterday.weekday() else [] for day in range(7)]
        for name in ("ana", "zoe"):
            Shift.objects.create(person=team[name], zone="UTC", week=days)
        ticket = routed(cast)
        row = Routing.objects.get(ticket=ticket)
        assert (ticket.assignee, row.is_waiting) == (None, True)
        words = reasons.reason(row, reasons.names_in([row]))
        assert "Ana Lopez is here from " in words and "; Zoe is here from " in words
        Shift.objects.filter(person=team["zoe"]).update(week=[[["00:00", "24:00"]]] * 7)
        Shift.objects.create(team=cast.support.team, zone="UTC", week=[[]] * 7)
        assert routing.give_waiting() == 1
        row.refresh_from_db()
        words = reasons.reason(row, reasons.names_in([row]))
        assert words.startswith("Zoe: VPN 5, 0 in work")
        assert reasons.again(row).chosen == team["zoe"].pk

    def test_weeks_that_rotate(self, cast: make.Cast, team: dict[str, Person]) -> None:
        """Zoe has this week and Ana the next one; where the cycle begins a week later it is the other way round."""
        by_skills()
        today = timezone.now().astimezone(UTC).date()
        all_day, free = [[["00:00", "24:00"]]] * 7, [[]] * 7
        shifts.save_shift(team["zoe"], "UTC", all_day + free, today)
        shifts.save_shift(team["ana"], "UTC", free + all_day, today)
        assert [routed(cast).assignee for _ in range(2)] == [team["zoe"]] * 2
        Shift.objects.update(begins=rota.monday_of(today) + timedelta(days=7))
        assert [routed(cast).assignee for _ in range(2)] == [team["ana"]] * 2

    def test_the_reason_tells_until_when_they_are_here_and_who_comes_later(
        self, cast: make.Cast, team: dict[str, Person]
    ) -> None:
        by_skills()
        now = timezone.now().astimezone(UTC)
        tomorrow = (now.weekday() + 1) % 7
        here = [[["00:00", "24:00"]] if day == now.weekday() else [] for day in range(7)]
        later = [[["00:00", "24:00"]] if day == tomorrow else [] for day in range(7)]
        Shift.objects.create(person=team["ana"], zone="UTC", week=here)
        Shift.objects.create(person=team["zoe"], zone="UTC", week=later)
        row = Routing.objects.get(ticket=routed(cast))
        words = reasons.reason(row, reasons.names_in([row]))
        assert re.fullmatch(
            r"Ana Lopez: VPN 2, 0 of 10 in work, here until \S+( \S+)?; "
            r"Zoe would come first and is here from \w+ \d+ \w+, \d\d:\d\d", words
        ), words  # fmt: skip

    def test_a_site_has_those_who_look_after_it(self, cast: make.Cast, team: dict[str, Person]) -> None:
        by_skills()
        Person.objects.filter(pk=cast.cleo.pk).update(site="Lyon")
        ServedSite.objects.create(person=team["zoe"], name="Metz")
        ServedSite.objects.create(person=team["ana"], name="lyon")
        ticket = routed(cast, of=cast.cleo)
        assert ticket.assignee == team["ana"]
        row = Routing.objects.get(ticket=ticket)
        assert "looks after Lyon" in reasons.reason(row, reasons.names_in([row]))
        ServedSite.objects.filter(person=team["ana"]).update(name="Nancy")
        row = Routing.objects.get(ticket=routed(cast, of=cast.cleo))
        words = reasons.reason(row, reasons.names_in([row]))
        assert words.endswith("can do: VPN 2, Lyon; nobody in the team can do that")
        assert routed(cast, of=cast.dan).assignee is not None, "a customer of no known site is everybody's"

    def test_who_stands_in_gets_what_would_have_gone_to_the_absent(
        self, cast: make.Cast, team: dict[str, Person]
    ) -> None:
        rule("subject:vpn", {"route": {"how": "load", "sticky": True}}, name="Routes")
        before = make.ticket("other", to=cast.support, of=cast.cleo)
        actions.assign(before, team["zoe"], By(cast.ada, "desk"))
        now = timezone.now()
        people.set_absence(team["zoe"], now - timedelta(days=1), now + timedelta(days=3), team["max"])
        for _ in range(2):
            actions.assign(make.ticket(to=cast.support), team["max"], By(cast.ada, "desk"))
        ticket = routed(cast, of=cast.cleo)
        assert ticket.assignee == team["max"]
        row = Routing.objects.get(ticket=ticket)
        words = reasons.reason(row, reasons.names_in([row]))
        assert "; stands in for Zoe, who is away until " in words
        assert reasons.again(row).instead_of == team["zoe"].pk
        assert routed(cast, of=cast.dan).assignee != team["max"], "of others nobody carries two shares"

    def test_the_earlier_agent_comes_first(self, cast: make.Cast, team: dict[str, Person]) -> None:
        by_skills(sticky=True)
        before = make.ticket("other", to=cast.support, of=cast.cleo)
        actions.assign(before, team["zoe"], By(cast.ada, "desk"))
        actions.set_status(before, Status.RESOLVED, By(cast.ada, "desk"))
        for _ in range(3):
            actions.assign(make.ticket(to=cast.support), team["zoe"], By(cast.ada, "desk"))
        assert routed(cast, of=cast.cleo).assignee == team["zoe"]
        assert routed(cast, of=cast.dan).assignee == team["ana"]

    def test_in_turn(self, cast: make.Cast, team: dict[str, Person]) -> None:
        rule("subject:vpn", {"route": {"how": "turn"}}, name="Turns")
        owners = [routed(cast).assignee_id for _ in range(8)]
        assert len(set(owners[:4])) == 4
        assert owners[:4] == owners[4:]

    def test_who_owns_it_keeps_it(self, cast: make.Cast, team: dict[str, Person]) -> None:
        rule("", {"route": {"how": "load"}}, on=["priority"])
        ticket = make.ticket(to=cast.support)
        actions.assign(ticket, cast.ben, By(cast.ada, "desk"))
        actions.set_priority(ticket, Priority.HIGH, By(cast.ada, "desk"))
        make.follow_log()
        ticket.refresh_from_db()
        assert ticket.assignee == cast.ben

    def test_the_most_urgent_that_one_can_do(self, cast: make.Cast, team: dict[str, Person]) -> None:
        by_skills()
        Capacity.objects.create(person=team["zoe"], units=1)
        Capacity.objects.filter(person=team["ana"]).update(units=1)
        held = [make.ticket(to=cast.support) for _ in range(2)]
        for ticket, name in zip(held, ("ana", "zoe"), strict=True):
            actions.assign(ticket, team[name], By(cast.ada, "desk"))
        hard = routed(cast)
        actions.set_priority(hard, Priority.CRITICAL, By(cast.ada, "desk"))
        easy, elsewhere = make.ticket("toner", to=cast.support), make.ticket(to=cast.billing)
        max_ = client_of(team["max"])
        answer = max_.post("/next/")
        assert answer.url == f"/tickets/{easy.number}/"  # the critical one needs more VPN than Max knows
        easy.refresh_from_db()
        assert easy.assignee == team["max"]
        zoe = client_of(team["zoe"])
        answer = zoe.post("/next/", follow=True)
        assert "You have as much in work as you may: 1 of 1 in work." in answer.content.decode()
        held[1].refresh_from_db()
        actions.set_status(held[1], Status.RESOLVED, By(cast.ada, "desk"))
        assert zoe.post("/next/").url == f"/tickets/{hard.number}/"
        assert reasons.again(Routing.objects.get(chosen=team["zoe"])).chosen == team["zoe"].pk
        answer = max_.post("/next/", follow=True)
        assert "Nothing waits that you could take." in answer.content.decode()
        elsewhere.refresh_from_db()
        assert elsewhere.assignee is None
        assert max_.get("/next/").status_code == 405

    def test_simulation_tells_who_would_have_got_what_and_writes_nothing(
        self, cast: make.Cast, team: dict[str, Person]
    ) -> None:
        for _ in range(6):
            make.ticket("vpn", to=cast.support)
        before = (Event.objects.count(), Routing.objects.count())
        fields = {
            "name": "Routes", "is_active": "on", "on": ["opened"], "unit": "60", "q": "subject:vpn", "see": "1",
            "route": "skills", "route_skills": "VPN 2",
        }  # fmt: skip
        with CaptureQueriesContext(connection) as seen:
            page = client_of(cast.ada).post("/settings/rules/add/", fields, HTTP_HX_REQUEST="true").content.decode()
        assert "Who would have got these 6 tickets" in page
        for name in ("Ana Lopez", "Zoe"):  # in turn, by their load
            assert f'<th scope="row">{name}</th><td class="num">3</td>' in page
        assert (Event.objects.count(), Routing.objects.count()) == before
        assert len(seen) < 60

    def test_simulation_keeps_to_shifts_and_the_queue_is_worked_off(
        self, cast: make.Cast, team: dict[str, Person]
    ) -> None:
        """Tickets of three days ago, at night: who is on shift in the morning gets them, and Zoe has none."""
        by_skills()
        night = (timezone.now().astimezone(UTC) - timedelta(days=3)).replace(hour=2, minute=0)
        for _ in range(4):
            ticket = make.ticket("vpn", to=cast.support)
            connection.cursor().execute("ALTER TABLE tickets_event DISABLE TRIGGER USER")
            Event.objects.filter(ticket=ticket).update(at=night)
            connection.cursor().execute("ALTER TABLE tickets_event ENABLE TRIGGER USER")
        Shift.objects.create(person=team["ana"], zone="UTC", week=[[["08:00", "16:00"]]] * 7)
        Shift.objects.create(person=team["zoe"], zone="UTC", week=[[]] * 7)
        with laboratory.read_only():
            found = simulation.simulate(Rule.objects.get(), cast.ada)
        assert {one.name: one.count for one in found.shares if one.count} == {"Ana Lopez": 4}
        assert (found.total, found.queued, found.waiting, found.longest) == (4, 4, 0, 6)

    def test_costs_the_same_however_large_the_team(self, cast: make.Cast, team: dict[str, Person]) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as seen:
                routing.candidates_of(cast.support.team_id, timezone.now(), cast.support.pk)
            return len(seen)

        load.limit({(cast.support, None): 50})
        cost()  # what a process asks once
        few = cost()
        for at in range(8):
            make.person(f"more{at}@desk.example", Role.AGENT, teams=(cast.support.team,))
        assert cost() == few == 12


@pytest.mark.django_db
class TestMatrix:
    def test_levels_capacity_and_skills(self, cast: make.Cast) -> None:
        ada = client_of(cast.ada)
        assert ada.post("/settings/skills/add/", {"name": "French", "language": "fr"}).status_code == 302
        assert "such a skill already" in ada.post("/settings/skills/add/", {"name": "french"}).content.decode()
        skill = Skill.objects.get()
        ada.post(
            "/settings/skills/",
            {f"{cast.ana.pk}-{skill.pk}": "3", f"{cast.ana.pk}-units": "12", f"{cast.ben.pk}-{skill.pk}": "99"},
        )
        assert dict(SkillLevel.objects.values_list("person", "level")) == {cast.ana.pk: 3, cast.ben.pk: 5}
        assert Capacity.objects.get().units == 12
        page = ada.get("/settings/skills/").content.decode()
        assert "Ana Lopez: French" in page
        ada.post("/settings/skills/", {})
        assert not Capacity.objects.exists() and not SkillLevel.objects.exists()
        ada.post(f"/settings/skills/{skill.pk}/remove/")
        assert not Skill.objects.exists()

    def test_costs_the_same_however_many(self, cast: make.Cast) -> None:
        ada = client_of(cast.ada)

        def cost() -> int:
            with CaptureQueriesContext(connection) as seen:
                assert ada.get("/settings/skills/").status_code == 200
            return len(seen)

        add_skill("A")
        cost()  # what a process asks once
        few = cost()
        for at in range(9):
            add_skill(f"Skill {at}")
            make.person(f"more{at}@desk.example", Role.AGENT)
        assert cost() == few

    def test_a_rule_names_skills_by_their_names(self, cast: make.Cast) -> None:
        skill = add_skill("VPN")
        assert skill is not None
        fields = {
            "name": "R",
            "is_active": "on",
            "on": ["opened"],
            "unit": "60",
            "route": "load",
            "route_skills": "vpn 2",
        }
        ada = client_of(cast.ada)
        assert ada.post("/settings/rules/add/", fields).status_code == 302
        assert (
            "There is no skill “SAP”"
            in ada.post("/settings/rules/add/", {**fields, "route_skills": "SAP 1"}).content.decode()
        )
        page = ada.get("/settings/rules/").content.decode()
        assert "Share out: whoever has least in work" in page
        assert "VPN 2" in page
