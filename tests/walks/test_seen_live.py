"""An agent sees it live: the stream tells whoever may see the ticket, within a second, and nobody else."""

from __future__ import annotations

import queue
import threading
import time

import pytest

from tests.desk import RunningDesk
from tests.walks.people import Agent, post, write

SOON = 1.0


def listen(agent: Agent) -> queue.Queue[tuple[str, dict[str, int]]]:
    """Events as they come, from a stream that stands when this returns."""
    heard: queue.Queue[tuple[str, dict[str, int]]] = queue.Queue()

    def read() -> None:
        for event in agent.events():
            if event[0] != "resync":
                heard.put(event)

    threading.Thread(target=read, daemon=True).start()
    assert heard.get(timeout=10) == ("welcome", {})
    return heard


@pytest.mark.alone
def test_the_right_agent_hears_of_a_mail_and_of_a_colleague_at_work(desk: RunningDesk, ana: Agent, ben: Agent) -> None:
    at_support, at_billing = listen(ana), listen(ben)
    post(desk, write("jo@customer.example", "support@desk.example", "Live and direct", "Hello?"))
    kind, data = at_support.get(timeout=10)
    assert kind == "ticket"
    number = ana.ticket_named("Live and direct")

    while not at_support.empty():
        at_support.get_nowait()
    time.sleep(SOON)  # the acknowledgement's own events
    while not at_support.empty():
        at_support.get_nowait()
    started = time.monotonic()
    ana.post(f"/tickets/{number}/note/", text="I look at it.")
    committed = time.monotonic()
    assert at_support.get(timeout=10) == ("ticket", data)
    assert time.monotonic() - committed < SOON, f"the note itself took {committed - started:.1f} s"
    assert at_billing.empty(), "Ben's team has no part in it"
