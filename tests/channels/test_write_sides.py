"""What leaves under an alias, in whose language, and what a third party never gets to read."""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any, ClassVar

import pytest
from django.conf import settings

from guichet.channels.email import tokens
from guichet.channels.email.sending import write
from guichet.kit.files import BlobStore
from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.actions import FileRef, Words
from guichet.tickets.events import By
from guichet.tickets.models import Inbox, Message, Ticket
from guichet.tickets.models.inbox import QuoteHistory
from tests import make
from tests.channels.test_write import PIXEL, answer, body, parsed, to

pytestmark = pytest.mark.django_db
DEALER = {"name": "Toner Ltd", "address": "help@toner.example"}


def inbox(cast: make.Cast, **fields: Any) -> Inbox:
    Inbox.objects.filter(pk=cast.support.pk).update(**fields)
    return Inbox.objects.get(pk=cast.support.pk)


def ask(ticket: Ticket, by: Person, text: str = "Is it in stock?", **more: Any) -> Message:
    words = Words(text=text, subject="Toner 4711", to=[DEALER])
    made = actions.ask(ticket, words, By(by, "desk"), **more)
    return Message.objects.select_related("ticket__inbox").get(pk=made.pk)


class TestAlias:
    def test_everything_an_answer_names_is_the_alias(self) -> None:
        cast = make.cast()
        ticket = make.ticket(to=inbox(cast, aliases=["hilfe@desk.example"]), of=cast.cleo)
        message = answer(ticket, from_address="hilfe@desk.example")
        made = parsed(message)
        assert made["From"] == "Support <hilfe@desk.example>"
        reply_to = made["Reply-To"].addresses[0].addr_spec
        assert reply_to.startswith("hilfe+")
        assert tokens.read_reply_address(reply_to) == (ticket.pk, cast.cleo.pk, None)
        assert write.envelope_sender(message).startswith("hilfe+")
        assert tokens.read_return_path(write.envelope_sender(message)) == message.pk

    def test_an_alias_that_was_given_up_meanwhile_is_not_used(self) -> None:
        cast = make.cast()
        ticket = make.ticket(to=inbox(cast, aliases=["hilfe@desk.example"]), of=cast.cleo)
        message = answer(ticket, from_address="hilfe@desk.example")
        inbox(cast, aliases=[])
        assert parsed(Message.objects.get(pk=message.pk))["From"] == "Support <support@desk.example>"


class TestSignature:
    WORDING: ClassVar[Any] = {
        "fr": {"signature": "Cordialement\n{agent}"},
        "de": {"signature": "Mit freundlichen Grüßen"},
    }

    @pytest.mark.parametrize(
        ("language", "expected"),
        [("fr", "-- \nCordialement\nAna Lopez"), ("de", "-- \nMit freundlichen Grüßen"), ("en", "-- \nYour Support")],
    )
    def test_in_the_language_of_the_ticket(self, language: str, expected: str) -> None:
        cast = make.cast()
        ticket = make.ticket(to=inbox(cast, wording=self.WORDING, signature="Your Support"), of=cast.cleo)
        Ticket.objects.filter(pk=ticket.pk).update(language=language)
        ticket.refresh_from_db()
        assert expected in body(parsed(answer(ticket)), "plain")

    def test_nobody_s_name_is_the_inbox_s(self) -> None:
        cast = make.cast()
        ticket = make.ticket(to=inbox(cast, signature="{agent}"), of=cast.cleo)
        words = Words(text="We have it.", to=to(cast.cleo), auto="auto-reply")
        message = actions.reply(ticket, words, By(via="acknowledgement"), seen=None, insists=make.UNGUARDED)
        assert "-- \nSupport" in body(parsed(message), "plain")


class TestThirdParty:
    def conversation(self) -> tuple[make.Cast, Ticket]:
        cast = make.cast()
        ticket = make.ticket("My printer", to=inbox(cast, quote_history=QuoteHistory.ALL), of=cast.cleo, text="PRIVATE")
        return cast, ticket

    def test_it_has_its_own_subject_and_thread_and_knows_nothing(self) -> None:
        cast, ticket = self.conversation()
        message = ask(ticket, cast.ana)
        made = parsed(message)
        assert made["Subject"] == "Toner 4711"
        assert (made["In-Reply-To"], made["References"]) == (None, None)
        everything = write.compose(message).decode()
        assert "cleo" not in everything.lower()
        assert "PRIVATE" not in body(made, "plain") + body(made, "html")
        token = tokens.read_reply_address(made["Reply-To"].addresses[0].addr_spec)
        assert token is not None
        assert token.ticket_id == ticket.pk
        assert Person.objects.get(pk=token.person_id).email == "help@toner.example"

    def test_its_answers_are_quoted_there_and_never_to_the_customer(self) -> None:
        cast, ticket = self.conversation()
        first = ask(ticket, cast.ana)
        dealer = make.person("help@toner.example")
        words = Words(
            text="DEALERPRICE 40", subject="Re: Toner 4711", message_id="1@toner.example", side=first.side,
            from_address="help@toner.example",
        )  # fmt: skip
        actions.receive(ticket, words, dealer, By(dealer, "email"))
        more = actions.reply(
            ticket,
            Words(text="We take it.", to=[DEALER], side=first.side),
            By(cast.ana, "desk"),
            seen=None,
            insists=make.UNGUARDED,
        )
        made = parsed(Message.objects.get(pk=more.pk))
        assert made["Subject"] == "Re: Toner 4711"
        assert made["In-Reply-To"] == "<1@toner.example>"
        assert str(made["References"]).split() == [f"<{first.message_id}>", "<1@toner.example>"]
        assert "> DEALERPRICE 40" in body(made, "plain")
        assert "PRIVATE" not in body(made, "plain")
        customer = parsed(answer(ticket, "It is on its way."))
        assert "DEALERPRICE" not in str(customer)
        assert "In stock" not in body(customer, "plain")
        assert "> PRIVATE" in body(customer, "plain")
        assert first.message_id not in customer["References"]

    def test_whoever_joins_that_talk_later_gets_no_history(self) -> None:
        cast, ticket = self.conversation()
        first = ask(ticket, cast.ana, "SECRETORDER")
        people = {"to": [DEALER], "cc": [{"name": "", "address": "new@toner.example"}]}
        more = actions.reply(
            ticket,
            Words(text="Look.", side=first.side, **people),
            By(cast.ana, "desk"),
            seen=None,
            insists=make.UNGUARDED,
        )
        assert "SECRETORDER" not in body(parsed(Message.objects.get(pk=more.pk)), "plain")

    def test_files_and_pictures_go_along(self) -> None:
        cast, ticket = self.conversation()
        blobs = BlobStore(settings.DATA / "blobs")
        files = [
            FileRef("plan.pdf", "application/pdf", 4, blobs.put(b"%PDF")),
            FileRef("dot.png", "image/png", len(PIXEL), blobs.put(PIXEL), True, "dot@customer.example"),
        ]
        theirs = actions.receive(
            ticket, Words(text="See the dot.", html='<img src="cid:dot@customer.example">', files=files), cast.cleo,
            By(cast.cleo, "email"),
        )  # fmt: skip
        plan = theirs.attachments.get(name="plan.pdf")
        made = parsed(ask(ticket, cast.ana, include=[theirs.pk], files=[plan.pk]))
        assert "See the dot." in body(made, "plain")
        found: dict[str, EmailMessage] = {str(p.get_filename()): p for p in made.walk() if p.get_filename()}  # type: ignore[misc]
        assert found["plan.pdf"].get_payload(decode=True) == b"%PDF"
        assert found["dot.png"].get_payload(decode=True) == PIXEL
        assert f"cid:{found['dot.png']['Content-ID'].strip('<>')}" in body(made, "html")

    def test_it_is_written_in_the_language_of_the_house(self) -> None:
        cast, ticket = self.conversation()
        Ticket.objects.filter(pk=ticket.pk).update(language="de")
        ticket.refresh_from_db()
        assert parsed(ask(ticket, cast.ana))["Content-Language"] == "en"
