"""Pages that only read: results for a question, and what is like a ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from guichet.desk.doors import for_agents, reader, visible_ticket
from guichet.desk.frame import Frame
from guichet.people.models import Organisation, Person
from guichet.people.search import find_organisations, find_people
from guichet.tickets import search
from guichet.tickets.search.asking import LONGEST, Asked

PEOPLE, ORGANISATIONS = 5, 3


@dataclass(frozen=True)
class Wider:
    """The same question with a word less."""

    word: str
    url: str


@require_safe
@for_agents
def results(request: HttpRequest) -> HttpResponseBase:
    person = reader(request)
    frame = Frame(request)
    last_event = frame.last_event
    text = request.GET.get("q", "").replace("\0", " ").strip()
    sort = request.GET.get("sort", "best")
    if sort not in search.SORTS:
        sort = "best"
    cursor = request.GET.get("after", "")
    found = search.found(text, person, sort, cursor)
    context = {
        "frame": frame,
        "last_event": last_event,
        "section": "search",
        "q": text,
        "sort": sort,
        "sorts": [(key, label, _url(text, key)) for key, label in _sort_labels()],
        "found": found,
        "people": [] if cursor else _people(found.asked, person),
        "organisations": [] if cursor else _organisations(found.asked, person),
        "next_url": _url(text, sort, after=found.next_cursor) if found.next_cursor else "",
        "first_url": _url(text, sort) if cursor else "",
        "newest_url": _url(text, "newest"),
        "wider": _wider(found.asked, sort) if not found.hits and not found.exact else [],
        "longest": LONGEST,
        "word_no_subject": _("(no subject)"),
    }
    return render(request, "desk/search/results.html", context)


@require_safe
@for_agents
def similar(request: HttpRequest, number: int) -> HttpResponseBase:
    """A part of the ticket page that it fetches once it stands."""
    ticket = visible_ticket(request, number)
    context: dict[str, Any] = {
        "alike": search.similar(ticket, reader(request)),
        "word_no_subject": _("(no subject)"),
    }
    return render(request, "desk/search/_similar.html", context)


def _sort_labels() -> list[tuple[str, str]]:
    return [("best", pgettext("sort", "Best match")), ("newest", pgettext("sort", "Newest message"))]


def _url(text: str, sort: str, **more: str) -> str:
    return f"{reverse('desk:search')}?{urlencode({'q': text, **({'sort': sort} if sort != 'best' else {}), **more})}"


def _names(asked: Asked) -> str:
    """What may be a name: the words that are wanted, not the whole of a sentence."""
    return " ".join(" ".join(term.words) for term in asked.wanted)


def _meant(asked: Asked) -> str:
    """The same, each mistyped word as the commonest that it may be a slip of; empty where there is none."""
    if not any(term.near for term in asked.wanted):
        return ""
    return " ".join(term.near[0] if term.near else " ".join(term.words) for term in asked.wanted)


def _people(asked: Asked, person: Person) -> list[Person]:
    if not asked.wanted or asked.number is not None:
        return []
    visible = Person.objects.visible_to(person).select_related("organisation").defer("grams")
    names, meant = _names(asked), _meant(asked)
    found = find_people(visible, names, PEOPLE, slips=False)
    if not found and meant:  # nearly everybody stands on a ticket: letter by letter only the others are compared
        found = find_people(visible, meant, PEOPLE, slips=False)
    return found or (find_people(visible, names, PEOPLE) if _may_be_slips(asked) else [])


def _organisations(asked: Asked, person: Person) -> list[Organisation]:
    if not asked.wanted or asked.number is not None:
        return []
    visible = Organisation.objects.visible_to(person)
    return find_organisations(visible, _names(asked), ORGANISATIONS, slips=_may_be_slips(asked))


def _may_be_slips(asked: Asked) -> bool:
    """Whoever typed a word that stands in tickets meant that word."""
    return any(not term.is_known for term in asked.wanted)


def _wider(asked: Asked, sort: str) -> list[Wider]:
    """Each question that is left when one of its words goes."""
    if len(asked.terms) < 2:
        return []
    words = [_typed(term.words, term.is_quoted, term.is_excluded) for term in asked.terms]
    return [Wider(word, _url(" ".join(words[:at] + words[at + 1 :]), sort)) for at, word in enumerate(words)]


def _typed(words: tuple[str, ...], is_quoted: bool, is_excluded: bool) -> str:
    text = " ".join(words)
    return f"{'-' if is_excluded else ''}{chr(34) + text + chr(34) if is_quoted or len(words) > 1 else text}"
