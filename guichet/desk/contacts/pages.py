"""Pages to read: the list of people, a person, and whom one may choose somewhere."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from guichet.desk.contacts import history, listing
from guichet.desk.doors import for_agents, reader
from guichet.people import merging
from guichet.people.access import can
from guichet.people.contacts import is_first
from guichet.people.extra import facts
from guichet.people.models import Change, ExtraField, Note, Person, Role
from guichet.people.search import find_people
from guichet.tickets.models import Ticket

FOUND = 12
TYPED = 200


def page(request: HttpRequest, template: str, key: str, **context: Any) -> HttpResponse:
    """A page of this room; `key` is its place in the menu beside it."""
    facts = {"section": "contacts", "contacts_key": key, "keeps": can(request.user, "keep contacts")}
    return render(request, f"contacts/{template}.html", {**facts, **context})


def is_part(request: HttpRequest) -> bool:
    """Whether the list alone was asked for, by the search line above it."""
    return request.headers.get("HX-Target") == "found"


@require_safe
@for_agents
def people(request: HttpRequest) -> HttpResponseBase:
    typed = request.GET.get("q", "").strip()[:TYPED]
    sort = request.GET.get("sort", "name")
    sort = sort if sort in listing.SORTS else "name"
    inactive = request.GET.get("inactive") == "1"
    cursor = request.GET.get("after", "")
    found = listing.people_page(reader(request), typed, sort, cursor, inactive=inactive)
    kept = {**({"sort": sort} if sort != "name" else {}), **({"inactive": "1"} if inactive else {})}
    context = {
        "people": found.rows,
        "typed": typed,
        "sort": sort,
        "inactive": inactive,
        "sorts": [(key, label, _url("people", **{**kept, "sort": key})) for key, label in listing.SORTS.items()],
        "sort_label": listing.SORTS[sort],
        "first_url": _url("people", **kept) if cursor else "",
        "next_url": _url("people", **kept, after=found.next_cursor) if found.next_cursor else "",
    }
    return page(request, "_people" if is_part(request) else "people", "people", **context)


def _url(name: str, **query: str) -> str:
    return f"{reverse(f'contacts:{name}')}{'?' if query else ''}{urlencode(query)}"


def visible_person(request: HttpRequest, pk: int) -> Person:
    """Raises Http404 for somebody hidden, exactly as for nobody."""
    nouns = ("organisation", "department", "merged_into")
    return get_object_or_404(Person.objects.visible_to(request.user).select_related(*nouns), pk=pk)


def visible_customer(request: HttpRequest, pk: int) -> Person:
    """Somebody who may be changed here: no colleague, and nobody who became somebody else."""
    found = visible_person(request, pk)
    if found.role != Role.CUSTOMER or found.merged_into_id is not None:
        raise Http404
    return found


@require_safe
@for_agents
def person(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = visible_person(request, pk)
    me = reader(request)
    if found.merged_into is not None:
        return redirect("contacts:person", found.merged_into.pk)
    asked = Ticket.objects.visible_to(me).filter(requester=found)
    only_open = request.GET.get("show") == "open"
    tickets = listing.tickets_of(me, asked, request.GET.get("after", ""), only_open=only_open)
    home = reverse("contacts:person", args=[pk])
    context = {
        "person": found,
        "is_customer": found.role == Role.CUSTOMER,
        "identities": identities_of(found),
        "facts": facts(ExtraField.objects.visible_to(me).of("person"), found.extra),
        "notes": Note.objects.visible_to(me).filter(person=found).select_related("author"),
        "changes": history.told(Change.objects.visible_to(me).filter(person=found)),
        "duplicates": merging.suggest(found, Person.objects.visible_to(me)) if can(me, "keep contacts") else [],
        "span": listing.span_of(asked),
        "tickets": tickets.rows,
        "only_open": only_open,
        "all_url": home,
        "open_url": f"{home}?show=open",
        "is_later_page": "after" in request.GET,
        "next_url": f"{home}?{urlencode({'after': tickets.next_cursor, **({'show': 'open'} if only_open else {})})}"
        if tickets.next_cursor
        else "",
    }
    return page(request, "person", "people", **context)


def identities_of(person: Person) -> list[Any]:
    rows: list[Any] = list(person.identities.all())
    for one in rows:
        one.is_first = is_first(one, person)
        one.has_others = sum(other.kind == one.kind for other in rows) > 1
    return sorted(rows, key=lambda one: (one.kind != "mail", not one.is_first, one.pk))


@require_safe
@for_agents
def find(request: HttpRequest) -> HttpResponseBase:
    """Customers to choose from, for a search line elsewhere; `field` names the value of each."""
    without = request.GET.get("without", "")
    others = int(without) if without.isascii() and without.isdecimal() and len(without) < 19 else None
    context = {**choices_of(request, others), "field": request.GET.get("field", "")[:20]}
    return render(request, "contacts/_find.html", context)


def choices_of(request: HttpRequest, without: int | None) -> dict[str, Any]:
    """What was typed into a search line, and the customers that it finds, without one."""
    typed = request.GET.get("q", "").strip()[:TYPED]
    visible = listing.contacts(reader(request)).exclude(pk=without)
    return {"typed": typed, "people": find_people(visible, typed, FOUND)}
