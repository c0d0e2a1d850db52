"""The closed vocabulary of placeholders: what a text may leave open, and how it is filled. Pure but for the clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from html import escape

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from guichet.kit.lines import one_line
from guichet.people.models import Person
from guichet.tickets.models import Inbox, Ticket
from guichet.tickets.promises import OPEN_PLACE, next_answer

VOCABULARY = {
    "customer.name": _("the customer's name"),
    "customer.first_name": _("the customer's first name"),
    "customer.email": _("the customer's mail address"),
    "customer.organisation": _("the customer's organisation"),
    "ticket.number": _("the number of the ticket"),
    "ticket.subject": _("the subject of the ticket"),
    "agent.name": _("your name"),
    "agent.first_name": _("your first name"),
    "inbox.name": _("the name of the inbox"),
    "inbox.address": _("the address of the inbox"),
    "team.name": _("the team of the ticket"),
    "answer.by": _("by when the next answer comes: filled when the reply is sent, and kept as a promise"),
    "today": _("the date of today, in the language of the text"),
}
# Only what looks like one of ours: braces in code stay what they are.
PLACE = re.compile(r"\{\s*([A-Za-z_]+(?:\.[A-Za-z_]+)?)\s*\}")


def unknown(text: str) -> dict[str, str]:
    """Names that stand in braces and mean nothing -> the name that was probably meant, or ""."""
    names = dict.fromkeys(match[1] for match in PLACE.finditer(text))
    found = {name: get_close_matches(name.lower(), VOCABULARY, 1, 0.6) for name in names if name not in VOCABULARY}
    return {name: close[0] if close else "" for name, close in found.items()}


def values_of(ticket: Ticket, agent: Person | None, language: str) -> dict[str, str]:
    """What each placeholder stands for; "" where nobody knows. Dates in `language` and the agent's own zone."""
    values = values_before(ticket.requester, ticket.inbox, one_line(ticket.subject, 200), agent, language)
    promise = OPEN_PLACE if next_answer(ticket, timezone.now()) is not None else ""
    return {**values, "ticket.number": str(ticket.number), "team.name": ticket.team.name, "answer.by": promise}


def values_before(customer: Person, inbox: Inbox, subject: str, agent: Person | None, language: str) -> dict[str, str]:
    """The same for a ticket that is yet to be opened, in this inbox and its team."""
    writer = _name(agent.name) if agent is not None else ""
    with translation.override(language):
        today = date_format(timezone.localdate(), "DATE_FORMAT")
    return {
        "customer.name": _name(customer.name),
        "customer.first_name": _name(customer.name).split(" ")[0],
        "customer.email": customer.address,
        "customer.organisation": customer.organisation.name if customer.organisation else "",
        "ticket.number": "",
        "answer.by": "",
        "ticket.subject": subject,
        "agent.name": writer,
        "agent.first_name": writer.split(" ")[0],
        "inbox.name": inbox.name,
        "inbox.address": inbox.address,
        "team.name": inbox.team.name,
        "today": today,
    }


def _name(name: str) -> str:
    """An address is nobody's name."""
    return "" if "@" in name else one_line(name, 120)


def fill(letter: str, values: Mapping[str, str], *, leaves: bool = True) -> tuple[str, list[str]]:
    """Clean markup with its placeholders filled, and the names of those that stay open. Values are never markup.

    Without `leaves` what nobody knows is left out: no person looks at the words before they go.
    """
    empty: list[str] = []

    def word(match: re.Match[str]) -> str:
        value = values.get(match[1], "")
        if not value and match[1] in VOCABULARY:
            empty.append(match[1])
        return escape(value) if value else match[0] if leaves or match[1] not in VOCABULARY else ""

    return PLACE.sub(word, letter), list(dict.fromkeys(empty))


def fill_text(text: str, values: Mapping[str, str]) -> str:
    """Plain words with their placeholders filled; what nobody knows is left out, and promises, which customers get."""
    known = {**values, "answer.by": ""}
    return PLACE.sub(lambda match: known.get(match[1], "") if match[1] in VOCABULARY else match[0], text)
