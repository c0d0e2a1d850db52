"""Delivery reports: by structure (RFC 3464, 6522), and the prose of those that have none."""

from __future__ import annotations

import re

from guichet.channels.base import Address, Bounce, BounceRecipient
from guichet.channels.email import headers
from guichet.channels.email.addresses import addresses
from guichet.channels.email.bounce_prose import STATUS, prose_recipients, recipients_in
from guichet.channels.email.mime import MESSAGES, Part, Tree

_MAX_RECIPIENTS = 100
_QUOTED_ID = re.compile(r"^[> \t]{0,20}message-id:\s{0,5}<([^<>\s]{1,300})>", re.IGNORECASE | re.MULTILINE)


def bounce_of(root: Part, text: str, subject: str, sender: Address) -> Bounce | None:
    """What a delivery report says, None if this mail is none. Reports of success or delay count as reports too."""
    parts = list(_walk(root))
    recipients: list[BounceRecipient] = []
    is_report = False
    for part in parts:
        if part.content_type in ("message/delivery-status", "message/global-delivery-status"):
            is_report = True
            recipients += _status_recipients(part)
    if not recipients and is_report:
        recipients = [BounceRecipient(item, action="failed") for item in recipients_in(text, root, sender)]
    elif not recipients:
        told = prose_recipients(root, text, subject, sender)
        if told is None:
            return None
        recipients = told or [BounceRecipient(item, action="failed") for item in _original_recipients(parts)]
    return Bounce(tuple(recipients[:_MAX_RECIPIENTS]), _original_message_id(parts) or _quoted_message_id(text))


def _walk(root: Part) -> list[Part]:
    out: list[Part] = []
    stack = [root]
    while stack:
        part = stack.pop()
        out.append(part)
        if part is root or not part.content_type.startswith("message/"):
            stack.extend(reversed(part.children))
    return out


def _status_recipients(part: Part) -> list[BounceRecipient]:
    """The groups of fields of message/delivery-status, one recipient each after the first."""
    out: list[BounceRecipient] = []
    tree = Tree([])
    rest = part.content().replace(b"\r\n", b"\n")
    for block in re.split(rb"\n[ \t]*\n", rest)[: _MAX_RECIPIENTS + 1]:
        fields, _body = tree.split_headers(block.lstrip(b"\n") + b"\n\n")
        found = {name: headers.text(value) for name, value in reversed(fields)}
        address = _typed(found.get("original-recipient", "")) or _typed(found.get("final-recipient", ""))
        if not address:
            continue
        status = STATUS.search(found.get("status", ""))
        out.append(
            BounceRecipient(
                address.strip("<>"),
                status[1] if status else "",
                found.get("action", "").split(" ")[0].lower(),
                _typed(found.get("diagnostic-code", ""))[:1000],
            )
        )
    return out


def _typed(value: str) -> str:
    """`rfc822; a@b` without its type."""
    return (value.partition(";")[2] or value).strip()


def _original_recipients(parts: list[Part]) -> list[str]:
    """Where the report names nobody: the one recipient of the returned mail, if it had only one."""
    for part in parts:
        if part.content_type in MESSAGES and part.children:
            found, _is_cut = addresses(part.children[0].first("to"))
            return [item.address for item in found] if len(found) == 1 else []
    return []


def _quoted_message_id(text: str) -> str:
    """The Message-ID of a returned mail that was pasted into the text."""
    match = _QUOTED_ID.search(text[:100_000])
    return match[1] if match else ""


def _original_message_id(parts: list[Part]) -> str:
    for part in parts:
        if part.content_type in MESSAGES and part.children:
            found = headers.message_ids(part.children[0].first("message-id"))
        elif part.content_type in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
            fields, _body = Tree([]).split_headers(part.content().lstrip(b"\r\n"))
            found = next((headers.message_ids(value) for name, value in fields if name == "message-id"), [])
        else:
            continue
        if found:
            return found[0]
    return ""
