"""Back again: what went to others meanwhile is offered, and taken back at one stroke or left where it is."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from guichet.accounts.absences import SHOWN, whose
from guichet.kit.lines import whole_numbers
from guichet.kit.web import say
from guichet.people.doors import for_agents
from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import Ticket


@for_agents
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """For the list of one's own work: how many are offered; nothing where there are none."""
    me = cast(Person, request.user)
    return render(request, "accounts/_back.html", {"count": actions.left_behind(me, by=me).count()})


@for_agents
@require_POST
def take_back_work(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The ticked ones are theirs again, the others are offered no more; with `undoing` as it was before."""
    person, me = whose(request, pk), cast(Person, request.user)
    numbers = whole_numbers(request.POST.getlist("ticket"))
    url = (
        reverse("settings:take_back_work") if person == me else reverse("settings:take_back_work_of", args=[person.pk])
    )
    if "undoing" in request.POST:
        tickets = Ticket.objects.visible_to(me).filter(number__in=numbers[:SHOWN])
        actions.leave_work(person, tickets, By(me, "desk"))
        messages.success(request, _("Undone"))
    else:
        chosen = list(actions.left_behind(person, by=me).filter(number__in=numbers))
        try:
            count = actions.take_back_work(person, chosen, By(me, "desk"))
        except actions.Refused as why:
            messages.error(request, str(why))
            return _page(person, me)
        said = ngettext("%(n)s ticket is taken back.", "%(n)s tickets are taken back.", count) % {"n": count}
        values = {"undoing": "1", "ticket": [str(one.number) for one in chosen]}
        say(request, said if count else _("They stay where they are."), undo=(url, values) if count else None)
    return _page(person, me)


def _page(person: Person, me: Person) -> HttpResponse:
    return redirect("settings:absence") if person == me else redirect("settings:absence_of", person.pk)
