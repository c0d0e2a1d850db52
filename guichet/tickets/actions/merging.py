"""Tickets made one, and parted again weeks later: what happens to their words is told in `placing`.

The merged ticket is closed and leads to the other; its tags come along. Whoever waited there waits here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.tickets import events
from guichet.tickets.actions.bringing import bring, take_off
from guichet.tickets.actions.placing import (
    from_to,
    into_side,
    lead,
    lead_no_more,
    led_through,
    left,
    locked_around,
    moved_to,
    restore,
    sides_follow,
    take_back_status,
    told,
    wake,
)
from guichet.tickets.actions.words import FINISHED, Refused, change_status, reread, save
from guichet.tickets.events import By
from guichet.tickets.models import Event, Grouping, Message, MessageKind, Placed, Regrouping, Status, Ticket

MOST = 50  # tickets merged at once


def merge(tickets: Iterable[Ticket], into: Ticket, by: By) -> list[Regrouping]:
    """All words of these tickets stand on `into`, and so does whatever comes to them later. Raises Refused.

    The caller has fetched all of them through `visible_to`. One act for each ticket, to be undone alone or together.
    """
    ids = list(dict.fromkeys(ticket.pk for ticket in tickets))
    if not ids or len(ids) > MOST:
        raise Refused(_("Choose the tickets to merge, at most %(n)s.") % {"n": MOST})
    if into.pk in ids:
        raise Refused(_("A ticket cannot be merged into itself."))
    with transaction.atomic():
        rows = locked_around(Message.objects.filter(ticket__in=ids), *ids, into.pk)
        for pk in (into.pk, *ids):
            if rows[pk].merged_into_id is not None:
                number = {"number": f"#{rows[pk].number}"}
                raise Refused(_("%(number)s is merged into another ticket already.") % number)
        return [_merge(rows[pk], rows[into.pk], by) for pk in ids]


def join(message: Message, ticket: Ticket, by: By) -> None:
    """The only words of a new ticket go to the ticket they belong to; theirs is closed and leads there.

    Where they answer a message of a side conversation they join that: the customer reads none of it.
    The caller has fetched both tickets through `visible_to`. Raises Refused where a conversation has begun.
    """
    with transaction.atomic():
        rows = locked_around(Message.objects.filter(ticket=message.ticket_id), message.ticket_id, ticket.pk)
        home, ticket = rows[message.ticket_id], rows[ticket.pk]
        message = still_there(message, home)
        said = home.messages.filter(auto="").exclude(kind=MessageKind.NOTE).exclude(author=message.author)
        if home.pk == ticket.pk or message.kind != MessageKind.INBOUND or said.exists():
            raise Refused(_("Others have written here already: this ticket is more than one message."))
        if ticket.merged_into_id is not None:
            raise Refused(_("%(number)s is merged into another ticket already.") % {"number": f"#{ticket.number}"})
        message.suggested = None
        message.save(update_fields=["suggested"])
        side = _named_side(home, ticket)
        moved = list(home.messages.values_list("pk", flat=True))
        facts = {**bring(home, ticket, by), "suggested": message.pk}
        act = new_act(Grouping.MERGE, home, ticket, by, facts)
        lead(home, ticket)
        act.facts["sides"] = into_side(moved, side)
        act.save(update_fields=["facts"])
        joined = told(ticket, events.JOINED, by, message, {**from_to(home, ticket, act), "side": [None, side]})
        left(home, events.LEFT, by, from_to(home, ticket, act))
        message.ticket, message.side_id = ticket, side
        if message.is_verified:
            wake(ticket, message, replace(by, cause=joined))


def joined_from(message: Message) -> int | None:
    """The id of the ticket that `unjoin` would put this message back on."""
    act = _merge_of(message)
    return act.ticket_id if act is not None else None


def unjoin(message: Message, home: Ticket, by: By) -> Ticket:
    """The reverse of `join`: all that came with the message goes back to its own ticket, which is returned.

    `home` is that ticket (`joined_from`); the caller has fetched both through `visible_to`. Raises Refused.
    """
    act = _merge_of(message)
    if act is None or act.ticket_id != home.pk:
        raise Refused(_("This message did not come from another ticket."))
    return unmerge(act, by)


def unmerge(act: Regrouping, by: By) -> Ticket:
    """The merged ticket has its words again, those that came to it since as well; it is returned. Raises Refused."""
    with transaction.atomic():
        end = Ticket.objects.filter(pk=act.ticket_id).values_list("merged_into", flat=True).first() or act.into_id
        moving = Message.objects.filter(ticket=end, home__in=led_through(act.ticket_id))
        made_from = [*makers(act.ticket_id), *makers(end)]
        rows = locked_around(moving, act.ticket_id, act.into_id, end, *made_from)
        act = not_undone(act)
        ticket, away = rows[act.ticket_id], rows[end]
        if ticket.merged_into_id != end:
            raise Refused(_("Somebody changed this meanwhile. Look again, then decide."))
        moved = lead_no_more(ticket)
        restore(act, moved)
        if act.facts.get("suggested"):
            Message.objects.filter(pk=act.facts["suggested"], ticket=ticket).update(suggested=away)
        take_off(act, rows[act.into_id], by)
        facts = from_to(away, ticket, act)
        back = told(ticket, events.UNMERGED, by, None, facts)
        gone = told(away, events.UNMERGED, by, None, facts)
        woke = Event.objects.filter(ticket=away, kind=events.RECEIVED, message__in=moved)
        take_back_status(ticket, events_of(act, ticket), replace(by, cause=back))
        take_back_status(away, [*events_of(act, away), *woke], replace(by, cause=gone))
        _late(ticket, act, replace(by, cause=back))
        lead_shell_home(ticket, rows, by)
        lead_shell_home(away, rows, by)
    return moved_to(ticket)


def makers(ticket: int) -> list[int]:
    """The tickets that this one was split off from."""
    return list(Regrouping.objects.filter(kind=Grouping.SPLIT, into=ticket).values_list("ticket", flat=True))


def lead_shell_home(made: Ticket, rows: dict[int, Ticket], by: By) -> bool:
    """A ticket that a split made has no life of its own once that is taken back: its number leads home, and what was
    said there since goes along, into the talk with a third party where that had been split off.

    It stays where words of others came to it, or where it was merged on. `rows` are the locked tickets.
    """
    act = Regrouping.objects.filter(kind=Grouping.SPLIT, into=made).last()
    if act is None or act.undone_at is None or made.merged_into_id is not None or act.ticket_id not in rows:
        return False
    placed = Placed.objects.filter(regrouping__into=made, regrouping__undone_at=None).values("message")
    if made.messages.filter(Q(home__isnull=False) | Q(pk__in=placed)).exists():
        return False
    source = rows[act.ticket_id]
    home = rows[source.merged_into_id or source.pk]
    moved = list(made.messages.values_list("pk", flat=True))
    side = next((was for was, _now in act.facts.get("sides", {}).values() if was), None)
    shell = new_act(Grouping.LEAD, made, source, by, {"sides": into_side(moved, side)})
    lead(made, home)
    sides_follow(moved)
    if moved:
        told(home, events.TOOK_IN, by, None, from_to(made, home, shell))
    left(made, events.LEFT, by, from_to(made, home, shell))
    return True


def new_act(kind: Grouping, ticket: Ticket, into: Ticket, by: By, facts: dict[str, Any]) -> Regrouping:
    at = by.at or timezone.now()
    return Regrouping.objects.create(kind=kind, ticket=ticket, into=into, at=at, by=by.person, facts=facts)


def not_undone(act: Regrouping) -> Regrouping:
    """The act, locked and from now on undone; its tickets are locked. Raises Refused."""
    act = Regrouping.objects.select_for_update().get(pk=act.pk)
    if act.undone_at is not None:
        raise Refused(_("This is undone already."))
    act.undone_at = timezone.now()
    act.save(update_fields=["undone_at"])
    return act


def still_there(message: Message, ticket: Ticket) -> Message:
    """The message, if it still stands on this ticket: somebody may have moved it since the page was drawn."""
    found = Message.objects.filter(pk=message.pk, ticket=ticket).first()
    if found is None:
        raise Refused(_("Somebody has moved this message meanwhile."))
    found.ticket = ticket
    return found


def _merge(ticket: Ticket, into: Ticket, by: By) -> Regrouping:
    before, waits = Status(ticket.status), ticket.waiting_since
    act = new_act(Grouping.MERGE, ticket, into, by, bring(ticket, into, by))
    lead(ticket, into)
    came = told(into, events.TOOK_IN, by, None, from_to(ticket, into, act))
    left(ticket, events.MERGED, by, from_to(ticket, into, act))
    if waits is not None:
        into.waiting_since = min(into.waiting_since or waits, waits)
        save(into, "waiting_since")
    after = replace(by, cause=came)
    if waits is not None and into.status in (*FINISHED, Status.PENDING):
        change_status(into, Status.OPEN, after)
    elif before not in FINISHED and into.status in FINISHED:
        change_status(into, before, after)
    return act


def _late(ticket: Ticket, act: Regrouping, by: By) -> None:
    """Who wrote to the merged ticket meanwhile, and has no answer, waits on it now."""
    if ticket.status in (*FINISHED, Status.PENDING):
        reread(ticket)
        if ticket.waiting_since is not None and ticket.waiting_since > act.at:
            change_status(ticket, Status.OPEN, by)


def events_of(act: Regrouping, ticket: Ticket) -> list[Event]:
    """What the log of this ticket says of the act."""
    return list(ticket.events.filter(changes__regrouping=[None, act.pk]))


def _merge_of(message: Message) -> Regrouping | None:
    """The merge that brought this message here from its home."""
    merges = Regrouping.objects.active().filter(kind=Grouping.MERGE, ticket=message.home_id)
    return merges.select_related("ticket").first() if message.home_id else None


def _named_side(home: Ticket, ticket: Ticket) -> int | None:
    """The side conversation of `ticket` that words of `home` answer, if any."""
    answered = home.messages.filter(kind=MessageKind.INBOUND).exclude(in_reply_to="").values("in_reply_to")
    named = ticket.messages.filter(message_id__in=answered, side__isnull=False)
    return named.order_by("-pk").values_list("side", flat=True).first()
