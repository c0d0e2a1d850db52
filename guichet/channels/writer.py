"""Group commit: whatever the sessions have waiting is stored with one round of fsyncs and one commit."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from django.db import InterfaceError, OperationalError, connection
from psycopg_pool import PoolTimeout

from guichet.channels.accept import Arrival, accept
from guichet.channels.models import Parcel

BATCH = 64  # mails
BATCH_BYTES = 8 * 1024 * 1024
IDLE_SECONDS = 5.0
log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Job:
    arrivals: Sequence[Arrival]
    size: int
    future: Future[list[Parcel]] = field(default_factory=Future)


class Writer:
    """One thread that stores what the sessions hand it. Nothing waits for company: a batch is what came meanwhile."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Store what was handed over, then end."""
        self._jobs.put(None)
        self._thread.join()

    def store(self, arrivals: Sequence[Arrival]) -> Future[list[Parcel]]:
        """The copies of one mail, one per inbox. The future ends when all are durable, or raises as `accept` does."""
        job = _Job(arrivals, len(arrivals[0].raw))
        self._jobs.put(job)
        return job.future

    def _run(self) -> None:
        is_open = True
        while is_open:
            jobs, is_open = self._collect()
            if jobs:
                self._store(jobs)
        connection.close()

    def _collect(self) -> tuple[list[_Job], bool]:
        jobs: list[_Job] = []
        size = 0
        try:
            job = self._jobs.get(timeout=IDLE_SECONDS)
        except queue.Empty:
            connection.close()  # back to the pool: an idle house holds no connection
            job = self._jobs.get()
        while job is not None:
            jobs.append(job)
            size += job.size
            if len(jobs) >= BATCH or size >= BATCH_BYTES:
                return jobs, True
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                return jobs, True
        return jobs, False

    def _store(self, jobs: Sequence[_Job]) -> None:
        try:
            stored = iter(_accept([arrival for job in jobs for arrival in job.arrivals]))
        except Exception as error:
            is_outage = isinstance(error, OSError | OperationalError | InterfaceError)
            if is_outage or len(jobs) == 1:
                log.error("mail could not be stored: %s", str(error).strip())
                for job in jobs:
                    job.future.set_exception(error)
                return
            # One mail that the database refuses must not hold up its neighbours.
            for job in jobs:
                self._store([job])
            return
        for job in jobs:
            job.future.set_result([next(stored) for _ in job.arrivals])


def _accept(arrivals: Sequence[Arrival]) -> list[Parcel]:
    """`accept`, once more on a fresh connection where the old one broke: accepting twice stores once."""
    try:
        return accept(arrivals)
    except (OperationalError, InterfaceError) as error:
        connection.close()
        if isinstance(error.__cause__, PoolTimeout):
            raise  # it was tried for long enough
        return accept(arrivals)
