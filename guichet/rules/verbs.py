"""The acts beside a text: what they may be, how they are told, done and taken back. Each is an action of the heart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guichet.people.models import Person, Team
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.actions.words import locked
from guichet.tickets.events import By
from guichet.tickets.models import Priority, Status, Ticket

TAGS = 20
Verbs = Mapping[str, Any]
Changes = dict[str, list[Any]]  # field -> [was, is]


def told(verbs: Verbs, teams: Mapping[int, str], people: Mapping[int, str]) -> list[str]:
    """What these acts do, in words. Names come from the caller, who asked for all of them at once."""
    words: list[str] = []
    if verbs.get("status") in Status.values:
        words.append(_("Status: %(status)s") % {"status": Status(verbs["status"]).label})
    if verbs.get("priority") in Priority.values:
        words.append(_("Priority: %(priority)s") % {"priority": Priority(verbs["priority"]).label})
    if team := verbs.get("team"):
        words.append(_("Team: %(team)s") % {"team": teams.get(team, "?")})
    if owner := verbs.get("assignee"):
        own = {"me": _("whoever uses it"), "nobody": _("nobody")}
        words.append(_("Owner: %(name)s") % {"name": own.get(owner) or people.get(owner, "?")})
    words += [f"+ {tag}" for tag in verbs.get("add_tags", ())]
    words += [f"− {tag}" for tag in verbs.get("remove_tags", ())]
    if verbs.get("note"):
        words.append(_("Internal note"))
    return words


def do(ticket: Ticket, verbs: Verbs, by: By) -> Changes:
    """All of them or none; what changed, for the way back. Raises Refused."""
    with transaction.atomic():
        as_it_is(ticket)
        before = state(ticket)
        _tags(ticket, before["tags"], verbs, by)
        _owner(ticket, verbs, by)
        if verbs.get("priority") in Priority.values:
            actions.set_priority(ticket, Priority(verbs["priority"]), by)
        if verbs.get("note"):
            actions.add_note(ticket, Words(text=verbs["note"]), by)
        if verbs.get("status") in Status.values:
            actions.set_status(ticket, Status(verbs["status"]), by)
        ticket.refresh_from_db()
        after = state(ticket)
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}


def state(ticket: Ticket) -> dict[str, Any]:
    return {
        "status": str(ticket.status),
        "priority": int(ticket.priority),
        "team": ticket.team_id,
        "assignee": ticket.assignee_id,
        "tags": sorted(ticket.tags.values_list("name", flat=True)),
    }


def _tags(ticket: Ticket, before: Sequence[str], verbs: Verbs, by: By) -> None:
    wanted = {*before, *verbs.get("add_tags", ())} - set(verbs.get("remove_tags", ()))
    if wanted != set(before):
        actions.set_tags(ticket, wanted, by)


def _owner(ticket: Ticket, verbs: Verbs, by: By) -> None:
    team = Team.objects.filter(pk=verbs["team"]).first() if verbs.get("team") else None
    owner = verbs.get("assignee")
    if team is None and not owner:
        return
    person = ticket.assignee
    if owner == "me":
        person = by.person
    elif owner == "nobody":
        person = None
    elif owner:
        person = Person.objects.agents().filter(pk=owner).first()
        if person is None:
            raise actions.Refused(_("Whom this macro assigns does not work here any more."))
    actions.assign(ticket, person, by, team=team)


def undo(ticket: Ticket, changes: Changes, by: By) -> bool:
    """Back to what was, where nobody changed it again since; whether all of it went back. Raises Refused."""
    with transaction.atomic():
        as_it_is(ticket)
        now = state(ticket)
        back = {name: was for name, (was, became) in changes.items() if now.get(name) == became}
        if "tags" in back:
            actions.set_tags(ticket, back["tags"], by)
        if "assignee" in back or "team" in back:
            owner = back.get("assignee", now["assignee"])
            person = Person.objects.agents().filter(pk=owner).first() if owner else None
            actions.assign(ticket, person, by, team=Team.objects.filter(pk=back.get("team", now["team"])).first())
        if "priority" in back:
            actions.set_priority(ticket, Priority(back["priority"]), by)
        if "status" in back:
            actions.set_status(ticket, Status(back["status"]), by)
    return len(back) == len(changes)


def as_it_is(ticket: Ticket) -> None:
    """Locked and read again: what a colleague did a moment ago is neither undone nor passed over."""
    locked(ticket)
    ticket.refresh_from_db()
