"""A wire to a mail server that breaks in chosen ways: the first connections as told, all later ones are sound."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType

from tests.channels.intake_process import free_port

# (the client's end, the server's end, what came from the server, bytes that came before it) -> whether to go on.
Fault = Callable[[socket.socket, socket.socket, bytes, int], bool]


def cut_after(count: int) -> Fault:
    """The line breaks after so many bytes of the server's, in the middle of whatever it says."""

    def fault(near: socket.socket, far: socket.socket, data: bytes, before: int) -> bool:
        near.sendall(data[: max(0, count - before)])
        return before + len(data) < count

    return fault


def bye_after(count: int) -> Fault:
    """As a server that is shut down says it (RFC 3501 7.1.5), after the line that reaches so many bytes."""

    def fault(near: socket.socket, far: socket.socket, data: bytes, before: int) -> bool:
        if before + len(data) < count or not data.endswith(b"\r\n"):
            near.sendall(data)
            return True
        near.sendall(data + b"* BYE Server shutting down.\r\n")
        return False

    return fault


def slow_after(count: int, seconds: float) -> Fault:
    """One byte a second for a while, and then as fast as ever."""
    began: list[float] = []

    def fault(near: socket.socket, far: socket.socket, data: bytes, before: int) -> bool:
        if before + len(data) > count:
            began.append(time.monotonic())
        while data and began and time.monotonic() - began[0] < seconds:
            near.sendall(data[:1])
            data = data[1:]
            time.sleep(1.0)
        near.sendall(data)
        return True

    return fault


def stall_after(count: int) -> Fault:
    """Open, and without a word for ever."""

    def fault(near: socket.socket, far: socket.socket, data: bytes, before: int) -> bool:
        if before < count:
            near.sendall(data)
        return True

    return fault


def hold_after(count: int, reached: threading.Event) -> Fault:
    """Tells that so many bytes have gone by, and lets no more through."""

    def fault(near: socket.socket, far: socket.socket, data: bytes, before: int) -> bool:
        if before + len(data) < count:
            near.sendall(data)
            return True
        near.sendall(data[: max(0, count - before)])
        reached.set()
        time.sleep(2.0)
        return False

    return fault


def deaf_in_idle(idling: threading.Event) -> Fault:
    """Whatever the server tells in the first IDLE goes lost, until it answers that this has ended (RFC 2177)."""
    over = threading.Event()

    def fault(near: socket.socket, far: socket.socket, data: bytes, before: int) -> bool:
        if idling.is_set() and not over.is_set():
            if b" OK Idle" not in data:
                return True
            over.set()
        near.sendall(data)
        if b"+ idling" in data:
            idling.set()
        return True

    return fault


class FaultyWire:
    def __init__(self, target: int, *faults: Fault) -> None:
        self.target, self.port = target, free_port()
        self.faults = list(faults)
        self.connections = 0
        self._server = socket.create_server(("127.0.0.1", self.port))

    def __enter__(self) -> FaultyWire:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self._server.accept()
            except OSError:
                return
            self.connections += 1
            try:
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                near.close()
                continue
            fault = self.faults.pop(0) if self.faults else _sound
            threading.Thread(target=_carry, args=(near, far, _sound), daemon=True).start()
            threading.Thread(target=_carry, args=(far, near, fault), daemon=True).start()


def _sound(near: socket.socket, far: socket.socket, data: bytes, before: int) -> bool:
    near.sendall(data)
    return True


def _carry(source: socket.socket, target: socket.socket, fault: Fault) -> None:
    count = 0
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            if not fault(target, source, data, count):
                break
            count += len(data)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
