"""Thanks for a resolved ticket: it stays resolved, one sees why, and an agent can open it again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from guichet.tickets import actions, events
from guichet.tickets.actions import FileRef, Joining, Words
from guichet.tickets.events import By
from guichet.tickets.models import Status, Ticket
from guichet.tickets.sentences import Names, sentence
from tests import make

pytestmark = pytest.mark.django_db

LOGO = FileRef("logo.png", "image/png", 900, "a" * 64, is_inline=True)
SHOT = FileRef("shot.png", "image/png", 90_000, "b" * 64, is_inline=True)
SIGNED = FileRef("smime.p7s", "application/pkcs7-signature", 4000, "c" * 64)


def resolved(status: Status = Status.RESOLVED) -> Ticket:
    cast = make.cast()
    ticket = make.ticket("Dark printer", to=cast.support, of=cast.cleo)
    actions.set_status(ticket, status, By(cast.ana, "desk"))
    ticket.refresh_from_db()
    return ticket


def say(ticket: Ticket, *said: Words) -> Ticket:
    now = timezone.now()
    cleo = ticket.requester
    actions.receive_all(
        [Joining(ticket, words, cleo, By(cleo, "email"), now + timedelta(seconds=n)) for n, words in enumerate(said)]
    )
    return Ticket.objects.get(pk=ticket.pk)


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_thanks_leave_it_resolved_and_say_so(status: Status) -> None:
    ticket = resolved(status)
    after = say(ticket, Words(text="Thanks, it works again!", subject="Re: Dark printer"))
    assert (after.status, after.waiting_since) == (status, None)
    thanked = after.events.get(kind=events.THANKED)
    assert thanked.cause.kind == events.RECEIVED
    assert (thanked.actor, thanked.message) == (ticket.requester, after.messages.last())
    assert sentence(thanked, Names({}, {}, {})) == "said thanks; the request stays resolved"
    assert after.preview == "Thanks, it works again!"


def test_an_agent_opens_it_again() -> None:
    after = say(resolved(), Words(text="Merci, c'est réglé"))
    actions.set_status(after, Status.OPEN, By(via="desk"))
    after.refresh_from_db()
    assert after.status == Status.OPEN


@pytest.mark.parametrize(
    "words",
    [
        Words(text="Thanks, but it is still dark."),
        Words(text="Thanks! When does the new one come?"),
        Words(text="Thanks", subject="New laptop for Jane"),
        Words(text="Thanks", files=[FileRef("list.pdf", "application/pdf", 9, "d" * 64)]),
        Words(text="Thanks", files=[SHOT]),
        Words(text="Thanks\n\nOn Monday Ana wrote:\n> Is it bright?", reply="Thanks, no"),
        Words(text=""),
    ],
)
def test_anything_more_reopens_it(words: Words) -> None:
    after = say(resolved(), words)
    assert after.status == Status.OPEN
    assert after.waiting_since is not None
    assert not after.events.filter(kind=events.THANKED).exists()


def test_a_signature_and_a_picture_that_came_before_are_no_news() -> None:
    ticket = resolved()
    ticket = say(ticket, Words(text="Still dark.", files=[LOGO]))
    actions.set_status(ticket, Status.RESOLVED, By(via="desk"))
    after = say(ticket, Words(text="Thanks, works now", files=[LOGO, SIGNED]))
    assert after.status == Status.RESOLVED


def test_a_pending_ticket_opens_by_thanks_too() -> None:
    after = say(resolved(Status.PENDING), Words(text="Thanks!"))
    assert after.status == Status.OPEN


def test_in_one_batch_each_word_counts_in_its_turn() -> None:
    after = say(resolved(), Words(text="Thanks!"), Words(text="No, still dark."), Words(text="Thanks!"))
    assert after.status == Status.OPEN
    assert after.waiting_since is not None
    assert after.events.filter(kind=events.THANKED).count() == 1
