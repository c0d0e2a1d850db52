"""One LISTEN per process, handed on to the listeners that may see the ticket.

The NOTIFY carries ids and nothing else; whoever may see the ticket is told its id and fetches the page's piece again,
so there is no second rendering and nothing to leak. Rights are asked for anew every few seconds.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ParamSpec, TypeVar

import psycopg
from django.db import DatabaseError, close_old_connections

from guichet.kit import pg
from guichet.live import company
from guichet.live.presence import TOLD_AGAIN, Here, Presence
from guichet.live.rights import Rights, sights, signature
from guichet.people.models import Person
from guichet.tickets.events import BELL, LIVE
from guichet.tickets.models import Ticket

RIGHTS_LAST = 3.0  # seconds that a person's rights are remembered: withdrawn ones end within five
GATHER = 0.03  # seconds in which changes are gathered, so that a burst asks for rights once
QUEUE = 200  # changes a slow browser may lag behind before it is told to fetch all anew
MISSED = 50  # tickets that changed between a page and its stream and are named; for more it fetches all anew
PER_PERSON = 30
WHO = "who"  # a process that has just begun to listen asks the others for their windows
AWAY = (psycopg.Error, DatabaseError, OSError)
P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger(__name__)


def event(kind: str, **data: Any) -> bytes:
    """One event of the stream: made once, however many listeners hear it."""
    return f"id: {int(time.time() * 1000)}\nevent: {kind}\ndata: {json.dumps(data)}\n\n".encode()


RESYNC = event("resync")  # something may have been missed


@dataclass(eq=False)
class Listener:
    """One open stream: the session it came with, and what its browser has to be told."""

    session_key: str
    person_id: int
    stream: str = ""
    since: int | None = None  # the last event that its page had taken in; None: nobody knows
    company: dict[int, company.Told] = field(default_factory=dict)  # as last told, by ticket
    _told: list[bytes] = field(default_factory=list)
    _waits: asyncio.Future[None] | None = None

    def tell(self, said: bytes) -> None:
        if len(self._told) >= QUEUE:
            self.company.clear()
            self._told[:] = [RESYNC]
        else:
            self._told.append(said)
        self.wake()

    def wake(self) -> None:
        if self._waits is not None and not self._waits.done():
            self._waits.set_result(None)

    async def told(self, seconds: float) -> bytes:
        """All that is to be said by now; waits for the first, and for `seconds` at most."""
        if not self._told:
            loop = asyncio.get_running_loop()
            self._waits = loop.create_future()
            later = loop.call_later(seconds, self.wake)
            await self._waits
            later.cancel()
        said, self._told = b"".join(self._told), []
        return said


class Hub:
    """All streams of this process."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.presence = Presence()
        self._rights = Rights(RIGHTS_LAST)
        self._signatures: dict[str, tuple[object, ...]] = {}
        # One thread for all questions to the database: streams wait, pages do not.
        self._questions = ThreadPoolExecutor(1, thread_name_prefix="live")
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._loose: set[asyncio.Task[None]] = set()
        self._coming: set[str] = set()
        self._gathering: asyncio.Task[dict[str, Person]] | None = None

    async def join(self, session_key: str, stream: str = "", since: int | None = None) -> Listener | None:
        """A listener for this session; None where it belongs to nobody or has too many streams open."""
        person = await self._whose(session_key)
        if person is None or sum(1 for x in self.listeners if x.person_id == person.pk) >= PER_PERSON:
            return None
        listener = Listener(session_key, person.pk, stream, since)
        self.listeners.add(listener)
        self._keep_going("listen", self._listen)
        self._keep_going("watch", self._watch)
        if tickets := self.presence.tickets():
            self._soon(self._tell_company(tickets, [listener]))
        return listener

    async def _whose(self, session_key: str) -> Person | None:
        """Many come at once after a restart: those of one moment are asked for together."""
        self._coming.add(session_key)
        if self._gathering is None:
            self._gathering = asyncio.create_task(self._gather())
        return (await asyncio.shield(self._gathering)).get(session_key)

    async def _gather(self) -> dict[str, Person]:
        await asyncio.sleep(GATHER)
        keys, self._coming, self._gathering = self._coming, set(), None
        return await self._ask(self._rights.people, keys)

    def leave(self, listener: Listener) -> None:
        self.listeners.discard(listener)
        if (here := self.presence.of(listener.stream, listener.person_id)) is not None:
            self._soon(self._say([here.gone]))

    def _keep_going(self, name: str, what: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if name not in self._tasks or self._tasks[name].done():
            self._tasks[name] = asyncio.create_task(what())

    def _soon(self, what: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(what)
        self._loose.add(task)
        task.add_done_callback(self._loose.discard)

    async def catch_up(self, listeners: Iterable[Listener]) -> None:
        """Tell each the tickets that changed after its page was made and that its person may see: between page and
        stream nothing gets lost, and a page that is up to date is left in peace.
        """
        for listener in list(listeners):
            if listener.since is None:
                continue
            missed = await self._ask(self._missed, listener.session_key, listener.since)
            if len(missed) > MISSED:
                listener.tell(RESYNC)
                continue
            for ticket in missed:
                listener.tell(event("ticket", ticket=ticket))

    async def is_here(self, session_key: str, stream: str, ticket: int, doing: str) -> bool:
        """Tell all processes what a window does; False where its person may not see the ticket. `doing` "": it left."""
        said = await self._ask(self._announce, session_key, stream, ticket, doing)
        if said is None:
            return False
        # Taken in at once: a process that has just begun may not listen yet when it says this to all.
        if changed := self.presence.hear([said]):
            self._soon(self._tell_company(changed))
        return True

    def _announce(self, session_key: str, stream: str, ticket: int, doing: str) -> str | None:
        """What was said to all processes; None where that is not for this person to say."""
        person = self._person(session_key)
        if person is None or not person.is_agent:
            return None
        if doing and not Ticket.objects.visible_to(person).filter(pk=ticket).exists():
            return None
        here = Here(stream, person.pk, ticket, doing)
        said = here.said if doing else here.gone
        _notify([said])
        return said

    def _missed(self, session_key: str, since: int) -> list[int]:
        person = self._person(session_key)
        if person is None:
            return []
        changed = Ticket.objects.visible_to(person).filter(events__pk__gt=since).order_by()
        return list(changed.values_list("pk", flat=True).distinct()[: MISSED + 1])

    def _person(self, session_key: str) -> Person | None:
        return self._rights.people([session_key]).get(session_key)

    # -- what is heard

    async def _listen(self) -> None:
        """Hear the bells for as long as anybody listens; take the connection up again when it is lost."""
        is_first = True
        while self.listeners:
            try:
                parameters = await self._ask(pg.connection_parameters)
                async with await psycopg.AsyncConnection.connect(**{**parameters, "autocommit": True}) as connection:
                    for channel in (BELL, LIVE):
                        await connection.execute(f'LISTEN "{channel}"')
                    await self._heard_again(is_first)
                    is_first = False
                    await self._say([WHO])
                    await self._tell_company(self.presence.tickets())
                    await self._hear(connection)
            except AWAY as error:
                log.warning("live updates wait for the database: %s", str(error).strip())
                await asyncio.sleep(1.0)

    async def _heard_again(self, is_first: bool) -> None:
        """What was rung while nobody listened: pages that have just been made say themselves what they know."""
        for listener in self.listeners:
            listener.tell(event("notice") if is_first and listener.since is not None else RESYNC)
        if is_first:
            await self.catch_up(self.listeners)

    async def _hear(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        while self.listeners:
            heard: list[str] = []
            async for bell in connection.notifies(timeout=30.0, stop_after=1):
                heard.append(bell.payload)
            if not heard:
                continue
            async for bell in connection.notifies(timeout=GATHER):
                heard.append(bell.payload)
            await self._take_in(heard)

    async def _take_in(self, heard: list[str]) -> None:
        if people := _ids(heard, "notice:"):
            said = event("notice")
            for listener in self.listeners:
                if listener.person_id in people:
                    listener.tell(said)
        moved = self.presence.hear(heard)
        changed = _ids(heard, "ticket:")
        if changed:
            await self._spread(changed)
        # A ticket that changed may be hidden from somebody now.
        if at := moved | (changed & self.presence.tickets()):
            await self._tell_company(at)
        if WHO in heard:
            await self._say([here.said for here in self._own()])

    async def _spread(self, changed: set[int]) -> None:
        people, seen = await self._ask(self._sights, self._keys(), changed)
        said = {ticket: event("ticket", ticket=ticket) for ticket in changed}
        for listener in self.listeners:
            person = people.get(listener.session_key)
            for ticket in seen.get(person.pk, ()) if person else ():
                listener.tell(said[ticket])

    def _keys(self) -> set[str]:
        return {listener.session_key for listener in self.listeners}

    def _sights(self, keys: Iterable[str], tickets: set[int]) -> tuple[dict[str, Person], dict[int, set[int]]]:
        """Whose sessions these are, and which of the tickets each may see; people with several tabs once."""
        people = self._rights.people(keys)
        return people, sights(people.values(), tickets)

    # -- who else is here

    def _own(self) -> list[Here]:
        """The windows whose streams this process holds."""
        found = (self.presence.of(listener.stream, listener.person_id) for listener in self.listeners)
        return [here for here in found if here is not None]

    async def _tell_company(self, tickets: set[int], listeners: Iterable[Listener] | None = None) -> None:
        """Say who is at these tickets to whoever sees them, where it differs from what was said before."""
        told = list(self.listeners if listeners is None else listeners)
        if not tickets or not told:
            return
        people, seen = await self._ask(self._sights, {listener.session_key for listener in told}, tickets)
        facts = await self._ask(company.facts, self.presence.at(tickets))
        now = self.presence.at(tickets)
        withdrawn = []

        @cache
        def said(ticket: int, others: company.Told) -> bytes:
            return event("here", **(facts.said(ticket, others) if others else company.nobody(ticket)))

        for listener in told:
            person = people.get(listener.session_key)
            self._signatures[listener.session_key] = signature(person)
            mine = seen.get(person.pk, set()) if person is not None and person.is_agent else set()
            for ticket in tickets:
                others = facts.others(ticket, now[ticket], listener.person_id) if ticket in mine else ()
                if listener.company.get(ticket, ()) != others:
                    listener.company[ticket] = others
                    listener.tell(said(ticket, others))
                if not others:
                    listener.company.pop(ticket, None)
            here = self.presence.of(listener.stream, listener.person_id)
            if here is not None and here.ticket in tickets and here.ticket not in mine:
                withdrawn.append(here.gone)
        await self._say(withdrawn)

    async def _watch(self) -> None:
        """Every few seconds: whose rights have changed, and who is no longer told of; rarer, who is here still."""
        told_at = time.monotonic()
        while self.listeners:
            await asyncio.sleep(RIGHTS_LAST)
            try:
                await self._look_again()
                if time.monotonic() - told_at > TOLD_AGAIN:
                    told_at = time.monotonic()
                    await self._say([here.said for here in self._own()])
            except AWAY as error:
                log.warning("presence waits for the database: %s", str(error).strip())

    async def _look_again(self) -> None:
        if gone := self.presence.forget():
            await self._tell_company(gone)
        if not self.presence.tickets():
            return
        people = await self._ask(self._rights.people, self._keys())
        keys = self._keys()
        self._signatures = {key: sign for key, sign in self._signatures.items() if key in keys}
        changed = {key for key in keys if self._signatures.get(key) != signature(people.get(key))}
        if changed:
            tickets = self.presence.tickets()
            await self._tell_company(tickets, [one for one in self.listeners if one.session_key in changed])

    async def _say(self, payloads: list[str]) -> None:
        if payloads:
            await self._ask(_notify, payloads)

    async def _ask(self, question: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        def answer() -> T:
            try:
                return question(*arguments, **named)
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self._questions, answer)


def _notify(payloads: list[str]) -> None:
    pg.notify_all(LIVE, payloads)


def _ids(payloads: Iterable[str], kind: str) -> set[int]:
    """The numbers behind `kind` ("ticket:") among all that was heard."""
    found = (payload[len(kind) :] for payload in payloads if payload.startswith(kind))
    return {int(number) for number in found if number.isascii() and number.isdecimal()}
