"""What is done to contacts, and how it is taken back."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import connection, transaction

from guichet.people import contacts, organisations
from guichet.people.actions import Refused, find_or_make_person, find_person
from guichet.people.models import Change, Department, Organisation, Person
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def test_facts_are_changed_and_taken_back(cast: make.Cast) -> None:
    change = contacts.change_contact(cast.cleo, cast.ana, name="Cléo  Martin\n", site="Lyon", department="Paie")
    assert change is not None
    cleo = Person.objects.get(pk=cast.cleo.pk)
    assert (cleo.name, cleo.site, str(cleo.department)) == ("Cléo Martin", "Lyon", "Paie")
    assert contacts.change_contact(cleo, cast.ana, name="Cléo Martin") is None
    contacts.undo(change, cast.ana)
    cleo = Person.objects.get(pk=cast.cleo.pk)
    assert (cleo.name, cleo.site, cleo.department) == ("Cleo Martin", "", None)
    with pytest.raises(Refused, match="already"):
        contacts.undo(change, cast.ana)
    assert Change.objects.get(pk=change.pk).undone_by == cast.ana


def test_what_was_changed_again_is_not_taken_back(cast: make.Cast) -> None:
    first = contacts.change_contact(cast.cleo, cast.ana, site="Lyon")
    contacts.change_contact(cast.cleo, cast.ana, site="Paris")
    assert first is not None
    with pytest.raises(Refused, match="once more"):
        contacts.undo(first, cast.ana)


def test_colleagues_are_not_contacts(cast: make.Cast) -> None:
    with pytest.raises(Refused):
        contacts.change_contact(cast.ben, cast.ana, name="X")
    with pytest.raises(Refused):
        contacts.add_address(cast.ben, "x@x.example", cast.ana)


def test_several_addresses_lead_to_one_person_and_each_is_somebodys_alone(cast: make.Cast) -> None:
    contacts.add_address(cast.cleo, " Cleo@Private.Example ", cast.ana)
    assert find_or_make_person("cleo@private.example") == cast.cleo
    for used in ("dan@customer.example", "cleo@private.example", "ana@desk.example"):
        with pytest.raises(Refused, match="belongs to somebody"):
            contacts.add_address(cast.cleo, used, cast.ana)
    for wrong in ("", "no address", "a@b@c"):
        with pytest.raises(Refused, match="not a mail address"):
            contacts.add_address(cast.cleo, wrong, cast.ana)
    with pytest.raises(Refused, match="belongs to somebody"):
        contacts.add_contact(cast.ana, address="dan@customer.example")


def test_the_first_address_changes_goes_and_comes_back(cast: make.Cast) -> None:
    contacts.add_address(cast.cleo, "cleo@private.example", cast.ana)
    made_first = contacts.make_first(cast.cleo.identities.get(value="cleo@private.example"), cast.ada)
    assert Person.objects.get(pk=cast.cleo.pk).email == "cleo@private.example"
    contacts.undo(made_first, cast.ada)
    assert Person.objects.get(pk=cast.cleo.pk).email == "cleo@customer.example"
    removed = contacts.remove_identity(cast.cleo.identities.get(value="cleo@customer.example"), cast.ana)
    assert Person.objects.get(pk=cast.cleo.pk).email == "cleo@private.example"
    contacts.undo(removed, cast.ana)
    assert Person.objects.get(pk=cast.cleo.pk).email == "cleo@customer.example"
    assert find_person("cleo@customer.example") == cast.cleo


def test_an_address_moves_only_by_a_deliberate_act_and_back(cast: make.Cast) -> None:
    identity = cast.cleo.identities.get()
    change = contacts.move_address(identity, cast.dan, cast.ada)
    assert find_person("cleo@customer.example") == cast.dan
    assert Person.objects.get(pk=cast.cleo.pk).email is None
    contacts.undo(change, cast.ada)
    assert find_person("cleo@customer.example") == cast.cleo
    assert Person.objects.get(pk=cast.cleo.pk).email == "cleo@customer.example"


def test_numbers_are_compared_by_their_digits_and_may_be_shared(cast: make.Cast) -> None:
    contacts.add_phone(cast.cleo, "+33 (0)1 44-55", cast.ana)
    contacts.add_phone(cast.dan, "+330 1 4455", cast.ana)
    with pytest.raises(Refused, match="already"):
        contacts.add_phone(cast.cleo, "+33014455", cast.ana)
    with pytest.raises(Refused, match="digits"):
        contacts.add_phone(cast.cleo, "call me", cast.ana)


def test_domains_bring_people_into_their_organisation(cast: make.Cast) -> None:
    acme = Organisation.objects.get(name="Acme")
    change = organisations.change_organisation(acme, cast.ada, domains=["@ACME.example", "acme.example"])
    assert change is not None and change.facts == {"domains": [[], ["acme.example"]]}
    assert find_or_make_person("zoe@acme.example").organisation == acme
    assert find_or_make_person("zoe@acme.example.evil.test").organisation is None
    for wrong in ("gmail.com", "nonsense", "a b.example"):
        with pytest.raises(Refused):
            organisations.change_organisation(acme, cast.ada, domains=[wrong])
    other = organisations.add_organisation("Other", cast.ada)
    with pytest.raises(Refused, match="another organisation"):
        organisations.change_organisation(other, cast.ada, domains=["acme.example"])
    organisations.undo(change, cast.ada)
    assert find_or_make_person("yan@acme.example").organisation is None


def test_notes_are_cleaned_and_never_empty(cast: make.Cast) -> None:
    note = contacts.add_note(cast.cleo, " Calls back\r\nafter five \x00", cast.ana)
    assert note.text == "Calls back\nafter five"
    for wrong in ("", " \n", "x" * 10_001):
        with pytest.raises(Refused):
            contacts.change_note(note, wrong)


@pytest.mark.django_db(transaction=True)
def test_a_department_that_two_enter_at_once_is_one(cast: make.Cast) -> None:
    """The second waits for the first and finds what it made, within whatever transaction it stands."""
    failed: list[BaseException] = []

    def enter() -> None:
        try:
            with transaction.atomic():
                contacts.change_contact(cast.dan, cast.ada, site="Lyon", department="Paie")
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    other = threading.Thread(target=enter)
    cast.cleo.refresh_from_db()
    cast.dan.refresh_from_db()
    with transaction.atomic():
        contacts.change_contact(cast.cleo, cast.ben, department="Paie")
        other.start()
        end = time.monotonic() + 10
        while not _somebody_waits() and time.monotonic() < end:
            time.sleep(0.01)
        assert _somebody_waits() and other.is_alive()
    other.join(10)
    assert failed == []
    made = Department.objects.get()
    assert set(made.people.all()) == {cast.cleo, cast.dan} and made.organisation == Organisation.objects.get()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid')")
        return bool(cursor.fetchone()[0])
