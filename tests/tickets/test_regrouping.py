"""A sender let in, a message moved, a matter split off; each taken back, and answers that follow the words."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from guichet.tickets import actions, events
from guichet.tickets.actions import Refused, Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Message, MessageKind, Status, Ticket
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def words(text: str, **more: object) -> Words:
    return Words(text=text, subject=str(more.pop("subject", "Re: The printer is dark")), **more)  # type: ignore[arg-type]


def facts(ticket: Ticket) -> dict[str, object]:
    """Everything about a ticket that an act and its reverse must leave as it was."""
    ticket.refresh_from_db()
    return {
        "status": ticket.status, "waiting": ticket.waiting_since, "preview": ticket.preview,
        "last": ticket.last_message_at, "messages": sorted(ticket.messages.values_list("pk", "is_verified", "suggested")),
    }  # fmt: skip


def test_a_stranger_who_is_let_in_wakes_the_ticket_and_is_put_apart_again(cast: make.Cast) -> None:
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    actions.set_status(ticket, Status.RESOLVED, By(cast.ana, "desk"))
    message = actions.receive(
        ticket, words("Me too", is_verified=False, from_address="eve@x.example"), cast.eve, By(cast.eve, "email")
    )
    before = facts(ticket)
    assert ticket.status == Status.RESOLVED
    actions.accept_sender(message, By(cast.ana, "desk"))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_since is not None, ticket.preview) == (Status.OPEN, True, "Me too")
    assert message in ticket.messages.public()
    with pytest.raises(Refused):
        actions.accept_sender(message, By(cast.ana, "desk"))
    actions.set_apart(message, By(cast.ana, "desk"))
    assert facts(ticket) == before
    assert message not in ticket.messages.public()
    with pytest.raises(Refused):
        actions.set_apart(message, By(cast.ana, "desk"))


def test_a_reply_written_before_a_stranger_was_let_in_is_stale(cast: make.Cast) -> None:
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    message = actions.receive(ticket, words("Me too", is_verified=False), cast.eve, By(cast.eve, "email"))
    ticket.refresh_from_db()
    seen = ticket.version
    actions.accept_sender(message, By(cast.ana, "desk"))
    to = [{"name": "", "address": "cleo@customer.example"}]
    with pytest.raises(actions.Stale):
        actions.reply(ticket, words("So", to=to), By(cast.ben, "desk"), seen=seen)


def suggested(cast: make.Cast, **more: object) -> tuple[Ticket, Message]:
    """Cleo's resolved ticket, and a mail of Eve's beside it that only seems to belong there."""
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    actions.set_status(ticket, Status.RESOLVED, By(cast.ana, "desk"))
    other = actions.open_ticket(
        cast.support, cast.eve, words("Here is the number", suggested=ticket, **more), By(cast.eve, "email")
    )
    return ticket, other.messages.get()


def test_a_message_joins_the_ticket_it_belongs_to_and_its_own_leads_there(cast: make.Cast) -> None:
    ticket, message = suggested(cast)
    home = message.ticket
    ack = actions.reply(
        home,
        words("We have your request", auto="auto-reply", to=[{"name": "", "address": "eve@stranger.example"}]),
        By(via="acknowledgement"),
        seen=None,
    )
    before = facts(ticket), facts(home)
    actions.join(message, ticket, By(cast.ana, "desk"))
    message.refresh_from_db()
    ack.refresh_from_db()
    home.refresh_from_db()
    ticket.refresh_from_db()
    assert (message.ticket, ack.ticket, message.suggested) == (ticket, ticket, None)
    assert (home.status, home.waiting_since, home.messages.count()) == (Status.CLOSED, None, 0)
    assert (ticket.status, ticket.preview) == (Status.OPEN, "Here is the number")
    assert actions.moved_to(home) == ticket
    left = home.events.get(kind=events.LEFT)
    assert left.changes["ticket"] == [home.pk, ticket.pk]
    assert actions.unjoin(message, home, By(cast.ana, "desk")) == home
    assert (facts(ticket), facts(home)) == before
    assert actions.moved_to(home) == home


def test_a_forged_message_that_was_moved_is_still_apart(cast: make.Cast) -> None:
    ticket, message = suggested(cast, is_verified=False)
    actions.join(message, ticket, By(cast.ana, "desk"))
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    assert not ticket.messages.public().filter(pk=message.pk).exists()


def test_a_conversation_is_not_moved_as_if_it_were_one_message(cast: make.Cast) -> None:
    ticket, message = suggested(cast)
    to = [{"name": "", "address": "eve@stranger.example"}]
    actions.reply(message.ticket, words("What number?", to=to), By(cast.ana, "desk"), seen=None)
    with pytest.raises(Refused):
        actions.join(message, ticket, By(cast.ana, "desk"))
    message.refresh_from_db()
    assert message.ticket != ticket
    with pytest.raises(Refused):
        actions.unjoin(message, ticket, By(cast.ana, "desk"))


@pytest.mark.parametrize("with_later", [False, True])
def test_a_new_matter_becomes_a_ticket_of_its_own(cast: make.Cast, with_later: bool) -> None:
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    actions.assign(ticket, cast.ana, By(cast.ana, "desk"))
    actions.set_status(ticket, Status.RESOLVED, By(cast.ana, "desk"))
    message = actions.receive(
        ticket, words("My invoice is wrong", subject="Invoice"), cast.cleo, By(cast.cleo, "email")
    )
    later = actions.add_note(ticket, words("About the invoice"), By(cast.ana, "desk"))
    before = facts(ticket)
    new = actions.split(message, By(cast.ana, "desk"), with_later=with_later)
    assert (new.subject, new.requester, new.inbox, new.team, new.status) == (
        "Invoice",
        cast.cleo,
        cast.support,
        cast.support.team,
        Status.OPEN,
    )
    new.refresh_from_db()
    ticket.refresh_from_db()
    assert new.waiting_since == message.at
    # what this message had reopened is resolved again: nobody waits there any more
    assert (ticket.status, ticket.waiting_since) == (Status.RESOLVED, None)
    assert set(new.messages.all()) == ({message, later} if with_later else {message})
    assert actions.unsplit(new, ticket, By(cast.ana, "desk")) == ticket
    assert facts(ticket) == before
    new.refresh_from_db()
    assert (new.status, actions.moved_to(new)) == (Status.CLOSED, ticket)


def test_nothing_is_split_off_that_would_leave_an_empty_ticket(cast: make.Cast) -> None:
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    with pytest.raises(Refused):
        actions.split(ticket.messages.get(), By(cast.ana, "desk"))
    note = actions.add_note(ticket, words("x"), By(cast.ana, "desk"))
    with pytest.raises(Refused):
        actions.split(note, By(cast.ana, "desk"))
    with pytest.raises(Refused):
        actions.unsplit(ticket, ticket, By(cast.ana, "desk"))


def test_a_strangers_message_split_off_is_his_own_request(cast: make.Cast) -> None:
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    message = actions.receive(ticket, words("Mine", is_verified=False), cast.eve, By(cast.eve, "email"))
    new = actions.split(message, By(cast.ana, "desk"))
    message.refresh_from_db()
    assert (new.requester, message.is_verified) == (cast.eve, True)
    actions.unsplit(new, ticket, By(cast.ana, "desk"))
    message.refresh_from_db()
    assert (message.ticket, message.is_verified) == (ticket, False)


def test_a_message_somebody_moved_meanwhile_is_not_moved_again(cast: make.Cast) -> None:
    ticket, message = suggested(cast)
    stale = Message.objects.select_related("ticket").get(pk=message.pk)
    actions.join(message, ticket, By(cast.ana, "desk"))
    with pytest.raises(Refused):
        actions.join(stale, ticket, By(cast.ben, "desk"))


def test_a_suggestion_is_waved_away_and_comes_back(cast: make.Cast) -> None:
    ticket, message = suggested(cast)
    actions.keep(message, By(cast.ana, "desk"))
    message.refresh_from_db()
    assert message.suggested is None
    actions.keep(message, By(cast.ana, "desk"), is_kept=False)
    message.refresh_from_db()
    assert message.suggested == ticket


def in_thread(work: Callable[[], object]) -> tuple[threading.Thread, list[BaseException]]:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread, failed


def until_one_waits_for_a_lock(thread: threading.Thread) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    deadline = time.monotonic() + 10
    with connection.cursor() as cursor:
        while thread.is_alive() and time.monotonic() < deadline:
            if cursor.execute(waiting).fetchone()[0]:
                return
            time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["split", "unsplit", "join", "unjoin", "keep"])
def test_a_sender_who_has_a_reply_and_an_agent_who_moves_it_do_not_block_one_another(cast: make.Cast, act: str) -> None:
    ana = By(cast.ana, "desk")
    home, there = make.ticket(to=cast.support, of=cast.cleo), make.ticket(to=cast.support, of=cast.cleo)
    message = actions.receive(home, words("Two"), cast.cleo, By(cast.cleo, "email"))
    to = [{"name": "Cleo", "address": "cleo@customer.example"}]
    answer = actions.reply(home, Words(text="Yes.", to=to, auto="auto-replied"), ana, seen=None)
    if act in ("unsplit", "unjoin"):
        ticket = actions.split(message, ana, with_later=True)
        message.refresh_from_db()
    if act == "unjoin":
        actions.join(message, there, ana)
        message.refresh_from_db()
    doing: dict[str, Callable[[], object]] = {
        "split": lambda: actions.split(message, ana, with_later=True),
        "unsplit": lambda: actions.unsplit(ticket, home, ana),
        "join": lambda: actions.join(message, there, ana),
        "unjoin": lambda: actions.unjoin(message, ticket, ana),
        "keep": lambda: actions.keep(answer, ana),
    }
    with transaction.atomic():
        held = Message.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=answer.pk)
        thread, failed = in_thread(doing[act])
        until_one_waits_for_a_lock(thread)
        actions.delivery_changed(held, Delivery.SENT, By(via="outbox"))
    thread.join()
    assert failed == []
    answer.refresh_from_db()
    message.refresh_from_db()
    assert answer.delivery == Delivery.SENT
    assert answer.ticket_id == message.ticket_id


@pytest.mark.django_db(transaction=True)
def test_what_is_written_while_a_ticket_is_being_split_goes_along(cast: make.Cast) -> None:
    ana = By(cast.ana, "desk")
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    message = actions.receive(ticket, words("Two"), cast.cleo, By(cast.cleo, "email"))
    new: list[Ticket] = []
    with transaction.atomic():
        Ticket.objects.select_for_update().get(pk=ticket.pk)
        thread, failed = in_thread(lambda: new.append(actions.split(message, ana, with_later=True)))
        until_one_waits_for_a_lock(thread)
        actions.receive(ticket, words("Three"), cast.cleo, By(cast.cleo, "email"))
    thread.join()
    assert failed == []
    said = new[0].messages.filter(kind=MessageKind.INBOUND).order_by("at").values_list("text", flat=True)
    assert list(said) == ["Two", "Three"]
