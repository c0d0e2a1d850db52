"""The inside of `bench.sending`: queues the replies and watches the database. Run by `bench.within`."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from bench.desk import cpu_seconds
from guichet.tickets.models import Delivery, Inbox, Message
from tests import make

REPLIES = 300


def main(arguments: Sequence[str]) -> dict[str, Any]:
    """`arguments`: the desk's process ids as JSON."""
    pids: dict[str, int] = json.loads(arguments[0])
    inboxes = list(Inbox.objects.all())
    agent = make.person("agent@bench.example", make.Role.AGENT, name="Agent", teams=(inboxes[0].team,))
    cpu = {name: cpu_seconds(pid) for name, pid in pids.items()}
    with transaction.atomic():
        for number in range(REPLIES):
            customer = make.person(f"known{number}@outside.example", name=f"Known {number}")
            ticket = make.ticket(f"Printer {number}", to=inboxes[number % len(inboxes)], of=customer)
            words = make.actions.Words(
                text="Have you tried the other tray?\n\n" * 10, to=[{"name": "", "address": str(customer.email)}]
            )
            make.actions.reply(ticket, words, make.By(agent, "desk"), seen=None)
    started, first = time.perf_counter(), 0.0
    while (sent := Message.objects.filter(delivery=Delivery.SENT).count()) < REPLIES:
        first = first or (time.perf_counter() - started if sent else 0.0)
        if time.perf_counter() - started > 120:
            raise RuntimeError(f"only {sent} of {REPLIES} replies are sent")
        time.sleep(0.02)
    took = time.perf_counter() - started
    return {
        "sent": REPLIES / took,
        "first": first,
        "cpu": {name: round(cpu_seconds(pid) - cpu[name], 2) for name, pid in pids.items()},
    }
