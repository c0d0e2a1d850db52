"""Before tickets of different customers become one: who is meant, and who will read what. Asked once, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guichet.people.models import Person
from guichet.tickets.models import Ticket


@dataclass(frozen=True)
class Mixed:
    """`keeper` has the ticket that stays; `others` asked on the ones that go into it."""

    keeper: Person
    others: Sequence[Person]
    numbers: Sequence[int]  # of the tickets that go
    into: Ticket
    shared_with: str = ""  # the organisation whose people read it as well
    way: str = ""

    @property
    def names(self) -> str:
        return ", ".join(str(person) for person in self.others)

    @property
    def sure(self) -> str:
        """What is agreed to, and which way: other customers are another question."""
        people = sorted({self.keeper.pk, *(person.pk for person in self.others)})
        return " ".join([self.way, *map(str, people)])


def mixed(tickets: Sequence[Ticket], into: Ticket, way: str) -> Mixed | None:
    """None where all of it is one customer's."""
    others = {ticket.requester_id: ticket.requester for ticket in tickets if ticket.requester_id != into.requester_id}
    if not others:
        return None
    house = into.requester.organisation
    is_shared = house is not None and house.is_shared and not into.is_private and not into.inbox.is_confidential
    numbers = [ticket.number for ticket in tickets]
    return Mixed(into.requester, list(others.values()), numbers, into, str(house) if is_shared else "", way)
