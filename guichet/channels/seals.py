"""Signed and encrypted mail, both ways: what comes in is opened and checked, what goes out is signed and encrypted.

Off until an inbox has a key. The reading child has none: it says by `Incoming.seal` what a mail came in, and here, in
the worker, the envelope is opened and what was inside is read once more by the child.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guichet.channels import keys
from guichet.channels.base import Incoming, Refused
from guichet.channels.email import entity, fields, openpgp, parts, smime
from guichet.channels.email.limits import Unreadable
from guichet.channels.email.smime import Unusable
from guichet.channels.models import MailKey
from guichet.people.actions import normal_address
from guichet.tickets.models import Inbox

LAYERS = 4  # encrypted around signed around encrypted is as deep as anybody goes
Kind = MailKey.Kind
Read = Callable[[bytes], Incoming | Unreadable]


@dataclass(frozen=True, slots=True)
class Seal:
    """One envelope that a mail came in, as `Message.seals` keeps it (see there)."""

    kind: str  # smime, pgp
    what: str  # signed, encrypted
    state: str  # valid, invalid, unknown, unreadable
    signer: str = ""
    note: str = ""


def opened(raw: bytes, incoming: Incoming, inbox: Inbox, read: Read) -> tuple[Incoming, tuple[dict[str, Any], ...]]:
    """The mail inside its envelopes, and what they were; the mail itself where there are none or no key opens them."""
    seals: list[Seal] = []
    for _layer in range(LAYERS):
        if not incoming.seal:
            break
        found, inner = _open(raw, incoming, inbox)
        seals += found
        if inner is None:
            break
        raw = entity.with_content(entity.split(raw), inner)
        again = read(raw)
        if isinstance(again, Unreadable):
            seals.append(Seal(found[0].kind, "encrypted", "unreadable", note=again.reason))
            break
        incoming = again
    return incoming, tuple(asdict(seal) for seal in seals)


def _open(raw: bytes, incoming: Incoming, inbox: Inbox) -> tuple[list[Seal], bytes | None]:
    """What one envelope is, and what is inside where the reader could not see it."""
    kind = incoming.seal.partition("-")[0]
    mail = entity.split(raw)
    try:
        match incoming.seal:
            case "smime-signed":
                return _smime_signed(mail, incoming)
            case "smime-opaque":
                return [_smime_verdict(entity.decoded(mail.sealed), None, incoming)], None
            case "smime-encrypted":
                return [Seal("smime", "encrypted", "valid")], _smime_decrypted(entity.decoded(mail.sealed), inbox)
            case "pgp-signed":
                return _pgp_signed(mail, incoming)
            case _:
                return _pgp_decrypted(mail, incoming, inbox)
    except Unusable as error:
        what = "encrypted" if incoming.seal.endswith("encrypted") else "signed"
        state = "unreadable" if what == "encrypted" else "unknown"
        return [Seal(kind, what, state, note=str(error)[:300])], None


def _smime_signed(mail: entity.Entity, incoming: Incoming) -> tuple[list[Seal], bytes | None]:
    both = entity.parts_of(mail)
    if len(both) < 2:
        raise Unusable("the signed part or its signature is missing")
    return [_smime_verdict(entity.decoded(both[1]), both[0], incoming)], _further(both[0])


def _smime_verdict(der: bytes, data: bytes | None, incoming: Incoming) -> Seal:
    found, _content = smime.verify(der, data)
    one = found[0]
    if one.certificate is None:
        return Seal("smime", "signed", "unknown", note=one.note)
    signer = smime.name_of(one.certificate)
    if not one.is_intact:
        return Seal("smime", "signed", "invalid", signer, one.note)
    keys.seen(one.certificate)
    addresses = smime.addresses_of(one.certificate)
    if normal_address(incoming.sender.address) not in addresses:
        return Seal("smime", "signed", "unknown", signer, "the certificate is for " + ", ".join(addresses)[:200])
    at = timezone.now()
    if not one.certificate.not_valid_before_utc <= at <= one.certificate.not_valid_after_utc:
        return Seal("smime", "signed", "unknown", signer, "the certificate has expired")
    trusted = keys.known(Kind.SMIME, addresses).filter(is_trusted=True)
    is_known = trusted.filter(fingerprint=smime.fingerprint(one.certificate)).exists()
    if is_known or smime.is_vouched_for(one.certificate, one.others, keys.roots(), at):
        return Seal("smime", "signed", "valid", signer)
    return Seal("smime", "signed", "unknown", signer, "nobody here trusts the certificate yet")


def _smime_decrypted(der: bytes, inbox: Inbox) -> bytes:
    """With the first of the inbox's keys that fits. Raises Unusable."""
    reason = "this inbox has no S/MIME key"
    for key in keys.own_all(inbox, Kind.SMIME):
        try:
            return smime.decrypt(der, smime.load_certificate(key.public), smime.load_key(key.private["key"]))
        except Unusable as error:
            reason = str(error)
    raise Unusable(reason)


def _pgp_signed(mail: entity.Entity, incoming: Incoming) -> tuple[list[Seal], bytes | None]:
    both = entity.parts_of(mail)
    if len(both) < 2:
        raise Unusable("the signed part or its signature is missing")
    signature = entity.decoded(both[1])
    rows = list(keys.known(Kind.PGP, [incoming.sender.address]))
    if not rows:
        return [Seal("pgp", "signed", "unknown", note="there is no key of this sender")], _further(both[0])
    try:
        signers = openpgp.verify(both[0], signature, [row.public for row in rows])
    except Unusable as error:
        return [Seal("pgp", "signed", "invalid", incoming.sender.address, str(error)[:300])], _further(both[0])
    return [_pgp_verdict(rows, signers)], _further(both[0])


def _pgp_verdict(rows: Sequence[MailKey], signers: Sequence[str]) -> Seal:
    row = next(row for row in rows if row.fingerprint in signers)
    if row.is_trusted:
        return Seal("pgp", "signed", "valid", row.address)
    return Seal("pgp", "signed", "unknown", row.address, "nobody here trusts the key yet")


def _pgp_decrypted(mail: entity.Entity, incoming: Incoming, inbox: Inbox) -> tuple[list[Seal], bytes | None]:
    both = entity.parts_of(mail)
    if len(both) < 2:
        raise Unusable("the encrypted part is missing")
    known = list(keys.known(Kind.PGP, [incoming.sender.address]))
    reason = "this inbox has no OpenPGP key"
    for key in keys.own_all(inbox, Kind.PGP):
        try:
            inner, signers = openpgp.decrypt(
                entity.decoded(both[1]), key.private["key"], key.private["password"], [row.public for row in known]
            )
        except Unusable as error:
            reason = str(error)
            continue
        seals = [Seal("pgp", "encrypted", "valid")]
        return [*seals, _pgp_verdict(known, signers)] if signers else seals, inner
    raise Unusable(reason)


def _further(part: bytes) -> bytes | None:
    """A signed part that is itself an envelope is opened next; any other was read already."""
    kind = entity.split(part).field("content-type").lower()
    return part if b"pkcs7-mime" in kind or b"multipart/encrypted" in kind else None


# Outgoing.


def sealed(raw: bytes, inbox: Inbox, recipients: Sequence[str]) -> bytes:
    """A composed mail signed and encrypted as its inbox wants it: `settings["seal"]` = {"kind", "sign", "encrypt"},
    where encrypt is "never", "possible" (if there is a key of every recipient) or "always". Raises Refused.
    """
    wish = inbox.settings.get("seal") or {}
    if not wish or (not wish.get("sign") and wish.get("encrypt", "never") == "never"):
        return raw
    kind = Kind(wish["kind"])
    own = keys.own(inbox, kind)
    mail = entity.split(raw)
    try:
        theirs = _keys_for(recipients, kind, wish.get("encrypt", "never"))
        if own is None:
            raise Unusable(_("this inbox has no key that is valid"))
        seal = _smime_sealed if kind == Kind.SMIME else _pgp_sealed
        inner = seal(mail, own, theirs, sign=bool(wish.get("sign")))
    except Unusable as error:
        raise Refused(_("It could not be signed or encrypted: %(error)s") % {"error": error}) from error
    return mail.outer + fields.plain("MIME-Version", "1.0") + inner


def _keys_for(recipients: Sequence[str], kind: Kind, encrypt: str) -> list[MailKey]:
    """The keys to encrypt for, none where it stays open. Raises Unusable where a key is needed and missing."""
    if encrypt == "never":
        return []
    found = keys.of_people(recipients, kind)
    missing = [address for address in recipients if normal_address(address) not in found]
    if missing and encrypt == "always":
        words = _("there is no key of %(addresses)s, and this inbox sends nothing open")
        raise Unusable(words % {"addresses": ", ".join(missing)})
    return [] if missing else list(found.values())


def _smime_sealed(mail: entity.Entity, own: MailKey, theirs: Sequence[MailKey], *, sign: bool) -> bytes:
    certificate, inner = smime.load_certificate(own.public), _content_of(mail)
    if sign:
        chain = [smime.load_certificate(each) for each in _pems(own.private.get("chain", ""))]
        signature = smime.sign(inner, certificate, smime.load_key(own.private["key"]), chain)
        part = parts.file_part("smime.p7s", "application/pkcs7-signature", signature)
        inner = _signed(inner, part, "application/pkcs7-signature", "sha-256")
    if theirs:
        # For ourselves too: otherwise nobody here could ever open what we sent.
        der = smime.encrypt(inner, [certificate, *(smime.load_certificate(key.public) for key in theirs)])
        plain = b"application/pkcs7-mime"
        inner = parts.file_part("smime.p7m", plain.decode(), der).replace(
            plain, plain + b"; smime-type=enveloped-data", 1
        )
    return inner


def _pgp_sealed(mail: entity.Entity, own: MailKey, theirs: Sequence[MailKey], *, sign: bool) -> bytes:
    secret, password, inner = own.private["key"], own.private["password"], _content_of(mail)
    if theirs:
        publics = [own.public, *(key.public for key in theirs)]
        message = openpgp.encrypt(inner, publics, secret if sign else "", password)
        boundary = parts.Boundaries(own.fingerprint + str(len(message))).next()
        version = b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
        body = b"Content-Type: application/octet-stream\r\n\r\n" + entity.split(b"\n\n" + message).body
        extra = {"protocol": "application/pgp-encrypted"}
        return parts.multipart("encrypted", [version, body], boundary, extra)
    signature = openpgp.sign(inner, secret, password)
    part = b"Content-Type: application/pgp-signature; name=signature.asc\r\n\r\n" + signature.replace(b"\n", b"\r\n")
    return _signed(inner, part, "application/pgp-signature", "pgp-sha512")


def _signed(inner: bytes, signature: bytes, protocol: str, micalg: str) -> bytes:
    """multipart/signed (RFC 1847) around exactly these bytes."""
    boundary = parts.Boundaries(protocol + str(len(inner))).next()
    head = fields.parameters(
        "Content-Type", "multipart/signed", {"protocol": protocol, "micalg": micalg, "boundary": boundary}
    )
    line = f"--{boundary}".encode()
    return b"".join((head, b"\r\n", line, b"\r\n", inner, b"\r\n", line, b"\r\n", signature, line, b"--\r\n"))


def _content_of(mail: entity.Entity) -> bytes:
    """What is sealed: the content without the MIME-Version of the mail, ending before the delimiter's line end."""
    lines = mail.content.splitlines(keepends=True)
    kept = b"".join(line for line in lines if not line.lower().startswith(b"mime-version:"))
    return kept + b"\r\n" + mail.body


def _pems(text: str) -> list[str]:
    end = "-----END CERTIFICATE-----"
    return [each + end for each in text.split(end) if "BEGIN" in each]
