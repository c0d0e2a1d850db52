"""Signed and encrypted mail, both ways: what comes in is opened and checked, what goes out is signed and encrypted.

Off until an inbox has a key. The reading child has none: it says by `Incoming.seal` what a mail came in, and here, in
the worker, the envelope is opened by another child and what was inside is read once more by the first.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from guichet.channels import keys
from guichet.channels.base import Incoming, Refused
from guichet.channels.email.limits import Unreadable
from guichet.channels.email.sealing import entity, openpgp, smime
from guichet.channels.email.sealing.smime import Unusable
from guichet.channels.email.sealing.unsealing import Asked, Certificate, Seal, unseal
from guichet.channels.email.sending import fields, parts
from guichet.channels.models import MailKey
from guichet.kit.confined import WALL_SECONDS
from guichet.kit.lines import one_line
from guichet.people.actions import normal_address
from guichet.tickets.models import Inbox

LAYERS = 4  # encrypted around signed around encrypted is as deep as anybody goes
KNOWN = 20  # keys of one sender that a signature is compared with
Kind = MailKey.Kind
Read = Callable[[bytes], Incoming | Unreadable]


class Inside(NamedTuple):
    """A mail out of its envelopes, what they were (`Message.seals`), and a certificate that came along."""

    incoming: Incoming
    seals: tuple[dict[str, Any], ...] = ()
    certificate: Certificate | None = None


def opened(raw: bytes, incoming: Incoming, inbox: Inbox, read: Read) -> Inside:
    """The mail inside its envelopes; the mail itself where there are none or no key opens them.

    Only what was within an envelope is shown of it: words beside a signature are nobody's. Raises OSError where no
    process can be started.
    """
    seals: list[Seal] = []
    certificate = None
    deadline = time.monotonic() + WALL_SECONDS
    for _layer in range(LAYERS):
        if not incoming.seal:
            break
        try:
            found = unseal(raw, _asked(incoming, inbox), deadline - time.monotonic())
        except Unusable as error:
            seals.append(_unread(incoming, error.note, error.detail))
            break
        seals += found.seals
        certificate = found.certificate or certificate
        if found.inner is None:
            break
        raw = entity.with_content(entity.split(raw), found.inner)
        again = read(raw)
        if isinstance(again, Unreadable):
            seals.append(_unread(incoming, gettext_noop("What is inside cannot be read."), again.reason))
            break
        incoming = again
    told = (replace(seal, signer=one_line(seal.signer, 320), detail=one_line(seal.detail, 300)) for seal in seals)
    return Inside(incoming, tuple(asdict(seal) for seal in told), certificate)


def unopened(incoming: Incoming, detail: str) -> Inside:
    """A mail whose envelope brought its opening down: it is shown as it came."""
    return Inside(
        incoming, (asdict(_unread(incoming, gettext_noop("It could not be opened here."), one_line(detail, 300))),)
    )


def _unread(incoming: Incoming, note: str, detail: str = "") -> Seal:
    kind, _dash, shape = incoming.seal.partition("-")
    return Seal(kind, "encrypted" if shape == "encrypted" else "signed", "unreadable", "", note, detail)


def _asked(incoming: Incoming, inbox: Inbox) -> Asked:
    """One envelope and the keys that it may need, no others."""
    sender, seal = normal_address(incoming.sender.address), incoming.seal
    kind = Kind.PGP if seal.startswith("pgp") else Kind.SMIME
    own: list[list[str]] = []
    if seal.endswith("encrypted"):
        own = [[key.public, key.private["key"], key.private.get("password", "")] for key in keys.own_all(inbox, kind)]
    if seal == "smime-encrypted":
        return Asked(seal, sender, own)
    known = [[key.fingerprint, key.public, key.is_trusted] for key in keys.known(kind, [sender])[:KNOWN]]
    return Asked(seal, sender, own, known, keys.roots() if kind == Kind.SMIME else [])


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
            raise Unusable(gettext_noop("This inbox has no key that is valid."))
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
        raise Unusable(
            gettext_noop("There are addresses without a key, and this inbox sends nothing open."), ", ".join(missing)
        )
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
