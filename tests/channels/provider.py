"""An OAuth server of our own on the loopback: rotates its refresh tokens as Microsoft does, and can refuse them."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT, CLIENT_SECRET = "client-1", "client-secret-4d"


@dataclass
class Provider:
    """`granted`: code -> (redirect address, PKCE challenge). `refresh` and `access` are the tokens good now."""

    user: str = "support@desk.example"
    url: str = ""
    port: int = 0
    seconds: int = 3600
    granted: dict[str, tuple[str, str]] = field(default_factory=dict)
    refresh: str = ""
    access: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    answer: tuple[int, Any] | None = None  # what it says instead
    rotates: bool = True
    pause: threading.Event | None = None

    def consent(self, sent_to: str) -> tuple[str, str]:
        """Somebody agrees on the page that the browser was sent to: (code, state)."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(sent_to).query).items()}
        assert query["response_type"] == "code" and query["code_challenge_method"] == "S256"
        code = f"code-{len(self.granted)}"
        self.granted[code] = (query["redirect_uri"], query["code_challenge"])
        return code, query["state"]

    def new_tokens(self) -> dict[str, Any]:
        number = len(self.asked)
        self.access = f"access-{number}"
        said = {"access_token": self.access, "token_type": "Bearer", "expires_in": self.seconds}
        if self.rotates or not self.refresh:
            self.refresh = f"refresh-{number}"
            said["refresh_token"] = self.refresh
        return said

    def token(self, form: dict[str, str]) -> tuple[int, Any]:
        self.asked.append(form)
        if self.pause is not None:
            self.pause.wait(5)
        if self.answer is not None:
            return self.answer
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, CLIENT_SECRET):
            return 401, {"error": "invalid_client", "error_description": "AADSTS7000222: secret keys are expired"}
        if form["grant_type"] == "authorization_code":
            redirect, challenge = self.granted.pop(form["code"], ("", ""))
            digest = hashlib.sha256(form["code_verifier"].encode()).digest()
            if redirect != form["redirect_uri"] or base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != challenge:
                return 400, {"error": "invalid_grant", "error_description": "Bad code"}
            return 200, self.new_tokens()
        if form["refresh_token"] != self.refresh:
            return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
        return 200, self.new_tokens()


@contextmanager
def provider() -> Iterator[Provider]:
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self.say(*made.token({name: values[0] for name, values in parse_qs(body).items()}))

        def do_GET(self) -> None:
            """The page where somebody agrees, at once; and introspection (RFC 7662), as Dovecot asks."""
            if urlsplit(self.path).path.endswith("/authorize"):
                code, state = made.consent(self.path)
                back = made.granted[code][0]
                self.send_response(302)
                self.send_header("Location", f"{back}?{urlencode({'code': code, 'state': state})}")
                self.end_headers()
                return
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            is_good = bool(made.access) and token == made.access
            self.say(200 if is_good else 401, {"active": is_good, "username": made.user})

        def say(self, status: int, said: Any) -> None:
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
    made.port = server.server_port
    made.url = f"http://127.0.0.1:{made.port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
