"""Signed addresses: `support+CODE@…` says which ticket (or message) an answer (or bounce) belongs to.

The code carries ids and 128 bits of HMAC, one per recipient (security A1), and works in any case.
"""

from __future__ import annotations

from typing import NamedTuple

from guichet.kit.crypto import read_token, sign_token
from guichet.tickets.models import Inbox

LOCAL_PART = 64  # RFC 5321 4.5.3.1.1


class ReplyTo(NamedTuple):
    """What a genuine reply address says: the ticket, the person it was given to, and in which side conversation."""

    ticket_id: int
    person_id: int
    side_id: int | None = None


class AgentAnswer(NamedTuple):
    """What a genuine agent's address says: the ticket, the agent it was shown to, and the version he saw then."""

    ticket_id: int
    person_id: int
    version: int


def reply_address(inbox: Inbox, ticket_id: int, person_id: int, alias: str = "", *, side_id: int | None = None) -> str:
    """Where this person answers this ticket; the bare address where the inbox cannot take signed ones.

    `alias` is the address of the inbox that the mail leaves under, if not its own. With `side_id` what is answered
    there stays in that side conversation, whoever writes.
    """
    if side_id is not None:
        return _plus(inbox, sign_token("side", ticket_id, person_id, side_id), alias)
    return _plus(inbox, sign_token("reply", ticket_id, person_id), alias)


def agent_address(inbox: Inbox, ticket_id: int, person_id: int, version: int) -> str:
    """Where this agent answers the customer by mail; empty where the inbox cannot take signed addresses."""
    address = _plus(inbox, sign_token("agent", ticket_id, person_id, version), "")
    return address if address != inbox.address else ""


def return_path(inbox: Inbox, message_id: int, alias: str = "") -> str:
    """The envelope sender of one message: a bounce to it names the message beyond doubt."""
    return _plus(inbox, sign_token("bounce", message_id), alias)


def split_plus(address: str) -> tuple[str, str]:
    """("support@desk.example", "code") of support+code@desk.example; the code is "" without a plus. Lower case."""
    local, _, domain = address.strip().lower().rpartition("@")
    base, _, code = local.partition("+")
    return f"{base}@{domain}", code


def read_reply_address(address: str) -> ReplyTo | None:
    code = split_plus(address)[1]
    ids = read_token("reply", code, 2) or read_token("side", code, 3)
    return ReplyTo(*ids) if ids else None


def read_agent_address(address: str) -> AgentAnswer | None:
    ids = read_token("agent", split_plus(address)[1], 3)
    return AgentAnswer(*ids) if ids else None


def read_return_path(address: str) -> int | None:
    """The pk of the message whose return path this is, or None for anything not signed by us."""
    ids = read_token("bounce", split_plus(address)[1], 1)
    return ids[0] if ids else None


def _plus(inbox: Inbox, code: str, alias: str) -> str:
    address = alias or inbox.address
    local, _, domain = address.partition("@")
    signed = f"{local}+{code}"
    return f"{signed}@{domain}" if inbox.plus_addresses and len(signed) <= LOCAL_PART else address
