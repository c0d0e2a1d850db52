"""The outside world of the demo desk: a mail server that keeps whatever the desk sends, one folder per recipient."""

from __future__ import annotations

import asyncio
import email
import re
import signal
from datetime import UTC, datetime
from email import policy
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from guichet import environment
from guichet.kit import sockets

FOLDER = environment.DATA / "outside"
ACCOUNT = "smtp://{}:{}?tls=none".format(*environment.DEMO_SMTP)  # the way here, as GUICHET_OUTGOING names it
_UNSAFE = re.compile(r"[^\w.@+-]+")


class Keeper:
    """An aiosmtpd handler: 250 for everyone, once the mail is in its folders."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content or b""
        raw = content.encode() if isinstance(content, str) else content
        for recipient in envelope.rcpt_tos:
            keep(recipient, raw)
        return "250 Kept"


def keep(recipient: str, raw: bytes) -> Path:
    """Write one mail as FOLDER/recipient/time-subject.eml; the path."""
    subject = str(email.message_from_bytes(raw, policy=policy.default).get("Subject", ""))
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    folder = FOLDER / _name(recipient.lower())
    folder.mkdir(exist_ok=True)
    path = folder / f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{_name(subject)[:60]}.eml"
    path.write_bytes(raw)
    return path


def serve() -> None:
    """Take mail at GUICHET_DEMO_SMTP until SIGTERM or SIGINT."""
    asyncio.run(_serve())


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    listening = sockets.listening(environment.DEMO_SMTP, "GUICHET_DEMO_SMTP")
    keeper = Keeper()
    server = await loop.create_server(lambda: SMTP(keeper, hostname="outside.example", loop=loop), sock=listening)
    await stopping.wait()
    server.close()


def _name(text: str) -> str:
    """Harmless as one part of a path, and never hidden or empty."""
    return _UNSAFE.sub("-", text).strip("-.") or "mail"
