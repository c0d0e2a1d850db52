"""Which tickets hold the words of a question, as a Q: part of whatever query asks for tickets."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db.models import Exists, F, Func, OuterRef, Q

from guichet.people import access
from guichet.people.models import Person
from guichet.tickets.models import IndexCard, Message
from guichet.tickets.search.asking import Asked, Term, ask, raw_query

NOTHING = Q(pk__in=())


def matching(text: str, person: Person, prefix: str = "") -> Q:
    """Tickets with all these words in what `person` may read there; put it to `Ticket.objects.visible_to(person)`.

    `prefix` carries it to rows that hang on a ticket ("ticket__"). Looks the words up at once: two small queries.
    """
    return matching_asked(ask(text), person, prefix)


def matching_asked(asked: Asked, person: Person, prefix: str = "") -> Q:
    query, without = asked.query(), asked.without()
    if query is None and without is None:
        return NOTHING
    key = f"{prefix}pk__in"
    rule = Q(**{key: _cards(query)}) if query is not None else Q()
    if person.is_agent:
        # An agent reads all words of a ticket that he sees (access.visible_messages): the cards are the answer.
        return rule & ~Q(**{key: _cards(without)}) if without is not None else rule
    # Cards hold notes too. For anyone else they only narrow down the tickets whose readable words are then looked at.
    for term in asked.wanted if query is not None else ():
        rule &= _said_openly(term, person, prefix)
    for term in asked.excluded:
        rule &= ~_said_openly(term, person, prefix)
    return rule


def _cards(query: SearchQuery) -> Any:
    return IndexCard.objects.filter(words=query).values("ticket_id")


def _said_openly(term: Term, person: Person, prefix: str) -> Q:
    """The subject, a message or a file that `person` may read has this term."""
    query = raw_query([term.whole])
    ticket = OuterRef(f"{prefix}pk")
    head = IndexCard.objects.filter(ticket=ticket, attachment=None).alias(head=_vector("search_head", "ticket_id"))
    said = Message.objects.visible_to(person).filter(ticket=ticket).alias(said=_vector("search_message", "pk"))
    readable = access.visible_messages(person, "attachment__message__")
    files = IndexCard.objects.filter(readable, ticket=ticket, attachment__isnull=False, words=query)
    return Q(Exists(head.filter(head=query))) | Q(Exists(said.filter(said=query))) | Q(Exists(files))


def _vector(function: str, column: str) -> Func:
    return Func(F(column), function=function, output_field=SearchVectorField())
