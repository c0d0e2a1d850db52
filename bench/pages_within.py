"""The inside of `bench.pages`: fills the database, signs an agent in and times the pages. Run by `bench.within`."""

from __future__ import annotations

import http.client
import random
import statistics
import time
from collections.abc import Sequence
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from bench import fill
from bench.desk import cpu_seconds
from guichet.people.models import Person
from guichet.tickets.actions import bring_back_due
from guichet.tickets.models import Ticket

REQUESTS, WARM_UP = 300, 40
LISTS = (
    "/tickets/?view=all",
    "/tickets/?view=all&sort=priority",
    "/tickets/?view=all&sort=waiting",
    "/tickets/?view=mine",
    "/tickets/?view=teams",
    "/tickets/?view=closed",
)


def main(arguments: Sequence[str]) -> dict[str, dict[str, float]]:
    """`arguments`: how many tickets, the web process's id, and "views" to measure each list by itself too.

    For lists and tickets p50 and p95 in milliseconds, the web process's processor time, the bytes of a page.
    """
    seconds = fill.fill(int(arguments[0]))
    agent = Person.objects.get(email=fill.FIRST_AGENT)
    chance = random.Random(3)
    numbers = list(Ticket.objects.visible_to(agent).values_list("number", flat=True))
    tickets = [f"/tickets/{number}/" for number in chance.sample(numbers, REQUESTS)]
    client = Client(session_of(agent), int(arguments[1]))
    return {
        "fill": {"seconds": seconds},
        "list": client.measure([chance.choice(LISTS) for _ in range(REQUESTS)]),
        "ticket": client.measure(tickets),
        "board": board(client, agent),
        "clock": clock(),
        **({path.partition("?")[2]: client.measure([path] * 60) for path in LISTS} if "views" in arguments else {}),
    }


def board(client: Client, agent: Person) -> dict[str, float]:
    """The dispatcher's board of an agent who looks after all his teams."""
    agent.memberships.update(is_lead=True)
    return client.measure(["/board/"] * 100)


def clock() -> dict[str, float]:
    """One look for what is due, while nothing is."""
    took = []
    for _time in range(100):
        started = time.perf_counter()
        bring_back_due()
        took.append((time.perf_counter() - started) * 1000)
    return {"p50": statistics.median(took), "p95": statistics.quantiles(took, n=20)[18], "cpu": 0.0, "bytes": 0.0}


def session_of(person: Person) -> str:
    """A session as signing in makes one; its key."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


class Client:
    """A signed-in browser's requests over one connection, one after the other."""

    def __init__(self, session: str, web: int) -> None:
        self._web = web
        self._connection = http.client.HTTPConnection(*settings.HTTP)
        self._headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}", "Accept-Language": "en"}

    def measure(self, paths: Sequence[str]) -> dict[str, float]:
        for path in paths[:WARM_UP]:
            self._get(path)
        took, size, cpu = [], 0, cpu_seconds(self._web)
        for path in paths:
            started = time.perf_counter()
            size += self._get(path)
            took.append((time.perf_counter() - started) * 1000)
        cuts = statistics.quantiles(took, n=20)
        cpu = (cpu_seconds(self._web) - cpu) * 1000 / len(paths)
        return {"p50": statistics.median(took), "p95": cuts[18], "cpu": cpu, "bytes": size / len(paths)}

    def _get(self, path: str) -> int:
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status}")
        return len(body)
