"""Who may, in the words of the matrix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from guichet.tickets.models import Ticket
from tests.doors.house import House

ANYONE = frozenset({"nobody", "cleo", "dan", "ana", "ben", "hal", "ada"})
PEOPLE = ANYONE - {"nobody"}
AGENTS = frozenset({"ana", "ben", "hal", "ada"})
OURS = frozenset({"ana", "ada"})  # who sees an ordinary ticket of the Support team on the desk
SEALED = frozenset({"hal"})
ADMINS = frozenset({"ada"})
DISPATCHERS = frozenset({"ada", "hal"})
NOBODY = frozenset[str]()
Arguments = Callable[[House], dict[str, object]]


@dataclass(frozen=True)
class Row:
    allowed: frozenset[str]
    arguments: Arguments = lambda house: {}


def ticket_rows(**more: Callable[[Ticket], object]) -> list[Row]:
    """The same address for the ordinary and for the sealed ticket."""
    return [
        Row(OURS, lambda h: {"number": h.ours.number, **{k: f(h.ours) for k, f in more.items()}}),
        Row(SEALED, lambda h: {"number": h.sealed.number, **{k: f(h.sealed) for k, f in more.items()}}),
        Row(NOBODY, lambda h: {"number": 999_999_999, **dict.fromkeys(more, 1)}),
    ]


def message_rows(pick: Callable[[Ticket], object]) -> list[Row]:
    return [Row(OURS, lambda h: {"pk": pick(h.ours)}), Row(SEALED, lambda h: {"pk": pick(h.sealed)})]


def view_rows(shared: frozenset[str]) -> list[Row]:
    """Ana's own view, the sealed team's, and everybody's."""
    allowed = {"mine": frozenset({"ana"}), "sealed": SEALED, "shared": shared}
    return [Row(who, lambda h, name=name: {"pk": h.views[name].pk}) for name, who in allowed.items()]  # type: ignore[misc]
