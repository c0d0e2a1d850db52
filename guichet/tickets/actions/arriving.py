"""Words from outside: new requests, and what joins one. Whole batches at a time, because mail comes in floods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from guichet.kit.lines import one_line
from guichet.people.models import Absence, Person
from guichet.tickets import agenda, events, thanks, topics
from guichet.tickets.actions.words import FINISHED, Words, change_status, locked, message_of, preview, save, store
from guichet.tickets.events import By, event_of, record
from guichet.tickets.models import Attachment, Event, Inbox, Message, MessageKind, Priority, Status, Step, Ticket

# Files that say nothing: the signature of a mail.
_SIGNATURES = ("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature")
_TOUCHED = ("requester", "preview", "waiting_since", "last_message_at", "version", "updated_at")


@dataclass(frozen=True, slots=True)
class Opening:
    """A new request with its first words, which came from the requester."""

    inbox: Inbox
    requester: Person
    words: Words
    by: By
    at: datetime
    priority: Priority = Priority.NORMAL


@dataclass(frozen=True, slots=True)
class Joining:
    """Words that join a ticket. `home` is the id of the one they were meant for, if it was merged into this one."""

    ticket: Ticket
    words: Words
    author: Person
    by: By
    at: datetime
    home: int | None = None


def open_ticket(
    inbox: Inbox,
    requester: Person,
    words: Words,
    by: By,
    *,
    at: datetime | None = None,
    priority: Priority = Priority.NORMAL,
) -> Ticket:
    """A new request with its first message, which came from the requester."""
    return open_tickets([Opening(inbox, requester, words, by, at or timezone.now(), priority)])[0].ticket


def open_tickets(openings: Sequence[Opening]) -> list[Message]:
    """The first messages of new tickets, in order: four statements however many they are."""
    with transaction.atomic(savepoint=False):
        tickets = Ticket.objects.bulk_create(_ticket_of(opening) for opening in openings)
        messages = [
            message_of(ticket, MessageKind.INBOUND, opening.words, opening.requester, opening.at)
            for ticket, opening in zip(tickets, openings, strict=True)
        ]
        store(messages, [opening.words for opening in openings])
        Event.objects.bulk_create(
            event_of(message.ticket, events.OPENED, opening.by, message=message, at=opening.at)
            for message, opening in zip(messages, openings, strict=True)
        )
    return messages


def receive(ticket: Ticket, words: Words, author: Person, by: By, *, at: datetime | None = None) -> Message:
    """Words from outside join a ticket. People wake it up; machines and unverified senders change nothing, and thanks
    for a finished ticket leave it finished.
    """
    return receive_all([Joining(ticket, words, author, by, at or timezone.now())])[0]


def receive_all(joinings: Sequence[Joining]) -> list[Message]:
    """`receive` for many at once, in order."""
    with transaction.atomic(savepoint=False):
        rows = _locked(joinings)
        places = [_stands_on(joining, rows) for joining in joinings]
        tickets = {ticket.pk: ticket for ticket in places}
        messages, received = [], []
        asleep = {ticket.pk for ticket in places if ticket.status in FINISHED}
        only_thanks = []
        away = _away({ticket.assignee_id for ticket in places if ticket.assignee_id})
        for ticket, joining in zip(places, joinings, strict=True):
            messages.append(message_of(ticket, MessageKind.INBOUND, joining.words, joining.author, joining.at))
            home = joining.home or joining.ticket.pk
            messages[-1].home_id = home if home != ticket.pk else None
            only_thanks.append(ticket.pk in asleep and _is_human(joining.words) and _is_thanks(ticket, joining))
            _touch(ticket, joining, is_waiting=not only_thanks[-1])
            if _is_human(joining.words) and not only_thanks[-1]:
                asleep.discard(ticket.pk)
        known = _make_themselves_known(zip(places, joinings, strict=True))
        _save_all(tickets.values())
        store(messages, [joining.words for joining in joinings])
        for message, joining in zip(messages, joinings, strict=True):
            received.append(event_of(message.ticket, events.RECEIVED, joining.by, message=message, at=joining.at))
        Event.objects.bulk_create([*received, *known])
        for event, joining, is_thanks in zip(received, joinings, only_thanks, strict=True):
            after = By(via="system", cause=event, is_quiet=joining.by.is_quiet, at=joining.at)
            if is_thanks:
                record(event.ticket, events.THANKED, replace(after, person=joining.author), message=event.message)
            elif _is_human(joining.words) and event.ticket.status in (*FINISHED, Status.PENDING):
                change_status(event.ticket, Status.OPEN, after)
            if _is_human(joining.words) and not is_thanks and event.ticket.assignee_id in away:
                # Its owner does not read it: it is looked at now, and not when he is back.
                event.ticket.next_look_at = joining.at
                event.ticket.save(update_fields=["next_look_at"])
    return messages


def _away(owners: set[int]) -> set[int]:
    if not owners:
        return set()
    return set(Absence.objects.at(timezone.now()).filter(person__in=owners).values_list("person", flat=True))


def _locked(joinings: Sequence[Joining]) -> dict[int, Ticket]:
    """In one order for everybody, so that two batches cannot wait for one another."""
    wanted = {pk for joining in joinings for pk in (joining.ticket.pk, joining.home) if pk}
    rows: dict[int, Ticket] = {}
    while wanted:
        found = Ticket.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
        rows |= {ticket.pk: ticket for ticket in found}
        # A ticket that was merged a moment ago; nobody merges it again while it is locked.
        wanted = {row.merged_into_id for row in rows.values() if row.merged_into_id} - rows.keys()
    return rows


def _stands_on(joining: Joining, rows: dict[int, Ticket]) -> Ticket:
    home = rows[joining.home or joining.ticket.pk]
    return rows[home.merged_into_id or home.pk]


def fold(ticket: Ticket, by: By, *, since: datetime, is_held: bool = False) -> None:
    """One quiet line for all the mail that is not shown since then: automatic, or held in quarantine."""
    with transaction.atomic():
        ticket = locked(ticket)
        if not ticket.events.filter(kind=events.FOLDED, at__gt=since).exists():
            save(ticket)
            record(ticket, events.FOLDED, by, changes={"held": [False, True]} if is_held else {})


def _make_themselves_known(places: Iterable[tuple[Ticket, Joining]]) -> list[Event]:
    """Whoever was written to under an address alone (people.actions.person_at) and answers is the requester himself."""
    strange = [(t, j) for t, j in places if t.requester_id != j.author.pk and j.words.is_verified and not j.words.side]
    if not strange:
        return []
    stand_ins = Person.objects.filter(pk__in={t.requester_id for t, _j in strange}, stands_for__isnull=False)
    whom = {
        pk: {owner, kept} for pk, owner, kept in stand_ins.values_list("pk", "stands_for", "stands_for__merged_into")
    }
    made = []
    for ticket, joining in strange:
        if joining.author.pk in whom.get(ticket.requester_id, ()):
            changes = {"requester": [ticket.requester_id, joining.author.pk]}
            made.append(event_of(ticket, events.REQUESTER_CHANGED, joining.by, changes=changes, at=joining.at))
            ticket.requester = joining.author
    return made


def _is_human(words: Words) -> bool:
    return not words.auto and words.is_verified


def _is_thanks(ticket: Ticket, joining: Joining) -> bool:
    """Whether the words leave nothing to do. A picture that came before is that of a signature."""
    words = joining.words
    files = [file for file in words.files if file.content_type not in _SIGNATURES]
    names = [joining.author.name, words.from_name]
    if not thanks.verdict(
        words.reply or words.text,
        has_files=any(not file.is_inline for file in files),
        subject_changed=topics.changed(ticket.subject, words.subject),
        names=[*names, ticket.assignee.name] if ticket.assignee else names,
    ):
        return False
    pictures = {file.digest for file in files}
    known = Attachment.objects.filter(message__ticket=ticket, digest__in=pictures).values_list("digest", flat=True)
    return not pictures or pictures <= set(known)


def _touch(ticket: Ticket, joining: Joining, *, is_waiting: bool) -> None:
    if _is_human(joining.words) and joining.words.side is None:
        ticket.preview = preview(joining.words)
        if is_waiting:
            ticket.waiting_since = ticket.waiting_since or joining.at
            agenda.expect(ticket, Step.ANSWER, joining.at)
    elif _is_human(joining.words) and ticket.status not in FINISHED:
        agenda.expect(ticket, Step.WORK, joining.at)
    ticket.last_message_at = max(ticket.last_message_at, joining.at)
    ticket.version += 1
    ticket.updated_at = timezone.now()


def _save_all(tickets: Iterable[Ticket]) -> None:
    for ticket in tickets:
        ticket.save(update_fields=[*_TOUCHED, *agenda.FIELDS])


def _ticket_of(opening: Opening) -> Ticket:
    at = opening.at
    return Ticket(
        subject=one_line(opening.words.subject, 500),
        requester=opening.requester,
        inbox=opening.inbox,
        team_id=opening.inbox.team_id,
        priority=opening.priority,
        language=opening.requester.language or opening.inbox.language,
        created_at=at,
        updated_at=at,
        last_message_at=at,
        waiting_since=at,
        preview=preview(opening.words),
        next_look_at=agenda.look_for(Step.ANSWER, at),
    )
