"""SPF by pyspf, signatures by dkimpy, the DMARC record by authheaders: each asked through our own resolver.

Hostile mail must cost little here: what would make the libraries slow is looked for first, in linear time.
"""

from __future__ import annotations

import functools
import ipaddress
import logging
import re
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import dkim as dkimpy
import spf as pyspf
from authheaders import dmarc_lookup
from dns.rdatatype import to_text

from guichet.channels.email.limits import HEADER_BLOCK_BYTES, HEADERS
from guichet.channels.email.resolver import Questions, Unanswered

SIGNATURES = 5  # of one mail
LINES = 600_000
HEADER_LINES = 4 * HEADERS
SIGNATURE_BYTES = 4096
BLANKS_COST = 20_000_000  # dkimpy's expressions take the square of every run of blanks
_BLANKS = re.compile(rb"[\t ]{32,}")
log = logging.getLogger(__name__)


class Checked(NamedTuple):
    """One result in the words of RFC 8601, and the domain it speaks of."""

    result: str
    domain: str = ""


class Policy(NamedTuple):
    """What a domain asks of those who get mail in its name (RFC 7489 6.3); `asks` is "" where it says nothing."""

    asks: str = ""
    dkim: str = "r"
    spf: str = "r"


NONE = Checked("none")
NO_POLICY = Policy()


def policy(domain: str, organisation: str, questions: Questions) -> Policy:
    """The DMARC record of a domain, else that of its organisation. Raises Unanswered."""
    if "." not in domain:
        return NO_POLICY
    for name in dict.fromkeys((domain, organisation)):
        try:
            record = dmarc_lookup.lookup_receiver_record(name, functools.partial(_dmarc_text, questions))
        except dmarc_lookup.DMARCException:
            return NO_POLICY  # a record with a fault counts for nothing
        if record:
            asks = record.get("p", "none") if name == domain else record.get("sp") or record.get("p", "none")
            return Policy(str(asks), record.get("adkim", "r"), record.get("aspf", "r"))
    return NO_POLICY


def _dmarc_text(questions: Questions, name: str) -> str:
    """RFC 7489 6.6.3: exactly one record, or none."""
    records = [text for text in questions.texts(name) if text.startswith(b"v=DMARC1")]
    return records[0].decode("ascii", "replace") if len(records) == 1 else ""


def spf(peer: str, envelope_from: str, questions: Questions) -> Checked:
    """Whether the domain of the return path sends from this address. The null sender has none to ask."""
    domain = envelope_from.rpartition("@")[2].lower()
    if not domain:
        return NONE
    address = ipaddress.ip_address(peer)
    mapped = getattr(address, "ipv4_mapped", None)
    asked = pyspf.query(i=str(mapped or address), s=envelope_from, h=domain, querytime=0)
    _asking.questions = questions
    try:
        result, _code, _words = asked.check()
    except Unanswered:
        return Checked("temperror", domain)
    except Exception:
        log.warning("SPF of %s cannot be understood", domain, exc_info=True)
        return Checked("permerror", domain)
    finally:
        _asking.questions = None
    return Checked(str(result), domain)


_asking = threading.local()


def _look_up(name: str, kind: str, *_options: object) -> list[tuple[tuple[str, str], Any]]:
    """DNS for pyspf, in the shapes it expects."""
    questions: Questions = _asking.questions
    found: list[tuple[tuple[str, str], Any]] = []
    try:
        records = questions.ask(name, kind)
    except Unanswered as error:
        raise pyspf.TempError(f"DNS {error}") from error
    for record in records:
        key = (name, to_text(record.rdtype))
        one: Any = record
        match key[1]:
            case "A" | "AAAA":
                found.append((key, one.address))
            case "MX":
                found.append((key, (one.preference, one.exchange)))
            case "PTR" | "CNAME":
                found.append((key, one.target.to_text(True)))
            case "TXT":
                found.append((key, one.strings))
    return found


# pyspf looks this name up in its module for every question: there is no other way to give it a resolver.
pyspf.DNSLookup = _look_up


def dkim(raw: bytes, questions: Questions) -> list[Checked]:
    """The result of each signature, at most five. One over a part of the body only (l=) proves nothing."""
    if not raw[:HEADER_BLOCK_BYTES].lower().count(b"dkim-signature") or not _is_cheap(raw):
        return []
    try:
        mail = dkimpy.DKIM(raw, minkey=1024)
    except dkimpy.DKIMException:
        return []
    fields = [value for name, value in mail.headers if name.lower() == b"dkim-signature"]
    if len(mail.headers) > HEADERS or any(len(value) > SIGNATURE_BYTES for value in fields):
        return []
    return [_signature(mail, place, _txt_of(questions)) for place in range(min(len(fields), SIGNATURES))]


def _signature(mail: Any, place: int, txt: Callable[..., bytes | None]) -> Checked:
    result = "fail"
    try:
        if mail.verify(place, dnsfunc=txt):
            result = "policy" if b"l" in mail.signature_fields else "pass"
    except Unanswered:
        result = "temperror"
    except (dkimpy.DKIMException, ValueError, KeyError, ArithmeticError, TypeError, IndexError):
        result = "permerror"  # whatever a hostile signature or key provokes proves nothing
    domain = mail.signature_fields.get(b"d", b"").decode("ascii", "replace").lower().rstrip(".")
    return Checked(result, domain)


def _txt_of(questions: Questions) -> Callable[..., bytes | None]:
    def txt(name: bytes, timeout: int = 5) -> bytes | None:
        records = questions.texts(name.decode("ascii", "replace"))
        return records[0] if len(records) == 1 else None  # RFC 6376 3.6.2.2: several are undefined

    return txt


def _is_cheap(raw: bytes) -> bool:
    """Whether dkimpy will be done with this mail in a moment."""
    header = raw[:HEADER_BLOCK_BYTES]
    ends = [place for mark in (b"\n\r\n", b"\n\n") if (place := header.find(mark)) >= 0]
    if not ends or header.count(b"\n", 0, min(ends)) > HEADER_LINES or raw.count(b"\n") > LINES:
        return False
    cost = 0
    for run in _BLANKS.finditer(raw):
        cost += (run.end() - run.start()) ** 2
        if cost > BLANKS_COST:
            return False
    return True
