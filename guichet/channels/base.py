"""The small interface between the outside world and the desk.

`Incoming` is what any channel makes of the raw thing it was given; `Channel` is what one folder
below `channels/` implements. Nothing here imports Django: the reader runs in a bounded child process.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Auto = Literal["no", "auto-reply", "auto-generated", "list", "bulk"]


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox: the display name as readable text (may be empty) and the address as written."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class File:
    """One attachment. `name` is cleaned for display and never used on disk; `content_id` without <>."""

    name: str
    content_type: str
    content: bytes
    is_inline: bool = False
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class BounceRecipient:
    """One recipient of a delivery report (RFC 3464): `status` like "5.1.1", `action` like "failed"."""

    address: str
    status: str = ""
    action: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says; `original_message_id` without <>, empty if it does not tell."""

    recipients: tuple[BounceRecipient, ...]
    original_message_id: str = ""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail, form, chat line, call or post in neutral words. All text is storable (no NUL, no surrogate).

    `text` is the whole body, `reply` what the sender newly wrote, `html` the sanitised HTML body with
    `cid:` pictures kept (empty if there is none). Message-IDs stand without angle brackets.
    `sent_at` is the sender's own claim: aware, never used for clocks or sorting.
    """

    kind: Literal["mail", "form", "chat", "call", "post"] = "mail"
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    sent_at: datetime | None = None
    sender: Address = Address("", "")
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    text: str = ""
    reply: str = ""
    html: str = ""
    files: tuple[File, ...] = ()
    auto: Auto = "no"
    bounce: Bounce | None = None
    problems: tuple[str, ...] = field(default_factory=tuple)
