"""Pain 7: a reply opens a new ticket instead of joining.

Here it joins when the customer answers his own mail, when the first mail was ours, when his program drops our address
or our Message-ID (one of the two is enough), when it comes before what it answers, and when an agent answers by mail.
"""

from __future__ import annotations

from guichet.channels.email import tokens
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Inbox, Message, MessageKind, Ticket
from tests import make
from tests.pains.arriving import CLEO, Post, post, written

__all__ = ["post"]


def test_the_customer_answers_his_own_mail(post: Post) -> None:
    make.cast()
    post(written(message_id="<first@customer.example>"))
    post(written(In_Reply_To="<first@customer.example>", text="One more thing.", subject="Printer, again"))
    assert Ticket.objects.get().messages.count() == 2


def test_the_answer_that_overtakes_what_it_answers(post: Post) -> None:
    make.cast()
    post(written(In_Reply_To="<first@customer.example>", References="<first@customer.example>"))
    post(written(message_id="<first@customer.example>"))
    assert Ticket.objects.get().messages.count() == 2


def test_the_first_mail_was_ours(post: Post) -> None:
    cast = make.cast()
    words = Words(text="Your contract ends.", subject="Contract", to=[{"name": "", "address": CLEO}])
    ticket = actions.open_outgoing(cast.support, cast.cleo, words, By(cast.ana, "desk"))
    ours = ticket.messages.get()
    address = tokens.reply_address(cast.support, ticket.pk, ticket.requester_id)
    post(written(In_Reply_To=f"<{ours.message_id}>"))  # to the bare address
    post(written(), address)  # without a word about what it answers
    assert ticket.messages.count() == 3
    assert Ticket.objects.count() == 1


def test_the_agent_answers_from_his_own_mail_program(post: Post) -> None:
    cast = make.cast()
    Inbox.objects.filter(pk=cast.support.pk).update(authserv_id="mx.desk.example", agents_by_mail=True)
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    address = tokens.agent_address(cast.support, ticket.pk, cast.ana.pk, Ticket.objects.get(pk=ticket.pk).version)
    proof = "mx.desk.example; dmarc=pass header.from=desk.example"
    post(
        written("ana@desk.example", text="Switch it on.", Authentication_Results=proof),
        address,
        sender="ana@desk.example",
    )
    sent = Message.objects.get(kind=MessageKind.OUTBOUND)
    assert (sent.ticket, sent.author, sent.to[0]["address"]) == (ticket, cast.ana, CLEO)
    post(written(In_Reply_To=f"<{sent.message_id}>"))
    assert Ticket.objects.count() == 1
