"""Whether a mail's sender is who he says, from SPF, DKIM and DMARC (RFC 7208, 6376, 7489).

The configured relay's Authentication-Results (RFC 8601) count first; where we are the MX ourselves, our own checks.
Nothing that a sender can write counts: neither results under another name, nor Received, nor ARC (RFC 8617).
"""

from __future__ import annotations

import importlib.resources
import ipaddress
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any, Literal, NamedTuple

import authres
import authres.dmarc
from publicsuffix2 import PublicSuffixList  # type: ignore[import-untyped]

from guichet.channels.base import Incoming
from guichet.channels.email import sender_checks
from guichet.channels.email.resolver import Questions, Unanswered

Verdict = Literal["pass", "fail", "none"]
# Why a verdict is what it is, for the page: several people in From, name servers that were silent, a policy of "none",
# no word of the relay about this mail, a mail that came to us by a machine of our own, a header that can be read in
# two ways.
Note = Literal["", "several", "silent", "policy", "unmarked", "relayed", "broken"]
US = "Guichet"  # who checked, where we did
_CHARS = 60_000  # less than what the reader cuts
_CLAUSES = 200
# Exchange Online writes its results without a name on top, and renames those that others wrote.
_NAMELESS = ("outlook.com", "protection.outlook.com")
_RESULTS = authres.FeatureContext(authres.dmarc)
_FAILED = re.compile(r"dmarc\s*=\s*fail", re.IGNORECASE)
_POLICIES = {
    name: re.compile(rf"[(;,\s](?:{words})\s*=\s*(none|quarantine|reject|oreject)\b", re.IGNORECASE)
    for name, words in (("p", "p|policy|policy\\.dmarc"), ("sp", "sp"), ("done", "action|dis|disposition"))
}
_PASSED = ("pass", "bestguesspass")
_MARKS = re.compile(r'\\.|["();]', re.DOTALL)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BEGIN = re.compile(r"\s*(spf|dkim|dmarc)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_OUR_NETS = [
    ipaddress.ip_network(net)
    for net in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
]


@dataclass(frozen=True, slots=True)
class Trust:
    """What is known of the sender. `verdict` is about the address in From: "pass" proved by its domain, "fail" refused
    by it, "none" neither; "" where nobody checked. `by` names who checked, `domain` the one that stands for it, `note`
    says why there is no better verdict.
    """

    verdict: Verdict | Literal[""] = ""
    by: str = ""
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    domain: str = ""
    note: Note = ""

    def as_json(self) -> dict[str, Any]:
        """As `Message.trust` keeps it; empty where nobody checked."""
        return asdict(self) if self.verdict else {}


UNCHECKED = Trust()


class Came(NamedTuple):
    """How a mail came, of what the sender cannot choose: by SMTP from `peer` (else empty), under `envelope_from`."""

    peer: str = ""
    envelope_from: str = ""


UNKNOWN_WAY = Came()


def judge(raw: bytes, incoming: Incoming, authserv_id: str, *, checks: bool = False, came: Came = UNKNOWN_WAY) -> Trust:
    """What is known of the sender: the relay `authserv_id` is asked first, then (`checks`) his domain, by DNS.

    Without either nobody checks. DNS that does not answer is no verdict, and never an error.
    """
    is_plain = sender_checks.is_plain(raw)
    domain = domain_of(incoming.sender.address)
    if authserv_id:
        said = _of_relay(incoming.auth_results, authserv_id.lower(), domain)
        if said is not None:
            return _of_authors(said, incoming, is_plain=is_plain)
        if not checks:
            return Trust("none", authserv_id, domain=domain, note="unmarked")
    if not checks:
        return UNCHECKED
    return _of_authors(_of_our_own(raw, domain, came), incoming, is_plain=is_plain)


def asks_dns(incoming: Incoming, authserv_id: str, checks: bool) -> bool:
    """Whether `judge` will wait for name servers."""
    return checks and not (authserv_id and _marked(incoming.auth_results, authserv_id.lower()))


def domain_of(address: str) -> str:
    """The domain of an address as DNS knows it (A-labels, lower case); empty where there is none."""
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""


def organisation(domain: str) -> str:
    """The organisational domain (RFC 7489 3.2), by the list of public suffixes that authheaders brings."""
    found = str(_suffixes().get_public_suffix(domain) or domain)
    # Of an ending that the list does not know it gives the ending alone.
    return found if "." in found else ".".join(domain.split(".")[-2:])


def is_aligned(domain: str, other: str, mode: str = "r") -> bool:
    """RFC 7489 3.1: the same organisation, or (mode "s") the very same name."""
    if not domain or not other:
        return False
    return domain == other if mode == "s" else organisation(domain) == organisation(other)


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    with (importlib.resources.files("authheaders") / "public_suffix_list.txt").open(encoding="utf-8") as lines:
        return PublicSuffixList(lines)


def _of_authors(trust: Trust, incoming: Incoming, *, is_plain: bool) -> Trust:
    """What is left of a verdict, seeing whom the mail names as its authors.

    RFC 7489 6.6.1: who would be believed of several in From? Nobody. And a proof counts only for the address that we
    show, and only where no other program can have taken another one for it.
    """
    if len(incoming.authors) > 1:
        return replace(trust, verdict="fail", note="several")
    if trust.verdict == "pass" and not (is_plain and incoming.authors == (incoming.sender.address.lower(),)):
        return replace(trust, verdict="none", note="broken")
    return trust


# What the relay says.


def _marked(fields: Sequence[str], authserv_id: str) -> str:
    """The topmost field of this relay without its name; it strips what others wrote under it (RFC 8601 5)."""
    if authserv_id in _NAMELESS:
        top = fields[0] if fields else ""
        return top if re.match(r"\s*(?:spf|dkim|dmarc)\s*=", top, re.IGNORECASE) else ""
    for field in fields:
        name, _, rest = field.partition(";")
        if name.split()[:1] and name.split()[0].strip('"').lower() == authserv_id:
            return rest
    return ""


def _of_relay(fields: Sequence[str], authserv_id: str, domain: str) -> Trust | None:
    said = _marked(fields, authserv_id)
    if not said:
        return None
    results, is_sound = _results(said)
    spf = next((each for each in results if each.method == "spf"), None)
    dkim = [each for each in results if each.method == "dkim"]
    # A relay says it once. Were there another one that a sender slipped in, the worst counts.
    dmarc = next(iter(sorted((each for each in results if each.method == "dmarc"), key=_hope)), None)
    signers = [_dkim_domain(each) for each in dkim if each.result == "pass"]
    signer = next((each for each in signers if is_aligned(domain, each)), "")
    sent_by = spf.property("smtp", "mailfrom").rpartition("@")[2] if spf and spf.result == "pass" else ""
    found = Trust(
        "none",
        authserv_id,
        spf=spf.result if spf else "",
        dkim="pass" if signers else dkim[0].result if dkim else "",
        dmarc=dmarc.result if dmarc else "",
        domain=domain,
    )
    if not is_sound:
        # Whatever hides in it, no sender would write that he is refused.
        return replace(found, verdict="fail" if _FAILED.search(said) else "none", note="broken")
    if dmarc and dmarc.result == "fail":
        failed = [each for each in results if each.method == "dmarc" and each.result == "fail"]
        if all(_policy_told(each.clause, domain) == "none" for each in failed):
            return replace(found, note="policy")
        return replace(found, verdict="fail")
    told = dmarc.property("header", "from").rpartition("@")[2] if dmarc else ""
    if dmarc and dmarc.result in _PASSED and is_aligned(domain, told):
        return replace(found, verdict="pass")
    if signer or is_aligned(domain, sent_by):
        return replace(found, verdict="pass", domain=signer or sent_by)
    is_silent = any(each.result == "temperror" for each in results)
    return replace(found, note="silent") if is_silent else found


class _Result(NamedTuple):
    """One clause of Authentication-Results: what authres makes of it, None where it is not its grammar."""

    method: str
    result: str
    clause: str
    parsed: Any

    def property(self, kind: str, name: str) -> str:
        for one in (self.parsed.properties or ()) if self.parsed else ():
            if one.type == kind and one.name == name:
                return str(one.value or "").strip("<>").lower()
        return ""


def _hope(result: _Result) -> int:
    return 0 if result.result == "fail" else 2 if result.result in _PASSED else 1


def _results(said: str) -> tuple[list[_Result], bool]:
    """The result that each clause begins with, and whether the field was sound.

    Senders choose some of the words in it (return path, HELO, selector). A semicolon within quotes or a comment begins
    no clause, and a clause that breaks the grammar has a result, but no properties.
    """
    clauses, is_sound = _clauses(said[:_CHARS])
    found: list[_Result] = []
    for clause in clauses[:_CLAUSES]:
        begin = _BEGIN.match(clause)
        if begin is None:
            continue  # a word of the relay's own
        try:
            parsed = next(iter(_RESULTS.parse_value(f"x; {clause.strip()}").results), None)
        except (authres.AuthResError, ValueError, RecursionError):
            parsed = None
        found.append(_Result(begin[1].lower(), begin[2].lower(), clause, parsed))
    return found, is_sound and len(clauses) <= _CLAUSES and len(said) <= _CHARS


def _clauses(said: str) -> tuple[list[str], bool]:
    """Cut at semicolons outside quoted strings and comments, which nest (RFC 5322 3.2).

    Not sound are those that never end, and a comment with half a quoted string: what stands there began within quotes.
    """
    cuts, depth, quotes, is_quoted, is_sound = [-1], 0, 0, False, True
    for mark in _MARKS.finditer(said):
        char = mark[0][-1]
        if len(mark[0]) > 1 and (is_quoted or depth):
            continue  # quoted-pair
        match char:
            case '"' if depth:
                quotes += 1
            case '"':
                is_quoted = not is_quoted
            case "(" if not is_quoted:
                depth += 1
            case ")" if not is_quoted and depth:
                depth -= 1
                if not depth:
                    is_sound &= quotes % 2 == 0
                    quotes = 0
            case ";" if not is_quoted and not depth:
                cuts.append(mark.end() - 1)
    clauses = [said[start + 1 : end] for start, end in pairwise([*cuts, len(said)])]
    return clauses, is_sound and not depth and not is_quoted


def _dkim_domain(result: _Result) -> str:
    return result.property("header", "d") or result.property("header", "i").rpartition("@")[2]


def _policy_told(clause: str, domain: str) -> str:
    """What the domain asks for, as relays tell it beside their result on DMARC; "" where they do not."""
    words = _QUOTED.sub('""', clause)
    found = {name: hit[1].lower() for name, look in _POLICIES.items() if (hit := look.search(words))}
    is_below = organisation(domain) != domain
    return (found.get("sp") if is_below else None) or found.get("p") or found.get("done") or ""


# What we find out ourselves.


def _of_our_own(raw: bytes, domain: str, came: Came) -> Trust:
    questions = Questions()
    policy, is_silent = sender_checks.NO_POLICY, False
    try:
        policy = sender_checks.policy(domain, organisation(domain), questions)
    except Unanswered:
        is_silent = True
    spf = sender_checks.spf(came.peer, came.envelope_from, questions) if is_outside(came.peer) else sender_checks.NONE
    signatures = sender_checks.dkim(raw, questions)
    signed = [each.domain for each in signatures if each.result == "pass"]
    signer = next((each for each in signed if is_aligned(domain, each, policy.dkim)), "")
    is_sent_by = spf.result == "pass" and is_aligned(domain, domain_of(spf.domain), policy.spf)
    found = Trust(
        "none",
        US,
        spf=spf.result,
        dkim="pass" if signed else signatures[0].result if signatures else "none",
        dmarc=("pass" if signer or is_sent_by else f"fail (p={policy.asks})") if policy.asks else "none",
        domain=domain,
    )
    if signer or is_sent_by:
        return replace(found, verdict="pass", domain=signer or domain_of(spf.domain))
    if is_silent or spf.result == "temperror" or any(each.result == "temperror" for each in signatures):
        return replace(found, dmarc="temperror", note="silent")
    if policy.asks not in ("quarantine", "reject"):
        return replace(found, note="policy") if policy.asks else found
    if not is_outside(came.peer):
        # Behind a relay SPF would say something about the relay: only a signature could have proved this mail.
        return replace(found, note="relayed")
    return replace(found, verdict="fail")


def is_outside(peer: str) -> bool:
    """Whether a mail came from the outside world itself and not from a machine of our own."""
    try:
        address: Any = ipaddress.ip_address(peer)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return not any(address in net for net in _OUR_NETS if net.version == address.version)
