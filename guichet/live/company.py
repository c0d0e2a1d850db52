"""What a browser is told of others at a ticket: their names and what they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guichet.people.models import Person
from guichet.tickets.models import Ticket

Told = tuple[tuple[int, str], ...]  # person and what they do


@dataclass(frozen=True)
class Facts:
    """The names that are needed, and whose each ticket is: two queries for all."""

    people: Mapping[int, Person]
    tickets: Mapping[int, Mapping[str, int]]

    def others(self, ticket: int, here: Mapping[int, str], oneself: int) -> Told:
        return tuple(sorted((pk, doing) for pk, doing in here.items() if pk != oneself and pk in self.people))

    def said(self, ticket: int, others: Told) -> dict[str, Any]:
        """The event's data. `customer` is the id of whoever asked: two tickets of theirs are one conversation."""
        people = [
            {"name": str(self.people[pk]), "short": self.people[pk].first_name or str(self.people[pk]), "doing": doing}
            for pk, doing in others
        ]
        return {"ticket": ticket, **self.tickets.get(ticket, {}), "people": people}


def nobody(ticket: int) -> dict[str, Any]:
    """That nobody is there any more, or that it is no longer for this listener to know."""
    return {"ticket": ticket, "people": []}


def facts(here: Mapping[int, Mapping[int, str]]) -> Facts:
    """Of what is about to be told, each listener's share of which is filtered by their rights."""
    people = Person.objects.agents().in_bulk({pk for doing in here.values() for pk in doing})
    rows = Ticket.objects.filter(pk__in=here).values_list("pk", "number", "requester_id")
    return Facts(people, {pk: {"number": number, "customer": customer} for pk, number, customer in rows})
