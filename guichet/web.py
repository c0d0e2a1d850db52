"""`guichet web`: the HTTP server, one process, one port."""

from __future__ import annotations

import uvicorn
from django.conf import settings

from guichet.asgi import app
from guichet.kit import sockets

GRACE = 3  # seconds that open requests and event streams get when the server ends


def main() -> None:
    """Serve until SIGTERM or SIGINT. Raises sockets.PortTaken."""
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
            timeout_keep_alive=30,
        )
    )
    server.run(sockets=[sockets.listening(settings.HTTP, "GUICHET_HTTP")])
