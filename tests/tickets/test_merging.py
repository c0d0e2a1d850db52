"""Tickets made one and parted again: any order of acts and of taking them back, late words to either number."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from guichet.tickets import actions
from guichet.tickets.actions import Refused, Words
from guichet.tickets.events import By
from guichet.tickets.models import (
    Event,
    Grouping,
    Message,
    Regrouping,
    SideConversation,
    Status,
    Ticket,
)
from guichet.tickets.search.matching import matching
from tests import make

pytestmark = pytest.mark.django_db
_numbers = itertools.count(1)


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def wrote(ticket: Ticket, cast: make.Cast, text: str = "") -> Message:
    words = Words(text=text or f"Words {next(_numbers)}", subject="Re")
    return actions.receive(ticket, words, cast.cleo, By(cast.cleo, "email"))


def stands(*tickets: Ticket) -> list[list[str]]:
    return [list(ticket.messages.order_by("at", "pk").values_list("text", flat=True)) for ticket in tickets]


def two(cast: make.Cast) -> tuple[Ticket, Ticket]:
    return (
        make.ticket("Printer", to=cast.support, of=cast.cleo, text="one"),
        make.ticket("Printer again", to=cast.support, of=cast.cleo, text="two"),
    )


def test_a_merged_ticket_is_closed_leads_on_and_comes_back_with_its_late_words(cast: make.Cast) -> None:
    first, second = two(cast)
    ana = By(cast.ana, "desk")
    actions.set_tags(second, ["toner", "floor 2"], ana)
    actions.set_tags(first, ["toner"], ana)
    (act,) = actions.merge([second], first, ana)
    second.refresh_from_db()
    assert stands(first, second) == [["one", "two"], []]
    assert (second.status, second.merged_into, actions.moved_to(second)) == (Status.CLOSED, first, first)
    assert sorted(first.tags.values_list("name", flat=True)) == ["floor 2", "toner"]
    late = wrote(second, cast, "late to the second number")
    mine = wrote(first, cast, "late to the first number")
    assert (late.ticket, mine.ticket) == (first, first)
    assert actions.undo(act, ana) == second
    assert stands(first, second) == [["one", "late to the first number"], ["two", "late to the second number"]]
    second.refresh_from_db()
    assert (second.status, second.merged_into) == (Status.OPEN, None)
    assert list(first.tags.values_list("name", flat=True)) == ["toner"]
    with pytest.raises(Refused):
        actions.undo(act, ana)


def test_followers_and_what_is_private_go_along_and_come_back(cast: make.Cast) -> None:
    ana = By(cast.ana, "desk")
    first, second = two(cast)
    actions.assign(second, cast.ana, ana)
    actions.follow(second, cast.ada, ana)
    actions.set_private(second, True, ana)
    (act,) = actions.merge([second], first, ana)
    first.refresh_from_db()
    assert first.is_private, "a colleague of the customer must not read it now"
    assert set(first.followers.values_list("person", flat=True)) == {cast.ana.pk, cast.ada.pk}
    actions.undo(act, ana)
    first.refresh_from_db()
    assert (first.is_private, first.followers.count(), second.followers.count()) == (False, 0, 1)
    more = wrote(second, cast)
    assert actions.carry(second, [more.pk], ana).into.is_private
    (child,) = actions.follow_up(second, [actions.Part("Child")], ana)
    assert child.is_private


def test_several_at_once_and_each_alone_again(cast: make.Cast) -> None:
    first, second = two(cast)
    third = make.ticket("Third", to=cast.support, of=cast.dan, text="three")
    acts = actions.merge([second, third], first, By(cast.ana, "desk"))
    assert stands(first) == [["one", "two", "three"]]
    actions.undo(acts[0], By(cast.ana, "desk"))
    assert stands(first, second, third) == [["one", "three"], ["two"], []]


def test_merges_of_merges_are_taken_back_in_any_order(cast: make.Cast) -> None:
    ana = By(cast.ana, "desk")
    first, second = two(cast)
    third = make.ticket("Third", to=cast.support, of=cast.cleo, text="three")
    (inner,) = actions.merge([first], second, ana)
    (outer,) = actions.merge([second], third, ana)
    first.refresh_from_db()
    assert (stands(third), first.merged_into) == ([["one", "two", "three"]], third)
    wrote(first, cast, "late")
    actions.undo(inner, ana)
    assert stands(first, second, third) == [["one", "late"], [], ["two", "three"]]
    actions.undo(outer, ana)
    assert stands(first, second, third) == [["one", "late"], ["two"], ["three"]]


def test_what_cannot_be_merged_is_refused(cast: make.Cast) -> None:
    ana = By(cast.ana, "desk")
    first, second = two(cast)
    third = make.ticket("Third", to=cast.support, of=cast.cleo)
    for several, into in (([], first), ([first], first), ([second, first], first)):
        with pytest.raises(Refused):
            actions.merge(several, into, ana)
    actions.merge([second], first, ana)
    for several, into in (([second], third), ([third], second)):
        with pytest.raises(Refused):
            actions.merge(several, into, ana)
    for write in (
        lambda: actions.add_note(second, Words(text="x"), ana),
        lambda: actions.set_status(second, Status.OPEN, ana),
        lambda: actions.reply(second, Words(text="x", to=[{"name": "", "address": "a@b.example"}]), ana, seen=None),
    ):
        with pytest.raises(Refused):
            write()


def test_whoever_waited_on_the_merged_ticket_waits_on_the_other(cast: make.Cast) -> None:
    ana = By(cast.ana, "desk")
    first, second = two(cast)
    actions.set_status(first, Status.RESOLVED, ana)
    second.refresh_from_db()
    (act,) = actions.merge([second], first, ana)
    first.refresh_from_db()
    assert (first.status, first.waiting_since) == (Status.OPEN, second.waiting_since)
    actions.undo(act, ana)
    first.refresh_from_db()
    assert (first.status, first.waiting_since) == (Status.RESOLVED, None)


def test_who_wrote_to_a_resolved_and_merged_ticket_waits_there_once_it_is_apart(cast: make.Cast) -> None:
    ana = By(cast.ana, "desk")
    first, second = two(cast)
    actions.set_status(second, Status.RESOLVED, ana)
    actions.set_status(first, Status.RESOLVED, ana)
    (act,) = actions.merge([second], first, ana)
    late = wrote(second, cast, "It is dark again")
    first.refresh_from_db()
    assert first.status == Status.OPEN
    actions.undo(act, ana)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.waiting_since) == (Status.RESOLVED, None)
    assert (second.status, second.waiting_since) == (Status.OPEN, late.at)


def test_a_reply_written_before_a_merge_is_stale(cast: make.Cast) -> None:
    first, second = two(cast)
    first.refresh_from_db()
    seen = first.version
    actions.merge([second], first, By(cast.ana, "desk"))
    to = [{"name": "", "address": "cleo@customer.example"}]
    with pytest.raises(actions.Stale):
        actions.reply(first, Words(text="So", to=to), By(cast.ben, "desk"), seen=seen)


def test_a_side_conversation_goes_along_and_comes_back(cast: make.Cast) -> None:
    ana = By(cast.ana, "desk")
    first, second = two(cast)
    to = [{"name": "Toner", "address": "help@toner.example"}]
    asked = actions.ask(second, Words(text="Is it known?", subject="Toner", to=to), ana)
    (act,) = actions.merge([second], first, ana)
    side = SideConversation.objects.get()
    assert (side.ticket, side.messages.get().ticket) == (first, first)
    with pytest.raises(Refused):
        actions.reply(second, Words(text="More", side=side, to=to), ana, seen=None)
    more = actions.reply(first, Words(text="More", side=side, to=to), ana, seen=None)
    assert more.side == side
    with pytest.raises(Refused):
        actions.carry(first, [asked.pk], ana, subject="Half of a talk")
    actions.undo(act, ana)
    asked.refresh_from_db()
    assert asked.ticket == second


def test_any_messages_become_a_ticket_or_go_to_another(cast: make.Cast) -> None:
    ana = By(cast.ana, "desk")
    first, second = two(cast)
    note = actions.add_note(first, Words(text="note"), ana)
    more = wrote(first, cast, "invoice")
    act = actions.carry(first, [note.pk, more.pk], ana, subject="Invoice")
    new = act.into
    assert (act.kind, new.subject, new.requester) == (Grouping.SPLIT, "Invoice", cast.cleo)
    assert stands(first, new) == [["one"], ["note", "invoice"]]
    moved = actions.carry(new, [more.pk], ana, into=second)
    assert stands(new, second) == [["note"], ["two", "invoice"]]
    # the first act alone is taken back: what the second one moved on stays there for now
    actions.undo(act, ana)
    new.refresh_from_db()
    assert stands(first, new, second) == [["one", "note"], [], ["two", "invoice"]]
    assert (new.status, new.merged_into) == (Status.CLOSED, first)
    actions.undo(moved, ana)
    assert stands(first, new, second) == [["one", "note", "invoice"], [], ["two"]]
    with pytest.raises(Refused):
        actions.carry(second, [second.messages.get().pk], ana, into=first)
    with pytest.raises(Refused):
        actions.carry(first, [second.messages.get().pk], ana, into=second)


def test_search_finds_words_where_they_stand(cast: make.Cast) -> None:
    first, second = two(cast)
    wrote(second, cast, "The xylophone is out of tune")

    def found() -> list[Ticket]:
        return list(Ticket.objects.visible_to(cast.ana).filter(matching("xylophone", cast.ana)))

    (act,) = actions.merge([second], first, By(cast.ana, "desk"))
    assert found() == [first]
    actions.undo(act, By(cast.ana, "desk"))
    assert found() == [second]


class Regroupings(RuleBasedStateMachine):
    """Merge, split, move, undo, replies to any number, in any order: the words come back to where they came from."""

    cast: make.Cast
    tickets: Bundle[int] = Bundle("tickets")
    acts: Bundle[int] = Bundle("acts")

    def __init__(self) -> None:
        super().__init__()
        self.ana = By(self.cast.ana, "desk")
        self.inbox = make.inbox(f"run{next(_numbers)}@desk.example")
        self.came_to: dict[int, int] = {}  # message -> the ticket that it was written to
        self.born: set[int] = set()  # tickets that no split made
        self.events = 0

    def _new(self) -> int:
        ticket = make.ticket("Words", to=self.inbox, of=self.cast.cleo)
        self.came_to[ticket.messages.get().pk] = ticket.pk
        self.born.add(ticket.pk)
        return ticket.pk

    def _try(self, act: Any) -> Any:
        try:
            with transaction.atomic():
                return act()
        except Refused:
            return None

    @rule(target=tickets)
    def opens(self) -> int:
        return self._new()

    @rule(ticket=tickets)
    def writes(self, ticket: int) -> None:
        message = wrote(Ticket.objects.get(pk=ticket), self.cast)
        self.came_to[message.pk] = ticket

    @rule(ticket=tickets)
    def notes(self, ticket: int) -> None:
        note = self._try(lambda: actions.add_note(Ticket.objects.get(pk=ticket), Words(text="note"), self.ana))
        if note is not None:
            self.came_to[note.pk] = ticket

    @rule(target=acts, ticket=tickets, into=tickets)
    def merges(self, ticket: int, into: int) -> int:
        pair = Ticket.objects.in_bulk([ticket, into])
        acts = self._try(lambda: actions.merge([pair[ticket]], pair[into], self.ana))
        return acts[0].pk if acts else 0

    @rule(target=acts, ticket=tickets, into=tickets, data=st.data(), is_new=st.booleans())
    def carries(self, ticket: int, into: int, data: st.DataObject, is_new: bool) -> int:
        here = Ticket.objects.get(pk=ticket)
        there = list(here.messages.order_by("pk").values_list("pk", flat=True))
        if not there:
            return 0
        chosen = data.draw(st.lists(st.sampled_from(there), min_size=1, unique=True))
        target = None if is_new else Ticket.objects.get(pk=into)
        act = self._try(lambda: actions.carry(here, chosen, self.ana, into=target))
        return act.pk if act is not None else 0

    @rule(target=tickets, act=acts)
    def uses_the_ticket_of_a_split(self, act: int) -> int:
        found = Regrouping.objects.filter(pk=act).first()
        return found.into_id if found else self._new()

    @rule(act=acts)
    def undoes(self, act: int) -> None:
        found = Regrouping.objects.filter(pk=act).first()
        if found is not None:
            self._try(lambda: actions.undo(found, self.ana))

    @invariant()
    def everything_stands_where_its_home_leads(self) -> None:
        leads = dict(Ticket.objects.filter(inbox=self.inbox).values_list("pk", "merged_into"))
        for end in leads.values():
            assert end is None or leads[end] is None, "a lead ends on a ticket that leads nowhere"
        for pk, home, ticket in Message.objects.filter(ticket__inbox=self.inbox).values_list("pk", "home", "ticket"):
            assert ticket == (leads[home] if home else ticket), pk
            assert home != ticket
            assert leads[ticket] is None, "no words stand on a ticket that was merged away"
        active = Regrouping.objects.active().filter(ticket__inbox=self.inbox, kind__in=["merge", "lead"])
        assert set(active.values_list("ticket", flat=True)) == {pk for pk, end in leads.items() if end}

    @invariant()
    def no_event_is_lost(self) -> None:
        now = Event.objects.filter(ticket__inbox=self.inbox).count()
        assert now >= self.events
        self.events = now

    @invariant()
    def a_merged_ticket_is_closed(self) -> None:
        assert not Ticket.objects.filter(inbox=self.inbox, is_open=True, merged_into__isnull=False).exists()

    def teardown(self) -> None:
        """All acts are taken back, latest or earliest first: every message is where it was written to."""
        acts = Regrouping.objects.active().filter(ticket__inbox=self.inbox).exclude(kind=Grouping.LEAD)
        order = ["pk", "-pk"][len(self.came_to) % 2]
        for act in acts.order_by(order):
            actions.undo(act, self.ana)
        self.everything_stands_where_its_home_leads()
        for message, ticket in Message.objects.filter(pk__in=self.came_to).values_list("pk", "ticket"):
            written_to = Ticket.objects.get(pk=self.came_to[message])
            assert ticket == actions.moved_to(written_to).pk
            if written_to.pk in self.born:
                assert ticket == written_to.pk
        assert Message.objects.filter(pk__in=self.came_to).count() == len(self.came_to)
        made = Ticket.objects.filter(inbox=self.inbox).exclude(pk__in=self.born)
        assert not made.filter(merged_into=None).exists(), "what splits had made leads home"


def test_any_sequence_of_acts_taken_back_returns_the_original_partition(cast: make.Cast) -> None:
    Regroupings.cast = cast
    run_state_machine_as_test(
        Regroupings,
        settings=settings(max_examples=15, stateful_step_count=25, suppress_health_check=list(HealthCheck)),
    )
