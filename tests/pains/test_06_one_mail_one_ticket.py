"""Pain 6: one mail becomes two or three tickets.

Here a mail is known by its bytes without the traces of the way, for each inbox: however often and by whatever way it
comes, it is one ticket; and another mail under the same Message-ID is not lost for it.
"""

from __future__ import annotations

import smtplib

from guichet.channels.email import tokens
from guichet.channels.models import End, Parcel
from guichet.tickets.models import Message, Ticket
from tests import make
from tests.pains.arriving import CLEO, Post, post, written

__all__ = ["post"]


def test_a_mail_that_comes_again_by_every_way_is_one_ticket(post: Post) -> None:
    make.cast()
    raw = written(message_id="<same@customer.example>")
    post(raw)
    post(raw)
    post(b"Received: from relay.example by mx.example; Sun, 22 Nov 2026 10:00:00 +0000\r\nDelivered-To: x@y\r\n" + raw)
    with smtplib.SMTP("127.0.0.1", post.process.smtp) as door:
        door.sendmail(CLEO, ["support@desk.example"], raw)
        door.sendmail(CLEO, ["support@desk.example", "support+tag@desk.example"], raw)
    post.open()
    assert Ticket.objects.count() == Message.objects.count() == Parcel.objects.count() == 1


def test_a_customer_who_writes_to_two_addresses_of_one_ticket_is_heard_once(post: Post) -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    address = tokens.reply_address(cast.support, ticket.pk, cast.cleo.pk)
    raw = written(to=f"{address}, billing@desk.example")
    post(raw, address, "billing@desk.example")
    assert ticket.messages.count() == 2
    assert Ticket.objects.count() == 1
    assert {parcel.end for parcel in Parcel.objects.all()} == {End.JOINED, End.DUPLICATE}


def test_other_words_under_the_same_message_id_are_kept(post: Post) -> None:
    make.cast()
    post(written(message_id="<same@customer.example>"))
    post(written(message_id="<same@customer.example>", text="Other words."))
    assert sorted(m.text.strip() for m in Message.objects.all()) == ["It is dark.", "Other words."]
