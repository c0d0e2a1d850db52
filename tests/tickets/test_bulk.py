"""One act on many tickets: the same actions, each refusal told, only what is visible, and all of it taken back."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guichet.conditions.tree import All, Test
from guichet.people import actions as people
from guichet.people.models import Person
from guichet.tickets import actions, bulk, events
from guichet.tickets.actions import Refused
from guichet.tickets.events import By
from guichet.tickets.models import (
    BulkRun,
    BulkStep,
    Category,
    Delivery,
    Event,
    Impact,
    Priority,
    RunState,
    Seen,
    Status,
    Ticket,
    Urgency,
)
from guichet.tickets.models.sorting import USUAL
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> make.Cast:
    return make.cast()


def some(cast: make.Cast, count: int = 3) -> list[Ticket]:
    return [make.ticket(f"t{at}", to=cast.support, of=cast.cleo) for at in range(count)]


def outcomes(run: BulkRun) -> list[str]:
    return list(run.steps.order_by("pk").values_list("outcome", flat=True))


def state(ticket: Ticket, person: Person) -> tuple[object, ...]:
    ticket = Ticket.objects.get(pk=ticket.pk)
    tags = tuple(ticket.tags.order_by("name").values_list("name", flat=True))
    seen = Seen.objects.filter(ticket=ticket, person=person).values_list("at", flat=True).first()
    return (ticket.assignee_id, ticket.team_id, ticket.status, ticket.priority, tags, seen)


def test_a_small_run_is_done_at_once_by_the_actions_an_agent_clicks(cast: make.Cast) -> None:
    tickets = some(cast)
    actions.set_status(tickets[1], Status.RESOLVED, By(cast.ada))
    run = bulk.begin(cast.ana, "status", "resolved", pks=[t.pk for t in tickets])
    assert run.state == RunState.DONE
    assert outcomes(run) == ["done", "unchanged", "done"]
    assert set(Ticket.objects.values_list("status", flat=True)) == {Status.RESOLVED}
    changed = Event.objects.filter(kind=events.STATUS_CHANGED, actor=cast.ana)
    assert changed.count() == 2 and changed.filter(changes={"status": ["open", "resolved"]}).count() == 2


def test_what_is_refused_is_told_and_the_others_go_on(cast: make.Cast) -> None:
    first, held, last = some(cast)
    to = [{"name": "", "address": "cleo@customer.example"}]
    reply = actions.reply(held, actions.Words(text="x", to=to), By(cast.ana), seen=None)
    reply.delivery = Delivery.HELD
    reply.save()
    run = bulk.begin(cast.ana, "status", "closed", pks=[first.pk, held.pk, last.pk])
    assert outcomes(run) == ["done", "refused", "done"]
    assert "held back" in run.steps.get(outcome="refused").why


def test_only_what_is_visible_when_it_runs(cast: make.Cast) -> None:
    ours, leaves = some(cast, 2)
    theirs = make.ticket("theirs", to=cast.billing)
    run = BulkRun.objects.create(person=cast.ana, verb="priority", value=1, state=RunState.RUNNING)
    BulkStep.objects.bulk_create([BulkStep(run=run, ticket=t) for t in (ours, leaves, theirs)])
    Ticket.objects.filter(pk=leaves.pk).update(inbox=cast.billing, team=cast.billing.team)
    bulk.work(run.pk)
    assert outcomes(run) == ["done", "gone", "gone"]
    assert Ticket.objects.filter(priority=Priority.CRITICAL).get() == ours
    started = bulk.begin(cast.ana, "priority", "4", pks=[ours.pk, theirs.pk, 99_999_999])
    assert started.steps.get().ticket == ours


def test_rights_withdrawn_meanwhile_end_a_run(cast: make.Cast) -> None:
    tickets = some(cast, 2)
    run = BulkRun.objects.create(person=cast.ana, verb="priority", value=1, state=RunState.RUNNING)
    BulkStep.objects.bulk_create([BulkStep(run=run, ticket=t) for t in tickets])
    people.set_teams(cast.ana, [])
    bulk.work(run.pk)
    assert outcomes(run) == ["gone", "gone"]


def test_a_whole_view_is_a_job_on_what_fits_when_it_begins(cast: make.Cast) -> None:
    some(cast, 5)
    make.ticket("theirs", to=cast.billing)
    fits = All((Test("status", "is", ("open",)),))
    run = bulk.begin(cast.ana, "status", "pending", condition=fits)
    assert run.state == RunState.GATHERING and not run.steps.exists()
    bulk.work(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.DONE and outcomes(run) == ["done"] * 5
    assert Ticket.objects.get(subject="theirs").status == Status.OPEN


def test_a_large_selection_is_a_job_and_the_sweeper_wakes_a_lost_one(
    cast: make.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "SMALL", 2)
    run = bulk.begin(cast.ana, "priority", "1", pks=[t.pk for t in some(cast)])
    assert run.state == RunState.RUNNING and outcomes(run) == [""] * 3

    def jobs() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [bulk.JOB])
            return int(cursor.fetchone()[0])

    assert jobs() == 1
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = %s", [bulk.JOB])
    bulk.sweep()
    assert jobs() == 0, "it was worked at a moment ago"
    BulkRun.objects.update(worked_at=run.worked_at - bulk.RETRY_AFTER * 2)
    bulk.sweep()
    assert jobs() == 1


def test_a_stopped_run_leaves_the_rest(cast: make.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "SMALL", 0)
    monkeypatch.setattr(bulk, "BATCH", 1)
    run = bulk.begin(cast.ana, "priority", "1", pks=[t.pk for t in some(cast)])
    assert bulk._batch(run)
    bulk.stop(run)
    bulk.work(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.STOPPED and outcomes(run) == ["done", "", ""]
    undone = bulk.take_back(run)
    bulk.work(undone.pk)
    assert set(Ticket.objects.values_list("priority", flat=True)) == {Priority.NORMAL}


def test_an_error_on_one_ticket_is_told_and_ends_nothing(cast: make.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    tickets = some(cast)
    whole = actions.set_priority

    def breaks(ticket: Ticket, *rest: object) -> Ticket:
        if ticket.pk == tickets[1].pk:
            raise ValueError("broken")
        return whole(ticket, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(actions, "set_priority", breaks)
    run = bulk.begin(cast.ana, "priority", "1", pks=[t.pk for t in tickets])
    assert outcomes(run) == ["done", "refused", "done"] and run.state == RunState.DONE


@pytest.mark.parametrize(
    ("verb", "word"),
    [
        ("status", "gone"),
        ("priority", "9"),
        ("priority", "x"),
        ("assignee", "x"),
        ("assignee", "999999"),
        ("team", ""),
        ("tag", " "),
        ("x", "y"),
    ],
)
def test_what_cannot_be_asked_is_refused(cast: make.Cast, verb: str, word: str) -> None:
    with pytest.raises(Refused):
        bulk.begin(cast.ana, verb, word, pks=[])
    assert not BulkRun.objects.exists()


def test_a_customer_is_no_owner(cast: make.Cast) -> None:
    with pytest.raises(Refused):
        bulk.begin(cast.ana, "assignee", str(cast.cleo.pk), pks=[])


def test_what_was_changed_since_stays(cast: make.Cast) -> None:
    first, second = some(cast, 2)
    run = bulk.begin(cast.ana, "priority", "1", pks=[first.pk, second.pk])
    actions.set_priority(second, Priority.LOW, By(cast.ada))
    undo = bulk.take_back(run)
    assert outcomes(undo) == ["done", "refused"]
    assert [Ticket.objects.get(pk=t.pk).priority for t in (first, second)] == [Priority.NORMAL, Priority.LOW]
    with pytest.raises(Refused):
        bulk.take_back(run)


acts = st.sampled_from([
    ("assignee", "ana"), ("assignee", "ada"), ("assignee", ""), ("team", "support"), ("status", "resolved"),
    ("status", "open"), ("status", "pending"), ("priority", "1"), ("priority", "4"), ("tag", "vpn"), ("tag", "net"),
    ("untag", "vpn"), ("read", ""),
])  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(acts, min_size=1, max_size=5))
def test_any_runs_taken_back_in_turn_leave_all_as_it_was(cast: make.Cast, doing: list[tuple[str, str]]) -> None:
    tickets = some(cast, 2)
    actions.set_tags(tickets[0], ["vpn", "old"], By(cast.ada))
    actions.mark_seen(tickets[1], cast.ana)
    before = [state(ticket, cast.ana) for ticket in tickets]
    words = {"ana": str(cast.ana.pk), "ada": str(cast.ada.pk), "support": str(cast.support.team_id)}
    runs = [bulk.begin(cast.ana, verb, words.get(word, word), pks=[t.pk for t in tickets]) for verb, word in doing]
    for run in reversed(runs):
        assert bulk.take_back(run).state == RunState.DONE
    assert [state(ticket, cast.ana) for ticket in tickets] == before


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_each_step_once(transactional_db: None) -> None:
    cast = make.cast()
    tickets = some(cast, 30)
    run = BulkRun.objects.create(person=cast.ana, verb="priority", value=1, state=RunState.RUNNING)
    BulkStep.objects.bulk_create([BulkStep(run=run, ticket=t) for t in tickets])

    def worker() -> None:
        bulk.work(run.pk)
        connections.close_all()

    threads = [threading.Thread(target=worker) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bulk.work(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.DONE and set(outcomes(run)) == {"done"}
    assert Event.objects.filter(kind=events.PRIORITY_CHANGED).count() == 30


def test_a_category_for_many_and_the_way_back(cast: make.Cast) -> None:
    hardware, software = (Category.objects.create(name=name) for name in ("Hardware", "Software"))
    tickets = some(cast)
    actions.set_category(tickets[1], hardware, By(cast.ada))
    actions.set_category(tickets[2], software, By(cast.ada))
    run = bulk.begin(cast.ana, "category", str(software.pk), pks=[t.pk for t in tickets])
    assert outcomes(run) == ["done", "done", "unchanged"]
    assert set(Ticket.objects.values_list("category", flat=True)) == {software.pk}
    actions.set_category(tickets[0], hardware, By(cast.ada))
    back = bulk.take_back(run)
    assert outcomes(back) == ["refused", "done"]
    assert list(Ticket.objects.order_by("pk").values_list("category", flat=True)) == [
        hardware.pk, hardware.pk, software.pk,
    ]  # fmt: skip
    assert outcomes(bulk.begin(cast.ana, "category", "", pks=[tickets[0].pk])) == ["done"]
    Category.objects.filter(pk=hardware.pk).update(is_active=False)
    for word in (str(hardware.pk), "999999", "x"):
        with pytest.raises(Refused):
            bulk.begin(cast.ana, "category", word, pks=[tickets[0].pk])


def test_a_severity_for_many_gives_the_priority_and_takes_it_back(cast: make.Cast) -> None:
    actions.save_matrix(USUAL)
    fresh, graded, moved = some(cast)
    actions.set_severity(graded, Impact.LOW, Urgency.LOW, By(cast.ada))
    run = bulk.begin(cast.ana, "severity", "1-1", pks=[fresh.pk, graded.pk, moved.pk])
    assert outcomes(run) == ["done"] * 3
    assert set(Ticket.objects.values_list("impact", "urgency", "priority")) == {(1, 1, Priority.CRITICAL)}
    actions.set_priority(moved, Priority.LOW, By(cast.ada))
    assert outcomes(bulk.take_back(run)) == ["done"] * 3
    assert list(Ticket.objects.order_by("pk").values_list("impact", "urgency", "priority")) == [
        (None, None, Priority.NORMAL),
        (Impact.LOW, Urgency.LOW, Priority.LOW),
        (None, None, Priority.LOW),  # what somebody chose by hand since stays
    ]
    assert outcomes(bulk.begin(cast.ana, "severity", "", pks=[graded.pk, fresh.pk])) == ["done", "unchanged"]
    for word in ("1", "1-9", "high-high"):
        with pytest.raises(Refused):
            bulk.begin(cast.ana, "severity", word, pks=[fresh.pk])
