"""Organisations: their list, their page, and what is done to them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guichet.desk.contacts import history, listing
from guichet.desk.contacts.acts import fields_of, note_on
from guichet.desk.contacts.forms import OrganisationForm
from guichet.desk.contacts.outcome import done, home_of, refused, undo_of
from guichet.desk.contacts.pages import TYPED, is_part, page
from guichet.desk.doors import for_agents, reader
from guichet.kit.doors import reads_and_writes
from guichet.people.access import can
from guichet.people.actions import Refused
from guichet.people.extra import facts
from guichet.people.models import Change, Note, Organisation, Person
from guichet.people.organisations import add_organisation as make_organisation
from guichet.people.organisations import change_organisation
from guichet.tickets.models import Ticket

MEMBERS = 50


def visible_organisation(request: HttpRequest, pk: int) -> Organisation:
    return get_object_or_404(Organisation.objects.visible_to(request.user).select_related("merged_into"), pk=pk)


@require_safe
@for_agents
def organisations(request: HttpRequest) -> HttpResponseBase:
    typed = request.GET.get("q", "").strip()[:TYPED]
    cursor = request.GET.get("after", "")
    found = listing.organisations_page(reader(request), typed, cursor)
    home = reverse("contacts:organisations")
    context = {
        "organisations": found.rows,
        "typed": typed,
        "first_url": home if cursor else "",
        "next_url": f"{home}?{urlencode({'after': found.next_cursor})}" if found.next_cursor else "",
    }
    template = "_organisations" if is_part(request) else "organisations"
    return page(request, template, "organisations", **context)


@require_safe
@for_agents
def organisation(request: HttpRequest, pk: int) -> HttpResponseBase:
    found, me = visible_organisation(request, pk), reader(request)
    if found.merged_into is not None:
        return redirect("contacts:organisation", found.merged_into.pk)
    asked = Ticket.objects.visible_to(me).filter(requester__organisation=found)
    only_open = request.GET.get("show") == "open"
    tickets = listing.tickets_of(me, asked, request.GET.get("after", ""), only_open=only_open)
    members = Person.objects.visible_to(me).filter(organisation=found, merged_into=None).select_related("department")
    home = home_of(found)
    context: dict[str, Any] = {
        "organisation": found,
        "domains": found.domains.all(),
        "facts": facts(fields_of("organisation", me), found.extra),
        "members": members.order_by("-is_active", "sort_key", "pk")[: MEMBERS + 1],
        "members_limit": MEMBERS,
        "notes": Note.objects.visible_to(me).filter(organisation=found).select_related("author"),
        "changes": history.told(Change.objects.visible_to(me).filter(organisation=found)),
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
    return page(request, "organisation", "organisations", **context)


@reads_and_writes
@for_agents
def add_organisation(request: HttpRequest) -> HttpResponseBase:
    me = reader(request)
    form = OrganisationForm(
        request.POST or None, keeps=can(me, "keep contacts"), fields_of=fields_of("organisation", me)
    )
    if request.method == "POST" and form.is_valid():
        typed = dict(form.facts)
        try:
            with transaction.atomic():
                made = make_organisation(typed.pop("name"), me)
                change_organisation(made, me, **typed)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            return done(request, home_of(made), _("%(name)s is added") % {"name": made})
    return page(request, "organisation_edit", "organisations", form=form)


@reads_and_writes
@for_agents
def edit_organisation(request: HttpRequest, pk: int) -> HttpResponseBase:
    found, me = visible_organisation(request, pk), reader(request)
    names = "\n".join(found.domains.values_list("name", flat=True))
    initial = {"name": found.name, "is_shared": found.is_shared, "domains": names}
    known = {"fields_of": fields_of("organisation", me), "extra": found.extra}
    form = OrganisationForm(request.POST or None, keeps=can(me, "keep contacts"), initial=initial, **known)
    if request.method == "POST" and form.is_valid():
        try:
            change = change_organisation(found, me, **form.facts)
        except Refused as why:
            form.add_error(None, str(why))
        else:
            return done(request, home_of(found), _("Saved"), undo_of(change))
    return page(request, "organisation_edit", "organisations", form=form, organisation=found)


@require_POST
@for_agents
def set_active(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = visible_organisation(request, pk)
    is_active = request.POST.get("active") == "1"
    try:
        change = change_organisation(found, reader(request), is_active=is_active)
    except Refused as why:
        return refused(request, home_of(found), str(why))
    words = _("%(name)s is active again") if is_active else _("%(name)s is deactivated")
    return done(request, home_of(found), words % {"name": found}, undo_of(change))


@require_POST
@for_agents
def add_note(request: HttpRequest, pk: int) -> HttpResponseBase:
    return note_on(request, visible_organisation(request, pk))
