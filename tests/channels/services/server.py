"""A sending service of our own on the loopback: keeps what it is asked and answers what a test wants."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HANG, CUT = "hang", "cut"  # take the request and say nothing; take it and close the connection


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, list[Any]]:
        """multipart/form-data: text as it is, files as (name, type, bytes)."""
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        parsed = BytesParser(EmailMessage, policy=HTTP).parsebytes(head + self.body)
        found: dict[str, list[Any]] = {}
        for part in parsed.iter_parts():
            name = part.get_param("name", header="Content-Disposition")
            content = part.get_payload(decode=True)
            file = part.get_filename()
            value = (file, part.get_content_type(), content) if file else content.decode()
            found.setdefault(str(name), []).append(value)
        return found


@dataclass
class Service:
    """`answers`: (status, JSON) or HANG or CUT, in order; then `usual` for ever."""

    usual: tuple[int, Any]
    url: str = ""
    answers: list[Any] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def service(usual: tuple[int, Any]) -> Iterator[Service]:
    made = Service(usual)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            made.asked.append(Asked(self.path, dict(self.headers), body))
            answer = made.answers.pop(0) if made.answers else made.usual
            if answer in (HANG, CUT):
                if answer == HANG:
                    time.sleep(1.5)
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            status, said = answer
            raw = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
