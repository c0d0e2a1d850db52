"""Whose requests a customer sees: every customer of the cast × own, a colleague's, private, sealed, a stranger's."""

from __future__ import annotations

import pytest

from guichet.people import contacts, organisations
from guichet.people.models import Organisation, Person
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Attachment, Event, Message, Ticket
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def tickets() -> dict[str, Ticket]:
    cast = make.cast()
    sealed = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    found = {
        "cleo's": make.ticket(to=cast.support, of=cast.cleo),
        "dan's": make.ticket(to=cast.support, of=cast.dan),
        "dan's private": make.ticket(to=cast.support, of=cast.dan),
        "dan's sealed": make.ticket(to=sealed, of=cast.dan),
        "eve's": make.ticket(to=cast.support, of=cast.eve),
        # A colleague who asks belongs to no customer's organisation, whatever stands on their row.
        "ben's": make.ticket(to=cast.support, of=cast.ben),
    }
    Person.objects.filter(pk=cast.ben.pk).update(organisation=Organisation.objects.get())
    actions.set_private(found["dan's private"], True, By(cast.ana))
    return found


def seen(name: str, tickets: dict[str, Ticket]) -> set[str]:
    person = Person.objects.get(name=name)
    visible = set(Ticket.objects.visible_to(person).values_list("pk", flat=True))
    said = set(Message.objects.visible_to(person).values_list("ticket", flat=True))
    assert said <= visible and not Event.objects.visible_to(person).exists()
    return {key for key, ticket in tickets.items() if ticket.pk in visible}


OWN = {
    "Cleo Martin": {"cleo's"}, "Dan Roth": {"dan's", "dan's private", "dan's sealed"}, "Eve": {"eve's"},
}  # fmt: skip


def test_by_default_everybody_sees_their_own(tickets: dict[str, Ticket]) -> None:
    assert {name: seen(name, tickets) for name in OWN} == OWN


def test_an_organisation_that_shares_shows_all_but_the_private_and_the_sealed(tickets: dict[str, Ticket]) -> None:
    ada, acme = Person.objects.get(name="Ada King"), Organisation.objects.get()
    change = organisations.change_organisation(acme, ada, is_shared=True)
    assert seen("Cleo Martin", tickets) == {"cleo's", "dan's"}
    assert seen("Dan Roth", tickets) == OWN["Dan Roth"] | {"cleo's"}
    assert seen("Eve", tickets) == {"eve's"}
    assert change is not None
    organisations.undo(change, ada)
    assert {name: seen(name, tickets) for name in OWN} == OWN


def test_who_leaves_or_is_kept_out_sees_nothing_of_it(tickets: dict[str, Ticket]) -> None:
    ada, acme = Person.objects.get(name="Ada King"), Organisation.objects.get()
    cleo = Person.objects.get(name="Cleo Martin")
    organisations.change_organisation(acme, ada, is_shared=True)
    contacts.change_contact(cleo, ada, organisation=None)
    assert seen("Cleo Martin", tickets) == {"cleo's"} and "cleo's" not in seen("Dan Roth", tickets)
    contacts.change_contact(cleo, ada, organisation=acme, is_active=False)
    assert seen("Cleo Martin", tickets) == set()


def test_what_is_internal_stays_so_on_a_shared_request(tickets: dict[str, Ticket]) -> None:
    ada, cleo = Person.objects.get(name="Ada King"), Person.objects.get(name="Cleo Martin")
    organisations.change_organisation(Organisation.objects.get(), ada, is_shared=True)
    actions.add_note(tickets["dan's"], Words(text="He never pays."), By(ada))
    contacts.add_note(Person.objects.get(name="Dan Roth"), "Never pays.", ada)
    assert not Message.objects.visible_to(cleo).filter(kind="note").exists()
    assert not Attachment.objects.visible_to(cleo).exists()
    assert [one.name for one in Person.objects.visible_to(cleo)] == ["Cleo Martin"]
    for model in (cleo.notes.model, cleo.changes.model):
        assert not model.objects.visible_to(cleo).exists()
