"""A push service and the browser behind it, on the loopback: takes what we send, checks who sends, opens the seal.

Written from RFC 8291, 8188 and 8292 for the receiving side; nothing of guichet.kit.push is used.
"""

from __future__ import annotations

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _hmac(key: bytes, data: bytes) -> bytes:
    made = hmac.HMAC(key, hashes.SHA256())
    made.update(data)
    return made.finalize()


class PushBrowser:
    """`url` is its endpoint; `received` are the opened messages; `status` is what it answers."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = bytes(range(16))
        self.status = 201
        self.received: list[Any] = []
        self.headers: list[dict[str, str]] = []
        browser = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                if browser.status == 201:
                    browser.headers.append(headers)
                    browser.received.append(json.loads(browser.open(body)))
                self.send_response(browser.status if browser.is_genuine(headers) else 403)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *words: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://push.example:{self.port}/send/abc"

    @property
    def key(self) -> str:
        return b64(self._point)

    @property
    def secret(self) -> str:
        return b64(self._auth)

    @property
    def _point(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def open(self, body: bytes) -> bytes:
        salt, length = body[:16], body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert int.from_bytes(body[16:20], "big") >= len(sealed), "one record"
        shared = self._key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        material = _hmac(_hmac(self._auth, shared), b"WebPush: info\0" + self._point + sender + b"\x01")
        root = _hmac(salt, material)
        content_key = _hmac(root, b"Content-Encoding: aes128gcm\0\x01")[:16]
        nonce = _hmac(root, b"Content-Encoding: nonce\0\x01")[:12]
        padded = AESGCM(content_key).decrypt(nonce, sealed, None)
        words, mark, rest = padded.rpartition(b"\x02")
        assert mark and not rest.strip(b"\0"), "the last record ends with 2"
        return words

    def is_genuine(self, headers: dict[str, str]) -> bool:
        """The token is signed by the key that it names, for this service, and not for long (RFC 8292)."""
        scheme, _, words = headers["authorization"].partition(" ")
        facts = dict(part.strip().split("=", 1) for part in words.split(","))
        head, claims, signature = facts["t"].split(".")
        raw = unb64(signature)
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(facts["k"]))
        made = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        try:
            key.verify(made, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        said = json.loads(unb64(claims))
        return bool(
            scheme == "vapid"
            and json.loads(unb64(head)) == {"typ": "JWT", "alg": "ES256"}
            and said["aud"] == f"http://push.example:{self.port}"
            and said["sub"].startswith(("mailto:", "https:"))
        )
