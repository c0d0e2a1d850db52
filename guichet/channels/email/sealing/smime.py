"""S/MIME (RFC 8551) on bytes: sign, encrypt, decrypt, verify. No database, no mail parsing.

`cryptography` does all but verifying, which it lacks: that is done here on the structures of `asn1crypto` (extra
`smime`), with its digests and signatures checked by `cryptography`.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key, pkcs7
from cryptography.x509 import verification
from cryptography.x509.oid import NameOID
from django.utils.translation import gettext

try:
    from asn1crypto import cms as asn1
except ImportError:  # the extra is not installed: pages say how to, and nothing is verified
    asn1 = None

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1, "sha224": hashes.SHA224, "sha256": hashes.SHA256, "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}  # fmt: skip
SIGNERS = 2
CERTIFICATES = 50
_ADDRESSES = 20
# What we could write to (RFC 5321): a certificate or key may hold anything at all.
_ADDRESS = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9.-]{1,255}", re.ASCII)


def marked(words: str) -> str:
    """English for gettext, later: the child that opens mail has no settings, which `gettext_noop` asks for."""
    return words


_ = marked


class Unusable(Exception):
    """The key or the data does not serve: `note` is English for gettext, `detail` what the library said or names."""

    def __init__(self, note: str, detail: str = "") -> None:
        super().__init__(note, detail)
        self.note, self.detail = note, detail

    def __str__(self) -> str:
        """For an administrator, in the language of the moment."""
        return f"{gettext(self.note)} ({self.detail})" if self.detail else gettext(self.note)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature that was looked at. `certificate` is None where the mail does not bring it along.

    `is_intact`: made with that certificate's key over exactly these bytes.
    """

    is_intact: bool
    certificate: x509.Certificate | None
    others: tuple[x509.Certificate, ...] = ()
    note: str = ""  # English for gettext
    detail: str = ""


def is_available() -> bool:
    """Whether signatures can be verified here."""
    return asn1 is not None


def sign(data: bytes, certificate: x509.Certificate, key: Any, chain: Iterable[x509.Certificate] = ()) -> bytes:
    """The detached signature (DER) of `data`, which is signed as it is: CRLF line ends are the caller's."""
    builder = pkcs7.PKCS7SignatureBuilder().set_data(data).add_signer(certificate, key, hashes.SHA256())
    for other in chain:
        builder = builder.add_certificate(other)
    return builder.sign(Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary])


def encrypt(data: bytes, recipients: Sequence[x509.Certificate]) -> bytes:
    """Enveloped data (DER, AES-256-CBC) for all of these. Raises Unusable for a key that is not RSA."""
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(data).set_content_encryption_algorithm(algorithms.AES256)
    try:
        for certificate in recipients:
            builder = builder.add_recipient(certificate)
        return builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise Unusable(_("S/MIME can encrypt for RSA keys only."), str(error)) from error


def decrypt(der: bytes, certificate: x509.Certificate, key: Any) -> bytes:
    """What is inside. Raises Unusable: it is for another key, damaged, or of a kind that is not known."""
    try:
        return pkcs7.pkcs7_decrypt_der(der, certificate, key, [])
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise Unusable(_("It is for another key, or damaged."), str(error)) from error


def verify(der: bytes, data: bytes | None) -> tuple[list[Signature], bytes]:
    """The signatures of signed data, and the content: `data` where it stands apart (multipart/signed), else within.

    Only the first signers and certificates are looked at: nobody needs more, and each costs time.
    Raises Unusable for what is no signed data.
    """
    if asn1 is None:
        raise Unusable(_("The extra “smime” is not installed."))
    try:
        info = asn1.ContentInfo.load(der)
        if info["content_type"].native != "signed_data":
            raise Unusable(_("It is no signed mail."), str(info["content_type"].native))
        signed = info["content"]
        content = data if data is not None else bytes(signed["encap_content_info"]["content"].native or b"")
        certificates = _certificates(signed["certificates"] or [])
        digests: dict[str, bytes] = {}
        found = [_signature(each, content, digests, certificates) for each in islice(signed["signer_infos"], SIGNERS)]
    except Unusable:
        raise
    except Exception as error:  # asn1crypto raises whatever a hostile structure provokes
        raise Unusable(_("It is damaged."), f"{type(error).__name__}: {str(error)[:200]}") from error
    if not found:
        raise Unusable(_("Nobody signed it."))
    return found, content


def _certificates(found: Iterable[Any]) -> list[x509.Certificate]:
    """Those that can be read: one odd certificate of a chain does not spoil the signature."""
    out = []
    for each in islice(found, CERTIFICATES):
        with contextlib.suppress(ValueError):
            out.append(x509.load_der_x509_certificate(each.dump()))
    return out


def _signature(
    signer: Any, content: bytes, digests: dict[str, bytes], certificates: Sequence[x509.Certificate]
) -> Signature:
    """`digests` are those of the content by algorithm, computed once each."""
    certificate = _of(signer["sid"], certificates)
    if certificate is None:
        return Signature(False, None, note=_("The certificate is missing."))
    others = tuple(each for each in certificates if each != certificate)
    digest = signer["digest_algorithm"]["algorithm"].native
    if digest not in _HASHES:
        return Signature(False, certificate, others, _("It is signed in a way that is not known here."), digest)
    signed, attributes = content, signer["signed_attrs"]
    if attributes:
        told = {each["type"].native: each["values"] for each in attributes}
        if digest not in digests:
            digests[digest] = hashlib.new(digest, content).digest()
        if told["message_digest"][0].native != digests[digest]:
            return Signature(False, certificate, others, _("The content was changed after it was signed."))
        signed = attributes.untag().dump()
    try:
        _check(certificate.public_key(), signer, signed, _HASHES[digest]())
    except InvalidSignature:
        return Signature(False, certificate, others, _("The signature does not fit."))
    except UnsupportedAlgorithm as error:
        return Signature(False, certificate, others, _("It is signed in a way that is not known here."), str(error))
    return Signature(True, certificate, others)


def _of(sid: Any, certificates: Sequence[x509.Certificate]) -> x509.Certificate | None:
    """The certificate that a signer names by issuer and serial number, or by its key's identifier."""
    for each in certificates:
        if sid.name == "issuer_and_serial_number":
            named = sid.chosen
            if each.serial_number == named["serial_number"].native and each.issuer.public_bytes() == (
                named["issuer"].dump()
            ):
                return each
        elif x509.SubjectKeyIdentifier.from_public_key(each.public_key()).digest == sid.chosen.native:
            return each
    return None


def _check(key: Any, signer: Any, signed: bytes, digest: hashes.HashAlgorithm) -> None:
    """Raises InvalidSignature, UnsupportedAlgorithm."""
    signature, algorithm = signer["signature"].native, signer["signature_algorithm"]
    if isinstance(key, rsa.RSAPublicKey):
        if algorithm.signature_algo == "rsassa_pss":
            length = algorithm["parameters"]["salt_length"].native
            key.verify(signature, signed, padding.PSS(padding.MGF1(digest), length), digest)
        else:
            key.verify(signature, signed, padding.PKCS1v15(), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(digest))
    else:
        raise UnsupportedAlgorithm(type(key).__name__)


def is_vouched_for(
    certificate: x509.Certificate, others: Iterable[x509.Certificate], roots: Sequence[x509.Certificate], at: datetime
) -> bool:
    """Whether a chain leads from the certificate to one of these roots, all valid at that time (RFC 5280 6)."""
    if not roots:
        return False
    lenient = verification.ExtensionPolicy.permit_all()
    builder = verification.PolicyBuilder().store(verification.Store(list(roots))).time(at)
    builder = builder.extension_policies(ca_policy=verification.ExtensionPolicy.webpki_defaults_ca(), ee_policy=lenient)
    try:
        builder.build_client_verifier().verify(certificate, list(others))
    except (verification.VerificationError, ValueError):
        return False
    return True


def addresses_of(certificate: x509.Certificate) -> list[str]:
    """The mail addresses a certificate speaks for, lower case, each once (RFC 8550 3)."""
    found: list[str] = []
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found += names.get_values_for_type(x509.RFC822Name)
    except (x509.ExtensionNotFound, ValueError):
        pass  # older certificates have it in the subject only
    found += [str(each.value) for each in certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)]
    return list(dict.fromkeys(filter(None, map(mail_address, found))))[:_ADDRESSES]


def mail_address(text: str) -> str:
    """Lower case, or "" for what is no address that mail could be sent to."""
    address = text.strip().lower()
    return address if _ADDRESS.fullmatch(address) else ""


def fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(hashes.SHA256()).hex()


def load_certificate(pem: str) -> x509.Certificate:
    """Raises Unusable."""
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise Unusable(_("The certificate cannot be read."), str(error)) from error


def load_key(pem: str, password: str = "") -> Any:
    """A private key. Raises Unusable."""
    try:
        return load_pem_private_key(pem.encode(), password.encode() or None)
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        raise Unusable(_("The private key cannot be read: is the password right?"), str(error)) from error
