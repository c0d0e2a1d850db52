"""Logs: one line per event on standard error, with the time, the process and no secrets."""

from __future__ import annotations

import logging
import re
import sys
import time
from typing import Any

# What must not be read in a log, wherever it slipped in: passwords in addresses and assignments, signed reply
# addresses, the values of a row that PostgreSQL quotes in a DETAIL.
SECRETS = (
    (re.compile(r"(\w://[^/\s:@]*:)[^@\s]+@"), r"\1***@"),
    (re.compile(r"(?i)\b(password|passwd|secret|token|authorization|cookie)(['\"]?\s*[=:]\s*)\S+"), r"\1\2***"),
    (re.compile(r"(?i)(\+[a-z2-7]{4})[a-z2-7]{22,}(@)"), r"\1***\2"),
    (re.compile(r"(?i)(<[a-z2-7]{4})[a-z2-7]{22,}(@)"), r"\1***\2"),
    (re.compile(r"DETAIL:.*"), "DETAIL: ***"),
)
FRAMES = 16  # lines of a traceback
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


class LineFormatter(logging.Formatter):
    """`2026-11-22T09:30:00Z web WARNING guichet.live: text`; a traceback follows on the same line, ` | ` between."""

    def __init__(self, process: str) -> None:
        super().__init__(f"%(asctime)sZ {process} %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime

    def formatException(self, trouble: Any) -> str:
        """Of a traceback its end: the place, and what was raised there."""
        return "\n".join(super().formatException(trouble).splitlines()[-FRAMES:])

    def format(self, record: logging.LogRecord) -> str:
        lines = super().format(record).splitlines()
        masked = (mask(line.rstrip()) for line in lines if line.strip(" ^~"))
        return CONTROL.sub(" ", " | ".join(masked))


def mask(line: str) -> str:
    for pattern, replacement in SECRETS:
        line = pattern.sub(replacement, line)
    return line


def setup(process: str, level: int = logging.INFO) -> None:
    """Send all logs of this process to standard error under the name `process`; call it again after a fork."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter(process))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # Loud at INFO about every job, request and connection.
    for name in ("procrastinate", "uvicorn", "asyncio", "mail.log"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # With the database away it would tell every try of every connection; whoever needed one says so once.
    logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
