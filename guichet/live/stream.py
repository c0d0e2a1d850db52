"""GET /events: the stream itself, a bare ASGI application on the event loop.

Events: `ticket` with data {"ticket": id} for each change of a ticket the person may see; `notice` when the person has
news in the bell; `resync` when something may
have been missed (after a reconnection, or between the page, whose last event `?since=` names, sealed, and its stream):
fetch everything anew. A comment every 15 s keeps proxies from closing it.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings

from guichet.kit.crypto import open_place
from guichet.live.hub import NOTICE, RESYNC, Hub, Listener

PING = 15.0
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
Message = MutableMapping[str, Any]
hub = Hub()


def listeners() -> int:
    """Open streams of this process, for the metrics page."""
    return len(hub.listeners)


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    headers = {name.lower(): value for name, value in scope["headers"]}
    key = _session_key(headers.get(b"cookie", b"").decode("latin-1"))
    listener = await hub.join(key) if key and scope["method"] == "GET" else None
    if listener is None:
        # 204 tells an EventSource not to come back (WHATWG HTML 9.2.3); the page asks for sign-in by itself.
        await send({"type": "http.response.start", "status": 204, "headers": HEADERS[1:]})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    gone = asyncio.create_task(_until_gone(receive))
    try:
        if b"last-event-id" in headers or await hub.has_moved_on(listener, _since(scope.get("query_string", b""))):
            listener.tell(RESYNC)
        await _stream(listener, send, gone)
    finally:
        gone.cancel()
        hub.leave(listener)


async def _stream(listener: Listener, send: Callable[[Message], Awaitable[None]], gone: asyncio.Task[None]) -> None:
    await send({"type": "http.response.body", "body": b"retry: 2000\n: welcome\n\n", "more_body": True})
    while not gone.done():
        waiting = asyncio.create_task(listener.changed.get())
        await asyncio.wait({waiting, gone}, timeout=PING, return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            body = _event(waiting.result())
        else:
            waiting.cancel()
            body = b": ping\n\n"
        if not gone.done():
            await send({"type": "http.response.body", "body": body, "more_body": True})


async def _until_gone(receive: Callable[[], Awaitable[Message]]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _event(ticket_id: int) -> bytes:
    moment = int(time.time() * 1000)
    if ticket_id == RESYNC:
        return f"id: {moment}\nevent: resync\ndata: {{}}\n\n".encode()
    if ticket_id == NOTICE:
        return f"id: {moment}\nevent: notice\ndata: {{}}\n\n".encode()
    return f"id: {moment}\nevent: ticket\ndata: {json.dumps({'ticket': ticket_id})}\n\n".encode()


def _since(query: bytes) -> int | None:
    """`?since=SEALED`: the last event that the page had taken in when it was made (`kit.crypto.seal_place`)."""
    return open_place(parse_qs(query.decode("latin-1")).get("since", [""])[0])


def _session_key(cookies: str) -> str | None:
    try:
        morsel = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    return morsel.value if morsel else None
