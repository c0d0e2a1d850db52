"""One secret key per house, and what is made from it: encrypted fields and signed tokens.

The key lies in `secret.key` below the data folder (0600). Every use derives its own key from it (HKDF, RFC 5869),
so nothing signed for one purpose can be shown for another. Lose the file and stored passwords and the reply
addresses already sent out are lost with it: it belongs in the backup, away from the database.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
import stat
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

from guichet.kit.files import make_data_folder

if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:
    _TextField = models.TextField  # generic in its type stubs only

KEY_BYTES = 32
MAC_BYTES = 16  # 128 bits: unguessable, and short enough for the local part of a mail address
BASE32 = re.compile(r"[a-z2-7]{26,120}")


class SecretKeyError(SystemExit):
    """The key file cannot be used as it is: nothing can run, and the text says what to do."""


class Undecryptable(Exception):
    """The value was not encrypted with this house's key, or was altered."""


def secret_key(data: Path) -> bytes:
    """The house's key from `data/secret.key`, created on first use.

    Raises SecretKeyError where others could read the file or it is cut short, OSError where it cannot be written.
    """
    file = Path(data) / "secret.key"
    if not file.exists():
        _create_key(file)
    info = file.stat()
    if info.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SecretKeyError(f"{file} can be read by other users; type: chmod 600 {file}")
    try:
        key = bytes.fromhex(file.read_text("ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise SecretKeyError(f"{file} is damaged; restore it from the backup")
    return key


def _create_key(file: Path) -> None:
    """Write it whole and durable, then give it its name by a hard link: of two first starts only one wins."""
    make_data_folder(file.parent)
    temporary = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as out:
            out.write(secrets.token_hex(KEY_BYTES) + "\n")
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(temporary, file)
        except FileExistsError:
            return
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def derive(secret: bytes, purpose: str, length: int = 32) -> bytes:
    """A key for one purpose only (HKDF-SHA-256); the same secret and purpose always give the same key."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"guichet {purpose}".encode()).derive(secret)


@lru_cache(maxsize=64)
def _key(data: Path, purpose: str) -> bytes:
    return derive(secret_key(data), purpose)


@lru_cache(maxsize=4)
def _fernet(data: Path) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(data, "fields")))


def encrypt(text: str) -> str:
    """Encrypted and authenticated with the house's key (Fernet), as ASCII text for a column."""
    return _fernet(settings.DATA).encrypt(text.encode()).decode("ascii")


def decrypt(text: str) -> str:
    """The way back. Raises Undecryptable."""
    try:
        return _fernet(settings.DATA).decrypt(text.encode()).decode()
    except (InvalidToken, UnicodeError) as error:
        raise Undecryptable("encrypted with another key, or altered") from error


class EncryptedJSONField(_TextField):
    """A JSON value that is ciphertext in the database: passwords and tokens of outside systems.

    Not for looking up: two encryptions of one value differ. Pages write it and never show it.
    """

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else encrypt(json.dumps(value))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return None if value is None else json.loads(decrypt(value))

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        """Also dumps of the database carry ciphertext only."""
        return str(self.get_prep_value(self.value_from_object(obj)) or "")


def seal_place(number: int) -> str:
    """A number for a page to give back later without learning it: fit for a URL."""
    return encrypt(str(number))


def open_place(sealed: str) -> int | None:
    """The number of `seal_place`; None for anything that is not one."""
    try:
        return int(decrypt(sealed)) if sealed else None
    except (Undecryptable, ValueError):
        return None


def sign_token(purpose: str, *ids: int) -> str:
    """Ids (0 or more, none negative) and a 128-bit HMAC over them, as lower-case base32.

    38 characters for three small ids: `support+TOKEN@…` stays within the 64 octets of a local part (RFC 5321,
    4.5.3.1.1). Base32, because mail systems do not keep the case of an address.
    """
    payload = b"".join(_varint(number) for number in ids)
    return _text(payload + _mac(purpose, payload))


def read_token(purpose: str, token: str, count: int) -> tuple[int, ...] | None:
    """The `count` ids of a genuine token of this purpose in any letter case; None for all else. Never raises."""
    lowered = token.lower()
    if not BASE32.fullmatch(lowered):
        return None
    try:
        raw = base64.b32decode(lowered.upper() + "=" * (-len(lowered) % 8))
    except ValueError:
        return None
    payload, mac = raw[:-MAC_BYTES], raw[-MAC_BYTES:]
    genuine = hmac.compare_digest(mac, _mac(purpose, payload))
    # One spelling per token: the spare bits at the end of base32 must not make a second one.
    if not genuine or _text(raw) != lowered:
        return None
    ids = _read_varints(payload)
    return ids if len(ids) == count else None


def _text(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=").lower()


def _mac(purpose: str, payload: bytes) -> bytes:
    key = _key(settings.DATA, f"token {purpose}")
    return hmac.new(key, payload, hashlib.sha256).digest()[:MAC_BYTES]


def _varint(number: int) -> bytes:
    if number < 0:
        raise ValueError("ids are not negative")
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _read_varints(payload: bytes) -> tuple[int, ...]:
    ids: list[int] = []
    number = shift = 0
    for byte in payload:
        number |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            ids.append(number)
            number = shift = 0
    return tuple(ids)
