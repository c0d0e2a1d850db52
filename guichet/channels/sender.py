"""The worker's second process: what follows from events, and what goes out.

Apart from the first one, so that neither a flood of mail nor a slow server holds up the other; a little nicer, because
an acknowledgement may wait where a mail that was taken in must become a ticket.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from types import FrameType

from django.db import InterfaceError, OperationalError, close_old_connections

from guichet.channels import tasks
from guichet.channels.email.sending.smtp import Connection
from guichet.kit import pg
from guichet.tickets import log as ticket_log
from guichet.tickets.events import BELL

POLL = 5.0  # seconds, for the bell that gets lost
GATHER = 0.2  # seconds: events of the outbox come one by one, and reading them one by one costs as much as sending
NICENESS = 5
log = logging.getLogger(__name__)


def main() -> None:
    os.nice(NICENESS)
    stopping = threading.Event()
    with pg.Bell(BELL) as bell:

        def stop(number: int, frame: FrameType | None) -> None:
            stopping.set()
            bell.interrupt()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        jobs = threading.Thread(target=tasks.run_jobs, args=(stopping,), name="jobs")
        jobs.start()
        try:
            _follow_log(bell, stopping)
        finally:
            stopping.set()
            jobs.join(timeout=10)
            Connection.pool.close()


def _follow_log(bell: pg.Bell, stopping: threading.Event) -> None:
    while not stopping.is_set():
        try:
            if not ticket_log.drain() and bell.wait(POLL):
                stopping.wait(GATHER)
        except (OperationalError, InterfaceError) as error:
            log.warning("the database is away: %s", str(error).strip())
            close_old_connections()
            stopping.wait(1.0)
