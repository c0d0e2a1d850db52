"""Pain 10: mail loops; out-of-office notes become tickets, reopen them or close them.

Here automatic mail stands on its ticket and changes nothing, is never answered, opens none of its own, and two robots
that answer one another come to an end after a handful of mails (more in tests/channels/test_floods.py).
"""

from __future__ import annotations

import pytest

from guichet.channels.models import Acknowledgement, End
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Message, MessageKind, Status, Ticket
from tests import make
from tests.pains.arriving import CLEO, Post, post, written

__all__ = ["post"]
AWAY = {
    "subject": "Automatic reply: Printer",
    "text": "I am out of the office until Monday.",
    "Auto_Submitted": "auto-replied",
}


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED, Status.PENDING, Status.IN_PROGRESS])
def test_an_absence_note_changes_nothing_on_its_ticket(post: Post, status: Status) -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    ours = actions.reply(ticket, Words(text="So.", to=[{"name": "", "address": CLEO}]), By(cast.ana, "desk"), seen=None)
    actions.set_status(ticket, status, By(cast.ana, "desk"))
    ticket.refresh_from_db()
    waiting = ticket.waiting_since
    post(written(In_Reply_To=f"<{ours.message_id}>", **AWAY))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.waiting_since) == (status, waiting)
    assert ticket.messages.latest("id").auto == "auto-reply"


def test_an_absence_note_that_belongs_nowhere_is_in_the_ledger_and_on_no_desk(post: Post) -> None:
    make.cast()
    assert post(written(**AWAY)).end == End.IGNORED
    assert not Ticket.objects.exists()


def test_two_robots_say_little_to_each_other(post: Post) -> None:
    make.cast()
    robot = "helpdesk@other.example"
    post(written(robot, subject="Your request"), sender=robot)
    for turn in range(6):
        make.follow_log()
        ours = Message.objects.filter(kind=MessageKind.OUTBOUND).latest("id")
        # it answers under a new number each time, without a word that it is a robot
        post(written(robot, subject=f"We have received your request {turn}", X_Answers=ours.message_id), sender=robot)
    make.follow_log()
    assert Acknowledgement.objects.count() == 2
