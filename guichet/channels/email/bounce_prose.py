"""Delivery failures told in prose: qmail, Exim, old Exchange and the many that never heard of RFC 3464.

A mail counts only if both its sender (or subject) and its words say so. Bounded, linear patterns.
"""

from __future__ import annotations

import re

from guichet.channels.base import Address, BounceRecipient
from guichet.channels.email import headers
from guichet.channels.email.mime import Part

ADDRESS = re.compile(r"[^\s@<>()\[\]\",;:\\=]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]\d)")
_FAILURE = re.compile(
    r"undeliver|not be (?:delivered|sent|reached|forwarded)|(?:not|n't)(?: yet)?(?: been| be)? deliver(?:ed|able)"
    r"|(?:unable|not able|n't able) to deliver|deliver[ye][^.\n]{0,40}(?:fail|delay|problem|error|abort|warning"
    r"|postpone)"
    r"|could not deliver|failed (?:recipient|address|mail)|fail(?:ed|ure)[^.\n]{0,20}(?:permanent|notice|deliver)"
    r"|returned mail"
    r"|mail (?:delivery|system|failed|error)|permanent (?:fatal )?(?:deliver|error|failure)|did not (?:reach|receive)"
    r"|user unknown|unknown user|no such user|user not known|non-delivery|mailbox (?:is )?full|quota exceeded"
    r"|over quota"
    r"|automatically rejected|rejected mail|has been (?:returned|delayed|postponed)|processing error"
    r"|address(?:\(es\)|es)?:? (?:had|failed)|did not exactly match|returned to sender|wrong or no longer valid"
    r"|no valid recipients|delivery status notification|invalid final delivery"
    r"|n.a pas p[uû] [eê]tre|non remis|[eé]chec de (?:la )?(?:remise|distribution)|n.a pas [eé]t[eé] (?:remis"
    r"|distribu)"
    r"|nicht (?:zugestellt|zustellbar|ausgeliefert)|unzustellbar|zustellung[^.\n]{0,20}(?:fehlgeschlagen|nicht)"
    r"|no (?:se )?(?:pudo|ha podido|puede)[^.\n]{0,30}entreg|non [^.\n]{0,30}(?:consegna|recapita)|mancata consegna"
    r"|n[aã]o (?:p[oô]de|foi|pode)[^.\n]{0,20}(?:entregue|enviada)|niet (?:worden )?(?:bezorgd|afgeleverd)"
    r"|onbestelbaar"
    r"|kunde inte levereras|kunne ikke leveres|ei voitu toimittaa|nie (?:mo[zż]na|zosta[lł]a?) dostarcz|nedoru[cč]"
    r"|не (?:было )?доставлен|не может быть доставлен|невозможно доставить|не удалось доставить"
    r"|无法(?:发送|投递|送达)|投递失败|退信|無法(?:傳送|投遞)|配信できません|配信不能|送信できません",
    re.IGNORECASE,
)
_DELAY = re.compile(
    r"not yet (?:been )?delivered|delayed|postponed|warning message only|will (?:be retried|continue to)"
    r"|just a warning"
    r"|verz[oö]gert|retard[eé]|delivery warning", re.IGNORECASE
)  # fmt: skip
# Where the original mail begins: nothing after it names a failed recipient.
_ORIGINAL = re.compile(
    r"^[^\w\n]{0,80}(?:(?:the )?(?:header|first \d+ lines|header and top)[^\n]{0,30} (?:of|follow)"
    r"|original message(?!\s*id)"
    r"|returned (?:mail|message)|message (?:header|text|body)s? |unsent message|(?:here |this "
    r"|below )?is a copy of|a copy of the"
    r"|included is a copy|below (?:this|the next) line|start of returned|old message:"
    r"|-?begin(?:ning)? of (?:the )?(?:orig|mess)"
    r"|mensaje original|forwarded message|your message reads|a summary of the undelivered|copy of (?:the"
    r"|your) message"
    r"|urspr[uü]ngliche nachricht|message d.origine|session transcript|return-path:|received: (?:from|by))"
    r"|-{2,} {0,2}(?:below this line|original message)",
    re.IGNORECASE | re.MULTILINE,
)
_ALONE = re.compile(
    rf"^[\s>*•|\"'\[(<~-]{{0,40}}(?:smtp:|rfc822;|mailto:)?\s?({ADDRESS.pattern})[>\]\"')]{{0,4}}\s{{0,8}}"
    r"(?:[:;,]|\.\.\.|on \w{3},|- |\(|$)",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"(?:(?:failed |intended |final )?recipients?|error-for|undeliverable address|unknown user|userid"
    r"|(?:generated|expanded) from"
    rf"|addressed to|user|delivery failed \d+ attempts|empf[aä]nger"
    rf"|destinataire)(?:\s?:\s{{0,4}}|\s{{1,4}})[\[<\"']{{0,2}}(?:smtp:)?({ADDRESS.pattern})",
    re.IGNORECASE,
)
_MAILERS = re.compile(
    r"mailer.?daemon|postmaster|mdaemon|mail.?delivery|maildelivery|delivery.?system|smtp|antivirus|imss|bounce"
    r"|system.?admin"
    r"|inetgw|mail.?(?:system|service|gateway|admin)|mta\d?$|no.?delivery|ndr$", re.IGNORECASE
)  # fmt: skip
_REGION = 8000


def prose_recipients(root: Part, text: str, subject: str, sender: Address) -> list[BounceRecipient] | None:
    """The recipients that the words name; [] for a failure that names none, None where this is no bounce."""
    failed = _header_recipients(root)
    by_mailer = bool(failed) or _is_mailer(root, sender)
    in_subject = _FAILURE.search(subject[:500]) is not None
    if not by_mailer and not in_subject:
        return None
    region = told(text)
    said = _FAILURE.search(region) is not None
    if not said and not (by_mailer and in_subject):
        return None
    found = failed or _named(region, _own(root, sender))
    if not found and not by_mailer:
        return None
    action = "delayed" if _DELAY.search(subject[:500]) or _DELAY.search(region) else "failed"
    return [BounceRecipient(item, _status_near(region, item), action, _said_of(region, item)) for item in found]


def told(text: str) -> str:
    """What the mailer itself says, before the copy of the original mail."""
    region = text[:_REGION]
    # The very beginning is never the original: some begin with its name.
    cut = _ORIGINAL.search(region, 20)
    return region[: cut.start()] if cut else region


def recipients_in(text: str, root: Part, sender: Address) -> list[str]:
    """Addresses the prose of a structured report names, for reports whose structure names none."""
    return _named(told(text), _own(root, sender))


def _header_recipients(root: Part) -> list[str]:
    words = headers.raw_text(root.first("x-failed-recipients"))
    return list(dict.fromkeys(ADDRESS.findall(words)))[:100]


def _is_mailer(root: Part, sender: Address) -> bool:
    if _MAILERS.search(sender.address.partition("@")[0]) or _MAILERS.search(sender.name[:100]):
        return True
    return any(value.strip() == b"<>" for value in root.all("return-path")[:1])


def _own(root: Part, sender: Address) -> set[str]:
    """Addresses that are no failed recipients: the mailer's, and ours, to which the report was sent."""
    words = " ".join(headers.raw_text(root.first(name)) for name in ("from", "to", "delivered-to", "reply-to"))
    return {sender.address.lower(), *(item.lower() for item in ADDRESS.findall(words))}


def _named(region: str, own: set[str]) -> list[str]:
    """Addresses on lines of their own or behind a label; without such all that are mentioned."""
    found: list[str] = []
    for line in region.split("\n"):
        match = _ALONE.match(line[:400])
        if match is not None:
            found.append(match[1])
        found += [item for item in _LABELLED.findall(line[:400]) if "@" in item]
    clear = _unique(found, own)
    # Last, forwarders write the report to the very address that failed.
    return clear or _unique(ADDRESS.findall(region), own) or _unique([*found, *ADDRESS.findall(region)], set())


def _unique(found: list[str], own: set[str]) -> list[str]:
    kept: dict[str, str] = {}
    for item in found:
        item = item.strip(".'`/*{}|")
        key = item.lower()
        if key in own or _MAILERS.match(key.partition("@")[0]) or "." not in key.partition("@")[2]:
            continue
        kept.setdefault(key, item)
    return list(kept.values())[:100]


def _status_near(region: str, address: str) -> str:
    """The enhanced status code (RFC 3463) after the address, else anywhere."""
    match = STATUS.search(region, max(region.find(address), 0)) or STATUS.search(region)
    return match[1] if match else ""


def _said_of(region: str, address: str) -> str:
    """The words after the address up to the next empty line."""
    place = region.find(address)
    if place < 0:
        return ""
    words = region[place + len(address) :].lstrip(">]\"':; \t\n").split("\n\n", 1)[0]
    return headers.one_line(words)[:500]
