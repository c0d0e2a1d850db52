"""Two people become one and two again: tickets, words, addresses and notes are where they were."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guichet.people import contacts, merging, organisations
from guichet.people.actions import Refused, find_or_make_person, find_person
from guichet.people.models import Change, Department, Identity, Note, Organisation, Person
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Event, Message, Ticket
from tests import make

pytestmark = pytest.mark.django_db


def state() -> dict[str, Any]:
    """Everything that belongs to somebody."""
    return {
        "tickets": sorted(Ticket.objects.values_list("pk", "requester")),
        "messages": sorted(Message.objects.filter(kind="inbound").values_list("pk", "author")),
        "identities": sorted(Identity.objects.values_list("kind", "value", "person")),
        "notes": sorted(Note.objects.values_list("pk", "person")),
        "people": sorted(
            Person.objects.filter(role="customer").values_list(
                "pk", "name", "phone", "site", "is_active", "merged_into", "also"
            )
        ),
        "addresses": sorted(Person.objects.exclude(email=None).values_list("pk", "email")),
    }


def write(cast: make.Cast, address: str, subject: str = "Again") -> Ticket:
    """A mail from this address, as the intake files it."""
    person = find_or_make_person(address)
    words = Words(text="Hello", subject=subject, from_address=address, message_id=f"{subject}.{address}")
    return actions.open_ticket(cast.support, person, words, By(person, "email"))


def test_merged_and_parted_weeks_later_everything_is_where_it_was() -> None:
    cast = make.cast()
    by = By(cast.ada, "desk")
    hers, his = make.ticket(to=cast.support, of=cast.cleo), make.ticket(to=cast.billing, of=cast.dan)
    note = contacts.add_note(cast.dan, "Prefers to be called.", cast.ben)
    contacts.add_phone(cast.dan, "+33 1 44 55 66 77", cast.ben)
    before = state()
    change = actions.merge_people(cast.cleo, cast.dan, by)
    his.refresh_from_db()
    note.refresh_from_db()
    cast.cleo.refresh_from_db()
    assert his.requester == cast.cleo == note.person
    assert cast.cleo.phone == "+33 1 44 55 66 77", "what was empty is filled in"
    moved = his.events.get(kind="ticket.requester_changed")
    assert moved.changes == {"requester": [cast.dan.pk, cast.cleo.pk]} and moved.actor == cast.ada
    assert not hers.events.filter(kind="ticket.requester_changed").exists()
    # Mails of either address land with the one person there is.
    later = write(cast, "dan@customer.example")
    assert later.requester == cast.cleo == write(cast, "cleo@customer.example").requester
    actions.part_people(Change.objects.get(pk=change.pk), by)
    after = state()
    later.refresh_from_db()
    assert later.requester == cast.dan, "what came since goes by the address it came from"
    for part in ("identities", "notes", "people", "addresses"):
        assert after[part] == before[part]
    for part in ("tickets", "messages"):
        assert set(before[part]) <= set(after[part])
    with pytest.raises(Refused, match="already"):
        actions.part_people(change, by)


def test_a_ticket_given_to_somebody_else_meanwhile_stays_there() -> None:
    cast = make.cast()
    by = By(cast.ada, "desk")
    ticket = make.ticket(to=cast.support, of=cast.dan)
    change = actions.merge_people(cast.cleo, cast.dan, by)
    actions.set_requester(ticket, cast.eve, by)
    actions.part_people(change, by)
    ticket.refresh_from_db()
    assert ticket.requester == cast.eve


def test_no_right_and_no_session_is_gained() -> None:
    cast = make.cast()
    by = By(cast.ada, "desk")
    for kept, gone in ((cast.ana, cast.ben), (cast.ana, cast.cleo), (cast.cleo, cast.ana), (cast.cleo, cast.cleo)):
        with pytest.raises(Refused):
            actions.merge_people(kept, gone, by)
    cast.dan.set_password("correct horse battery")
    cast.dan.save()
    actions.merge_people(cast.cleo, cast.dan, by)
    cast.cleo.refresh_from_db()
    cast.dan.refresh_from_db()
    assert not cast.dan.is_active and cast.dan.email is None, "nobody signs in as the one who went"
    assert cast.cleo.email == "cleo@customer.example" and not cast.cleo.has_usable_password()
    assert find_person("dan@customer.example") == cast.cleo
    assert not Ticket.objects.visible_to(cast.dan).exists()
    with pytest.raises(Refused, match="merged"):
        actions.merge_people(cast.dan, cast.eve, by)


def test_the_later_of_two_merges_is_taken_back_first() -> None:
    cast = make.cast()
    by = By(cast.ada, "desk")
    first = actions.merge_people(cast.cleo, cast.dan, by)
    second = actions.merge_people(cast.eve, cast.cleo, by)
    with pytest.raises(Refused, match="first"):
        actions.part_people(first, by)
    actions.part_people(second, by)
    actions.part_people(first, by)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_merges_and_partings_end_in_the_original(data: st.DataObject) -> None:
    with transaction.atomic():
        cast = make.cast()
        by = By(cast.ada, "desk")
        people = [make.person(name=f"Nobody {n}") for n in range(4)]
        for n, one in enumerate(people):
            for _ in range(n % 3):
                make.ticket(to=cast.support, of=one)
            contacts.add_note(one, f"note {n}", cast.ana)
            contacts.add_phone(one, f"+33 55 {n % 2}{n % 2}", cast.ana)  # two of them share a number
        before = state()
        merges: list[Change] = []
        for _ in range(data.draw(st.integers(1, 8))):
            if merges and data.draw(st.booleans()):
                change = data.draw(st.sampled_from(merges))
                try:
                    actions.part_people(change, by)
                    merges.remove(change)
                except Refused:
                    pass
            else:
                kept, gone = data.draw(st.permutations(people))[:2]
                with contextlib.suppress(Refused):
                    merges.append(actions.merge_people(kept, gone, by))
            assert Ticket.objects.filter(requester__merged_into__isnull=False).count() == 0
        for change in reversed(merges):
            actions.part_people(change, by)
        assert state() == before
        transaction.set_rollback(True)


def test_organisations_merge_and_part_with_their_people_departments_and_domains() -> None:
    cast = make.cast()
    acme, umbrella = Organisation.objects.get(name="Acme"), organisations.add_organisation("Acme SA", cast.ada)
    organisations.change_organisation(umbrella, cast.ada, domains=["acme.example"])
    contacts.change_contact(cast.eve, cast.ada, organisation=umbrella, department="Sales")
    contacts.change_contact(cast.cleo, cast.ada, department="Sales")
    sales = Department.objects.get(organisation=umbrella)
    change = merging.merge_organisations(acme, umbrella, cast.ada)
    cast.eve.refresh_from_db()
    assert cast.eve.organisation == acme and cast.eve.department.organisation == acme  # type: ignore[union-attr]
    assert find_or_make_person("new@acme.example").organisation == acme
    merging.part_organisations(change, cast.ada)
    cast.eve.refresh_from_db()
    umbrella.refresh_from_db()
    assert cast.eve.organisation == umbrella and cast.eve.department == sales and umbrella.is_active
    assert list(umbrella.domains.values_list("name", flat=True)) == ["acme.example"]
    organisations.change_organisation(acme, cast.ada, is_shared=True)
    with pytest.raises(Refused, match="alike"):
        merging.merge_organisations(acme, umbrella, cast.ada)


def test_duplicates_are_suggested_only_among_those_one_sees() -> None:
    cast = make.cast()
    twin = make.person("cleo.martin@elsewhere.example", name="Cléo MARTIN")
    assert merging.suggest(cast.cleo, Person.objects.visible_to(cast.ada)) == [twin]
    assert merging.suggest(cast.cleo, Person.objects.visible_to(cast.ana)) == []
    assert merging.suggest(cast.ana, Person.objects.visible_to(cast.ada)) == []
    assert Event.objects.count() == 0
