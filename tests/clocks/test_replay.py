"""Clocks from facts alone: by hand, and against a reference that goes minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guichet.clocks.calendar import DAY, HOUR, Calendar, Hours, is_open
from guichet.clocks.replay import Fact, Played, Player, Terms

OFFICE = ((Hours(9 * HOUR, 17 * HOUR),),) * 5 + ((), ())
LUNCH = ((Hours(8 * HOUR, 12 * HOUR), Hours(13 * HOUR, 19 * HOUR)),) * 6 + ((),)
CALENDARS = {
    1: Calendar("UTC", OFFICE),
    2: Calendar("Europe/Paris", LUNCH),
    3: Calendar("UTC", ((Hours(0, DAY),),) * 7),
    4: Calendar("UTC", ((),) * 7),
}
TARGETS = {
    "first": {1: 60, 3: 240},
    "next": {1: 60, 3: 480},
    "solution": {1: 480, 3: 2400},
    "internal": {1: 120, 3: 480},
}
TERMS = {
    1: Terms(TARGETS, (75, 100, 150)),
    2: Terms({"first": {3: 120}, "solution": {1: 120, 3: 600}}, (50, 100)),
    3: Terms({}, (100,)),
}


def play(*facts: Fact) -> list[Played]:
    return Player(CALENDARS.__getitem__, TERMS.__getitem__).play(facts)


def at(day: int, clock: str) -> datetime:
    """Of November 2026: the 23rd is a Monday."""
    return datetime.fromisoformat(f"2026-11-{day:02}T{clock}").replace(tzinfo=UTC)


def opened(when: datetime, *, policy: int = 1, calendar: int = 1, priority: int = 3) -> tuple[Fact, Fact]:
    return Fact(when, "opened", (priority, "open", 1, True)), Fact(when, "chosen", (policy, calendar))


def one(clocks: list[Played], kind: str, run: int = 1) -> Played:
    return next(clock for clock in clocks if (clock.kind, clock.run) == (kind, run))


MONDAY = at(23, "10:00")


def test_a_new_request_is_due_for_an_answer_and_a_solution() -> None:
    clocks = play(*opened(MONDAY))
    first, solution = one(clocks, "first"), one(clocks, "solution")
    assert (first.state, first.due_at, first.fires_at) == ("running", at(23, "14:00"), at(23, "13:00"))
    assert (solution.state, solution.due_at) == ("running", at(30, "10:00"))


def test_an_answer_in_time_meets_the_first_clock_and_the_next_question_starts_another() -> None:
    facts = [*opened(MONDAY), Fact(at(23, "12:00"), "answered"), Fact(at(23, "16:00"), "asked")]
    clocks = play(*facts)
    assert one(clocks, "first").state == "met" and one(clocks, "first").fires_at is None
    assert one(clocks, "next").due_at == at(24, "16:00")
    clocks = play(*facts, Fact(at(24, "16:00"), "answered"), Fact(at(24, "16:30"), "asked"))
    assert one(clocks, "next", 1).state == "met", "answered at the very moment is answered in time"
    assert one(clocks, "next", 2).due_at == at(25, "16:30")


def test_a_question_that_waits_already_is_not_put_off_by_another() -> None:
    clocks = play(*opened(MONDAY), Fact(at(23, "13:59"), "asked"))
    assert one(clocks, "first").due_at == at(23, "14:00") and len(clocks) == 2


def test_an_answer_that_came_late_is_a_breach_also_where_nobody_had_told_it() -> None:
    clock = one(play(*opened(MONDAY), Fact(at(23, "14:01"), "answered")), "first")
    assert (clock.state, clock.due_at, clock.fires_at) == ("breached", at(23, "14:00"), at(23, "14:01"))
    told = Fact(at(23, "14:02"), "fired", ("first", 1, 100))
    clock = one(play(*opened(MONDAY), Fact(at(23, "14:01"), "answered"), told), "first")
    assert (clock.state, clock.fires_at) == ("breached", None)


def test_marks_follow_one_another_and_escalate_while_it_goes_on() -> None:
    facts = [*opened(MONDAY)]
    seen = []
    for _mark in range(3):
        clock = one(play(*facts), "first")
        assert clock.fires_at is not None
        seen.append((clock.next_mark, clock.fires_at))
        facts.append(Fact(clock.fires_at, "fired", ("first", 1, clock.next_mark)))
    assert seen == [(75, at(23, "13:00")), (100, at(23, "14:00")), (150, at(23, "16:00"))]
    clock = one(play(*facts), "first")
    assert (clock.state, clock.fires_at, clock.is_going) == ("breached", None, True)


def test_waiting_for_somebody_else_stops_the_clock_of_the_solution_but_not_that_of_the_answer() -> None:
    facts = [*opened(MONDAY), Fact(at(23, "12:00"), "status", "pending")]
    clocks = play(*facts)
    solution = one(clocks, "solution")
    assert (solution.state, solution.due_at, solution.fires_at, solution.left) == ("paused", None, None, 38 * 3600)
    assert one(clocks, "first").due_at == at(23, "14:00"), "an answer is owed whatever we wait for"
    back = one(play(*facts, Fact(at(25, "12:00"), "status", "open")), "solution")
    assert back.due_at == at(30, "10:00") + timedelta(days=2)
    assert [(one.why, one.begin, one.end) for one in back.stretches] == [
        ("running", MONDAY, at(23, "12:00")),
        ("customer", at(23, "12:00"), at(25, "12:00")),
        ("running", at(25, "12:00"), None),
    ]


def test_it_stands_still_for_a_supplier_too_and_tells_whom_it_waits_for() -> None:
    facts = [*opened(MONDAY), Fact(at(23, "12:00"), "step", "wait_other"), Fact(at(23, "12:00"), "status", "pending")]
    facts += [Fact(at(24, "12:00"), "step", "wait_customer"), Fact(at(24, "13:00"), "status", "open")]
    clock = one(play(*facts), "solution")
    assert [(one.why, one.begin) for one in clock.stretches[1:]] == [
        ("other", at(23, "12:00")),
        ("customer", at(24, "12:00")),
        ("running", at(24, "13:00")),
    ]
    assert clock.left == 38 * 3600


def test_what_is_reopened_goes_on_with_what_was_left() -> None:
    facts = [*opened(MONDAY), Fact(at(23, "11:00"), "answered"), Fact(at(23, "12:00"), "status", "resolved")]
    assert one(play(*facts), "solution").state == "met"
    facts += [Fact(at(26, "09:00"), "asked"), Fact(at(26, "09:00"), "status", "open")]
    clocks = play(*facts)
    solution = one(clocks, "solution")
    assert (solution.state, solution.left, solution.ended_at) == ("running", 38 * 3600, None)
    assert solution.due_at == datetime(2026, 12, 2, 15, tzinfo=UTC)
    assert one(clocks, "next").due_at == at(26, "17:00")


def test_who_solves_without_an_answer_owes_none_any_more() -> None:
    clocks = play(*opened(MONDAY), Fact(at(23, "12:00"), "status", "closed"))
    assert one(clocks, "first").state == "stopped" and one(clocks, "solution").state == "met"
    assert all(clock.fires_at is None for clock in clocks)


def test_another_priority_counts_what_was_spent() -> None:
    """Two of 40 hours are used up; eight are allowed now."""
    clock = one(play(*opened(MONDAY), Fact(at(23, "12:00"), "priority", 1)), "solution")
    assert (clock.target, clock.left, clock.due_at) == (480, 6 * 3600, at(24, "10:00"))


def test_a_target_that_is_used_up_when_it_is_set_is_due_at_that_moment_and_not_before() -> None:
    clock = one(play(*opened(MONDAY), Fact(at(23, "13:00"), "priority", 1)), "first")
    assert (clock.due_at, clock.fires_at) == (at(23, "13:00"), at(23, "13:00"))


def test_marks_may_be_reached_again_when_there_is_more_time() -> None:
    fired = [Fact(at(23, "10:45"), "fired", ("first", 1, 75)), Fact(at(23, "11:00"), "fired", ("first", 1, 100))]
    facts = [*opened(MONDAY, priority=1), *fired]
    assert one(play(*facts), "first").state == "breached"
    clock = one(play(*facts, Fact(at(23, "11:30"), "priority", 3)), "first")
    assert (clock.state, clock.due_at, clock.next_mark, clock.fires_at) == (
        "running",
        at(23, "14:00"),
        75,
        at(23, "13:00"),
    )


def test_another_calendar_counts_from_then_on() -> None:
    clock = one(play(*opened(MONDAY), Fact(at(23, "16:00"), "chosen", (1, 3))), "solution")
    assert clock.due_at == at(23, "16:00") + timedelta(hours=34)


def test_without_a_policy_there_is_no_deadline_and_a_later_one_counts_from_then() -> None:
    nothing = Fact(MONDAY, "opened", (3, "open", 1, True))
    assert all(clock.due_at is None for clock in play(nothing))
    assert one(play(nothing, Fact(at(24, "10:00"), "chosen", (1, 1))), "first").due_at == at(24, "14:00")


def test_a_calendar_without_hours_makes_no_deadline_and_no_error() -> None:
    clocks = play(*opened(MONDAY, calendar=4))
    assert all(clock.due_at is None and clock.fires_at is None and clock.state == "running" for clock in clocks)


def test_a_team_that_is_handed_a_ticket_has_its_own_time() -> None:
    facts = [*opened(MONDAY), Fact(at(23, "12:00"), "team", 2)]
    clock = one(play(*facts), "internal")
    assert (clock.team, clock.due_at) == (2, at(24, "12:00"))
    clocks = play(*facts, Fact(at(23, "15:00"), "team", 3), Fact(at(24, "10:00"), "team", 1))
    assert [(clock.team, clock.state) for clock in clocks if clock.kind == "internal"] == [(2, "met"), (3, "met")]


def test_a_deadline_set_by_hand_stands_as_it_is() -> None:
    facts = [*opened(MONDAY), Fact(MONDAY, "set", at(28, "20:00"))]
    clock = one(play(*facts), "set")
    assert (clock.state, clock.due_at, clock.fires_at) == ("running", at(28, "20:00"), at(28, "20:00"))
    clocks = play(*facts, Fact(at(23, "11:00"), "set", at(29, "08:00")))
    assert [clock.state for clock in clocks if clock.kind == "set"] == ["stopped", "running"]
    assert one(play(*facts, Fact(at(24, "11:00"), "status", "resolved")), "set").state == "met"


def test_words_that_were_moved_away_leave_nobody_waiting() -> None:
    facts = [*opened(MONDAY), Fact(at(23, "11:00"), "waits", (False, False))]
    assert one(play(*facts), "first").state == "stopped"
    back = play(*facts, Fact(at(23, "12:00"), "waits", (True, True)))
    assert one(back, "next").started_at == at(23, "12:00")


# Against a reference: the clock of the solution, minute by minute.

STEP = timedelta(minutes=1)
changes = st.one_of(
    st.tuples(st.just("status"), st.sampled_from(["open", "pending", "in_progress"])),
    st.tuples(st.just("priority"), st.sampled_from([1, 3])),
    st.tuples(st.just("chosen"), st.tuples(st.sampled_from([1, 2]), st.sampled_from([1, 2, 3]))),
    st.tuples(st.just("asked"), st.none()),
    st.tuples(st.just("answered"), st.none()),
)


def stepped(facts: list[Fact], until: datetime) -> tuple[int, datetime | None]:
    """Minutes spent by then, and when the target was used up (as it stands then)."""
    now, spent, due = facts[0].at, 0, None
    status, priority, policy, calendar = "open", 3, 0, 0
    coming = list(facts)
    while now <= until:
        target_before = TERMS[policy].target("solution", priority) if policy else None
        while coming and coming[0].at <= now:
            fact = coming.pop(0)
            if fact.what == "status":
                status = fact.value
            elif fact.what == "priority":
                priority = fact.value
            elif fact.what == "chosen":
                policy, calendar = fact.value
        target = TERMS[policy].target("solution", priority) if policy else None
        if target != target_before and target is not None and spent < target:
            due = None
        if due is None and target is not None and spent >= target:
            due = now
        if now < until and status != "pending" and is_open(CALENDARS[calendar], now):
            spent += 1
        now += STEP
    return spent, due


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 1500), changes), max_size=7), st.integers(0, 3000))
def test_the_clock_of_a_solution_is_what_counting_minutes_gives(
    told: list[tuple[int, tuple[str, object]]], after: int
) -> None:
    facts, now = [*opened(MONDAY)], MONDAY
    for minutes, (what, value) in told:
        now += timedelta(minutes=minutes)
        facts.append(Fact(now, what, value))
    until = now + timedelta(minutes=after)
    spent, due = stepped(facts, until)
    # To end it is to ask how much was spent by then.
    clock = one(play(*facts, Fact(until, "status", "resolved")), "solution")
    assert clock.spent == spent * 60
    if due is not None and due <= until:
        assert clock.due_at == due
    elif clock.due_at is not None:
        assert clock.due_at > until
