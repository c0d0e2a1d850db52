"""What is done to a person: each view fetches whom it may, checks a form, calls one action."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guichet.desk.contacts.forms import ContactForm, NewContactForm, NoteForm, time_zones
from guichet.desk.contacts.outcome import done, home_of, refused, undo_of
from guichet.desk.contacts.pages import choices_of, page, visible_customer
from guichet.desk.doors import for_agents, reader
from guichet.desk.outcome import by
from guichet.kit.doors import only, reads_and_writes
from guichet.kit.lines import whole_number
from guichet.people import contacts, merging, organisations
from guichet.people.access import can
from guichet.people.actions import Refused
from guichet.people.models import Change, ExtraField, Identity, Note, Organisation, Person, Role
from guichet.tickets import actions

for_keepers = only(lambda person: can(person, "keep contacts"))
OFFERED = 300


@reads_and_writes
@for_agents
def add_person(request: HttpRequest) -> HttpResponseBase:
    me = reader(request)
    initial = {"email": request.GET.get("email", "")[:254]}
    form = NewContactForm(request.POST or None, by=me, initial=initial, fields_of=fields_of("person", me))
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                typed = with_organisation(form.facts, me)
                made = contacts.add_contact(me, address=typed.pop("email"), phone=typed.pop("phone"), **typed)
        except Refused as why:
            form.add_error("email", str(why))
        else:
            return done(request, home_of(made), _("%(name)s is added") % {"name": made})
    return _edit(request, form, me)


@reads_and_writes
@for_agents
def edit_person(request: HttpRequest, pk: int) -> HttpResponseBase:
    me, found = reader(request), visible_customer(request, pk)
    initial = {
        "name": found.name, "organisation": found.organisation or "", "department": found.department or "",
        "site": found.site, "language": found.language, "time_zone": found.time_zone,
    }  # fmt: skip
    known = {"fields_of": fields_of("person", me), "extra": found.extra}
    form = ContactForm(request.POST or None, by=me, initial=initial, **known)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                change = contacts.change_contact(found, me, **with_organisation(form.facts, me))
        except Refused as why:
            form.add_error(None, str(why))
        else:
            return done(request, home_of(found), _("Saved"), undo_of(change))
    return _edit(request, form, me, found)


def fields_of(what: str, me: Person) -> list[ExtraField]:
    return list(ExtraField.objects.visible_to(me).of(what))


def _edit(request: HttpRequest, form: ContactForm, me: Person, found: Person | None = None) -> HttpResponseBase:
    names = Organisation.objects.visible_to(me).filter(merged_into=None, is_active=True).order_by("sort_key", "pk")
    offered = names.values_list("name", flat=True)[:OFFERED]
    return page(
        request, "person_edit", "people", form=form, person=found, organisations=offered, time_zones=time_zones()
    )


def with_organisation(typed: dict[str, Any], me: Person) -> dict[str, Any]:
    """The organisation as a row: a name nobody bears yet makes a new one."""
    organisation = typed.get("organisation")
    made = organisations.add_organisation(organisation, me) if isinstance(organisation, str) else organisation
    return {**typed, "organisation": made}


@require_POST
@for_agents
def set_active(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = visible_customer(request, pk)
    is_active = request.POST.get("active") == "1"
    change = contacts.change_contact(found, reader(request), is_active=is_active)
    words = _("%(name)s is active again") if is_active else _("%(name)s is deactivated")
    return done(request, home_of(found), words % {"name": found}, undo_of(change))


@require_POST
@for_agents
def add_identity(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What has an @ is a mail address, all else a phone number."""
    found = visible_customer(request, pk)
    typed = request.POST.get("value", "").strip()[:320]
    try:
        add = contacts.add_address if "@" in typed else contacts.add_phone
        change = add(found, typed, reader(request))
    except Refused as why:
        return refused(request, home_of(found), str(why))
    return done(request, home_of(found), _("%(what)s is added") % {"what": typed}, undo_of(change))


def _identity(request: HttpRequest, pk: int, identity: int) -> Identity:
    found = visible_customer(request, pk)
    return get_object_or_404(found.identities.select_related("person"), pk=identity)


@require_POST
@for_agents
def remove_identity(request: HttpRequest, pk: int, identity: int) -> HttpResponseBase:
    found = _identity(request, pk, identity)
    change = contacts.remove_identity(found, reader(request))
    return done(request, home_of(found.person), _("%(what)s is removed") % {"what": found}, undo_of(change))


@require_POST
@for_keepers
def make_first(request: HttpRequest, pk: int, identity: int) -> HttpResponseBase:
    found = _identity(request, pk, identity)
    change = contacts.make_first(found, reader(request))
    return done(request, home_of(found.person), _("%(what)s comes first now") % {"what": found}, undo_of(change))


@reads_and_writes
@for_keepers
def move_address(request: HttpRequest, pk: int, identity: int) -> HttpResponseBase:
    """Choose whose it is; then it is."""
    found = _identity(request, pk, identity)
    if request.method != "POST":
        return page(request, "move", "people", person=found.person, identity=found, **choices_of(request, pk))
    chosen = whole_number(request.POST.get("to", ""))
    if not chosen:
        return refused(request, request.path, _("Choose somebody first."))
    to = visible_customer(request, chosen)
    try:
        change = contacts.move_address(found, to, reader(request))
    except Refused as why:
        return refused(request, home_of(found.person), str(why))
    words = _("%(what)s belongs to %(name)s now") % {"what": found, "name": to}
    return done(request, home_of(to), words, undo_of(change))


# -- notes


@require_POST
@for_agents
def add_note(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = visible_customer(request, pk)
    return note_on(request, found)


def note_on(request: HttpRequest, of: Person | Organisation) -> HttpResponseBase:
    form = NoteForm(request.POST)
    try:
        note = contacts.add_note(of, form.cleaned_data["text"] if form.is_valid() else "x" * 20_000, reader(request))
    except Refused as why:
        return refused(request, home_of(of), str(why))
    undo = (reverse("contacts:change_note", args=[note.pk]), {"remove": "1"})
    return done(request, home_of(of), _("Note saved"), undo)


@require_POST
@for_agents
def change_note(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Other words, or with `remove` none: then the words come back by writing them once more."""
    found = get_object_or_404(Note.objects.visible_to(request.user).select_related("person", "organisation"), pk=pk)
    of = found.person or found.organisation
    assert of is not None
    if "remove" in request.POST:
        found.delete()
        where = "add_note" if isinstance(of, Person) else "add_organisation_note"
        return done(
            request, home_of(of), _("Note removed"), (reverse(f"contacts:{where}", args=[of.pk]), {"text": found.text})
        )
    before = found.text
    try:
        contacts.change_note(found, request.POST.get("text", ""))
    except Refused as why:
        return refused(request, home_of(of), str(why))
    return done(request, home_of(of), _("Note saved"), (request.path, {"text": before}))


# -- taking back


@require_POST
@for_agents
def undo(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Merges and moves are taken back by those who may make them."""
    visible = Change.objects.visible_to(request.user).select_related("person", "organisation")
    change = get_object_or_404(visible, pk=pk)
    of = change.person or change.organisation
    assert of is not None
    try:
        take_back(request, change)
    except (Refused, actions.Refused) as why:
        return refused(request, home_of(of), str(why))
    return done(request, home_of(of), _("Undone"))


def take_back(request: HttpRequest, change: Change) -> None:
    me = reader(request)
    needs_keeper = change.kind in (contacts.MERGED, contacts.ADDRESS_MOVED) or {"email", "is_shared", "domains"} & set(
        change.facts
    )
    if needs_keeper and not can(me, "keep contacts"):
        raise Refused(_("Only those who keep the contacts can take this back."))
    if change.person is not None and change.person.role != Role.CUSTOMER:
        raise Refused(_("Colleagues are changed in the settings, by an administrator."))
    if change.kind == contacts.MERGED and change.person is not None:
        actions.part_people(change, by(request))
    elif change.kind == contacts.MERGED:
        merging.part_organisations(change, me)
    elif change.person is not None:
        contacts.undo(change, me)
    else:
        organisations.undo(change, me)
