"""A folder of an IMAP account, by UID and read-only. Drafts and what is marked as deleted are left."""

from __future__ import annotations

import imaplib
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from imap_tools import BaseMailBox

from guichet.channels.email.limits import MESSAGE_BYTES
from guichet.channels.email.mailbox import imap, uids
from guichet.channels.importing.found import Found, Unusable, too_large

FETCHED = 25  # mails held in memory at once
FETCHED_BYTES = 8 * 1024 * 1024
_UID = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_LEFT = re.compile(rb"FLAGS \([^)]*\\(?:Deleted|Draft)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Listed:
    size: int
    at: datetime | None


class ImapFolder:
    """Its place is a UIDVALIDITY and the last UID read; another UIDVALIDITY begins anew: what is known stays known."""

    def __init__(self, account: Mapping[str, Any], folder: str) -> None:
        self.account, self.folder = account, folder

    def total(self) -> int | None:
        with imap.connected(self.account) as box:
            imap.select(box, self.folder, read_only=True)
            return len(uids.above(box, 0))

    def share(self, place: dict[str, Any]) -> float | None:
        return None

    def mails(self, place: dict[str, Any]) -> Iterator[Found]:
        """Raises imap.Trouble where the server fails, and Unusable for a folder that is not there."""
        with imap.connected(self.account) as box:
            try:
                validity, _next = imap.select(box, self.folder, read_only=True)
            except imap.Trouble as trouble:
                if trouble.problem.kind == "folder":
                    raise Unusable(str(trouble)) from trouble
                raise
            last = int(place.get("uid", 0)) if place.get("validity") == validity else 0
            for some in uids.chunks(uids.above(box, last), uids.LIST):
                listed = _listed(box, some)
                sizes = {uid: mail.size for uid, mail in listed.items()}
                for batch in uids.batches(sorted(listed), sizes, FETCHED, FETCHED_BYTES):
                    yield from _fetched(box, batch, listed, validity)


def _listed(box: BaseMailBox, some: Sequence[int]) -> dict[int, _Listed]:
    status, data = box.client.uid("FETCH", ",".join(map(str, some)), "(UID FLAGS RFC822.SIZE INTERNALDATE)")
    if status != "OK":
        raise imaplib.IMAP4.error(str(data))
    found = {}
    for line in data:
        if isinstance(line, bytes) and (uid := _UID.search(line)) and not _LEFT.search(line):
            size, at = _SIZE.search(line), imaplib.Internaldate2tuple(line)
            moment = datetime.fromtimestamp(time.mktime(at), UTC) if at else None
            found[int(uid[1])] = _Listed(int(size[1]) if size else 0, moment)
    return found


def _fetched(box: BaseMailBox, batch: Sequence[int], listed: Mapping[int, _Listed], validity: int) -> Iterator[Found]:
    small = [uid for uid in batch if listed[uid].size <= MESSAGE_BYTES]
    raws = {mail.uid: mail.raw for mail in uids.bodies(box, small)} if small else {}
    for uid in batch:
        place, name = {"validity": validity, "uid": uid}, f"UID {uid}"
        if listed[uid].size > MESSAGE_BYTES or len(raws.get(uid, b"")) > MESSAGE_BYTES:
            yield Found(place, problem=too_large(), name=name)
        elif not raws.get(uid):
            yield Found(place, problem=_("The server does not hand it out."), name=name)
        else:
            yield Found(place, raws[uid], listed[uid].at, name=name)
