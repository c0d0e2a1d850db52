"""Work of whoever is away: handed on as the absence begins, once, where the team wants it; offered back afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from guichet.people import actions as people
from guichet.people.models import Absence, OnAbsence, Role, Team
from guichet.people.skills import Capacity
from guichet.rules import reasons, routing
from guichet.rules.models import Routing
from guichet.tickets import actions, events, load
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import HandedOn, Priority, Return, Status, Step, Ticket
from tests import make
from tests.browser import client_of
from tests.channels.intake_process import database_url
from tests.rules.making import rule

pytestmark = pytest.mark.django_db
PATIENCE = 30  # seconds until a test gives up
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
Clock = Callable[[timedelta], None]


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """It is noon, and time passes only when it is told to."""
    now = [NOON]
    monkeypatch.setattr(timezone, "now", lambda: now[0])

    def goes_on(span: timedelta) -> None:
        now[0] += span

    return goes_on


def of_ana(cast: make.Cast, count: int = 1) -> list[Ticket]:
    made = [make.ticket(to=cast.support, of=cast.cleo) for _ in range(count)]
    return [actions.assign(ticket, cast.ana, By(cast.ana, "desk")) for ticket in made]


def owner(ticket: Ticket) -> object:
    ticket.refresh_from_db()
    return ticket.assignee


def chosen(cast: make.Cast, where: OnAbsence) -> None:
    Team.objects.filter(pk=cast.support.team_id).update(on_absence=where)


def days(count: float) -> timedelta:
    return timedelta(days=count)


def test_as_a_planned_absence_begins_once_each(cast: make.Cast, clock: Clock) -> None:
    [ticket] = of_ana(cast)
    people.set_absence(cast.ana, NOON + days(1), NOON + days(4), cast.ada)
    clock(timedelta(hours=23))
    assert (actions.hand_on_absent(), owner(ticket)) == (0, cast.ana), "not before it begins"
    clock(timedelta(hours=1))
    assert (actions.hand_on_absent(), owner(ticket)) == (1, cast.ada)
    told = list(ticket.events.order_by("-id")[:2])
    assert [one.kind for one in told] == [events.ASSIGNED, events.RETURNED]
    assert told[0].cause_id == told[1].pk
    assert told[1].changes["why"][1] == Return.ABSENT
    assert ticket.returned_at is None, "no dispatcher need ask"
    # Whoever gives it to her again knows why: it is not taken away a second time.
    actions.assign(ticket, cast.ana, By(cast.ada, "desk"))
    clock(timedelta(hours=1))
    assert (actions.hand_on_absent(), owner(ticket)) == (0, cast.ana)
    assert HandedOn.objects.count() == 1


def test_one_that_was_entered_late_begins_at_once_and_one_that_was_taken_out_never(
    cast: make.Cast, clock: Clock
) -> None:
    [ticket] = of_ana(cast)
    wrong = people.set_absence(cast.ana, NOON + days(9), NOON + days(10), cast.ada)
    people.end_absence(wrong)
    people.set_absence(cast.ana, NOON - days(1), NOON + days(2), cast.ada)
    assert (actions.hand_on_absent(), owner(ticket)) == (1, cast.ada)
    clock(days(9))
    assert actions.hand_on_absent() == 0


def test_what_waits_for_others_or_sleeps_stays_until_somebody_writes(cast: make.Cast, clock: Clock) -> None:
    waits, sleeps, works = of_ana(cast, 3)
    by = By(cast.ana, "desk")
    actions.plan(waits, Step.WAIT_OTHER, NOON + days(3), by)
    actions.snooze(sleeps, NOON + days(3), by)
    people.set_absence(cast.ana, NOON, NOON + days(6), cast.ada)
    assert actions.hand_on_absent() == 1
    assert [owner(one) for one in (waits, sleeps, works)] == [cast.ana, cast.ana, cast.ada]
    actions.receive(waits, Words(text="Here it is."), cast.cleo, By(cast.cleo, "email"))
    actions.bring_back_due()
    assert owner(waits) == cast.ada
    assert HandedOn.objects.count() == 2


def test_the_team_chooses_where_it_goes(cast: make.Cast, clock: Clock) -> None:
    people.set_absence(cast.ana, NOON, NOON + days(6), cast.ada)
    [first] = of_ana(cast)
    chosen(cast, OnAbsence.BOARD)
    actions.hand_on_absent()
    assert (owner(first), first.returned_why) == (None, Return.ABSENT)


def test_without_somebody_who_stands_in_it_comes_to_the_dispatcher(cast: make.Cast, clock: Clock) -> None:
    people.set_absence(cast.ada, NOON, NOON + days(3))
    people.set_absence(cast.ana, NOON, NOON + days(6), cast.ada)
    [ticket] = of_ana(cast)
    actions.hand_on_absent()
    assert (owner(ticket), ticket.returned_why) == (None, Return.ABSENT), "she who stands in is away too"


def test_shared_out_anew_as_the_rule_had_asked(cast: make.Cast, clock: Clock) -> None:
    zoe = make.person("zoe@desk.example", Role.AGENT, name="Zoe", teams=(cast.support.team,))
    chosen(cast, OnAbsence.ROUTE)
    by_rule, by_hand = of_ana(cast, 2)
    via = rule("", {"route": {"how": "turn"}}).via
    facts = {"wanted": {"how": "turn"}, "candidates": []}
    Routing.objects.create(ticket=by_rule, via=via, value={"how": "turn"}, facts=facts, chosen=cast.ana)
    people.set_absence(cast.ana, NOON, NOON + days(6), cast.ada)
    people.set_absence(cast.ada, NOON, NOON + days(6))
    actions.hand_on_absent()
    assert (owner(by_rule), owner(by_hand)) == (None, None)
    assert (routing.queue_absent(), routing.queue_absent()) == (2, 0), "each joins the queue once"
    assert routing.give_waiting() == 2
    assert (owner(by_rule), owner(by_hand)) == (zoe, zoe)
    assert by_rule.returned_at is None and by_hand.returned_why == ""
    vias = [one.events.filter(kind=events.ASSIGNED).last().via for one in (by_rule, by_hand)]  # type: ignore[union-attr]
    assert vias == [via, "absence"]
    rows = Routing.objects.filter(is_waiting=False, chosen=zoe).order_by("pk")
    assert "Ada King would come first and is away until" in reasons.reason(rows[0], reasons.names_in(rows))


def test_it_waits_where_nobody_is_here_and_the_board_shows_it(cast: make.Cast, clock: Clock) -> None:
    chosen(cast, OnAbsence.ROUTE)
    [ticket] = of_ana(cast)
    people.set_absence(cast.ana, NOON, NOON + days(1))
    back = people.set_absence(cast.ada, NOON, NOON + days(6))
    actions.hand_on_absent()
    routing.queue_absent()
    assert (routing.give_waiting(), owner(ticket)) == (0, None)
    assert ticket.returned_at is not None
    clock(timedelta(hours=2))
    people.end_absence(back)
    assert (routing.give_waiting(), owner(ticket)) == (1, cast.ada)


def test_taken_back_when_they_are_here_again(cast: make.Cast, clock: Clock) -> None:
    first, second, done, foreign = of_ana(cast, 4)
    people.set_absence(cast.ana, NOON, NOON + days(6), cast.ada)
    actions.hand_on_absent()
    assert not actions.left_behind(cast.ana, by=cast.ana).exists(), "not while she is away"
    actions.set_status(done, Status.RESOLVED, By(cast.ada, "desk"))
    Ticket.objects.filter(pk=foreign.pk).update(inbox=cast.billing, team=cast.billing.team)
    clock(days(7))
    left = actions.left_behind(cast.ana, by=cast.ana)
    assert set(left) == {first, second}, "open, and hers to see"
    assert actions.take_back_work(cast.ana, [first], By(cast.ana, "desk")) == 1
    assert (owner(first), owner(second)) == (cast.ana, cast.ada)
    assert not actions.left_behind(cast.ana, by=cast.ana).exists(), "what she leaves is not offered again"


def test_nobody_reads_what_he_may_not_by_standing_in(cast: make.Cast, clock: Clock) -> None:
    sealed = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    hal = make.person("hal@desk.example", Role.AGENT, name="Hal", teams=(sealed.team,))
    ticket = actions.assign(make.ticket(to=sealed, of=cast.dan), hal, By(hal, "desk"))
    people.set_absence(hal, NOON, NOON + days(9), cast.ada)
    actions.hand_on_absent()
    assert (owner(ticket), ticket.returned_why) == (None, Return.ABSENT)


def test_many_go_in_small_transactions(cast: make.Cast, clock: Clock) -> None:
    tickets = of_ana(cast, 7)
    people.set_absence(cast.ana, NOON, NOON + days(6), cast.ada)
    assert [actions.hand_on_absent(limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert {owner(one) for one in tickets} == {cast.ada}
    assert Absence.objects.get().handed_at == NOON


def test_whoever_stands_in_gets_what_they_have_room_for(cast: make.Cast, clock: Clock) -> None:
    """The most urgent first; the rest comes to the dispatcher, who is told why, and is given back like all of it."""
    first, second, urgent = of_ana(cast, 3)
    actions.set_priority(urgent, Priority.HIGH, By(cast.ana, "desk"))
    Capacity.objects.create(person=cast.ada, units=3)
    people.set_absence(cast.ana, NOON, NOON + days(6), cast.ada)
    assert actions.hand_on_absent() == 3
    assert [owner(one) for one in (urgent, first, second)] == [cast.ada, cast.ada, None]
    assert (second.returned_why, second.team) == (Return.FULL, cast.support.team)
    page = client_of(cast.ada).get(f"/tickets/{second.number}/").content.decode()
    assert "Its owner is away, and whoever stands in has no room" in page
    assert "Ana Lopez is away, and whoever stands in has no room" in page
    clock(days(7))
    assert set(actions.left_behind(cast.ana, by=cast.ana)) == {first, second, urgent}


def test_a_channel_may_be_full_where_the_capacity_is_not(cast: make.Cast, clock: Clock) -> None:
    first, second = of_ana(cast, 2)
    load.limit({("email", cast.ada.pk): 1})
    people.set_absence(cast.ana, NOON, NOON + days(6), cast.ada)
    actions.hand_on_absent()
    assert [owner(one) for one in (first, second)] == [cast.ada, None]
    assert second.returned_why == Return.FULL


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_hand_each_on_once(cast: make.Cast) -> None:
    of_ana(cast, 12)
    now = timezone.now()
    people.set_absence(cast.ana, now, now + days(6), cast.ada)

    def work() -> None:
        try:
            until = time.monotonic() + PATIENCE
            while HandedOn.objects.count() < 12 and time.monotonic() < until:
                actions.hand_on_absent(limit=4)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Ticket.objects.filter(assignee=cast.ada).count() == HandedOn.objects.count() == 12
    assert all(one.events.filter(kind=events.RETURNED).count() == 1 for one in Ticket.objects.all())


@pytest.mark.django_db(transaction=True)
def test_killed_before_the_commit_it_is_done_once_by_whoever_comes_next(cast: make.Cast) -> None:
    [ticket] = of_ana(cast)
    now = timezone.now()
    people.set_absence(cast.ana, now, now + days(6), cast.ada)
    environment = {**os.environ, "DATABASE_URL": database_url(), "GUICHET_FAILPOINT": "absence.before_mark"}
    code = "import django; django.setup(); from guichet.tickets import actions; actions.hand_on_absent()"
    killed = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert owner(ticket) == cast.ana
    assert not HandedOn.objects.exists()
    done, until = 0, time.monotonic() + PATIENCE
    while not done and time.monotonic() < until:
        done = actions.hand_on_absent()  # what the killed one held is free once the server has seen its end
    assert [done, actions.hand_on_absent()] == [1, 0]
    assert owner(ticket) == cast.ada
    assert ticket.events.filter(kind=events.RETURNED).count() == 1
