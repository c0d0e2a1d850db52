"""Recent requests like this one, and how they were solved: for whoever is about to write the same answer again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from guichet.kit.lines import one_line
from guichet.people.models import Person
from guichet.tickets.models import Delivery, Message, MessageKind, Status, Ticket
from guichet.tickets.search.folding import fold

SHOWN = 5
ANSWER = 280  # signs
LOOKED_AT = 400  # of those that share the most with it
FINISHED = (Status.RESOLVED, Status.CLOSED)
HALF_AS_GOOD = 180.0  # days
SOLVED_IS_WORTH = 1.4
ENOUGH = 0.35  # of what the ticket itself would be worth


@dataclass(frozen=True, slots=True)
class Similar:
    """A ticket like another one; `answer` is the beginning of the last words that went to its customer."""

    ticket: Ticket
    answer: str
    answered_by: str

    @property
    def is_solved(self) -> bool:
        return self.ticket.status in FINISHED and bool(self.answer)


# The rarest words of the request, each worth the more the rarer it is; then the tickets that share most of that worth.
# Only the index is asked: no card is read.
_ALIKE = """
WITH own AS (
    SELECT u.lexeme AS word, CASE WHEN 'A' = ANY(u.weights) THEN 2 ELSE 1 END AS times
    FROM unnest(setweight(search_vector(%(subject)s), 'A') || setweight(search_vector(%(text)s), 'B')) u
    WHERE length(u.lexeme) > 3 AND u.lexeme !~ '[0-9]' AND NOT u.lexeme = ANY(%(names)s)
), house AS (
    SELECT greatest(100, (SELECT reltuples FROM pg_class WHERE oid = 'tickets_message'::regclass)) AS messages
), rare AS (
    SELECT k.word, own.times * ln(house.messages / k.uses) AS worth
    FROM own JOIN tickets_knownword k ON k.word = own.word CROSS JOIN house
    WHERE k.uses > 1 AND k.uses < 0.05 * house.messages + 5
    ORDER BY worth DESC, k.word LIMIT 12
)
SELECT c.ticket_id, sum(rare.worth), count(*), (SELECT sum(worth) FROM rare)
FROM rare CROSS JOIN LATERAL (
    SELECT DISTINCT ticket_id FROM (
        SELECT search_cards(('''' || rare.word || '''')::tsquery) AS ticket_id LIMIT 5000) first_ones
) c
WHERE c.ticket_id <> %(ticket)s GROUP BY c.ticket_id ORDER BY 2 DESC, 1 DESC LIMIT %(limit)s
"""


def similar(ticket: Ticket, person: Person) -> list[Similar]:
    """The most alike of the tickets that `person` may see, solved and recent ones first: four queries.

    The caller has fetched `ticket` through `visible_to`.
    """
    said = Message.objects.visible_to(person).filter(ticket=ticket).exclude(kind=MessageKind.NOTE)
    first = said.order_by("id").values_list("reply", flat=True).first() or ""
    alike = _alike(ticket, first[:4000])
    visible = Ticket.objects.visible_to(person).defer("inbox__settings").filter(pk__in=alike)
    now = timezone.now()

    def worth(other: Ticket) -> float:
        days = max((now - other.last_message_at).total_seconds() / 86400, 0.0)
        solved = SOLVED_IS_WORTH if other.status in FINISHED else 1.0
        return alike[other.pk] * solved * (0.4 + 0.6 * math.exp2(-days / HALF_AS_GOOD))

    best = sorted(visible, key=lambda other: (-worth(other), -other.pk))[:SHOWN]
    answers = _last_answers(best, person)
    return [Similar(other, *answers.get(other.pk, ("", ""))) for other in best]


def _alike(ticket: Ticket, text: str) -> dict[int, float]:
    """Tickets by how much they share, as a part of what the ticket itself has: two words at least, and enough."""
    names = _words_of(f"{ticket.requester.name} {ticket.requester.address}")
    values: dict[str, Any] = {
        "subject": ticket.subject,
        "text": text,
        "names": names,
        "ticket": ticket.pk,
        "limit": LOOKED_AT,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ALIKE, values)
        rows = cursor.fetchall()
    return {
        pk: shared / whole
        for pk, shared, words, whole in rows
        if shared >= ENOUGH * whole and (words > 1 or shared == whole)
    }


def _words_of(text: str) -> list[str]:
    return fold(text).split()


def _last_answers(tickets: Sequence[Ticket], person: Person) -> dict[int, tuple[str, str]]:
    """The beginning of the last answer to each customer, and who wrote it."""
    sent = Message.objects.visible_to(person).public().filter(kind=MessageKind.OUTBOUND, auto="", ticket__in=tickets)
    latest = sent.exclude(delivery=Delivery.FAILED).order_by("ticket", "-at", "-pk").distinct("ticket")
    rows = latest.values_list("ticket_id", "reply", "text", "author__name")
    return {pk: (one_line(reply or text, ANSWER), name or "") for pk, reply, text, name in rows}
