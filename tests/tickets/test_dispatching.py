"""From hand to hand: taken once, handed over with a note, shared out, taken back, and whispered about."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from guichet.tickets import actions, agenda, events
from guichet.tickets.actions import Refused, Taken
from guichet.tickets.events import By
from guichet.tickets.models import MessageKind, Return, Ticket
from tests import make

db = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> make.Cast:
    return make.cast()


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket(to=cast.support, of=cast.cleo)


@db
def test_who_comes_too_late_learns_who_has_it_and_since_when(cast: make.Cast, ticket: Ticket) -> None:
    actions.claim(ticket, By(cast.ana, "desk"), seen=None)
    with pytest.raises(Taken) as taken:
        actions.claim(ticket, By(cast.ben, "desk"), seen=None)
    assert taken.value.owner == cast.ana
    assert taken.value.at == ticket.events.get(kind=events.ASSIGNED).at
    actions.claim(ticket, By(cast.ben, "desk"), seen=cast.ana.pk)
    ticket.refresh_from_db()
    assert ticket.assignee == cast.ben, "whoever saw the owner takes it on purpose"


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_one_takes_it() -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support)
    outcomes: list[str] = []

    def take(person: make.Person) -> None:
        try:
            actions.claim(ticket, By(person, "desk"), seen=None)
            outcomes.append("mine")
        except Taken:
            outcomes.append("taken")
        finally:
            connection.close()

    threads = [threading.Thread(target=take, args=(person,)) for person in (cast.ana, cast.ben, cast.ada)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["mine", "taken", "taken"]


@db
def test_a_note_goes_along_and_is_what_the_new_owner_sees_first(cast: make.Cast, ticket: Ticket) -> None:
    actions.hand_over(ticket, cast.ben, By(cast.ana, "desk"), note=" Ask for the serial number. ")
    ticket.refresh_from_db()
    note = ticket.messages.get(kind=MessageKind.NOTE)
    assert (ticket.assignee, note.text, note.author) == (cast.ben, "Ask for the serial number.", cast.ana)
    handed = actions.handed_note(ticket, cast.ben)
    assert handed is not None and handed.cause is not None and handed.cause.message == note
    assert actions.handed_note(ticket, cast.ada) is None
    actions.add_note(ticket, actions.Words(text="Asked."), By(cast.ben, "desk"))
    assert actions.handed_note(ticket, cast.ben) is None, "once he did something it is a note like any other"


@db
def test_to_a_queue_nobody_owns_it_and_to_nobody_at_all_is_refused(cast: make.Cast, ticket: Ticket) -> None:
    actions.hand_over(ticket, None, By(cast.ana, "desk"), team=cast.billing.team)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.team) == (None, cast.billing.team)
    with pytest.raises(Refused):
        actions.hand_over(ticket, None, By(cast.ana, "desk"))
    with pytest.raises(Refused):
        actions.hand_over(ticket, cast.cleo, By(cast.ana, "desk"), note="You do it.")
    assert not ticket.messages.filter(kind=MessageKind.NOTE).exists(), "nothing is half done"


@db
def test_a_drop_taken_back_is_as_if_it_had_never_been(cast: make.Cast, ticket: Ticket) -> None:
    Ticket.objects.update(next_look_at=timezone.now() - timedelta(days=1))
    actions.bring_back_due()
    ticket.refresh_from_db()
    before = agenda.snapshot(ticket), ticket.assignee, ticket.team
    actions.hand_over(ticket, cast.ben, By(cast.ada, "desk"), team=cast.billing.team)
    ticket.refresh_from_db()
    assert (ticket.returned_at, ticket.assignee) == (None, cast.ben)
    actions.take_back_assignment(ticket, By(cast.ada, "desk"))
    ticket.refresh_from_db()
    assert (agenda.snapshot(ticket), ticket.assignee, ticket.team) == before
    assert ticket.returned_why == Return.LOOK


@db
def test_a_drop_that_somebody_changed_is_not_taken_back(cast: make.Cast, ticket: Ticket) -> None:
    actions.hand_over(ticket, cast.ben, By(cast.ada, "desk"))
    Ticket.objects.update(assignee=cast.ana)
    with pytest.raises(Refused):
        actions.take_back_assignment(ticket, By(cast.ada, "desk"))


@db
def test_a_whisper_is_a_note_that_names_the_owner(cast: make.Cast, ticket: Ticket) -> None:
    with pytest.raises(Refused):
        actions.whisper(ticket, "Hurry.", By(cast.ada, "desk"))
    ticket = actions.assign(ticket, cast.ana, By(cast.ada, "desk"))
    said = actions.whisper(ticket, " Offer a new one. ", By(cast.ada, "desk"))
    assert (said.kind, said.text) == (MessageKind.NOTE, "@Ana Lopez Offer a new one.")
