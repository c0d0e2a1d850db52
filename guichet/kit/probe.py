"""Asking a web server of ours on this machine whether it is ready."""

from __future__ import annotations

import http.client

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def ask_ready(host: str, port: int, seconds: float = 0.5) -> int | None:
    """The status of GET /readyz (200, 503), None where nobody answers. `host` may be what a server listens at."""
    connection = http.client.HTTPConnection(ANY_ADDRESS.get(host, host), port, timeout=seconds)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
