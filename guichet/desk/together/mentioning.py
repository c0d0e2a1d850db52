"""Whom a note may name: the menu that opens behind @, and what became of it."""

from __future__ import annotations

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from guichet.desk.doors import for_agents, reader, visible_ticket
from guichet.people import access
from guichet.people.models import Person
from guichet.tickets import mentions
from guichet.tickets.models import Message

OFFERED = 8


@require_safe
@for_agents
def mentionable(request: HttpRequest, number: int) -> HttpResponse:
    """Colleagues and teams whose name has a word that begins with `?q=`; those who see the ticket first."""
    ticket = visible_ticket(request, number)
    wanted = mentions.folded(request.GET.get("q", "")[:80])
    people, teams = mentions.colleagues()
    seers = Person.objects.agents().filter(access.seers_of(ticket))
    seeing, seeing_teams = set(seers.values_list("pk", flat=True)), set(seers.values_list("teams", flat=True))
    twice = _twice(people)
    found = []
    for person in people:
        if person.pk != reader(request).pk and _begins(str(person), wanted):
            by_address = person.email if mentions.folded(str(person)) in twice else ""
            word, sees = by_address or str(person), person.pk in seeing
            found.append({"word": word, "name": str(person), "is_person": True, "sees": sees, "hint": by_address})
    found += [
        {"word": t.name, "name": t.name, "is_person": False, "sees": t.pk in seeing_teams, "hint": _("team")}
        for t in teams
        if _begins(t.name, wanted)
    ]
    found.sort(key=lambda one: (not one["sees"], str(one["name"]).lower()))
    return render(request, "desk/mentionable.html", {"found": found[:OFFERED]})


def _begins(name: str, wanted: str) -> bool:
    whole = mentions.folded(name)
    return whole.startswith(wanted) or any(word.startswith(wanted) for word in whole.split())


def _twice(people: list[Person]) -> set[str]:
    """Names of more than one colleague: such are named by their address."""
    names = Counter(mentions.folded(str(person)) for person in people)
    return {name for name, count in names.items() if count > 1}


def not_told(message: Message) -> str:
    """What to say of those whom a note names in vain; empty where all are reached."""
    found = mentions.unreached(message)
    said = []
    if found.named:
        names = ", ".join(str(one) for one in found.named)
        said.append(_("%(names)s cannot see this ticket and was not told") % {"names": names})
    if found.unclear:
        names = ", ".join(found.unclear)
        said.append(_("several are called %(names)s: write the whole name or the address") % {"names": names})
    return "; ".join(said)
