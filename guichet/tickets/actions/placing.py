"""Where messages stand: it follows from the acts that are not undone (models.Regrouping), in whatever order they were.

A message has a home: the ticket it came to, by its address or by the message it answers, or on which the last act with
chosen messages (SPLIT, MOVE) put it. It stands where its home leads: there, or where that ticket was merged into. So

- a merge moves no message's home, and what comes to the merged ticket later stands on the other one at once;
- taking a merge back returns all whose home leads through it, late words too; what came to the other ticket stays;
- taking a SPLIT or MOVE back gives its messages the home they had, unless a later act put them elsewhere, which then
  gives them that one when its turn comes;
- once all acts are taken back every ticket has just the messages it had, and those that came to it since.

Locks: messages before tickets, each by number, and with a ticket those that lead to it; so no two acts wait for one
another, and nobody writes to a ticket between the question where it leads and the answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from guichet.tickets import events
from guichet.tickets.actions.words import FINISHED, Refused, change_status, reread, save
from guichet.tickets.events import By, record
from guichet.tickets.models import (
    LEADS,
    Event,
    Message,
    MessageKind,
    Placed,
    Regrouping,
    SideConversation,
    Status,
    Ticket,
)


def moved_to(ticket: Ticket) -> Ticket:
    """The ticket itself or, where it was merged away, the one that its words stand on."""
    return ticket.merged_into or ticket


def locked_around(moving: QuerySet[Message], *tickets: int) -> dict[int, Ticket]:
    """These tickets and all that lead to them or that they lead to, locked after the messages to be moved."""
    while True:
        before = transaction.savepoint()
        held = list(moving.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        around = Ticket.objects.filter(pk__in=_around(held, tickets))
        rows = {row.pk: row for row in around.select_for_update(of=("self",)).order_by("pk")}
        if not rows.keys() >= set(tickets):
            raise Refused(_("That ticket is no longer there."))
        if not moving.exclude(pk__in=held).exists() and rows.keys() >= _around(held, tickets):
            return rows
        transaction.savepoint_rollback(before)  # something came between: let go of all and begin anew


def _around(messages: Iterable[int], tickets: Iterable[int]) -> set[int]:
    named = set(tickets)
    for pair in Message.objects.filter(pk__in=messages).order_by().values_list("ticket", "home").distinct():
        named.update(pk for pk in pair if pk)
    ends = named | set(Ticket.objects.filter(pk__in=named, merged_into__gt=0).values_list("merged_into", flat=True))
    return set(Ticket.objects.filter(Q(pk__in=ends) | Q(merged_into__in=ends)).values_list("pk", flat=True))


def lead(ticket: Ticket, into: Ticket) -> None:
    """All that stands on `ticket`, and whatever comes to it from now on, stands on `into`; both are locked."""
    ticket.messages.filter(home=None).update(home=ticket)
    ticket.messages.update(ticket=into)
    SideConversation.objects.filter(ticket=ticket).update(ticket=into)
    Ticket.objects.filter(merged_into=ticket).update(merged_into=into)
    ticket.merged_into = into
    ticket.save(update_fields=["merged_into"])


def lead_no_more(ticket: Ticket) -> list[int]:
    """The reverse of `lead`, once its act is undone: what leads through the ticket stands there again; its ids."""
    end, behind = ticket.merged_into_id, led_through(ticket.pk)
    moved = list(Message.objects.filter(ticket=end, home__in=behind).values_list("pk", flat=True))
    Message.objects.filter(pk__in=moved).update(ticket=ticket)
    ticket.messages.filter(home=ticket).update(home=None)
    Ticket.objects.filter(pk__in=behind).exclude(pk=ticket.pk).update(merged_into=ticket)
    ticket.merged_into = None
    ticket.save(update_fields=["merged_into"])
    sides_follow(moved)
    return moved


def led_through(ticket: int) -> set[int]:
    """The ticket, and all whose way leads through it."""
    found, new = {ticket}, {ticket}
    while new:
        acts = Regrouping.objects.active().filter(kind__in=LEADS, into__in=new).exclude(ticket__in=found)
        new = set(acts.values_list("ticket", flat=True))
        found |= new
    return found


def put(messages: Iterable[int], home: Ticket) -> None:
    """Give messages this home; they stand where it leads. All are locked."""
    at_home = home.merged_into_id is None
    chosen = Message.objects.filter(pk__in=list(messages))
    chosen.update(home=None if at_home else home, ticket=home if at_home else home.merged_into_id)


def sides_follow(messages: Iterable[int]) -> None:
    """A side conversation is one of the ticket on which its messages stand."""
    rows = Message.objects.filter(pk__in=list(messages), side__isnull=False).order_by("pk")
    for side, ticket in dict(rows.values_list("side", "ticket")).items():
        SideConversation.objects.filter(pk=side).update(ticket=ticket)


def later_placed(act: Regrouping, messages: Iterable[int]) -> dict[int, Placed]:
    """For each of these messages the next act that put it somewhere and still holds."""
    rows = Placed.objects.filter(message__in=list(messages), regrouping__gt=act.pk, regrouping__undone_at=None)
    return {placed.message_id: placed for placed in rows.select_related("regrouping").order_by("-regrouping")}


def restore(act: Regrouping, back: Iterable[int]) -> None:
    """Take back what the act did to messages beside moving them: their side conversation, and whom it let in.

    Only for those that went `back`. A later act that holds others elsewhere does so for them when its turn comes.
    """
    sides, verified, came = dict(act.facts.get("sides", {})), set(act.facts.get("verified", ())), set(back)
    for pk, placed in later_placed(act, ({int(pk) for pk in sides} | verified) - came).items():
        later = placed.regrouping
        later.refresh_from_db(fields=["facts"])
        if str(pk) in sides:
            now = later.facts.get("sides", {}).get(str(pk), sides[str(pk)])[1]
            later.facts.setdefault("sides", {})[str(pk)] = [sides[str(pk)][0], now]
        if pk in verified:
            later.facts["verified"] = sorted({*later.facts.get("verified", ()), pk})
        later.save(update_fields=["facts"])
    for pk, (was, now) in sides.items():
        if int(pk) in came:
            Message.objects.filter(pk=pk, side=now).update(side=was)
    Message.objects.filter(pk__in=verified & came).update(is_verified=False)


def into_side(messages: Iterable[int], side: int | None) -> dict[str, list[int | None]]:
    """What was said openly belongs to this side conversation from now on, notes apart; {message: [was, is]}."""
    if side is None:
        return {}
    open_words = Message.objects.filter(pk__in=list(messages), side=None).exclude(kind=MessageKind.NOTE)
    changed: dict[str, list[int | None]] = {str(pk): [None, side] for pk in open_words.values_list("pk", flat=True)}
    open_words.update(side=side)
    return changed


def from_to(home: Ticket, ticket: Ticket, act: Regrouping | None = None) -> dict[str, list[Any]]:
    facts: dict[str, list[Any]] = {"ticket": [home.pk, ticket.pk]}
    return facts if act is None else {**facts, "regrouping": [None, act.pk]}


def told(
    ticket: Ticket, kind: str, by: By, message: Message | None, changes: dict[str, list[Any]] | None = None
) -> Event:
    """The act in the log, and the ticket with whose turn it is and its latest words worked out anew."""
    reread(ticket)
    said = ticket.messages.exclude(~Q(auto=""), kind=MessageKind.OUTBOUND)
    latest = said.order_by("-at").values_list("at", flat=True).first()
    ticket.last_message_at = latest or ticket.last_message_at
    if ticket.status in FINISHED:
        ticket.waiting_since = None
    save(ticket, "preview", "waiting_since", "last_message_at")
    return record(ticket, kind, by, message=message, changes=changes)


def left(ticket: Ticket, kind: str, by: By, changes: dict[str, list[Any]]) -> None:
    """A ticket whose words went elsewhere is closed, and leads to where they are."""
    gone = told(ticket, kind, by, None, changes)
    change_status(ticket, Status.CLOSED, replace(by, cause=gone))


def wake(ticket: Ticket, message: Message, by: By) -> None:
    if not message.auto and ticket.status in (*FINISHED, Status.PENDING):
        if message.side_id is None:
            ticket.waiting_since = ticket.waiting_since or message.at
        change_status(ticket, Status.OPEN, by)


def take_back_status(ticket: Ticket, causes: Iterable[Event], by: By) -> None:
    """Set back the status that one of these events had changed, if nobody changed it again."""
    changed = ticket.events.filter(kind=events.STATUS_CHANGED).order_by("-id").first()
    if changed is not None and changed.cause_id in {event.pk for event in causes}:
        reread(ticket)
        change_status(ticket, Status(changed.changes["status"][0]), by)
