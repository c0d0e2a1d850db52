"""Whatever people, customers, mail servers and the clock do, in whatever order: no open ticket can be forgotten.

After every step the one query finds no orphan, and no more is needed to know it. GUICHET_LONG runs as many steps.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from guichet.people import actions as people
from guichet.people.models import Absence, Person, Role, Team
from guichet.tickets import actions
from guichet.tickets.actions import Part, Words
from guichet.tickets.events import By
from guichet.tickets.models import (
    OPEN_STATUSES,
    Delivery,
    Inbox,
    LinkKind,
    Message,
    MessageKind,
    Priority,
    Regrouping,
    Status,
    Step,
    Ticket,
)  # fmt: skip
from tests import make

EXAMPLES, STEPS = 30, 30
LONG = int(os.environ.get("GUICHET_LONG", "0"))
CUSTOMER = [{"name": "Cleo", "address": "cleo@customer.example"}]
SUPPLIER = [{"name": "", "address": "toner@supplier.example"}]
nth = some.integers(0, 9)
days = some.integers(1, 30)


class House(RuleBasedStateMachine):
    """A desk of two teams and four colleagues. A ticket or person is named by its place, whatever there is of them."""

    @initialize()
    def begin(self) -> None:
        self.block = transaction.atomic()
        self.block.__enter__()
        cast = make.cast()
        self.ada, self.inboxes = cast.ada, [cast.support, cast.billing]
        self.teams = [cast.support.team, cast.billing.team]
        ida = make.person("ida@desk.example", Role.AGENT, name="Ida", teams=tuple(self.teams))
        self.staff = [cast.ana, cast.ben, ida, cast.ada]
        self.customers = [cast.cleo, cast.dan]
        make.ticket(to=cast.support, of=cast.cleo)

    def teardown(self) -> None:
        if hasattr(self, "block"):
            transaction.set_rollback(True)
            self.block.__exit__(None, None, None)

    # -- who and what

    def ticket(self, n: int) -> Ticket:
        rows = list(Ticket.objects.order_by("pk").select_related("requester", "inbox", "team", "assignee"))
        return rows[n % len(rows)]

    def person(self, n: int) -> Person:
        return Person.objects.get(pk=self.staff[n % len(self.staff)].pk)

    def message(self, n: int, **wanted: Any) -> Message | None:
        rows = list(Message.objects.filter(**wanted).order_by("pk").select_related("ticket", "author"))
        return rows[n % len(rows)] if rows else None

    def by(self, n: int) -> By:
        """Somebody who can act now: the administrator is always there."""
        one = self.person(n)
        return By(one if one.is_active else self.ada, "desk")

    def attempt(self, act: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        """An action that is refused changes nothing."""
        try:
            with transaction.atomic():
                act(*arguments, **named)
        except (actions.Refused, actions.Stale, actions.Taken, actions.Guarded, people.Refused):
            pass

    def soon(self, span: int) -> datetime:
        return timezone.now() + timedelta(days=span)

    # -- customers and machines

    @rule(inbox=nth, customer=nth)
    def asks(self, inbox: int, customer: int) -> None:
        made: Inbox = self.inboxes[inbox % 2]
        make.ticket(to=made, of=self.customers[customer % 2])

    @rule(
        n=nth,
        auto=some.sampled_from(["", "auto-reply"]),
        verified=some.booleans(),
        text=some.sampled_from(["Thanks!", "It is still dark."]),
    )
    def writes(self, n: int, auto: str, verified: bool, text: str) -> None:
        ticket = self.ticket(n)
        words = Words(text=text, auto=auto, is_verified=verified)
        actions.receive(ticket, words, ticket.requester, By(ticket.requester, "email"))

    @rule(n=nth, became=some.sampled_from([Delivery.SENT, Delivery.FAILED, Delivery.UNCERTAIN]))
    def delivered(self, n: int, became: Delivery) -> None:
        message = self.message(n, kind=MessageKind.OUTBOUND, delivery=Delivery.QUEUED)
        if message is not None:
            actions.delivery_changed(message, became, By(via="outbox"))

    @rule(n=nth)
    def time_to_leave(self, n: int) -> None:
        message = self.message(n, delivery=Delivery.QUEUED, send_at__isnull=False)
        if message is not None:
            actions.hold_if_stale(message)

    # -- agents and their words

    @rule(
        n=nth,
        who=nth,
        status=some.sampled_from([None, Status.PENDING, Status.RESOLVED]),
        later=some.sampled_from([None, 3]),
    )
    def replies(self, n: int, who: int, status: Status | None, later: int | None) -> None:
        words = Words(text="Plug it in.", to=CUSTOMER, send_at=self.soon(later) if later else None)
        self.attempt(actions.reply, self.ticket(n), words, self.by(who), seen=None, status=status)

    @rule(n=nth, who=nth)
    def asks_a_third_party(self, n: int, who: int) -> None:
        self.attempt(actions.ask, self.ticket(n), Words(text="When?", to=SUPPLIER), self.by(who))

    @rule(n=nth, who=nth)
    def takes_back(self, n: int, who: int) -> None:
        message = self.message(n, kind=MessageKind.OUTBOUND, delivery__in=[Delivery.QUEUED, Delivery.HELD])
        if message is not None:
            self.attempt(actions.take_back, message, self.by(who))

    @rule(n=nth, who=nth, span=some.sampled_from([None, 4]))
    def another_time(self, n: int, who: int, span: int | None) -> None:
        message = self.message(n, delivery__in=[Delivery.QUEUED, Delivery.HELD], send_at__isnull=False)
        if message is not None:
            self.attempt(actions.reschedule, message, self.soon(span) if span else None, self.by(who), seen=None)

    @rule(n=nth, who=nth)
    def notes(self, n: int, who: int) -> None:
        self.attempt(actions.add_note, self.ticket(n), Words(text="Odd."), self.by(who))

    @rule(n=nth, who=nth)
    def sends_again(self, n: int, who: int) -> None:
        message = self.message(n, delivery__in=[Delivery.FAILED, Delivery.UNCERTAIN])
        if message is not None:
            self.attempt(actions.send_again, message, self.by(who))

    # -- agents and the ticket

    @rule(n=nth, who=nth, owner=some.none() | nth, team=some.none() | nth)
    def assigns(self, n: int, who: int, owner: int | None, team: int | None) -> None:
        chosen = self.person(owner) if owner is not None else None
        given: Team | None = self.teams[team % 2] if team is not None else None
        self.attempt(actions.assign, self.ticket(n), chosen, self.by(who), team=given)

    @rule(n=nth, who=nth, status=some.sampled_from(list(Status)))
    def sets_status(self, n: int, who: int, status: Status) -> None:
        self.attempt(actions.set_status, self.ticket(n), status, self.by(who))

    @rule(n=nth, who=nth, priority=some.sampled_from(list(Priority)))
    def sets_priority(self, n: int, who: int, priority: Priority) -> None:
        actions.set_priority(self.ticket(n), priority, self.by(who))

    @rule(n=nth, who=nth, inbox=nth)
    def moves(self, n: int, who: int, inbox: int) -> None:
        actions.move(self.ticket(n), self.inboxes[inbox % 2], self.by(who))

    @rule(n=nth, who=nth, step=some.sampled_from(list(Step)), span=some.none() | days)
    def plans(self, n: int, who: int, step: Step, span: int | None) -> None:
        self.attempt(actions.plan, self.ticket(n), step, self.soon(span) if span else None, self.by(who))

    @rule(n=nth, who=nth, span=some.none() | days)
    def snoozes(self, n: int, who: int, span: int | None) -> None:
        self.attempt(actions.snooze, self.ticket(n), self.soon(span) if span else None, self.by(who))

    @rule(n=nth, who=nth, span=days)
    def pends(self, n: int, who: int, span: int) -> None:
        self.attempt(actions.pend, self.ticket(n), self.soon(span), self.by(who))

    @rule(n=nth, who=nth)
    def gives_back(self, n: int, who: int) -> None:
        self.attempt(actions.give_back, self.ticket(n), self.by(who))

    @rule(n=nth, who=nth, seen=some.none() | nth)
    def claims(self, n: int, who: int, seen: int | None) -> None:
        self.attempt(
            actions.claim, self.ticket(n), self.by(who), seen=self.person(seen).pk if seen is not None else None
        )

    @rule(n=nth, who=nth, to=some.none() | nth, team=some.none() | nth, note=some.sampled_from(["", "Yours."]))
    def hands_over(self, n: int, who: int, to: int | None, team: int | None, note: str) -> None:
        person, queue = self.person(to) if to is not None else None, self.teams[team % 2] if team is not None else None
        self.attempt(actions.hand_over, self.ticket(n), person, self.by(who), team=queue, note=note)

    @rule(n=nth, who=nth)
    def takes_back_an_assignment(self, n: int, who: int) -> None:
        self.attempt(actions.take_back_assignment, self.ticket(n), self.by(who))

    @rule(n=nth, who=nth)
    def undoes_a_plan(self, n: int, who: int) -> None:
        self.attempt(actions.unplan, self.ticket(n), self.by(who))

    # -- where words stand

    @rule(n=nth, who=nth, later=some.booleans())
    def splits(self, n: int, who: int, later: bool) -> None:
        message = self.message(n, kind=MessageKind.INBOUND)
        if message is not None:
            self.attempt(actions.split, message, self.by(who), with_later=later)

    @rule(n=nth, who=nth)
    def unsplits(self, n: int, who: int) -> None:
        ticket = self.ticket(n)
        home = Ticket.objects.filter(pk=actions.split_from(ticket) or 0).first()
        if home is not None:
            self.attempt(actions.unsplit, ticket, home, self.by(who))

    @rule(n=nth, to=nth, who=nth)
    def joins(self, n: int, to: int, who: int) -> None:
        message = self.message(n, kind=MessageKind.INBOUND)
        if message is not None:
            self.attempt(actions.join, message, self.ticket(to), self.by(who))

    @rule(n=nth, who=nth)
    def unjoins(self, n: int, who: int) -> None:
        message = self.message(n, kind=MessageKind.INBOUND)
        home = Ticket.objects.filter(pk=actions.joined_from(message) or 0).first() if message else None
        if message is not None and home is not None:
            self.attempt(actions.unjoin, message, home, self.by(who))

    @rule(n=nth, to=nth, who=nth)
    def merges(self, n: int, to: int, who: int) -> None:
        self.attempt(actions.merge, [self.ticket(n)], self.ticket(to), self.by(who))

    @rule(n=nth, who=nth)
    def takes_a_regrouping_back(self, n: int, who: int) -> None:
        acts = list(Regrouping.objects.active().order_by("pk"))
        if acts:
            self.attempt(actions.undo, acts[n % len(acts)], self.by(who))

    @rule(n=nth, who=nth, owner=some.none() | nth, kind=some.sampled_from(list(LinkKind)), is_sent=some.booleans())
    def follows_up(self, n: int, who: int, owner: int | None, kind: LinkKind, is_sent: bool) -> None:
        part = Part("And then", "Next.", assignee=self.person(owner) if owner is not None else None, is_sent=is_sent)
        self.attempt(actions.follow_up, self.ticket(n), [part], self.by(who), kind=kind)

    @rule(n=nth, who=nth, apart=some.booleans())
    def judges(self, n: int, who: int, apart: bool) -> None:
        message = self.message(n, kind=MessageKind.INBOUND)
        if message is not None:
            self.attempt(actions.set_apart if apart else actions.accept_sender, message, self.by(who))

    # -- people

    @rule(who=some.integers(0, 2), is_active=some.booleans())
    def comes_or_goes(self, who: int, is_active: bool) -> None:
        self.attempt(actions.set_active, self.person(who), is_active, By(self.ada, "desk"))

    @rule(who=nth, teams=some.sets(some.integers(0, 1)))
    def changes_teams(self, who: int, teams: set[int]) -> None:
        one, wanted = self.person(who), [self.teams[n] for n in sorted(teams)]
        before = set(one.team_ids)
        actions.change_colleague(one, By(self.ada, "desk"), name=one.name, role=Role(one.role), teams=wanted)
        left = before - {team.pk for team in wanted}
        kept = Ticket.objects.open().filter(assignee=one, team__in=left, inbox__team__in=left)
        assert not kept.exists() or one.role == Role.ADMIN, "work of a team stays in it"

    @rule(team=some.integers(0, 1), members=some.sets(nth), is_led=some.booleans())
    def changes_members(self, team: int, members: set[int], is_led: bool) -> None:
        chosen = [self.person(n) for n in sorted(members)]
        found = Team.objects.get(pk=self.teams[team].pk)
        actions.save_team(found, chosen, By(self.ada, "desk"), leads=chosen[:1] if is_led else [])

    @rule(who=nth, begins=some.integers(-5, 5), span=days, substitute=some.none() | nth)
    def is_away(self, who: int, begins: int, span: int, substitute: int | None) -> None:
        one, other = self.person(who), self.person(substitute) if substitute is not None else None
        Absence.objects.filter(person=one).delete()
        begins_at = self.soon(begins)
        Absence.objects.create(
            person=one, begins_at=begins_at, ends_at=begins_at + timedelta(days=span),
            substitute=other if other != one else None,
        )  # fmt: skip

    # -- the clock

    @rule(hours=some.integers(1, 24 * 12))
    def time_goes_by(self, hours: int) -> None:
        gone = timedelta(hours=hours)
        moments = ("next_look_at", "snoozed_until", "returned_at")
        Ticket.objects.update(**{name: F(name) - gone for name in moments})
        Absence.objects.update(begins_at=F("begins_at") - gone, ends_at=F("ends_at") - gone)
        Message.objects.filter(send_at__isnull=False).update(send_at=F("send_at") - gone)
        while actions.hand_on_absent() or actions.bring_back_due():
            pass

    # -- what holds

    @invariant()
    def no_orphans(self) -> None:
        if not hasattr(self, "block"):
            return
        assert not Ticket.objects.orphans().exists()
        now = timezone.now()
        for ticket in Ticket.objects.select_related("assignee"):
            if ticket.status not in OPEN_STATUSES:
                assert (ticket.snoozed_until, ticket.returned_at, ticket.returned_why) == (None, None, "")
                continue
            assert ticket.assignee is None or ticket.assignee.is_agent
            assert ticket.next_look_at is not None
            assert (ticket.returned_at is None) == (ticket.returned_why == "")
            assert ticket.returned_at is not None or ticket.next_look_at > now - timedelta(minutes=1)
            assert ticket.snoozed_until is None or ticket.snoozed_until == ticket.next_look_at
            assert ticket.snoozed_until is None or ticket.returned_at is None


@pytest.mark.django_db
def test_no_order_of_steps_leaves_an_orphan() -> None:
    often = settings(
        max_examples=max(LONG // 50, 1) if LONG else EXAMPLES,
        stateful_step_count=50 if LONG else STEPS,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(House, settings=often)
