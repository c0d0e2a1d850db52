"""An answer on its way out, and what the worker does with it."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from typing import Any

from django.utils import timezone

from guichet.channels import outbox, tasks
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Inbox, Message
from tests import make


def reply(
    cast: make.Cast, *people: Any, inbox: Inbox | None = None, text: str = "Have you tried the switch?"
) -> Message:
    ticket = make.ticket(to=inbox or cast.support, of=cast.cleo)
    to = [{"name": one.name, "address": one.email} for one in people or (cast.cleo,)]
    return actions.reply(ticket, Words(text=text, to=to), By(cast.ana, "desk"), seen=None, insists=make.UNGUARDED)


def again(message: Message) -> Delivery:
    """As if the pause were over."""
    Message.objects.filter(pk=message.pk).update(next_try_at=timezone.now() - timedelta(seconds=1))
    return outbox.send(message.pk)


def run_jobs(until: Any, seconds: float = 15.0) -> None:
    """The real thread of the worker, until something holds."""
    stopping = threading.Event()
    thread = threading.Thread(target=tasks.run_jobs, args=(stopping,))
    thread.start()
    try:
        deadline = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < deadline, "the jobs did not get there"
            time.sleep(0.05)
    finally:
        stopping.set()
        thread.join()


def in_thread(work: Any, argument: Any) -> None:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work(argument)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert not failed, failed
