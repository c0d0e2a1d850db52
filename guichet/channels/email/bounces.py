"""Delivery reports: by structure (RFC 3464, 6522), and the prose of those that have none."""

from __future__ import annotations

import re

from guichet.channels.base import Bounce, BounceRecipient
from guichet.channels.email import headers
from guichet.channels.email.mime import Part, Tree

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_ADDRESS = re.compile(r"[A-Za-z0-9_.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")
_MAX_RECIPIENTS = 100


def bounce_of(root: Part, text: str, subject: str, sender: str) -> Bounce | None:
    """What a delivery report says, None if this mail is none. Reports of success or delay count as reports too."""
    parts = list(_walk(root))
    recipients: list[BounceRecipient] = []
    for part in parts:
        if part.content_type in ("message/delivery-status", "message/global-delivery-status"):
            recipients += _status_recipients(part)
    if not recipients:
        return None
    return Bounce(tuple(recipients[:_MAX_RECIPIENTS]), _original_message_id(parts))


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
        status = _STATUS.search(found.get("status", ""))
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


def _original_message_id(parts: list[Part]) -> str:
    for part in parts:
        if part.content_type in ("message/rfc822", "message/global") and part.children:
            found = headers.message_ids(part.children[0].first("message-id"))
        elif part.content_type in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
            fields, _body = Tree([]).split_headers(part.content().lstrip(b"\r\n"))
            found = next((headers.message_ids(value) for name, value in fields if name == "message-id"), [])
        else:
            continue
        if found:
            return found[0]
    return ""
