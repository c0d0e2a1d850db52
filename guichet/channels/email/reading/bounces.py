"""Reports about our mail: of delivery (RFC 3464, 6522), of abuse (ARF, RFC 5965), of reading (RFC 8098).

Those with a structure are read here; the words of the many that have none in `bounce_prose`.
"""

from __future__ import annotations

import re

from guichet.channels.base import Address, Bounce, BounceRecipient
from guichet.channels.email.reading import headers
from guichet.channels.email.reading.addresses import addresses
from guichet.channels.email.reading.auto import receipt_prose
from guichet.channels.email.reading.bounce_prose import (
    ADDRESS,
    is_mailer,
    of_prose,
    recipients_in,
    said_of,
    told,
)
from guichet.channels.email.reading.bounce_status import STATUS, is_general, status_of, written_status
from guichet.channels.email.reading.mime import MESSAGES, Part, Tree

_MAX_RECIPIENTS = 100
_MAX_REPORTS = 5
_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_HEADER_TYPES = ("text/rfc822-headers", "text/rfc822-header", "message/rfc822-headers", "message/global-headers",
                 "text/rfc822", "message/partial")  # fmt: skip
_READ_TYPES = ("message/disposition-notification", "message/global-disposition-notification")
_QUOTED_ID = re.compile(r"^[>| \t]{0,20}message-id:\s{0,5}<([^<>\s]{1,300})>", re.IGNORECASE | re.MULTILINE)
_QUOTED_TO = re.compile(
    rf"^[>| \t]{{0,20}}(?:to|rcpt to|x-failed-recipients):\s{{0,5}}[^\n@]{{0,80}}?<?({ADDRESS.pattern})>?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_FIELDS_IN_TEXT = re.compile(r"^[>| \t]{0,8}(?:final|original)-recipient:", re.IGNORECASE | re.MULTILINE)
_QUOTE_MARK = re.compile(r"^[>| \t]{1,8}", re.MULTILINE)
_FAMILY = re.compile(r"[^;@\s]{1,40};")


def bounce_of(root: Part, text: str, subject: str, sender: Address) -> Bounce | None:
    """What a report says, None if this mail is none. Reports of success or delay count as reports too.

    An abuse report names the recipients who complained, with the action "delivered"; a receipt the reader, if it
    tells, with the action "displayed", "deleted" or what else it says.
    """
    parts = _walk(root)
    return (
        _abuse(root, parts, sender)
        or _read(root, parts, text, subject)
        or _delivery(root, parts, text, subject, sender)
    )


def _walk(root: Part) -> list[Part]:
    out: list[Part] = []
    stack = [root]
    while stack:
        part = stack.pop()
        out.append(part)
        if part is root or not part.content_type.startswith("message/"):
            stack.extend(reversed(part.children))
    return out


# Delivery


def _delivery(root: Part, parts: list[Part], text: str, subject: str, sender: Address) -> Bounce | None:
    fields = [part for part in parts if part.content_type in _STATUS_TYPES]
    if not fields and is_mailer(root, sender):
        parts = parts + _inner(parts)
        fields = [part for part in parts if part.content_type in _STATUS_TYPES]
    domain = _original_domain(parts)
    found = [item for part in fields[:_MAX_REPORTS] for item in status_recipients(part.content(), domain)]
    if found:
        found = [_told_better(item, text) for item in found]
    elif fields:
        found = [_of_words(item, text) for item in recipients_in(text, root, sender)]
        found = found or [_of_words(item, text) for item in _original_recipients(parts, text)]
    else:
        prose = _prose(root, parts, text, subject, sender)
        if prose is None:
            return None
        found = prose
    unique = {item.address.lower(): item for item in reversed(found)}
    kept = tuple(list(unique.values())[::-1][:_MAX_RECIPIENTS])
    return Bounce(kept, _original_message_id(parts) or _quoted_message_id(text) or _answered_id(root))


def _prose(root: Part, parts: list[Part], text: str, subject: str, sender: Address) -> list[BounceRecipient] | None:
    """Reports without a part of their own: fields pasted into the text, or words."""
    found = of_prose(root, text, subject, sender)
    if found is None:
        return None
    if _FIELDS_IN_TEXT.search(text[:50_000]):
        pasted = _QUOTE_MARK.sub("", text[:50_000]).encode("utf-8", "replace")
        fields = status_recipients(pasted, _original_domain(parts))
        if fields:
            return fields
    return found or [_of_words(item, text) for item in _original_recipients(parts, text)]


def _inner(parts: list[Part]) -> list[Part]:
    """The parts of attached mails: gateways wrap a report into one of their own."""
    out: list[Part] = []
    for part in parts[1:]:
        if part.content_type not in MESSAGES or not part.children or len(out) >= 50:
            continue
        # Of attached mails only the fields have been read so far.
        if b"delivery-status" in part.children[0].first("content-type").lower():
            out += _walk(Tree([]).read(part.message().lstrip(b"\r\n")))[:20]
    return out


def status_recipients(content: bytes, domain: str = "") -> list[BounceRecipient]:
    """The groups of fields of message/delivery-status (RFC 3464 2.3), one recipient each after the first.

    `domain` completes addresses that are only a local part.
    """
    out: list[BounceRecipient] = []
    tree = Tree([])
    for block in re.split(rb"\n[ \t]*\n", content.replace(b"\r\n", b"\n"))[: _MAX_RECIPIENTS + 1]:
        fields, _body = tree.split_headers(block.lstrip(b"\n") + b"\n\n")
        group: dict[str, str] = {}
        for name, value in fields:
            # A second recipient without an empty line before it.
            if name in ("final-recipient", "original-recipient") and name in group:
                out += _recipient(group, domain)
                group = {}
            group.setdefault(name, headers.text(value))
        out += _recipient(group, domain)
    return out


def _recipient(group: dict[str, str], domain: str) -> list[BounceRecipient]:
    names = ("original-recipient", "final-recipient", "x-actual-recipient")
    written = [_typed(group[name]) for name in names if name in group]
    found = [match[0] for item in written if (match := ADDRESS.search(item)) and not item.startswith(("/", "|", "@"))]
    # A pipe or a file behind the address that it stands for.
    found += [match[0] for item in written if (match := ADDRESS.search(item))]
    bare = [item.strip("<> ") for item in written if item.strip("<> ") and "@" not in item]
    if not found and bare:
        found = [f"{name}@{domain}" if domain else name for name in bare if re.fullmatch(r"[\w.+-]{1,64}", name)]
    if not found:
        return []
    status = STATUS.search(group.get("status", ""))
    said = _typed(group.get("diagnostic-code", ""))[:1000]
    action = re.match(r"\s*([a-z-]{1,30})", group.get("action", "").lower())
    kind = {"failure": "failed", "fail": "failed", "delay": "delayed"}.get(action[1], action[1]) if action else ""
    return [BounceRecipient(found[0].strip("<>"), _status(status[1] if status else "", said, kind), kind, said)]


def _status(field: str, said: str, action: str) -> str:
    """The status of a group. The code in the far server's own words is the more exact one: the field is often only
    x.0.0, or says that time ran out. But a delivery that was given up is not made temporary by its last reply.
    """
    written = written_status(said)
    if not field:
        return written or status_of(said, is_delay=action == "delayed")
    if written and not is_general(written) and not (field[0] == "5" and written[0] == "4"):
        return written
    return field


def _told_better(item: BounceRecipient, text: str) -> BounceRecipient:
    """With the words of the readable part, where the fields give no diagnosis."""
    if item.diagnostic or not text:
        return item
    said = said_of(told(text), item.address)
    return BounceRecipient(item.address, _status(item.status, said, item.action), item.action, said)


def _of_words(address: str, text: str) -> BounceRecipient:
    said = said_of(told(text), address)
    return BounceRecipient(address, status_of(said), "failed", said)


def _typed(value: str) -> str:
    """`rfc822; a@b` without its type."""
    match = _FAMILY.match(value.strip())
    return (value.strip()[match.end() :] if match else value).strip()


# Abuse


def _abuse(root: Part, parts: list[Part], sender: Address) -> Bounce | None:
    report = next((part for part in parts if part.content_type == "message/feedback-report"), None)
    # Outlook's programme for senders (JMRP) attaches the mail without any field about it.
    by_name = sender.address.lower() == "staff@hotmail.com" and any(part.content_type in MESSAGES for part in parts)
    if report is None and not by_name:
        return None
    fields: list[tuple[str, bytes]] = []
    if report is not None:
        fields, _body = Tree([]).split_headers(report.content().lstrip(b"\r\n") + b"\r\n\r\n")
    names = ("original-rcpt-to", "removal-recipient", "original-recipient", "redacted-address")
    words = " ".join(headers.raw_text(value) for name, value in fields if name in names)
    complained = list(dict.fromkeys(ADDRESS.findall(words)))[:_MAX_RECIPIENTS]
    complained = complained or _original_recipients(parts, "")
    kind = next((headers.raw_text(value) for name, value in fields if name == "feedback-type"), "abuse")
    return Bounce(
        tuple(BounceRecipient(item, "", "delivered", kind.strip()[:100]) for item in complained),
        _original_message_id(parts),
        "abuse",
    )


# Reading


def _read(root: Part, parts: list[Part], text: str, subject: str) -> Bounce | None:
    """A receipt by its fields (RFC 8098 3.2) or, without them, by its words."""
    report = next((part for part in parts if part.content_type in _READ_TYPES), None)
    if report is None:
        if not receipt_prose(root, text, subject):
            return None
        return Bounce((), _answered_id(root), "read")
    fields, _body = Tree([]).split_headers(report.content().lstrip(b"\r\n") + b"\r\n\r\n")
    found = {name: headers.text(value) for name, value in reversed(fields)}
    readers = [
        match[0].strip("<>")
        for name in ("original-recipient", "final-recipient")
        if (match := ADDRESS.search(_typed(found.get(name, ""))))
    ]
    disposition = found.get("disposition", "").rpartition(";")[2].strip().lower()
    action = re.match(r"[a-z-]{1,30}", disposition)
    original = headers.message_ids(found.get("original-message-id", "").encode("utf-8", "replace"))
    return Bounce(
        tuple(BounceRecipient(item, "", action[0] if action else "displayed") for item in readers[:1]),
        (original[0] if original else "") or _original_message_id(parts) or _answered_id(root),
        "read",
    )


# The original mail


def _original_headers(parts: list[Part]) -> list[list[tuple[str, bytes]]]:
    out: list[list[tuple[str, bytes]]] = []
    for part in parts[1:]:
        if part.content_type in MESSAGES and part.children:
            out.append(part.children[0].fields)
        elif part.content_type in _HEADER_TYPES:
            out.append(Tree([]).split_headers(part.content().lstrip(b"\r\n"))[0])
    # A gateway's wrapping comes first, what it wraps last.
    return [fields for fields in reversed(out) if fields]


def _original_recipients(parts: list[Part], text: str) -> list[str]:
    """Where the report names nobody: the one recipient of the returned mail, if it had only one."""
    for fields in _original_headers(parts):
        for wanted in ("x-hmxmroriginalrecipient", "to"):
            value = next((value for name, value in fields if name == wanted), b"")
            found, _is_cut = addresses(value)
            if len(found) == 1 and ADDRESS.fullmatch(found[0].address):
                return [found[0].address]
    quoted = {item.lower(): item for item in _QUOTED_TO.findall(text[:50_000])}
    return list(quoted.values()) if len(quoted) == 1 else []


def _original_domain(parts: list[Part]) -> str:
    found = _original_recipients(parts, "")
    return found[0].rpartition("@")[2] if found else ""


def _original_message_id(parts: list[Part]) -> str:
    for fields in _original_headers(parts):
        for name, value in fields:
            if name == "message-id" and (found := headers.message_ids(value)):
                return found[0]
    return ""


def _quoted_message_id(text: str) -> str:
    """The Message-ID of a returned mail that was pasted into the text."""
    match = _QUOTED_ID.search(text[:100_000])
    return match[1] if match else ""


def _answered_id(root: Part) -> str:
    """What the report says it answers: some give the original's Message-ID nowhere else."""
    for name in ("in-reply-to", "references"):
        found = headers.message_ids(root.first(name))
        if found:
            return found[-1]
    return ""
