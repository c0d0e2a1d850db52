"""What a sending service reports of a message later: delivered, bounced, complained of. Safe to repeat.

Whoever calls has made sure that the service speaks. The mark that we gave it names the message, wherever its ticket
has gone since; without it our Message-ID does, but only of the inbox whose service it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from guichet.channels.models import Dispatch
from guichet.kit import pg
from guichet.kit.crypto import read_token
from guichet.kit.lines import one_line
from guichet.people.house import house
from guichet.tickets.actions import delivery_changed
from guichet.tickets.events import BELL, By
from guichet.tickets.models import Delivery, Inbox, Message, MessageKind

BY_SERVICE = By(via="esp")
Kind = Literal["delivered", "failed", "complained"]
_OPEN = (Delivery.QUEUED, Delivery.SENDING)


@dataclass(frozen=True, slots=True)
class Report:
    """One event. `mark` is esp_sending.mark_of, `message_id` stands without <>; either may be empty."""

    kind: Kind
    mark: str
    message_id: str
    recipient: str
    words: str


def note(inbox: Inbox, report: Report) -> Message | None:
    """Write the report on its message; None where it names none."""
    with transaction.atomic(), translation.override(house().language):
        message = _named(inbox, report)
        if message is None:
            return None
        dispatch = Dispatch.objects.select_for_update().filter(message=message).first() or Dispatch(message=message)
        if report.kind == "delivered":
            _delivered(message, dispatch)
        elif report.kind == "failed":
            _failed(message, dispatch, report)
        else:
            _add(message, _("%(address)s marked it as spam.") % {"address": _shown(report.recipient)})
        return message


def _named(inbox: Inbox, report: Report) -> Message | None:
    ids = read_token("esp", report.mark, 1)
    rows = Message.objects.select_for_update(of=("self",)).select_related("ticket")
    ours = rows.filter(kind=MessageKind.OUTBOUND)
    if ids:
        return ours.filter(pk=ids[0]).first()
    named = ours.filter(message_id=report.message_id, ticket__inbox=inbox)
    return named.first() if report.message_id else None


def _delivered(message: Message, dispatch: Dispatch) -> None:
    """News only where nobody knew whether the service had it: then it is not sent once more, nor asked about."""
    is_in_doubt = message.delivery == Delivery.UNCERTAIN or (message.delivery in _OPEN and dispatch.unanswered > 0)
    if is_in_doubt:
        dispatch.taken, dispatch.waiting = [*dispatch.taken, *dispatch.waiting], []
        dispatch.save()
        delivery_changed(message, Delivery.SENT, BY_SERVICE)


def _failed(message: Message, dispatch: Dispatch, report: Report) -> None:
    """The recipient is named, and sending again spares those who have it."""
    address = report.recipient.lower()
    text = f"{_shown(report.recipient)}: {one_line(report.words, 500)}".strip(": ")
    if not dispatch._state.adding:
        at_fault = [one for one in (*dispatch.taken, *dispatch.waiting) if one.lower() == address]
        dispatch.taken = [one for one in dispatch.taken if one not in at_fault]
        dispatch.waiting = [one for one in dispatch.waiting if one not in at_fault]
        dispatch.refused = {**dispatch.refused, **dict.fromkeys(at_fault, one_line(report.words, 500))}
        if dispatch.unanswered and message.delivery in _OPEN:
            # It was handed over after all: whoever else waits has it too.
            dispatch.taken, dispatch.waiting = [*dispatch.taken, *dispatch.waiting], []
        dispatch.save()
    if message.delivery == Delivery.QUEUED and not dispatch.unanswered:
        return  # of an earlier try: the one that waits is not given up for it
    if message.delivery == Delivery.FAILED:
        _add(message, text)
    else:
        delivery_changed(message, Delivery.FAILED, BY_SERVICE, note=text)


def _add(message: Message, line: str) -> None:
    """One more line for the agent to see, told live; the state stays."""
    lines = message.delivery_note.splitlines()
    if line in lines:
        return
    message.delivery_note = "\n".join([*lines, line])
    message.save(update_fields=["delivery_note"])
    pg.notify(BELL, f"ticket:{message.ticket_id}")


def _shown(address: str) -> str:
    return one_line(address, 320)
