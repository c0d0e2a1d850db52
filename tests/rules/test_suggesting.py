"""What the dispatcher's board asks of routing: who fits a ticket and why, and what waits for somebody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guichet.people import actions as people
from guichet.people.models import Role
from guichet.people.skills import Capacity, Skill, add_skill, save_skills
from guichet.rules import suggesting
from guichet.rules.models import Routing
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import Ticket
from tests import make
from tests.browser import client_of
from tests.rules.making import rule

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ada(cast: make.Cast) -> Client:
    return client_of(cast.ada)


def needing(cast: make.Cast, level: int = 2) -> Ticket:
    """In need of somebody who knows VPN; Ana does a little, Zoe well, Ada not at all."""
    zoe = make.person("zoe@desk.example", Role.AGENT, name="Zoe", teams=(cast.support.team,))
    vpn = add_skill("VPN")
    assert vpn is not None
    save_skills([cast.ana, zoe], {(cast.ana.pk, vpn.pk): 1, (zoe.pk, vpn.pk): 4}, {zoe.pk: 5})
    ticket = make.ticket("vpn", to=cast.support)
    return actions.set_needs(ticket, {vpn.pk: level}, By(cast.ada, "desk"))


def test_who_fits_comes_first_and_what_hinders_the_others_is_told(cast: make.Cast, ada: Client) -> None:
    ticket = needing(cast)
    found = suggesting.suggest(ticket)
    assert found.first is not None
    assert (found.needs, found.first.name) == (["VPN 2"], "Zoe")
    assert found.reason.startswith("Zoe: VPN 4, 0 of 5 in work")
    assert [one.words.split(",")[0] for one in found.others] == ["VPN 1", "VPN –"]
    page = ada.get(f"/tickets/{ticket.number}/suggestion/?part").content.decode()
    zoe = Skill.objects.get().levels.get(level=4).person_id
    assert f'value="p{zoe}" data-word="Zoe" data-suggested' in page and "It needs: VPN 2" in page
    assert not Routing.objects.exists(), "it writes nothing"


def test_without_scripts_it_is_a_page_that_gives_the_ticket(cast: make.Cast, ada: Client) -> None:
    ticket = needing(cast)
    choices = ada.get(f"/board/assign/{ticket.number}/").content.decode()
    assert f'<noscript><a class="pop-item" href="/tickets/{ticket.number}/suggestion/">' in choices
    page = ada.get(f"/tickets/{ticket.number}/suggestion/").content.decode()
    assert "<h1" in page and "VPN 4, 0 of 5 in work" in page
    assert f'<form method="post" action="/board/assign/{ticket.number}/">' in page
    zoe = Skill.objects.get().levels.get(level=4).person
    assert f'name="to" value="p{zoe.pk}"' in page
    assert ada.post(f"/board/assign/{ticket.number}/", {"to": f"p{zoe.pk}"}).url == "/board/"  # type: ignore[attr-defined]
    ticket.refresh_from_db()
    assert ticket.assignee == zoe


def test_where_nobody_fits_the_reason_tells_why(cast: make.Cast, ada: Client) -> None:
    ticket = needing(cast)
    Capacity.objects.update(units=1)
    actions.assign(make.ticket(to=cast.support), Skill.objects.get().levels.get(level=4).person, By(cast.ada, "desk"))
    page = ada.get(f"/tickets/{ticket.number}/suggestion/").content.decode()
    assert "data-suggested" not in page
    assert "waits for somebody" in page and "Zoe has 1 of 1 in work" in page


def test_what_waits_is_shown_with_its_reason_to_whom_it_concerns(cast: make.Cast, ada: Client) -> None:
    now = timezone.now()
    for who in (cast.ana, cast.ada):
        people.set_absence(who, now - timedelta(hours=1), now + timedelta(days=3))
    rule("subject:vpn", {"route": {"how": "load"}}, name="Routes")
    ticket = make.ticket("vpn", to=cast.support)
    make.follow_log()
    page = ada.get("/board/waiting/").content.decode()
    assert "1 ticket waits for somebody who fits" in page
    assert f"#{ticket.number} vpn" in page and "Ana Lopez is away until" in page
    people.save_team(cast.billing.team, [cast.ben], [cast.ben])
    assert client_of(cast.ben).get("/board/waiting/").content.decode().strip() == "", "another team's"
    assert client_of(cast.ana).get("/board/waiting/").status_code == 404


def test_costs_the_same_however_many(cast: make.Cast, ada: Client) -> None:
    ticket = needing(cast)
    rule("subject:vpn", {"route": {"how": "load", "skills": {str(Skill.objects.get().pk): 5}}}, name="Routes")
    urls = (f"/tickets/{ticket.number}/suggestion/", "/board/waiting/")

    def cost() -> list[int]:
        found = []
        for url in urls:
            with CaptureQueriesContext(connection) as seen:
                assert ada.get(url).status_code == 200
            found.append(len(seen))
        return found

    make.ticket("vpn", to=cast.support)
    make.follow_log()
    cost()
    few = cost()
    for n in range(6):
        make.person(f"more{n}@desk.example", Role.AGENT, teams=(cast.support.team,))
        make.ticket("vpn", to=cast.support)
    make.follow_log()
    assert cost() == few
