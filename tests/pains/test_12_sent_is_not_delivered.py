"""Pain 12: rejected mail is shown as sent, and bounces are dropped as automatic replies.

Here every reply carries its own signed return path: a refusal and a bounce both stand on the message they are about,
with the other server's words, and the ticket is open work again.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from guichet.channels import outbox
from guichet.tickets.models import Delivery, Message, Status, Ticket
from tests import make
from tests.browser import client_of
from tests.channels.sink import Sink, sink
from tests.pains.sending import arrive, desk, gone, press_send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def out() -> Iterator[Sink]:
    with sink() as made:
        yield made


def resolved(cast: make.Cast) -> tuple[Ticket, Message]:
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    return ticket, press_send(client_of(cast.ana), ticket, "Done.", status="resolved")


def test_a_refused_reply_says_why_and_opens_the_ticket(out: Sink) -> None:
    cast = desk(out)
    out.rcpt = {"cleo@customer.example": "550 5.1.1 No such user here"}
    ticket, message = resolved(cast)
    assert outbox.send(message.pk) == Delivery.FAILED
    page = client_of(cast.ana).get(f"/tickets/{ticket.number}/").content.decode()
    assert "Not delivered" in page
    assert "No such user here" in page
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_since is not None) == (Status.OPEN, True)


def test_a_bounce_hours_later_stands_on_the_message(out: Sink) -> None:
    cast = desk(out)
    ticket, message = resolved(cast)
    gone(message, out)
    report = (
        b"From: MAILER-DAEMON@mx.customer.example\r\nTo: x\r\nSubject: Undelivered\r\nMessage-ID: <b@mx.example>\r\n"
        b'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\nMIME-Version: 1.0\r\n\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n--b\r\n"
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.customer.example\r\n\r\n"
        b"Final-Recipient: rfc822; cleo@customer.example\r\nAction: failed\r\nStatus: 5.2.2\r\n"
        b"Diagnostic-Code: smtp; 552 mailbox full\r\n\r\n--b--\r\n"
    )
    arrive(report, cast.support, to=out.taken[-1].sender, sender="")
    page = client_of(cast.ana).get(f"/tickets/{ticket.number}/").content.decode()
    assert "Not delivered" in page
    assert "552 mailbox full" in page
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    assert ticket.messages.filter(kind="inbound").count() == 1, "the report is no new message"
