"""Which other ticket may be meant: the requester's own, those with a like subject, one named by number or words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from guichet.kit.lines import one_line
from guichet.people.models import Person
from guichet.tickets import topics
from guichet.tickets.models import Ticket

OWN = 6  # of the same requester
LIKE = 4  # with a like subject
FOUND = 10  # by what was typed
LOOKED_AT = 500  # open tickets, the newest first, whose subjects are compared
FIELDS = (
    "number",
    "subject",
    "status",
    "last_message_at",
    "requester__name",
    "requester__email",
    "requester__typed_address",
)


@dataclass(frozen=True)
class Suggested:
    ticket: Ticket
    hint: str = ""


def suggest(ticket: Ticket, person: Person, typed: str = "") -> list[Suggested]:
    """Three queries at most, of what the person may see; never the ticket itself nor one that was merged away."""
    others = Ticket.objects.visible_to(person).exclude(pk=ticket.pk).filter(merged_into=None)
    others = others.select_related("requester").only(*FIELDS).order_by("-last_message_at", "-pk")
    typed = one_line(typed, 100).removeprefix("#")
    if typed:
        named = Q(subject__icontains=typed)
        if typed.isascii() and typed.isdecimal() and len(typed) < 15:
            named |= Q(number=int(typed))
        found = list(others.filter(named)[:FOUND])
        found.sort(key=lambda one: str(one.number) != typed)
        return [Suggested(one, _hint(one, ticket)) for one in found]
    own = list(others.filter(requester_id=ticket.requester_id)[:OWN])
    known = {one.pk for one in own}
    subjects = others.open().values_list("pk", "subject")[:LOOKED_AT]
    likest = _likest(ticket.subject, [(pk, subject) for pk, subject in subjects if pk not in known])
    like = list(others.filter(pk__in=likest)) if likest else []
    return [Suggested(one, _hint(one, ticket)) for one in (*own, *like)]


def _likest(subject: str, others: Sequence[tuple[int, str]]) -> list[int]:
    scored = [(topics.likeness(subject, other), pk) for pk, other in others]
    return [pk for score, pk in sorted(scored, reverse=True)[:LIKE] if score >= 0.5]


def _hint(other: Ticket, ticket: Ticket) -> str:
    return "" if other.requester_id == ticket.requester_id else _("of %(name)s") % {"name": other.requester}
