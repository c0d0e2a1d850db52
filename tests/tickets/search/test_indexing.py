"""The cards: at once with the message, bounded for long conversations, right after every change."""

from __future__ import annotations

import pytest
from django.db import connection

from guichet.people.models import Organisation, Person
from guichet.tickets import actions, search
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import IndexCard, KnownWord, Message, Ticket, ToIndex
from guichet.tickets.search import indexing
from tests import make

pytestmark = pytest.mark.django_db


def finds(text: str, person: Person) -> list[str]:
    hits = Ticket.objects.visible_to(person).filter(search.matching(text, person))
    return sorted(hits.values_list("subject", flat=True))


def index_all() -> None:
    while indexing.work():
        pass


def long_words(start: int, count: int = 3000) -> str:
    return " ".join(f"word{number}" for number in range(start, start + count))


def test_new_words_are_found_without_any_worker(cast: make.Cast) -> None:
    ticket = make.ticket("Subject", to=cast.support, of=cast.cleo, text="abracadabra")
    actions.receive(ticket, Words(text="hocuspocus"), cast.cleo, By(cast.cleo, "email"))
    actions.add_note(ticket, Words(text="simsalabim"), By(cast.ana))
    assert finds("abracadabra hocuspocus simsalabim cleo subject", cast.ana) == ["Subject"]


def test_a_long_conversation_has_several_cards_and_each_is_found(cast: make.Cast) -> None:
    ticket = make.ticket("Long", to=cast.support, of=cast.cleo, text="abracadabra")
    messages = [
        actions.receive(ticket, Words(text=long_words(at * 3000)), cast.cleo, By(cast.cleo, "email"))
        for at in range(10)
    ]
    cards = list(IndexCard.objects.filter(ticket=ticket).order_by("first").values_list("first", "size"))
    assert len(cards) > 2
    assert all(size <= 12_000 for _first, size in cards)
    for word in ("abracadabra", "word3", "word14001", "word29999", "word29999 cleo long"):
        assert finds(word, cast.ana) == ["Long"], word
    assert finds("long -word29999", cast.ana) == []
    new = actions.split(messages[4], By(cast.ana))
    assert finds("word12001", cast.ana) == [new.subject]
    assert finds("word15001", cast.ana) == ["Long"]
    before = sorted(IndexCard.objects.values_list("ticket_id", "first", "words"))
    with connection.cursor() as cursor:
        for pk in (ticket.pk, new.pk):
            cursor.execute("SELECT search_rewrite_all(%s)", [pk])
    assert finds("word29999 cleo", cast.ana) == ["Long"]
    assert len(before) >= 3


def test_quotes_and_enormous_messages_refuse_nothing(cast: make.Cast) -> None:
    ticket = make.ticket("Huge", to=cast.support, of=cast.cleo)
    enormous = " ".join(f"{number:x}é{number * 7919:x}" for number in range(120_000))
    for text in (enormous, "x" * 3_000_000, "ﷺ" * 200_000, enormous[::-1]):
        actions.receive(ticket, Words(text=text), cast.cleo, By(cast.cleo, "email"))
    words = Words(text="new words\n> abracadabra", reply="new words")
    actions.receive(ticket, words, cast.cleo, By(cast.cleo, "email"))
    assert finds("abracadabra", cast.ana) == ["Huge"]
    actions.split(ticket.messages.latest("id"), By(cast.ana))


def test_another_subject_requester_or_name_is_found_after_the_worker_came_by(cast: make.Cast) -> None:
    ticket = make.ticket("Before", to=cast.support, of=cast.cleo)
    index_all()
    Ticket.objects.filter(pk=ticket.pk).update(subject="Afterwards", requester=cast.dan)
    index_all()
    assert finds("afterwards roth", cast.ana) == ["Afterwards"]
    Person.objects.filter(pk=cast.dan.pk).update(name="Zacharias Zimt")
    Organisation.objects.filter(name="Acme").update(name="Umbrella")
    index_all()
    assert finds("zacharias umbrella", cast.ana) == ["Afterwards"]
    assert finds("roth", cast.ana) == []


def test_what_was_there_before_search_is_indexed_by_the_worker(cast: make.Cast) -> None:
    ticket = make.ticket("Old", to=cast.support, of=cast.cleo, text="abracadabra")
    IndexCard.objects.all().delete()
    ToIndex.objects.all().delete()
    assert finds("abracadabra", cast.ana) == []
    ToIndex.objects.create(ticket_id=ticket.pk)
    ToIndex.objects.create(ticket_id=999_999_999)
    index_all()
    assert finds("abracadabra", cast.ana) == ["Old"]
    assert not ToIndex.objects.exists()


def test_words_are_learned_once_and_counted(cast: make.Cast) -> None:
    for _ in range(3):
        make.ticket("Same", to=cast.support, text="Abracadabra! abracadabra")
    index_all()
    assert KnownWord.objects.get(word="abracadabra").uses == 3
    assert not KnownWord.objects.filter(word__regex="[0-9A-Z]").exists()


def test_words_that_stand_nowhere_any_more_are_forgotten(cast: make.Cast) -> None:
    ticket = make.ticket("Same", to=cast.support, text="Abracadabra simsalabim")
    index_all()
    Message.objects.filter(ticket=ticket).update(text="simsalabim", reply="simsalabim")
    index_all()
    assert KnownWord.objects.filter(word="abracadabra").exists()
    after = indexing.forget_words("")
    while after:
        after = indexing.forget_words(after)
    assert not KnownWord.objects.filter(word="abracadabra").exists()
    assert KnownWord.objects.filter(word="simsalabim").exists()


def test_a_ticket_that_goes_takes_its_cards_along(cast: make.Cast) -> None:
    ticket = make.ticket("Gone", to=cast.support, of=cast.cleo, text="abracadabra")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL guichet.erasing = 'on'")
    ticket.delete()
    assert not IndexCard.objects.exists()
