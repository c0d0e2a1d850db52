"""Pain 11: "Thank you" reopens a solved ticket and ruins the statistics. Here thanks leave it solved and are seen; anything
that asks for more, even politely, opens it again.
"""

from __future__ import annotations

import pytest

from guichet.channels import intake
from guichet.channels.email import tokens
from guichet.channels.email.reading.sandbox import Reader
from guichet.tickets import actions
from guichet.tickets.events import THANKED, By
from guichet.tickets.models import Status, Ticket
from tests import make
from tests.channels.intake_process import Intake, Line

pytestmark = pytest.mark.django_db(transaction=True)
THANKS = ["Thanks, solved!", "Merci, c'est réglé", "Danke, passt"]
MORE = [
    "Thanks, but it is dark again.",
    "Merci ! Et pour le scanner, comment faire ?",
    "Danke, geht leider immer noch nicht.",
]


def answered(text: str) -> Ticket:
    """A resolved ticket of Cleo's, after she wrote this to its signed address."""
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    actions.set_status(ticket, Status.RESOLVED, By(cast.ana, "desk"))
    address = tokens.reply_address(cast.support, ticket.pk, cast.cleo.pk)
    raw = (
        f"From: Cleo <cleo@customer.example>\r\nTo: {address}\r\nSubject: Re: The printer is dark\r\n"
        f"Message-ID: <thanks@customer.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
    with Intake() as door, Line(door.lmtp) as line:
        assert line.deliver(raw.encode(), address)[0].startswith("250")
    with Reader() as reader:
        while intake.drain(reader):
            pass
    ticket.refresh_from_db()
    assert ticket.messages.count() == 2
    return ticket


@pytest.mark.parametrize("text", THANKS)
def test_thanks_leave_it_resolved_and_are_seen(text: str) -> None:
    ticket = answered(text)
    assert (ticket.status, ticket.waiting_since) == (Status.RESOLVED, None)
    assert ticket.events.filter(kind=THANKED).exists()


@pytest.mark.parametrize("text", MORE)
def test_a_request_with_thanks_opens_it_again(text: str) -> None:
    ticket = answered(text)
    assert ticket.status == Status.OPEN
    assert ticket.waiting_since is not None
