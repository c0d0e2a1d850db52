"""A signing key, and a real name server that publishes it."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from guichet import environment
from guichet.channels.email import resolver
from tests.channels.names import Names
from tests.channels.trusting.making import OUTSIDE


@pytest.fixture(scope="module")
def key() -> tuple[bytes, str]:
    """A signing key (PEM) and its record."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, "v=DKIM1; k=rsa; p=" + base64.b64encode(public).decode()


@pytest.fixture
def names(key: tuple[bytes, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    with Names() as server:
        monkeypatch.setattr(environment, "DNS", server.address)
        resolver.forget()
        for domain, policy in (("firm.example", "reject"), ("soft.example", "quarantine"), ("calm.example", "none")):
            server.txt(f"_dmarc.{domain}", f"v=DMARC1; p={policy}; rua=mailto:x@{domain}")
            server.txt(f"s1._domainkey.{domain}", key[1])
            server.txt(domain, f"v=spf1 ip4:{OUTSIDE} -all")
        server.txt("s1._domainkey.list.example", key[1])
        server.txt("list.example", f"v=spf1 ip4:{OUTSIDE} -all")
        server.txt("s1._domainkey.plain.example", key[1])
        yield server
    resolver.forget()
