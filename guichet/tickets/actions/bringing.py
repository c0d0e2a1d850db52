"""What a merged ticket brings to the other one beside its words: tags, followers, and that it is private."""

from __future__ import annotations

from typing import Any

from guichet.tickets import events
from guichet.tickets.actions.words import save
from guichet.tickets.events import By, record
from guichet.tickets.models import Follower, Regrouping, Tag, Ticket


def bring(ticket: Ticket, into: Ticket, by: By) -> dict[str, Any]:
    """Facts: what the ticket has, and under "added", "follow" and "private" what was new for the other one.

    Its owner follows too. A private request's words stay private where they go.
    """
    tags = set(ticket.tags.values_list("pk", flat=True))
    added = sorted(tags - set(into.tags.values_list("pk", flat=True)))
    into.tags.add(*added)
    hears = set(ticket.followers.following().values_list("person", flat=True))
    if ticket.assignee_id is not None:
        hears.add(ticket.assignee_id)
    new = sorted(hears - {into.assignee_id, *into.followers.values_list("person", flat=True)})
    Follower.objects.bulk_create([Follower(ticket=into, person_id=pk) for pk in new], ignore_conflicts=True)
    facts: dict[str, Any] = {"tags": sorted(tags), "added": added, "hears": sorted(hears), "follow": new}
    return {**facts, "private": keep_private(ticket, into, by)}


def keep_private(ticket: Ticket, into: Ticket, by: By) -> bool:
    """Whether the other ticket became private with words of this one."""
    if not ticket.is_private or into.is_private:
        return False
    _set_private(into, True, by)
    return True


def take_off(act: Regrouping, into: Ticket, by: By) -> None:
    """What the act brought, unless another one that still holds brought it too."""
    others = list(Regrouping.objects.active().filter(into=into).values_list("facts", flat=True))
    _without_tags(set(act.facts.get("added", ())) - {pk for facts in others for pk in facts.get("tags", ())}, into, by)
    hears = {pk for facts in others for pk in facts.get("hears", ())}
    gone = set(act.facts.get("follow", ())) - hears
    into.followers.following().filter(person__in=gone).delete()
    if act.facts.get("private") and into.is_private and not any(facts.get("private") for facts in others):
        _set_private(into, False, by)


def _without_tags(added: set[int], into: Ticket, by: By) -> None:
    before = sorted(into.tags.values_list("name", flat=True))
    gone = set(Tag.objects.filter(pk__in=added, tickets=into).values_list("name", flat=True))
    if gone:
        into.tags.remove(*added)
        save(into)
        record(into, events.TAGGED, by, changes={"tags": [before, [name for name in before if name not in gone]]})


def _set_private(ticket: Ticket, is_private: bool, by: By) -> None:
    ticket.is_private = is_private
    save(ticket, "is_private")
    record(ticket, events.MADE_PRIVATE, by, changes={"private": [not is_private, is_private]})
