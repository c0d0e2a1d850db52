"""`guichet clocks verify`: one line where all is well, and status 1 with what differs where not."""

from __future__ import annotations

import argparse

import pytest
from django.utils import timezone

from guichet.clocks import cli
from guichet.clocks.models import Clock
from guichet.tickets.models import Ticket
from tests.clocks.conftest import read_log

pytestmark = pytest.mark.django_db(transaction=True)


def verify(*words: str) -> int:
    parser = argparse.ArgumentParser()
    cli.add_commands(parser.add_subparsers())
    options = parser.parse_args(["clocks", "verify", *words])
    return int(options.run(options))


def test_all_tickets_or_one_are_computed_again(ticket: Ticket, capsys: pytest.CaptureFixture[str]) -> None:
    read_log()
    assert verify() == 0
    assert "1 tickets computed again from the log, 0 of them differ." in capsys.readouterr().out
    Clock.objects.filter(kind="first").update(due_at=timezone.now())
    assert verify(str(ticket.number)) == 1
    said = capsys.readouterr().out
    assert f"#{ticket.number}  first 1: due_at is" in said and "1 of them differ" in said
    assert verify("999999999") == 1 and "no ticket" in capsys.readouterr().err
