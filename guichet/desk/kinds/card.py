"""The type and the extra fields of a ticket, for its card."""

from __future__ import annotations

from dataclasses import dataclass

from guichet.people.extra import ExtraField, names_of
from guichet.tickets.actions import fields_of
from guichet.tickets.models import Ticket


@dataclass(frozen=True)
class Row:
    field: ExtraField
    words: str

    @property
    def is_missing(self) -> bool:
        return not self.words and (self.field.is_required or self.field.is_first)


@dataclass(frozen=True)
class Kind:
    has_types: bool
    rows: list[Row]


def kind(ticket: Ticket, *, has_types: bool, has_fields: bool) -> Kind:
    """Two queries, and one more where a colleague is among the values; none where the house has neither."""
    fields = fields_of(ticket.type) if has_fields else []
    names = names_of(fields, ticket.extra)
    rows = [Row(field, field.shown(ticket.extra.get(field.key), names)) for field in fields]
    return Kind(ticket.type_id is not None or has_types, rows)
