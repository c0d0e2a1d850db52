"""What an opened IMAP folder holds, asked by UID in commands whose answers stay small, however huge the folder is."""

from __future__ import annotations

import imaplib
import re
import time
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from imap_tools import BaseMailBox

LIST = 500  # UIDs asked about at once
SEARCHED = 20_000  # mails that one SEARCH looks at: its answer is one line
_UID = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Fetched:
    uid: int
    raw: bytes


def exists(box: BaseMailBox) -> int:
    """How many mails the folder held when it was opened, or the server said last."""
    told: list[Any] = box.client.untagged_responses.get("EXISTS") or [b"0"]
    return int(told[-1] or 0)


def tellings(box: BaseMailBox) -> int:
    """How often the server said how many there are, with whatever it answered (RFC 3501, 7.3.1)."""
    return len(box.client.untagged_responses.get("EXISTS", ()))


def newer(box: BaseMailBox, last: int) -> array[int]:
    """The UIDs above `last`, ascending; for a folder just read, where few have come since."""
    # "n:*" names the last mail even if its UID is below n.
    return array("Q", sorted(uid for uid in _search(box, f"UID {last + 1}:*") if uid > last))


def above(box: BaseMailBox, last: int) -> array[int]:
    """All UIDs above `last`, ascending, of a folder just opened, of any size.

    Asked by sequence numbers from the top: UIDs ascend with them, and a mail that goes meanwhile only moves others
    down, into a part that is still to be asked about. None is skipped.
    """
    parts: list[list[int]] = []
    lowest = 1 << 32  # UIDs have 32 bits
    for some in _down(box, ""):
        parts.append(sorted(uid for uid in some if last < uid < lowest))
        lowest = min((lowest, *some))
        if lowest <= last + 1:
            break
    found = array("Q")
    for part in reversed(parts):
        found.extend(part)
    return found


def since(box: BaseMailBox, at: datetime) -> set[int]:
    """The mails of a folder just opened that the server got at `at` or later (INTERNALDATE)."""
    day = (at - timedelta(days=1)).date()  # SINCE disregards time and zone
    recent = set()
    for found in _down(box, f" SINCE {day.day}-{MONTHS[day.month - 1]}-{day.year}"):
        for some in chunks(sorted(found), LIST):
            for line in _fetch(box, some, "(UID INTERNALDATE)"):
                came = imaplib.Internaldate2tuple(line)
                uid = _UID.search(line)
                if came and uid and datetime.fromtimestamp(time.mktime(came), UTC) >= at:
                    recent.add(int(uid[1]))
    return recent


def still_there(box: BaseMailBox, uids: Sequence[int]) -> set[int]:
    return set(_search(box, "UID " + ",".join(map(str, uids))))


def sizes(box: BaseMailBox, uids: Sequence[int]) -> dict[int, int]:
    """Bytes of each mail that is there, as the server counts them."""
    found = {}
    for line in _fetch(box, uids, "(UID RFC822.SIZE)"):
        uid, size = _UID.search(line), _SIZE.search(line)
        if uid and size:
            found[int(uid[1])] = int(size[1])
    return found


def bodies(box: BaseMailBox, uids: Sequence[int]) -> list[Fetched]:
    """Whole mails, leaving their flags as they are. The UID may stand before the bytes or after them."""
    status, data = box.client.uid("FETCH", ",".join(map(str, uids)), "(UID BODY.PEEK[])")
    if status != "OK":
        raise imaplib.IMAP4.error(str(data))
    fetched = {}
    for place, part in enumerate(data):
        if isinstance(part, tuple):
            after = data[place + 1] if place + 1 < len(data) else b""
            uid = _UID.search(part[0]) or _UID.search(after if isinstance(after, bytes) else b"")
            if uid:
                fetched[int(uid[1])] = part[1]
    return [Fetched(uid, fetched[uid]) for uid in uids if uid in fetched]


def expunge(box: BaseMailBox, uids: Sequence[int]) -> None:
    """Delete these, and only these: a plain EXPUNGE would take what others have marked (RFC 4315)."""
    chosen = ",".join(map(str, uids))
    box.client.uid("STORE", chosen, "+FLAGS.SILENT", r"(\Deleted)")
    if "UIDPLUS" in box.client.capabilities:
        box.client.uid("EXPUNGE", chosen)


def chunks(items: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def batches(uids: Sequence[int], size_of: dict[int, int], most: int, most_bytes: int) -> Iterator[list[int]]:
    """Few enough, and small enough, to be held in memory together; one that is too large stands alone."""
    batch: list[int] = []
    total = 0
    for uid in uids:
        size = size_of.get(uid, 0)
        if batch and (len(batch) >= most or total + size > most_bytes):
            yield batch
            batch, total = [], 0
        batch.append(uid)
        total += size
    if batch:
        yield batch


def _down(box: BaseMailBox, criteria: str) -> Iterator[list[int]]:
    """What a SEARCH finds in each part of the folder, from the top; what comes meanwhile is in the first."""
    top, high = exists(box), "*"
    while top > 0:
        low = max(1, top - SEARCHED + 1)
        yield _search(box, f"{low}:{high}{criteria}")
        top = low - 1
        high = str(top)


def _search(box: BaseMailBox, criteria: str) -> list[int]:
    return [int(uid) for uid in box.uids(criteria, charset=None)]


def _fetch(box: BaseMailBox, uids: Sequence[int], what: str) -> list[bytes]:
    """The lines of a FETCH without literals."""
    status, data = box.client.uid("FETCH", ",".join(map(str, uids)), what)
    if status != "OK":
        raise imaplib.IMAP4.error(str(data))
    return [line for line in data if isinstance(line, bytes)]
