"""Words of long ago, taken over as closed tickets: nobody is told, nothing is answered, no clock begins.

Mails of an old mailbox come in any order. What a ticket says of itself (its subject, requester, moments, and who takes
part) is therefore worked out anew from all its messages, so that every order ends in the same tickets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from guichet.kit.lines import one_line
from guichet.people.actions import find_or_make_person, normal_address
from guichet.people.models import Person
from guichet.tickets import events
from guichet.tickets.actions.words import Words, message_of, store
from guichet.tickets.events import By, event_of
from guichet.tickets.models import Delivery, Event, Inbox, Message, MessageKind, Status, Ticket
from guichet.tickets.models.message import MESSAGE_ID_LENGTH

# What is needed of a message to say what its ticket is.
_FACTS = (
    "ticket_id", "kind", "author_id", "from_address", "at", "subject", "reply", "to", "cc", "bcc", "raw", "is_verified",
)  # fmt: skip
_KINDS = {MessageKind.INBOUND: events.RECEIVED, MessageKind.OUTBOUND: events.WRITTEN}


@dataclass(frozen=True, slots=True)
class Past:
    """One mail of long ago: INBOUND of its author, or OUTBOUND as we sent it then (`author` may be unknown)."""

    words: Words
    kind: MessageKind
    author: Person | None
    at: datetime


@dataclass(frozen=True, slots=True)
class PastThread:
    """Mails that belong together: to `ticket`, or without one to a new closed ticket of the inbox."""

    inbox: Inbox
    ticket: Ticket | None
    pasts: Sequence[Past]


def keep_history(threads: Sequence[PastThread]) -> list[list[Message]]:
    """The messages of each thread, in order: a fixed number of statements for all that begin a ticket."""
    with transaction.atomic(savepoint=False):
        tickets = [thread.ticket or _begun(thread.inbox) for thread in threads]
        kept = [
            [_message(ticket, past) for past in thread.pasts] for ticket, thread in zip(tickets, threads, strict=True)
        ]
        begun = [place for place, thread in enumerate(threads) if thread.ticket is None]
        for place in begun:
            _describe(tickets[place], kept[place])
            tickets[place].updated_at = tickets[place].last_message_at
        Ticket.objects.bulk_create(tickets[place] for place in begun)
        store(
            [message for messages in kept for message in messages],
            [p.words for thread in threads for p in thread.pasts],
        )
        Event.objects.bulk_create(
            _event(message, events.OPENED if number == 0 and place in begun else _KINDS[MessageKind(message.kind)])
            for place, messages in enumerate(kept)
            for number, message in enumerate(messages)
        )
        _describe_again({thread.ticket.pk: thread.ticket for thread in threads if thread.ticket is not None})
    return kept


def unite_history(tickets: Iterable[int]) -> tuple[Ticket, list[int]]:
    """Make one of these imported tickets: the one with all messages, locked, and the ids of those now empty.

    A ticket on which anything happened since is never emptied: everything else comes to the first such one.
    """
    rows = list(Ticket.objects.select_for_update().filter(pk__in=set(tickets)).order_by("pk"))
    lived = _lived(row.pk for row in rows)
    home = next((row for row in rows if row.pk in lived), rows[0])
    others = [row.pk for row in rows if row.pk != home.pk and row.pk not in lived]
    if others:
        moved = list(Message.objects.filter(ticket__in=others).order_by("at", "pk"))
        Message.objects.filter(ticket__in=others).update(ticket=home)
        for message in moved:
            message.ticket = home
        Event.objects.bulk_create(_event(message, _KINDS[MessageKind(message.kind)]) for message in moved)
        _describe_again({home.pk: home})
    return home, others


def remove_emptied(tickets: Iterable[int]) -> None:
    """Tickets that `unite_history` emptied. Nobody ever acted on them: only their quiet events go with them."""
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute("SET LOCAL guichet.erasing = 'on'")
        Ticket.objects.filter(pk__in=list(tickets), messages=None).delete()
        cursor.execute("SET LOCAL guichet.erasing = 'off'")


def _lived(tickets: Iterable[int]) -> set[int]:
    """Those of these tickets on which something happened that was not imported."""
    return set(Event.objects.filter(ticket__in=list(tickets), is_quiet=False).values_list("ticket", flat=True))


def _begun(inbox: Inbox) -> Ticket:
    return Ticket(inbox=inbox, team_id=inbox.team_id, status=Status.CLOSED, language=inbox.language, next_look_at=None)


def _message(ticket: Ticket, past: Past) -> Message:
    message = message_of(ticket, past.kind, past.words, past.author, past.at)
    if past.kind == MessageKind.OUTBOUND:
        message.message_id = past.words.message_id[:MESSAGE_ID_LENGTH]
        message.delivery, message.delivered_at = Delivery.SENT, past.at
        message.next_try_at = message.give_up_at = None
    return message


def _event(message: Message, kind: str) -> Event:
    by = By(message.author, "import", is_quiet=True, at=message.at)
    return event_of(message.ticket, kind, by, message=message, at=message.at)


def _describe_again(tickets: dict[int, Ticket]) -> None:
    """Tickets that got more messages. What people did on them since stands: only their beginning may move."""
    if not tickets:
        return
    said: dict[int, list[Message]] = defaultdict(list)
    rows = Message.objects.filter(ticket__in=list(tickets)).select_related("author").only(*_FACTS, "author")
    for message in rows:
        said[message.ticket_id].append(message)
    lived = _lived(tickets)
    doubted = []
    for pk, ticket in tickets.items():
        if pk in lived:
            ticket.created_at = min(message.at for message in said[pk])
        else:
            doubted += _describe(ticket, said[pk])
        ticket.version += 1
        ticket.updated_at = timezone.now()
    fields = ["subject", "requester", "created_at", "last_message_at", "preview", "version", "updated_at"]
    Ticket.objects.bulk_update(tickets.values(), fields)
    Message.objects.bulk_update(doubted, ["is_verified"])


def _describe(ticket: Ticket, messages: Sequence[Message]) -> list[Message]:
    """Have a ticket say what all its messages make of it; those of them whose author is believed now, or no longer."""
    said = sorted(messages, key=lambda message: (message.at, message.raw))
    ticket.subject = one_line(said[0].subject, 500)
    ticket.requester = _requester(ticket.inbox, said)
    ticket.created_at, ticket.last_message_at = said[0].at, said[-1].at
    ticket.preview = one_line(next((message.reply for message in reversed(said) if message.reply), ""), 200)
    return _with_doubts(ticket, said)


def _requester(inbox: Inbox, said: Sequence[Message]) -> Person:
    """Who wrote first, or to whom we did."""
    first = said[0]
    if first.kind == MessageKind.INBOUND and first.author is not None:
        return first.author
    for entry in (*first.to, *first.cc):
        address = normal_address(entry["address"])
        if address and address not in inbox.addresses:
            return find_or_make_person(address, entry.get("name", ""))
    authors = (message.author for message in said if message.kind == MessageKind.INBOUND and message.author)
    return next(authors, None) or find_or_make_person(inbox.address)


def _with_doubts(ticket: Ticket, said: Sequence[Message]) -> list[Message]:
    """Whoever neither began the conversation nor was written to by us stands there with a warning, as in live mail.

    So does whoever only claims an address of ours.
    """
    written = {
        normal_address(entry["address"])
        for message in said
        if message.kind == MessageKind.OUTBOUND
        for entry in (*message.to, *message.cc, *message.bcc)
    }
    changed = []
    for message in said:
        if message.kind != MessageKind.INBOUND:
            continue
        address = normal_address(message.from_address)
        is_claimed = address in ticket.inbox.addresses
        is_verified = not is_claimed and (message.author_id == ticket.requester_id or address in written)
        if message.is_verified != is_verified:
            message.is_verified = is_verified
            changed.append(message)
    return changed
