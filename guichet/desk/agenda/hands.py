"""From hand to hand on the ticket's page: take it, hand it over with a note, whisper to whoever owns it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guichet.desk.board.loads import away, away_words
from guichet.desk.doors import for_agents, reader, visible_ticket
from guichet.desk.frame import Frame
from guichet.desk.outcome import Undo, by, done, problem, refused
from guichet.kit.doors import reads_and_writes
from guichet.kit.lines import some_lines
from guichet.kit.templatetags.kit import short_day, short_span
from guichet.people.access import can
from guichet.people.models import Person, Team
from guichet.tickets import actions
from guichet.tickets.models import Ticket


class HandsForm(forms.Form):
    """`to` is "p12" for a colleague, "t3" for a team's queue."""

    to = forms.RegexField(r"^[pt]\d{1,15}\Z")
    note = forms.CharField(required=False, max_length=20_000, widget=forms.Textarea)

    def chosen(self) -> tuple[Person | None, Team | None]:
        kind, pk = self.cleaned_data["to"][0], int(self.cleaned_data["to"][1:])
        if kind == "t":
            return None, Team.objects.filter(pk=pk).first()
        return Person.objects.agents().filter(pk=pk).first(), None


class ClaimForm(forms.Form):
    """`seen` is the owner on the screen, empty for nobody."""

    seen = forms.IntegerField(required=False, min_value=1, max_value=2**62)


@require_POST
@for_agents
def claim(request: HttpRequest, number: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    form = ClaimForm(request.POST)
    if not form.is_valid():
        return refused(request, ticket, problem(form))
    try:
        actions.claim(ticket, by(request), seen=form.cleaned_data["seen"])
    except actions.Taken as taken:
        if taken.at is None:
            return refused(request, ticket, _("%(name)s has it already.") % {"name": taken.owner})
        words = {"name": taken.owner, "span": short_span(taken.at, timezone.now())}
        return refused(request, ticket, _("%(name)s has just taken it (%(span)s).") % words)
    return done(request, ticket, _("It is yours"), _undo(ticket))


@reads_and_writes
@for_agents
def hand_over(request: HttpRequest, number: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    if request.method != "POST":
        return _form(request, ticket)
    form = HandsForm(request.POST)
    if not form.is_valid():
        return refused(request, ticket, _("Choose a colleague or a team."))
    person, team = form.chosen()
    try:
        actions.hand_over(ticket, person, by(request), team=team, note=some_lines(form.cleaned_data["note"], 20_000))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    text = _("Handed to %(name)s") % {"name": person or team} + away_words(person)
    if not Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists():
        # It left this agent's sight with the team.
        messages.success(request, text)
        home = reverse("desk:home")
        return HttpResponse(headers={"HX-Redirect": home}) if getattr(request, "htmx", False) else redirect(home)
    return done(request, ticket, text, _undo(ticket))


def _form(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Teams first, then colleagues of this team; those who are away say so."""
    members = set(ticket.team.memberships.values_list("person_id", flat=True))
    gone = away()
    people = sorted(Person.objects.agents(), key=lambda p: (p.pk not in members, str(p).lower()))
    now = timezone.now()
    teams = Team.objects.visible_to(request.user)
    context: dict[str, Any] = {
        "ticket": ticket,
        "teams": teams if ticket.assignee else teams.exclude(pk=ticket.team_id),
        "colleagues": [
            {"pk": p.pk, "name": str(p), "back": short_day(gone[p.pk].ends_at, now) if p.pk in gone else ""}
            for p in people
            if p.pk not in (reader(request).pk, ticket.assignee_id)
        ],
    }
    if getattr(request, "htmx", False):
        return render(request, "desk/agenda/_hand_over.html", context)
    return render(request, "desk/agenda/hand_over.html", {"frame": Frame(request), **context})


@require_POST
@for_agents
def take_back(request: HttpRequest, number: int) -> HttpResponseBase:
    """Undo: it belongs to whoever had it before."""
    ticket = visible_ticket(request, number)
    try:
        actions.take_back_assignment(ticket, by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    return done(request, ticket, _("Undone"))


@require_POST
@for_agents
def whisper(request: HttpRequest, number: int) -> HttpResponseBase:
    """Of those who look after work to whoever does it."""
    if not can(request.user, "dispatch"):
        raise Http404
    ticket = visible_ticket(request, number)
    try:
        actions.whisper(ticket, some_lines(request.POST.get("text", ""), 20_000), by(request))
    except actions.Refused as why:
        return refused(request, ticket, str(why))
    return done(request, ticket, _("Whispered to %(name)s") % {"name": ticket.assignee})


def _undo(ticket: Ticket) -> Undo:
    return reverse("desk:take_back_assignment", args=[ticket.number]), {}
