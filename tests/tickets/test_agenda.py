"""What is next and when somebody looks: set by each action, chosen by people, and brought back when the time comes."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as some

from guichet.channels import tasks
from guichet.people.house import forget
from guichet.people.models import Absence, Helpdesk, Role
from guichet.tickets import actions, agenda, check, events
from guichet.tickets.actions import Refused, Words, returning
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Event, Inbox, Return, Status, Step, Ticket
from tests import make

PARIS = ZoneInfo("Europe/Paris")
db = pytest.mark.django_db


def answer(text: str = "Please switch it on.", **more: object) -> Words:
    return Words(text=text, to=[{"name": "Cleo", "address": "cleo@customer.example"}], **more)  # type: ignore[arg-type]


def soon(**span: float) -> datetime:
    return timezone.now() + timedelta(**span)


def later(**span: float) -> None:
    """Time goes by: everything that was to come is that much nearer."""
    gone = timedelta(**span)
    Ticket.objects.update(next_look_at=F("next_look_at") - gone, snoozed_until=F("snoozed_until") - gone)


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.events.order_by("id").values_list("kind", flat=True))


@pytest.fixture
def cast(db: None) -> make.Cast:
    return make.cast()


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket(to=cast.support, of=cast.cleo)


# -- sums of days


@given(some.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1)), some.integers(1, 60))
def test_so_many_working_days_later_is_a_working_day_at_the_same_hour(at: datetime, days: int) -> None:
    moment = at.replace(tzinfo=UTC)
    found = agenda.after_workdays(moment, days, PARIS)
    local, begun = found.astimezone(PARIS), moment.astimezone(PARIS)
    assert local.weekday() < 5
    between = (begun.date() + timedelta(days=n) for n in range(1, (local.date() - begun.date()).days + 1))
    assert sum(day.weekday() < 5 for day in between) == days
    # The hour that the clocks leave out in spring becomes the next one.
    assert (local.hour, local.minute) == (begun.hour, begun.minute) or local.month in (3, 4)


def test_friday_noon_is_looked_at_on_monday_also_when_the_clocks_change() -> None:
    friday = datetime(2026, 3, 27, 12, 0, tzinfo=PARIS)
    assert agenda.after_workdays(friday, 1, PARIS) == datetime(2026, 3, 30, 12, 0, tzinfo=PARIS)


# -- what actions set by themselves


@db
def test_a_new_request_is_to_be_answered_within_a_working_day(ticket: Ticket) -> None:
    assert ticket.next_step == Step.ANSWER
    assert ticket.next_look_at == agenda.after_workdays(ticket.created_at, 1, PARIS)


@db
def test_after_our_answer_the_customer_is_waited_for_and_then_we_are(cast: make.Cast, ticket: Ticket) -> None:
    sent = actions.reply(ticket, answer(), By(cast.ana, "desk"), seen=None)
    ticket.refresh_from_db()
    assert (ticket.next_step, ticket.next_look_at) == (Step.WAIT_CUSTOMER, agenda.after_workdays(sent.at, 3, PARIS))
    actions.receive(ticket, Words(text="Still dark."), cast.cleo, By(cast.cleo, "email"))
    ticket.refresh_from_db()
    assert ticket.next_step == Step.ANSWER


@db
def test_a_third_party_is_waited_for_and_what_it_says_is_work(cast: make.Cast, ticket: Ticket) -> None:
    words = Words(text="When?", subject="Toner", to=[{"name": "", "address": "toner@supplier.example"}])
    asked = actions.ask(ticket, words, By(cast.ana, "desk"))
    ticket.refresh_from_db()
    assert ticket.next_step == Step.WAIT_OTHER
    supplier = make.person("toner@supplier.example")
    actions.receive(ticket, Words(text="Tomorrow.", side=asked.side), supplier, By(supplier, "email"))
    ticket.refresh_from_db()
    assert ticket.next_step == Step.WORK


@db
def test_machines_and_thanks_change_nothing(cast: make.Cast, ticket: Ticket) -> None:
    actions.snooze(ticket, soon(days=2), By(cast.ana, "desk"))
    ticket.refresh_from_db()
    before = agenda.snapshot(ticket)
    actions.receive(ticket, Words(text="I am away.", auto="auto-reply"), cast.cleo, By(cast.cleo, "email"))
    ticket.refresh_from_db()
    assert agenda.snapshot(ticket) == before


@db
def test_a_reply_that_leaves_later_is_waited_for_from_then_on(cast: make.Cast, ticket: Ticket) -> None:
    leaves = soon(days=10)
    actions.reply(ticket, answer(send_at=leaves), By(cast.ana, "desk"), seen=None)
    ticket.refresh_from_db()
    assert ticket.next_look_at == agenda.after_workdays(leaves, 3, PARIS)


@db
def test_what_is_finished_needs_no_date_and_gets_one_when_it_opens_again(cast: make.Cast, ticket: Ticket) -> None:
    actions.snooze(ticket, soon(days=2), By(cast.ana, "desk"))
    actions.set_status(ticket, Status.RESOLVED, By(cast.ana, "desk"))
    ticket.refresh_from_db()
    assert (ticket.next_look_at, ticket.snoozed_until) == (None, None)
    actions.set_status(ticket, Status.OPEN, By(cast.ana, "desk"))
    ticket.refresh_from_db()
    assert (ticket.next_step, ticket.next_look_at is not None) == (Step.WORK, True)


@db
def test_taking_a_reply_back_puts_the_agenda_back_too(cast: make.Cast, ticket: Ticket) -> None:
    actions.pend(ticket, soon(days=20), By(cast.ana, "desk"))
    ticket.refresh_from_db()
    before = agenda.snapshot(ticket)
    reply = actions.reply(ticket, answer(), By(cast.ana, "desk"), seen=None, status=Status.RESOLVED)
    actions.take_back(reply, By(cast.ana, "desk"))
    ticket.refresh_from_db()
    assert (ticket.status, agenda.snapshot(ticket)) == (Status.PENDING, before)


@db
def test_the_database_itself_refuses_an_open_ticket_without_a_date(ticket: Ticket) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Ticket.objects.filter(pk=ticket.pk).update(next_look_at=None)


@db
def test_the_house_chooses_its_days(cast: make.Cast) -> None:
    Helpdesk.objects.update_or_create(pk=1, defaults={"answer_days": 2})
    forget()
    ticket = make.ticket(to=cast.support)
    assert ticket.next_look_at == agenda.after_workdays(ticket.created_at, 2, PARIS)


# -- what people choose


@db
def test_a_step_with_words_and_a_date(cast: make.Cast, ticket: Ticket) -> None:
    at = soon(days=5)
    actions.plan(ticket, Step.WORK, at, By(cast.ana, "desk"), words="  swap the\ntoner ")
    ticket.refresh_from_db()
    assert (ticket.next_step, ticket.next_words, ticket.next_look_at) == (Step.WORK, "swap the toner", at)
    assert "swap" not in str(ticket.events.get(kind=events.PLANNED).changes), "history holds facts, never prose"


@db
def test_a_sleeping_ticket_leaves_the_working_lists_and_the_customer_wakes_it(cast: make.Cast, ticket: Ticket) -> None:
    actions.snooze(ticket, soon(days=3), By(cast.ana, "desk"))
    assert not Ticket.objects.open().awake().exists()
    actions.receive(ticket, Words(text="Now?"), cast.cleo, By(cast.cleo, "email"))
    ticket.refresh_from_db()
    assert (ticket.snoozed_until, ticket.next_step, ticket.returned_at) == (None, Step.ANSWER, None)


@db
def test_sleep_is_undone_without_a_trace_in_the_lists(cast: make.Cast, ticket: Ticket) -> None:
    actions.snooze(ticket, soon(days=3), By(cast.ana, "desk"))
    actions.snooze(ticket, None, By(cast.ana, "desk"))
    assert Ticket.objects.open().awake().get() == ticket
    assert kinds(ticket) == [events.OPENED, events.SNOOZED, events.SNOOZED]


@db
@pytest.mark.parametrize("at", [timedelta(seconds=-1), timedelta(days=400)])
def test_neither_yesterday_nor_in_two_years(cast: make.Cast, ticket: Ticket, at: timedelta) -> None:
    for act in (actions.snooze, actions.pend):
        with pytest.raises(Refused):
            act(ticket, timezone.now() + at, By(cast.ana, "desk"))
    assert kinds(ticket) == [events.OPENED]


@db
def test_pending_until_a_date(cast: make.Cast, ticket: Ticket) -> None:
    at = soon(days=9)
    actions.pend(ticket, at, By(cast.ana, "desk"))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.next_step, ticket.next_look_at) == (Status.PENDING, Step.WAIT_CUSTOMER, at)


# -- coming back


@db
def test_an_expired_sleep_comes_back_to_its_owner_and_the_dispatcher(cast: make.Cast, ticket: Ticket) -> None:
    actions.assign(ticket, cast.ana, By(cast.ana, "desk"))
    actions.snooze(ticket, soon(hours=2), By(cast.ana, "desk"))
    assert actions.bring_back_due() == 0
    later(hours=2)
    assert actions.bring_back_due() == 1
    ticket.refresh_from_db()
    assert (ticket.snoozed_until, ticket.returned_why, ticket.assignee) == (None, Return.SNOOZE, cast.ana)
    assert actions.bring_back_due() == 0, "once, also after a day"


@db
def test_whoever_acts_on_it_has_taken_it_up(cast: make.Cast, ticket: Ticket) -> None:
    later(days=5)
    actions.bring_back_due()
    ticket.refresh_from_db()
    assert ticket.returned_why == Return.LOOK
    actions.assign(ticket, cast.ana, By(cast.ada, "desk"))
    ticket.refresh_from_db()
    assert (ticket.returned_at, ticket.returned_why) == (None, "")
    assert ticket.next_look_at is not None and ticket.next_look_at > timezone.now()


@db
def test_a_bounce_brings_it_back(cast: make.Cast, ticket: Ticket) -> None:
    reply = actions.reply(ticket, answer(), By(cast.ana, "desk"), seen=None, status=Status.RESOLVED)
    actions.delivery_changed(reply, Delivery.FAILED, By(via="outbox"))
    ticket.refresh_from_db()
    assert (ticket.returned_why, ticket.next_step, ticket.status) == (Return.BOUNCED, Step.ANSWER, Status.OPEN)
    returned = ticket.events.get(kind=events.RETURNED)
    assert returned.cause is not None and returned.cause.kind == events.FAILED


@db
def test_who_leaves_the_house_owns_nothing_any_more_in_the_same_moment(cast: make.Cast, ticket: Ticket) -> None:
    actions.assign(ticket, cast.ana, By(cast.ada, "desk"))
    assert actions.set_active(cast.ana, False, By(cast.ada, "desk")) == 1
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.returned_why) == (None, Return.GONE)
    assert kinds(ticket)[-2:] == [events.RETURNED, events.ASSIGNED]
    with pytest.raises(Refused):
        actions.give_back(ticket, By(cast.ada, "desk"))


@db
def test_who_leaves_a_team_keeps_what_other_teams_show(cast: make.Cast, ticket: Ticket) -> None:
    other = make.ticket(to=cast.billing, of=cast.cleo)
    for one in (ticket, other):
        actions.assign(one, cast.ana, By(cast.ada, "desk"))
    assert actions.save_team(cast.support.team, [cast.ada], By(cast.ada, "desk")) == 1
    ticket.refresh_from_db()
    other.refresh_from_db()
    assert (ticket.assignee, ticket.returned_why, other.assignee) == (None, Return.LEFT, cast.ana)


@db
def test_work_of_the_absent_comes_to_their_substitute_or_to_the_dispatcher(cast: make.Cast, ticket: Ticket) -> None:
    actions.assign(ticket, cast.ana, By(cast.ada, "desk"))
    away = Absence.objects.create(person=cast.ana, begins_at=soon(hours=-1), ends_at=soon(days=9), substitute=cast.ada)
    actions.bring_back_due()
    ticket.refresh_from_db()
    assert ticket.assignee == cast.ana, "nothing happens before it is due"
    # What a customer writes to somebody who is away is due at once.
    actions.receive(ticket, Words(text="Hello?"), cast.cleo, By(cast.cleo, "email"))
    actions.bring_back_due()
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.returned_at) == (cast.ada, None)
    actions.give_back(ticket, By(cast.ada, "desk"))
    away.substitute = None
    away.save()
    later(days=30)
    actions.bring_back_due()
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.returned_why) == (None, Return.ABSENT)


@db
def test_coming_back_is_undone(cast: make.Cast, ticket: Ticket) -> None:
    actions.assign(ticket, cast.ana, By(cast.ada, "desk"))
    Absence.objects.create(person=cast.ana, begins_at=soon(hours=-1), ends_at=soon(days=9))
    later(days=5)
    actions.bring_back_due()
    actions.give_back(ticket, By(cast.ada, "desk"))
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.returned_at) == (cast.ana, None)
    with pytest.raises(Refused):
        actions.give_back(ticket, By(cast.ada, "desk"))


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_bring_each_back_once() -> None:
    inbox: Inbox = make.inbox()
    for _ in range(30):
        make.ticket(to=inbox)
    later(days=9)

    def work() -> None:
        try:
            while actions.bring_back_due(limit=4):
                pass
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Ticket.objects.returned().count() == Event.objects.filter(kind=events.RETURNED).count() == 30


@db
def test_the_clock_reads_a_small_index(cast: make.Cast) -> None:
    for _ in range(40):  # of an empty table every index is as small
        make.ticket(to=cast.support, of=cast.cleo)
    rows = Ticket.objects.due(timezone.now()).order_by("next_look_at", "pk")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE tickets_ticket")
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "ticket_look_due" in rows.explain()


@db
def test_finished_work_of_somebody_gone_comes_back_when_it_opens_again(cast: make.Cast, ticket: Ticket) -> None:
    actions.assign(ticket, cast.ana, By(cast.ada, "desk"))
    actions.set_status(ticket, Status.RESOLVED, By(cast.ana, "desk"))
    actions.set_active(cast.ana, False, By(cast.ada, "desk"))
    ticket.refresh_from_db()
    assert ticket.assignee == cast.ana, "who did it stays known"
    actions.receive(ticket, Words(text="It is dark again."), cast.cleo, By(cast.cleo, "email"))
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.returned_why) == (None, Return.GONE)


@db
def test_what_was_decided_is_undone_exactly(cast: make.Cast, ticket: Ticket) -> None:
    by = By(cast.ana, "desk")
    later(days=5)
    actions.bring_back_due()
    ticket.refresh_from_db()
    before = ticket.status, agenda.snapshot(ticket)
    acts = (
        lambda: actions.snooze(ticket, soon(days=3), by),
        lambda: actions.pend(ticket, soon(days=3), by),
        lambda: actions.plan(ticket, Step.WORK, soon(days=3), by),
    )
    for act in acts:
        act()
        actions.unplan(ticket, by)
        ticket.refresh_from_db()
        assert (ticket.status, agenda.snapshot(ticket)) == before
        with pytest.raises(Refused):
            actions.unplan(ticket, by)


@pytest.mark.django_db(transaction=True)
def test_the_worker_looks_by_itself_also_after_downtime() -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support)
    later(days=5)
    stopping = threading.Event()
    sweeper = threading.Thread(target=tasks._sweep_on, args=(stopping,))
    sweeper.start()
    try:
        end = time.monotonic() + 20
        while not Ticket.objects.returned().exists():
            assert time.monotonic() < end
            time.sleep(0.05)
    finally:
        stopping.set()
        sweeper.join()
    assert kinds(ticket) == [events.OPENED, events.RETURNED]


@db
def test_who_looks_after_the_machine_hears_of_forgotten_tickets(cast: make.Cast, ticket: Ticket) -> None:
    assert [line.level for line in check.lines()] == ["ok"]
    later(days=5)
    assert [line.level for line in check.lines()] == ["fail"]
    actions.bring_back_due()
    assert [line.level for line in check.lines()] == ["ok"]


@db
def test_whoever_stands_in_gets_nothing_that_he_may_not_see(cast: make.Cast) -> None:
    sealed = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    hal = make.person("hal@desk.example", Role.AGENT, name="Hal", teams=(sealed.team,))
    ticket = actions.assign(make.ticket(to=sealed, of=cast.dan), hal, By(hal, "desk"))
    now = timezone.now()
    Absence.objects.create(person=hal, begins_at=now, ends_at=now + timedelta(days=90), substitute=cast.ada)
    later(days=5)
    actions.bring_back_due()
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.returned_why) == (None, Return.ABSENT)
    assert not Ticket.objects.visible_to(cast.ada).filter(pk=ticket.pk).exists()


@db
def test_one_ticket_that_fails_holds_up_no_other(cast: make.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, good = make.ticket(to=cast.support), make.ticket(to=cast.support)
    later(days=5)
    whole = returning.bring_back

    def bring_back(ticket: Ticket, *arguments: object, **named: object) -> None:
        if ticket.pk == broken.pk:
            raise ValueError("odd")
        whole(ticket, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(returning, "bring_back", bring_back)
    assert actions.bring_back_due() == 1
    monkeypatch.undo()
    assert Ticket.objects.returned().get() == good
    assert actions.bring_back_due() == 1
