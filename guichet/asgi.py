"""One port for everything: event streams on the loop, all else on a fixed pool of threads running Django's WSGI side.

Django's own ASGI handler starts a thread or two per request; this costs one hop there and back. A thread is taken
only when the whole body is here and given back between the pieces of a download, so a slow client holds none.
The probes /healthz, /readyz and /metrics are answered here, before sessions and host names matter.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from guichet import ops
from guichet.live import stream

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

# Rendering holds the interpreter's lock, so more threads bring no more pages (4 and 8 measured alike); these two over
# the usual four are for requests that wait: for the database, for a password's hash.
THREADS = 6
WAITING = 200  # requests in the pool's queue; more are told to come back
MEMORY_BYTES = 1024 * 1024  # of one body; the rest goes to a file
BODY_SILENCE = 30.0  # seconds between two pieces of a body
PIECE = 256 * 1024  # bytes of a download per visit to the pool


@dataclass
class Answer:
    """What the WSGI side said. `rest` is None once `body` is all of it."""

    status: int
    headers: Headers
    body: bytes
    rest: Rest | None = None


class Rest:
    """The pieces of a streamed response that are still to be read, in the pool."""

    def __init__(self, result: Any) -> None:
        self._result = result
        self._pieces: Iterator[bytes] = iter(result)

    def read(self) -> tuple[bytes, bool]:
        """About PIECE bytes, and whether that was the end; at the end everything is closed."""
        gathered: list[bytes] = []
        size = 0
        for piece in self._pieces:
            gathered.append(piece)
            size += len(piece)
            if size >= PIECE:
                return b"".join(gathered), False
        self.close()
        return b"".join(gathered), True

    def close(self) -> None:
        close = getattr(self._result, "close", None)
        if close is not None:
            close()


class Refused(Exception):
    """The body does not come in; the number is the HTTP status."""


class Bridge:
    """A WSGI application as an ASGI one, on `threads` threads."""

    def __init__(self, application: Callable[..., Any], threads: int = THREADS, body_limit: int = 30 * 2**20) -> None:
        self._application = application
        self._pool = ThreadPoolExecutor(threads, "web")
        self._body_limit = body_limit
        self._inside = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._inside >= WAITING:
            await plain(send, 503, "Busy; try again in a moment.", [(b"retry-after", b"2")])
            return
        self._inside += 1
        try:
            with tempfile.SpooledTemporaryFile(MEMORY_BYTES) as body:
                size = await self._take_body(scope, receive, body)
                await self._answer(environ(scope, body, size), receive, send)
        except Refused as refused:
            await plain(send, int(str(refused)), "The request was not accepted.", [(b"connection", b"close")])
        except ConnectionResetError:
            return  # nobody is there to answer
        finally:
            self._inside -= 1

    async def run(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Run a function that may wait for the database in the pool."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)

    async def _take_body(self, scope: Scope, receive: Receive, body: IO[bytes]) -> int:
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if declared.isdigit() and int(declared) > self._body_limit:
            raise Refused("413")
        size = 0
        while True:
            try:
                message = await asyncio.wait_for(receive(), BODY_SILENCE)
            except TimeoutError as error:
                raise Refused("408") from error
            if message["type"] == "http.disconnect":
                raise ConnectionResetError
            piece = message.get("body", b"")
            size += len(piece)
            if size > self._body_limit:
                raise Refused("413")
            body.write(piece)
            if not message.get("more_body", False):
                break
        body.seek(0)
        return size

    async def _answer(self, environment: dict[str, Any], receive: Receive, send: Send) -> None:
        answer: Answer = await self.run(self._call, environment)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        await send({"type": "http.response.body", "body": answer.body, "more_body": answer.rest is not None})
        if answer.rest is None:
            return
        gone = asyncio.ensure_future(receive())
        try:
            last = False
            while not last and not gone.done():
                piece, last = await self.run(answer.rest.read)
                await send({"type": "http.response.body", "body": piece, "more_body": not last})
        finally:
            gone.cancel()
            await self.run(answer.rest.close)

    def _call(self, environment: dict[str, Any]) -> Answer:
        """In the pool: the whole request, and its database connection handed back before the thread is."""
        said: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], trouble: Any = None) -> None:
            said[:] = [status, headers]

        result = self._application(environment, start_response)
        rest = Rest(result)
        try:
            body, last = rest.read()
        except BaseException:
            rest.close()
            raise
        status = int(said[0].split(" ", 1)[0])
        headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in said[1]]
        is_plain = last and status not in (204, 304) and environment["REQUEST_METHOD"] != "HEAD"
        if is_plain and not any(name == b"content-length" for name, _ in headers):
            headers.append((b"content-length", str(len(body)).encode()))
        return Answer(status, headers, body, None if last else rest)


def environ(scope: Scope, body: IO[bytes], size: int) -> dict[str, Any]:
    """The WSGI environment (PEP 3333) of a request whose whole body is `body`, `size` bytes of it."""
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    values: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": scope["path"].encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        text = name.decode("latin-1")
        if "_" in text:
            continue  # X_Forwarded_For must not pass for X-Forwarded-For
        key = "HTTP_" + text.upper().replace("-", "_")
        if key in values:
            value = values[key].encode("latin-1") + (b"; " if key == "HTTP_COOKIE" else b",") + value
        values[key] = value.decode("latin-1")
    values["CONTENT_TYPE"] = values.pop("HTTP_CONTENT_TYPE", "")
    values.pop("HTTP_CONTENT_LENGTH", None)
    values["CONTENT_LENGTH"] = str(size)
    return values


async def plain(send: Send, status: int, text: str, headers: Headers | None = None) -> None:
    kind = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    body = (text + "\n").encode()
    length = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": kind + length + (headers or [])})
    await send({"type": "http.response.body", "body": body})


def may_see_metrics(scope: Scope) -> bool:
    """With the token, or from this machine itself and not through a proxy on it."""
    headers = dict(scope["headers"])
    token = settings.METRICS_TOKEN
    if token and secrets.compare_digest(headers.get(b"authorization", b""), f"Bearer {token}".encode()):
        return True
    local = (scope.get("client") or ("", 0))[0] in ("127.0.0.1", "::1")
    return local and not any(name in headers for name in (b"x-forwarded-for", b"forwarded", b"via"))


class Dispatcher:
    """The application: probes, event streams, Django."""

    def __init__(self, django: Bridge) -> None:
        self._django = django
        self._ready: asyncio.Future[tuple[int, str]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1000})
        elif scope["path"] == "/events":
            await stream.app(scope, receive, send)
        elif scope["path"] == "/events/here":
            await stream.here(scope, receive, send)
        elif scope["path"] == "/healthz":
            await plain(send, 200, "alive")
        elif scope["path"] == "/readyz":
            status, text = await self._is_ready()
            await plain(send, status, text)
        elif scope["path"] == "/metrics":
            await self._metrics(scope, send)
        else:
            await self._django(scope, receive, send)

    async def _is_ready(self) -> tuple[int, str]:
        """Who asks meanwhile gets the same answer: however often that is, it takes one thread and one connection."""
        if self._ready is None or self._ready.done() or self._ready.get_loop() is not asyncio.get_running_loop():
            self._ready = asyncio.ensure_future(self._django.run(ops.ready))
        return await asyncio.shield(self._ready)

    async def _metrics(self, scope: Scope, send: Send) -> None:
        if may_see_metrics(scope):
            await plain(send, 200, (await self._django.run(ops.metrics)).rstrip("\n"))
        else:
            await plain(send, 404, "Not found.")


async def lifespan(receive: Receive, send: Send) -> None:
    """Django knows no lifespan; servers that speak it get their answers."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


app = Dispatcher(Bridge(get_wsgi_application(), body_limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE))
