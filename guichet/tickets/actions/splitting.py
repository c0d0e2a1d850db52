"""Chosen messages put on a ticket of their own or on another one, and put back weeks later (see `placing`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from guichet.kit.lines import one_line
from guichet.people.models import Person
from guichet.tickets import agenda, events
from guichet.tickets.actions.bringing import keep_private, take_off
from guichet.tickets.actions.merging import (
    events_of,
    lead_shell_home,
    makers,
    new_act,
    not_undone,
    still_there,
    unmerge,
)
from guichet.tickets.actions.placing import (
    from_to,
    later_placed,
    locked_around,
    put,
    restore,
    sides_follow,
    take_back_status,
    told,
    wake,
)
from guichet.tickets.actions.sorting import needs_like, sorting_of
from guichet.tickets.actions.words import Refused
from guichet.tickets.events import By
from guichet.tickets.models import LEADS, Event, Grouping, Message, MessageKind, Placed, Regrouping, Step, Ticket

MOST = 1000  # messages chosen at once


def split(message: Message, by: By, *, with_later: bool = False) -> Ticket:
    """A customer's message (and all that was said after it) becomes a ticket of its own, its author's; returned.

    What the message alone had done to its old ticket is taken back. Raises Refused where nothing would be left there.
    """
    with transaction.atomic():
        later = Q(at__gt=message.at) | Q(at=message.at, pk__gt=message.pk) if with_later else Q(pk=None)
        of_ticket = Q(ticket=message.ticket_id, side=None)
        moving = Message.objects.filter(Q(pk=message.pk) | later & of_ticket)
        ticket = locked_around(moving, message.ticket_id)[message.ticket_id]
        message = still_there(message, ticket)
        if message.kind != MessageKind.INBOUND or message.author is None:
            raise Refused(_("Only what a customer wrote can become a ticket of its own."))
        chosen = list(moving.values_list("pk", flat=True))
        if not ticket.messages.filter(auto="").exclude(pk__in=chosen).exists():
            raise Refused(_("This ticket has no other words: it is a ticket of its own already."))
        facts: dict[str, object] = {}
        if message.side_id is not None:
            facts["sides"] = {str(message.pk): [message.side_id, None]}
        if not message.is_verified and message.trust.get("verdict") != "fail":
            facts["verified"] = [message.pk]
            message.is_verified = True
        message.side = None
        message.save(update_fields=["is_verified", "side"])
        new = _begun(ticket, message.author, message.subject, message)
        _place(ticket, new, Grouping.SPLIT, chosen, message, by, facts)
    return new


def carry(
    ticket: Ticket, messages: Iterable[int], by: By, *, into: Ticket | None = None, subject: str = ""
) -> Regrouping:
    """Put chosen messages of a ticket, whoever wrote them, on another one, or without `into` on a new one.

    Words with a third party go as a whole. The caller has fetched both tickets, and the messages, through `visible_to`.
    Raises Refused where nothing would be left: that is a merge.
    """
    wanted = set(messages)
    if not wanted or len(wanted) > MOST:
        raise Refused(_("Choose the messages to move, at most %(n)s.") % {"n": MOST})
    if into is not None and into.pk == ticket.pk:
        raise Refused(_("They stand on that ticket already."))
    with transaction.atomic():
        moving = Message.objects.filter(pk__in=wanted)
        rows = locked_around(moving, ticket.pk, *([into.pk] if into else []))
        ticket = rows[ticket.pk]
        said = list(moving.filter(ticket=ticket).select_related("author").order_by("at", "pk"))
        if len(said) != len(wanted):
            raise Refused(_("Somebody has moved these messages meanwhile."))
        if not ticket.messages.filter(auto="").exclude(pk__in=wanted).exists():
            raise Refused(_("Nothing would be left on this ticket: merge it instead."))
        sides = {message.side_id for message in said} - {None}
        if ticket.messages.filter(side__in=sides).exclude(pk__in=wanted).exists():
            raise Refused(_("Words with a third party go together: choose all of them."))
        asked = next((one for one in said if one.kind == MessageKind.INBOUND and one.side_id is None), None)
        if into is None:
            who = (asked.author if asked else None) or ticket.requester
            target = _begun(ticket, who, subject or (asked.subject if asked else ""), said[0])
            return _place(ticket, target, Grouping.SPLIT, wanted, asked or said[0], by, {})
        target = rows[into.pk]
        if target.merged_into_id is not None:
            raise Refused(_("%(number)s is merged into another ticket already.") % {"number": f"#{target.number}"})
        return _place(ticket, target, Grouping.MOVE, wanted, asked or said[0], by, {})


def split_from(ticket: Ticket) -> int | None:
    """The id of the ticket that `unsplit` would put the words of this one back on."""
    act = _split_of(ticket)
    return act.ticket_id if act is not None else None


def unsplit(ticket: Ticket, home: Ticket, by: By) -> Ticket:
    """The reverse of `split`: its messages go back to the ticket they came from, which is returned. Raises Refused.

    `home` is that ticket (`split_from`); the caller has fetched both through `visible_to`.
    """
    act = _split_of(ticket)
    if act is None or act.ticket_id != home.pk:
        raise Refused(_("This ticket was not split off from another."))
    return put_back(act, by)


def put_back(act: Regrouping, by: By) -> Ticket:
    """The reverse of `split` and `carry`; the ticket that the messages came from. Raises Refused.

    A ticket that the act had made has no life of its own any more: what was said there since goes along, into the talk
    with a third party where that had been split off, and its number leads home. It stays where words of others came
    to it, or where it was merged on.
    """
    with transaction.atomic():
        chosen = list(act.placed.values_list("message", flat=True))
        moving = Message.objects.filter(Q(pk__in=chosen) | Q(ticket=act.into_id))
        homes = set(act.placed.values_list("was", flat=True))
        rows = locked_around(moving, act.ticket_id, act.into_id, *homes, *makers(act.into_id))
        act = not_undone(act)
        stood, came = _give_back(act, rows)
        take_off(act, rows[act.into_id], by)
        source = rows[act.ticket_id]
        home = rows[source.merged_into_id or source.pk]
        for pk in came or {home.pk: []}:
            _tell_back(act, rows[pk], came.get(pk, []), by)
        if not lead_shell_home(rows[act.into_id], rows, by):
            for pk in stood - came.keys():
                gone = told(rows[pk], events.GAVE_AWAY, by, None, from_to(rows[pk], home, act))
                take_back_status(rows[pk], events_of(act, rows[pk]), replace(by, cause=gone))
    return home


def _tell_back(act: Regrouping, ticket: Ticket, came: Sequence[int], by: By) -> None:
    said = Message.objects.filter(pk__in=came).order_by("at", "pk")
    first = said.filter(kind=MessageKind.INBOUND).first() or said.first()
    changes: dict[str, list[Any]] = {
        "ticket": [act.into_id, ticket.pk],
        "regrouping": [None, act.pk],
        "messages": [0, len(came)],
    }
    back = told(ticket, events.PUT_BACK, by, first, changes)
    if first is not None and first.is_verified and first.kind == MessageKind.INBOUND:
        wake(ticket, first, replace(by, cause=back))


def undo(act: Regrouping, by: By) -> Ticket:
    """Take an act back, at once or weeks later; the ticket that has its words again. Raises Refused.

    The caller has made sure that whoever asks sees all tickets of `reach(act)`.
    """
    if act.kind == Grouping.LEAD:
        raise Refused(_("This is undone already."))
    return unmerge(act, by) if act.kind in LEADS else put_back(act, by)


def reach(act: Regrouping) -> set[int]:
    """The tickets that taking this act back would give words to or take them from."""
    named = {act.ticket_id, act.into_id, *act.placed.values_list("was", flat=True)}
    stand = Message.objects.filter(pk__in=act.placed.values("message")).values_list("ticket", flat=True)
    named.update(stand.distinct())
    ends = Ticket.objects.filter(pk__in=named, merged_into__isnull=False).values_list("merged_into", flat=True)
    return named | {pk for pk in ends if pk}


def _begun(ticket: Ticket, who: Person, subject: str, first: Message) -> Ticket:
    """A new ticket, sorted as the one its words come from; another author has a language and a site of their own."""
    is_same = who.pk == ticket.requester_id
    kept = sorting_of(ticket) if is_same else {**sorting_of(ticket), "site": ""}
    new = Ticket.objects.create(
        subject=one_line(subject, 500) or ticket.subject,
        requester=who,
        inbox_id=ticket.inbox_id,
        team_id=ticket.team_id,
        is_private=ticket.is_private,
        language=ticket.language if is_same else who.language or ticket.language,
        **kept,
        created_at=first.at,
        updated_at=first.at,
        last_message_at=first.at,
        next_look_at=agenda.look_for(Step.ANSWER, first.at),
    )
    needs_like(new, ticket)
    return new


def _place(
    ticket: Ticket, into: Ticket, kind: Grouping, chosen: Collection[int], first: Message, by: By,
    facts: dict[str, object],
) -> Regrouping:  # fmt: skip
    """Put these messages of `ticket` on `into`, tell it on both, and give each the status that follows from it."""
    act = new_act(kind, ticket, into, by, {**facts, "private": keep_private(ticket, into, by)})
    homes = Message.objects.filter(pk__in=chosen).order_by("pk").values_list("pk", "home")
    Placed.objects.bulk_create(Placed(regrouping=act, message_id=pk, was_id=home or ticket.pk) for pk, home in homes)
    put(chosen, into)
    sides_follow(chosen)
    is_new = kind == Grouping.SPLIT
    changes = {**from_to(ticket, into, act), "messages": [0, len(chosen)]}
    first.ticket = into
    came = told(into, events.SPLIT_OFF if is_new else events.JOINED, by, first, changes)
    gone = told(ticket, events.SPLIT if is_new else events.GAVE_AWAY, by, None, changes)
    received = Event.objects.filter(message__in=chosen, kind=events.RECEIVED)
    take_back_status(ticket, received, replace(by, cause=gone))
    if not is_new and first.kind == MessageKind.INBOUND and first.is_verified:
        wake(into, first, replace(by, cause=came))
    return act


def _give_back(act: Regrouping, rows: dict[int, Ticket]) -> tuple[set[int], dict[int, list[int]]]:
    """Each message gets the home it had before the act, or the next act gives it that one when its turn comes.

    The tickets they stood on, and {ticket: messages that came back to it}.
    """
    placed = list(act.placed.select_related("message"))
    later = later_placed(act, [one.message_id for one in placed])
    back: dict[int, list[int]] = {}
    stood: set[int] = set()
    for one in placed:
        if one.message_id in later:
            later[one.message_id].was_id = one.was_id
            later[one.message_id].save(update_fields=["was"])
        else:
            back.setdefault(one.was_id, []).append(one.message_id)
            stood.add(one.message.ticket_id)
    restore(act, [pk for several in back.values() for pk in several])
    came: dict[int, list[int]] = {}
    for home, several in back.items():
        put(several, rows[home])
        sides_follow(several)
        came.setdefault(rows[home].merged_into_id or home, []).extend(several)
    return stood, came


def _split_of(ticket: Ticket) -> Regrouping | None:
    return Regrouping.objects.active().filter(kind=Grouping.SPLIT, into=ticket).last()
