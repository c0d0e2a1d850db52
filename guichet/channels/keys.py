"""Keys for signed and encrypted mail: whose there are, how they come in, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.channels.email.sealing import openpgp, smime
from guichet.channels.email.sealing.smime import Unusable
from guichet.channels.email.sealing.unsealing import Certificate
from guichet.channels.models import MailKey
from guichet.people.actions import normal_address
from guichet.people.models import Person
from guichet.tickets.models import Inbox

Kind = MailKey.Kind
SEEN = 5  # certificates of one address that came by mail and nobody has judged


class Refused(Exception):
    """The key was not taken: the words are for the administrator."""


def own(inbox: Inbox, kind: Kind) -> MailKey | None:
    """The key this inbox signs with and is written to, the newest that has not expired."""
    rows = MailKey.objects.filter(_valid(), inbox=inbox, kind=kind).exclude(private={})
    return rows.order_by("-pk").first()


def own_all(inbox: Inbox, kind: Kind) -> list[MailKey]:
    """All private keys of an inbox, expired ones too: old mail stays readable."""
    rows = MailKey.objects.filter(inbox=inbox, kind=kind).order_by("-pk")
    return [key for key in rows if key.private]


def of_people(addresses: Iterable[str], kind: Kind) -> dict[str, MailKey]:
    """A key to encrypt with for each of these addresses that has one: one that an administrator trusts."""
    wanted = [normal_address(address) for address in addresses]
    rows = MailKey.objects.filter(_valid(), address__in=wanted, kind=kind, is_trusted=True)
    return {key.address: key for key in rows.order_by("pk")}


def known(kind: Kind, addresses: Iterable[str]) -> QuerySet[MailKey]:
    """What signatures of these senders are compared with, trusted ones first."""
    rows = MailKey.objects.filter(kind=kind, address__in=[normal_address(address) for address in addresses])
    return rows.order_by("-is_trusted", "-pk")


def roots() -> list[str]:
    """Certificates (PEM) of authorities that administrators trust."""
    rows = MailKey.objects.filter(kind=Kind.SMIME, is_trusted=True, address="")
    return list(rows.values_list("public", flat=True))


def add(
    data: bytes, by: Person | None, *, inbox: Inbox | None = None, password: str = "", is_trusted: bool = True
) -> list[MailKey]:
    """Take in a key file: PEM or DER certificates, PKCS#12, OpenPGP armoured or binary; one row for each address.

    With an inbox it must hold the private key, which is kept encrypted. Raises Refused.
    """
    text = data.decode("ascii", "ignore")
    try:
        if "BEGIN PGP" in text:
            return _add_pgp(text, by, inbox, password, is_trusted)
        return _add_smime(data, text, by, inbox, password, is_trusted)
    except (Unusable, ValueError) as error:
        raise Refused(_("This key cannot be used: %(error)s") % {"error": str(error)[:200]}) from error


def make_pgp(inbox: Inbox, by: Person | None) -> MailKey:
    """A new OpenPGP key of an inbox. Raises Refused where the extra is missing."""
    try:
        return _add_pgp(openpgp.generate(inbox.name, inbox.address), by, inbox, "", True)[0]
    except Unusable as error:
        raise Refused(str(error)) from error


def seen(address: str, certificate: Certificate) -> None:
    """A certificate that made an intact signature for this address is remembered, trusted by nobody yet.

    Only some for each address: anybody can make more.
    """
    others = MailKey.objects.filter(inbox=None, kind=Kind.SMIME, address=normal_address(address), by=None)
    if others.count() < SEEN:
        _save(Kind.SMIME, address, certificate.public, certificate.fingerprint, certificate.expires_at,
              None, {}, None, False)  # fmt: skip


def _add_pgp(text: str, by: Person | None, inbox: Inbox | None, password: str, is_trusted: bool) -> list[MailKey]:
    key = openpgp.load(text)
    if inbox is None:
        if not key.addresses:
            raise Refused(_("This key names no mail address."))
        public = openpgp.load(openpgp.public_of(text)).armoured if key.has_secret else key.armoured
        return [
            _save(Kind.PGP, address, public, key.fingerprint, key.expires_at, None, {}, by, is_trusted)
            for address in key.addresses[:20]
        ]
    if not key.has_secret:
        raise Refused(_("This file holds no private key."))
    openpgp.sign(b"", text, password)  # a wrong password shows now
    private = {"key": text, "password": password}
    public = openpgp.public_of(text)
    return [_save(Kind.PGP, inbox.address, public, key.fingerprint, key.expires_at, inbox, private, by, True)]


def _add_smime(
    data: bytes, text: str, by: Person | None, inbox: Inbox | None, password: str, is_trusted: bool
) -> list[MailKey]:
    key: Any = None
    if "BEGIN" in text:
        certificates = x509.load_pem_x509_certificates(data)
        if "PRIVATE KEY" in text:
            key = smime.load_key(text[text.index("-----BEGIN", max(text.find("PRIVATE KEY") - 40, 0)) :], password)
    else:
        key, certificates = _binary(data, password)
    if not certificates:
        raise Refused(_("There is no certificate in this file."))
    if inbox is not None:
        if key is None:
            raise Refused(_("This file holds no private key."))
        numbers = key.public_key().public_numbers()
        ours = [each for each in certificates if each.public_key().public_numbers() == numbers]  # type: ignore[union-attr]
        if not ours:
            raise Refused(_("No certificate in this file belongs to its private key."))
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        chain = "".join(_pem(each) for each in certificates if each != ours[0])
        private = {"key": pem, "chain": chain}
        return [_save(Kind.SMIME, inbox.address, _pem(ours[0]), smime.fingerprint(ours[0]),
                      ours[0].not_valid_after_utc, inbox, private, by, True)]  # fmt: skip
    rows = []
    for certificate in certificates[:50]:
        for address in smime.addresses_of(certificate) or [""]:
            if not address and not _is_authority(certificate):
                raise Refused(_("This certificate names no mail address."))
            rows.append(_save(Kind.SMIME, address, _pem(certificate), smime.fingerprint(certificate),
                              certificate.not_valid_after_utc, None, {}, by, is_trusted))  # fmt: skip
    return rows


def _binary(data: bytes, password: str) -> tuple[Any, list[x509.Certificate]]:
    """PKCS#12, or one certificate in DER. Raises ValueError."""
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, password.encode() or None)
        return key, [each for each in (certificate, *others) if each]
    except ValueError:
        if password:
            raise
        return None, [x509.load_der_x509_certificate(data)]


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def _valid() -> Q:
    return Q(expires_at=None) | Q(expires_at__gt=timezone.now())


def _save(
    kind: Kind,
    address: str,
    public: str,
    fingerprint: str,
    expires_at: datetime | None,
    inbox: Inbox | None,
    private: Any,
    by: Person | None,
    is_trusted: bool,
) -> MailKey:
    """One key of one address once; a key known already gains trust, never loses it."""
    key, is_new = MailKey.objects.get_or_create(
        inbox=inbox, kind=kind, fingerprint=fingerprint, address=normal_address(address),
        defaults={"public": public, "private": private, "expires_at": expires_at, "is_trusted": is_trusted, "by": by},
    )  # fmt: skip
    if not is_new and (private or (is_trusted and not key.is_trusted)):
        key.private, key.is_trusted, key.by = private or key.private, key.is_trusted or is_trusted, by or key.by
        key.save(update_fields=["private", "is_trusted", "by"])
    return key
