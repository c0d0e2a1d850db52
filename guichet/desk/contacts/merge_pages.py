"""Merging people and organisations: choose the other, compare, decide which of the two stays."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guichet.desk.contacts import listing
from guichet.desk.contacts.acts import for_keepers
from guichet.desk.contacts.organisation_pages import visible_organisation
from guichet.desk.contacts.outcome import done, home_of, refused, undo_of
from guichet.desk.contacts.pages import choices_of, identities_of, page, visible_customer
from guichet.desk.doors import reader
from guichet.desk.outcome import by
from guichet.kit.doors import reads_and_writes
from guichet.people import merging
from guichet.people.actions import Refused
from guichet.people.models import Organisation, Person
from guichet.people.search import find_organisations
from guichet.tickets import actions
from guichet.tickets.models import Ticket


def _chosen(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


@require_safe
@for_keepers
def duplicates(request: HttpRequest) -> HttpResponseBase:
    return page(request, "duplicates", "duplicates", groups=listing.same_names(reader(request)))


@reads_and_writes
@for_keepers
def merge(request: HttpRequest, pk: int) -> HttpResponseBase:
    """`with` is the other; the person of the address stays, the other goes."""
    me, kept = reader(request), visible_customer(request, pk)
    other = _chosen(request.POST.get("with", "") or request.GET.get("with", ""))
    gone = visible_customer(request, other) if other is not None else None
    if request.method == "POST" and gone is not None:
        try:
            change = actions.merge_people(kept, gone, by(request))
        except (Refused, actions.Refused) as why:
            return refused(request, home_of(kept), str(why))
        return done(request, home_of(kept), _("%(name)s is merged into this entry") % {"name": gone}, undo_of(change))
    suggested = merging.suggest(kept, Person.objects.visible_to(me)) if gone is None else []
    sides = [_side(one, me) for one in (kept, gone) if one is not None]
    context = {"person": kept, "other": gone, "sides": sides, "suggested": suggested}
    return page(request, "merge", "people", **context, **choices_of(request, pk))


def _side(person: Person, me: Person) -> dict[str, object]:
    tickets = Ticket.objects.visible_to(me).filter(requester=person)
    return {"person": person, "identities": identities_of(person), "span": listing.span_of(tickets)}


@reads_and_writes
@for_keepers
def merge_organisation(request: HttpRequest, pk: int) -> HttpResponseBase:
    me, kept = reader(request), visible_organisation(request, pk)
    others = Organisation.objects.visible_to(me).filter(merged_into=None).exclude(pk=pk)
    other = _chosen(request.POST.get("with", "") or request.GET.get("with", ""))
    gone = get_object_or_404(others, pk=other) if other is not None else None
    if request.method == "POST" and gone is not None:
        try:
            change = merging.merge_organisations(kept, gone, me)
        except Refused as why:
            return refused(request, home_of(kept), str(why))
        return done(request, home_of(kept), _("%(name)s is merged into this entry") % {"name": gone}, undo_of(change))
    typed = request.GET.get("q", "").strip()[:200]
    found = find_organisations(others, typed, 20) if typed else []
    members = {one.pk: one.people.filter(merged_into=None).count() for one in (kept, gone) if one is not None}
    context = {"organisation": kept, "other": gone, "typed": typed, "found": found, "members": members}
    return page(request, "merge_organisation", "organisations", **context)
