"""The jobs of rules. What is due stands in the tickets, so a job that was lost loses nothing."""

from __future__ import annotations

from procrastinate.contrib.django import app

from guichet.rules import routing, schedule


@app.periodic(cron="* * * * *")
@app.task(name="guichet.rules.tasks.each_minute", queueing_lock="guichet.rules.each_minute", pass_context=False)
def each_minute(timestamp: int) -> None:
    schedule.run_due()
    routing.queue_absent()
    routing.give_waiting()


@app.periodic(cron="41 3 * * *")
@app.task(name="guichet.rules.tasks.purge", queueing_lock="guichet.rules.purge", pass_context=False)
def purge(timestamp: int) -> None:
    schedule.purge()
