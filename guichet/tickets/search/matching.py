"""Which tickets hold the words of a question, as a Q: part of whatever query asks for tickets."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Exists, F, Func, OuterRef, Q
from django.db.models.expressions import RawSQL

from guichet.people import access
from guichet.people.models import Person
from guichet.tickets.models import IndexCard, Message
from guichet.tickets.search.asking import Asked, Term, ask, search_query

NOTHING = Q(pk__in=())


def matching(text: str, person: Person, prefix: str = "") -> Q:
    """Tickets with all these words in what `person` may read there; put it to `Ticket.objects.visible_to(person)`.

    `prefix` carries it to rows that hang on a ticket ("ticket__"). Looks the words up at once: two small queries.
    """
    return matching_asked(ask(text), person, prefix)


def matching_asked(asked: Asked, person: Person, prefix: str = "") -> Q:
    query, without = asked.query(), asked.without()
    if not query and not without:
        return NOTHING
    key = f"{prefix}pk__in"
    rule = Q(**{key: tickets_with(query)}) if query else Q()
    if person.is_agent:
        # An agent reads all words of a ticket that he sees (access.visible_messages): the cards are the answer.
        return rule & ~Q(**{key: tickets_with(without)}) if without else rule
    return rule & openly(asked, person, prefix)


def openly(asked: Asked, person: Person, prefix: str = "") -> Q:
    """What the cards cannot say, for they hold notes too: that the words stand in what this person may read."""
    rule = Q()
    for term in asked.wanted:
        rule &= _said_openly(term, person, prefix)
    for term in asked.excluded:
        rule &= ~_said_openly(term, person, prefix)
    return rule


def tickets_with(query: str) -> Any:
    """The ids of tickets that have a card like that."""
    return RawSQL("SELECT search_cards(to_tsquery('simple', %s))", [query])


def _said_openly(term: Term, person: Person, prefix: str) -> Q:
    """The subject, a message or a file that `person` may read has this term."""
    query = search_query(term.whole)
    ticket = OuterRef(f"{prefix}pk")
    head = IndexCard.objects.filter(ticket=ticket, attachment=None).alias(head=_vector("search_head", "ticket_id"))
    said = Message.objects.visible_to(person).filter(ticket=ticket).alias(said=_vector("search_message", "pk"))
    readable = access.visible_messages(person, "attachment__message__")
    files = IndexCard.objects.filter(readable, ticket=ticket, attachment__isnull=False, words=query)
    return Q(Exists(head.filter(head=query))) | Q(Exists(said.filter(said=query))) | Q(Exists(files))


def _vector(function: str, column: str) -> Func:
    return Func(F(column), function=function, output_field=SearchVectorField())
