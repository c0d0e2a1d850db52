"""The line of `guichet check` about tickets: none can be forgotten."""

from __future__ import annotations

from collections.abc import Iterator

from guichet.kit.doctor import Line, fail, ok
from guichet.tickets.models import Ticket


def lines() -> Iterator[Line]:
    count = Ticket.objects.orphans().count()
    if count:
        words = f"{count} open without an owner who works here, or past their date unseen"
        yield fail("forgotten", words, "is the worker running? It brings them back within seconds")
    else:
        yield ok("forgotten", "no open ticket can be: each has a date that somebody looks at")
