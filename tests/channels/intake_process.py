"""The real intake process against the test's database, and the plain words to speak to its doors."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, urlencode

from django.db import connection

from guichet.kit import pg

READY_SECONDS = 20.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def database_url(**changes: object) -> str:
    """The database that this test uses, for another process."""
    parameters = {
        name: value
        for name, value in {**pg.connection_parameters(), **changes}.items()
        if name in ("host", "port", "user", "password") and value
    }
    return f"postgresql:///{quote(connection.settings_dict['NAME'])}?{urlencode(parameters, quote_via=quote)}"


class Wire:
    """A wire to the database server that can be cut: another process connects through it by `url`."""

    def __init__(self) -> None:
        self.parameters = pg.connection_parameters()
        self.port = free_port()
        self.url = database_url(host="127.0.0.1", port=self.port)
        self._server: socket.socket | None = None
        self._ends: list[socket.socket] = []

    def join(self) -> None:
        self._server = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self._server,), daemon=True).start()

    def cut(self) -> None:
        assert self._server is not None
        for end in (self._server, *self._ends):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                near, _address = server.accept()
            except OSError:
                return
            far = self._connect()
            self._ends += [near, far]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=_carry, args=(source, target), daemon=True).start()

    def _connect(self) -> socket.socket:
        host, port = str(self.parameters["host"]), int(self.parameters.get("port") or 5432)
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        far = socket.socket(socket.AF_UNIX)
        far.connect(f"{host}/.s.PGSQL.{port}")
        return far


def _carry(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


class Intake:
    """`guichet intake` as its own process on ports of its own."""

    def __init__(self, **environment: str) -> None:
        self.lmtp, self.smtp = free_port(), free_port()
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "GUICHET_LMTP": f"127.0.0.1:{self.lmtp}",
            "GUICHET_SMTP": f"127.0.0.1:{self.smtp}",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Intake:
        self.process = subprocess.Popen([sys.executable, "-m", "guichet", "intake"], env=self.environment)
        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.smtp), 1).close()
                return self
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self, demand: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(demand)
        return self.process.wait(20)

    def __enter__(self) -> Intake:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process is not None and self.process.poll() is None:
            self.stop()


@contextlib.contextmanager
def killed_at(place: str, once: Path) -> Iterator[Intake]:
    """An intake that has died at this failpoint, maybe before its doors were seen open; it may be started again."""
    intake = Intake(GUICHET_FAILPOINT=place, GUICHET_FAILPOINT_ONCE=str(once))
    with contextlib.suppress(OSError):
        intake.start()
    assert intake.process is not None
    try:
        assert intake.process.wait(60) == -signal.SIGKILL
        yield intake
    finally:
        if intake.process.poll() is None:
            intake.stop()


class Line:
    """A raw session: bytes out, reply lines back."""

    def __init__(self, port: int, *, greet: str | None = "LHLO tests") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 30)
        self.file = self.socket.makefile("rb")
        self.greeting = self.reply()
        if greet:
            self.say(greet)

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def reply(self) -> str:
        """One reply, its last line (250-… lines before it are read too); "" when the other side hung up."""
        while True:
            line = self.file.readline().decode()
            if line[3:4] != "-":
                return line.rstrip("\r\n")

    def say(self, command: str) -> str:
        self.send(command.encode() + b"\r\n")
        return self.reply()

    def deliver(self, raw: bytes, *to: str, sender: str = "cleo@customer.example") -> list[str]:
        """One mail by LMTP; the reply for each recipient. `raw` goes out as it is, dots apart, with CRLF at its end."""
        assert self.say(f"MAIL FROM:<{sender}>").startswith("250")
        for address in to:
            assert self.say(f"RCPT TO:<{address}>").startswith("250")
        assert self.say("DATA").startswith("354")
        self.send(stuffed(raw) + b".\r\n")
        return [self.reply() for _ in to]

    def close(self) -> None:
        self.file.close()
        self.socket.close()

    def __enter__(self) -> Line:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def stuffed(raw: bytes) -> bytes:
    """With transparency dots (RFC 5321 4.5.2) and a line end at its end."""
    if not raw.endswith(b"\r\n"):
        raw += b"\r\n"
    return (b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:]


def mail(number: int | str = 1, *, body: str = "It is dark.", headers: str = "") -> bytes:
    return (
        f"{headers}From: Cleo <cleo@customer.example>\r\nTo: support@desk.example\r\nSubject: Printer {number}\r\n"
        f"Message-ID: <{number}.mail@customer.example>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\n\r\n{body}\r\n"
    ).encode()
