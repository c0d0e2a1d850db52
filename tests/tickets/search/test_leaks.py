"""What a person may not read he does not find: not by a word, not by a slip, not after it was moved."""

from __future__ import annotations

import itertools

import pytest
from django.db import connection
from django.utils import timezone

from guichet.people.access import visible_messages, visible_tickets
from guichet.people.models import Person, Role
from guichet.tickets import actions, search
from guichet.tickets.actions import FileRef, Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, FileText, Message, MessageKind, SideConversation, Ticket
from guichet.tickets.search import indexing
from tests import make

pytestmark = pytest.mark.django_db


def finds(text: str, person: Person) -> list[int]:
    return list(Ticket.objects.visible_to(person).filter(search.matching(text, person)).values_list("pk", flat=True))


def test_agents_of_another_team_and_strangers_find_nothing(cast: make.Cast) -> None:
    ticket = make.ticket("Quetzalcoatl", to=cast.support, of=cast.cleo, text="The word is abracadabra.")
    assert finds("quetzalcoatl abracadabra", cast.ana) == [ticket.pk]
    assert finds("quetzalcoatl", cast.cleo) == [ticket.pk]
    for person, word in itertools.product((cast.ben, cast.dan, cast.eve), ("quetzalcoatl", "abracadabra", "-nothing")):
        assert finds(word, person) == [], (person, word)


def test_a_confidential_inbox_is_closed_to_administrators(cast: make.Cast) -> None:
    secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    hal = make.person("hal@desk.example", Role.AGENT, name="Hal", teams=(secret.team,))
    ticket = make.ticket("Abracadabra", to=secret, of=cast.dan)
    assert finds("abracadabra", hal) == [ticket.pk]
    assert finds("abracadabra", cast.ada) == []


def test_an_agent_reads_every_message_of_a_ticket_that_he_sees(cast: make.Cast) -> None:
    """What `matching` relies on for agents: if this rule changes, the cards alone answer no longer."""
    for agent in (cast.ana, cast.ada):
        assert visible_messages(agent) == visible_tickets(agent, "ticket__")


def test_a_customer_finds_exactly_what_he_may_read(cast: make.Cast) -> None:
    """Every kind of message in every state: found if, and only if, `visible_to` shows it."""
    ticket = make.ticket("Plain", to=cast.support, of=cast.cleo, text="Open words.")
    side = SideConversation.objects.create(ticket=ticket, subject="supplier", created_at=timezone.now())
    cases = itertools.product(MessageKind, ["", *Delivery], (True, False), (None, side))
    for number, (kind, delivery, is_verified, talk) in enumerate(cases):
        word = "zz" + "".join(chr(ord("a") + int(digit)) for digit in f"{number:03}") + "zz"
        message = Message.objects.create(
            ticket=ticket, kind=kind, delivery=delivery, is_verified=is_verified, side=talk, at=timezone.now(), text=word,
            reply=word, author=cast.cleo if kind == MessageKind.INBOUND else cast.ana,
        )  # fmt: skip
        may_read = Message.objects.visible_to(cast.cleo).filter(pk=message.pk).exists()
        assert finds(word, cast.cleo) == ([ticket.pk] if may_read else []), (kind, delivery, is_verified, talk)
        assert finds(f"open -{word}", cast.cleo) == ([] if may_read else [ticket.pk])
        assert finds(word, cast.ana) == [ticket.pk]


def test_words_in_hidden_files_stay_hidden_too(cast: make.Cast) -> None:
    ticket = make.ticket("Plain", to=cast.support, of=cast.cleo)
    file = FileRef("wizardry.pdf", "application/pdf", 4, "0" * 64)
    note = actions.add_note(ticket, Words(text="see", files=[file]), By(cast.ana))
    FileText.objects.create(attachment=note.attachments.get(), text="abracadabra")
    for word in ("wizardry", "abracadabra"):
        assert finds(word, cast.ana) == [ticket.pk]
        assert finds(word, cast.cleo) == []


def test_words_go_with_a_message_that_is_moved_and_come_back(cast: make.Cast) -> None:
    home = make.ticket("First", to=cast.support, of=cast.cleo, text="Something ordinary.")
    file = FileRef("wizardry.pdf", "application/pdf", 4, "0" * 64)
    message = actions.receive(home, Words(text="abracadabra", files=[file]), cast.cleo, By(cast.cleo, "email"))
    FileText.objects.create(attachment=message.attachments.get(), text="hocuspocus")
    new = actions.split(message, By(cast.ana))
    Ticket.objects.filter(pk=new.pk).update(inbox=cast.billing, team=cast.billing.team)
    for word in ("abracadabra", "wizardry", "hocuspocus"):
        assert finds(word, cast.ana) == [], word
        assert finds(word, cast.ben) == [new.pk], word
    assert finds("ordinary", cast.ben) == []
    actions.unsplit(new, home, By(cast.ana))
    for word in ("abracadabra", "wizardry", "hocuspocus"):
        assert finds(word, cast.ana) == [home.pk], word
        assert finds(word, cast.ben) == [], word


def test_words_that_are_taken_out_of_a_message_are_found_no_more(cast: make.Cast) -> None:
    ticket = make.ticket("Plain", to=cast.support, of=cast.cleo, text="My password is abracadabra.")
    indexing.work()
    Message.objects.filter(ticket=ticket).update(text="My password is (removed).", reply="My password is (removed).")
    assert finds("abracadabra", cast.ana) == []
    assert finds("removed", cast.ana) == [ticket.pk]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL guichet.erasing = 'on'")
    Message.objects.filter(ticket=ticket).delete()
    assert finds("removed", cast.ana) == []
    assert finds("plain", cast.ana) == [ticket.pk]


def test_an_accidental_likeness_tells_nothing_of_hidden_tickets(cast: make.Cast) -> None:
    make.ticket("Hidden", to=cast.billing, text="abracadabra")
    shown = make.ticket("Shown", to=cast.support, text="abrakadabra")
    while indexing.work():
        pass
    assert finds("abrakadbra", cast.ana) == [shown.pk]
    assert finds("abracadabbra", cast.ben) != [shown.pk]
