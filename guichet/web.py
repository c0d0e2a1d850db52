"""`guichet web`: the HTTP server, one process, one port."""

from __future__ import annotations

import asyncio
from typing import Any

import uvicorn
from django.conf import settings
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from guichet.asgi import app
from guichet.kit import sockets

GRACE = 3  # seconds that open requests and event streams get when the server ends
HEAD_SECONDS = 15.0  # for the head of a request, from its first byte, or from the connection's beginning
HEAD_BYTES = 64 * 1024


class Protocol(HttpToolsProtocol):
    """uvicorn's HTTP with bounds on the head of a request: neither drip-fed nor endless heads hold a connection."""

    _in_head = True
    _head_bytes = 0
    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._begin_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > HEAD_BYTES:
            self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if not self._in_head:
            self._begin_head()

    def on_headers_complete(self) -> None:
        self._end_head()
        super().on_headers_complete()

    def _begin_head(self) -> None:
        self._in_head, self._head_bytes = True, 0
        self._patience = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _end_head(self) -> None:
        self._in_head = False
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None


def config(application: Any, **options: Any) -> uvicorn.Config:
    """How every server of ours is set up."""
    return uvicorn.Config(
        application,
        loop="uvloop",
        http=Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=30,
        **options,
    )


def main() -> None:
    """Serve until SIGTERM or SIGINT. Raises sockets.PortTaken."""
    uvicorn.Server(config(app)).run(sockets=[sockets.listening(settings.HTTP, "GUICHET_HTTP")])
