"""The bridge from the event loop to threads, through real sockets: what a slow or large client may not do."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn

from guichet.asgi import Bridge

THREADS = 2
LIMIT = 100_000
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Any]


@contextlib.contextmanager
def served(application: Wsgi, **options: Any) -> Iterator[tuple[str, int]]:
    """A real server on a free port around a WSGI application."""
    listening = socket.create_server(("127.0.0.1", 0))
    bridge = Bridge(application, **{"threads": THREADS, "body_limit": LIMIT, **options})
    server = uvicorn.Server(uvicorn.Config(bridge, lifespan="off", log_config=None, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield listening.getsockname()
    finally:
        server.should_exit = True
        thread.join(10)
        listening.close()


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    shown = {name: value for name, value in environ.items() if isinstance(value, str)}
    shown["body"] = environ["wsgi.input"].read().decode("latin-1")
    start_response("201 Created", [("Content-Type", "application/json"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    return [json.dumps(shown).encode()]


@pytest.fixture(scope="module")
def echoing() -> Iterator[tuple[str, int]]:
    with served(echo) as address:
        yield address


def ask(address: tuple[str, int], method: str = "GET", path: str = "/", **more: Any) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(*address, timeout=10)
    try:
        connection.request(method, path, **more)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def raw(address: tuple[str, int], request: bytes) -> bytes:
    with socket.create_connection(address, timeout=10) as client:
        client.sendall(request)
        answer = b""
        while piece := client.recv(65536):
            answer += piece
            if b"\r\n\r\n" in answer and answer.endswith((b"}", b"\n")):
                break
        return answer


def test_a_request_arrives_as_wsgi_wants_it(echoing: tuple[str, int]) -> None:
    status, body = ask(echoing, "POST", "/caf%C3%A9?q=%20x", body=b"\x00\xff", headers={"X-Some-Thing": "yes"})
    said = json.loads(body)
    assert status == 201
    assert said["PATH_INFO"].encode("latin-1").decode() == "/café"
    assert said["QUERY_STRING"] == "q=%20x"
    assert said["REQUEST_METHOD"] == "POST"
    assert said["CONTENT_LENGTH"] == "2"
    assert said["HTTP_X_SOME_THING"] == "yes"
    assert said["REMOTE_ADDR"] == "127.0.0.1"
    assert said["body"] == "\x00\xff"


def test_repeated_and_disguised_headers(echoing: tuple[str, int]) -> None:
    headers = [b"Host: a", b"Cookie: a=1", b"Cookie: b=2", b"X-One: 1", b"X-One: 2", b"X_Forwarded_For: 9.9.9.9"]
    head = b"\r\n".join([b"GET / HTTP/1.1", *headers, b"", b""])
    said = json.loads(raw(echoing, head).partition(b"\r\n\r\n")[2])
    assert said["HTTP_COOKIE"] == "a=1; b=2"
    assert said["HTTP_X_ONE"] == "1,2"
    assert "HTTP_X_FORWARDED_FOR" not in said


def test_a_chunked_body_has_its_length(echoing: tuple[str, int]) -> None:
    status, body = ask(echoing, "POST", body=iter([b"ab", b"cde"]), encode_chunked=True)
    said = json.loads(body)
    assert (status, said["body"], said["CONTENT_LENGTH"]) == (201, "abcde", "5")


def test_a_body_over_the_limit_is_refused_by_its_word_and_by_its_size(echoing: tuple[str, int]) -> None:
    declared = raw(echoing, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100001\r\n\r\n")
    assert declared.startswith(b"HTTP/1.1 413")
    chunks = iter([b"x" * 50_000] * 3)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        assert ask(echoing, "POST", body=chunks, encode_chunked=True)[0] == 413
    assert ask(echoing, "POST", body=b"x" * LIMIT)[0] == 201


def test_clients_that_do_not_finish_hold_no_thread(echoing: tuple[str, int]) -> None:
    slow = [socket.create_connection(echoing) for _ in range(THREADS * 5)]
    try:
        for client in slow:
            client.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf")
        assert ask(echoing)[0] == 201, "or no answer for ten seconds"
    finally:
        for client in slow:
            client.close()


class Endless:
    """A download without end that notices when it is closed."""

    def __init__(self) -> None:
        self.closed = threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        while not self.closed.is_set():
            yield b"x" * 65536

    def close(self) -> None:
        self.closed.set()


def test_clients_that_do_not_read_hold_no_thread_and_a_download_ends_with_its_client() -> None:
    downloads: list[Endless] = []

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        start_response("200 OK", [("Content-Type", "application/octet-stream")])
        if environ["PATH_INFO"] != "/endless":
            return [b"small"]
        downloads.append(Endless())
        return downloads[-1]

    with served(application) as address:
        idle = [socket.create_connection(address) for _ in range(THREADS * 3)]
        for client in idle:
            client.sendall(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(0.5)
        assert ask(address) == (200, b"small")
        for client in idle:
            client.close()
        assert len(downloads) == len(idle)
        assert all(download.closed.wait(5) for download in downloads)


def test_a_crowd_is_told_to_come_back() -> None:
    release = threading.Event()

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        release.wait(10)
        start_response("200 OK", [])
        return [b""]

    with served(application) as address:
        crowd = [socket.create_connection(address) for _ in range(200)]
        for client in crowd:
            client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(0.5)
        assert ask(address)[0] == 503
        release.set()
        assert crowd[0].recv(100).startswith(b"HTTP/1.1 200")
        for client in crowd:
            client.close()


def test_an_error_is_a_500_and_the_next_request_is_fine() -> None:
    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if environ["PATH_INFO"] == "/broken":
            raise RuntimeError("broken")
        start_response("204 No Content", [])
        return []

    with served(application) as address:
        assert ask(address, path="/broken")[0] == 500
        assert ask(address)[0] == 204
