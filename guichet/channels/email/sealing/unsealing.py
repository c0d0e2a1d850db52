"""Opening one signed or encrypted envelope, in a bounded child of its own: 10 s CPU and 512 MB, no files.

Whoever writes to us chooses what is opened here, and compressed mail may hold a thousand times its size. The child
(`python -m guichet.channels.email.sealing.unsealing`) is asked once by stdin, answers by stdout and ends. Keys reach it
that way only, and only those that this one mail may need.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from guichet.channels.email import limits
from guichet.channels.email.sealing import entity, openpgp, smime
from guichet.channels.email.sealing.smime import Signature, Unusable
from guichet.channels.email.sealing.smime import marked as _
from guichet.channels.email.wire import LENGTH
from guichet.kit.confined import CPU_SECONDS, MEMORY_BYTES, confine, environment, more_time

_ANSWER_BYTES = limits.MESSAGE_BYTES + 1024 * 1024
_NO_MEMORY = 77


@dataclass(frozen=True, slots=True)
class Seal:
    """One envelope that a mail came in, as `Message.seals` keeps it (see there)."""

    kind: str  # smime, pgp
    what: str  # signed, encrypted
    state: str  # valid, invalid, unknown, unreadable
    signer: str = ""
    note: str = ""  # English for gettext
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What one envelope is to be opened with; lists of lists, as JSON gives them back."""

    seal: str  # Incoming.seal
    sender: str  # the address it says it is from, lower case
    own: Sequence[Sequence[str]] = ()  # our keys: public, private, password
    known: Sequence[Sequence[Any]] = ()  # keys of the sender: fingerprint, public, whether it is trusted
    roots: Sequence[str] = ()  # certificates of authorities


@dataclass(frozen=True, slots=True)
class Certificate:
    """One that came along and made an intact signature for the sender's address."""

    public: str  # PEM
    fingerprint: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Opened:
    """`inner` is the entity within the envelope, which alone is to be read; None where it could not be told."""

    seals: tuple[Seal, ...]
    inner: bytes | None = None
    certificate: Certificate | None = None


def unseal(raw: bytes, asked: Asked, wall_seconds: float) -> Opened:
    """Open one envelope in a child. Raises Unusable with the reason, OSError where no process can be started."""
    process = subprocess.Popen(
        [sys.executable, "-m", "guichet.channels.email.sealing.unsealing"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=environment(), cwd="/", close_fds=True,
    )  # fmt: skip
    late = threading.Event()

    def end() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(max(wall_seconds, 0.1), end)
    timer.start()
    try:
        answer = _converse(process, raw, asked)
    finally:
        timer.cancel()
        process.kill()
        code = process.wait()
    if answer:
        return _unpacked(answer)
    if late.is_set() or code == -signal.SIGXCPU:
        raise Unusable(_("Opening it took too long."))
    if code in (-signal.SIGABRT, _NO_MEMORY):
        raise Unusable(_("Opening it took too much memory."), f"{MEMORY_BYTES >> 20} MB")
    raise Unusable(_("The process that opens it died."), f"status {code}")


def _converse(process: subprocess.Popen[bytes], raw: bytes, asked: Asked) -> bytes:
    """Ask, and take the answer; b"" where the child died."""
    assert process.stdin is not None
    assert process.stdout is not None
    head = json.dumps(asdict(asked)).encode()
    with process.stdout:
        with contextlib.suppress(BrokenPipeError), process.stdin:
            process.stdin.write(LENGTH.pack(len(head)) + head)
            process.stdin.write(raw)
        answer = process.stdout.read(_ANSWER_BYTES + 1)
        if len(answer) > _ANSWER_BYTES:
            raise Unusable(_("What is inside is too large."))
        if answer:
            process.wait()
    return answer


def _unpacked(answer: bytes) -> Opened:
    """Raises Unusable: for what the child could not open, and for what is no answer."""
    try:
        (size,) = LENGTH.unpack_from(answer)
        head = json.loads(answer[LENGTH.size : LENGTH.size + size])
        if "note" in head:
            raise Unusable(str(head["note"]), str(head["detail"]))
        found = tuple(Seal(*map(str, each)) for each in head["seals"])
        certificate = None
        if head["certificate"]:
            public, fingerprint, expires_at = map(str, head["certificate"])
            certificate = Certificate(public, fingerprint, datetime.fromisoformat(expires_at))
        return Opened(found, answer[LENGTH.size + size :] if head["has_inner"] else None, certificate)
    except Unusable:
        raise
    except Exception as error:
        raise Unusable(_("The process that opens it answered nonsense.")) from error


# The child's side.


def main() -> int:
    """Answer what is asked on stdin."""
    confine()
    more_time(CPU_SECONDS)
    inlet, outlet = sys.stdin.buffer, sys.stdout.buffer
    asked = Asked(**json.loads(inlet.read(LENGTH.unpack(inlet.read(LENGTH.size))[0])))
    try:
        opened = open_envelope(inlet.read(limits.MESSAGE_BYTES * 2), asked)
        if len(opened.inner or b"") > limits.MESSAGE_BYTES:
            raise Unusable(_("What is inside is too large."))
        head, inner = _head(opened), opened.inner or b""
    except Unusable as error:
        head, inner = {"note": error.note, "detail": error.detail}, b""
    except MemoryError:
        os._exit(_NO_MEMORY)  # the parent knows this status
    except Exception as error:  # whatever a hostile mail provokes is its reason, not our end
        head, inner = {"note": _("It is damaged."), "detail": f"{type(error).__name__}: {str(error)[:200]}"}, b""
    encoded = json.dumps(head).encode()
    outlet.write(LENGTH.pack(len(encoded)) + encoded)
    outlet.write(inner)
    outlet.flush()
    return 0


def _head(opened: Opened) -> dict[str, Any]:
    one = opened.certificate
    return {
        "seals": [list(astuple(seal)) for seal in opened.seals],
        "certificate": [one.public, one.fingerprint, one.expires_at.isoformat()] if one else None,
        "has_inner": opened.inner is not None,
    }


def open_envelope(raw: bytes, asked: Asked) -> Opened:
    """What one envelope is and what is inside. Raises Unusable."""
    mail = entity.split(raw)
    match asked.seal:
        case "smime-signed":
            signed, signature = _both(mail, "signed")
            return _smime_signed(entity.decoded(signature), signed, asked)
        case "smime-opaque":
            return _smime_signed(entity.decoded(mail.sealed), None, asked)
        case "smime-encrypted":
            return Opened((Seal("smime", "encrypted", "valid"),), _smime_decrypted(entity.decoded(mail.sealed), asked))
        case "pgp-signed":
            signed, signature = _both(mail, "signed")
            return Opened((_pgp_signed(signed, entity.decoded(signature), asked),), signed)
        case _:
            return _pgp_decrypted(entity.decoded(_both(mail, "encrypted")[1]), asked)


def _both(mail: entity.Entity, kind: str) -> tuple[bytes, bytes]:
    both = entity.two_parts(mail, kind)
    if both is None:
        raise Unusable(_("The sealed part is not the whole mail."))
    return both


def _smime_signed(der: bytes, data: bytes | None, asked: Asked) -> Opened:
    found, content = smime.verify(der, data)
    inner = content.lstrip(b"\r\n") if data is None else content
    one = next((each for each in found if each.is_intact and asked.sender in _addresses(each)), found[0])
    if one.certificate is None:
        return Opened((Seal("smime", "signed", "unknown", "", one.note, one.detail),), inner)
    if not one.is_intact:
        return Opened((Seal("smime", "signed", "invalid", asked.sender, one.note, one.detail),), inner)
    addresses = _addresses(one)
    if asked.sender not in addresses:
        theirs = ", ".join(addresses)
        words = _("The certificate is for another address.") if theirs else _("The certificate is for no mail address.")
        return Opened((Seal("smime", "signed", "unknown", "", words, theirs),), inner)
    at = datetime.now(UTC)
    until = one.certificate.not_valid_after_utc
    if not one.certificate.not_valid_before_utc <= at <= until:
        return Opened((Seal("smime", "signed", "unknown", asked.sender, _("The certificate has expired.")),), inner)
    fingerprint = smime.fingerprint(one.certificate)
    certificate = Certificate(one.certificate.public_bytes(Encoding.PEM).decode(), fingerprint, until)
    is_known = any(is_trusted and fingerprint == known for known, _public, is_trusted in asked.known)
    roots = [smime.load_certificate(each) for each in asked.roots]
    if is_known or smime.is_vouched_for(one.certificate, one.others, roots, at):
        seal = Seal("smime", "signed", "valid", asked.sender)
    else:
        seal = Seal("smime", "signed", "unknown", asked.sender, _("Nobody here trusts the certificate yet."))
    return Opened((seal,), inner, certificate)


def _addresses(one: Signature) -> list[str]:
    return smime.addresses_of(one.certificate) if one.certificate else []


def _smime_decrypted(der: bytes, asked: Asked) -> bytes:
    """With the first of the inbox's keys that fits. Raises Unusable."""
    reason = Unusable(_("This inbox has no S/MIME key."))
    for public, private, _password in asked.own:
        try:
            return smime.decrypt(der, smime.load_certificate(public), smime.load_key(private))
        except Unusable as error:
            reason = error
    raise reason


def _pgp_signed(data: bytes, signature: bytes, asked: Asked) -> Seal:
    if not asked.known:
        return Seal("pgp", "signed", "unknown", note=_("There is no key of this sender."))
    try:
        signers = openpgp.verify(data, signature, [public for _fingerprint, public, _is_trusted in asked.known])
    except Unusable as error:
        return Seal("pgp", "signed", "invalid", asked.sender, error.note, error.detail)
    return _pgp_verdict(signers, asked)


def _pgp_verdict(signers: Sequence[str], asked: Asked) -> Seal:
    if any(is_trusted and fingerprint in signers for fingerprint, _public, is_trusted in asked.known):
        return Seal("pgp", "signed", "valid", asked.sender)
    return Seal("pgp", "signed", "unknown", asked.sender, _("Nobody here trusts the key yet."))


def _pgp_decrypted(data: bytes, asked: Asked) -> Opened:
    reason = Unusable(_("This inbox has no OpenPGP key."))
    publics = [public for _fingerprint, public, _is_trusted in asked.known]
    for _public, private, password in asked.own:
        try:
            inner, signers = openpgp.decrypt(data, private, password, publics)
        except Unusable as error:
            reason = error
            continue
        seals = (Seal("pgp", "encrypted", "valid"),)
        return Opened((*seals, _pgp_verdict(signers, asked)) if signers else seals, inner)
    raise reason


if __name__ == "__main__":
    sys.exit(main())
