"""Verbs that say something: mail to the customer or to third parties, notes, calls to colleagues, follow-up tickets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.kit.text.letters import letter_text, lightly_marked
from guichet.people.actions import normal_address
from guichet.people.models import Person, Team
from guichet.rules import placeholders
from guichet.tickets import actions
from guichet.tickets.actions import Part, Refused, Words
from guichet.tickets.events import By
from guichet.tickets.models import LinkKind, MessageKind, Ticket, TicketTemplate
from guichet.tickets.participants import is_robot, own_addresses

AUTO = "auto-generated"  # Auto-Submitted, so that no honest robot answers it (RFC 3834)
# What one ticket may say by itself to the outside: whatever robot answers, the talk of two machines ends here.
LIMITS = ((timedelta(hours=1), 3), (timedelta(days=1), 8))


def mail(ticket: Ticket, value: Mapping[str, Any], by: By) -> None:
    """To the customer as an answer, to each other address as talk with a third party. Raises Refused."""
    ours = own_addresses()
    words, html = _words(ticket, value["text"])
    if value.get("customer"):
        customer = ticket.requester
        if not customer.address or is_robot(customer.address, ours):
            raise Refused(_("The customer has no address that can be written to."))
        _within_limits(ticket)
        to = [{"name": customer.name, "address": customer.address}]
        said = Words(text=words, html=html, to=to, auto=AUTO, subject=_subject(ticket, value))
        actions.reply(ticket, said, by, seen=None, holds=True)
    for address in value.get("addresses", ()):
        if normal_address(address) in ours:
            raise Refused(_("%(address)s is an address of this desk.") % {"address": address})
        _within_limits(ticket)
        to = [{"name": "", "address": address}]
        said = Words(text=words, html=html, to=to, auto=AUTO, subject=_subject(ticket, value))
        actions.ask(ticket, said, by)


def _subject(ticket: Ticket, value: Mapping[str, Any]) -> str:
    return str(value.get("subject") or ticket.subject)


def _words(ticket: Ticket, texts: Mapping[str, str]) -> tuple[str, str]:
    """In the customer's language or the inbox's, else in any there is. What nobody knows is left out, never shown."""
    wanted = (ticket.language, ticket.inbox.language, *sorted(texts))
    language = next(code for code in wanted if texts.get(code))
    html, _open = placeholders.fill(
        lightly_marked(texts[language].strip("\n")), _values(ticket, language), leaves=False
    )
    return letter_text(html), html


def filled_note(ticket: Ticket, text: str) -> str:
    return placeholders.fill_text(text, _values(ticket, ticket.inbox.language))


def _values(ticket: Ticket, language: str) -> dict[str, str]:
    return placeholders.values_of(ticket, ticket.assignee, language)


def _within_limits(ticket: Ticket) -> None:
    now = timezone.now()
    said = ticket.messages.filter(kind=MessageKind.OUTBOUND, auto=AUTO, at__gt=now - LIMITS[-1][0])
    at = list(said.values_list("at", flat=True))
    for span, most in LIMITS:
        if sum(1 for moment in at if moment > now - span) >= most:
            raise Refused(_("This ticket has sent enough automatic mail for now."))


def notify(ticket: Ticket, value: Mapping[str, Any], by: By) -> None:
    """Colleagues are told as each chose, and only of what they may see."""
    people = list(Person.objects.agents().filter(pk__in=value.get("people", ())))
    if value.get("owner") and ticket.assignee is not None:
        people.append(ticket.assignee)
    teams = list(Team.objects.filter(pk__in=value.get("teams", ())))
    if value.get("team") or (value.get("owner") and ticket.assignee is None):
        teams.append(ticket.team)
    actions.notify(ticket, {one.pk: one for one in people}.values(), {one.pk: one for one in teams}.values(), by)


def follow_up(ticket: Ticket, template: int, by: By) -> None:
    """Raises Refused where the template is gone."""
    found = TicketTemplate.objects.filter(pk=template).first()
    if found is None:
        raise Refused(_("The template that it names is there no longer."))
    teams = Team.objects.in_bulk({part["team"] for part in found.parts if part.get("team")})
    parts = [Part(str(part["subject"]), team=teams.get(part.get("team") or 0)) for part in found.parts]
    actions.follow_up(ticket, parts, by, kind=LinkKind.FOLLOW_UP)
