"""Words of the desk: replies that go out, notes that stay, and what became of an outgoing message."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.kit.lines import one_line
from guichet.people.access import needs_release
from guichet.tickets import agenda, events, mentions
from guichet.tickets.actions.checked import Guarded, found_in, left_over
from guichet.tickets.actions.finishing import may_finish
from guichet.tickets.actions.promising import Promise, keep_promise, promised_in
from guichet.tickets.actions.words import (
    GIVE_UP_AFTER,
    Refused,
    Stale,
    Words,
    back_to_work,
    bring_back,
    change_owner,
    change_status,
    hold,
    locked,
    mark_seen,
    message_of,
    not_merged,
    not_to_the_customer,
    preview,
    save,
    store,
    to_the_outside,
)
from guichet.tickets.events import By, record
from guichet.tickets.guard.letter import Finding
from guichet.tickets.models import Delivery, Event, HeldFor, Message, MessageKind, Return, Status, Step, Ticket


@dataclass(frozen=True, slots=True)
class Ready:
    """Words as they would leave, looked at before anything is locked. What the guard finds in them `stops` them where
    nobody insists; `past` the rest they go."""

    words: Words
    at: datetime
    promise: Promise | None
    stops: list[Finding]
    past: list[Finding]


def reply(
    ticket: Ticket, words: Words, by: By, *, seen: int | None, anyway: bool = False, status: Status | None = None,
    takes_over: bool = True, insists: Collection[str] = (), holds: bool = False,
) -> Message:  # fmt: skip
    """An answer to the outside, queued for sending.

    `seen` is the version its author looked at: if anyone wrote since, `Stale` is raised, and only
    `anyway` (a second, deliberate step, which the log keeps) sends it all the same. A reply takes
    an unowned ticket into its author's hands, unless `takes_over` is switched off. With `words.side` it goes to that
    third party, and the customer waits on; so he does until a reply with `words.send_at` has gone out.

    What the guard finds in it raises `Guarded`, unless `insists` names the token of each finding: again a second step
    that the log keeps. With `holds`, for a door where nobody can be asked, the words are held back instead, stale or
    guarded. Where the team wants four eyes they wait for a colleague. `{answer.by}` in them promises the next answer
    (tickets.promises). Raises Refused without recipient or words.
    """
    ready = _ready(ticket, words, by, insists)
    with transaction.atomic():
        ticket = locked(ticket)
        not_merged(ticket)
        since = unseen(ticket, seen) if seen is not None else []
        if not holds:
            _may_leave(ticket, ready, [] if anyway else since)
        if status is not None:
            may_finish(ticket, status, by)
        why = _why_held(ticket, by, ready, since if holds and not anyway else ())
        message, after = _written(ticket, ready, by, since, is_held=why is not None)
        _keep_insisting(message, after, since if anyway else (), ready.past)
        if by.person and not ready.words.auto:
            _taken_on(ticket, after, status, takes_over=takes_over, is_held=why is not None)
            mark_seen(ticket, by.person, ready.at)
        if why is not None:
            hold(message, why[0], why[1], status_after=str(status or ""))
    return message


def _ready(ticket: Ticket, words: Words, by: By, insists: Collection[str]) -> Ready:
    """Raises Refused."""
    words = to_the_outside(ticket.inbox, words)
    if words.side is not None:
        not_to_the_customer(ticket, words)
    at = by.at or timezone.now()
    words, promise = promised_in(ticket, words, at)
    findings = found_in(ticket, words, by)
    stops = left_over(findings, insists)
    return Ready(words, at, promise, stops, [one for one in findings if one not in stops])


def _written(ticket: Ticket, ready: Ready, by: By, since: Sequence[Event], *, is_held: bool) -> tuple[Message, By]:
    """The message in its thread, and by whom what follows from it is done."""
    message = message_of(ticket, MessageKind.OUTBOUND, ready.words, by.person, ready.at)
    store([message], [ready.words])
    said = _said(ticket, ready, by, since, is_held=is_held)
    after = replace(by, cause=record(ticket, events.WRITTEN, by, message=message, changes=said))
    if ready.promise is not None:
        keep_promise(ticket, ready.promise, message, after)
    return message, after


def _may_leave(ticket: Ticket, ready: Ready, since: list[Event]) -> None:
    """Raises Stale where somebody wrote meanwhile, and Guarded where the guard found something."""
    if since:
        raise Stale(ticket, since)
    if ready.stops:
        raise Guarded(ticket, ready.stops, ready.words.reply or ready.words.text)


def _said(ticket: Ticket, ready: Ready, by: By, since: Sequence[Event], *, is_held: bool) -> dict[str, list[Any]]:
    """What these words make of the ticket's own row, and the facts that whoever takes them back needs."""
    words, at, promise = ready.words, ready.at, ready.promise
    changes: dict[str, list[Any]] = {"unseen": [0, len(since)]} if since else {}
    if not words.auto:
        ticket.last_message_at = max(ticket.last_message_at, at)
        if words.side is None and words.send_at is None and not is_held:
            ticket.preview, ticket.waiting_since = preview(words), None
    if by.person and not words.auto:
        changes["agenda"] = [agenda.snapshot(ticket), None]
        agenda.taken_up(ticket, at)
        if not is_held and promise is not None:
            agenda.expect(ticket, Step.ANSWER, words.send_at or at, look_at=promise.at)
        elif not is_held:
            agenda.expect(ticket, Step.WAIT_OTHER if words.side else Step.WAIT_CUSTOMER, words.send_at or at)
    save(ticket, "preview", "waiting_since", "last_message_at")
    return changes


def _taken_on(ticket: Ticket, by: By, status: Status | None, *, takes_over: bool, is_held: bool) -> None:
    """Whoever answers has an unowned ticket from then on, and it is being worked on, or as `status` says."""
    assert by.person is not None
    if takes_over and ticket.assignee_id is None and by.person.is_agent:
        change_owner(ticket, by.person, ticket.team, by)
    target = status or (Status.IN_PROGRESS if ticket.status == Status.OPEN else None)
    if target and not is_held:
        change_status(ticket, target, by)


def _why_held(
    ticket: Ticket, by: By, ready: Ready, since: Sequence[Event]
) -> tuple[HeldFor, dict[str, list[Any]]] | None:
    """The gravest reason why these words do not leave yet, and the facts of it for the log."""
    if since:
        return HeldFor.NEWS, {"unseen": [0, len(since)]}
    if ready.stops:
        return HeldFor.GUARD, {"findings": [[], _keys(ready.stops)]}
    if by.person is not None and not ready.words.auto and needs_release(by.person, ticket.team):
        return HeldFor.RELEASE, {"release": [by.person.pk, None]}
    return None


def _keep_insisting(message: Message, by: By, since: Sequence[Event], past: Sequence[Finding]) -> None:
    """The log keeps who sent words past a warning, and past which."""
    changes: dict[str, list[Any]] = {"unseen": [0, len(since)]} if since else {}
    if past:
        changes["findings"] = [[], _keys(past)]
    if changes and by.person is not None:
        record(message.ticket, events.INSISTED, by, message=message, changes=changes)


def _keys(findings: Sequence[Finding]) -> list[str]:
    return list(dict.fromkeys(one.key for one in findings))


def add_note(ticket: Ticket, words: Words, by: By) -> Message:
    """Words among agents: never sent, never quoted, never shown to a customer. Whom they name is told (mentions)."""
    if not (words.text.strip() or words.html or words.files):
        raise Refused(_("A note needs words."))
    at = by.at or timezone.now()
    with transaction.atomic():
        ticket = locked(ticket)
        not_merged(ticket)
        message = message_of(ticket, MessageKind.NOTE, words, by.person, at)
        store([message], [words])
        if by.person is not None:
            mentions.keep(ticket, message)
        ticket.last_message_at = max(ticket.last_message_at, at)
        save(ticket, "last_message_at")
        record(ticket, events.NOTED, by, message=message)
        if by.person:
            mark_seen(ticket, by.person, at)
    return message


def delivery_changed(message: Message, delivery: Delivery, by: By, *, note: str = "") -> None:
    """What became of an outgoing message. The caller holds the row's lock.

    A reply that was not delivered leaves the customer waiting: the ticket is open work again.
    """
    kinds = {Delivery.SENT: events.SENT, Delivery.FAILED: events.FAILED, Delivery.UNCERTAIN: events.UNCERTAIN}
    with transaction.atomic():
        message.delivery = delivery
        message.delivery_note = note
        message.next_try_at = None
        message.delivered_at = timezone.now() if delivery == Delivery.SENT else message.delivered_at
        message.save(update_fields=["delivery", "delivery_note", "next_try_at", "delivered_at"])
        event = record(message.ticket, kinds[delivery], by, message=message)
        if message.auto:
            return
        after = By(via="system", cause=event)
        if delivery == Delivery.FAILED:
            bring_back(back_to_work(message, after), Return.BOUNCED, after)
        elif delivery == Delivery.UNCERTAIN:
            bring_back(locked(message.ticket), Return.UNCERTAIN, after)
        elif delivery == Delivery.SENT and message.send_at is not None and message.side_id is None:
            _answered(message, message.send_at)


def _answered(message: Message, send_at: datetime) -> None:
    """A reply that went out at its chosen time: until then the customer was waiting."""
    ticket = locked(message.ticket)
    later = ticket.messages.public().filter(kind=MessageKind.INBOUND, auto="", at__gt=send_at)
    if not later.exists():
        ticket.preview, ticket.waiting_since = one_line(message.reply or message.text, 200), None
        save(ticket, "preview", "waiting_since")


def send_again(message: Message, by: By) -> None:
    """A person asks for one more try of a failed or uncertain message: same Message-ID, same bytes."""
    with transaction.atomic():
        message = Message.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=message.pk)
        if message.delivery not in (Delivery.FAILED, Delivery.UNCERTAIN):
            raise Refused(_("Only a message that was not delivered can be sent again."))
        now = timezone.now()
        message.delivery, message.delivery_note, message.tries = Delivery.QUEUED, "", 0
        message.next_try_at, message.give_up_at = now, now + GIVE_UP_AFTER
        message.save(update_fields=["delivery", "delivery_note", "tries", "next_try_at", "give_up_at"])
        record(message.ticket, events.RETRIED, by, message=message)


def unseen(ticket: Ticket, seen: int) -> list[Event]:
    """Events after version `seen` that brought new words (our own acknowledgements apart)."""
    if ticket.version == seen:
        return []
    words = ticket.events.filter(version__gt=seen, kind__in=events.NEWS).filter(~_AUTOMATIC)
    return list(words.select_related("message", "actor").order_by("id"))


_AUTOMATIC = Q(message__kind=MessageKind.OUTBOUND) & ~Q(message__auto="")
