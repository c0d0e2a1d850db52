"""Pain 15: the customer gets a reply without the earlier conversation, and no longer knows what it is about.

Here each inbox chooses what is quoted, the answer threads under the message answered and keeps its subject, and what
was said to others (notes, third parties, mail nobody vouches for) is never among it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Inbox, Ticket
from tests import make
from tests.browser import client_of
from tests.channels.sink import Sink, sink
from tests.pains.sending import arrive, desk, gone, mail, press_send, text_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def out() -> Iterator[Sink]:
    with sink() as made:
        yield made


def conversation(cast: make.Cast, choice: str) -> Ticket:
    Inbox.objects.filter(pk=cast.support.pk).update(quote_history=choice)
    support = Inbox.objects.get(pk=cast.support.pk)
    first = arrive(
        mail("cleo@customer.example", "The printer", "FIRST it was dark.", message_id="<1@customer.example>"), support
    )
    assert first is not None
    press_send(client_of(cast.ana), first.ticket, "SECOND: which one?")
    actions.add_note(first.ticket, Words(text="SECRET"), By(cast.ana, "desk"))
    third = mail(
        "cleo@customer.example", "Re: The printer on floor 2", "THIRD: on floor 2.", message_id="<3@customer.example>",
        in_reply_to="<1@customer.example>",
    )  # fmt: skip
    assert arrive(third, support) is not None
    return first.ticket


@pytest.mark.parametrize(
    ("choice", "expected"), [("none", ()), ("last", ("THIRD",)), ("all", ("THIRD", "SECOND", "FIRST"))]
)
def test_as_the_inbox_chooses(choice: str, expected: tuple[str, ...], out: Sink) -> None:
    cast = desk(out)
    _to, made = gone(press_send(client_of(cast.ana), conversation(cast, choice), "I come at four."), out)
    words = text_of(made)
    assert words.startswith("I come at four.")
    assert (
        tuple(line[2:].split(":")[0].split(" ")[0] for line in words.splitlines() if line.startswith("> ")) == expected
    )
    assert "SECRET" not in out.taken[-1].raw.decode()
    assert made["Subject"] == "Re: The printer on floor 2"
    assert made["In-Reply-To"] == "<3@customer.example>"


def test_an_answer_to_an_older_message_leaves_under_its_subject(out: Sink) -> None:
    cast = desk(out)
    ticket = conversation(cast, "last")
    older = ticket.messages.get(message_id="1@customer.example")
    _to, made = gone(press_send(client_of(cast.ana), ticket, "About your first one.", f"?answers={older.pk}"), out)
    assert made["Subject"] == "Re: The printer"
    assert made["In-Reply-To"] == "<1@customer.example>"
    assert "> FIRST it was dark." in text_of(made)
