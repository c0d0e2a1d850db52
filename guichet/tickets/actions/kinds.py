"""What kind of request a ticket is, and the extra fields of that kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from guichet.people.extra import ExtraField, Wrong
from guichet.tickets import events
from guichet.tickets.actions.holding import act
from guichet.tickets.actions.words import Refused, locked, save
from guichet.tickets.events import By, record
from guichet.tickets.models import Ticket, TicketType

# Of these the log tells what they were and are; words of a person are only named.
TOLD = (ExtraField.Kind.NUMBER, ExtraField.Kind.DATE, ExtraField.Kind.CHOICE, ExtraField.Kind.CHOICES,
        ExtraField.Kind.FLAG, ExtraField.Kind.PERSON)  # fmt: skip


def fields_of(kind: TicketType | None) -> list[ExtraField]:
    """The extra fields of such tickets, those of every ticket among them, in their order; one query."""
    theirs = Q(ticket_types=None) | Q(ticket_types=kind.pk) if kind is not None else Q(ticket_types=None)
    return list(ExtraField.objects.of(ExtraField.Of.TICKET).filter(theirs).distinct())


def missing(ticket: Ticket, *, at_once: bool = False) -> list[ExtraField]:
    """Fields that must be filled before the ticket is resolved, or `at_once`, when its type is chosen; and are not."""
    needed = (f for f in fields_of(ticket.type) if (f.is_first if at_once else f.is_required or f.is_first))
    return [field for field in needed if ticket.extra.get(field.key) in (None, "", [])]


def set_type(ticket: Ticket, kind: TicketType | None, by: By, values: Mapping[str, Any] | None = None) -> Ticket:
    """Another type, with values for its fields. Raises Refused where it needs one that is not given.

    Values of fields that it does not have stay, out of sight, and are there again with the old type.
    """
    with act():
        ticket = locked(ticket)
        if ticket.type_id != (kind.pk if kind else None):
            changes = {"type": [ticket.type_id, kind.pk if kind else None]}
            ticket.type = kind
            save(ticket, "type")
            record(ticket, events.TYPE_CHANGED, by, changes=changes)
        _set(ticket, values or {}, by)
        if by.via == "desk":
            _all_there(missing(ticket, at_once=True))
    return ticket


def set_extra(ticket: Ticket, values: Mapping[str, Any], by: By) -> Ticket:
    """Values as they are typed or kept, None to empty one. Raises Refused for what does not fit."""
    with act():
        ticket = locked(ticket)
        _set(ticket, values, by)
    return ticket


def all_filled(ticket: Ticket) -> None:
    """Raises Refused to end a ticket while fields that its type needs are empty."""
    _all_there(missing(ticket))


def _all_there(gaps: list[ExtraField]) -> None:
    if gaps:
        raise Refused(_("Fill in first: %(fields)s.") % {"fields": ", ".join(str(field) for field in gaps)})


def _set(ticket: Ticket, values: Mapping[str, Any], by: By) -> None:
    known = {field.key: field for field in ExtraField.objects.of(ExtraField.Of.TICKET)}
    after, changes, named = dict(ticket.extra), {}, []
    for key, value in values.items():
        if key not in known:
            raise Refused(_("This field is no longer there."))
        before, field = after.get(key), known[key]
        field.is_required = False  # that is asked at the end, not while it is being filled in
        try:
            value = value if value == before else field.clean_value(value)
        except Wrong as why:
            raise Refused(str(why)) from why
        if before == value:
            continue
        named.append(key)
        if known[key].kind in TOLD:
            changes[f"extra.{key}"] = [before, value]
        after.pop(key, None)
        if value is not None:
            after[key] = value
    if named:
        ticket.extra = after
        save(ticket, "extra")
        record(ticket, events.EXTRA_CHANGED, by, changes={"fields": [[], named], **changes})
