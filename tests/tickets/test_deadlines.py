"""What upper rooms put on a ticket: events of their own kinds, deadlines, promises."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from guichet.tickets import actions, events
from guichet.tickets.actions import Refused
from guichet.tickets.events import By
from guichet.tickets.models import Ticket
from guichet.tickets.sentences import Names, sentence
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket(to=cast.support, of=cast.cleo)


def in_hours(n: float) -> datetime:
    return timezone.now() + timedelta(hours=n)


def test_a_deadline_that_somebody_sets_stands_on_the_ticket_and_in_the_log(cast: make.Cast, ticket: Ticket) -> None:
    due = in_hours(5)
    ticket = actions.set_due(ticket, due, By(cast.ana, "desk"))
    assert ticket.due_at == ticket.set_due_at == due
    told = ticket.events.get(kind=events.DUE_SET)
    assert told.changes == {"due": [None, due.isoformat()]} and told.version == ticket.version
    assert sentence(told, Names({}, {}, {})).startswith("set a deadline: ")


def test_the_earlier_deadline_is_shown(cast: make.Cast, ticket: Ticket) -> None:
    by, clocks = By(cast.ana, "desk"), in_hours(2)
    actions.lend_due({ticket.pk: clocks})
    ticket = actions.set_due(ticket, in_hours(9), by)
    assert ticket.due_at == clocks
    ticket = actions.set_due(ticket, in_hours(1), by)
    assert ticket.due_at == ticket.set_due_at
    ticket = actions.set_due(ticket, None, by)
    assert ticket.set_due_at is None and ticket.due_at is None


def test_setting_the_same_deadline_again_is_nothing_new(cast: make.Cast, ticket: Ticket) -> None:
    due, by = in_hours(5), By(cast.ana, "desk")
    version = actions.set_due(ticket, due, by).version
    assert actions.set_due(ticket, due, by).version == version
    assert ticket.events.filter(kind=events.DUE_SET).count() == 1


@pytest.mark.parametrize("hours", [-1, 24 * 367])
def test_a_deadline_lies_within_the_next_year(cast: make.Cast, ticket: Ticket, hours: float) -> None:
    with pytest.raises(Refused, match="within the next year"):
        actions.set_due(ticket, in_hours(hours), By(cast.ana, "desk"))


def test_what_the_clocks_lend_makes_no_reply_stale(cast: make.Cast, ticket: Ticket) -> None:
    before = Ticket.objects.get(pk=ticket.pk)
    actions.lend_due({ticket.pk: in_hours(2)})
    after = Ticket.objects.get(pk=ticket.pk)
    assert after.due_at and after.version == before.version and after.updated_at == before.updated_at
    assert ticket.events.count() == 1


def test_a_promise_is_kept_on_the_ticket_and_every_one_in_the_log(ticket: Ticket) -> None:
    first, second = in_hours(4), in_hours(6)
    for promised_at in (first, first, second):
        actions.promise({ticket.pk: (ticket, promised_at)}, By(via="clocks"))
    ticket.refresh_from_db()
    assert ticket.promised_at == second
    told = [one.changes["promise"] for one in ticket.events.filter(kind=events.PROMISED).order_by("id")]
    assert told == [[None, first.isoformat()], [first.isoformat(), second.isoformat()]]


def test_a_kind_that_no_follower_tells_is_refused(ticket: Ticket) -> None:
    with pytest.raises(ValueError, match=r"no follower tells weather\.changed"):
        actions.tell(ticket, "weather.changed", By())
    assert ticket.events.count() == 1
