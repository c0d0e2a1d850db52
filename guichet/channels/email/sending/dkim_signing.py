"""DKIM signatures of our own on what goes out (RFC 6376): rsa-sha256, relaxed/relaxed, 2048 bits (RFC 8301).

Kept encrypted in `Inbox.settings["dkim"]`: {domain, selector, private_key (PEM), is_on}.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dkim
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from guichet.channels.email import resolver
from guichet.channels.email.sending import fields

BITS = 2048
SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*")
_STRING = 255  # octets in one character-string of a TXT record (RFC 1035 3.3)
# What a reader sees and what decides where an answer goes. From and Subject once more than they occur, so that
# nobody adds a second one (RFC 6376 8.15); fields that are absent are left out.
_SIGNED = (
    b"from", b"to", b"cc", b"subject", b"date", b"message-id", b"in-reply-to", b"references", b"reply-to",
    b"auto-submitted", b"content-type", b"content-language", b"mime-version",
    b"list-unsubscribe", b"list-unsubscribe-post",  # RFC 8058 4: else no mail program offers the one click
)  # fmt: skip
_TWICE = (b"from", b"subject")


@dataclass(frozen=True, slots=True)
class Published:
    """What the DNS says of a key: the records `found`, and whether one is right; `is_known` unless nobody answered."""

    is_right: bool
    found: tuple[str, ...] = ()
    is_known: bool = True


def make(domain: str, selector: str) -> dict[str, Any]:
    """A new key pair, not yet in use."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    return {"domain": domain, "selector": selector, "private_key": pem.decode("ascii"), "is_on": False}


def domain_of(address: str) -> str:
    """The domain of an inbox as it stands in mail and in the DNS: lower case, in ASCII."""
    return fields.address(address).rpartition("@")[2].lower()


def record_name(stored: Mapping[str, Any]) -> str:
    return f"{stored['selector']}._domainkey.{stored['domain']}"


def record(stored: Mapping[str, Any]) -> str:
    """The value of the TXT record to publish (RFC 6376 3.6.1)."""
    return f"v=DKIM1; k=rsa; p={_public(stored)}"


def record_strings(stored: Mapping[str, Any]) -> str:
    """The same as a zone file wants it: in strings of at most 255 octets."""
    whole = record(stored)
    return " ".join(f'"{whole[at : at + _STRING]}"' for at in range(0, len(whole), _STRING))


def look_up(stored: Mapping[str, Any]) -> Published:
    """Ask the DNS for the record, a few seconds at most, and past what was remembered."""
    resolver.forget()
    try:
        texts = tuple(text.decode("ascii", "replace") for text in resolver.Questions().texts(record_name(stored)))
    except resolver.Unanswered:
        return Published(False, is_known=False)
    return Published(any(_key_in(text) == _public(stored) for text in texts), texts)


def sign(raw: bytes, address: str, stored: Mapping[str, Any] | None) -> bytes:
    """The mail with its signature in front, where this inbox signs and the key is of its address's domain."""
    if not stored or not stored.get("is_on") or stored["domain"] != domain_of(address):
        return raw
    present = {line.partition(b":")[0].strip().lower() for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n")}
    names = [name for name in _SIGNED if name in present] + [name for name in _TWICE if name in present]
    signature: bytes = dkim.sign(
        raw,
        stored["selector"].encode("ascii"),
        stored["domain"].encode("ascii"),
        stored["private_key"].encode("ascii"),
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=names,
    )
    return signature + raw


def _public(stored: Mapping[str, Any]) -> str:
    key = serialization.load_pem_private_key(stored["private_key"].encode("ascii"), None)
    der = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode("ascii")


def _key_in(text: str) -> str:
    """The p= of a key record, without the blanks it may hold."""
    for tag in text.split(";"):
        name, _, value = tag.partition("=")
        if name.strip() == "p":
            return "".join(value.split())
    return ""
