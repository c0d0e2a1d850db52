"""From the log to the rows: whatever happens to a ticket, its clocks are what a replay gives."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from guichet.clocks import defaults, keeping, renewing
from guichet.clocks.facts import CHOSEN
from guichet.clocks.models import Calendar, CalendarUse, CalendarVersion, Clock, Policy, PolicyVersion, State
from guichet.clocks.tick import tick
from guichet.conditions.tree import EVERYTHING, Test, Tree
from guichet.tickets import actions, events, log
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Category, Event, Impact, MessageKind, Priority, Status, Ticket
from tests import make
from tests.clocks.conftest import read_log

pytestmark = pytest.mark.django_db(transaction=True)
ALWAYS = [[["00:00", "24:00"]]] * 7


def policy(name: str, condition: Tree = EVERYTHING, *, position: int = 1, targets: Any = None, **more: Any) -> Policy:
    found = Policy.objects.create(name=name, position=position)
    version(found, condition, targets or {"first": {"3": 30}}, **more)
    return found


def version(of: Policy, condition: Tree, targets: Any, **more: Any) -> PolicyVersion:
    number = of.versions.count() + 1
    facts = {"condition": condition, "targets": targets, "marks": [75, 100], **more}
    return PolicyVersion.objects.create(policy=of, number=number, made_at=timezone.now(), **facts)


def calendar(name: str, week: Any = ALWAYS, zone: str = "UTC", **more: Any) -> Calendar:
    found = Calendar.objects.create(name=name)
    CalendarVersion.objects.create(calendar=found, number=1, made_at=timezone.now(), zone=zone, week=week, **more)
    return found


def clock(ticket: Ticket, kind: str) -> Clock:
    return Clock.objects.filter(ticket=ticket, kind=kind).latest("run")


def answer(**more: Any) -> Words:
    return Words(text="Switch it on.", to=[{"name": "Cleo", "address": "cleo@customer.example"}], **more)


def test_a_new_request_has_clocks_and_a_deadline_to_sort_by(ticket: Ticket) -> None:
    read_log()
    ticket.refresh_from_db()
    assert {one.kind: one.state for one in Clock.objects.filter(ticket=ticket)} == {
        "first": "running",
        "solution": "running",
    }
    assert ticket.due_at == clock(ticket, "first").due_at is not None
    told = ticket.events.get(kind=CHOSEN)
    assert (told.via, told.at) == ("clocks", ticket.events.get(kind=events.OPENED).at)


def test_following_again_changes_and_tells_nothing(ticket: Ticket) -> None:
    read_log()
    rows = list(Clock.objects.values())
    for follower in log.followers():
        if follower.name == "guichet.clocks.follow":
            with transaction.atomic():
                follower.follow(list(Event.objects.filter(kind__in=follower.hears).select_related("ticket", "message")))
    assert list(Clock.objects.values()) == rows and ticket.events.filter(kind=CHOSEN).count() == 1


def test_the_first_policy_that_fits_is_the_one(ticket: Ticket, cast: make.Cast) -> None:
    policy("Tagged", Test("tag", "is", ("vip",)), position=1)
    policy("Critical", Test("priority", "is", ("critical",)), position=2, targets={"first": {"1": 15, "3": 20}})
    read_log()
    assert clock(ticket, "first").policy.policy.name == "Standard"  # type: ignore[union-attr]
    actions.set_priority(ticket, Priority.CRITICAL, By(cast.ana, "desk"))
    read_log()
    assert clock(ticket, "first").target == 15
    actions.set_tags(ticket, ["vip"], By(cast.ana, "desk"))
    read_log()
    assert not Clock.objects.filter(ticket=ticket, kind="solution", ended_at=None).exists(), "it has no such target"
    assert ticket.events.filter(kind=CHOSEN).count() == 3


SORTED: list[tuple[Test, Callable[[Ticket, By], object]]] = [
    (Test("category", "is", ("Hardware",)), lambda t, by: actions.set_category(t, Category.objects.get(), by)),
    (Test("impact", "is", ("high",)), lambda t, by: actions.set_severity(t, Impact.HIGH, None, by)),
    (Test("language", "is", ("de",)), lambda t, by: actions.set_language(t, "de", by)),
    (Test("site", "has", ("Lyon",)), lambda t, by: actions.set_site(t, "Lyon", by)),
]


@pytest.mark.parametrize(("condition", "change"), SORTED, ids=[test.field for test, _change in SORTED])
def test_whatever_sorts_a_ticket_may_give_it_another_policy(
    ticket: Ticket, cast: make.Cast, condition: Test, change: Callable[[Ticket, By], object]
) -> None:
    Category.objects.create(name="Hardware")
    read_log()
    policy("Theirs", condition)
    change(ticket, By(cast.ana, "desk"))
    read_log()
    assert clock(ticket, "first").policy.policy.name == "Theirs"  # type: ignore[union-attr]


def test_a_site_of_the_ticket_stands_before_that_of_the_customer(ticket: Ticket, cast: make.Cast) -> None:
    cast.cleo.site = "Lyon"
    cast.cleo.save()
    CalendarUse.objects.create(calendar=calendar("Lyon's"), site="Lyon")
    CalendarUse.objects.create(calendar=calendar("Metz's"), site="Metz")
    actions.set_site(ticket, "Metz", By(cast.ana, "desk"))
    read_log()
    assert clock(ticket, "first").calendar.calendar.name == "Metz's"  # type: ignore[union-attr]


def test_a_condition_that_cannot_be_asked_any_more_holds_for_nothing(ticket: Ticket) -> None:
    policy("Gone", Test("team", "is", ("No such team",)))
    read_log()
    assert clock(ticket, "first").policy.policy.name == "Standard"  # type: ignore[union-attr]


def test_the_calendar_of_the_policy_the_customer_the_site_the_team_or_the_house(
    ticket: Ticket, cast: make.Cast
) -> None:
    cast.cleo.refresh_from_db()
    cast.cleo.site = "Lyon"
    cast.cleo.save()
    uses: list[dict[str, Any]] = [
        {"team": ticket.team},
        {"site": "lyon"},
        {"organisation_id": cast.cleo.organisation_id},
    ]
    seen = []
    for index, use in enumerate([{}, *uses]):
        if use:
            CalendarUse.objects.create(calendar=calendar(f"c{index}"), **use)
        renewing.ask()
        read_log()
        while renewing.renew():
            pass
        seen.append(clock(ticket, "first").calendar.calendar.name)  # type: ignore[union-attr]
    assert seen == ["Working hours", "c1", "c2", "c3"]
    own = calendar("own")
    version(Policy.objects.get(), EVERYTHING, defaults.TARGETS, calendar=own)
    renewing.ask()
    while renewing.renew():
        pass
    assert clock(ticket, "first").calendar.calendar == own  # type: ignore[union-attr]


def test_automatic_mail_and_notes_answer_nobody(ticket: Ticket, cast: make.Cast) -> None:
    actions.reply(ticket, answer(auto="auto-reply"), By(via="acknowledgement"), seen=None)
    actions.add_note(ticket, Words(text="Hm."), By(cast.ana, "desk"))
    read_log()
    assert clock(ticket, "first").state == State.RUNNING


def test_a_reply_meets_the_clock_and_one_that_is_taken_back_never_has(
    ticket: Ticket, cast: make.Cast, settings: Any
) -> None:
    settings.UNDO_SECONDS = 60
    read_log()
    before = clock(ticket, "first").due_at
    said = actions.reply(ticket, answer(), By(cast.ana, "desk"), seen=None, insists=make.UNGUARDED)
    read_log()
    assert clock(ticket, "first").state == State.MET
    actions.take_back(said, By(cast.ana, "desk"))
    read_log()
    assert (clock(ticket, "first").state, clock(ticket, "first").due_at) == (State.RUNNING, before)


def test_thanks_start_no_clock(ticket: Ticket, cast: make.Cast) -> None:
    actions.reply(ticket, answer(), By(cast.ana, "desk"), seen=None, insists=make.UNGUARDED, status=Status.RESOLVED)
    actions.receive(ticket, Words(text="Thank you!"), cast.cleo, By(cast.cleo, "email"))
    read_log()
    assert not Clock.objects.filter(ticket=ticket, ended_at=None).exists()
    ticket.refresh_from_db()
    assert ticket.due_at is None


def test_words_that_are_merged_away_wait_where_they_are(ticket: Ticket, cast: make.Cast) -> None:
    other = make.ticket("The same again", to=cast.support, of=cast.cleo)
    actions.reply(other, answer(), By(cast.ana, "desk"), seen=None, insists=make.UNGUARDED)
    read_log()
    actions.merge([ticket], other, By(cast.ana, "desk"))
    read_log()
    assert not Clock.objects.filter(ticket=ticket, ended_at=None).exists()
    for one in (ticket, other):
        assert keeping.differences(one.pk) == []


def test_a_message_split_off_is_a_request_with_clocks_of_its_own(ticket: Ticket, cast: make.Cast) -> None:
    more = actions.receive(ticket, Words(text="Another thing", subject="Other"), cast.cleo, By(cast.cleo, "email"))
    read_log()
    new = actions.split(more, By(cast.ana, "desk"))
    read_log()
    assert clock(new, "first").state == State.RUNNING
    assert clock(new, "first").started_at == new.events.get(kind=events.SPLIT_OFF).at
    assert keeping.differences(new.pk) == keeping.differences(ticket.pk) == []


def test_a_new_version_counts_from_now_on_and_the_past_keeps_its_own(ticket: Ticket, cast: make.Cast) -> None:
    read_log()
    done = make.ticket("Done", to=cast.support)
    actions.set_status(done, Status.CLOSED, By(cast.ana, "desk"))
    read_log()
    old = clock(done, "solution").policy
    new = version(Policy.objects.get(), EVERYTHING, {"first": {"3": 10}, "solution": {"3": 100}})
    renewing.ask()
    renewing.ask()
    assert [renewing.renew(), renewing.renew(), renewing.renew()] == [1, 0, 0]
    assert clock(ticket, "first").policy == new and clock(ticket, "first").target == 10
    assert clock(done, "solution").policy == old
    assert keeping.differences(ticket.pk) == []


@pytest.mark.parametrize("model", [PolicyVersion, CalendarVersion])
def test_nobody_changes_a_version(ticket: Ticket, model: type[PolicyVersion] | type[CalendarVersion]) -> None:
    found = model.objects.get()
    found.number = 7
    with pytest.raises(Exception, match="a version never changes"):
        found.save()


def test_a_row_that_was_bent_is_found(ticket: Ticket) -> None:
    read_log()
    assert keeping.differences(ticket.pk) == []
    Clock.objects.filter(kind="first").update(due_at=datetime(2020, 1, 1, tzinfo=UTC))
    Clock.objects.filter(kind="solution").update(run=2)
    found = keeping.differences(ticket.pk)
    assert len(found) == 3 and any(line.startswith("first 1: due_at is 2020-01-01") for line in found), found


@pytest.mark.parametrize("seed", range(5))
def test_random_histories_leave_the_rows_that_a_replay_gives(cast: make.Cast, seed: int, settings: Any) -> None:
    """Followed now and then, and once at the end: the same. A ticket that nobody followed meanwhile has the same too."""
    settings.UNDO_SECONDS = 10**9  # it is long ago, and can be taken back still
    dice = random.Random(seed)
    defaults.ensure()
    policy(
        "High",
        Test("priority", "is", ("high", "critical")),
        targets={"first": {"1": 20, "2": 60}, "next": {"2": 70}, "solution": {"2": 90}},
    )
    now = datetime(2026, 11, 23, 8, tzinfo=UTC)
    ana, cleo = cast.ana, cast.cleo
    words = Words(text="It is dark.", subject="Dark", from_address="cleo@customer.example")
    ticket = actions.open_ticket(cast.support, cleo, words, By(cleo, "email", at=now), at=now)
    for _act in range(25):
        now += timedelta(minutes=dice.choice([1, 7, 45, 200, 900, 3000]))
        by = By(ana, "desk", at=now)
        ticket.refresh_from_db()
        match dice.randrange(9):
            case 0 | 1:
                actions.receive(
                    ticket, Words(text="And now the toner is empty"), cleo, By(cleo, "email", at=now), at=now
                )
            case 2 | 3:
                said = replace(answer(), text=dice.choice(["Switch it on.", "More by {answer.by}."]))
                actions.reply(ticket, said, by, seen=None, insists=make.UNGUARDED)
            case 4:
                actions.set_status(ticket, dice.choice([Status.PENDING, Status.OPEN, Status.RESOLVED]), by, anyway=True)
            case 5:
                actions.set_priority(ticket, dice.choice(list(Priority)), by)
            case 6:
                actions.hand_to_team(ticket, dice.choice([cast.support.team, cast.billing.team]), by)
            case 7:
                latest = ticket.messages.filter(kind=MessageKind.OUTBOUND, delivery="queued", auto="").last()
                if latest is not None:
                    actions.take_back(latest, by)
            case 8:
                version(
                    Policy.objects.get(name="Standard"),
                    EVERYTHING,
                    {"first": {"3": 30}, "next": {"3": 200}, "solution": {"3": 60 * dice.randint(1, 99)}},
                )
                renewing.ask()
        if dice.random() < 0.5:
            read_log()
            tick(now=now)
            while renewing.renew():
                pass
            assert keeping.differences(ticket.pk) == []
    read_log()
    while tick(now=now):
        pass
    assert keeping.differences(ticket.pk) == []
