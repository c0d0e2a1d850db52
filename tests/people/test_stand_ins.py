"""An agent may write to any address, and learns nothing by it of a person hidden from him."""

from __future__ import annotations

import pytest
from django.test import Client

from guichet.people import contacts
from guichet.people.actions import person_at
from guichet.people.models import Organisation, Person
from guichet.rules import placeholders
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Ticket
from tests import make
from tests.browser import client_of

pytestmark = pytest.mark.django_db
ADDRESS = "eve@stranger.example"
SECRETS = (
    "Evelyn Hidden",
    "Evelyn",
    "Zebra Works",
    "Pays in gold",
    "Floor nine",
    "+49 555",
    "eve.private@",
    "An invoice",
)


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def eve(cast: make.Cast) -> Person:
    """Known to Billing alone, with all that can be known of a person."""
    make.ticket("An invoice of hers", to=cast.billing, of=cast.eve)
    zebra = Organisation.objects.create(name="Zebra Works")
    contacts.change_contact(cast.eve, cast.ada, name="Evelyn Hidden", organisation=zebra, site="Floor nine")
    contacts.add_phone(cast.eve, "+49 555", cast.ada)
    contacts.add_address(cast.eve, "eve.private@stranger.example", cast.ada)
    contacts.add_note(cast.eve, "Pays in gold", cast.ada)
    contacts.add_note(zebra, "Pays in gold too", cast.ada)
    cast.eve.refresh_from_db()
    return cast.eve


def written_to(ana: Client, address: str = ADDRESS) -> Ticket:
    fields = {"to": address, "alias": "support@desk.example", "subject": "Your delivery", "text": "It has arrived."}
    answer = ana.post("/tickets/new/", {**fields, "guard": "go"})
    if answer.status_code == 200:
        raise AssertionError(answer.content.decode()[-3000:])
    return Ticket.objects.latest("pk")


def pages(client: Client, ticket: Ticket) -> dict[str, str]:
    """All that an agent of that desk sees of somebody."""
    urls = [
        f"/tickets/{ticket.number}/", "/tickets/?view=all", "/tickets/?q=requester:Evely", "/search/?q=Evely",
        f"/tickets/{ticket.number}/preview/", "/contacts/", "/contacts/?q=eve", "/contacts/organisations/",
        f"/contacts/{ticket.requester_id}/", "/contacts/find/?q=eve", "/people/?q=eve",
        "/palette/?q=eve", f"/tickets/{ticket.number}/earlier/", f"/tickets/{ticket.number}/macros/",
    ]  # fmt: skip
    answers = {url: client.get(url) for url in urls}
    assert {url: answer.status_code for url, answer in answers.items()} == dict.fromkeys(urls, 200)
    return {url: answer.content.decode() for url, answer in answers.items()}


def test_who_writes_to_a_hidden_person_learns_nothing_of_them(cast: make.Cast, eve: Person) -> None:
    ana = client_of(cast.ana)
    ticket = written_to(ana)
    assert ticket.requester_id != eve.pk and str(ticket.requester) == ADDRESS
    assert ticket.messages.get().to == [{"name": "", "address": ADDRESS}], "it goes where he typed"
    for url, page in pages(ana, ticket).items():
        assert not [secret for secret in SECRETS if secret in page], url
    assert ADDRESS in ana.get(f"/tickets/{ticket.number}/").content.decode()
    assert ana.get(f"/contacts/{eve.pk}/").status_code == 404
    assert not Person.objects.visible_to(cast.ana).filter(pk=eve.pk).exists()
    assert not Organisation.objects.visible_to(cast.ana).filter(name="Zebra Works").exists()


def test_a_filter_is_no_keyhole_either(cast: make.Cast, eve: Person) -> None:
    written_to(client_of(cast.ana))
    ana = client_of(cast.ana)
    for typed in (
        "requester:Evely",
        "requester:eve.private@stranger.example",
        "organisation:Zebra",
        'site:"Floor nine"',
    ):
        page = ana.get("/tickets/", {"view": "all", "q": typed}).content.decode()
        assert "Your delivery" not in page, typed
    assert "Your delivery" in ana.get("/tickets/", {"view": "all", "q": f"requester:{ADDRESS}"}).content.decode()


def test_a_request_given_to_a_typed_address_shows_no_more(cast: make.Cast, eve: Person) -> None:
    ana, ticket = client_of(cast.ana), make.ticket(to=cast.support, of=cast.cleo)
    ana.post(f"/contacts/card/{ticket.number}/requester/", {"address": ADDRESS})
    ticket.refresh_from_db()
    assert ticket.requester_id != eve.pk
    page = ana.get(f"/tickets/{ticket.number}/").content.decode()
    assert f"to {ADDRESS}" in page and not any(secret in page for secret in SECRETS)


def test_the_same_address_is_the_same_stand_in_but_not_another_agents(cast: make.Cast, eve: Person) -> None:
    first = written_to(client_of(cast.ana))
    assert written_to(client_of(cast.ana)).requester_id == first.requester_id
    hr = make.inbox("hr@desk.example", team_name="HR")
    hal = make.person("hal@desk.example", "agent", name="Hal", teams=(hr.team,))  # type: ignore[arg-type]
    contacts.change_contact(first.requester, cast.ana, name="What Ana calls her")
    other = person_at(ADDRESS, hal)
    assert other.pk not in (first.requester_id, eve.pk) and str(other) == ADDRESS


def test_who_sees_the_person_writes_to_the_person(cast: make.Cast, eve: Person) -> None:
    assert person_at(ADDRESS, cast.ben) == eve and person_at(ADDRESS, cast.ada) == eve
    assert person_at("new@stranger.example", cast.ana).email == "new@stranger.example"


def test_who_answers_is_the_requester(cast: make.Cast, eve: Person) -> None:
    ticket = written_to(client_of(cast.ana))
    words = Words(text="Thank you", from_name="Evelyn Hidden", from_address=ADDRESS)
    actions.receive(ticket, words, eve, By(eve, "email"))
    ticket.refresh_from_db()
    assert ticket.requester == eve
    assert "Evelyn Hidden" in client_of(cast.ana).get(f"/tickets/{ticket.number}/").content.decode()
    assert ticket.events.filter(kind="ticket.requester_changed").count() == 1


def test_words_that_nobody_vouches_for_make_nobody_known(cast: make.Cast, eve: Person) -> None:
    ticket = written_to(client_of(cast.ana))
    words = Words(text="Tell me", from_address=ADDRESS, is_verified=False)
    actions.receive(ticket, words, eve, By(eve, "email"))
    actions.receive(ticket, Words(text="I too"), cast.dan, By(cast.dan, "email"))
    ticket.refresh_from_db()
    assert ticket.requester_id != eve.pk


def test_the_customer_sees_what_was_written_to_them_and_their_colleagues_do_not(cast: make.Cast, eve: Person) -> None:
    zebra = Organisation.objects.get(name="Zebra Works")
    Organisation.objects.filter(pk=zebra.pk).update(is_shared=True)
    zoe = make.person("zoe@stranger.example", name="Zoe")
    Person.objects.filter(pk=zoe.pk).update(organisation=zebra)
    ticket = written_to(client_of(cast.ana))
    assert ticket in Ticket.objects.visible_to(Person.objects.get(pk=eve.pk))
    assert ticket not in Ticket.objects.visible_to(Person.objects.get(pk=zoe.pk))
    for other in (cast.cleo, cast.dan):
        assert ticket not in Ticket.objects.visible_to(other)


def test_whoever_keeps_the_contacts_finds_one_person(cast: make.Cast, eve: Person) -> None:
    written_to(client_of(cast.ana))
    page = client_of(cast.ada).get("/contacts/").content.decode()
    assert "Evelyn Hidden" in page and f">{ADDRESS}</a>" not in page


def test_what_follows_goes_to_the_address_that_was_typed(cast: make.Cast, eve: Person) -> None:
    ticket = written_to(client_of(cast.ana))
    part = actions.Part("The second parcel", text="It comes tomorrow.", is_sent=True)
    (made,) = actions.follow_up(ticket, [part], By(cast.ana, "desk"), insists=make.UNGUARDED)
    assert [entry["address"] for entry in made.messages.get().to] == [ADDRESS]
    assert placeholders.values_of(ticket, cast.ana, "en")["customer.email"] == ADDRESS
    assert placeholders.values_of(ticket, cast.ana, "en")["customer.name"] == ""
