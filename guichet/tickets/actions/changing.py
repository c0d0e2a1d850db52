"""What a ticket is: its owner, status, priority, subject, tags and inbox."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from guichet.kit.lines import one_line
from guichet.people.models import Person, Team
from guichet.tickets import events
from guichet.tickets.actions.finishing import may_finish
from guichet.tickets.actions.holding import act, held
from guichet.tickets.actions.words import (
    Refused,
    change_owner,
    change_status,
    locked,
    not_merged,
    put,
    save,
)
from guichet.tickets.events import By, record
from guichet.tickets.models import Inbox, Priority, Status, Tag, Ticket


def assign(ticket: Ticket, assignee: Person | None, by: By, *, team: Team | None = None) -> Ticket:
    """Give the ticket an owner, a team, or both. Raises Refused for somebody who cannot work."""
    if assignee is not None and not assignee.is_agent:
        raise Refused(_("Only an active agent can own a ticket."))
    with act():
        ticket = locked(ticket)
        change_owner(ticket, assignee, team or ticket.team, by)
    return ticket


def hand_to_team(ticket: Ticket, team: Team, by: By) -> Ticket:
    """Whoever owns it goes on owning it, also who took it a moment ago."""
    with act():
        ticket = locked(ticket)
        change_owner(ticket, ticket.assignee, team, by)
    return ticket


def set_status(ticket: Ticket, status: Status, by: By, *, anyway: bool = False) -> Ticket:
    """Raises Refused to end a ticket in which a reply was held back, and Unfinished one with open children, unless
    `anyway` is the second, deliberate step.
    """
    with act():
        ticket = locked(ticket)
        not_merged(ticket)
        may_finish(ticket, status, by, anyway=anyway)
        change_status(ticket, status, by)
    return ticket


def set_priority(ticket: Ticket, priority: Priority, by: By) -> Ticket:
    return put(ticket, "priority", priority, events.PRIORITY_CHANGED, by)


def set_subject(ticket: Ticket, subject: str, by: By) -> Ticket:
    subject = one_line(subject, 500)
    if not subject:
        raise Refused(_("A ticket needs a subject."))
    return put(ticket, "subject", subject, events.SUBJECT_CHANGED, by, is_prose=True)


def set_tags(ticket: Ticket, names: Iterable[str], by: By) -> Ticket:
    """Exactly these tags, lower case; new ones are made."""
    wanted = sorted({cleaned for name in names if (cleaned := one_line(name, 60).lower())})
    with act():
        ticket = locked(ticket)
        before = tag_names(ticket)
        if before != wanted:
            _put_on(ticket, [name for name in wanted if name not in before])
            if off := [name for name in before if name not in wanted]:
                Ticket.tags.through.objects.filter(ticket=ticket, tag__name__in=off).delete()
            if (kept := held(ticket)) is not None:
                kept.tags = wanted
            save(ticket)
            record(ticket, events.TAGGED, by, changes={"tags": [before, wanted]})
    return ticket


def tag_names(ticket: Ticket) -> list[str]:
    """The tags that it has, sorted."""
    kept = held(ticket)
    if kept is not None and kept.tags is not None:
        return sorted(kept.tags)
    names = sorted(ticket.tags.values_list("name", flat=True))
    if kept is not None:
        kept.tags = names
    return names


def _put_on(ticket: Ticket, names: Sequence[str]) -> None:
    if names:
        Tag.objects.bulk_create([Tag(name=name) for name in names], ignore_conflicts=True)
        tagged = Ticket.tags.through
        pks = Tag.objects.filter(name__in=names).values_list("pk", flat=True)
        tagged.objects.bulk_create([tagged(ticket=ticket, tag_id=pk) for pk in pks], ignore_conflicts=True)


def toggle_tag(ticket: Ticket, name: str, by: By) -> tuple[list[str], list[str]]:
    """Put one tag on, or take it off; the tags before and now. The others stay, also those of a moment ago."""
    name = one_line(name, 60).lower()
    with transaction.atomic():
        ticket = locked(ticket)
        names = set(ticket.tags.values_list("name", flat=True))
        set_tags(ticket, names ^ {name}, by)
    return sorted(names), sorted(names ^ {name})


def put_tags_back(ticket: Ticket, before: Iterable[str], after: Iterable[str], by: By) -> None:
    """Exactly the tags that were there before, while those of `after` still are. Raises Refused."""
    with transaction.atomic():
        ticket = locked(ticket)
        if set(ticket.tags.values_list("name", flat=True)) != set(after):
            raise Refused(_("Somebody changed the tags since: nothing was undone."))
        set_tags(ticket, before, by)


def move(ticket: Ticket, inbox: Inbox, by: By) -> Ticket:
    """To another inbox and its team; the owner goes along only as a member of that team."""
    with act():
        ticket = locked(ticket)
        if ticket.inbox_id != inbox.pk:
            changes = {"inbox": [ticket.inbox_id, inbox.pk]}
            ticket.inbox = inbox
            save(ticket, "inbox")
            moved = record(ticket, events.MOVED, by, changes=changes)
            owner = ticket.assignee
            stays = owner is not None and inbox.team_id in owner.team_ids
            change_owner(ticket, owner if stays else None, inbox.team, replace(by, cause=moved))
    return ticket
