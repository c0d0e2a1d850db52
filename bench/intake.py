"""Mails per second from the LMTP door to the ticket: `python -m bench.intake`.

400 mails over eight sessions: half new requests, half answers to messages of ours (half of those to the signed
address, half by References alone), one in five with an attachment of 100 kB. The clock starts with the first byte
and stops when every mail is a message on a ticket, visible to all. All processes of `guichet run` share the machine
with the sender. Beside it the two limits: one transaction per mail, and the reader alone.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import threading
from typing import Any

from aiosmtpd.smtp import SMTP

from bench.desk import measure
from tests.desk import RunningDesk

INBOX = "support@bench.example"


class Outside:
    """A mail server that takes all acknowledgements, on a thread of its own."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self.count = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:
        self.count += 1
        return "250 OK"

    def _run(self) -> None:
        serve = self._loop.create_server(lambda: SMTP(self, loop=self._loop), sock=self._socket)
        self._loop.run_until_complete(serve)
        self._loop.run_forever()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()


def run(*, acknowledge: bool, limits: bool = False) -> dict[str, Any]:
    """Figures of one fresh desk. With `acknowledge` a server outside takes the acknowledgements meanwhile."""
    outside = Outside()
    try:
        with RunningDesk(environment={"GUICHET_OUTGOING": f"smtp://127.0.0.1:{outside.port}?tls=none"}) as desk:
            desk.guichet("inbox", "add", INBOX, "--ack" if acknowledge else "--no-ack")
            pids = json.dumps(desk.pids())
            figures: dict[str, Any] = measure(desk, "bench.intake_within", pids, *(["limits"] if limits else []))
            return figures
    finally:
        outside.stop()


def main() -> None:
    plain, acknowledged = run(acknowledge=False, limits=True), run(acknowledge=True)
    half = min(plain["transaction"], plain["reader"]) / 2
    print(f"Intake: 400 mails over LMTP, 8 sessions, {os.cpu_count()} cores, durability on")
    print(
        f"  until every ticket is visible   {plain['visible']:6.0f} mails/s   goal 150, and half the limit: {half:.0f}"
    )
    print(f"  until the last 250              {plain['accepted']:6.0f} mails/s")
    print(f"  with acknowledgements           {acknowledged['visible']:6.0f} mails/s until visible")
    print(f"  limit: a transaction per mail   {plain['transaction']:6.0f} mails/s")
    print(f"  limit: the reader, one core     {plain['reader']:6.0f} mails/s")
    print("  processor seconds: " + ", ".join(f"{name} {seconds}" for name, seconds in plain["cpu"].items()))


if __name__ == "__main__":
    main()
