"""One LISTEN per process, handed on to the listeners that may see the ticket.

The NOTIFY carries a ticket's id and nothing else; whoever may see it is told the id and fetches the page's piece
again, so there is no second rendering and nothing to leak. Rights are asked for anew every few seconds.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

import psycopg
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections
from django.utils.crypto import constant_time_compare

from guichet.kit import pg
from guichet.people.models import Person
from guichet.tickets.events import BELL, LIVE
from guichet.tickets.models import Ticket

RIGHTS_LAST = 3.0  # seconds that a person's rights are remembered: withdrawn ones end within five
GATHER = 0.03  # seconds in which changes are gathered, so that a burst asks for rights once
QUEUE = 200  # changes a slow browser may lag behind before it is told to fetch all anew
PER_PERSON = 30
RESYNC = 0  # instead of a ticket's id: something may have been missed
NOTICE = -1  # instead of a ticket's id: this person has news in the bell
P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(eq=False)
class Listener:
    """One open stream: the session it came with and the ticket ids it has to be told."""

    session_key: str
    person_id: int
    changed: asyncio.Queue[int] = field(default_factory=lambda: asyncio.Queue(QUEUE))

    def tell(self, ticket_id: int) -> None:
        try:
            self.changed.put_nowait(ticket_id)
        except asyncio.QueueFull:
            while not self.changed.empty():
                self.changed.get_nowait()
            self.changed.put_nowait(RESYNC)


class Hub:
    """All streams of this process."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        # One thread for all questions to the database: streams wait, pages do not.
        self._questions = ThreadPoolExecutor(1, thread_name_prefix="live")
        self._listening: asyncio.Task[None] | None = None
        self._people: dict[str, tuple[float, Person | None]] = {}

    async def join(self, session_key: str) -> Listener | None:
        """A listener for this session; None where it belongs to nobody or has too many streams open."""
        person = await self._ask(self._person, session_key)
        if person is None or sum(1 for x in self.listeners if x.person_id == person.pk) >= PER_PERSON:
            return None
        listener = Listener(session_key, person.pk)
        self.listeners.add(listener)
        if self._listening is None or self._listening.done():
            self._listening = asyncio.create_task(self._listen())
        return listener

    def leave(self, listener: Listener) -> None:
        self.listeners.discard(listener)

    async def has_moved_on(self, listener: Listener, since: int | None) -> bool:
        """Whether anything this person may see happened after that event: between page and stream nothing gets lost."""
        return since is not None and await self._ask(self._moved_on, listener.session_key, since)

    def _moved_on(self, session_key: str, since: int) -> bool:
        person = self._person(session_key)
        return person is not None and Ticket.objects.visible_to(person).filter(events__pk__gt=since).exists()

    async def _listen(self) -> None:
        """Hear the bell for as long as anybody listens; take the connection up again when it is lost."""
        while self.listeners:
            try:
                parameters = await self._ask(pg.connection_parameters)
                async with await psycopg.AsyncConnection.connect(**{**parameters, "autocommit": True}) as connection:
                    await connection.execute(f'LISTEN "{BELL}"')
                    await connection.execute(f'LISTEN "{LIVE}"')
                    for listener in self.listeners:
                        listener.tell(RESYNC)
                    await self._hear(connection)
            except (psycopg.Error, OSError) as error:
                log.warning("live updates wait for the database: %s", str(error).strip())
                await asyncio.sleep(1.0)

    async def _hear(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        while self.listeners:
            heard: list[str] = []
            async for bell in connection.notifies(timeout=30.0, stop_after=1):
                heard.append(bell.payload)
            if not heard:
                continue
            async for bell in connection.notifies(timeout=GATHER):
                heard.append(bell.payload)
            self._ring(_ids(heard, "notice:"))
            if changed := _ids(heard, "ticket:"):
                await self._spread(changed)

    def _ring(self, people: set[int]) -> None:
        for listener in self.listeners:
            if listener.person_id in people:
                listener.tell(NOTICE)

    async def _spread(self, changed: set[int]) -> None:
        sessions = {listener.session_key for listener in self.listeners}
        visible = await self._ask(self._visible, sessions, changed)
        for listener in self.listeners:
            for ticket_id in visible.get(listener.session_key, ()):
                listener.tell(ticket_id)

    def _visible(self, session_keys: Iterable[str], changed: set[int]) -> dict[str, list[int]]:
        """Who may be told what; people with several tabs are asked for once."""
        answers: dict[int, list[int]] = {}
        told: dict[str, list[int]] = {}
        for key in session_keys:
            person = self._person(key)
            if person is None:
                continue
            if person.pk not in answers:
                mine = Ticket.objects.visible_to(person).filter(pk__in=changed)
                answers[person.pk] = list(mine.values_list("pk", flat=True))
            told[key] = answers[person.pk]
        return told

    def _person(self, session_key: str) -> Person | None:
        """Whose session this is, remembered for a few seconds; None once signed out, deactivated or re-keyed."""
        now = time.monotonic()
        until, person = self._people.get(session_key, (0.0, None))
        if now < until:
            return person
        if len(self._people) > 5000:
            self._people.clear()
        person = _person_of(session_key)
        self._people[session_key] = (now + RIGHTS_LAST, person)
        return person

    async def _ask(self, question: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        def answer() -> T:
            try:
                return question(*arguments, **named)
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self._questions, answer)


def _person_of(session_key: str) -> Person | None:
    session = SessionStore(session_key).load()
    pk = session.get(SESSION_KEY)
    person = Person.objects.filter(pk=pk, is_active=True).first() if pk else None
    if person is None:
        return None
    # As django.contrib.auth.get_user does: a changed password ends the sessions before it.
    genuine = constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash())
    return person if genuine else None


def _ids(payloads: Iterable[str], kind: str) -> set[int]:
    """The numbers behind `kind` ("ticket:") among all that was heard."""
    found = (payload[len(kind) :] for payload in payloads if payload.startswith(kind))
    return {int(number) for number in found if number.isascii() and number.isdecimal()}
