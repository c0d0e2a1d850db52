"""Web push as a sender sees it: a message sealed for one browser (RFC 8291) and signed by this house (RFC 8292).

The key of the house is derived from `secret.key`: devices stay reachable for as long as that file is kept.
"""

from __future__ import annotations

import base64
import json
import os
import time
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from guichet.kit import http
from guichet.kit.crypto import derive, secret_key

RECORD = 4096  # bytes; one message is one record (RFC 8188)
PLAIN_LIMIT = 3000  # push services take 4096 bytes sealed (RFC 8030, 7.2)
TOKEN_LASTS = 12 * 3600  # seconds; RFC 8292 allows 24 hours
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


class BadKeys(ValueError):
    """The browser's keys are none."""


def send(endpoint: str, key: str, secret: str, message: object, *, lasts: int, topic: str = "") -> int:
    """POST `message` (JSON) to a browser's push service; its status. `lasts`: seconds that it keeps it for the browser.

    Raises BadKeys, or http.Refused for an address that is not public or does not answer.
    """
    body = seal(json.dumps(message, ensure_ascii=False).encode()[:PLAIN_LIMIT], key, secret)
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(lasts),
        "Urgency": "normal",
        "Authorization": f"vapid t={token(endpoint)}, k={public_key()}",
    }
    if topic:
        headers["Topic"] = topic  # a newer message takes the place of one that still waits
    return http.post(endpoint, body, headers).status


def seal(plain: bytes, key: str, secret: str) -> bytes:
    """One message for the browser with this public key (p256dh) and this secret (auth), both base64url."""
    theirs, auth = browser_keys(key, secret)
    ours = ec.generate_private_key(ec.SECP256R1())
    our_point, salt = _point(ours.public_key()), os.urandom(16)
    shared = ours.exchange(ec.ECDH(), theirs)
    material = _hkdf(auth, b"WebPush: info\0" + _point(theirs) + our_point, 32, shared)
    content_key = _hkdf(salt, b"Content-Encoding: aes128gcm\0", 16, material)
    nonce = _hkdf(salt, b"Content-Encoding: nonce\0", 12, material)
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(our_point)]) + our_point
    return head + AESGCM(content_key).encrypt(nonce, plain + b"\x02", None)


def browser_keys(key: str, secret: str) -> tuple[ec.EllipticCurvePublicKey, bytes]:
    """Raises BadKeys."""
    try:
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(key))
        auth = _bytes(secret)
    except ValueError as bad:
        raise BadKeys("not the keys of a browser") from bad
    if len(auth) != 16:
        raise BadKeys("the secret has 16 bytes")
    return theirs, auth


def token(endpoint: str) -> str:
    """Who sends, for the push service of this endpoint alone (RFC 8292)."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + TOKEN_LASTS,
        "sub": settings.URL if settings.URL.startswith("https:") else f"mailto:{settings.DEFAULT_FROM_EMAIL}",
    }
    said = ".".join(_text(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(_house_key(settings.DATA).sign(said.encode(), ec.ECDSA(SHA256())))
    return f"{said}.{_text(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def public_key() -> str:
    """The house's, as a browser wants it (applicationServerKey)."""
    return _text(_point(_house_key(settings.DATA).public_key()))


@lru_cache(maxsize=4)
def _house_key(data: Path) -> ec.EllipticCurvePrivateKey:
    # 48 bytes, so that the remainder is as good as uniform (FIPS 186-5, A.2.1).
    number = int.from_bytes(derive(secret_key(data), "web push", 48), "big")
    return ec.derive_private_key(number % (ORDER - 1) + 1, ec.SECP256R1())


def _hkdf(salt: bytes, info: bytes, length: int, material: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(material)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
