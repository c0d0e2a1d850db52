"""What agents do on a ticket: each view checks a form and calls one action, then shows the ticket again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guichet.conditions.fields import Asker
from guichet.desk import files, forms
from guichet.desk.board.loads import away, away_words, back
from guichet.desk.doors import for_agents, reader, visible_ticket
from guichet.desk.outcome import by, done, problem, refused, unfinished
from guichet.desk.together import mentioning
from guichet.desk.writing import kept, rich
from guichet.kit.doors import reads_and_writes
from guichet.kit.lines import one_line
from guichet.kit.web import back_to
from guichet.people.models import Person, Team
from guichet.tickets import actions, fields
from guichet.tickets.models import Message, Panel, Ticket

TAGS_OFFERED = 200
TAGS_MOST = 500


@require_POST
@for_agents
def note(request: HttpRequest, number: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    form = forms.NoteForm(request.POST)
    if not form.is_valid():
        return refused(request, ticket, problem(form))
    said = rich.said(request, form.cleaned_data)
    words = actions.Words(text=said.text, html=said.html, files=[*files.taken(request), *said.pictures])
    try:
        with transaction.atomic():
            saved = actions.add_note(ticket, words, by(request))
            seen = form.cleaned_data["draft"]
            rest = actions.finish_draft(ticket, reader(request), Panel.NOTE, saved, seen=seen)
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    not_told = mentioning.not_told(saved)
    text = _("Note saved; %(but)s") % {"but": not_told} if not_told else _("Note saved")
    return kept.tell_left(request, done(request, ticket, text), rest)


@reads_and_writes
@for_agents
def assignee(request: HttpRequest, number: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    if request.method != "POST":
        return _choose_assignee(request, ticket)
    form = forms.AssigneeForm(request.POST)
    if not form.is_valid():
        return refused(request, ticket, problem(form))
    chosen: Person | None = form.cleaned_data["assignee"]
    undo = (request.path, {"assignee": str(ticket.assignee_id or "")})
    try:
        actions.assign(ticket, chosen, by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    if chosen is None:
        return done(request, ticket, _("Nobody owns it now"), undo)
    if chosen == request.user:
        return done(request, ticket, _("It is yours"), undo)
    return done(request, ticket, _("Assigned to %(name)s") % {"name": chosen} + away_words(chosen), undo)


def _choose_assignee(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Members of the ticket's team first, oneself on top."""
    me = reader(request)
    members = set(ticket.team.memberships.values_list("person_id", flat=True))
    gone = away()
    people = sorted(Person.objects.agents(), key=lambda p: (p.pk != me.pk, p.pk not in members, str(p).lower()))
    choices = [
        {"name": "assignee", "value": p.pk, "label": str(p), "is_person": True, "is_picked": p.pk == ticket.assignee_id,
         "hint": back(gone.get(p.pk)) or (_("you") if p.pk == me.pk else "" if p.pk in members else _("other team"))}
        for p in people
    ]  # fmt: skip
    is_free = ticket.assignee_id is None
    nobody = {"name": "assignee", "value": "", "label": _("Nobody"), "icon": "circle-dashed", "is_picked": is_free}
    return _menu(request, "assignee", [*choices, nobody], placeholder=_("Find a colleague"))


@reads_and_writes
@for_agents
def team(request: HttpRequest, number: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    if request.method != "POST":
        choices = [
            {"name": "team", "value": t.pk, "label": t.name, "icon": "users", "is_picked": t.pk == ticket.team_id}
            for t in Team.objects.all()
        ]
        return _menu(request, "team", choices, placeholder=_("Find a team"))
    form = forms.TeamForm(request.POST)
    if not form.is_valid():
        return refused(request, ticket, problem(form))
    chosen: Team = form.cleaned_data["team"]
    undo = (request.path, {"team": str(ticket.team_id)})
    actions.hand_to_team(ticket, chosen, by(request))
    text = _("Handed to %(team)s") % {"team": chosen}
    if not Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists():
        # It left this agent's sight with the team.
        messages.success(request, text)
        return HttpResponse(headers={"HX-Redirect": reverse("desk:home")}) if request.htmx else redirect("desk:home")  # type: ignore[attr-defined]
    return done(request, ticket, text, undo)


@require_POST
@for_agents
def set_status(request: HttpRequest, number: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    form = forms.StatusForm(request.POST)
    if not form.is_valid():
        return refused(request, ticket, problem(form))
    undo = (request.path, {"status": str(ticket.status)})
    try:
        actions.set_status(ticket, form.cleaned_data["status"], by(request), anyway="anyway" in request.POST)
    except actions.Unfinished as why:
        return unfinished(request, ticket, form.cleaned_data["status"], why)
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    return done(request, ticket, _("Status: %(status)s") % {"status": form.cleaned_data["status"].label}, undo)


@require_POST
@for_agents
def set_priority(request: HttpRequest, number: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    form = forms.PriorityForm(request.POST)
    if not form.is_valid():
        return refused(request, ticket, problem(form))
    undo = (request.path, {"priority": str(int(ticket.priority))})
    actions.set_priority(ticket, form.cleaned_data["priority"], by(request))
    return done(request, ticket, _("Priority: %(priority)s") % {"priority": form.cleaned_data["priority"].label}, undo)


@reads_and_writes
@for_agents
def tags(request: HttpRequest, number: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    if request.method != "POST":
        before = list(ticket.tags.values_list("name", flat=True))
        others = fields.tags_seen(Asker(reader(request))).exclude(name__in=before)[:TAGS_OFFERED]
        choices = [{"name": "toggle", "value": name, "label": name, "is_picked": name in before}
                   for name in [*before, *others]]  # fmt: skip
        return _menu(request, "tags", choices, placeholder=_("Find or make a tag"), can_make=True)
    form = forms.TagsForm(request.POST)
    if not form.is_valid():
        return refused(request, ticket, problem(form))
    name = one_line(form.cleaned_data["toggle"], 60).lower()
    if "undoing" in request.POST and not name:
        before, now = (request.POST.getlist(key)[:TAGS_MOST] for key in ("before", "now"))
        try:
            actions.put_tags_back(ticket, before, now, by(request))
        except actions.Refused as why:
            return refused(request, ticket, str(why))
        return done(request, ticket, _("Undone"))
    if not name:
        return refused(request, ticket, _("Choose a tag."))
    before, now = actions.toggle_tag(ticket, name, by(request))
    text = _("Tag %(name)s added") if name in now else _("Tag %(name)s removed")
    return done(request, ticket, text % {"name": name}, (request.path, {"before": before, "now": now}))


def _menu(request: HttpRequest, field: str, choices: list[Any], **more: Any) -> HttpResponse:
    context = {"post_url": request.path, "field": field, "choices": choices, "has_filter": True, **more}
    return render(request, "desk/choose.html", context)


@require_POST
@for_agents
def seen(request: HttpRequest, number: int) -> HttpResponseBase:
    actions.mark_seen(visible_ticket(request, number), reader(request))
    return HttpResponse(status=204)


@require_POST
@for_agents
def unseen(request: HttpRequest, number: int) -> HttpResponseBase:
    """Back to the list at once: staying on the page would count as reading it again."""
    actions.mark_unseen(visible_ticket(request, number), reader(request))
    messages.success(request, _("Marked as unread"))
    return back_to(request)


@require_POST
@for_agents
def again(request: HttpRequest, number: int, message: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    found = get_object_or_404(Message.objects.visible_to(request.user).filter(ticket=ticket), pk=message)
    try:
        actions.send_again(found, by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    return done(request, ticket, _("It is sent once more"))


@require_POST
@for_agents
def appearance(request: HttpRequest) -> HttpResponseBase:
    form = forms.AppearanceForm(request.POST)
    if form.is_valid():
        person = reader(request)
        person.theme = form.cleaned_data["theme"] or person.theme
        person.density = form.cleaned_data["density"] or person.density
        person.save(update_fields=["theme", "density"])
    return HttpResponse(status=204) if getattr(request, "htmx", False) else redirect("desk:home")


@require_POST
@for_agents
def writing(request: HttpRequest) -> HttpResponseBase:
    """Whether this person's boxes are plain, with no markup in what leaves them."""
    person = reader(request)
    person.writes_plain = request.POST.get("plain") == "1"
    person.save(update_fields=["writes_plain"])
    return HttpResponse(status=204) if getattr(request, "htmx", False) else redirect("desk:home")
