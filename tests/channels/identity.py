"""People with keys, for tests of signed and encrypted mail: certificates, and mails around what they sealed."""

from __future__ import annotations

import datetime as dt

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

from guichet.channels.email.sealing import smime
from guichet.channels.email.sending import parts

PAYLOAD = b'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: 8bit\r\n\r\nLe mot secret.\r\n'


class Identity:
    """A key with a certificate for an address, by itself or by an authority."""

    def __init__(self, address: str, *, by: Identity | None = None, is_authority: bool = False) -> None:
        self.key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address or "The authority")])
        now = dt.datetime.now(dt.UTC)
        issuer = by or self
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(by.certificate.subject if by else name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=300))
            .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
        )
        if is_authority:
            usage = x509.KeyUsage(
                digital_signature=True, key_cert_sign=True, crl_sign=True, content_commitment=False,
                key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
                decipher_only=False,
            )  # fmt: skip
            builder = builder.add_extension(usage, critical=True)
        if address:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False)
        self.certificate = builder.sign(issuer.key, hashes.SHA256())

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    def file(self, password: bytes = b"secret") -> bytes:
        return pkcs12.serialize_key_and_certificates(
            b"key", self.key, self.certificate, None, BestAvailableEncryption(password)
        )


def mail_around(inner: bytes, sender: str = "cleo@customer.example") -> bytes:
    head = (
        f"From: Cleo Martin <{sender}>\r\nTo: support@desk.example\r\nSubject: Sealed\r\n"
        "Message-ID: <sealed@customer.example>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    )
    return head.encode() + inner


def signed_by(who: Identity, inner: bytes = PAYLOAD) -> bytes:
    signature = smime.sign(inner, who.certificate, who.key)
    part = parts.file_part("smime.p7s", "application/pkcs7-signature", signature)
    return (
        b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="b"\r\n\r\n'
        b"--b\r\n" + inner + b"\r\n--b\r\n" + part + b"--b--\r\n"
    )


def encrypted_for(who: Identity, inner: bytes = PAYLOAD) -> bytes:
    part = parts.file_part("smime.p7m", "application/pkcs7-mime", smime.encrypt(inner, [who.certificate]))
    return part.replace(b"application/pkcs7-mime", b"application/pkcs7-mime; smime-type=enveloped-data", 1)
