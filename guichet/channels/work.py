"""What the steps of the intake hand to one another: a mail that was read, and what it is going to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from guichet.channels.base import Incoming
from guichet.channels.email.limits import Unreadable
from guichet.channels.email.sealing.unsealing import Certificate
from guichet.channels.email.trust import UNCHECKED, Trust
from guichet.channels.models import End, MailRule, Parcel, ParcelState
from guichet.people.models import Person
from guichet.tickets.actions import FileRef, Joining, Opening
from guichet.tickets.models import Message, MessageKind, Ticket
from guichet.tickets.models.message import MESSAGE_ID_LENGTH

BY_MAIL = "email"


@dataclass(frozen=True, slots=True)
class Work:
    """One claimed parcel and all that was found out about it before any ticket is locked.

    `steps` tell an administrator, in order, why it becomes what it becomes: English words for gettext and their values.
    """

    parcel: Parcel
    incoming: Incoming | Unreadable
    files: Sequence[FileRef] = ()
    trust: Trust = UNCHECKED
    seals: tuple[dict[str, Any], ...] = ()
    certificate: Certificate | None = None  # that came along and fits the sender
    steps: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def note(self, words: str, **values: str | int) -> None:
        """One more step: `words` marked by gettext_noop, shown as `_(words) % values`."""
        self.steps.append((words, values))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The one end of a parcel."""

    state: ParcelState
    end: End
    reason: str = ""
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """What a parcel is going to be, to be done together with its neighbours."""

    work: Work
    action: Opening | Joining
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What the mails of a batch refer to, fetched with a few queries however many they are."""

    people: dict[str, Person]  # by normal address
    messages: dict[str, list[Message]]  # by Message-ID, newest first, each with its ticket
    tickets: dict[int, Ticket]  # that signed addresses name
    own: frozenset[str]  # the addresses of our inboxes
    awaited: dict[str, list[Message]] = field(default_factory=dict)  # by the Message-ID that they named in vain
    rules: Sequence[MailRule] = ()
    hits: dict[int, int] = field(default_factory=dict)  # id of a mail rule -> mails of this batch that it stopped
    # (inbox, address, its verdict) -> mails on tickets lately
    senders: dict[tuple[int, str, str], int] = field(default_factory=dict)
    automatic: dict[int, list[str]] = field(default_factory=dict)  # ticket -> senders of automatic mail there lately
    # Tickets, and senders, of which it is said already that there is more.
    folded: set[tuple[str, int]] = field(default_factory=set)
    # Message-IDs that mails of this batch which are not stored yet bear, or name in vain.
    planned: set[str] = field(default_factory=set)

    def plan(self, incoming: Incoming, ticket: Ticket | None) -> None:
        """A mail is going to be stored; whatever is in one thread with it is decided after that."""
        self.planned.update(one for one in (cut(incoming.message_id), *self.in_vain(incoming, ticket)) if one)

    def add(self, message: Message, in_vain: Iterable[str] = ()) -> None:
        """A later mail of the same batch may refer to this one, or bear or name what it named `in_vain`."""
        if message.message_id:
            self.messages.setdefault(message.message_id, []).insert(0, message)
        for mail_id in in_vain:
            self.awaited.setdefault(mail_id, []).append(message)

    def in_vain(self, incoming: Incoming, ticket: Ticket | None) -> list[str]:
        """The Message-IDs it names that did not lead it to `ticket` (None: a new one): nothing there bears them."""
        there = ticket.pk if ticket is not None else None
        refs = dict.fromkeys(named(incoming))
        return [ref for ref in refs if all(message.ticket_id != there for message in self.messages.get(ref, ()))]

    def recent(self, inbox_id: int, address: str, verdict: str) -> int:
        """Mails under this address that came to tickets of this inbox within the last hour, this batch included.

        Those that its domain stands for, those that it disowns, and all others are counted each by themselves.
        """
        return self.senders.get((inbox_id, address, verdict), 0)

    def count(self, inbox_id: int, address: str, verdict: str) -> None:
        self.senders[inbox_id, address, verdict] = self.recent(inbox_id, address, verdict) + 1

    def refers_to_planned(self, incoming: Incoming | Unreadable) -> bool:
        if isinstance(incoming, Unreadable) or not self.planned:
            return False
        return not self.planned.isdisjoint((cut(incoming.message_id), *named(incoming)))

    def ours(self, message_id: str) -> bool:
        return any(message.kind == MessageKind.OUTBOUND for message in self.messages.get(message_id, ()))


def cut(message_id: str) -> str:
    """A Message-ID as it is stored."""
    return message_id[:MESSAGE_ID_LENGTH]


def named(incoming: Incoming) -> list[str]:
    """The Message-IDs a mail answers, nearest first."""
    return [cut(ref) for ref in (incoming.in_reply_to, *reversed(incoming.references[-50:])) if ref]


def sender_of(parcel: Parcel, incoming: Incoming) -> str:
    """The address a mail is from; the envelope stands in for a missing one."""
    return incoming.sender.address or parcel.envelope_from


def message_ids(works: Iterable[Work]) -> set[str]:
    """All Message-IDs that these mails bear or name."""
    readable = [work.incoming for work in works if isinstance(work.incoming, Incoming)]
    return {one for incoming in readable for one in (cut(incoming.message_id), *named(incoming)) if one}
