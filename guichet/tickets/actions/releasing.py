"""Four eyes: a reply that waits for a colleague is released, perhaps changed, or given back with a note.

Which replies wait is `access.needs_release`; who may decide is `access.releasable_messages`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.people.access import releasable_messages
from guichet.tickets import agenda, events
from guichet.tickets.actions.finishing import may_finish
from guichet.tickets.actions.leaving import not_guarded, not_stale, queue, waiting_here
from guichet.tickets.actions.speaking import add_note
from guichet.tickets.actions.words import Refused, Words, change_status, hold, locked, save
from guichet.tickets.events import By, record
from guichet.tickets.models import Delivery, HeldFor, Message, Status, Step, Ticket


def release(
    message: Message,
    by: By,
    *,
    seen: int | None,
    text: str | None = None,
    insists: Collection[str] = (),
    anyway: bool = False,
) -> Message:
    """Let a colleague's reply go out, with other words if `text` is given. Raises Refused, Stale, Guarded.

    Its author's status is set with it. It can be taken back while it waits for the usual seconds (`take_back_release`).
    """
    with transaction.atomic():
        message, ticket = _to_release(message, by)
        if not anyway:
            not_stale(ticket, seen)
        if text is not None and text.strip() and text.strip() != message.text.strip():
            message.text = message.reply = text.strip()
            message.html = ""
            message.save(update_fields=["text", "reply", "html"])
            record(ticket, events.EDITED, by, message=message, changes={"release": [message.author_id, _id(by)]})
        not_guarded(message, by, insists)
        is_later = message.send_at is not None and message.send_at > timezone.now()
        queue(ticket, message, message.send_at if is_later else None, wait=timedelta(seconds=settings.UNDO_SECONDS))
        released = record(
            ticket, events.RELEASED, by, message=message, changes={"release": [message.author_id, _id(by)]}
        )
        target = message.status_after or (Status.IN_PROGRESS if ticket.status == Status.OPEN else "")
        if target and _may_become(ticket, Status(target), by):
            change_status(ticket, Status(target), replace(by, cause=released))
    return message


def take_back_release(message: Message, by: By) -> Message:
    """Undo: it waits for a colleague again, as before. Raises Refused once it is on its way."""
    with transaction.atomic():
        message = waiting_here(message, (Delivery.QUEUED,))
        ticket = locked(message.ticket)
        released = message.events.filter(kind=events.RELEASED).order_by("-id").first()
        if released is None or "release" not in released.changes:
            raise Refused(_("Nobody released this reply."))
        if released.actor_id != _id(by):
            raise Refused(_("Whoever released it can take that back."))
        changed = ticket.events.filter(kind=events.STATUS_CHANGED, cause=released).order_by("-id").first()
        agenda.expect(ticket, Step.ANSWER if ticket.waiting_since else Step.WORK, timezone.now())
        save(ticket)
        hold(message, HeldFor.RELEASE, {"release": [message.author_id, None]}, status_after=message.status_after)
        if changed is not None and ticket.status == changed.changes["status"][1]:
            change_status(ticket, Status(changed.changes["status"][0]), by)
    return message


def return_reply(message: Message, note: str, by: By) -> Message:
    """To its author, with a note that says what to change. Raises Refused without a note."""
    if not note.strip():
        raise Refused(_("Say what should be changed."))
    with transaction.atomic():
        message, ticket = _to_release(message, by)
        message.held_for = HeldFor.RETURNED
        message.save(update_fields=["held_for"])
        save(ticket)
        returned = record(
            ticket, events.NOT_RELEASED, by, message=message, changes={"release": [message.author_id, _id(by)]}
        )
        add_note(ticket, Words(text=note.strip()), replace(by, cause=returned))
    return message


def ask_again(message: Message, by: By) -> Message:
    """A reply that was given back waits for a colleague once more: its author insists, or the colleague undoes it."""
    with transaction.atomic():
        message = waiting_here(message, (Delivery.HELD,))
        ticket = locked(message.ticket)
        if message.held_for != HeldFor.RETURNED:
            raise Refused(_("This reply was not given back."))
        save(ticket)
        hold(message, HeldFor.RELEASE, {"release": [message.author_id, None]}, status_after=message.status_after)
    return message


def _to_release(message: Message, by: By) -> tuple[Message, Ticket]:
    """Both locked. Raises Refused where it does not wait, or not for this person."""
    message = waiting_here(message, (Delivery.HELD,))
    if message.held_for != HeldFor.RELEASE:
        raise Refused(_("This reply does not wait to be released."))
    if by.person is None or not Message.objects.filter(releasable_messages(by.person), pk=message.pk).exists():
        raise Refused(_("Another colleague has to release this reply."))
    ticket = locked(message.ticket)
    message.ticket = ticket
    return message, ticket


def _may_become(ticket: Ticket, status: Status, by: By) -> bool:
    """What the author wanted may not be possible any more: then the ticket stays open, and the reply leaves."""
    try:
        may_finish(ticket, status, by)
    except Refused:
        return False
    return True


def _id(by: By) -> int | None:
    return by.person.pk if by.person else None
