"""The intake process: LMTP and SMTP on one event loop, and threads.

One for each mailbox that is fetched, one that writes, and one that compares the mailboxes with the ledger.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket

import uvloop
from django.conf import settings

from guichet.channels.email.lmtp import House, LmtpSession, Session
from guichet.channels.email.mailbox.fetch import Mailboxes
from guichet.channels.email.mailbox.reconcile import Reconciler
from guichet.channels.email.recipients import Recipients
from guichet.channels.writer import Writer
from guichet.kit import sockets

STOP_SECONDS = 3.0  # for sessions in the middle of a mail; the sender repeats what we did not acknowledge
log = logging.getLogger(__name__)


def main() -> None:
    """Until SIGTERM or SIGINT. Raises kit.sockets.PortTaken where a port is in use."""
    lmtp = sockets.listening(settings.LMTP, "GUICHET_LMTP")
    smtp = sockets.listening(settings.SMTP, "GUICHET_SMTP")
    writer, mailboxes, reconciler = Writer(), Mailboxes(), Reconciler()
    writer.start()
    mailboxes.start()
    reconciler.start()
    try:
        uvloop.run(_serve(lmtp, smtp, writer))
    finally:
        reconciler.stop()
        mailboxes.stop()
        writer.stop()


async def _serve(lmtp: socket.socket, smtp: socket.socket, writer: Writer) -> None:
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    recipients = Recipients()
    house = House(writer, recipients)
    hostname = socket.gethostname()
    servers = [
        await loop.create_server(lambda: LmtpSession(house, loop, hostname), sock=lmtp),
        await loop.create_server(lambda: Session(house, loop, hostname), sock=smtp),
    ]
    log.info("LMTP at %s:%s, SMTP at %s:%s", *settings.LMTP, *settings.SMTP)
    await stopping.wait()
    for server in servers:
        server.close()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(house.at_rest.wait(), STOP_SECONDS)
    recipients.close()
