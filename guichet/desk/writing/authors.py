"""Who wrote what, of a message that went through several hands before it was sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from guichet.people.models import Person
from guichet.people.named import NAME
from guichet.tickets.models import Draft, Message, MessageKind


def tell(messages: Iterable[Message]) -> None:
    """Gives each message `drafted`: who handed it on, and with which words. Two queries at most."""
    shown: list[Any] = list(messages)
    # Their messages were fetched through visible_to.
    ours = [message.pk for message in shown if message.kind != MessageKind.INBOUND]
    found = dict(Draft.objects.filter(message__in=ours).values_list("message_id", "parts")) if ours else {}
    wanted = {part["person"] for parts in found.values() for part in parts}
    people = Person.objects.filter(pk__in=wanted).only(*NAME) if wanted else ()
    names = {one.pk: str(one) for one in people}
    for message in shown:
        message.drafted = [
            {"who": names.get(part["person"], _("somebody")), "text": part["text"]}
            for part in found.get(message.pk, ())
        ]
