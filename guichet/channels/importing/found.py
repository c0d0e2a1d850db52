"""What every source gives, and how the moment of an old mail is told from its header."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from django.utils.translation import gettext as _

from guichet.channels.email.limits import HEADER_BLOCK_BYTES, MESSAGE_BYTES
from guichet.channels.email.reading import headers

EARLIEST = datetime(1982, 1, 1, tzinfo=UTC)  # RFC 822 is of that year
SKEW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Found:
    """One mail of a source, or where `raw` is empty the reason why it cannot be had.

    `place` is from where to read on after it; `at` when the mailbox got it, if the source knows; `name` finds it again.
    """

    place: dict[str, Any]
    raw: bytes = b""
    at: datetime | None = None
    problem: str = ""
    name: str = ""


class Source(Protocol):
    def total(self) -> int | None:
        """How many mails there are; None where only reading all would tell."""

    def mails(self, place: dict[str, Any]) -> Iterator[Found]:
        """From this place on, {} for the beginning. Raises Unusable."""

    def share(self, place: dict[str, Any]) -> float | None:
        """How much of it lies before this place, from 0 to 1; None where `total` tells."""


class Unusable(Exception):
    """This source cannot be read; the text is for the administrator."""


def too_large() -> str:
    return _("It is larger than %(size)s MB.") % {"size": MESSAGE_BYTES // 1024 // 1024}


def moment(raw: bytes, at: datetime | None, now: datetime) -> datetime:
    """When a mail arrived: by the last machine that took it, else by its author's clock, else as the source says."""
    received, date = _dates(raw)
    for claimed in (received, date, at):
        if claimed is not None and EARLIEST <= claimed <= now + SKEW:
            return min(claimed, now)
    return now


def _dates(raw: bytes) -> tuple[datetime | None, datetime | None]:
    """The date of the topmost Received field (RFC 5321 4.4: behind the last semicolon) and of the Date field."""
    found: dict[bytes, bytes] = {}
    name = b""
    for line in raw[:HEADER_BLOCK_BYTES].splitlines():
        if not line:
            break
        if line[:1] in b" \t":
            if name and len(found[name]) < 2000:
                found[name] += b" " + line
            continue
        field, colon, value = line.partition(b":")
        name = field.strip().lower() if colon else b""
        if name not in (b"received", b"date") or name in found:
            name = b""
            continue
        found[name] = value
    received = found.get(b"received", b"").rpartition(b";")[2]
    return (headers.date(received) if received else None), headers.date(found.get(b"date", b""))
