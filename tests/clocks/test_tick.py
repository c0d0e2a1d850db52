"""Marks fire once: two workers at once, a day of downtime, a crash in the middle."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from guichet.clocks import defaults, follow, keeping, tick
from guichet.clocks.facts import BREACHED, ESCALATED, FIRED, WARNED
from guichet.clocks.models import Clock
from guichet.tickets import actions, events, sentences
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Event, Status, Ticket
from guichet.tickets.sentences import Names
from tests import make
from tests.clocks.conftest import read_log

pytestmark = pytest.mark.django_db(transaction=True)
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)  # ten o'clock in Paris


def request(cast: make.Cast, at: datetime = MONDAY) -> Ticket:
    words = Words(text="It is dark.", subject="Dark", from_address="cleo@customer.example")
    ticket = actions.open_ticket(cast.support, cast.cleo, words, By(cast.cleo, "email", at=at), at=at)
    read_log()
    return ticket


def told(ticket: Ticket) -> list[tuple[str, str, int, int | None]]:
    found = Event.objects.filter(ticket=ticket, kind__in=FIRED).order_by("id")
    return [
        (one.kind, one.changes["clock"][1], one.changes["mark"][1], one.changes.get("late", [None, None])[1])
        for one in found
    ]


def run_all(now: datetime) -> int:
    total = 0
    while count := tick.tick(now=now):
        total += count
    return total


def test_each_mark_is_told_when_it_is_reached(cast: make.Cast) -> None:
    ticket = request(cast)
    assert run_all(MONDAY + timedelta(hours=2, minutes=59)) == 0
    assert run_all(MONDAY + timedelta(hours=3)) == 1
    assert told(ticket) == [(WARNED, "first", 75, None)]
    assert run_all(MONDAY + timedelta(hours=4, seconds=30)) == 1
    assert run_all(MONDAY + timedelta(hours=6)) == 1
    assert told(ticket)[1:] == [(BREACHED, "first", 100, None), (ESCALATED, "first", 150, None)]
    assert run_all(MONDAY + timedelta(hours=6)) == 0
    said = [sentences.sentence(one, Names({}, {}, {})) for one in ticket.events.filter(kind__in=FIRED)]
    assert said[0].startswith("75 % of the time for the first answer is used up; it is due ")
    assert said[1].startswith("The first answer is late: it was due ")
    assert keeping.differences(ticket.pk) == []


def test_an_answer_of_a_second_ago_is_in_time_although_nobody_has_followed_the_log_yet(cast: make.Cast) -> None:
    ticket = request(cast)
    at = MONDAY + timedelta(hours=3, minutes=59, seconds=59)
    run_all(MONDAY + timedelta(hours=3))
    words = Words(text="Done.", to=[{"name": "", "address": "cleo@customer.example"}])
    actions.reply(ticket, words, By(cast.ana, "desk", at=at), seen=None, insists=make.UNGUARDED)
    assert run_all(MONDAY + timedelta(hours=4, minutes=1)) == 0
    assert [kind for kind, *_rest in told(ticket)] == [WARNED]
    assert Clock.objects.get(kind="first").state == "met"


def test_after_a_day_of_downtime_each_warning_fires_once_and_is_marked_late(cast: make.Cast) -> None:
    ticket = request(cast)
    now = MONDAY + timedelta(days=1)
    assert run_all(now) == 3
    assert told(ticket) == [
        (WARNED, "first", 75, 21 * 60),
        (BREACHED, "first", 100, 20 * 60),
        (ESCALATED, "first", 150, 18 * 60),
    ]
    assert run_all(now) == run_all(now + timedelta(minutes=1)) == 0
    first = ticket.events.filter(kind=WARNED).get()
    assert sentences.sentence(first, Names({}, {}, {})).endswith("(told late: nobody watched the clock)")


def test_a_late_answer_during_the_downtime_is_told_as_a_breach_and_no_more(cast: make.Cast) -> None:
    ticket = request(cast)
    words = Words(text="Done.", to=[{"name": "", "address": "cleo@customer.example"}])
    by = By(cast.ana, "desk", at=MONDAY + timedelta(hours=5))
    actions.reply(ticket, words, by, seen=None, insists=make.UNGUARDED, status=Status.RESOLVED)
    read_log()
    run_all(MONDAY + timedelta(days=1))
    assert [one[:3] for one in told(ticket)] == [(BREACHED, "first", 100)]
    assert Clock.objects.get(kind="first").fires_at is None


def test_two_workers_at_once_fire_nothing_twice() -> None:
    cast = make.cast()
    defaults.ensure()
    tickets = [request(cast) for _n in range(30)]
    now, counts = MONDAY + timedelta(hours=4), []

    def work() -> None:
        try:
            counts.append(run_all(now))
        finally:
            connection.close()

    both = [threading.Thread(target=work) for _n in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    run_all(now)  # what each left to the other
    assert all([one[2] for one in told(ticket)] == [75, 100] for ticket in tickets)


@pytest.mark.parametrize("place", ["tell_all", "lend_due"])
def test_a_crash_in_the_middle_leaves_nothing_half_done(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the events are written, and between them and the rows: the next tick does all of it, once."""
    cast = make.cast()
    defaults.ensure()
    ticket, now = request(cast), MONDAY + timedelta(hours=4)

    class Killed(BaseException):
        pass

    def die(*arguments: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(actions, place, die)
        with pytest.raises(Killed):
            tick.tick(now=now)
    assert told(ticket) == []
    run_all(now)
    assert [one[2] for one in told(ticket)] == [75, 100]
    assert keeping.differences(ticket.pk) == []


def test_a_tick_asks_a_fixed_number_of_questions_however_much_is_open(
    cast: make.Cast, django_assert_max_num_queries: Any
) -> None:
    for n in range(12):
        request(cast, MONDAY + timedelta(days=n % 2))
    now = MONDAY + timedelta(hours=3, minutes=1)
    with django_assert_max_num_queries(14):
        assert tick.tick(now=now) == 6
    with django_assert_max_num_queries(3):
        assert tick.tick(now=now) == 0


def test_following_many_tickets_asks_a_fixed_number_of_questions(
    cast: make.Cast, django_assert_max_num_queries: Any
) -> None:
    defaults.ensure()
    for _n in range(20):
        make.ticket(to=cast.support)
    make.settle()
    batch = list(Event.objects.filter(kind=events.OPENED).select_related("ticket", "message"))
    with transaction.atomic(), django_assert_max_num_queries(20):
        follow.follow(batch)
    assert Clock.objects.filter(kind="first").count() == 20
