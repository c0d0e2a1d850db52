"""The jobs of notices: they only wake what stands in the rows, and each minute somebody looks for what was missed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from guichet.notices import deliver, pushing


def wake(people: Iterable[int]) -> None:
    """Push messages of these people are due. Part of the caller's transaction."""
    for person in people:
        # One job that waits is enough, however many notices come meanwhile.
        with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
            push_due.configure(queueing_lock=f"guichet.notices.push.{person}").defer(person=person)


@app.task(name="guichet.notices.tasks.push_due", pass_context=False)
def push_due(person: int) -> None:
    pushing.push_to(person)


@app.periodic(cron="* * * * *")
@app.task(name="guichet.notices.tasks.deliver_due", queueing_lock="guichet.notices.deliver_due", pass_context=False)
def deliver_due(timestamp: int) -> None:
    deliver.mail_due()
    pushing.push_all_due()


@app.periodic(cron="41 3 * * *")
@app.task(name="guichet.notices.tasks.forget_old", pass_context=False)
def forget_old(timestamp: int) -> None:
    deliver.forget_old()
