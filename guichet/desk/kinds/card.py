"""The type of a ticket, by what it is sorted, and its extra fields, for its card."""

from __future__ import annotations

from dataclasses import dataclass

from guichet.desk.beside import Beside
from guichet.people.extra import ExtraField, names_of
from guichet.tickets.actions import fields_of
from guichet.tickets.models import Impact, Need, Ticket, Urgency


@dataclass(frozen=True)
class Row:
    field: ExtraField
    words: str

    @property
    def is_missing(self) -> bool:
        return not self.words and (self.field.is_required or self.field.is_first)


@dataclass(frozen=True)
class Kind:
    """What a house does not use has no line on the card."""

    has_types: bool
    has_categories: bool
    has_severity: bool
    has_skills: bool
    grades: list[str]
    needs: list[str]
    rows: list[Row]


def kind(ticket: Ticket, has: Beside) -> Kind:
    """One query, and one more each where a colleague is among the values, and where the ticket needs skills; none in a
    house that uses nothing of it.
    """
    fields = fields_of(ticket.type) if has.fields else []
    names = names_of(fields, ticket.extra)
    rows = [Row(field, field.shown(ticket.extra.get(field.key), names)) for field in fields]
    said = ((Impact, ticket.impact), (Urgency, ticket.urgency))
    return Kind(
        ticket.type_id is not None or has.types,
        ticket.category_id is not None or has.categories,
        bool(ticket.impact or ticket.urgency) or has.severity,
        has.skills,
        [str(grades(grade).label) for grades, grade in said if grade],
        _needs(ticket) if has.needs else [],
        rows,
    )


def _needs(ticket: Ticket) -> list[str]:
    found = Need.objects.filter(ticket=ticket).order_by("skill__name").values_list("skill__name", "level")
    return [f"{name} {level}" for name, level in found]
