"""Delivery failures told in prose: qmail, Exim, old Exchange and the many that never heard of RFC 3464.

A mail counts only if both its sender (or subject) and its words say so. Bounded, linear patterns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from guichet.channels.base import Address, BounceRecipient
from guichet.channels.email.reading import headers
from guichet.channels.email.reading.bounce_status import status_of, written_status
from guichet.channels.email.reading.mime import Part

ADDRESS = re.compile(r"[^\s@<>()\[\]\",;:\\=]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
_FAILURE = re.compile(
    r"undeliver|not be (?:delivered|sent|reached|forwarded)|(?:not|n't)(?: yet)?(?: been| be)? deliver(?:ed|able)"
    r"|(?:unable|not able|n't able) to deliver|deliver[ye][^.\n]{0,40}(?:fail|delay|problem|error|abort|warning"
    r"|postpone)"
    r"|could not deliver|failed (?:recipient|address|mail)|fail(?:ed|ure)[^.\n]{0,20}(?:permanent|notice|deliver)"
    r"|returned mail"
    r"|malformed recipient|incorrectly constructed|undelivered|error message below|エラー通知|mail (?:delivery"
    r"|system|failed|error)|permanent (?:fatal )?(?:deliver|error|failure)|did not (?:reach|receive)"
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
    r"|just a warning|delivery incomplete|temporary problem|will retry|still being retried"
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
    r"|-- {0,2}(?:below this line|original message)",
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
    r"mailer.?daemon|mdaemon|mail.?delivery|maildelivery|delivery.?system|smtp|antivirus|imss|bounce"
    r"|system.?admin"
    r"|inetgw|post.?master|mail.?(?:system|service|gateway|admin)|mta\d?$|no.?delivery|ndr$", re.IGNORECASE
)  # fmt: skip
_REGION = 8000
_RIVALS = 100
_MENTIONS = 5
_BLOCKS = 30
_SAID = 500
_ANSWERED = re.compile(r"\s*(?:re|fwd?|aw|wg|tr|rv|vs|sv|antw|odp|pd|enc|doorst|回复|转发|答复)\s?[:：]", re.IGNORECASE)
# How servers write; people who ask about a returned mail do not.
_SERVER_WORDS = re.compile(
    rf"^[ >*]{{0,8}}[<\[(]?(?:smtp:)?{ADDRESS.pattern}[>\])]?[ :;,.]{{0,8}}$|(?<![\d.])[45]\d\d[ -]#?[45]\.\d\.\d"
    rf"|<{ADDRESS.pattern}>\s?:|\b(?:smtp|rcpt to|mail from|transcript|remote (?:host|server)|mail server|mailer)\b"
    r"|(?<![\d.])5[05]\d [a-z<]|#5\.\d\.\d|following (?:recipient|address|user)|non-delivery report"
    r"|final-recipient|failed recipient"
    r"|did not reach|delivered to:? {0,3}<|permanent (?:fatal )?error|delivery (?:system|program|agent|subsystem)",
    re.IGNORECASE | re.MULTILINE,
)
# A mailbox that answers for somebody who is away, or a gateway that wants to be asked: no failure.
_NO_REPORT = re.compile(
    r"out of (?:the )?office|on (?:vacation|holiday|leave)|auto(?:matic)?[ -]?(?:reply|response)|away from"
    r"|absence du bureau|abwesen|nicht im (?:b[uü]ro|hause)|hors du bureau", re.IGNORECASE
)  # fmt: skip
_REPLY_LINE = re.compile(r"^[<> \t*-]{0,8}[45]\d\d[ -][^\n]{3,300}$", re.MULTILINE)
_GREETING = re.compile(r"\s*(?:hi|hello|dear|hallo|bonjour|guten|liebe|hola|ciao|sehr geehrte)\b", re.IGNORECASE)
# Lines that name the sender or the mail itself.
_NOT_THE_RECIPIENT = re.compile(
    r"^[ \t>*]{0,8}(?:mail |envelope[ -])?(?:from|sender|reply-to|return-path|errors-to)\s?:[^\n]{0,300}"
    r"|message-?id\s?:\s{0,3}<?[^<>\s]{1,300}>?",
    re.IGNORECASE | re.MULTILINE,
)
_FOLLOWING = re.compile(r"following|recipients?\b.{0,40}:|not delivered to", re.IGNORECASE)
_BARE = re.compile(r"[ \t>]{0,20}([a-z0-9][\w.+-]{1,63})[ \t]*(?:$|[:(]|[ \t]{2})", re.IGNORECASE)
_HELP = re.compile(
    rf"(?:contact|write to|send (?:e-?)?mail to|assistance|help|problems? to|questions? to|連絡は|、)[^\n@]{{0,40}}?"
    rf"[<(]?{ADDRESS.pattern}", re.IGNORECASE
)  # fmt: skip


def of_prose(root: Part, text: str, subject: str, sender: Address) -> list[BounceRecipient] | None:
    """The recipients that the words name; [] for a failure that names none, None where this is no bounce."""
    failed = _header_recipients(root)
    by_mailer = bool(failed) or is_mailer(root, sender)
    in_subject = _FAILURE.search(subject[:500]) is not None
    if not by_mailer and not in_subject:
        return None
    region = told(text)
    said = _FAILURE.search(region) is not None
    if not said and not (by_mailer and in_subject):
        return None
    if not by_mailer and not _reads_like_a_server(region, subject):
        return None
    if by_mailer and not failed and _NO_REPORT.search(region[:2000]) and not _SERVER_WORDS.search(region):
        return None
    found = failed or _named(region, _own(root, sender)) or (_bare(region, sender) if by_mailer else [])
    if not found and not by_mailer:
        return None
    is_delay = _DELAY.search(subject[:500]) is not None or _DELAY.search(region) is not None
    action = "delayed" if is_delay else "failed"
    out = []
    for item in found:
        words = said_of(region, item, found)
        # Of one recipient the whole report tells.
        status = written_status(words)
        if not status and len(found) == 1:
            status = written_status(region)
        status = status or status_of(words, is_delay=is_delay)
        if not status and len(found) == 1:
            status = status_of(region, is_delay=is_delay) or status_of(subject[:500], is_delay=is_delay)
        if not status and len(found) == 1 and (replied := _REPLY_LINE.search(text[:_REGION])):
            status = status_of(replied[0])  # a transcript of the session
        out.append(BounceRecipient(item, status, action, words))
    return out


def told(text: str) -> str:
    """What the mailer itself says, before the copy of the original mail."""
    region = text[:_REGION]
    # The very beginning is never the original: some begin with its name.
    cut = _ORIGINAL.search(region, 20)
    return region[: cut.start()] if cut else region


def recipients_in(text: str, root: Part, sender: Address) -> list[str]:
    """Addresses the prose of a structured report names, for reports whose structure names none."""
    return _named(told(text), _own(root, sender))


def is_mailer(root: Part, sender: Address) -> bool:
    """Whether the sender is a mail server, by name or by its empty return path."""
    if _MAILERS.search(sender.address.partition("@")[0]) or _MAILERS.search(sender.name[:100]):
        return True
    return any(value.strip() == b"<>" for value in root.all("return-path")[:1])


def said_of(region: str, address: str, others: Iterable[str] = ()) -> str:
    """What the report says of the address: the paragraph around it that holds a reason, one line, at most 500."""
    rivals = [item for item in others if item != address][:_RIVALS]
    first = ""
    place = region.find(address)
    for _ in range(_MENTIONS):
        if place < 0:
            break
        words = _around(region, place, address, rivals)
        if written_status(words):
            return words
        first = first if status_of(first) else words
        place = region.find(address, place + len(address))
    # Alone in the report: the line with the reason may stand anywhere.
    if not rivals:
        blocks = [headers.one_line(block)[:_SAID] for block in region.split("\n\n")[:_BLOCKS]]
        told_by: list[Callable[[str], str]] = [written_status, status_of] if not status_of(first) else [written_status]
        for reason in told_by:
            for words in blocks:
                if reason(words):
                    return words
    return first


def _around(region: str, place: int, address: str, rivals: list[str]) -> str:
    """The words behind the address as far as they are about it, or else its own line."""
    after = place + len(address)
    end = min(len(region), after + 1500)
    for rival in rivals:
        found = region.find(rival, after, end)
        end = found if found >= 0 else end
    behind = region[after:end].lstrip(">]\"':;.,*|) \t\n")
    words = headers.one_line(behind.split("\n\n", 1)[0])[:_SAID]
    if status_of(words):
        return words
    # "550 5.1.1 <a@b>... User unknown": the code stands before the address.
    start = region.rfind("\n", 0, place) + 1
    line = headers.one_line(region[start : region.find("\n", after) if "\n" in region[after:] else len(region)])
    return line[:_SAID] if status_of(line) else words


def _reads_like_a_server(region: str, subject: str) -> bool:
    """People write "my mail was returned", too, and pass such mails on: then a person speaks first, or asks."""
    if not _SERVER_WORDS.search(region) or "?" in region[:1000] or _GREETING.match(region[:80]):
        return False
    return not _ANSWERED.match(subject[:50]) or _FAILURE.search(region[:200]) is not None


def _header_recipients(root: Part) -> list[str]:
    words = headers.raw_text(root.first("x-failed-recipients"))
    return list(dict.fromkeys(ADDRESS.findall(words)))[:100]


def _own(root: Part, sender: Address) -> set[str]:
    """Addresses that are no failed recipients: the mailer's, and ours, to which the report was sent."""
    words = " ".join(headers.raw_text(root.first(name)) for name in ("from", "to", "delivered-to", "reply-to"))
    return {sender.address.lower(), *(item.lower() for item in ADDRESS.findall(words))}


def _named(region: str, own: set[str]) -> list[str]:
    """Addresses on lines of their own or behind a label; without such all that are mentioned."""
    found: list[str] = []
    region = _NOT_THE_RECIPIENT.sub(" ", region)
    for line in region.split("\n"):
        match = _ALONE.match(line[:400])
        if match is not None:
            found.append(match[1])
        found += [item for item in _LABELLED.findall(line[:400]) if "@" in item]
    clear = _unique(found, own)
    others = _HELP.sub(" ", region)
    # Last, forwarders write the report to the very address that failed.
    return clear or _unique(ADDRESS.findall(others), own) or _unique([*found, *ADDRESS.findall(others)], set())


def _bare(region: str, sender: Address) -> list[str]:
    """Names without a domain below "the following recipients": mailboxes of the server that writes."""
    lines = region.split("\n")[:100]
    domain = sender.address.rpartition("@")[2].lower()
    for place, line in enumerate(lines):
        if "." in domain and _FOLLOWING.search(line[:200]):
            below = [match[1] for item in lines[place + 1 : place + 6] if (match := _BARE.match(item[:100]))]
            if below:
                return [f"{item}@{domain}" for item in below]
    return []


def _unique(found: list[str], own: set[str]) -> list[str]:
    kept: dict[str, str] = {}
    for item in found:
        item = item.strip(".'`/*{}|")
        key = item.lower()
        if key in own or _MAILERS.match(key.partition("@")[0]) or "." not in key.partition("@")[2]:
            continue
        kept.setdefault(key, item)
    return list(kept.values())[:100]
