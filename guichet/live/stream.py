"""GET /events: the stream itself, a bare ASGI application on the event loop; and POST /events/here beside it.

Events: `ticket` with data {"ticket": id} for each change of a ticket the person may see; `notice` when the person has
news in the bell; `here` with {"ticket", "number", "customer", "people": [{"name", "short", "doing"}]} when others come
to such a ticket, leave it or begin to write (`doing`: "looks", "writes", "notes"); `resync` when something may have
been missed (after a reconnection): fetch everything anew. What changed between the page, whose last event `?since=`
names, sealed, and its stream is told ticket by ticket, so that a page which is up to date fetches nothing. `ping` every
15 s keeps proxies from closing it, and tells a browser that the line is not dead.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from django.conf import settings
from django.utils.crypto import constant_time_compare

from guichet.kit.crypto import open_place
from guichet.live.hub import RESYNC, Hub, Listener
from guichet.live.presence import LOOKS, NOTES, STREAM, WRITES

PING = 15.0
POST_LIMIT = 1000  # bytes
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]
TICKET = re.compile(r"[0-9]{1,18}")
DOINGS = (LOOKS, WRITES, NOTES, "")
Message = MutableMapping[str, Any]
hub = Hub()


def listeners() -> int:
    """Open streams of this process, for the metrics page."""
    return len(hub.listeners)


async def app(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    headers = {name.lower(): value for name, value in scope["headers"]}
    key = _cookie(headers.get(b"cookie", b"").decode("latin-1"), settings.SESSION_COOKIE_NAME)
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    window = query.get("stream", [""])[0]
    window = window if STREAM.fullmatch(window) else ""
    listener = await hub.join(key, window, _since(query)) if key and scope["method"] == "GET" else None
    if listener is None:
        # 204 tells an EventSource not to come back (WHATWG HTML 9.2.3); the page asks for sign-in by itself.
        await send({"type": "http.response.start", "status": 204, "headers": HEADERS[1:]})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    gone = asyncio.create_task(_until_gone(receive))
    try:
        if b"last-event-id" in headers:
            listener.tell(RESYNC)
        else:
            await hub.catch_up([listener])
        await _stream(listener, send, gone)
    finally:
        gone.cancel()
        hub.leave(listener)


async def _stream(listener: Listener, send: Callable[[Message], Awaitable[None]], gone: asyncio.Task[None]) -> None:
    await send({"type": "http.response.body", "body": b"retry: 2000\n: welcome\n\n", "more_body": True})
    gone.add_done_callback(lambda _task: listener.wake())
    while not gone.done():
        body = await listener.told(PING) or b"event: ping\ndata: {}\n\n"
        if not gone.done():
            await send({"type": "http.response.body", "body": body, "more_body": True})


async def _until_gone(receive: Callable[[], Awaitable[Message]]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _since(query: Mapping[str, list[str]]) -> int | None:
    """`?since=SEALED`: the last event that the page had taken in when it was made (`kit.crypto.seal_place`)."""
    return open_place(query.get("since", [""])[0])


async def here(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """`stream` (this window's, as in its GET /events), `ticket`, and what it does there; nothing: it looks away."""
    headers = {name.lower(): value for name, value in scope["headers"]}
    cookies = headers.get(b"cookie", b"").decode("latin-1")
    key = _cookie(cookies, settings.SESSION_COOKIE_NAME)
    form = parse_qs(await _body(receive), keep_blank_values=True)
    window, ticket, doing = (form.get(name, [""])[0] for name in ("stream", "ticket", "doing"))
    status = 400
    if not key or not _is_own_page(headers, cookies):
        status = 403
    elif scope["method"] == "POST" and STREAM.fullmatch(window) and TICKET.fullmatch(ticket) and doing in DOINGS:
        status = 204 if await hub.is_here(key, window, int(ticket), doing) else 404
    await send({"type": "http.response.start", "status": status, "headers": HEADERS[1:]})
    await send({"type": "http.response.body", "body": b""})


async def _body(receive: Callable[[], Awaitable[Message]]) -> str:
    body = bytearray()
    while len(body) <= POST_LIMIT:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return body.decode("latin-1")
    return ""


def _is_own_page(headers: Mapping[bytes, bytes], cookies: str) -> bool:
    """Only a page of ours can read the cookie and repeat it in a header (as ask.ts does for Django)."""
    secret = _cookie(cookies, settings.CSRF_COOKIE_NAME) or ""
    repeated = headers.get(b"x-csrftoken", b"").decode("latin-1")
    return bool(secret) and constant_time_compare(secret, repeated)


def _cookie(cookies: str, name: str) -> str | None:
    try:
        morsel = SimpleCookie(cookies).get(name)
    except CookieError:
        return None
    return morsel.value if morsel else None
