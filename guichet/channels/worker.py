"""The worker: its first process makes tickets of parcels, its second (`sender`) follows the log and sends.

They live and die together: whoever restarts the worker has both again.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from types import FrameType
from typing import NoReturn

from django.db import InterfaceError, OperationalError, close_old_connections

from guichet.channels import intake, sender
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.work import Work
from guichet.kit import pg
from guichet.kit.processes import begin_child, name_process
from guichet.tickets.events import BELL

POLL = 5.0  # seconds, for the bell that gets lost
log = logging.getLogger(__name__)


def main() -> None:
    second = _fork_sender()
    stopping = threading.Event()
    with pg.Bell(BELL) as bell, Reader() as reader:

        def stop(number: int, frame: FrameType | None) -> None:
            stopping.set()
            bell.interrupt()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        signal.signal(signal.SIGCHLD, lambda number, frame: bell.interrupt())
        try:
            _open_parcels(reader, bell, stopping, second)
        finally:
            # Still ours unless it was reaped above: until then nobody else can have its number.
            with contextlib.suppress(ChildProcessError):
                if not os.waitpid(second, os.WNOHANG)[0]:
                    os.kill(second, signal.SIGTERM)
                    os.waitpid(second, 0)


def _fork_sender() -> int:
    pg.close_pool()  # what was asked before (is the database there?) opened one, whose threads no fork copies
    parent = os.getpid()
    pid = os.fork()
    if not pid:
        _be_sender(parent)
    return pid


def _be_sender(parent: int) -> NoReturn:
    status = 1
    try:
        begin_child(parent)
        name_process("guichet sender")
        sender.main()
        status = 0
    except BaseException:
        log.critical("the sender ended: %s", traceback.format_exc())
    finally:
        os._exit(status)


def _open_parcels(reader: Reader, bell: pg.Bell, stopping: threading.Event, second: int) -> None:
    """Until told to stop. Raises SystemExit when the sender has died: then both begin anew.

    While one batch is written to the database, the next is read in a thread: the two wait for different things.
    """
    ahead: Future[list[Work]] | None = None
    with ThreadPoolExecutor(1, "reading") as reading:
        while not stopping.is_set():
            if os.waitpid(second, os.WNOHANG)[0]:
                raise SystemExit("the sender died; the worker begins anew with another")
            try:
                came, ahead = ahead, None
                work = (came.result() if came else []) or intake.take(reader)
                if work:
                    ahead = reading.submit(intake.take, reader)
                    intake.open_batch(work)
                else:
                    bell.wait(POLL)
                    reader.close_if_idle()
            except (OperationalError, InterfaceError) as error:
                log.warning("the database is away: %s", str(error).strip())
                close_old_connections()
                reading.submit(close_old_connections)
                stopping.wait(1.0)
            except OSError as error:
                log.error("blobs cannot be read or written: %s", error)
                stopping.wait(5.0)
        if ahead:
            intake.open_batch(ahead.result())  # nobody waits for a claim to lapse because we were stopped
