"""The clock's rules: each occasion once, also with two workers, after a kill, and after a day of downtime."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from guichet.clocks.facts import CHOSEN
from guichet.clocks.models import Calendar, CalendarVersion
from guichet.rules import schedule
from guichet.rules.models import RuleRun
from guichet.tickets import actions, events, worktime
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Event, Status, Ticket
from tests import make
from tests.channels.intake_process import database_url
from tests.rules.making import rule, timed

pytestmark = pytest.mark.django_db(transaction=True)


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)


def pending(cast: make.Cast, **span: float) -> Ticket:
    """Set to pending that long ago."""
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    actions.set_status(ticket, Status.PENDING, By(cast.ana, "desk", at=ago(**span)))
    return ticket


def said(ticket: Ticket) -> int:
    return ticket.messages.filter(kind="outbound").count()


OFFICE = [[["09:00", "17:00"]]] * 5 + [[], []]
FRIDAY = datetime(2026, 11, 20, 16, tzinfo=UTC)


def hours(name: str, week: list[list[list[str]]], *, is_default: bool = False) -> CalendarVersion:
    calendar = Calendar.objects.create(name=name, is_default=is_default)
    return CalendarVersion.objects.create(calendar=calendar, number=1, made_at=FRIDAY, zone="UTC", week=week)


class TestWorkingTime:
    """Friday at four; the office closes at five and opens on Monday at nine."""

    def test_two_hours_end_on_monday(self, cast: make.Cast) -> None:
        hours("Office", OFFICE, is_default=True)
        made = timed("finished:no", {"note": "Late."}, since="waiting", minutes=120, in_working_time=True)
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        Ticket.objects.filter(pk=ticket.pk).update(waiting_since=FRIDAY)

        def ripe(at: datetime) -> list[int]:
            return [pk for pks in schedule.ripe(made, at) for pk in pks]

        assert ripe(FRIDAY + timedelta(days=2)) == [], "on a Sunday nothing has passed but an hour"
        assert ripe(datetime(2026, 11, 23, 9, 59, tzinfo=UTC)) == []
        assert ripe(datetime(2026, 11, 23, 10, 0, tzinfo=UTC)) == [ticket.pk]

    def test_by_the_calendar_of_the_ticket(self, cast: make.Cast) -> None:
        hours("Office", OFFICE, is_default=True)
        always = hours("Always", [[["00:00", "24:00"]]] * 7)
        ticket, other = make.ticket(to=cast.support, of=cast.cleo), make.ticket(to=cast.support, of=cast.cleo)
        chosen = {"policy": [None, None], "calendar": [None, always.pk]}
        actions.tell(ticket, CHOSEN, By(via="clocks"), changes=chosen)
        since = {ticket.pk: FRIDAY, other.pk: FRIDAY}
        assert worktime.passed(since, 120, FRIDAY + timedelta(hours=2)) == {ticket.pk}
        assert worktime.passed({}, 120, FRIDAY) == set()

    def test_each_occasion_once_page_by_page(self, cast: make.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(schedule, "LOOKED_AT", 2)
        hours("Office", OFFICE, is_default=True)
        timed("status:pending", {"add_tags": ["old"]}, since="status", minutes=480, in_working_time=True)
        old = [pending(cast, days=20) for _ in range(5)]
        young = pending(cast, hours=7)
        assert (schedule.run_due(), schedule.run_due()) == (5, 0)
        assert {ticket.pk for ticket in old} == set(
            Ticket.objects.filter(tags__name="old").values_list("pk", flat=True)
        )
        assert not young.tags.exists()


class TestOccasions:
    def test_pending_three_days_reminds_and_five_resolve(self, cast: make.Cast) -> None:
        remind = {"mail": {"customer": True, "text": {"en": "Is it solved?"}}}
        timed("status:pending", remind, since="status", minutes=3 * 24 * 60)
        timed("status:pending", {"status": "resolved"}, since="status", minutes=5 * 24 * 60)
        young, middle, old = pending(cast, days=2), pending(cast, days=4), pending(cast, days=6)
        assert schedule.run_due() == 3
        assert schedule.run_due() == 0
        for ticket in (young, middle, old):
            ticket.refresh_from_db()
        assert [said(young), said(middle), said(old)] == [0, 1, 1]
        assert [young.status, middle.status, old.status] == ["pending", "pending", "resolved"]

    def test_a_new_moment_is_a_new_occasion(self, cast: make.Cast) -> None:
        timed("finished:no", {"note": "Late."}, since="waiting", minutes=120)
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        assert schedule.run_due() == 0
        for hours in (30, 3):
            Ticket.objects.filter(pk=ticket.pk).update(waiting_since=ago(hours=hours))
            assert schedule.run_due() == 1  # after a day of downtime once, late
            assert schedule.run_due() == 0
        actions.reply(ticket, Words(text="Done.", to=[{"name": "", "address": "cleo@customer.example"}]),
                      By(cast.ana, "desk"), seen=None)  # fmt: skip
        assert schedule.run_due() == 0

    def test_what_it_does_sets_off_rules_that_hear_events(self, cast: make.Cast) -> None:
        timed("status:pending", {"status": "resolved"}, since="status", minutes=60)
        rule("became-status:resolved", {"add_tags": ["silent"]}, on=["status"])
        ticket = pending(cast, hours=2)
        schedule.run_due()
        make.follow_log()
        assert list(ticket.tags.values_list("name", flat=True)) == ["silent"]

    def test_what_has_been_due_for_more_than_a_year_is_over(self, cast: make.Cast) -> None:
        timed("", {"priority": 1}, since="created", minutes=60)
        make.ticket(to=cast.support)
        Ticket.objects.update(created_at=ago(days=367))
        assert schedule.run_due() == 0
        Ticket.objects.update(created_at=ago(days=365))
        assert schedule.run_due() == 1

    def test_more_than_one_batch(self, cast: make.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(schedule, "BATCH", 2)
        timed("finished:no", {"priority": 1}, since="created", minutes=1)
        for _ in range(5):
            make.ticket(to=cast.support)
        Ticket.objects.update(created_at=ago(hours=1))
        assert schedule.run_due() == 5

    def test_never_in_a_confidential_inbox(self, cast: make.Cast) -> None:
        secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
        timed("finished:no", {"priority": 1}, since="created", minutes=1)
        make.ticket(to=secret)
        Ticket.objects.update(created_at=ago(hours=1))
        assert schedule.run_due() == 0


class TestTwoAtOnce:
    def test_two_workers_do_nothing_twice(self, cast: make.Cast) -> None:
        timed("finished:no", {"note": "Late."}, since="created", minutes=1)
        tickets = [make.ticket(to=cast.support) for _ in range(12)]
        Ticket.objects.update(created_at=ago(hours=1))
        done: list[int] = []

        def work() -> None:
            done.append(schedule.run_due())
            connection.close()

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(done) <= len(tickets)
        schedule.run_due()
        assert [ticket.messages.filter(kind="note").count() for ticket in tickets] == [1] * len(tickets)


class TestCrash:
    """Killed before the commit, everything is done once by whoever comes next."""

    def killed(self, code: str, failpoint: str) -> int:
        environment = {**os.environ, "DATABASE_URL": database_url(), "GUICHET_FAILPOINT": failpoint}
        return subprocess.run([sys.executable, "-c", f"import django; django.setup(); {code}"], env=environment,
                              check=False).returncode  # fmt: skip

    def test_while_it_follows(self, cast: make.Cast) -> None:
        rule("", {"note": "Look.", "add_tags": ["a"]})
        tickets = [make.ticket(to=cast.support) for _ in range(3)]
        make.settle()
        code = "from guichet.tickets import log; log.drain()"
        assert self.killed(code, "rules.before_commit") == -signal.SIGKILL
        assert not RuleRun.objects.exists()
        make.follow_log()
        assert [ticket.messages.filter(kind="note").count() for ticket in tickets] == [1, 1, 1]
        assert Event.objects.filter(kind=events.TAGGED).count() == 3

    def test_while_the_clock_acts(self, cast: make.Cast) -> None:
        timed("finished:no", {"note": "Late."}, since="created", minutes=1)
        ticket = make.ticket(to=cast.support)
        Ticket.objects.update(created_at=ago(hours=1))
        code = "from guichet.rules import schedule; schedule.run_due()"
        assert self.killed(code, "rules.before_time_commit") == -signal.SIGKILL
        assert ticket.messages.filter(kind="note").count() == 0
        assert schedule.run_due() == 1
        assert ticket.messages.filter(kind="note").count() == 1
