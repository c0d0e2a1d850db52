"""Who takes part in a conversation, and so to whom an answer goes: decided here once, from the messages themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from guichet.people.actions import normal_address
from guichet.people.models import Identity, Role
from guichet.tickets.models import Inbox, Message, MessageKind, SideConversation, Ticket

LOOKED_AT = 200  # the latest messages of a conversation: whoever was silent for longer is only offered
ROBOTS = re.compile(
    r"(no|not|do[-_.]?not|don[-_.]?t)[-_.]?reply|ne[-_.]?pas[-_.]?repondre|nicht[-_.]?antworten|mailer[-_.]?daemon"
    r"|postmaster|bounces?([-_+.].*)?|.*[-_+]bounces?|auto[-_.]?(reply|confirm|notify)|.*-request|owner-.*",
)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Somebody who may get an answer. `takes_part`: a verified writer here, or somebody we wrote to."""

    address: str
    name: str = ""
    takes_part: bool = True
    is_robot: bool = False
    is_colleague: bool = False

    def __str__(self) -> str:
        """As a mail program writes it, to be read back by the desk's form."""
        name = re.sub(r'[\\"<>\r\n]', "", self.name).strip()
        if not name:
            return self.address
        return f'"{name}" <{self.address}>' if re.search(r"[,;:@()]", name) else f"{name} <{self.address}>"

    @property
    def entry(self) -> dict[str, str]:
        return {"name": self.name, "address": self.address}


@dataclass(frozen=True, slots=True)
class Answering:
    """To whom an answer goes: `to` by "Reply", and `others` beside them by "Reply to all".

    `offered` stand on the mail too, but nobody vouches for them, or no person reads there: only an agent adds them.
    `known` are the addresses of all who take part. `alias` is our own address that was written to.
    """

    to: list[Mailbox] = field(default_factory=list)
    others: list[Mailbox] = field(default_factory=list)
    offered: list[Mailbox] = field(default_factory=list)
    known: frozenset[str] = frozenset()
    alias: str = ""


def own_addresses() -> set[str]:
    """The addresses of our inboxes: never answered automatically, never a recipient of ours."""
    rows = Inbox.objects.values_list("address", "aliases")
    return {one for address, aliases in rows for one in (address, *aliases)}


def is_robot(address: str, ours: set[str]) -> bool:
    """Addresses that no acknowledgement may go to: nobody's, our own, and those no person reads."""
    address = normal_address(address)
    local, at, domain = address.rpartition("@")
    return not at or not domain or is_ours(address, ours) or bool(ROBOTS.fullmatch(local[:64]))


def is_ours(address: str, ours: set[str]) -> bool:
    """Whether it is an inbox's address, plain or with a reply's +code."""
    address = normal_address(address)
    local, _, domain = address.rpartition("@")
    return address in ours or f"{local.partition('+')[0]}@{domain}" in ours


def answering(ticket: Ticket, answered: Message | None = None, side: SideConversation | None = None) -> Answering:
    """Who gets an answer to `answered`, or without one to the requester's latest words: three queries at most.

    The caller has fetched the ticket through `visible_to`. The ticket's customers are no part of a `side`, though its
    third party put them in Cc. Cc of a mail that nobody vouches for is only offered
    (security A1), and whoever got a blind copy is never shown to the others.
    """
    rows = ticket.messages.public(side).filter(auto="").order_by("-at", "-pk")
    said = list(
        rows.only("ticket", "kind", "from_name", "from_address", "author", "to", "cc", "bcc", "trust", "at")[:LOOKED_AT]
    )
    open_known = _known(said, with_bcc=False)
    requester = _requester(ticket, said) if side is None else None
    latest = answered or next((one for one in said if one.kind == MessageKind.INBOUND), None) or next(iter(said), None)
    to = _answer_to(answered, requester, said)
    taken = {normal_address(one.address) for one in to}
    if answered is None and requester is not None:
        taken.add(normal_address(requester.address))
    # The commonest mail is between two: nothing more is asked of the database.
    beside = {
        normal_address(address): (address, name)
        for address, name in _beside(latest, said)
        if normal_address(address) not in taken and not is_ours(address, set(ticket.inbox.addresses))
    }
    vouched = latest is not None and (latest.kind == MessageKind.OUTBOUND or latest.trust.get("verdict") == "pass")
    others: list[Mailbox] = []
    offered: list[Mailbox] = []
    ours = own_addresses() if beside else set()
    people = _people(set(beside), ticket) if beside else {}
    customers = _customers(ticket, said, people) if beside and side is not None else set()
    for key, (address, name) in beside.items():
        if is_ours(key, ours) or (answered is None and people.get(key) == "requester") or key in customers:
            continue
        takes_part = key in open_known or people.get(key) == "requester"
        one = Mailbox(address, name, takes_part, is_robot(key, ours), people.get(key) == "colleague")
        is_chosen = (takes_part or vouched) and not one.is_robot and not one.is_colleague
        (others if is_chosen else offered).append(one)
    known = frozenset(_known(said, with_bcc=True)) | {normal_address(one.address) for one in to if one.takes_part}
    return Answering(to, others, offered, known, _alias(ticket.inbox, latest, said))


def _known(said: Iterable[Message], *, with_bcc: bool) -> set[str]:
    known: set[str] = set()
    for one in said:
        if one.kind == MessageKind.INBOUND:
            known.add(normal_address(one.from_address))
        else:
            known.update(normal_address(e["address"]) for e in (*one.to, *one.cc, *(one.bcc if with_bcc else ())))
    return known


def _requester(ticket: Ticket, said: Sequence[Message]) -> Mailbox:
    """The requester at the address last used here; what could not be verified never names a recipient."""
    person = ticket.requester
    used = next(
        (m.from_address for m in said if m.kind == MessageKind.INBOUND and m.author_id == person.pk and m.from_address),
        "",
    )
    return Mailbox(used or person.address, person.name)


def _answer_to(answered: Message | None, requester: Mailbox | None, said: Sequence[Message]) -> list[Mailbox]:
    if answered is None and requester is not None:
        return [requester] if requester.address else []
    found = answered or next((one for one in said if one.kind == MessageKind.INBOUND), None) or next(iter(said), None)
    if found is None:
        return []
    if found.kind == MessageKind.INBOUND:
        return [Mailbox(found.from_address, found.from_name)] if found.from_address else []
    return [Mailbox(entry["address"], entry.get("name", "")) for entry in found.to]


def _beside(latest: Message | None, said: Sequence[Message]) -> list[tuple[str, str]]:
    """(address, name) of all who stand on the mail that is answered, or got our own latest words openly."""
    ours = next((one for one in said if one.kind == MessageKind.OUTBOUND), None)
    found: dict[str, tuple[str, str]] = {}
    for one in (latest, ours):
        if one is None:
            continue
        entries = [*one.to, *one.cc]
        if one.kind == MessageKind.INBOUND and one.from_address:
            entries.insert(0, {"name": one.from_name, "address": one.from_address})
        for entry in entries:
            if "@" in entry.get("address", ""):
                found.setdefault(normal_address(entry["address"]), (entry["address"], entry.get("name", "")))
    return list(found.values())


def _people(addresses: set[str], ticket: Ticket) -> dict[str, str]:
    """Which of these addresses are the requester's, and which a colleague's, who reads the ticket here."""
    rows = Identity.objects.filter(value__in=addresses).values_list(
        "value", "person_id", "person__role", "person__is_active"
    )
    return {
        value: "requester"
        if person == ticket.requester_id
        else "colleague"
        if is_active and role != Role.CUSTOMER
        else ""
        for value, person, role, is_active in rows
    }


def _customers(ticket: Ticket, said: Sequence[Message], people: dict[str, str]) -> set[str]:
    """The requester's of these addresses, and all who speak in the open and were never written to in this talk."""
    written = _known((one for one in said if one.kind == MessageKind.OUTBOUND), with_bcc=True)
    spoke = ticket.messages.public().filter(kind=MessageKind.INBOUND).values_list("from_address", flat=True).distinct()
    open_voices = {normal_address(address) for address in spoke} - written
    return {key for key, who in people.items() if who == "requester"} | open_voices


def _alias(inbox: Inbox, latest: Message | None, said: Sequence[Message]) -> str:
    """The one of the inbox's addresses that the customer wrote to, or that we last wrote from."""
    if not inbox.aliases:
        return inbox.address
    for one in (latest, *said):
        if one is None:
            continue
        if one.kind == MessageKind.OUTBOUND:
            return one.from_address or inbox.address
        for entry in (*one.to, *one.cc):
            local, _, domain = normal_address(entry.get("address", "")).rpartition("@")
            address = f"{local.partition('+')[0]}@{domain}"
            if address in inbox.addresses:
                return address
    return inbox.address
