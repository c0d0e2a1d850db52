"""Work for the worker, so that a page takes as long for a stranger's address as for one we know."""

from __future__ import annotations

from procrastinate.contrib.django import app

from guichet.accounts import mails
from guichet.people.actions import find_account


@app.task(name="guichet.accounts.tasks.send_reset")
def send_reset(address: str) -> None:
    person = find_account(address)
    if person is not None:
        mails.send_reset(person)
