"""Who follows a ticket: oneself, colleagues, and not to hear of it any more."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from guichet.desk.doors import for_agents, reader, visible_ticket
from guichet.desk.outcome import Undo, by, done, problem, refused
from guichet.kit.doors import reads_and_writes
from guichet.people import access
from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.models import Follower, Ticket

OFFERED = 200


class FollowForm(forms.Form):
    """`toggle`: the colleague who follows from now on, or no longer. `mute`: what oneself hears of it: "on", "off"."""

    toggle = forms.ModelChoiceField(Person.objects.none(), required=False)
    mute = forms.ChoiceField(choices=(("on", ""), ("off", "")), required=False)

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["toggle"]
        assert isinstance(chosen, forms.ModelChoiceField)
        chosen.queryset = Person.objects.agents().filter(access.seers_of(ticket)).distinct()
        chosen.error_messages["invalid_choice"] = _("This colleague cannot see the ticket.")


@reads_and_writes
@for_agents
def followers(request: HttpRequest, number: int) -> HttpResponseBase:
    ticket = visible_ticket(request, number)
    if request.method != "POST":
        return _choose(request, ticket)
    form = FollowForm(request.POST, ticket=ticket)
    if not form.is_valid():
        return refused(request, ticket, problem(form))
    if form.cleaned_data["mute"]:
        return _mute(request, ticket, form.cleaned_data["mute"] == "on")
    return _toggle(request, ticket, form.cleaned_data["toggle"] or reader(request))


def _toggle(request: HttpRequest, ticket: Ticket, person: Person) -> HttpResponseBase:
    is_me, name = person.pk == reader(request).pk, {"name": person}
    undo: Undo = (request.path, {"toggle": str(person.pk)})
    if Follower.objects.visible_to(request.user).following().filter(ticket=ticket, person=person).exists():
        actions.unfollow(ticket, person, by(request))
        said = _("You no longer follow this ticket") if is_me else _("%(name)s no longer follows this ticket") % name
    else:
        actions.follow(ticket, person, by(request))
        said = _("You follow this ticket") if is_me else _("%(name)s follows this ticket") % name
    return done(request, ticket, said, undo)


def _mute(request: HttpRequest, ticket: Ticket, is_on: bool) -> HttpResponseBase:
    if is_on:
        actions.mute(ticket, reader(request), by(request))
        said = _("Muted: you hear of it only if it is assigned to you or you are mentioned")
    else:
        actions.unfollow(ticket, reader(request), by(request))
        said = _("No longer muted")
    return done(request, ticket, said, (request.path, {"mute": "off" if is_on else "on"}))


def _choose(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Oneself on top, then whoever may see the ticket; followers carry a tick."""
    me = reader(request)
    states = dict(Follower.objects.visible_to(me).filter(ticket=ticket).values_list("person_id", "state"))
    able = Person.objects.agents().filter(access.seers_of(ticket)).distinct()
    follows = {pk for pk, state in states.items() if state == Follower.State.FOLLOWS}
    people = sorted(able, key=lambda p: (p.pk != me.pk, p.pk not in follows, str(p).lower()))[:OFFERED]
    choices: list[dict[str, Any]] = [
        {"name": "toggle", "value": p.pk, "label": str(p), "is_person": True, "is_picked": p.pk in follows,
         "hint": _("you") if p.pk == me.pk else ""}
        for p in people
    ]  # fmt: skip
    is_muted = states.get(me.pk) == Follower.State.MUTED
    mute = {"name": "mute", "value": "off" if is_muted else "on", "label": _("Mute this ticket for me")}
    choices.append({**mute, "icon": "bell-off", "is_picked": is_muted})
    context = {"post_url": request.path, "field": "followers", "choices": choices, "has_filter": True}
    return render(request, "desk/choose.html", {**context, "placeholder": _("Find a colleague")})
