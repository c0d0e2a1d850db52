"""One running desk for all walks, a mail server outside, and the people at both ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.channels.sink import Sink, sink
from tests.desk import RunningDesk
from tests.walks.people import PASSWORD, Agent


@pytest.fixture(scope="package")
def outside() -> Iterator[Sink]:
    with sink() as running:
        yield running


@pytest.fixture(scope="package")
def desk(outside: Sink) -> Iterator[RunningDesk]:
    with RunningDesk(environment={"GUICHET_OUTGOING": f"smtp://127.0.0.1:{outside.port}?tls=none"}) as running:
        running.guichet("inbox", "add", "support@desk.example", "--team", "Support", "--name", "Support")
        running.guichet("inbox", "add", "billing@desk.example", "--team", "Billing", "--no-ack")
        for name, team in (("ana", "Support"), ("ben", "Billing")):
            words = ("--role", "agent", "--name", f"{name.title()} of {team}", "--team", team, "--password-stdin")
            running.guichet("person", "add", f"{name}@desk.example", *words, stdin=PASSWORD)
        yield running


@pytest.fixture(scope="package")
def ana(desk: RunningDesk) -> Agent:
    return Agent(desk.url, "ana@desk.example")


@pytest.fixture(scope="package")
def ben(desk: RunningDesk) -> Agent:
    return Agent(desk.url, "ben@desk.example")
