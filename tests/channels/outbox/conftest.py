"""Two inboxes that send to a real SMTP server of our own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from guichet.channels import outbox
from tests import make
from tests.channels.sink import Sink, sink


@pytest.fixture(autouse=True)
def _fresh() -> None:
    outbox._down.clear()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.fixture
def out() -> Iterator[Sink]:
    with sink() as made:
        yield made


@pytest.fixture
def cast(out: Sink) -> make.Cast:
    made = make.cast()
    for inbox in (made.support, made.billing):
        inbox.settings = {"outgoing": out.account()}
        inbox.save()
    return made
