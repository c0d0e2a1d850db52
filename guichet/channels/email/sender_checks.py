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

from guichet.channels.email.limits import HEADER_BLOCK_BYTES, HEADER_BYTES, HEADERS
from guichet.channels.email.resolver import Questions, Unanswered

SIGNATURES = 5  # of one mail
LINES = 600_000
HEADER_LINES = 4 * HEADERS
SIGNATURE_BYTES = 4096
BLANKS_COST = 20_000_000  # dkimpy's expressions take the square of every run of blanks
_BLANKS = re.compile(rb"[\t ]{32,}")
_FIELD = re.compile(rb"[\x21-\x39\x3b-\x7e]{1,100}:")
_ENVELOPE = re.compile(rb"From [^:\s]")
log = logging.getLogger(__name__)


def is_plain(raw: bytes) -> bool:
    """Whether all programs find the same fields in this header: nothing but what RFC 5322 2.2 allows, and one line end.

    Where a lone CR, a NUL or a line that is no field stands in it, one program sees a From that another does not: then
    a signature, or a word of a relay, may speak of somebody else than the one we show.
    """
    fields = size = crlf = 0
    lines = raw[:HEADER_BLOCK_BYTES].split(b"\n")
    if len(raw) > HEADER_BLOCK_BYTES:
        lines.pop()  # half a line
    for place, ended in enumerate(lines):
        line = ended.removesuffix(b"\r")
        if not line:
            # The end of the header; an LF where all others were CRLF, or the other way round, is none everywhere.
            return place > 0 and (crlf == place if ended else not crlf)
        crlf += len(ended) - len(line)
        if b"\r" in line or b"\0" in line or crlf not in (0, place + 1):
            return False
        if line[:1] in (b" ", b"\t"):
            if not fields or not line.strip():
                return False
            size += len(line)
        elif _FIELD.match(line):
            fields, size = fields + 1, len(line)
        elif place or not _ENVELOPE.match(line):
            return False
        if fields >= HEADERS or size > HEADER_BYTES:
            return False
    return len(raw) <= HEADER_BLOCK_BYTES


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
    """The result of each signature, at most five. One over part of the body (l=) or not over From proves nothing."""
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
            is_whole = b"l" not in mail.signature_fields and b"from" in mail.include_headers
            result = "pass" if is_whole else "policy"
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
