"""Settings pages: one's own profile, colleagues and teams."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from guichet.accounts import mails
from guichet.accounts.forms import HouseForm, InviteForm, PersonForm, ProfileForm, TeamForm, colleagues, time_zones
from guichet.kit.doors import only, reads_and_writes
from guichet.kit.web import toast
from guichet.people import actions
from guichet.people.access import can
from guichet.people.doors import for_admins
from guichet.people.house import forget, house
from guichet.people.models import Helpdesk, Invitation, Person, Role, Team
from guichet.tickets import actions as tickets
from guichet.tickets.events import By
from guichet.tickets.models import Ticket

for_all = only(lambda person: bool(person.is_active))


def _me(request: HttpRequest) -> Person:
    return cast(Person, request.user)


def _page(request: HttpRequest, template: str, key: str, **context: Any) -> HttpResponse:
    return render(request, f"accounts/{template}.html", {"section": "settings", "settings_key": key, **context})


@for_admins
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return redirect("channels:inboxes")


# -- one's own profile


@for_all
@reads_and_writes
def me(request: HttpRequest) -> HttpResponse:
    """Saved as soon as something is changed; the whole page comes anew where its language or its colours did."""
    person = get_object_or_404(Person.objects.visible_to(request.user), pk=_me(request).pk)
    before = person.language, person.theme
    form = ProfileForm(request.POST or None, instance=person)
    is_part = bool(request.headers.get("HX-Request"))
    if request.method != "POST" or not form.is_valid():
        return _profile(request, form, is_part=is_part)
    person = form.save()
    with translation.override(person.language), timezone.override(person.time_zone or house().time_zone):
        if is_part and (person.language, person.theme) == before:
            response = _profile(request, ProfileForm(instance=person), is_part=True)
            toast(response, _("Saved"))
            return response
        messages.success(request, _("Saved"))
    if is_part:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return redirect("settings:me")


def _profile(request: HttpRequest, form: ProfileForm, *, is_part: bool) -> HttpResponse:
    template = "_profile" if is_part else "me" if can(request.user, "work") else "me_customer"
    return _page(request, template, "me", form=form, time_zones=time_zones(), now=timezone.now())


# -- the house


@for_admins
@reads_and_writes
def the_house(request: HttpRequest) -> HttpResponse:
    form = HouseForm(request.POST or None, instance=Helpdesk.objects.first() or Helpdesk(pk=1))
    if request.method == "POST" and form.is_valid():
        form.save()
        forget()
        messages.success(request, _("Saved"))
        return redirect("settings:house")
    return _page(request, "house", "house", form=form, time_zones=time_zones())


# -- people


@for_admins
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    found = colleagues(_me(request)).order_by("-is_active", "name", "email").prefetch_related("teams")
    pending = Invitation.objects.visible_to(request.user).pending().prefetch_related("teams").order_by("-created_at")
    return _page(request, "people", "people", people=found, invitations=pending)


@for_admins
@reads_and_writes
def invite(request: HttpRequest) -> HttpResponse:
    me = _me(request)
    initial = {"role": Role.AGENT, "language": translation.get_language()}
    form = InviteForm(request.POST or None, by=me, initial=initial)
    if request.method == "POST" and form.is_valid():
        words = dict(form.cleaned_data)
        try:
            found, token = actions.invite(
                words["email"],
                me,
                name=words["name"],
                role=Role(words["role"]),
                teams=words["teams"],
                language=words["language"],
            )
        except actions.Refused as refused:
            form.add_error("email", str(refused))
        else:
            return _invited(request, found, token)
    return _page(request, "invite", "people", form=form)


@for_admins
@require_POST
def resend_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """A new link and 72 hours more; the old link ends."""
    old = get_object_or_404(Invitation.objects.visible_to(request.user).pending(), pk=pk)
    try:
        new, token = actions.invite(
            old.email,
            _me(request),
            name=old.name,
            role=Role(old.role),
            teams=list(old.teams.all()),
            language=old.language,
        )
    except actions.Refused as refused:
        messages.error(request, str(refused))
        return redirect("settings:people")
    return _invited(request, new, token)


def _invited(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    """Where no mail can go out the administrator gets the link to pass on: it is shown this once."""
    if not mails.send_invitation(invitation, token):
        link = mails.invitation_link(token)
        return _page(request, "invited", "people", invitation=invitation, link=link)
    messages.success(request, _("The invitation is on its way to %(address)s.") % {"address": invitation.email})
    return redirect("settings:people")


@for_admins
@require_POST
def withdraw_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Invitation.objects.visible_to(request.user).pending(), pk=pk)
    found.delete()
    messages.success(request, _("The invitation to %(address)s is withdrawn.") % {"address": found.email})
    return redirect("settings:people")


@for_admins
@reads_and_writes
def person(request: HttpRequest, pk: int) -> HttpResponse:
    me = _me(request)
    found = get_object_or_404(colleagues(me), pk=pk)
    initial = {
        "name": found.name, "role": found.role, "teams": found.teams.all(), "keeps_contacts": found.keeps_contacts,
    }  # fmt: skip
    form = PersonForm(request.POST or None, by=me, initial=initial)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            back = tickets.change_colleague(found, By(me, "desk"), **{**words, "role": Role(words["role"])})
        except actions.Refused as refused:
            form.add_error("role", str(refused))
        else:
            messages.success(request, _came_back(_("Saved"), back))
            return redirect("settings:people")
    assigned = Ticket.objects.visible_to(me).open().filter(assignee=found).count()
    return _page(request, "person", "people", person=found, form=form, assigned=assigned)


@for_admins
@require_POST
def set_active(request: HttpRequest, pk: int) -> HttpResponse:
    me = _me(request)
    found = get_object_or_404(colleagues(me), pk=pk)
    is_active = request.POST.get("active") == "1"
    try:
        back = tickets.set_active(found, is_active, By(me, "desk"))
    except actions.Refused as refused:
        messages.error(request, str(refused))
        return redirect("settings:person", found.pk)
    words = _("%(name)s may sign in again.") if is_active else _("%(name)s is signed out and can no longer sign in.")
    messages.success(request, _came_back(words % {"name": found}, back))
    return redirect("settings:people")


def _came_back(said: str, count: int) -> str:
    """What was done, and how many open tickets came back to the dispatcher by it."""
    if not count:
        return said
    more = ngettext("%(n)s open ticket came back.", "%(n)s open tickets came back.", count) % {"n": count}
    return f"{said} {more}" if said.endswith(".") else f"{said}. {more}"


# -- teams


@for_admins
@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    active = Q(members__is_active=True)
    found = Team.objects.visible_to(request.user).annotate(
        size=Count("members", filter=active, distinct=True), inbox_count=Count("inboxes", distinct=True)
    )
    return _page(request, "teams", "teams", teams=found)


@for_admins
@reads_and_writes
def team(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A team to change, or without `pk` a new one."""
    me = _me(request)
    found = get_object_or_404(Team.objects.visible_to(me), pk=pk) if pk else Team()
    name = found.name
    form = TeamForm(request.POST or None, instance=found, by=me)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        several = {"leads": words["leads"], "trainees": words["trainees"]}
        back = tickets.save_team(form.instance, words["members"], By(me, "desk"), **several)
        messages.success(request, _came_back(_("Saved"), back))
        return redirect("settings:teams")
    uses = _uses(found) if found.pk else ""
    return _page(request, "team", "teams", team=found, name=name, form=form, uses=uses)


@for_admins
@require_POST
def delete_team(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = get_object_or_404(Team.objects.visible_to(request.user), pk=pk)
    try:
        actions.delete_team(found)
    except actions.Refused as refused:
        messages.error(request, str(refused))
        return redirect("settings:team", pk)
    messages.success(request, _("Team %(name)s is deleted.") % {"name": found.name})
    return redirect("settings:teams")


def _uses(team: Team) -> str:
    """Why a team cannot be deleted; "" where it can."""
    inboxes, has_tickets = team.inboxes.count(), team.tickets.exists()
    if inboxes:
        words = ngettext("%(n)s inbox belongs to this team.", "%(n)s inboxes belong to this team.", inboxes)
        return words % {"n": inboxes}
    return _("Tickets belong to this team.") if has_tickets else ""
