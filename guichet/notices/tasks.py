"""The jobs of notices: they only wake what stands in the rows, and each minute somebody looks for what was missed."""

from __future__ import annotations

from collections.abc import Iterable

from procrastinate.contrib.django import app

from guichet.notices import deliver


def wake(people: Iterable[int]) -> None:
    """Push messages of these people are due. Part of the caller's transaction."""


@app.periodic(cron="* * * * *")
@app.task(name="guichet.notices.tasks.deliver_due", queueing_lock="guichet.notices.deliver_due", pass_context=False)
def deliver_due(timestamp: int) -> None:
    deliver.mail_due()


@app.periodic(cron="41 3 * * *")
@app.task(name="guichet.notices.tasks.forget_old", pass_context=False)
def forget_old(timestamp: int) -> None:
    deliver.forget_old()
