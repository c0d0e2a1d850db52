"""OpenPGP (RFC 9580) on bytes by Sequoia (extra `pgp`): sign, encrypt, decrypt, verify. No database, no mail."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guichet.channels.email.sealing.smime import Unusable, mail_address
from guichet.channels.email.sealing.smime import marked as _

try:
    import pysequoia as sequoia
except ImportError:  # the extra is not installed: pages say how to, and nothing is opened
    sequoia = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Public:
    """A public key: armoured, its fingerprint (lower case hex), the mail addresses of its users, when it expires."""

    armoured: str
    fingerprint: str
    addresses: tuple[str, ...]
    name: str
    expires_at: datetime | None
    has_secret: bool


def is_available() -> bool:
    return sequoia is not None


def load(text: str) -> Public:
    """What a key file says. Raises Unusable."""
    certificate = _certificate(text)
    users = [str(each) for each in certificate.user_ids]
    return Public(
        armoured=str(certificate),
        fingerprint=certificate.fingerprint.lower(),
        addresses=tuple(dict.fromkeys(filter(None, map(_address, users)))),
        name=users[0] if users else certificate.fingerprint,
        expires_at=certificate.expiration,
        has_secret="PRIVATE KEY" in text,
    )


def public_of(text: str) -> str:
    """The public half of an armoured secret key."""
    _needed()
    return str(_tried(lambda: sequoia.Tsk.from_bytes(text.encode()).extract_certificate()))


def generate(name: str, address: str) -> str:
    """A new armoured secret key (Ed25519 and X25519, RFC 4880 packets that every program reads)."""
    _needed()
    return str(sequoia.Tsk.generate(f"{name} <{address}>".strip()))


def sign(data: bytes, secret: str, password: str = "") -> bytes:
    """The detached armoured signature of these bytes. Raises Unusable."""
    return _bytes(_tried(lambda: sequoia.sign(_signer(secret, password), data, mode=sequoia.SignatureMode.DETACHED)))


def encrypt(data: bytes, recipients: Sequence[str], secret: str = "", password: str = "") -> bytes:
    """An armoured message for all of these, signed within where `secret` is given. Raises Unusable."""
    certificates = [_certificate(each) for each in recipients]
    signer = _signer(secret, password) if secret else None
    return _bytes(_tried(lambda: sequoia.encrypt(data, certificates, signer=signer)))


def decrypt(data: bytes, secret: str, password: str, known: Iterable[str]) -> tuple[bytes, list[str]]:
    """What is inside, and the fingerprints of those among `known` who validly signed it. Raises Unusable."""
    certificates = [_certificate(each) for each in known]
    key = _tried(lambda: sequoia.Tsk.from_bytes(secret.encode()))
    decryptor = _tried(lambda: key.decryptor(password or None))
    if certificates:
        with contextlib.suppress(Unusable):  # signed by somebody unknown: it is decrypted all the same
            found = _tried(lambda: sequoia.decrypt(data, decryptor=decryptor, store=lambda ids: certificates))
            return found.bytes or b"", [each.certificate.lower() for each in found.valid_sigs]
    return _tried(lambda: sequoia.decrypt(data, decryptor=decryptor)).bytes or b"", []


def verify(data: bytes, signature: bytes, known: Iterable[str]) -> list[str]:
    """Fingerprints of those among `known` who signed these bytes, at least one. Raises Unusable where none did."""
    certificates = [_certificate(each) for each in known]
    one = _tried(lambda: sequoia.Sig.from_bytes(signature))
    found = _tried(lambda: sequoia.verify(bytes=data, store=lambda ids: certificates, signature=one))
    return [each.certificate.lower() for each in found.valid_sigs]


def issuer(signature: bytes) -> str:
    """The fingerprint of the key that claims to have made a detached signature; "" where it does not tell."""
    _needed()
    return (_tried(lambda: sequoia.Sig.from_bytes(signature)).issuer_fingerprint or "").lower()


def _certificate(text: str) -> Any:
    _needed()
    return _tried(lambda: sequoia.Cert.from_bytes(text.encode()))


def _signer(secret: str, password: str) -> Any:
    _needed()
    return _tried(lambda: sequoia.Tsk.from_bytes(secret.encode()).signer(password or None))


def _tried(act: Any) -> Any:
    """Sequoia raises plain exceptions of its own for whatever is wrong with keys and data."""
    _needed()
    try:
        return act()
    except Exception as error:
        raise Unusable(_("It is for another key, or damaged."), str(error).partition("\n")[0][:300]) from error


def _needed() -> None:
    if sequoia is None:
        raise Unusable(_("The extra “pgp” is not installed."))


def _bytes(found: Any) -> bytes:
    return found if isinstance(found, bytes) else str(found).encode()


def _address(user: str) -> str:
    inside = user.rpartition("<")[2].partition(">")[0] if "<" in user else user
    return mail_address(inside)
