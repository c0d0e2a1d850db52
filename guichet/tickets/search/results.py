"""The page of results: which tickets, in which order, what was found where.

A rare question is answered from its index entries. A common one (a fifth of all tickets) is not: there the newest
tickets are walked until the page is full, and the best are chosen among the newest that fit. Either way a page costs
the same small number of queries, and counts of what others may see are told to nobody.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from django.contrib.postgres.search import SearchRank
from django.db.models import F, Max
from django.utils import timezone
from django.utils.safestring import SafeString

from guichet.kit.web import read_cursor, write_cursor
from guichet.people.models import Person
from guichet.people.named import all_but_name
from guichet.tickets.models import IndexCard, Ticket
from guichet.tickets.models.ticket import TicketQuerySet
from guichet.tickets.search.asking import Asked, ask, search_query
from guichet.tickets.search.evidence import Evidence, show
from guichet.tickets.search.marks import Marker, marked
from guichet.tickets.search.matching import COMMON, matching_asked

PAGE = 20
FEW = {"best": 8000, "newest": COMMON}  # the best are chosen among two hundred: a longer walk
RANKED = 200  # the newest so many that fit are put in order by how well they do
WEIGHTS = [0.1, 0.3, 0.6, 1.0]  # quotes and files' text, names, what was said, the subject
REACHED = 0.02  # what is found only by a compound, a beginning or a slip is worth that
HALF_AS_GOOD = 365.0  # days until age has halved a ticket's worth
SORTS = ("best", "newest")


@dataclass(slots=True)
class Hit:
    """A ticket that was found. `subject` and `who` are safe HTML with marks."""

    ticket: Ticket
    subject: SafeString
    who: SafeString
    evidence: Evidence | None


@dataclass(slots=True)
class Results:
    """`exact`: the ticket whose number was asked for. `meant`: words found instead of those that nobody wrote."""

    asked: Asked
    hits: list[Hit] = field(default_factory=list)
    exact: Ticket | None = None
    next_cursor: str = ""
    meant: list[tuple[str, list[str]]] = field(default_factory=list)
    is_ranked_in_part: bool = False  # there are more than were put in order


def found(text: str, person: Person, sort: str = "best", cursor: str = "") -> Results:
    """One page of the tickets that `person` may see and that hold these words in what he may read there."""
    results = Results(ask(text))
    asked = results.asked
    if not asked.terms:
        return results
    visible = Ticket.objects.visible_to(person)
    if asked.number is not None and not cursor:
        results.exact = _shown(visible).filter(number=asked.number).first()
    fitting = visible.filter(matching_asked(asked, person, common=FEW[sort]))
    if results.exact:
        fitting = fitting.exclude(pk=results.exact.pk)
    query = asked.query()
    if sort == "newest" or not query:
        keys, results.next_cursor = _newest(fitting, cursor)
    else:
        keys, results.next_cursor, results.is_ranked_in_part = _best(asked, fitting, cursor)
    rows = {ticket.pk: ticket for ticket in _shown(visible).filter(pk__in=keys)}
    tickets = [rows[key] for key in keys if key in rows]
    marker = Marker(asked.wanted)
    evidence = show(tickets, marker, query, person) if query else {}
    results.hits = [_hit(ticket, marker, evidence.get(ticket.pk)) for ticket in tickets]
    results.meant = _meant(asked, results.hits, marker)
    return results


def _shown(visible: TicketQuerySet) -> TicketQuerySet:
    rows = visible.select_related("requester__organisation", "inbox", "assignee")
    return rows.defer("inbox__settings", "requester__grams", *all_but_name("assignee"))


def _newest(fitting: TicketQuerySet, cursor: str) -> tuple[list[int], str]:
    after = read_cursor("search.newest", cursor)
    if after:
        at, pk = datetime.fromisoformat(after[0]), after[1]
        # The first condition alone bounds the walk along the index.
        fitting = fitting.filter(last_message_at__lte=at).exclude(last_message_at=at, pk__gte=pk)
    rows = list(fitting.order_by("-last_message_at", "-pk").values_list("pk", "last_message_at")[: PAGE + 1])
    if len(rows) <= PAGE:
        return [pk for pk, _at in rows], ""
    pk, at = rows[PAGE - 1]
    return [pk for pk, _at in rows[:PAGE]], write_cursor("search.newest", [at.isoformat(), pk])


def _best(asked: Asked, fitting: TicketQuerySet, cursor: str) -> tuple[list[int], str, bool]:
    """The newest RANKED that fit, the best first; all pages see them as they were when the first one was asked for."""
    after = read_cursor("search.best", cursor)
    now = datetime.fromisoformat(after[0]) if after else timezone.now()
    newest = fitting.filter(last_message_at__lte=now).order_by("-last_message_at", "-pk")
    ages = dict(newest.values_list("pk", "last_message_at")[: RANKED + 1])
    ranks = _ranks(asked, list(ages)[:RANKED])
    worth = sorted((-round(_worth(ranks[pk], ages[pk], now), 6), -pk) for pk in ranks)
    if after:
        worth = [one for one in worth if one > (after[1], after[2])]
    page = worth[:PAGE]
    more = write_cursor("search.best", [now.isoformat(), *page[-1]]) if len(worth) > PAGE else ""
    return [-pk for _worth_of, pk in page], more, len(ages) > RANKED


def _ranks(asked: Asked, tickets: Sequence[int]) -> dict[int, float]:
    """How well each of these tickets fits: the words as typed, or other forms of them, and where they stand."""
    exact = search_query(" | ".join(term.exact for term in asked.wanted))
    rank = Max(SearchRank(F("words"), cast(Any, exact), weights=WEIGHTS))
    rows = IndexCard.objects.filter(ticket__in=tickets).values("ticket_id").annotate(rank=rank).order_by()
    return {row["ticket_id"]: row["rank"] + REACHED for row in rows}


def _worth(rank: float, at: datetime, now: datetime) -> float:
    days = max((now - at).total_seconds() / 86400, 0.0)
    return rank * (0.3 + 0.7 * math.exp2(-days / HALF_AS_GOOD))


def _hit(ticket: Ticket, marker: Marker, evidence: Evidence | None) -> Hit:
    who = str(ticket.requester)
    if ticket.requester.organisation:
        who = f"{who} · {ticket.requester.organisation}"
    subject = ticket.subject
    return Hit(ticket, marked(subject, marker.find(subject)), marked(who, marker.find(who)), evidence)


def _meant(asked: Asked, hits: Sequence[Hit], marker: Marker) -> list[tuple[str, list[str]]]:
    """Of each mistyped word those it was taken for, as far as they stand on what is shown: nothing else is told."""
    shown = " ".join(f"{hit.ticket.subject} {hit.ticket.requester} {hit.ticket.requester.organisation or ''} "
                     f"{hit.evidence.plain if hit.evidence else ''}" for hit in hits)  # fmt: skip
    there = {one.word: shown[one.start : one.end] for one in reversed(marker.find(shown))}
    meant = [(term.words[0], [there[word] for word in term.near if word in there]) for term in asked.wanted]
    return [(word, words) for word, words in meant if words]
