"""Things for tests in one line, and the cast: Ana and Ben (agents of two teams), Cleo and Dan (customers of
one organisation), Eve (a stranger), Ada (the administrator).
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass
from typing import Any

from guichet.people import actions as people
from guichet.people.models import Organisation, Person, Role, Team
from guichet.tickets import actions, log
from guichet.tickets.events import By
from guichet.tickets.guard.letter import CHECKS
from guichet.tickets.models import Event, Inbox, Ticket

SETTLE_SECONDS = 120.0  # of a busy machine, on which other tests keep transactions open
PASSWORD = "correct horse battery"
# For tests of other things than the guard: whatever it finds is insisted on.
UNGUARDED = CHECKS
_counter = itertools.count(1)


def team(name: str = "Support") -> Team:
    return people.find_or_make_team(name)


def inbox(address: str = "support@desk.example", *, team_name: str = "Support", **fields: Any) -> Inbox:
    found = Inbox.objects.filter(address=address).first()
    return found or Inbox.objects.create(address=address, team=team(team_name), name=team_name, **fields)


def person(address: str = "", role: Role = Role.CUSTOMER, *, name: str = "", teams: tuple[Team, ...] = ()) -> Person:
    address = address or f"person{next(_counter)}@customer.example"
    if role == Role.CUSTOMER:
        return people.find_or_make_person(address, name)
    return people.add_person(address, role, name=name, password=PASSWORD, teams=teams)


def ticket(
    subject: str = "The printer is dark", *, to: Inbox | None = None, of: Person | None = None, text: str = ""
) -> Ticket:
    requester = of or person()
    words = actions.Words(
        text=text or "It was bright yesterday.",
        subject=subject,
        from_name=requester.name,
        from_address=requester.email or "",
        message_id=f"{next(_counter)}.made@customer.example",
    )
    return actions.open_ticket(to or inbox(), requester, words, By(requester, "email"))


def settle() -> None:
    """Wait until followers may read all events: transactions of other test processes on this server hold them back."""
    end = time.monotonic() + SETTLE_SECONDS
    while Event.objects.count() > Event.objects.settled().count():
        assert time.monotonic() < end, "a transaction on this server does not end"
        time.sleep(0.01)


def follow_log() -> None:
    """Every follower reads all there is, and what it adds itself."""
    settle()
    while log.drain():
        settle()


@dataclass
class Cast:
    ana: Person
    ben: Person
    cleo: Person
    dan: Person
    eve: Person
    ada: Person
    support: Inbox
    billing: Inbox


def cast() -> Cast:
    support, billing = team("Support"), team("Billing")
    acme = Organisation.objects.get_or_create(name="Acme")[0]
    made = Cast(
        ana=person("ana@desk.example", Role.AGENT, name="Ana Lopez", teams=(support,)),
        ben=person("ben@desk.example", Role.AGENT, name="Ben Weiss", teams=(billing,)),
        cleo=person("cleo@customer.example", name="Cleo Martin"),
        dan=person("dan@customer.example", name="Dan Roth"),
        eve=person("eve@stranger.example", name="Eve"),
        ada=person("ada@desk.example", Role.ADMIN, name="Ada King", teams=(support,)),
        support=inbox("support@desk.example", team_name="Support"),
        billing=inbox("billing@desk.example", team_name="Billing"),
    )
    Person.objects.filter(pk__in=[made.cleo.pk, made.dan.pk]).update(organisation=acme)
    return made
