"""The small interface between the outside world and the desk.

`Incoming` is what any channel makes of the raw thing it was given; `Channel` is what one folder
below `channels/` implements. Nothing here imports Django: the reader runs in a bounded child process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from guichet.tickets.models import Message

Auto = Literal["no", "auto-reply", "auto-generated", "list", "bulk"]
# What a report is about: a delivery (RFC 3464), a complaint (ARF, RFC 5965), or that it was read (RFC 8098).
Report = Literal["delivery", "abuse", "read"]
# The cryptographic envelope a mail came in, by its shape alone: nothing is verified or opened by the reader.
# "smime-opaque" is signed-data in one blob (no key needed to read it).
Seal = Literal["", "smime-signed", "smime-opaque", "smime-encrypted", "pgp-signed", "pgp-encrypted"]


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

    @property
    def is_permanent(self) -> bool:
        """Not delivered, and nobody tries again: neither delayed or delivered, nor a status of 2.x or 4.x."""
        return self.action in ("", "failed") and not self.status.startswith(("2", "4"))


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a delivery report says; `original_message_id` without <>, empty if it does not tell."""

    recipients: tuple[BounceRecipient, ...]
    original_message_id: str = ""
    kind: Report = "delivery"


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail, form, chat line, call or post in neutral words. All text is storable (no NUL, no surrogate).

    `text` is the whole body, `reply` what the sender newly wrote, `html` the sanitised HTML body with
    `cid:` pictures kept (empty if there is none). Message-IDs stand without angle brackets.
    `sent_at` is the sender's own claim: aware, never used for clocks or sorting. `auth_results` are the mail's
    Authentication-Results fields (RFC 8601), unfolded, the topmost first: anybody may have written them. `spam` is
    what a spam filter on the way wrote, if it called this spam ("X-Spam-Flag: YES"); empty otherwise. `authors` are the
    addresses in the From fields, lower case, each once: whose verdict it would be. Empty: `sender` is not from there.
    """

    kind: Literal["mail", "form", "chat", "call", "post"] = "mail"
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    sent_at: datetime | None = None
    sender: Address = Address("", "")
    authors: tuple[str, ...] = ()
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
    seal: Seal = ""
    auth_results: tuple[str, ...] = ()
    spam: str = ""
    problems: tuple[str, ...] = field(default_factory=tuple)


class Later(Exception):
    """Nothing was handed over and it is worth trying again; the text is for the agent.

    `is_down`: the server itself is away or turns us away, so that other messages need not try.
    """

    def __init__(self, reason: str, *, is_down: bool = False) -> None:
        super().__init__(reason)
        self.is_down = is_down


class Refused(Exception):
    """This message will never be taken as it is; the text is for the agent."""


class Unanswered(Exception):
    """The message was handed over, but the answer never came: it may or may not have arrived."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the other side said of each recipient, in its own words: refused for good, or to be tried again.

    Every recipient not named here was taken.
    """

    refused: Mapping[str, str] = field(default_factory=dict)
    later: Mapping[str, str] = field(default_factory=dict)


class Channel(Protocol):
    """How words come in and go out for one inbox. An instance belongs to one thread; `close` it after use."""

    kind: str
    server: str  # what is down when sending fails, inboxes that share it wait together; "" where nothing is set up

    def read(self, raw: bytes) -> Incoming:
        """Raw to neutral: pure, no database."""

    def recipients(self, message: Message) -> list[str]:
        """The addresses this message goes to, each once. Raises Refused."""

    def write(self, message: Message) -> bytes:
        """Neutral to the bytes that go out; the same for the same message. Raises Refused."""

    def send(self, message: Message, raw: bytes, to: Sequence[str], begin: Callable[[], None]) -> Receipt:
        """Hand `raw` over to the recipients `to`.

        Calls `begin` once, at the last moment before the other side may take it; if that raises, nothing goes out.
        Raises Later, Refused, Unanswered.
        """

    def close(self) -> None:
        """Let go of the connection, if there is one."""
