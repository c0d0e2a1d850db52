"""The environment names Guichet reads, each with its default, in one place (docs/admin.md lists them)."""

from __future__ import annotations

import os
from pathlib import Path


class BadSetting(SystemExit):
    """A value in the environment that cannot be used: ends the program with a sentence, not a traceback."""


def listen_at(name: str, default: str) -> tuple[str, int]:
    """`host:port` or `port` from the environment; port 0 or "off" is not a port."""
    value = os.environ.get(name) or default
    host, _, port = value.rpartition(":")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise BadSetting(f"{name}={value} is not an address and port, such as {default}")
    return host.strip("[]") or "127.0.0.1", int(port)


def seconds(name: str, default: int) -> int:
    """A whole number of seconds, at most an hour."""
    value = os.environ.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and int(value) <= 3600):
        raise BadSetting(f"{name}={value} is not a number of seconds from 0 to 3600")
    return int(value)


def flag(name: str) -> bool:
    return os.environ.get(name, "").lower() in ("1", "true", "yes", "on")


DATA = Path(os.environ.get("GUICHET_DATA") or "data").absolute()
DATABASE_URL = os.environ.get("DATABASE_URL", "")
HTTP = listen_at("GUICHET_HTTP", "127.0.0.1:8000")
LMTP = listen_at("GUICHET_LMTP", "127.0.0.1:8024")
SMTP = listen_at("GUICHET_SMTP", "127.0.0.1:8025")
DEMO_SMTP = listen_at("GUICHET_DEMO_SMTP", "127.0.0.1:8026")  # the outside world of `guichet demo`
URL = (os.environ.get("GUICHET_URL") or f"http://{HTTP[0]}:{HTTP[1]}").rstrip("/")
OUTGOING = os.environ.get("GUICHET_OUTGOING", "")
# How long an agent's answer waits for "Undo" before it goes out.
UNDO_SECONDS = seconds("GUICHET_UNDO_SECONDS", 10)
DEBUG = flag("GUICHET_DEBUG")
# More names a browser may call the desk by, beside that of GUICHET_URL.
HOSTS = [host for host in os.environ.get("GUICHET_HOSTS", "").split(",") if host]
METRICS_TOKEN = os.environ.get("GUICHET_METRICS_TOKEN", "")
# The resolver that checks of senders ask; the system's without one.
DNS = listen_at("GUICHET_DNS", "") if os.environ.get("GUICHET_DNS") else ("", 53)
