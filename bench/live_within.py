"""The inside of `bench.live`: signs the agents in, holds their streams, makes the changes. Run by `bench.within`."""

from __future__ import annotations

import selectors
import socket
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from django.conf import settings

from bench.desk import cpu_seconds
from bench.pages_within import session_of
from guichet.people.actions import find_or_make_person, find_or_make_team
from guichet.people.models import Membership, Person, Role
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import Inbox, Ticket

ROUNDS, PAUSE = 20, 0.6  # seconds between two changes; every fifth is longer than rights are remembered
LONG_PAUSE = 4.0


def main(arguments: Sequence[str]) -> dict[str, dict[str, float]]:
    """`arguments`: how many streams, and the web process's id. Milliseconds for each kind of change."""
    team = find_or_make_team("Support")
    inbox = Inbox.objects.create(address="support@bench.example", team=team)
    people = [
        Person(name=f"Agent {n}", email=f"agent{n}@bench.example", role=Role.AGENT) for n in range(int(arguments[0]))
    ]
    for person in people:
        person.set_unusable_password()
    Person.objects.bulk_create(people)
    Membership.objects.bulk_create([Membership(person=person, team=team) for person in people])
    customer = find_or_make_person("cleo@customer.example", "Cleo")
    tickets = [
        actions.open_ticket(
            inbox, customer, actions.Words(text="It is dark.", subject=f"Printer {n}"), By(customer, "email")
        )
        for n in range(ROUNDS)
    ]
    streams = Streams([session_of(person) for person in people])
    streams.wait()
    measured = Measured(streams, int(arguments[1]))
    return {
        "a change of a ticket": measured.of(tickets, lambda ticket: _change(ticket)),
        "a colleague comes to look": measured.of(tickets, lambda ticket: streams.look(ticket)),
    }


def _change(ticket: Ticket) -> float:
    actions.set_tags(ticket, [f"t{time.monotonic_ns()}"], By(via="bench"))
    return time.monotonic()


class Streams:
    """One socket for each session; what is read is kept with its moment."""

    def __init__(self, sessions: Sequence[str]) -> None:
        self._sessions = sessions
        self._selector = selectors.DefaultSelector()
        self.heard: list[tuple[float, int, bytes]] = []
        for place, session in enumerate(sessions):
            made = socket.create_connection(settings.HTTP)
            cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
            path = f"/events?since=&stream={place:012}"
            made.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode())
            made.setblocking(False)
            self._selector.register(made, selectors.EVENT_READ, place)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while True:
            for key, _events in self._selector.select():
                data = key.fileobj.recv(65536)  # type: ignore[union-attr]
                self.heard.append((time.monotonic(), key.data, data))
                if not data:
                    self._selector.unregister(key.fileobj)

    def wait(self) -> None:
        """Until all stand, and what is said at first (fetch all anew; the tickets' own events) has passed."""
        while len({place for _at, place, data in self.heard if b"welcome" in data}) < len(self._sessions):
            time.sleep(0.1)
        time.sleep(5)

    def look(self, ticket: Ticket) -> float:
        """The first agent's window looks at a ticket."""
        body = urlencode({"stream": f"{0:012}", "ticket": ticket.pk, "doing": "looks"}).encode()
        cookies = f"{settings.SESSION_COOKIE_NAME}={self._sessions[0]}; {settings.CSRF_COOKIE_NAME}=bench"
        head = f"POST /events/here HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\nX-CSRFToken: bench\r\n"
        with socket.create_connection(settings.HTTP) as made:
            began = time.monotonic()
            made.sendall(f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)
            while made.recv(4096):
                pass
        return began

    def told(self, ticket: Ticket, since: int) -> dict[int, float]:
        """When each stream first heard of this ticket, among what was read after place `since`."""
        first: dict[int, float] = {}
        mark = f'"ticket": {ticket.pk}'.encode()
        for at, place, data in self.heard[since:]:
            if mark in data and place not in first:
                first[place] = at
        return first


class Measured:
    def __init__(self, streams: Streams, web: int) -> None:
        self._streams, self._web = streams, web

    def of(self, tickets: Sequence[Ticket], act: Callable[[Ticket], float]) -> dict[str, float]:
        took: list[float] = []
        missed, cpu = 0, cpu_seconds(self._web)
        expected = len(self._streams._sessions)
        for place, ticket in enumerate(tickets):
            since = len(self._streams.heard)
            began = act(ticket)
            end = time.monotonic() + 20
            while len(told := self._streams.told(ticket, since)) < expected - 1 and time.monotonic() < end:
                time.sleep(0.02)
            took += [max(0.0, at - began) * 1000 for at in told.values()]
            missed += max(0, expected - 1 - len(told))  # whoever looks is not told of themselves
            time.sleep(LONG_PAUSE if place % 5 == 4 else PAUSE)
        cpu = (cpu_seconds(self._web) - cpu) * 1000 / len(tickets)
        cuts = statistics.quantiles(took, n=20)
        return {"p50": statistics.median(took), "p95": cuts[18], "most": max(took), "cpu": cpu, "missed": missed}
