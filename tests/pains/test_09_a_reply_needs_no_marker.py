"""Pain 9: replies are refused or emptied because a marker line is missing or the body is empty, and hang in the inbox.

Here nothing depends on a line of ours in the mail: an empty answer stands on its ticket too, and never hangs.
"""

from __future__ import annotations

import pytest

from guichet.channels.models import ParcelState
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Message
from tests import make
from tests.pains.arriving import CLEO, Post, post, written

__all__ = ["post"]


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("", ""),
        ("\r\n\r\n", ""),
        ("Yes.", "Yes."),
        ("Yes.\n\n> Is it dark?", "Yes."),
        ("> Is it dark?\n\nYes.", "Yes."),
        ("Yes.\n\nOn Sun, 22 Nov 2026 at 10:00, Support <support@desk.example> wrote:\n> Is it dark?", "Yes."),
    ],
)
def test_an_answer_is_kept_whatever_stands_below_it(post: Post, text: str, reply: str) -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    ours = actions.reply(
        ticket, Words(text="Is it dark?", to=[{"name": "", "address": CLEO}]), By(cast.ana, "desk"), seen=None
    )
    parcel = post(written(text=text, In_Reply_To=f"<{ours.message_id}>"))
    message = Message.objects.get(pk=parcel.message_id)
    assert (parcel.state, message.ticket) == (ParcelState.TICKET, ticket)
    assert reply in message.reply
    assert message.reply.strip() or not text.strip()


def test_an_empty_first_mail_is_a_ticket(post: Post) -> None:
    make.cast()
    assert post(written(text="", subject="")).state == ParcelState.TICKET
