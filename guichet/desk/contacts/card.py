"""The customer on the ticket page: who asks, what colleagues noted, what else they asked, what is open beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from guichet.kit.web import read_cursor, write_cursor
from guichet.people.extra import facts
from guichet.people.models import ExtraField, Note, Person, Role
from guichet.people.named import all_but_name
from guichet.tickets.models import Ticket

REQUESTS = 5  # shown at first; each "more" shows MORE
MORE = 20
NOTES = 5
SHOWN = ("number", "subject", "preview", "status", "last_message_at")


@dataclass(frozen=True)
class Card:
    """All that this reader may see of it; five queries at most, whatever there is."""

    is_customer: bool
    facts: list[tuple[ExtraField, str]]
    notes: list[Note]
    requests: list[Ticket]
    more_url: str
    of_others: list[Ticket]


def card(ticket: Ticket, me: Person, *, has_notes: bool) -> Card:
    requester = ticket.requester
    requests, more_url = requests_page(ticket, me, "", REQUESTS)
    return Card(
        is_customer=requester.role == Role.CUSTOMER,
        # Nothing is asked for whoever has none, so that most tickets pay nothing for it.
        facts=facts(ExtraField.objects.visible_to(me).of("person"), requester.extra) if requester.extra else [],
        notes=_notes(requester, me) if has_notes else [],
        requests=requests,
        more_url=more_url,
        of_others=_of_others(ticket, me),
    )


def _notes(requester: Person, me: Person) -> list[Note]:
    on_organisation = Q(organisation=requester.organisation_id) if requester.organisation_id else Q(pk__in=())
    notes = Note.objects.visible_to(me).filter(Q(person=requester) | on_organisation)
    return list(notes.select_related("author").defer(*all_but_name("author"))[:NOTES])


def requests_page(ticket: Ticket, me: Person, cursor: str, size: int = MORE) -> tuple[list[Ticket], str]:
    """The requester's other requests, those with the newest words first, and where more of them come from."""
    found = Ticket.objects.visible_to(me).filter(requester=ticket.requester_id).exclude(pk=ticket.pk)
    after = read_cursor("requests on a card", cursor)
    if after:
        at = datetime.fromisoformat(after[0])
        found = found.filter(last_message_at__lte=at).filter(Q(last_message_at__lt=at) | Q(pk__lt=after[1]))
    rows = list(found.only(*SHOWN).order_by("-last_message_at", "-pk")[: size + 1])
    if len(rows) <= size:
        return rows, ""
    last = rows[size - 1]
    position: list[Any] = [last.last_message_at.isoformat(), last.pk]
    url = reverse("contacts:card_more", args=[ticket.number])
    return rows[:size], f"{url}?{urlencode({'after': write_cursor('requests on a card', position)})}"


def _of_others(ticket: Ticket, me: Person) -> list[Ticket]:
    """Open tickets of the requester's organisation, asked by others: the same trouble may be under way already."""
    if ticket.requester.organisation_id is None:
        return []
    found = Ticket.objects.visible_to(me).open().filter(requester__organisation=ticket.requester.organisation_id)
    found = found.exclude(requester=ticket.requester_id).select_related("requester")
    return list(
        found.only(*SHOWN, "requester__name", "requester__email", "requester__typed_address").order_by(
            "-last_message_at", "-pk"
        )[:REQUESTS]
    )
