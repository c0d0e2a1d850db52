"""The first step of every door: raw bytes and envelope become a blob and a row, durable before any yes is said.

Nothing is parsed here beyond a linear look at the header for what tells one mail from another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from guichet.channels.email.limits import HEADER_BLOCK_BYTES
from guichet.channels.email.reading import headers
from guichet.channels.email.tokens import split_plus
from guichet.channels.models import Parcel, ParcelState, Sighting
from guichet.kit import failpoints
from guichet.kit.files import BlobStore
from guichet.tickets.events import BELL
from guichet.tickets.models import Inbox
from guichet.tickets.models.message import MESSAGE_ID_LENGTH

# What the machines between author and us write into the header. Two copies of one mail differ in these and in
# nothing else, so they do not count for its identity: the way it went (RFC 5321 4.4), to whom it was handed
# (Postfix, Exim, Dovecot, Google), and what each machine thought of it or signed anew (RFC 8601, 7208, 6376, 8617;
# SpamAssassin, Exchange). All that authors write counts: Message-ID, Date, Resent-*, and every unknown field.
TRACE_FIELDS = frozenset(
    b"received x-received return-path delivered-to x-delivered-to x-original-to envelope-to x-envelope-to "
    b"x-envelope-from delivery-date authentication-results x-authentication-results received-spf dkim-signature "
    b"x-virus-scanned x-virus-status x-forefront-antispam-report x-microsoft-antispam".split()
)
TRACE_FAMILIES = (b"arc-", b"x-spam-", b"x-google-", b"x-gm-", b"x-ms-exchange-")
DELIVERED_FIELDS = (b"delivered-to", b"x-delivered-to", b"x-original-to", b"envelope-to", b"x-envelope-to")
MAIL_ID_BYTES = 2000
COUNTING_DOORS = frozenset({"imap", "import"})  # they keep account of every mail they show


@dataclass(frozen=True, slots=True)
class Arrival:
    """One mail for one inbox as a door took it. `envelope_to` are the addresses of this inbox it was sent to.

    `envelope_from` is empty for the null sender. `door` is one of lmtp, smtp, imap, pipe, esp, import. `received_at` is
    for mail that was taken in long ago (imports, the demo desk); `is_history` for what is closed since then.
    """

    door: str
    envelope_from: str
    inbox_id: int
    envelope_to: list[str]
    raw: bytes
    peer: str = ""
    received_at: datetime | None = None
    is_history: bool = False


@dataclass(frozen=True, slots=True)
class Outside:
    """What one look at the header tells: identity, Message-ID, and the traces of delivery that a mailbox keeps."""

    digest: str
    mail_id: str
    return_path: str = ""
    delivered_to: tuple[str, ...] = ()
    is_received: bool = False


def find_inboxes(addresses: Iterable[str]) -> dict[str, Inbox | None]:
    """The active inbox behind each address: one of its own in any case, or that with a +code. None for unknown."""
    wanted = {address: address.strip().lower() for address in addresses}
    candidates = {*wanted.values(), *(split_plus(address)[0] for address in wanted.values())}
    named = Q(address__in=candidates) | Q(aliases__overlap=list(candidates))
    known: dict[str, Inbox] = {}
    for inbox in Inbox.objects.filter(named, is_active=True):
        for address in reversed(inbox.addresses):
            known[address] = inbox
    return {address: known.get(lower) or known.get(split_plus(lower)[0]) for address, lower in wanted.items()}


def look(raw: bytes) -> Outside:
    """Linear in the size of the mail; at most the header's allowed 256 KiB are cut into lines."""
    place = _header_end(raw)
    kept: list[bytes] = []
    values: dict[bytes, list[bytes]] = {}
    is_kept, value = True, [b""]
    for line in raw[:place].split(b"\n"):
        line = line.rstrip(b"\r")
        if line[:1] in (b" ", b"\t"):
            value[-1] += line[: MAIL_ID_BYTES - len(value[-1])] if len(value[-1]) < MAIL_ID_BYTES else b""
        else:
            name, _, rest = line.partition(b":")
            name = name.strip().lower()
            is_kept = not (name in TRACE_FIELDS or name.startswith(TRACE_FAMILIES))
            value = values.setdefault(name, [])
            value.append(rest[:MAIL_ID_BYTES])
        if is_kept:
            kept.append(line)
    # Some ways (pipes, mailboxes) change line ends or the last one: they are no part of a mail's identity.
    content = hashlib.sha256(b"\n".join(kept))
    content.update(b"\n" + raw[place:].replace(b"\r\n", b"\n").rstrip(b"\n"))
    ids = headers.message_ids(values.get(b"message-id", [b""])[0])
    return Outside(
        digest=content.hexdigest(),
        mail_id=ids[0][:MESSAGE_ID_LENGTH] if ids else "",
        return_path=_address(values.get(b"return-path", [b""])[0]),
        delivered_to=tuple(_address(each) for name in DELIVERED_FIELDS for each in values.get(name, [])[:20]),
        is_received=b"received" in values,
    )


def _header_end(raw: bytes) -> int:
    """Where the empty line before the body begins, or how far the header may reach."""
    ends = [place for mark in (b"\n\r\n", b"\n\n") if (place := raw.find(mark, 0, HEADER_BLOCK_BYTES)) >= 0]
    return min(ends, default=min(len(raw), HEADER_BLOCK_BYTES))


def _address(value: bytes) -> str:
    return value.decode("utf-8", "ignore").replace("\0", "").strip(" \t\r\n<>").lower()[:320]


@lru_cache(maxsize=4)
def _store(root: Path) -> BlobStore:
    return BlobStore(root)


def accept(arrivals: Sequence[Arrival]) -> list[Parcel]:
    """Store these mails durably and ring for the worker; the parcel of each, in order.

    When it returns (within no transaction of the caller's) everything is on disk and committed, and the sender may
    be told so. A mail that this inbox has already is not stored again: its parcel is the earlier one. Raises OSError
    (disk) and django.db.Error (database away); then nothing was promised, and calling again is safe.
    """
    return [parcel for parcel, _is_new in accept_each(arrivals)]


def accept_each(arrivals: Sequence[Arrival]) -> list[tuple[Parcel, bool]]:
    """As `accept`, and of each whether it is new. A mail that was here already gets a Sighting that says so.

    Mailboxes and imports keep their own account of what they showed us, so theirs are left to the caller.
    """
    if not arrivals:
        return []
    failpoints.hit("intake.before_blob")
    digests = _store(settings.DATA / "blobs").put_many(arrival.raw for arrival in arrivals)
    failpoints.hit("intake.after_blob")
    outsides = {digest: look(arrival.raw) for digest, arrival in zip(digests, arrivals, strict=True)}
    now = timezone.now()
    rows: dict[tuple[int, str], Parcel] = {}
    keys: list[tuple[int, str]] = []
    for arrival, raw in zip(arrivals, digests, strict=True):
        key = (arrival.inbox_id, outsides[raw].digest)
        keys.append(key)
        if key in rows:
            rows[key].envelope_to = _joined(rows[key].envelope_to, arrival.envelope_to)
            continue
        rows[key] = Parcel(
            inbox_id=arrival.inbox_id,
            door=arrival.door,
            envelope_from=arrival.envelope_from[:320],
            envelope_to=_joined([], arrival.envelope_to),
            peer=arrival.peer[:64],
            raw=raw,
            size=len(arrival.raw),
            mail_id=outsides[raw].mail_id,
            digest=outsides[raw].digest,
            received_at=arrival.received_at or now,
            is_history=arrival.is_history,
        )
    new = _insert(rows)
    stored = [(rows[key], key in new and key not in keys[:place]) for place, key in enumerate(keys)]
    again = [(parcel, arrival.door) for (parcel, is_new), arrival in zip(stored, arrivals, strict=True) if not is_new]
    _note_again([(parcel, door) for parcel, door in again if door not in COUNTING_DOORS], now)
    if not connection.in_atomic_block:
        failpoints.hit("intake.after_commit")
    return stored


def _note_again(again: Sequence[tuple[Parcel, str]], now: datetime) -> None:
    """That a mail came which was here already, and by which door."""
    outcome = Sighting.Outcome.DUPLICATE
    Sighting.objects.bulk_create(
        [Sighting(door=door, parcel=parcel, outcome=outcome, at=now) for parcel, door in again]
    )


# One statement, so one round trip and, outside a transaction, one commit. The bell rings only for what is new.
_INSERT = """
WITH stored AS (
    INSERT INTO channels_parcel (inbox_id, digest, door, envelope_from, envelope_to, peer, raw, size, mail_id,
                                 received_at, is_history, state, "end", reason, steps, sender, subject,
                                 is_released, tries)
    SELECT *, 'received', '', '', '[]', '', '', false, 0
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::jsonb[], %s::text[], %s::text[], %s::bigint[],
                %s::text[], %s::timestamptz[], %s::boolean[])
    ON CONFLICT (inbox_id, digest) DO NOTHING
    RETURNING id, inbox_id, digest
)
SELECT id, inbox_id, digest, pg_notify(%s, 'parcel') FROM stored
"""
_COLUMNS = (
    "inbox_id", "digest", "door", "envelope_from", "envelope_to", "peer", "raw", "size", "mail_id", "received_at",
    "is_history",
)  # fmt: skip


def _insert(rows: dict[tuple[int, str], Parcel]) -> set[tuple[int, str]]:
    """Insert what is new, and tell which; in `rows` each duplicate is replaced by the parcel that stands."""
    values: list[list[Any]] = [[getattr(parcel, name) for parcel in rows.values()] for name in _COLUMNS]
    values[_COLUMNS.index("envelope_to")] = [json.dumps(parcel.envelope_to) for parcel in rows.values()]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*values, BELL])
        new = {(inbox_id, digest): pk for pk, inbox_id, digest, _rung in cursor.fetchall()}
    for key, pk in new.items():
        rows[key].pk = pk
    twins = {key: parcel for key, parcel in rows.items() if key not in new}
    if twins:
        inboxes, digests = ({key[place] for key in twins} for place in (0, 1))
        standing = Parcel.objects.filter(inbox_id__in=inboxes, digest__in=digests)
        with transaction.atomic():
            rows.update({key: each for each in standing if (key := (each.inbox_id, each.digest)) in twins})
            for key, twin in twins.items():
                if rows[key] is twin:
                    raise Parcel.DoesNotExist  # it was erased just now; taken once more, this mail is new
                _add_addresses(rows[key], twin.envelope_to)
    return set(new)


def _add_addresses(parcel: Parcel, addresses: list[str]) -> None:
    """A second copy came to a signed address: where the first is unread, it is told. One just being read is left."""
    signed = [address for address in addresses if split_plus(address)[1]]
    if parcel.state != ParcelState.RECEIVED or not set(signed) - set(parcel.envelope_to):
        return
    waiting = Parcel.objects.select_for_update(skip_locked=True).filter(pk=parcel.pk, state=ParcelState.RECEIVED)
    for locked in waiting:
        parcel.envelope_to = locked.envelope_to = _joined(locked.envelope_to, signed)
        locked.save(update_fields=["envelope_to"])


def _joined(first: Iterable[str], second: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(address.strip().lower()[:320] for address in (*first, *second)))
