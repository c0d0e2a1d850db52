"""Whose words belong on a ticket, once people have looked at them: a sender let in, a suggestion waved away.

What moves messages is in `merging` and `splitting`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from guichet.tickets import events
from guichet.tickets.actions.merging import still_there
from guichet.tickets.actions.placing import locked_around, take_back_status, told, wake
from guichet.tickets.actions.words import Refused
from guichet.tickets.events import By
from guichet.tickets.models import Message, MessageKind, Ticket


def accept_sender(message: Message, by: By) -> None:
    """A stranger's words join the conversation, and he takes part from here on: they wake the ticket as any others."""
    with transaction.atomic():
        ticket, message = _both_locked(message)
        if message.kind != MessageKind.INBOUND or message.is_verified:
            raise Refused(_("This message is part of the conversation already."))
        message.is_verified = True
        message.save(update_fields=["is_verified"])
        accepted = told(ticket, events.ACCEPTED, by, message)
        wake(ticket, message, replace(by, cause=accepted))


def set_apart(message: Message, by: By) -> None:
    """The reverse of `accept_sender`: the words stay on the ticket, apart from the conversation."""
    with transaction.atomic():
        ticket, message = _both_locked(message)
        if message.kind != MessageKind.INBOUND or not message.is_verified:
            raise Refused(_("This message stands apart already."))
        accepted = ticket.events.filter(kind=events.ACCEPTED, message=message).last()
        if accepted is None:
            raise Refused(_("Nobody had let this sender in."))
        message.is_verified = False
        message.save(update_fields=["is_verified"])
        apart = told(ticket, events.SET_APART, by, message)
        take_back_status(ticket, [accepted], replace(by, cause=apart))


def keep(message: Message, by: By, *, is_kept: bool = True) -> None:
    """An agent looked: the message belongs where it stands, and no other place is suggested; or the reverse."""
    with transaction.atomic():
        ticket, message = _both_locked(message)
        if is_kept:
            changes: dict[str, list[Any]] = {"kept": [False, True], "suggested": [message.suggested_id, None]}
            message.suggested = None
        else:
            kept = ticket.events.filter(kind=events.KEPT, message=message).last()
            suggested = kept.changes["suggested"][0] if kept else None
            message.suggested = Ticket.objects.filter(pk=suggested).first() if suggested else None
            changes = {"kept": [True, False], "suggested": [None, suggested]}
        message.save(update_fields=["suggested"])
        told(ticket, events.KEPT, by, message, changes)


def _both_locked(message: Message) -> tuple[Ticket, Message]:
    ticket = locked_around(Message.objects.filter(pk=message.pk), message.ticket_id)[message.ticket_id]
    return ticket, still_there(message, ticket)
