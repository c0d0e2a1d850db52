"""Links between tickets: each kind, children that hold their parent, follow-up tickets, merges between."""

from __future__ import annotations

import pytest

from guichet.channels.follow import follow
from guichet.tickets import actions, events
from guichet.tickets.actions import Part, Refused, Unfinished, Words
from guichet.tickets.events import By
from guichet.tickets.models import Event, Link, LinkKind, Message, Status, Ticket
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def some(cast: make.Cast, count: int = 2) -> list[Ticket]:
    return [make.ticket(f"Ticket {n}", to=cast.support, of=cast.cleo) for n in range(count)]


def test_two_are_linked_once_told_on_both_and_parted(cast: make.Cast) -> None:
    ana = By(cast.ana, "desk")
    one, two = some(cast)
    link = actions.link(one, two, LinkKind.RELATED, ana)
    for ticket in (one, two):
        assert ticket.events.get(kind=events.LINKED).changes == {
            "ticket": [one.pk, two.pk], "link": [None, "related"],
        }  # fmt: skip
    for first, second in ((one, two), (two, one), (one, one)):
        with pytest.raises(Refused):
            actions.link(first, second, LinkKind.RELATED, ana)
    actions.unlink(link, ana)
    assert not Link.objects.exists()
    with pytest.raises(Refused):
        actions.unlink(link, ana)


def test_a_child_has_one_parent_and_no_circle(cast: make.Cast) -> None:
    ana = By(cast.ana, "desk")
    one, two, three = some(cast, 3)
    actions.link(one, two, LinkKind.CHILD, ana)
    actions.link(two, three, LinkKind.CHILD, ana)
    for child, parent in ((one, three), (three, one), (two, one)):
        with pytest.raises(Refused):
            actions.link(child, parent, LinkKind.CHILD, ana)


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_open_children_hold_their_parent_until_they_are_done_or_it_is_decided(cast: make.Cast, status: Status) -> None:
    ana = By(cast.ana, "desk")
    (parent,) = some(cast, 1)
    children = actions.follow_up(parent, [Part("Laptop"), Part("Account")], ana, kind=LinkKind.CHILD)
    with pytest.raises(Unfinished) as held:
        actions.set_status(parent, status, ana)
    assert held.value.children == children
    to = [{"name": "", "address": "cleo@customer.example"}]
    with pytest.raises(Unfinished):
        actions.reply(parent, Words(text="Done", to=to), ana, seen=None, status=status)
    actions.set_status(children[0], Status.RESOLVED, ana)
    with pytest.raises(Unfinished):
        actions.set_status(parent, status, ana)
    actions.set_status(children[1], Status.CLOSED, ana)
    assert actions.set_status(parent, status, ana).status == status
    actions.set_status(parent, Status.OPEN, ana)
    actions.set_status(children[1], Status.OPEN, ana)
    assert actions.set_status(parent, status, ana, anyway=True).status == status
    assert parent.events.get(kind=events.FINISHED_ANYWAY).changes == {"children": [0, 1]}


def test_a_finished_ticket_takes_no_open_child(cast: make.Cast) -> None:
    ana = By(cast.ana, "desk")
    one, two = some(cast)
    actions.set_status(two, Status.RESOLVED, ana)
    with pytest.raises(Refused):
        actions.link(one, two, LinkKind.CHILD, ana)
    actions.set_status(one, Status.RESOLVED, ana)
    actions.link(one, two, LinkKind.CHILD, ana)


def test_a_merged_tickets_children_hold_the_other_one_until_they_part(cast: make.Cast) -> None:
    ana = By(cast.ana, "desk")
    one, two, child = some(cast, 3)
    actions.link(child, one, LinkKind.CHILD, ana)
    (act,) = actions.merge([one], two, ana)
    with pytest.raises(Unfinished):
        actions.set_status(two, Status.RESOLVED, ana)
    actions.undo(act, ana)
    assert actions.set_status(two, Status.RESOLVED, ana).status == Status.RESOLVED
    with pytest.raises(Unfinished):
        actions.set_status(one, Status.RESOLVED, ana)


def test_follow_ups_are_internal_unless_the_customer_is_to_hear(cast: make.Cast) -> None:
    ana = By(cast.ana, "desk")
    (ticket,) = some(cast, 1)
    parts = [
        Part("Order", "Call the supplier", team=cast.billing.team),
        Part("Install", assignee=cast.ben),
        Part("Bill", inbox=cast.billing),
    ]
    order, install, bill = actions.follow_up(ticket, parts, ana)
    assert (order.requester, order.inbox, order.team) == (cast.cleo, cast.support, cast.billing.team)
    assert (install.assignee, bill.inbox, bill.team) == (cast.ben, cast.billing, cast.billing.team)
    assert order.messages.get().kind == "note"
    assert not Message.objects.filter(kind="outbound").exists()
    follow(list(Event.objects.filter(ticket__in=[order, install, bill])))
    assert not Message.objects.filter(kind="outbound").exists(), "nobody is acknowledged"
    actions.follow_up(ticket, [Part("Visit", "We come on Monday.", is_sent=True)], ana)
    sent = Message.objects.get(kind="outbound")
    assert (sent.to, sent.ticket.subject) == ([{"name": "Cleo Martin", "address": "cleo@customer.example"}], "Visit")
    assert actions.set_status(ticket, Status.RESOLVED, ana).status == Status.RESOLVED
    for bad in ([], [Part(" ")], [Part("x", assignee=cast.cleo)], [Part("x", is_sent=True)]):
        with pytest.raises(Refused):
            actions.follow_up(ticket, bad, ana)
    assert Ticket.objects.filter(links__other=ticket).count() == 4
