"""Old mail that an import brings: closed tickets, threaded among themselves and told to nobody.

Message-IDs join mails in every order, but only for somebody who takes part: a Message-ID together with somebody who
wrote a mail that bears or names it, or got one of ours that does, belongs to one ticket (HistoryKey); a mail with the
keys of two makes them one. What a stranger names proves nothing: his mail begins a ticket of its own, as today's would.
Tickets of today are never touched by it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from guichet.channels.base import Incoming
from guichet.channels.deciding import hopeless, words_of
from guichet.channels.models import End, HistoryKey, Parcel, ParcelState
from guichet.channels.threads import Place, who
from guichet.channels.work import Known, Outcome, Work, cut, sender_of
from guichet.kit import pg
from guichet.people.actions import find_people, normal_address
from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.actions import Past, PastThread
from guichet.tickets.models import Message, MessageKind, Ticket

SHORTEST_ID = 8  # characters: what is shorter ("1@x", "<>") was no work of a mail program and joins strangers
OUR_RECIPIENTS = 100  # of one mail of ours, to count as taking part
Key = tuple[int, str]  # inbox; of a Message-ID and somebody who takes part


def open_past(works: Sequence[Work], context: Known) -> Iterator[tuple[Work, Outcome]]:
    """Make closed tickets of imported mails, in the caller's transaction; each with its end."""
    for inbox_id in sorted({work.parcel.inbox_id for work in works}):
        pg.transaction_lock(f"history {inbox_id}")  # two batches would each begin a ticket for one conversation
    plan: list[tuple[Work, Incoming]] = []
    for work in works:
        incoming = work.incoming
        stopped = hopeless(work)
        if stopped is not None or not isinstance(incoming, Incoming):
            yield work, stopped or Outcome(ParcelState.QUARANTINE, End.FAILED)
            continue
        if any(cut(incoming.message_id) == cut(other.message_id) for _work, other in plan if incoming.message_id):
            yield from _carry_out(plan, context)
            plan = []
        twin = _twin(work, incoming, context)
        if twin is not None:
            yield work, twin
        else:
            plan.append((work, incoming))
    yield from _carry_out(plan, context)


def _twin(work: Work, incoming: Incoming, context: Known) -> Outcome | None:
    """Mail of ours that stands on its ticket, or the copy that another folder keeps of a mail that was imported."""
    inbox = work.parcel.inbox
    for message in context.messages.get(cut(incoming.message_id), ()) if incoming.message_id else ():
        if message.ticket.inbox_id != inbox.pk:
            continue
        is_ours = message.kind == MessageKind.OUTBOUND and is_own(work, incoming)
        is_copy = message.text == incoming.text and message.from_address == sender_of(work.parcel, incoming)
        if is_ours or is_copy:
            work.note(_("The same mail stands on ticket %(number)s."), number=message.ticket.number)
            reason = _("A copy of a mail that stands on a ticket already.")
            return Outcome(ParcelState.TICKET, End.DUPLICATE, reason, message)
    return None


def is_own(work: Work, incoming: Incoming) -> bool:
    """Whether the inbox itself sent this: it is from its address and was delivered to nobody here.

    A mailbox marks what it receives (Return-Path, Delivered-To), so the copy in a folder of sent mail tells itself from
    mail that only claims our address. The import keeps no recipients for the former.
    """
    return normal_address(incoming.sender.address) in work.parcel.inbox.addresses and not work.parcel.envelope_to


def _carry_out(plan: Sequence[tuple[Work, Incoming]], context: Known) -> Iterator[tuple[Work, Outcome]]:
    if not plan:
        return
    groups = _groups(plan)
    homes = {place: _united(group.tickets) for place, group in enumerate(groups) if group.tickets}
    agents = _agents(plan)
    threads = [
        PastThread(
            group.mails[0][0].parcel.inbox,
            homes.get(place),
            [_past(work, incoming, agents, context) for work, incoming in group.mails],
        )
        for place, group in enumerate(groups)
    ]
    kept = actions.keep_history(threads)
    HistoryKey.objects.bulk_create(
        [
            HistoryKey(inbox_id=inbox, mail_id=mail_id, ticket=messages[0].ticket)
            for group, messages in zip(groups, kept, strict=True)
            for inbox, mail_id in group.keys
        ],
        ignore_conflicts=True,
    )
    for place, (group, messages) in enumerate(zip(groups, kept, strict=True)):
        for number, ((work, _incoming), message) in enumerate(zip(group.mails, messages, strict=True)):
            context.add(message)
            yield work, _end(work, message, is_first=number == 0 and place not in homes)


def _end(work: Work, message: Message, *, is_first: bool) -> Outcome:
    work.note(_("Old mail of an import: nobody is told, and nothing is answered."))
    if is_first:
        work.note(_("It begins a conversation."))
        return Outcome(ParcelState.TICKET, End.TICKETED, message=message)
    work.note(_("It belongs to the conversation of ticket %(number)s."), number=message.ticket.number)
    return Outcome(ParcelState.TICKET, End.JOINED, message=message)


def keys_of(work: Work, incoming: Incoming) -> set[Key]:
    """Each Message-ID that a mail bears or names, for each person whom that lets take part.

    A mail speaks for its author; one of ours for all that it went to. Whoever asks to be answered elsewhere (a form)
    takes part there by that mail only. A delivery report belongs to the mail of ours that it speaks of.
    """
    if incoming.bounce is not None and len(incoming.bounce.original_message_id) >= SHORTEST_ID:
        return {_key(work, incoming.bounce.original_message_id, "bounce")}
    named = (incoming.in_reply_to, *incoming.references)
    if not is_own(work, incoming):
        author = normal_address(sender_of(work.parcel, incoming)) or f"parcel {work.parcel.pk}"
        keys = {(one, author) for one in (incoming.message_id, *named)}
        keys |= {(incoming.message_id, normal_address(other.address)) for other in incoming.reply_to[:1]}
    else:
        sent_to = {normal_address(one.address) for one in (*incoming.to, *incoming.cc)[:OUR_RECIPIENTS]}
        others = sent_to - set(work.parcel.inbox.addresses) - {""} or {"us"}
        keys = {(one, other) for one in (incoming.message_id, *named) for other in others}
        keys.add((incoming.message_id, "bounce"))
    return {_key(work, one, other) for one, other in keys if len(one) >= SHORTEST_ID}


def _key(work: Work, mail_id: str, party: str) -> Key:
    return work.parcel.inbox_id, hashlib.sha256(f"{party}\n{mail_id}".encode()).hexdigest()


@dataclass(slots=True)
class _Group:
    """Mails of a batch that name one another, directly or through others, and the tickets that hold their IDs."""

    mails: list[tuple[Work, Incoming]]
    keys: set[Key]
    tickets: set[int]


def _groups(plan: Sequence[tuple[Work, Incoming]]) -> list[_Group]:
    keys = [keys_of(work, incoming) for work, incoming in plan]
    wanted = {key for several in keys for key in several}
    rows = HistoryKey.objects.filter(
        inbox__in={inbox for inbox, _id in wanted}, mail_id__in={one for _box, one in wanted}
    )
    ticket_of = {(inbox, mail_id): ticket for inbox, mail_id, ticket in rows.values_list("inbox", "mail_id", "ticket")}
    groups: list[_Group] = []
    for mail, several in zip(plan, keys, strict=True):
        new = _Group([mail], several, {ticket_of[key] for key in several if key in ticket_of})
        same = [group for group in groups if group.keys & new.keys or group.tickets & new.tickets]
        for group in reversed(same):
            new = _Group(group.mails + new.mails, group.keys | new.keys, group.tickets | new.tickets)
        groups = [group for group in groups if group not in same] + [new]
    return groups


def _united(tickets: set[int]) -> Ticket:
    home, emptied = actions.unite_history(tickets)
    if emptied:
        HistoryKey.objects.filter(ticket__in=emptied).update(ticket=home)
        Parcel.objects.filter(ticket__in=emptied).update(ticket=home)
        actions.remove_emptied(emptied)
    return home


def _agents(plan: Iterable[tuple[Work, Incoming]]) -> dict[str, Person]:
    addresses = {incoming.sender.address for work, incoming in plan if is_own(work, incoming)}
    return {address: person for address, person in find_people(addresses).items() if person.is_agent}


def _past(work: Work, incoming: Incoming, agents: dict[str, Person], context: Known) -> Past:
    words, at = words_of(work, incoming, Place()), work.parcel.received_at
    if is_own(work, incoming):
        return Past(words, MessageKind.OUTBOUND, agents.get(normal_address(incoming.sender.address)), at)
    return Past(words, MessageKind.INBOUND, who(work, incoming, context), at)
