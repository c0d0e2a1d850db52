"""The bounds that the web server puts on strangers before a request has even begun."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import uvicorn

from guichet import web


async def hello(scope: Any, receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]) -> None:
    while (await receive()).get("more_body"):
        continue
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    monkeypatch.setattr(web, "HEAD_SECONDS", 1.0)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(web.config(hello))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield listening.getsockname()
    server.should_exit = True
    thread.join(10)
    listening.close()


def seconds_until_closed(client: socket.socket) -> float:
    started = time.monotonic()
    client.settimeout(20)
    with contextlib.suppress(ConnectionResetError):
        while client.recv(65536):
            continue
    return time.monotonic() - started


def test_a_connection_that_says_nothing_is_closed(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as client:
        assert 0.5 < seconds_until_closed(client) < 10


def test_a_head_that_drips_in_is_cut_off(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n")
        started = time.monotonic()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while time.monotonic() - started < 20:
                client.sendall(b"X: y\r\n")
                time.sleep(0.05)
        assert time.monotonic() - started < 10


def test_a_head_without_end_is_cut_off(address: tuple[str, int]) -> None:
    with socket.create_connection(address) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n")
        sent = 0
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while sent < 5_000_000:
                sent += client.send(b"X: " + b"y" * 8000 + b"\r\n")
        assert sent < 5_000_000


def test_honest_clients_keep_their_connection(address: tuple[str, int]) -> None:
    """Longer than one head may take, with bodies larger than one may be."""
    with socket.create_connection(address) as client:
        client.settimeout(10)
        for _ in range(3):
            client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000)
            answer = b""
            while not answer.endswith(b"hello"):
                answer += client.recv(1000)
            assert answer.startswith(b"HTTP/1.1 200")
            time.sleep(0.7)
