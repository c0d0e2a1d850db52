"""What is done from the customer's card: the ticket page stays, and says what was done."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guichet.desk.contacts.acts import OFFERED, fields_of, take_back, with_organisation
from guichet.desk.contacts.card import requests_page
from guichet.desk.contacts.forms import ContactForm, time_zones
from guichet.desk.doors import for_agents, reader, visible_ticket
from guichet.desk.outcome import by, done, problem, refused
from guichet.kit.doors import reads_and_writes
from guichet.people import contacts
from guichet.people.actions import Refused, normal_address, person_at
from guichet.people.models import Change, Note, Organisation, Person, Role
from guichet.tickets import actions
from guichet.tickets.events import REQUESTER_CHANGED
from guichet.tickets.models import Event, Ticket


@require_safe
@for_agents
def more(request: HttpRequest, number: int) -> HttpResponseBase:
    """The next requests of the list, in place of the button that asked."""
    ticket = visible_ticket(request, number)
    requests, more_url = requests_page(ticket, reader(request), request.GET.get("after", ""))
    return render(request, "contacts/_requests.html", {"requests": requests, "more_url": more_url})


@reads_and_writes
@for_agents
def edit(request: HttpRequest, number: int) -> HttpResponseBase:
    """The facts of the customer, to be changed in place."""
    ticket, me = visible_ticket(request, number), reader(request)
    person = Person.objects.visible_to(me).select_related("organisation", "department").get(pk=ticket.requester_id)
    if request.method != "POST":
        return _facts(request, ticket, person)
    form = ContactForm(request.POST, by=me, fields_of=fields_of("person", me), extra=person.extra)
    if not form.is_valid():
        return refused(request, ticket, problem(form))
    try:
        with transaction.atomic():
            change = contacts.change_contact(person, me, **with_organisation(form.facts, me))
    except Refused as why:
        return refused(request, ticket, str(why))
    return done(request, ticket, _("Saved"), _undo_of(ticket, change))


def _facts(request: HttpRequest, ticket: Ticket, person: Person) -> HttpResponse:
    initial = {
        "name": person.name, "organisation": person.organisation or "", "department": person.department or "",
        "site": person.site, "language": person.language, "time_zone": person.time_zone,
    }  # fmt: skip
    known = {"fields_of": fields_of("person", reader(request)), "extra": person.extra}
    form = ContactForm(by=reader(request), initial=initial, auto_id="card_%s", **known)
    names = Organisation.objects.visible_to(request.user).filter(merged_into=None, is_active=True)
    context: dict[str, Any] = {
        "ticket": ticket,
        "form": form,
        "organisations": names.order_by("sort_key", "pk").values_list("name", flat=True)[:OFFERED],
        "time_zones": time_zones(),
        "is_customer": person.role == Role.CUSTOMER,
    }
    return render(request, "contacts/_card_edit.html", context)


def _undo_of(ticket: Ticket, change: Change | None) -> tuple[str, dict[str, str]] | None:
    return (reverse("contacts:card_undo", args=[ticket.number, change.pk]), {}) if change is not None else None


@require_POST
@for_agents
def undo(request: HttpRequest, number: int, change: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    changes = Change.objects.visible_to(request.user).select_related("person", "organisation")
    found = get_object_or_404(changes, pk=change, person=ticket.requester_id)
    try:
        take_back(request, found)
    except (Refused, actions.Refused) as why:
        return refused(request, ticket, str(why))
    return done(request, ticket, _("Undone"))


@require_POST
@for_agents
def note(request: HttpRequest, number: int) -> HttpResponseBase:
    """A note on the customer; with `remove` that one goes, which is how a new one is taken back."""
    ticket, me = visible_ticket(request, number), reader(request)
    if "remove" in request.POST:
        typed = request.POST["remove"]
        own = Note.objects.visible_to(me).filter(person=ticket.requester_id, author=me)
        get_object_or_404(own, pk=int(typed) if typed.isdecimal() and len(typed) < 19 else 0).delete()
        return done(request, ticket, _("Note removed"))
    try:
        made = contacts.add_note(ticket.requester, request.POST.get("text", ""), me)
    except Refused as why:
        return refused(request, ticket, str(why))
    return done(request, ticket, _("Note saved"), (request.path, {"remove": str(made.pk)}))


@require_POST
@for_agents
def private(request: HttpRequest, number: int) -> HttpResponseBase:
    """Whether the customer's organisation may see this request, where it shares them."""
    ticket = visible_ticket(request, number)
    is_private = request.POST.get("private") == "1"
    actions.set_private(ticket, is_private, by(request))
    words = (
        _("Only the customer sees this request") if is_private else _("The customer's organisation sees this request")
    )
    return done(request, ticket, words, (request.path, {"private": "0" if is_private else "1"}))


@reads_and_writes
@for_agents
def requester(request: HttpRequest, number: int) -> HttpResponseBase:
    """Whose request it is: somebody found by name, or an address that was typed."""
    ticket = visible_ticket(request, number)
    if request.method != "POST":
        return render(request, "contacts/_card_requester.html", {"ticket": ticket})
    before = ticket.requester_id
    try:
        chosen = _chosen(request, ticket)
        actions.set_requester(ticket, chosen, by(request))
    except (Refused, actions.Refused) as why:
        return refused(request, ticket, str(why))
    words = _("This is %(name)s's request now") % {"name": chosen}
    return done(request, ticket, words, (request.path, {"requester": str(before)}))


def _chosen(request: HttpRequest, ticket: Ticket) -> Person:
    """Raises Refused where nobody can be made of it. Whose it was a moment ago may be out of sight by now."""
    typed = request.POST.get("requester", "")
    if typed.isascii() and typed.isdecimal() and len(typed) < 19:
        visible = Person.objects.visible_to(request.user).filter(pk=int(typed), merged_into=None).first()
        if visible is not None:
            return visible
        return _before(request, ticket, int(typed))
    address = normal_address(request.POST.get("address", ""))
    try:
        validate_email(address)
    except ValidationError as bad:
        raise Refused(_("Choose somebody, or type a mail address.")) from bad
    return person_at(address, reader(request))


def _before(request: HttpRequest, ticket: Ticket, pk: int) -> Person:
    changed = (
        Event.objects.visible_to(request.user).filter(ticket=ticket, kind=REQUESTER_CHANGED).order_by("-id").first()
    )
    if changed is None or changed.actor_id != reader(request).pk or changed.changes["requester"][0] != pk:
        raise Refused(_("Choose somebody, or type a mail address."))
    return Person.objects.get(pk=pk)
