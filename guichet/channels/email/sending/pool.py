"""Sessions with mail servers that stay open between mails: a few for each account, in one process."""

from __future__ import annotations

import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

MOST = 3  # sessions with one account at once: providers count them
IDLE_SECONDS = 60.0  # servers hang up after some minutes (RFC 5321 4.5.3.2.7: at least five)
MAILS = 100  # by one session; then it is a new one's turn
FRESH_SECONDS = 1.0  # a session used so lately is not asked whether it lives
WAIT_SECONDS = 120.0  # for another thread's mail to be through
_ASK_SECONDS = 10.0


class Busy(Exception):
    """All sessions of the account are in use and stay so."""


@dataclass
class _Session:
    client: smtplib.SMTP
    used_at: float = field(default_factory=time.monotonic)
    mails: int = 0


class Place:
    """The right to one session with one account. Whoever holds it takes a session, or opens one, and may keep it."""

    def __init__(self, idle: list[_Session], lock: threading.Lock) -> None:
        self._idle, self._lock = idle, lock
        self._mails = 0

    def take(self) -> smtplib.SMTP | None:
        """A session that has just answered, or None where a new one is needed."""
        while True:
            with self._lock:
                if not self._idle:
                    return None
                session = self._idle.pop()
            age = time.monotonic() - session.used_at
            if age <= IDLE_SECONDS and (age < FRESH_SECONDS or _lives(session.client)):
                self._mails = session.mails
                return session.client
            end(session.client)

    def forget(self) -> None:
        """The session taken was of no use: the next one is new."""
        self._mails = 0

    def keep(self, client: smtplib.SMTP) -> None:
        """For the next mail, of whatever thread."""
        if self._mails + 1 >= MAILS:
            end(client)
            return
        with self._lock:
            self._idle.append(_Session(client, mails=self._mails + 1))


class Pool:
    """Thread-safe. A key names account and greeting: what is logged in as one is never used as another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[str, list[_Session]] = {}
        self._slots: dict[str, threading.BoundedSemaphore] = {}
        self._reaper: threading.Timer | None = None

    @contextmanager
    def place(self, key: str) -> Iterator[Place]:
        """Raises Busy."""
        with self._lock:
            idle = self._idle.setdefault(key, [])
            slots = self._slots.setdefault(key, threading.BoundedSemaphore(MOST))
        if not slots.acquire(timeout=WAIT_SECONDS):
            raise Busy
        try:
            yield Place(idle, self._lock)
        finally:
            slots.release()
            self._reap_later()

    def close(self) -> None:
        """Hang up everything that is not in use."""
        with self._lock:
            if self._reaper is not None:
                self._reaper.cancel()
                self._reaper = None
        self._hang_up(0.0)

    def _reap_later(self) -> None:
        """One thread at most, and none where nothing is open: idle sessions do not wait for the next mail to end."""
        with self._lock:
            if self._reaper is None and any(self._idle.values()):
                self._reaper = threading.Timer(IDLE_SECONDS, self._reap)
                self._reaper.daemon = True
                self._reaper.start()

    def _reap(self) -> None:
        self._hang_up(IDLE_SECONDS)
        with self._lock:
            self._reaper = None
        self._reap_later()

    def _hang_up(self, seconds: float) -> None:
        """End what has been idle for so long."""
        limit = time.monotonic() - seconds
        old: list[_Session] = []
        with self._lock:
            for idle in self._idle.values():
                old += [session for session in idle if session.used_at <= limit]
                idle[:] = [session for session in idle if session.used_at > limit]
        for session in old:
            end(session.client)


def _lives(client: smtplib.SMTP) -> bool:
    """Whether the server still answers in this session, with nothing begun in it."""
    try:
        if client.sock is None:
            return False
        usual = client.sock.gettimeout()
        client.sock.settimeout(_ASK_SECONDS)
        code, _words = client.rset()
        client.sock.settimeout(usual)
        return code == 250
    except (OSError, smtplib.SMTPException):
        return False


def end(client: smtplib.SMTP) -> None:
    """Polite, but not at the price of waiting for a server that has gone."""
    try:
        if client.sock is not None:
            client.sock.settimeout(2)
        client.quit()
    except (OSError, smtplib.SMTPException):
        client.close()
