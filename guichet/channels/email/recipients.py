"""Which inbox an address is, and whether the doors are open: known to the event loop without asking the database.

Answers come from a copy of the inboxes' addresses that is renewed in a thread of its own: when it has grown old, and
at once for an address it does not know, so that a new inbox takes mail from its first second.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import Error, connection

from guichet.channels.email.tokens import split_plus
from guichet.channels.models import Parcel, ParcelState
from guichet.tickets.models import Inbox

FRESH_SECONDS = 5.0  # how long a known address is believed without asking again
ASK_SECONDS = 0.2  # between two questions to the database, however many unknown addresses are tried
LOOK_SECONDS = 5.0
BACKLOG = 100_000  # unread mails: over it senders keep theirs until the worker has caught up
FREE_BYTES = 200 * 1024 * 1024
log = logging.getLogger(__name__)


class Away(Exception):
    """Nobody can say now whether the address is known."""


class Recipients:
    """For one event loop; `close` it there."""

    def __init__(self) -> None:
        self._addresses: dict[str, int] = {}
        self._asked_at = self._known_at = self._looked_at = float("-inf")
        self._reason: str | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="recipients")
        self._lock = asyncio.Lock()

    def close(self) -> None:
        self._thread.shutdown(cancel_futures=True)

    async def find(self, address: str) -> int | None:
        """The id of the active inbox of an address, plain or with a +code; None for unknown. Raises Away."""
        found = self._find(address)
        now = time.monotonic()
        if found is None:
            # Said to be unknown only by an answer younger than the question; strangers wait for the next one.
            if not await self._renew(now):
                raise Away
            found = self._find(address)
        elif now - self._known_at > FRESH_SECONDS:
            await self._renew(now - FRESH_SECONDS)
            found = self._find(address)
        return found

    async def closed(self) -> str | None:
        """Why no mail can be taken now; None when it can."""
        if time.monotonic() - self._looked_at > LOOK_SECONDS:
            self._looked_at = time.monotonic()
            self._reason = await asyncio.get_running_loop().run_in_executor(self._thread, why_closed)
        return self._reason

    def _find(self, address: str) -> int | None:
        lower = address.strip().lower()
        return self._addresses.get(lower) or self._addresses.get(split_plus(lower)[0])

    async def _renew(self, since: float) -> bool:
        """Ask the database unless it was asked after `since` (monotonic); whether the answer came."""
        async with self._lock:
            if self._asked_at < since:
                await asyncio.sleep(self._asked_at + ASK_SECONDS - time.monotonic())
                self._asked_at = time.monotonic()
                try:
                    self._addresses = await asyncio.get_running_loop().run_in_executor(self._thread, _addresses)
                    self._known_at = time.monotonic()
                except Error as error:
                    log.warning("the database is away: %s", str(error).strip())
            return self._known_at >= self._asked_at


def _addresses() -> dict[str, int]:
    try:
        rows = Inbox.objects.filter(is_active=True).values_list("address", "aliases", "pk")
        aliases = {alias: pk for _address, others, pk in rows for alias in others}
        return {**aliases, **{address: pk for address, _others, pk in rows}}
    finally:
        connection.close()


def why_closed() -> str | None:
    try:
        if shutil.disk_usage(settings.DATA).free < FREE_BYTES:
            return f"less than {FREE_BYTES // 1024 // 1024} MB are free on the disk of {settings.DATA}"
        received = Parcel.objects.filter(state=ParcelState.RECEIVED, is_history=False)
        waiting = received.values("pk")[: BACKLOG + 1].count()
        return f"over {BACKLOG} mails wait for the worker" if waiting > BACKLOG else None
    except (OSError, Error) as error:
        return str(error).strip()
    finally:
        connection.close()
