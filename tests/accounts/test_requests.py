"""A customer's page: their own requests and, where the organisation shares them, their colleagues'."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guichet.accounts import views
from guichet.people.models import Organisation, Person
from guichet.tickets import actions
from guichet.tickets.events import By
from tests import make
from tests.browser import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> make.Cast:
    """Cleo and Dan of Acme, which shares; Eve of another organisation that shares, Fay of none."""
    cast = make.cast()
    sealed = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    Organisation.objects.update(is_shared=True)
    Person.objects.filter(pk=cast.eve.pk).update(
        organisation=Organisation.objects.create(name="Stranger & Co", is_shared=True)
    )
    make.ticket("Cleo's lamp", to=cast.support, of=cast.cleo)
    make.ticket("Dan's chair", to=cast.support, of=cast.dan)
    private = make.ticket("Dan's private matter", to=cast.support, of=cast.dan)
    actions.set_private(private, True, By(cast.ada, "desk"))
    make.ticket("Dan's salary", to=sealed, of=cast.dan)
    make.ticket("Eve's table", to=cast.support, of=cast.eve)
    return cast


def subjects(person: Person, query: str = "") -> list[str]:
    page = client_of(person).get(f"/requests/{query}").content.decode()
    return [one.replace("&#x27;", "'") for one in re.findall(r'asked-subject">([^<]*)<', page)]


def test_colleagues_requests_stand_beside_ones_own_with_their_names(cast: make.Cast) -> None:
    assert subjects(cast.cleo) == ["Dan's chair", "Cleo's lamp"]
    assert subjects(cast.cleo, "?of=me") == ["Cleo's lamp"]
    assert subjects(cast.cleo, "?of=others") == ["Dan's chair"]
    page = client_of(cast.cleo).get("/requests/").content.decode()
    assert re.search(r"#\d+ · Dan Roth ·", page) and re.search(r"#\d+ · you ·", page)
    assert "Everybody at Acme sees the requests of all" in page


def test_ones_own_private_and_confidential_ones_stay_with_oneself(cast: make.Cast) -> None:
    own = {"Dan's chair", "Dan's private matter", "Dan's salary"}
    assert set(subjects(cast.dan, "?of=me")) == own
    assert set(subjects(cast.dan)) == own | {"Cleo's lamp"}


def test_another_organisation_sees_nothing(cast: make.Cast) -> None:
    for query in ("", "?of=me", "?of=others", "?of=all"):
        assert set(subjects(cast.eve, query)) <= {"Eve's table"}
    fay = make.person("fay@free.example", name="Fay")
    for query in ("", "?of=others"):
        assert subjects(fay, query) == []


def test_where_nothing_is_shared_nobody_may_ask_for_it(cast: make.Cast) -> None:
    Organisation.objects.update(is_shared=False)
    for query in ("", "?of=others", "?of=me"):
        assert subjects(cast.cleo, query) == ["Cleo's lamp"]
    page = client_of(cast.cleo).get("/requests/?of=others").content.decode()
    assert "My colleagues" not in page and "Dan" not in page


def test_an_agent_sees_what_he_asked_himself(cast: make.Cast) -> None:
    Person.objects.filter(pk=cast.ana.pk).update(organisation=Organisation.objects.get(name="Acme"))
    assert subjects(cast.ana) == subjects(cast.ana, "?of=others") == []


def test_it_pages_by_key_and_asks_a_fixed_number_of_queries(cast: make.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(cast.cleo)
    client.get("/requests/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get("/requests/")
    for n in range(7):
        make.ticket(f"No {n}", to=cast.support, of=make.person(f"p{n}@customer.example"))
    Person.objects.filter(email__endswith="@customer.example").update(
        organisation=Organisation.objects.get(name="Acme")
    )
    monkeypatch.setattr(views, "PAGE", 4)
    with CaptureQueriesContext(connection) as many:
        page = client.get("/requests/?of=others").content.decode()
    assert len(many) == len(few) <= 8
    seen = re.findall(r'asked-subject">([^<]*)<', page)
    while following := re.search(r'href="\?([^"]*)" rel="next"', page):
        page = client.get("/requests/?" + following[1].replace("&amp;", "&")).content.decode()
        seen += re.findall(r'asked-subject">([^<]*)<', page)
    assert seen == [*(f"No {n}" for n in reversed(range(7))), "Dan&#x27;s chair"]
    assert "Back to the top" in page
    assert client.get("/requests/?after=forged").status_code == 200
