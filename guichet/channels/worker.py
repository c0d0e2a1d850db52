"""The worker process: drains parcels and the log, and runs procrastinate for slow outside work and ticks."""

from __future__ import annotations

import logging
import signal
import threading
import time
from types import FrameType

from django.db import InterfaceError, OperationalError, close_old_connections

from guichet.channels import intake, tasks
from guichet.channels.email.sandbox import Reader
from guichet.kit import pg
from guichet.tickets import log as ticket_log
from guichet.tickets.events import BELL

POLL = 5.0  # seconds, for the bell that gets lost
LOG_EVERY = 1.0  # seconds: followers wait no longer than this behind a flood of parcels
GATHER = 0.2  # seconds: events of the outbox come one by one, and reading them one by one costs as much as sending
log = logging.getLogger(__name__)


def main() -> None:
    stopping = threading.Event()
    with pg.Bell(BELL) as bell, Reader() as reader:

        def stop(number: int, frame: FrameType | None) -> None:
            stopping.set()
            bell.interrupt()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        jobs = threading.Thread(target=tasks.run_jobs, args=(stopping,), name="jobs")
        jobs.start()
        try:
            _loop(reader, bell, stopping)
        finally:
            stopping.set()
            jobs.join(timeout=10)


def _loop(reader: Reader, bell: pg.Bell, stopping: threading.Event) -> None:
    last_log = 0.0
    while not stopping.is_set():
        try:
            opened = intake.drain(reader)
            if opened and time.monotonic() - last_log < LOG_EVERY:
                continue
            last_log = time.monotonic()
            if not opened and not ticket_log.drain():
                heard = bell.wait(POLL)
                if heard and not any(payload == "parcel" for _channel, payload in heard):
                    stopping.wait(GATHER)
                reader.close_if_idle()
            elif opened:
                ticket_log.drain()
        except (OperationalError, InterfaceError) as error:
            log.warning("the database is away: %s", str(error).strip())
            close_old_connections()
            stopping.wait(1.0)
        except OSError as error:
            log.error("blobs cannot be read or written: %s", error)
            stopping.wait(5.0)
