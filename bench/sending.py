"""Replies per second from the agent's click to a mail server's 250: `python -m bench.sending`.

300 replies are queued, from one inbox and then from four; the clock starts at the first commit and stops when every
message says "sent". The server outside is ours, on this machine, and answers at once: a real one's answers take longer,
which costs time but no processor. All processes of `guichet run` share the machine with it.
"""

from __future__ import annotations

import json
import os
from typing import Any

from bench.desk import measure
from bench.intake import Outside
from tests.desk import RunningDesk


def run(inboxes: int) -> dict[str, Any]:
    outside = Outside()
    try:
        with RunningDesk(environment={"GUICHET_OUTGOING": f"smtp://127.0.0.1:{outside.port}?tls=none"}) as desk:
            for number in range(inboxes):
                desk.guichet("inbox", "add", f"support{number}@bench.example", "--no-ack")
            figures: dict[str, Any] = measure(desk, "bench.sending_within", json.dumps(desk.pids()))
            return figures
    finally:
        outside.stop()


def main() -> None:
    print(f"Sending: 300 replies, {os.cpu_count()} cores, durability on, a server outside that answers at once")
    for inboxes in (1, 4):
        figures = run(inboxes)
        print(
            f"  from {inboxes} inbox(es): {figures['sent']:6.0f} messages/s, the first after {figures['first']:.2f} s"
        )
        print("    processor seconds: " + ", ".join(f"{name} {used}" for name, used in figures["cpu"].items()))


if __name__ == "__main__":
    main()
