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
from typing import Any, Literal, NamedTuple

import authres
import authres.dmarc
from publicsuffix2 import PublicSuffixList  # type: ignore[import-untyped]

from guichet.channels.base import Incoming
from guichet.channels.email import sender_checks
from guichet.channels.email.addresses import addresses
from guichet.channels.email.limits import HEADER_BLOCK_BYTES
from guichet.channels.email.resolver import Questions, Unanswered

Verdict = Literal["pass", "fail", "none"]
# Why a verdict is what it is, for the page: several people in From, name servers that were silent, a policy of "none",
# no word of the relay about this mail, a mail that came to us by a machine of our own.
Note = Literal["", "several", "silent", "policy", "unmarked", "relayed"]
US = "Guichet"  # who checked, where we did
_CHARS = 8000
# Exchange Online writes its results without a name on top, and renames those that others wrote.
_NAMELESS = ("outlook.com", "protection.outlook.com")
_RESULTS = authres.FeatureContext(authres.dmarc)
_POLICIES = {
    name: re.compile(rf"[(;,\s](?:{words})\s*=\s*(none|quarantine|reject|oreject)\b", re.IGNORECASE)
    for name, words in (("p", "p|policy|policy\\.dmarc"), ("sp", "sp"), ("done", "action|dis|disposition"))
}
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
    people = _authors(raw)
    domain = domain_of(incoming.sender.address)
    if authserv_id:
        said = _of_relay(incoming.auth_results, authserv_id.lower(), domain)
        if said is not None:
            return _with_one_author(said, people)
        if not checks:
            return Trust("none", authserv_id, domain=domain, note="unmarked")
    if not checks:
        return UNCHECKED
    return _with_one_author(_of_our_own(raw, domain, came), people)


def asks_dns(incoming: Incoming, authserv_id: str, *, checks: bool) -> bool:
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


def _with_one_author(trust: Trust, people: int) -> Trust:
    """RFC 7489 6.6.1: who would be believed of several in From? Nobody."""
    if people < 2:
        return trust
    return replace(trust, verdict="fail", note="several")


def _authors(raw: bytes) -> int:
    """How many different addresses the From fields name."""
    block = raw[:HEADER_BLOCK_BYTES].replace(b"\r\n", b"\n").lstrip(b"\n").partition(b"\n\n")[0]
    unfolded = block.replace(b"\n ", b" ").replace(b"\n\t", b" ")
    lines = (line.partition(b":") for line in unfolded.split(b"\n"))
    fields = [value for name, _colon, value in lines if name.strip().lower() == b"from"]
    found = {
        item.address.lower()
        for field in fields[:20]
        for item in addresses(field[:_CHARS])[0]
        if "@" in item.address
    }  # fmt: skip
    return len(found)


# What the relay says.


def _marked(fields: Sequence[str], authserv_id: str) -> str:
    """The topmost field of this relay without its name; it strips what others wrote under it (RFC 8601 5)."""
    if authserv_id in _NAMELESS:
        top = fields[0] if fields else ""
        return top if re.match(r"\s*(?:spf|dkim|dmarc)\s*=", top, re.IGNORECASE) else ""
    for field in fields:
        name, _, rest = field[:_CHARS].partition(";")
        if name.split()[:1] and name.split()[0].strip('"').lower() == authserv_id:
            return rest
    return ""


def _of_relay(fields: Sequence[str], authserv_id: str, domain: str) -> Trust | None:
    said = _marked(fields, authserv_id)
    if not said:
        return None
    results = _parsed(said)
    spf = next((each for each in results if each.method == "spf"), None)
    dkim = [each for each in results if each.method == "dkim"]
    dmarc = next((each for each in results if each.method == "dmarc"), None)
    signers = [_dkim_domain(each) for each in dkim if each.result == "pass"]
    signer = next((each for each in signers if is_aligned(domain, each)), "")
    sent_by = _property(spf, "smtp", "mailfrom").rpartition("@")[2] if spf and spf.result == "pass" else ""
    found = Trust(
        "none",
        authserv_id,
        spf=spf.result if spf else "",
        dkim="pass" if signers else dkim[0].result if dkim else "",
        dmarc=dmarc.result if dmarc else "",
        domain=domain,
    )
    told = _property(dmarc, "header", "from").rpartition("@")[2] if dmarc else ""
    if dmarc and dmarc.result in ("pass", "bestguesspass") and (not told or is_aligned(domain, told)):
        return replace(found, verdict="pass")
    if dmarc and dmarc.result == "fail":
        if _policy_told(said, domain) == "none":
            return replace(found, note="policy")
        return replace(found, verdict="fail")
    if signer or is_aligned(domain, sent_by):
        return replace(found, verdict="pass", domain=signer or sent_by)
    is_silent = any(each.result == "temperror" for each in results)
    return replace(found, note="silent") if is_silent else found


def _parsed(said: str) -> list[Any]:
    """All results that can be understood; a clause that breaks the grammar does not hide the others."""
    try:
        return list(_RESULTS.parse_value(f"x; {said}").results)
    except (authres.AuthResError, ValueError):
        found: list[Any] = []
    for clause in said.split(";")[:50]:
        try:
            found += _RESULTS.parse_value(f"x; {clause.strip()}").results
        except (authres.AuthResError, ValueError):
            continue  # a word of the relay's own
    return found


def _property(result: Any, kind: str, name: str) -> str:
    for one in (result.properties or ()) if result else ():
        if one.type == kind and one.name == name:
            return str(one.value or "").strip("<>").lower()
    return ""


def _dkim_domain(result: Any) -> str:
    return _property(result, "header", "d") or _property(result, "header", "i").rpartition("@")[2]


def _policy_told(said: str, domain: str) -> str:
    """What the domain asks for, as relays tell it beside their result; "" where they do not."""
    place = said.lower().find("dmarc")
    found = {name: hit[1].lower() for name, look in _POLICIES.items() if (hit := look.search(said, place))}
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
    spf = sender_checks.spf(came.peer, came.envelope_from, questions) if _is_outside(came.peer) else sender_checks.NONE
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
    if not _is_outside(came.peer):
        # Behind a relay SPF would say something about the relay: only a signature could have proved this mail.
        return replace(found, note="relayed")
    return replace(found, verdict="fail")


def _is_outside(peer: str) -> bool:
    """Whether a mail came from the outside world itself and not from a machine of our own."""
    try:
        address: Any = ipaddress.ip_address(peer)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return not any(address in net for net in _OUR_NETS if net.version == address.version)
