"""What a third party says reaches the customer on no way: by whomever, wherever to, moved and moved back."""

from __future__ import annotations

from email import message_from_bytes
from email.utils import parseaddr

import pytest
from django.urls import reverse

from guichet.channels.email import tokens
from guichet.channels.email.sending.write import compose
from guichet.people.models import Role
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Message, Ticket
from guichet.tickets.participants import answering
from tests import make
from tests.browser import client_of
from tests.pains.sending import arrive, mail

pytestmark = pytest.mark.django_db(transaction=True)
TONER = {"name": "Toner", "address": "help@toner.example"}
CLEO = {"name": "Cleo", "address": "cleo@customer.example"}


def asked(cast: make.Cast) -> tuple[Ticket, Message, str]:
    """Cleo's ticket, a question to a supplier, and the address that he answers to."""
    ticket = make.ticket("My printer", to=cast.support, of=cast.cleo, text="CUSTOMERWORDS")
    question = actions.ask(ticket, Words(text="In stock?", subject="Drum", to=[TONER]), By(cast.ana, "desk"))
    return ticket, question, parseaddr(message_from_bytes(compose(question))["Reply-To"])[1]


def answer(cast: make.Cast, sender: str, to: str = "", **headers: str) -> Message:
    made = mail(
        sender, "Re: Drum", "DEALERWORDS", to=to or cast.support.address, message_id="<z@toner.example>", **headers
    )
    landed = arrive(made, cast.support, to=to, sender=sender)
    assert landed is not None
    return landed


def read_by(cast: make.Cast) -> list[str]:
    return list(Message.objects.visible_to(cast.cleo).values_list("text", flat=True))


@pytest.mark.parametrize("is_named", [True, False])
def test_a_colleague_of_the_supplier_who_is_let_in_speaks_beside_the_customer(is_named: bool) -> None:
    cast = make.cast()
    ticket, question, to = asked(cast)
    named = {"In_Reply_To": f"<{question.message_id}>"} if is_named else {}
    plain = tokens.reply_address(cast.support, ticket.pk, tokens.read_reply_address(to).person_id)
    for place, address in enumerate((to, plain)):
        Message.objects.filter(message_id="z@toner.example").update(message_id=f"earlier{place}@toner.example")
        landed = answer(cast, f"bob{place}@toner.example", address, **named)
        assert (landed.ticket, landed.side, landed.is_verified) == (ticket, question.side, False)
        actions.accept_sender(landed, By(cast.ana, "desk"))
        assert read_by(cast) == ["CUSTOMERWORDS"]


def test_the_address_of_a_question_leads_into_its_talk_though_the_supplier_got_a_reply_in_copy() -> None:
    cast = make.cast()
    ticket, question, to = asked(cast)
    words = Words(text="We ask.", to=[CLEO], cc=[TONER])
    reply = actions.reply(ticket, words, By(cast.ana, "desk"), seen=None, insists=make.UNGUARDED)
    landed = answer(cast, "help@toner.example", to, In_Reply_To=f"<{reply.message_id}>")
    assert (landed.side, landed.is_verified) == (question.side, True)
    assert len(to.partition("@")[0]) <= tokens.LOCAL_PART


def test_a_suppliers_words_split_off_come_back_to_where_they_stood() -> None:
    cast = make.cast()
    ticket, question, to = asked(cast)
    landed = answer(cast, "help@toner.example", to)
    new = actions.split(landed, By(cast.ana, "desk"))
    more = actions.reply(new, Words(text="To the supplier alone", to=[TONER]), By(cast.ana, "desk"), seen=None)
    actions.unsplit(new, ticket, By(cast.ana, "desk"))
    for message in (landed, more):
        message.refresh_from_db()
        assert (message.ticket, message.side) == (ticket, question.side)
    assert read_by(cast) == ["CUSTOMERWORDS"]


@pytest.mark.parametrize("between", ["", " <internal@toner.example>"])
def test_a_stray_answer_to_a_question_joins_the_talk_and_goes_back(between: str) -> None:
    cast = make.cast()
    ticket, question, _to = asked(cast)
    parent = between.strip() or f"<{question.message_id}>"
    references = f"<{question.message_id}>{between}"
    landed = answer(cast, "bob@toner.example", In_Reply_To=parent, References=references)
    home = landed.ticket
    assert (home != ticket, landed.suggested) == (True, ticket)
    actions.join(landed, ticket, By(cast.ana, "desk"))
    landed.refresh_from_db()
    assert (landed.ticket, landed.side) == (ticket, question.side)
    assert read_by(cast) == ["CUSTOMERWORDS"]
    actions.unjoin(landed, home, By(cast.ana, "desk"))
    landed.refresh_from_db()
    assert (landed.ticket, landed.side) == (home, None)


def test_a_customer_in_copy_of_a_suppliers_answer_is_not_offered() -> None:
    cast = make.cast()
    ticket, _question, to = asked(cast)
    landed = answer(cast, "help@toner.example", to, Cc="Cleo <cleo@customer.example>, Max <max@toner.example>")
    found = answering(ticket, landed, landed.side)
    assert [one.address for one in (*found.others, *found.offered)] == ["max@toner.example"]


def test_words_are_not_put_back_on_a_ticket_one_does_not_see() -> None:
    cast = make.cast()
    home = make.ticket(to=cast.support, of=cast.cleo)
    message = actions.receive(home, Words(text="two", subject="other"), cast.cleo, By(cast.cleo, "email"))
    new = actions.split(message, By(cast.ana, "desk"))
    actions.assign(new, None, By(cast.ana, "desk"), team=cast.billing.team)
    assert cast.ben.role == Role.AGENT
    ben, act = client_of(cast.ben), {"undoing": "1"}
    url = reverse("desk:split", args=[new.number, message.pk])
    assert ben.post(url, act, HTTP_HX_REQUEST="true").status_code == 422
    there = make.ticket(to=cast.billing, of=cast.cleo)
    message.refresh_from_db()
    actions.join(message, there, By(cast.ben, "desk"))
    actions.assign(new, None, By(cast.ana, "desk"), team=cast.support.team)
    url = reverse("desk:join", args=[there.number, message.pk])
    assert ben.post(url, act, HTTP_HX_REQUEST="true").status_code == 422
    message.refresh_from_db()
    assert message.ticket == there
