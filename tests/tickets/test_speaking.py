"""When a reply leaves, who gets it, and words that begin with us: on the real database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from guichet.tickets import actions, events
from guichet.tickets.actions import FileRef, Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Message, SideConversation, Status, Ticket
from guichet.tickets.participants import answering
from tests import make

pytestmark = pytest.mark.django_db
BOSS = {"name": "Bo Boss", "address": "boss@customer.example"}
DEALER = {"name": "Toner Ltd", "address": "help@toner.example"}


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket(to=cast.support, of=cast.cleo)


def to(*people: Any) -> list[dict[str, str]]:
    return [{"name": one.name, "address": one.email} for one in people]


def reply(ticket: Ticket, by: Any, text: str = "Please switch it on.", **words: Any) -> Message:
    words.setdefault("to", to(ticket.requester))
    return actions.reply(ticket, Words(text=text, **words), By(by, "desk"), seen=None, insists=make.UNGUARDED)


def receive(ticket: Ticket, who: Any, text: str = "More.", **words: Any) -> Message:
    words.setdefault("from_address", who.email)
    return actions.receive(ticket, Words(text=text, **words), who, By(who, "email"))


def kinds(ticket: Ticket) -> list[str]:
    return list(ticket.events.order_by("id").values_list("kind", flat=True))


class TestUndo:
    def test_what_a_person_sends_waits_and_what_the_desk_says_by_itself_does_not(
        self, cast: make.Cast, ticket: Ticket, settings: Any
    ) -> None:
        settings.UNDO_SECONDS = 10
        before = timezone.now()
        waits = reply(ticket, cast.ana).next_try_at
        assert waits is not None
        assert timedelta(seconds=9) < waits - before < timedelta(seconds=12)
        words = Words(text="We have it.", to=to(cast.cleo), auto="auto-reply")
        ack = actions.reply(ticket, words, By(via="acknowledgement"), seen=None)
        assert ack.next_try_at is not None
        assert ack.next_try_at <= timezone.now()

    def test_taken_back_the_ticket_is_as_before(self, cast: make.Cast, ticket: Ticket) -> None:
        before = Ticket.objects.get(pk=ticket.pk)
        message = actions.reply(
            ticket, Words(text="Done.", to=to(cast.cleo)), By(cast.ana, "desk"), seen=None, status=Status.RESOLVED
        )
        taken = actions.take_back(message, By(cast.ana, "desk"))
        after = Ticket.objects.get(pk=ticket.pk)
        assert taken.delivery == Delivery.WITHDRAWN
        assert (after.status, after.waiting_since, after.preview) == (Status.OPEN, before.waiting_since, before.preview)
        assert after.assignee == cast.ana
        assert events.WITHDRAWN in kinds(ticket)
        assert message not in Message.objects.visible_to(cast.cleo)
        assert message not in Message.objects.public()

    @pytest.mark.parametrize("state", [Delivery.SENDING, Delivery.SENT, Delivery.FAILED, Delivery.UNCERTAIN])
    def test_too_late(self, cast: make.Cast, ticket: Ticket, state: Delivery) -> None:
        message = reply(ticket, cast.ana)
        Message.objects.filter(pk=message.pk).update(delivery=state)
        with pytest.raises(actions.Refused):
            actions.take_back(message, By(cast.ana, "desk"))

    def test_not_after_a_try_nor_of_what_is_sent_again(self, cast: make.Cast, ticket: Ticket) -> None:
        message = reply(ticket, cast.ana)
        Message.objects.filter(pk=message.pk).update(tries=1)
        with pytest.raises(actions.Refused):
            actions.take_back(message, By(cast.ana, "desk"))
        Message.objects.filter(pk=message.pk).update(delivery=Delivery.FAILED)
        actions.send_again(message, By(cast.ana, "desk"))
        with pytest.raises(actions.Refused):  # some of its recipients may have it already
            actions.take_back(message, By(cast.ana, "desk"))


class TestLater:
    def later(self, ticket: Ticket, by: Any, **words: Any) -> Message:
        return reply(ticket, by, send_at=timezone.now() + timedelta(hours=1), **words)

    def due(self, message: Message) -> bool:
        """The sender's question, once the time has come."""
        return actions.hold_if_stale(message)

    def test_the_customer_waits_until_it_has_gone_out(self, cast: make.Cast, ticket: Ticket) -> None:
        message = self.later(ticket, cast.ana)
        assert message not in Message.objects.visible_to(cast.cleo), "nor does he see it before"
        ticket.refresh_from_db()
        assert ticket.waiting_since is not None
        assert message not in Message.objects.public(), "no other mail quotes it"
        actions.delivery_changed(message, Delivery.SENT, By(via="outbox"))
        ticket.refresh_from_db()
        assert ticket.waiting_since is None
        assert ticket.preview == "Please switch it on."

    def test_the_customer_wrote_and_it_is_held(self, cast: make.Cast, ticket: Ticket) -> None:
        message = self.later(ticket, cast.ana)
        actions.set_status(ticket, Status.PENDING, By(cast.ana, "desk"))
        receive(ticket, cast.cleo, "Forget it.")
        actions.set_status(ticket, Status.RESOLVED, By(cast.ana, "desk"))
        assert self.due(message)
        message.refresh_from_db()
        ticket.refresh_from_db()
        assert (message.delivery, message.next_try_at) == (Delivery.HELD, None)
        assert ticket.status == Status.OPEN, "a held reply is open work"
        with pytest.raises(actions.Refused):
            actions.set_status(ticket, Status.CLOSED, By(cast.ana, "desk"))
        with pytest.raises(actions.Refused):
            actions.reply(ticket, Words(text="x", to=to(cast.cleo)), By(), seen=None, status=Status.RESOLVED)
        assert message not in Message.objects.visible_to(cast.cleo)

    @pytest.mark.parametrize("who", ["another agent", "a note", "a third party"])
    def test_others_hold_it_too(self, cast: make.Cast, ticket: Ticket, who: str) -> None:
        message = self.later(ticket, cast.ana)
        if who == "another agent":
            reply(ticket, cast.ada, "It is done.")
        elif who == "a note":
            actions.add_note(ticket, Words(text="Wait."), By(cast.ada, "desk"))
        else:
            side = SideConversation.objects.create(ticket=ticket, subject="x", created_at=timezone.now())
            receive(ticket, make.person("help@toner.example"), "Not before May.", side=side)
        assert self.due(message)

    def test_its_author_and_machines_do_not(self, cast: make.Cast, ticket: Ticket) -> None:
        message = self.later(ticket, cast.ana)
        actions.add_note(ticket, Words(text="Written already."), By(cast.ana, "desk"))
        receive(ticket, cast.cleo, "I am away.", auto="auto-reply")
        actions.set_priority(ticket, 1, By(cast.ada, "desk"))
        actions.take_back(reply(ticket, cast.ada, "Oops"), By(cast.ada, "desk"))
        assert not self.due(message)

    def test_let_go_all_the_same_and_held_again(self, cast: make.Cast, ticket: Ticket) -> None:
        message = self.later(ticket, cast.ana)
        receive(ticket, cast.cleo)
        assert self.due(message)
        ticket.refresh_from_db()
        receive(ticket, cast.cleo, "And this.")
        with pytest.raises(actions.Stale):
            actions.reschedule(message, None, By(cast.ana, "desk"), seen=ticket.version)
        ticket.refresh_from_db()
        released = actions.reschedule(message, None, By(cast.ana, "desk"), seen=ticket.version)
        assert (released.delivery, events.RELEASED in kinds(ticket)) == (Delivery.QUEUED, True)
        assert not self.due(message)
        receive(ticket, cast.cleo, "Wait!")
        assert self.due(message)

    def test_another_time(self, cast: make.Cast, ticket: Ticket) -> None:
        message = self.later(ticket, cast.ana)
        tomorrow = timezone.now() + timedelta(days=1)
        changed = actions.reschedule(message, tomorrow, By(cast.ana, "desk"), seen=None)
        assert changed.send_at == changed.next_try_at == tomorrow
        assert changed.give_up_at is not None
        assert changed.give_up_at > tomorrow
        for bad in (timezone.now() - timedelta(hours=1), timezone.now() + timedelta(days=400)):
            with pytest.raises(actions.Refused):
                actions.reschedule(message, bad, By(cast.ana, "desk"), seen=None)

    def test_edited(self, cast: make.Cast, ticket: Ticket) -> None:
        message = self.later(ticket, cast.ana)
        receive(ticket, cast.cleo)
        assert self.due(message)
        assert actions.take_back(message, By(cast.ana, "desk")).delivery == Delivery.WITHDRAWN
        actions.set_status(ticket, Status.RESOLVED, By(cast.ana, "desk"))


class TestSupplier:
    def ask(self, ticket: Ticket, cast: make.Cast, **more: Any) -> Message:
        words = Words(text="Is the toner in stock?", subject="Toner 4711", to=[DEALER])
        return actions.ask(ticket, words, By(cast.ana, "desk"), **more)

    def test_asked_beside_the_conversation(self, cast: make.Cast, ticket: Ticket) -> None:
        before = Ticket.objects.get(pk=ticket.pk)
        message = self.ask(ticket, cast, status=Status.PENDING)
        after = Ticket.objects.get(pk=ticket.pk)
        assert message.side is not None
        assert message.side.subject == "Toner 4711"
        assert (after.waiting_since, after.preview) == (before.waiting_since, before.preview), "the customer waits on"
        assert after.status == Status.PENDING
        assert kinds(ticket).count(events.SIDE_OPENED) == 1
        assert message not in Message.objects.visible_to(cast.cleo)
        assert message not in Message.objects.public()

    def test_the_answer_wakes_the_ticket_and_stays_inside(self, cast: make.Cast, ticket: Ticket) -> None:
        message = self.ask(ticket, cast, status=Status.PENDING)
        answer = receive(ticket, make.person("help@toner.example"), "Yes, ten.", side=message.side)
        ticket.refresh_from_db()
        assert ticket.status == Status.OPEN
        assert answer not in Message.objects.visible_to(cast.cleo)
        assert answer in Message.objects.visible_to(cast.ana)

    def test_not_the_customer_himself(self, cast: make.Cast, ticket: Ticket) -> None:
        with pytest.raises(actions.Refused):
            actions.ask(ticket, Words(text="x", to=to(cast.cleo)), By(cast.ana, "desk"))
        side = self.ask(ticket, cast).side
        with pytest.raises(actions.Refused):
            reply(ticket, cast.ana, side=side, to=[DEALER], bcc=to(cast.cleo))

    def test_notes_and_unverified_mail_are_never_passed_on(self, cast: make.Cast, ticket: Ticket) -> None:
        note = actions.add_note(
            ticket, Words(text="Secret", files=[FileRef("a.txt", "text/plain", 1, "0" * 64)]), By(cast.ana, "desk")
        )
        stray = receive(ticket, cast.eve, "Stray", is_verified=False)
        for hidden in (note, stray):
            with pytest.raises(actions.Refused):
                self.ask(ticket, cast, include=[hidden.pk])
        with pytest.raises(actions.Refused):
            self.ask(ticket, cast, files=[note.attachments.get().pk])

    def test_chosen_words_go_along_without_an_address(self, cast: make.Cast, ticket: Ticket) -> None:
        picture = FileRef("lamp.png", "image/png", 3, "1" * 64, True, "lamp@customer.example")
        theirs = receive(ticket, cast.cleo, "It blinks.", files=[picture], from_name="Cleo Martin")
        message = self.ask(ticket, cast, include=[theirs.pk])
        assert "It blinks." in message.text
        assert message.reply == "Is the toner in stock?"
        assert "cleo@" not in message.text + message.html
        carried = message.attachments.get()
        assert carried.is_inline
        assert f"cid:{carried.content_id}" in message.html
        assert carried.content_id != picture.content_id


class TestOutgoing:
    def test_a_ticket_that_begins_with_us(self, cast: make.Cast) -> None:
        words = Words(text="Your lamp is ready.", subject="Lamp", to=to(cast.dan))
        ticket = actions.open_outgoing(cast.support, cast.dan, words, By(cast.ana, "desk"), owner=cast.ana)
        assert (ticket.requester, ticket.status, ticket.assignee) == (cast.dan, Status.IN_PROGRESS, cast.ana)
        assert ticket.waiting_since is None
        assert ticket.preview == "Your lamp is ready."
        assert kinds(ticket)[:1] == [events.OPENED]
        assert ticket.messages.get().delivery == Delivery.QUEUED

    def test_what_is_refused(self, cast: make.Cast) -> None:
        by = By(cast.ana, "desk")
        for words in (
            Words(text="x", to=to(cast.dan)),
            Words(subject="x", to=to(cast.dan)),
            Words(text="x", subject="x"),
            Words(text="x", subject="x", to=[{"name": "", "address": "billing@desk.example"}]),
            Words(text="x", subject="x", to=to(cast.dan), from_address="other@desk.example"),
        ):
            with pytest.raises(actions.Refused):
                actions.open_outgoing(cast.support, cast.dan, words, by)
        assert not Ticket.objects.exists()


class TestWhoGetsIt:
    def test_reply_goes_to_the_requester_alone(self, cast: make.Cast, ticket: Ticket) -> None:
        receive(ticket, cast.cleo, cc=[BOSS], trust={"verdict": "pass"})
        found = answering(ticket)
        assert [one.address for one in found.to] == ["cleo@customer.example"]
        assert [(one.address, one.takes_part) for one in found.others] == [("boss@customer.example", False)]

    def test_a_copy_that_nobody_vouches_for_is_only_offered(self, cast: make.Cast, ticket: Ticket) -> None:
        receive(ticket, cast.cleo, cc=[{"name": "", "address": "eve@stranger.example"}])
        found = answering(ticket)
        assert found.others == []
        assert [(one.address, one.takes_part) for one in found.offered] == [("eve@stranger.example", False)]
        assert "eve@stranger.example" not in found.known

    def test_whoever_we_wrote_to_takes_part_but_a_blind_copy_stays_blind(self, cast: make.Cast, ticket: Ticket) -> None:
        reply(ticket, cast.ana, cc=[BOSS], bcc=[DEALER])
        receive(ticket, cast.cleo)
        found = answering(ticket)
        assert [one.address for one in found.others] == ["boss@customer.example"]
        assert found.offered == []
        assert "help@toner.example" in found.known

    def test_our_own_addresses_robots_and_colleagues(self, cast: make.Cast, ticket: Ticket) -> None:
        type(cast.support).objects.filter(pk=cast.support.pk).update(aliases=["help@desk.example"])
        ticket = Ticket.objects.get(pk=ticket.pk)
        entries = [
            "support@desk.example", "SUPPORT+abc@desk.example", "help@desk.example", "billing@desk.example",
            "no-reply@shop.example", "ana@desk.example", "boss@customer.example",
        ]  # fmt: skip
        cc = [{"name": "", "address": one} for one in entries]
        receive(ticket, cast.cleo, to=cc[2:3], cc=cc, trust={"verdict": "pass"})
        found = answering(ticket)
        assert [one.address for one in found.others] == ["boss@customer.example"]
        marks = [(one.address, one.is_robot, one.is_colleague) for one in found.offered]
        assert marks == [("no-reply@shop.example", True, False), ("ana@desk.example", False, True)]
        assert found.alias == "help@desk.example"

    def test_the_message_answered_decides(self, cast: make.Cast, ticket: Ticket) -> None:
        reply(ticket, cast.ana, cc=to(cast.dan))
        theirs = receive(ticket, cast.dan, "Me too.", to=to(cast.cleo))
        found = answering(ticket, theirs)
        assert [one.address for one in found.to] == ["dan@customer.example"]
        assert [one.address for one in found.others] == ["cleo@customer.example"]

    def test_talk_with_a_third_party_stays_there(self, cast: make.Cast, ticket: Ticket) -> None:
        words = Words(text="In stock?", subject="Toner", to=[DEALER])
        message = actions.ask(ticket, words, By(cast.ana, "desk"))
        assert [one.address for one in answering(ticket, side=message.side).to] == ["help@toner.example"]
        assert answering(ticket).others == []
