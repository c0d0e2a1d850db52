"""The jobs of clocks. What is due stands in the rows, so a job that was lost loses nothing."""

from __future__ import annotations

from procrastinate.contrib.django import app

from guichet.clocks import nightly, renewing
from guichet.clocks.tick import tick

ROUNDS = 50  # batches of one minute; what is left comes in the next


@app.periodic(cron="* * * * *")
@app.task(name="guichet.clocks.tasks.each_minute", queueing_lock="guichet.clocks.each_minute", pass_context=False)
def each_minute(timestamp: int) -> None:
    for work in (tick, renewing.renew):
        for _round in range(ROUNDS):
            if not work():
                break


@app.periodic(cron="17 2 * * *")
@app.task(name="guichet.clocks.tasks.each_night", queueing_lock="guichet.clocks.each_night", pass_context=False)
def each_night(timestamp: int) -> None:
    nightly.every_night()
