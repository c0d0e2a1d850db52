"""The live stream through a real server and real sockets: who hears what, and how soon."""

from __future__ import annotations

import contextlib
import http.client
import json
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from importlib import import_module

import pytest
import uvicorn
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import transaction

from guichet import asgi
from guichet.kit.crypto import seal_place
from guichet.live import hub, stream
from guichet.people import actions as people
from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import Event
from tests import make
from tests.desk import free_ports

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 20.0  # seconds until a test gives up


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(hub, "RIGHTS_LAST", 0.3)
    monkeypatch.setattr(stream, "hub", hub.Hub())
    (port,) = free_ports(1)
    server = uvicorn.Server(
        uvicorn.Config(asgi.app, port=port, lifespan="off", log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield port
    server.should_exit = True
    thread.join()


class Browser:
    """One EventSource: reads the stream in a thread and keeps what it heard."""

    def __init__(self, port: int, person: Person | None, *, last: str = "", since: str = "", stream: str = "") -> None:
        self.port, self.stream = port, stream or secrets.token_hex(8)
        self.cookies = f"{settings.SESSION_COOKIE_NAME}={self._sign_in(person)}" if person else ""
        headers = {"Cookie": self.cookies} if person else {}
        if last:
            headers["Last-Event-ID"] = last
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self.connection.request("GET", f"/events?since={since}&stream={self.stream}", headers=headers)
        self.socket = self.connection.sock
        self.response = self.connection.getresponse()
        self.heard: list[tuple[float, str, int]] = []
        self.company: list[tuple[float, int, list[tuple[str, str]]]] = []
        if self.response.status == 200:
            threading.Thread(target=self._read, daemon=True).start()

    def _sign_in(self, person: Person) -> str:
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.create()
        self.session = session
        return str(session.session_key)

    def _read(self) -> None:
        kind = ""
        try:
            for line in self.response:
                if line.startswith(b"event: "):
                    kind = line[7:].strip().decode()
                elif line.startswith(b"data: "):
                    data = json.loads(line[6:])
                    if kind == "ping":
                        continue
                    self.heard.append((time.monotonic(), kind, data.get("ticket", 0)))
                    if kind == "here":
                        people = [(one["short"], one["doing"]) for one in data["people"]]
                        self.company.append((time.monotonic(), data["ticket"], people))
        except (OSError, ValueError, AttributeError):
            return  # the test closed it

    def here(self, ticket: int, doing: str, *, token: str = "secret") -> int:
        """Say what this window does; the answer's status."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        body = f"stream={self.stream}&ticket={ticket}&doing={doing}"
        cookies = f"{self.cookies}; {settings.CSRF_COOKIE_NAME}=secret"
        connection.request("POST", "/events/here", body, {"Cookie": cookies, "X-CSRFToken": token})
        return connection.getresponse().status

    def sees(self, ticket: int, people: list[tuple[str, str]], seconds: float = PATIENCE) -> float:
        """When this was the last that was told of who is at the ticket."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            told = [(at, who) for at, pk, who in list(self.company) if pk == ticket]
            if (told[-1][1] if told else []) == people:
                return told[-1][0] if told else 0.0
            time.sleep(0.005)
        raise AssertionError(f"expected {people} at {ticket}: {self.company}")

    def tickets(self) -> list[int]:
        return [ticket for _, kind, ticket in self.heard if kind == "ticket"]

    def wait_for(self, ticket: int, seconds: float = PATIENCE) -> float:
        """When this ticket was told of."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for at, _, told in list(self.heard):
                if told == ticket:
                    return at
            time.sleep(0.005)
        raise AssertionError(f"ticket {ticket} was not told of: {self.heard}")

    def wait_ready(self) -> None:
        """Until the process listens: a fresh stream is told to fetch all."""
        self.wait_told("resync")

    def wait_told(self, kind: str) -> None:
        end = time.monotonic() + PATIENCE
        while not any(told == kind for _, told, _ in self.heard):
            assert time.monotonic() < end
            time.sleep(0.005)


@pytest.mark.alone
def test_each_browser_hears_what_its_person_may_see_within_a_second(port: int) -> None:
    cast = make.cast()
    ana, ben, cleo = Browser(port, cast.ana), Browser(port, cast.ben), Browser(port, cast.cleo)
    ana.wait_ready()
    time.sleep(0.2)
    committed = time.monotonic()
    ours = make.ticket(to=cast.support, of=cast.cleo)
    theirs = make.ticket(to=cast.billing, of=cast.dan)
    assert ana.wait_for(ours.pk) - committed < 1.0
    assert cleo.wait_for(ours.pk) - committed < 1.0
    ben.wait_for(theirs.pk)
    time.sleep(0.3)
    assert (ana.tickets(), ben.tickets(), cleo.tickets()) == ([ours.pk], [theirs.pk], [ours.pk])


def test_a_rolled_back_change_is_told_to_nobody_and_a_burst_once(port: int) -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    ana = Browser(port, cast.ana)
    ana.wait_ready()
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        actions.set_priority(ticket, 1, By(cast.ana, "desk"))
        raise ZeroDivisionError
    time.sleep(0.3)
    assert ana.tickets() == []
    with transaction.atomic():
        actions.set_tags(ticket, ["a"], By(cast.ana, "desk"))
        actions.set_priority(ticket, 2, By(cast.ana, "desk"))
    ana.wait_for(ticket.pk)
    time.sleep(0.2)
    assert ana.tickets() == [ticket.pk]


def test_withdrawn_rights_end_the_telling(port: int) -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    ana = Browser(port, cast.ana)
    ana.wait_ready()
    people.set_teams(cast.ana, [])
    time.sleep(0.5)
    actions.set_priority(ticket, 1, By(cast.ada, "desk"))
    time.sleep(0.5)
    assert ana.tickets() == []


def test_signing_out_ends_the_telling(port: int) -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    ana = Browser(port, cast.ana)
    ana.wait_ready()
    ana.session.flush()
    time.sleep(0.5)
    actions.set_priority(ticket, 1, By(cast.ada, "desk"))
    time.sleep(0.5)
    assert ana.tickets() == []


def test_who_is_not_signed_in_hears_nothing(port: int) -> None:
    make.cast()
    assert Browser(port, None).response.status == 204


def test_after_a_reconnection_the_browser_is_told_to_fetch_all(port: int) -> None:
    cast = make.cast()
    first = Browser(port, cast.ana)
    first.wait_ready()
    again = Browser(port, cast.ana, last="1")
    again.wait_ready()


def test_between_page_and_stream_only_what_one_may_see_counts(port: int) -> None:
    cast = make.cast()
    make.ticket(to=cast.support, of=cast.cleo)
    first = Browser(port, cast.ana)  # the process listens from here on: no later stream is told to fetch all for that
    first.wait_ready()
    place = seal_place(Event.objects.latest("pk").pk)
    theirs = make.ticket(to=cast.billing, of=cast.dan)
    ana, ben = Browser(port, cast.ana, since=place), Browser(port, cast.ben, since=place)
    ben.wait_for(theirs.pk)
    time.sleep(0.3)
    assert ana.heard == []
    assert [(kind, pk) for _, kind, pk in ben.heard] == [("ticket", theirs.pk)], "that one, and not everything"
    make_many(cast)
    busy = Browser(port, cast.ana, since=place)
    busy.wait_ready()
    forged = Browser(port, cast.ben, since="1")
    time.sleep(0.3)
    assert forged.heard == []


def make_many(cast: make.Cast) -> None:
    for number in range(hub.MISSED + 1):
        make.ticket(str(number), to=cast.support, of=cast.cleo)


def test_a_page_that_is_up_to_date_is_left_in_peace_by_a_desk_that_has_just_started(port: int) -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    first = Browser(port, cast.ana, since=seal_place(Event.objects.latest("pk").pk))
    first.wait_told("notice")
    time.sleep(0.8)
    assert [kind for _, kind, _ in first.heard] == ["notice"]
    actions.set_priority(ticket, 1, By(cast.ada, "desk"))
    first.wait_for(ticket.pk)


def test_a_closed_browser_is_forgotten(port: int) -> None:
    cast = make.cast()
    ana = Browser(port, cast.ana)
    ana.wait_ready()
    assert stream.listeners() == 1
    ana.socket.shutdown(socket.SHUT_RDWR)
    end = time.monotonic() + 5
    while stream.listeners():
        assert time.monotonic() < end
        time.sleep(0.05)
