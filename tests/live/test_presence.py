"""Who looks and who writes: told within a second to those who see the ticket, across processes, and over in seconds."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from django.conf import settings

from guichet.live import hub, stream
from guichet.live.presence import FORGOTTEN, Here, Presence
from guichet.people import actions as people
from guichet.people.models import Role
from guichet.tickets import actions
from guichet.tickets.events import By
from tests import make
from tests.browser import client_of, in_a_loop
from tests.desk import free_ports
from tests.live.test_stream import Browser, port  # noqa: F401  # the fixture

pytestmark = pytest.mark.django_db(transaction=True)
LOOKS, WRITES = ("looks", "writes")


@pytest.mark.alone
def test_who_looks_and_who_writes_is_told_within_a_second_to_those_who_see_it(port: int) -> None:  # noqa: F811
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    ana, ada, ben, cleo = (Browser(port, person) for person in (cast.ana, cast.ada, cast.ben, cast.cleo))
    ana.wait_ready()
    asked = time.monotonic()
    assert ada.here(ticket.pk, LOOKS) == 204
    assert ana.sees(ticket.pk, [("Ada", LOOKS)]) - asked < 1.0
    asked = time.monotonic()
    assert ada.here(ticket.pk, WRITES) == 204
    assert ana.sees(ticket.pk, [("Ada", WRITES)]) - asked < 1.0
    late = Browser(port, cast.ana)
    late.sees(ticket.pk, [("Ada", WRITES)])
    ada.here(ticket.pk, "")
    ana.sees(ticket.pk, [])
    time.sleep(0.3)
    assert ada.company == ben.company == cleo.company == [], "not oneself, not another team, never a customer"


def test_a_closed_window_is_gone_at_once_and_another_of_the_same_person_stays(port: int) -> None:  # noqa: F811
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    ana, ada, too = Browser(port, cast.ana), Browser(port, cast.ada), Browser(port, cast.ada)
    ana.wait_ready()
    ada.here(ticket.pk, WRITES)
    too.here(ticket.pk, LOOKS)
    ana.sees(ticket.pk, [("Ada", WRITES)])
    ada.socket.shutdown(socket.SHUT_RDWR)
    ana.sees(ticket.pk, [("Ada", LOOKS)])
    too.socket.shutdown(socket.SHUT_RDWR)
    ana.sees(ticket.pk, [])


def test_nobody_is_here_who_may_not_see_the_ticket_and_no_other_site_says_so(port: int) -> None:  # noqa: F811
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    ana, ben, cleo = (Browser(port, person) for person in (cast.ana, cast.ben, cast.cleo))
    ana.wait_ready()
    assert ben.here(ticket.pk, LOOKS) == 404
    assert ben.here(999_999_999, LOOKS) == 404
    assert cleo.here(ticket.pk, LOOKS) == 404, "customers are not told of, nor tell"
    assert ana.here(ticket.pk, LOOKS, token="forged") == 403
    assert ana.here(ticket.pk, "dances") == 400
    assert Browser(port, None).here(ticket.pk, LOOKS) == 403
    time.sleep(0.3)
    assert ana.company == []


def test_a_right_withdrawn_ends_it_both_ways_within_seconds(port: int) -> None:  # noqa: F811
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    bea = make.person("bea@desk.example", Role.AGENT, name="Bea", teams=(cast.support.team,))
    ana, ada, third = Browser(port, cast.ana), Browser(port, cast.ada), Browser(port, bea)
    ana.wait_ready()
    ana.here(ticket.pk, WRITES)
    ada.here(ticket.pk, LOOKS)
    third.sees(ticket.pk, [("Ada", LOOKS), ("Ana", WRITES)][:: 1 if cast.ada.pk < cast.ana.pk else -1])
    ana.sees(ticket.pk, [("Ada", LOOKS)])
    people.set_teams(cast.ana, [])
    ana.sees(ticket.pk, [])
    third.sees(ticket.pk, [("Ada", LOOKS)])
    actions.assign(ticket, None, By(cast.ada, "desk"), team=cast.billing.team)
    people.set_teams(bea, [])
    third.sees(ticket.pk, [])


def test_a_ticket_that_is_handed_on_hides_who_is_at_it(port: int) -> None:  # noqa: F811
    cast = make.cast()
    ticket = make.ticket(to=cast.billing, of=cast.cleo)
    actions.assign(ticket, cast.ana, By(cast.ada, "desk"))
    ana, ben = Browser(port, cast.ana), Browser(port, cast.ben)
    ana.wait_ready()
    ben.here(ticket.pk, LOOKS)
    ana.here(ticket.pk, LOOKS)
    ana.sees(ticket.pk, [("Ben", LOOKS)])
    ben.sees(ticket.pk, [("Ana", LOOKS)])
    actions.assign(ticket, cast.ben, By(cast.ada, "desk"))
    ana.sees(ticket.pk, [])
    ben.sees(ticket.pk, [])


@pytest.fixture
def second(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Another process's hub: the same database, another set of streams."""
    other = hub.Hub()
    (number,) = free_ports(1)

    async def app(scope, receive, send):  # type: ignore[no-untyped-def]
        cookies = dict(scope["headers"])[b"cookie"].decode()
        listener = await other.join(stream._cookie(cookies, settings.SESSION_COOKIE_NAME) or "")
        assert listener is not None
        await send({"type": "http.response.start", "status": 200, "headers": stream.HEADERS})
        await stream._stream(listener, send, asyncio.create_task(stream._until_gone(receive)))
        other.leave(listener)

    server = uvicorn.Server(
        uvicorn.Config(app, port=number, lifespan="off", log_level="warning", timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield number
    server.should_exit = True
    thread.join()


def test_other_processes_hear_it_and_ask_when_they_begin(port: int, second: int) -> None:  # noqa: F811
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    ada = Browser(port, cast.ada)
    ada.wait_ready()
    ada.here(ticket.pk, WRITES)
    time.sleep(0.3)
    ana = Browser(second, cast.ana)  # that process has heard nothing so far
    ana.sees(ticket.pk, [("Ada", WRITES)])
    ada.here(ticket.pk, LOOKS)
    ana.sees(ticket.pk, [("Ada", LOOKS)])
    ada.socket.shutdown(socket.SHUT_RDWR)
    ana.sees(ticket.pk, [])


def test_what_is_not_told_again_is_forgotten_and_nonsense_is_not_heard() -> None:
    presence = Presence()
    assert presence.hear(
        [Here("aaaaaaaa", 1, 7, "looks").said, "here:x", "gone:aaaaaaaa:x", "here:aaaaaaaa:1:7:sings"]
    ) == {7}
    assert presence.hear([Here("aaaaaaaa", 1, 7, "looks").said]) == set(), "told again is no news"
    assert presence.hear([Here("aaaaaaaa", 1, 8, "looks").said]) == {7, 8}
    assert presence.hear(["gone:aaaaaaaa:2"]) == set(), "only one's own window"
    assert presence.forget(time.monotonic() + FORGOTTEN - 1) == set()
    assert presence.forget(time.monotonic() + FORGOTTEN + 1) == {8}
    assert presence.tickets() == set()


def test_what_a_window_says_is_known_before_its_process_listens() -> None:
    cast = make.cast()
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    key = client_of(cast.ana).cookies[settings.SESSION_COOKIE_NAME].value
    fresh = hub.Hub()  # nobody has a stream here yet, so that it hears no bell
    assert in_a_loop(fresh.is_here(key, "window01", ticket.pk, "looks"))
    assert fresh.presence.at([ticket.pk]) == {ticket.pk: {cast.ana.pk: "looks"}}
    assert in_a_loop(fresh.is_here(key, "window01", ticket.pk, ""))
    assert fresh.presence.at([ticket.pk]) == {ticket.pk: {}}
