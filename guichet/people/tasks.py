"""Jobs about people: lists that come in."""

from __future__ import annotations

from procrastinate.contrib.django import app

from guichet.people.exchange import run


@app.task(name=run.JOB)
def exchange(exchange_id: int) -> None:
    if run.run(exchange_id, run.TURN):
        run.wake(exchange_id)


@app.periodic(cron="* * * * *")
@app.task
def sweep_exchanges(timestamp: int) -> None:
    run.sweep()
