"""Which tickets hold the words of a question, as a Q: part of whatever query asks for tickets."""

from __future__ import annotations

from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.lookups import IsNull

from guichet.people import access
from guichet.people.models import Person
from guichet.tickets.models import IndexCard, Message
from guichet.tickets.search.asking import Asked, Term, ask, search_query

NOTHING = Q(pk__in=())
# From so many cards on it is cheaper to ask the tickets one by one, newest first, than to put in order all that fit.
COMMON = 2500


def matching(text: str, person: Person, prefix: str = "") -> Q:
    """Tickets with all these words in what `person` may read there; put it to `Ticket.objects.visible_to(person)`.

    `prefix` carries it to rows that hang on a ticket ("ticket__"). Looks the words up at once: three small queries.
    """
    return matching_asked(ask(text), person, prefix, COMMON)


def matching_asked(asked: Asked, person: Person, prefix: str = "", common: int = COMMON) -> Q:
    query, without = asked.query(), asked.without()
    if not query and not without:
        return NOTHING
    rule = _holding(query, prefix, common) if query else Q()
    if not person.is_agent:
        return rule & openly(asked, person, prefix)
    # An agent reads all words of a ticket that he sees (access.visible_messages): the cards are the answer.
    return rule & ~_with_card(without, prefix) if without else rule


def _holding(query: str, prefix: str, common: int) -> Q:
    """The few tickets that a rare question has; of a common one each ticket is asked, in the order of whatever list
    they stand in, until its page is full."""
    # Words that stand side by side are read for each card, where the index alone knows the others: fewer are few.
    most = min(common, COMMON) if "<->" in query else common
    tickets = None if prefix else _few_with_card(query, most)
    return _with_card(query, prefix) if tickets is None else Q(_any_of(tickets))


def _few_with_card(query: str, most: int) -> str | None:
    """Their tickets as PostgreSQL writes an array, for there may be thousands; None for more than so many cards."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(array_agg(DISTINCT ticket), '{}')::text, count(*) FROM "
            "(SELECT search_cards(to_tsquery('simple', %s)) AS ticket LIMIT %s) few",
            [query, most + 1],
        )
        tickets, cards = cursor.fetchone()
    return tickets if cards <= most else None


def _any_of(tickets: str) -> Func:
    """`pk IN (...)` without a parameter, and its Python, for each of thousands."""
    array = Value(tickets)
    return Func(
        F("pk"), array, template="%(expressions)s::bigint[])", arg_joiner=" = ANY(", output_field=BooleanField()
    )


def _with_card(query: str, prefix: str) -> Q:
    """Asked of each ticket by itself: an EXISTS would be made a join of all."""
    cards = IndexCard.objects.filter(ticket=OuterRef(f"{prefix}pk"), words=search_query(query)).values("pk")[:1]
    return Q(IsNull(Subquery(cards), False))


def openly(asked: Asked, person: Person, prefix: str = "") -> Q:
    """What the cards cannot say, for they hold notes too: that the words stand in what this person may read."""
    rule = Q()
    for term in asked.wanted:
        rule &= _said_openly(term, person, prefix)
    for term in asked.excluded:
        rule &= ~_said_openly(term, person, prefix)
    return rule


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
