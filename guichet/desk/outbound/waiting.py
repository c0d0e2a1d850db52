"""Which replies wait for a colleague's eyes, and for whose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from guichet.people.access import releasable_messages
from guichet.people.models import Person
from guichet.tickets.models import HeldFor, Message
from guichet.tickets.models.message import MessageQuerySet


def waiting_for(person: Person) -> MessageQuerySet:
    """The replies that this person may release."""
    return Message.objects.visible_to(person).filter(releasable_messages(person))


def mark(messages: Sequence[Message], person: Person) -> None:
    """Give each reply that waits `is_releasable`, and each that was given back `is_own`; one query if any waits."""
    held = [message for message in messages if message.held_for == HeldFor.RELEASE]
    mine = set(waiting_for(person).filter(pk__in=[one.pk for one in held]).values_list("pk", flat=True)) if held else ()
    for message in messages:
        shown: Any = message
        shown.is_releasable = message.pk in mine
        shown.is_own = message.author_id == person.pk
