from __future__ import annotations

import logging
import sys

import pytest

from guichet.kit import logs


def formatted(text: str, *values: object, trouble: bool = False) -> str:
    info = sys.exc_info() if trouble else None
    record = logging.LogRecord("guichet.test", logging.INFO, __file__, 1, text, values, info)
    return logs.LineFormatter("web").format(record)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("cannot reach smtp://bot:hunter2@mail.example.org:587", "hunter2"),
        ("login failed password=hunter2", "hunter2"),
        ("{'password': 'hunter2'}", "hunter2"),
        ("to support+aebagbafaydqqcikbmga2dqpcaireeyu@example.org", "gbafaydqqcikbmga2dqpcaireeyu"),
        ("duplicate key DETAIL:  Key (email)=(eve@example.org) already exists.", "eve@example.org"),
    ],
)
def test_secrets_stay_out(text: str, secret: str) -> None:
    assert secret not in formatted(text)


def test_a_plain_line_is_told_as_it_is() -> None:
    assert formatted("took %s mails", 3).endswith("Z web INFO guichet.test: took 3 mails")


def test_no_input_makes_a_second_line() -> None:
    for separator in ("\n", "\r\n", "\x0b", "\x85", "\u2028", "\x1b"):
        line = formatted(f"subject: a{separator}2026-01-01 forged")
        assert separator not in line
        assert len(line.splitlines()) == 1


def test_a_traceback_is_one_line_too() -> None:
    try:
        raise RuntimeError("first\nsecond")
    except RuntimeError:
        line = formatted("failed", trouble=True)
    assert len(line.splitlines()) == 1
    assert "RuntimeError: first | second" in line
