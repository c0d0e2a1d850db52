"""Pain 8: strangers merged into one ticket, a new topic glued to an old one, a number found in a CSS colour.

Here a shared Message-ID joins only mails of somebody who takes part; a changed topic is offered as a ticket of its own;
and no number or subject ever joins anything.
"""

from __future__ import annotations

from guichet.tickets import actions, topics
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Message, Ticket
from tests import make
from tests.pains.arriving import CLEO, Post, post, written

__all__ = ["post"]


def test_readers_of_one_newsletter_are_strangers_to_each_other(post: Post) -> None:
    make.cast()
    for name in ("anna", "bob", "carl"):
        sender = f"{name}@{name}.example"
        post(
            written(sender, In_Reply_To="<newsletter@shop.example>", References="<newsletter@shop.example>"),
            sender=sender,
        )
    assert Ticket.objects.count() == 3
    assert not Message.objects.exclude(suggested=None).exists()


def test_a_number_in_a_colour_or_a_subject_is_no_ticket(post: Post) -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    number = ticket.number
    post(written(subject=f"[#{number}] The printer is dark", text=f'<b style="color:#{number}">#{number}</b>'))
    assert ticket.messages.count() == 1
    assert Ticket.objects.count() == 2


def test_a_new_matter_in_an_old_thread_becomes_a_ticket_under_its_own_subject(post: Post) -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    ours = actions.reply(ticket, Words(text="So.", to=[{"name": "", "address": CLEO}]), By(cast.ana, "desk"), seen=None)
    parcel = post(written(In_Reply_To=f"<{ours.message_id}>", subject="Invoice 4711 is wrong"))
    message = Message.objects.get(pk=parcel.message_id)
    assert message.ticket == ticket
    assert topics.changed(ticket.subject, message.subject)
    new = actions.split(message, By(cast.ana, "desk"))
    assert new.subject == "Invoice 4711 is wrong"
    # what is said of each from now on finds its own
    for ref, where in ((message.message_id, new), (ours.message_id, ticket)):
        assert post(written(In_Reply_To=f"<{ref}>")).ticket_id == where.pk
