"""Fetching from IMAP: one thread a folder, which reads every UID after its cursor and waits for more.

The cursor (channels.models.Folder) is a UIDVALIDITY and the last UID, never a flag or a date, and moves in the
transaction that stores the parcels. The mailbox is opened read-only unless its mail is to be deleted.
"""

from __future__ import annotations

import imaplib
import logging
import re
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import Error, connection, transaction
from django.utils import timezone
from django.utils.translation import activate
from django.utils.translation import gettext as _
from imap_tools import AND, BaseMailBox

from guichet.channels.accept import Arrival, accept, look
from guichet.channels.email import imap
from guichet.channels.email.imap import Trouble
from guichet.channels.email.limits import MESSAGE_BYTES
from guichet.channels.email.recipients import why_closed
from guichet.channels.email.tokens import split_plus
from guichet.channels.models import Folder
from guichet.kit import failpoints
from guichet.kit.crypto import Undecryptable
from guichet.people.house import house
from guichet.tickets.models import Inbox

CHECK_SECONDS = 5.0  # how soon new, changed and removed accounts are noticed
POLL_SECONDS = 120.0  # beside IDLE, which some servers let sleep; it renews IDLE too (RFC 2177: within 29 min)
PATIENCE = {"server": (1.0, 60.0), "port": (1.0, 60.0)}  # first and longest pause after a failure of this kind
OTHER_PATIENCE = (30.0, 900.0)  # a wrong password tried too often locks the account
BATCH = 50  # mails
BATCH_BYTES = 8 * 1024 * 1024
LIST = 500  # UIDs asked about at once
TRIES = 5  # of a mail that the server does not hand out
SETTLING = timedelta(hours=1)
CLOCK_SKEW = timedelta(minutes=5)
SKIPPED = "[UID "  # how the note of a mail left behind begins: it stays until something else is noted
_UID = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
log = logging.getLogger(__name__)


class Unstored(Exception):
    """The disk did not take the mail."""


class Mailboxes:
    """All folders of all active inboxes that have an IMAP account, each with its thread."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._watches: dict[tuple[int, str], Watch] = {}
        self._thread = threading.Thread(target=self._run, name="mailboxes", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float = 3.0) -> None:
        """Have every thread end; what a cut fetch had not stored is fetched again later."""
        self._stopping.set()
        self._thread.join(seconds)
        deadline = time.monotonic() + seconds
        for watch in self._watches.values():
            watch.stop()
        for watch in self._watches.values():
            watch.join(max(0.0, deadline - time.monotonic()))

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with _database():
                    wanted = _accounts()
                self._adjust(wanted)
            except Error as error:
                log.warning("the database is away: %s", str(error).strip())
            except Undecryptable as error:
                log.error("the account of an inbox cannot be read: %s", error)
            self._stopping.wait(CHECK_SECONDS)

    def _adjust(self, wanted: Mapping[tuple[int, str], Mapping[str, Any]]) -> None:
        for key, watch in list(self._watches.items()):
            if wanted.get(key) != watch.account:
                watch.stop()
            if not watch.is_alive():
                del self._watches[key]
        for key, account in wanted.items():
            if key not in self._watches:
                self._watches[key] = Watch(*key, account)
                self._watches[key].start()


def _accounts() -> dict[tuple[int, str], Mapping[str, Any]]:
    return {
        (inbox.pk, folder): inbox.settings["imap"]
        for inbox in Inbox.objects.filter(is_active=True)
        if inbox.settings.get("imap")
        for folder in inbox.settings["imap"].get("folders") or ["INBOX"]
    }


@contextmanager
def _database() -> Iterator[None]:
    """A thread that waits for hours holds no connection meanwhile."""
    try:
        yield
    finally:
        connection.close()


@dataclass
class _Fetched:
    uid: int
    raw: bytes


@dataclass
class _State:
    """What one thread remembers between connections."""

    failures: int = 0
    note: str = ""
    careful: bool = False  # the last fetch broke: one mail at a time, to find out which
    broken: dict[int, int] = field(default_factory=dict)  # UID -> how often its fetch broke


class Watch:
    """One thread that reads one folder until stopped."""

    def __init__(self, inbox_id: int, folder: str, account: Mapping[str, Any]) -> None:
        self._thread = threading.Thread(target=self._run, name=f"imap {inbox_id} {folder}", daemon=True)
        self.inbox_id, self.folder, self.account = inbox_id, folder, account
        self._stopping = threading.Event()
        self._box: BaseMailBox | None = None
        self._state = _State()
        self._deletes = bool(account.get("delete_after"))
        self._poll = float(account.get("poll_seconds") or POLL_SECONDS)

    def start(self) -> None:
        self._thread.start()

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def join(self, seconds: float) -> None:
        self._thread.join(seconds)

    def stop(self) -> None:
        """Also out of IDLE: the socket is cut under it."""
        self._stopping.set()
        box = self._box
        if box is not None:
            try:
                socket.socket.shutdown(box.client.sock, socket.SHUT_RDWR)
            except OSError:
                log.debug("the connection was closed already")

    def _run(self) -> None:
        while not self._stopping.is_set():
            kind = "server"
            try:
                with _database():
                    activate(_language())
                with imap.connected(self.account) as box:
                    self._box = box
                    self._read(box)
            except Trouble as trouble:
                kind = trouble.problem.kind
                if not self._stopping.is_set():
                    log.warning("inbox %s, folder %s: %s", self.inbox_id, self.folder, trouble)
                    self._note(str(trouble))
            except (Error, Unstored) as error:
                log.warning("inbox %s, folder %s: cannot store: %s", self.inbox_id, self.folder, str(error).strip())
            except Exception:
                log.exception("inbox %s, folder %s", self.inbox_id, self.folder)
            finally:
                self._box = None
            first, longest = PATIENCE.get(kind, OTHER_PATIENCE)
            self._stopping.wait(min(longest, first * 2 ** min(self._state.failures, 10)))
            self._state.failures += 1

    # -- one connection

    def _read(self, box: BaseMailBox) -> None:
        with _database():
            row, _new = Folder.objects.get_or_create(
                inbox_id=self.inbox_id, name=self.folder, defaults={"read_at": timezone.now()}
            )
            self._state.note = row.error
        validity, uid_next = imap.select(box, self.folder, read_only=not self._deletes)
        if row.uid_validity != validity:
            self._begin(box, row, validity, uid_next)
        while not self._stopping.is_set():
            self._read_new(box, row)
            self._state.failures = 0
            if not self._state.note.startswith(SKIPPED):
                self._note("")
            if "IDLE" in box.client.capabilities:
                with box.idle as idle:
                    idle.poll(timeout=self._poll)
            else:
                self._stopping.wait(self._poll)

    def _begin(self, box: BaseMailBox, row: Folder, validity: int, uid_next: int) -> None:
        """Where to begin in a folder not read before, or whose UIDs were all given out anew (RFC 3501 2.3.1.1).

        What lay in the mailbox before we were to watch it is no new request. After a renumbering all since then is
        read once more: what we have already is known by its digest.
        """
        if self.account.get("from_beginning"):
            last = 0
        else:
            with _database():
                created = Inbox.objects.values_list("created_at", flat=True).get(pk=self.inbox_id)
            watched = row.read_at or timezone.now()
            is_renumbered = row.uid_validity is not None
            since = created if is_renumbered or watched - created < SETTLING else watched
            last = self._last_before(box, since, uid_next)
        log.info("inbox %s, folder %s: reading after UID %s of %s", self.inbox_id, self.folder, last, validity)
        row.uid_validity, row.last_uid, row.read_at = validity, last, timezone.now()
        with _database():
            row.save(update_fields=["uid_validity", "last_uid", "read_at"])

    def _last_before(self, box: BaseMailBox, since: datetime, uid_next: int) -> int:
        """The UID just before the first mail that the server got at `since` or later."""
        day = (since - timedelta(days=1)).date()  # SINCE disregards time and zone
        recent = []
        for some in _chunks([int(uid) for uid in box.uids(AND(date_gte=day), charset=None)], LIST):
            for line in _fetch(box, some, "(UID INTERNALDATE)"):
                at = imaplib.Internaldate2tuple(line)
                uid = _UID.search(line)
                if at and uid and datetime.fromtimestamp(time.mktime(at), UTC) >= since - CLOCK_SKEW:
                    recent.append(int(uid[1]))
        if recent:
            return min(recent) - 1
        return uid_next - 1 if uid_next else max((int(uid) for uid in box.uids("ALL", charset=None)), default=0)

    # -- mails

    def _read_new(self, box: BaseMailBox, row: Folder) -> None:
        found = box.uids(f"UID {row.last_uid + 1}:*", charset=None)
        # "n:*" names the last mail even if its UID is below n.
        uids = sorted(uid for uid in map(int, found) if uid > row.last_uid)
        for some in _chunks(uids, LIST):
            sizes = _sizes(box, some)
            for batch in _batches(some, sizes, 1 if self._state.careful else BATCH):
                if self._stopping.is_set():
                    return
                self._read_batch(box, row, batch, sizes)

    def _read_batch(self, box: BaseMailBox, row: Folder, uids: Sequence[int], sizes: Mapping[int, int]) -> None:
        while (reason := why_closed()) is not None:
            log.warning("no mail is fetched for now: %s", reason)
            if self._stopping.wait(5.0):
                return
        fetched: list[_Fetched] = []
        if sizes.get(uids[0], 0) > MESSAGE_BYTES:
            self._skip(uids[0], _("it is larger than %(limit)s MB") % {"limit": MESSAGE_BYTES // 1024 // 1024})
        elif self._state.broken.get(uids[0], 0) >= TRIES:
            self._skip(uids[0], _("the server does not hand it out"))
        else:
            fetched = self._bodies(box, uids)
        self._store(row, fetched, uids[-1])
        if self._deletes and fetched:
            self._delete(box, [mail.uid for mail in fetched])

    def _bodies(self, box: BaseMailBox, uids: Sequence[int]) -> list[_Fetched]:
        try:
            fetched = [mail for mail in _bodies(box, uids) if mail.uid in uids]
            missing = set(uids) - {mail.uid for mail in fetched}
            if missing:
                # Moved away by somebody meanwhile? Then all is well; else this is not an answer.
                missing &= {int(uid) for uid in box.uids("UID " + ",".join(map(str, missing)), charset=None)}
            if missing:
                words = _("The server does not hand out the mail with UID %(uid)s.") % {"uid": min(missing)}
                raise Trouble("server", words)
        except (Trouble, OSError, imaplib.IMAP4.error):
            self._state.careful = True
            if len(uids) == 1:
                self._state.broken[uids[0]] = self._state.broken.get(uids[0], 0) + 1
            raise
        if self._state.careful and len(uids) == 1:
            self._state.broken.pop(uids[0], None)
        return fetched

    def _store(self, row: Folder, fetched: Sequence[_Fetched], last: int) -> None:
        """The parcels and the cursor, in one transaction."""
        with _database():
            address = Inbox.objects.values_list("address", flat=True).get(pk=self.inbox_id)
            arrivals = [self._arrival(mail.raw, address) for mail in fetched]
            with transaction.atomic():
                try:
                    accept(arrivals)
                except OSError as error:
                    raise Unstored(str(error)) from error
                Folder.objects.filter(pk=row.pk, uid_validity=row.uid_validity, last_uid__lt=last).update(
                    last_uid=last, read_at=timezone.now()
                )
            failpoints.hit("intake.after_commit")
        row.last_uid = last

    def _arrival(self, raw: bytes, address: str) -> Arrival:
        """The account decides whose mail it is; the server's traces tell the envelope as far as it is known."""
        outside = look(raw)
        ours = [other for other in outside.delivered_to if split_plus(other)[0] == address]
        return Arrival("imap", outside.return_path, self.inbox_id, [address, *ours], raw, self.account["host"])

    def _delete(self, box: BaseMailBox, uids: Sequence[int]) -> None:
        """Only what is stored, and only ours: a plain EXPUNGE would take what others have marked (RFC 4315)."""
        chosen = ",".join(map(str, uids))
        box.client.uid("STORE", chosen, "+FLAGS.SILENT", r"(\Deleted)")
        if "UIDPLUS" in box.client.capabilities:
            box.client.uid("EXPUNGE", chosen)

    def _skip(self, uid: int, why: str) -> None:
        self._state.broken.pop(uid, None)
        self._note(SKIPPED + _("%(uid)s] A mail was left in the mailbox: %(why)s.") % {"uid": uid, "why": why})
        log.error("inbox %s, folder %s: %s", self.inbox_id, self.folder, self._state.note)

    def _note(self, text: str) -> None:
        """Show in the inbox's settings what is wrong, or that nothing is."""
        if text == self._state.note:
            return
        self._state.note = text
        try:
            with _database():
                Folder.objects.update_or_create(
                    inbox_id=self.inbox_id, name=self.folder, defaults={"error": text},
                    create_defaults={"error": text, "read_at": timezone.now()},
                )  # fmt: skip
        except Error as error:
            log.warning("the database is away: %s", str(error).strip())


def _language() -> str:
    """Notes are read by administrators: in the house's language."""
    return house().language


def _chunks(items: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _batches(uids: Sequence[int], sizes: Mapping[int, int], most: int) -> Iterator[list[int]]:
    """Few enough, and small enough, to be held in memory together; one that is too large stands alone."""
    batch: list[int] = []
    total = 0
    for uid in uids:
        size = sizes.get(uid, 0)
        if batch and (len(batch) >= most or total + size > BATCH_BYTES):
            yield batch
            batch, total = [], 0
        batch.append(uid)
        total += size
    if batch:
        yield batch


def _fetch(box: BaseMailBox, uids: Sequence[int], what: str) -> list[bytes]:
    """The lines of a FETCH without literals."""
    status, data = box.client.uid("FETCH", ",".join(map(str, uids)), what)
    if status != "OK":
        raise imaplib.IMAP4.error(str(data))
    return [line for line in data if isinstance(line, bytes)]


def _sizes(box: BaseMailBox, uids: Sequence[int]) -> dict[int, int]:
    found = {}
    for line in _fetch(box, uids, "(UID RFC822.SIZE)"):
        uid, size = _UID.search(line), _SIZE.search(line)
        if uid and size:
            found[int(uid[1])] = int(size[1])
    return found


def _bodies(box: BaseMailBox, uids: Sequence[int]) -> list[_Fetched]:
    """Whole mails, leaving their flags as they are. The UID may stand before the bytes or after them."""
    status, data = box.client.uid("FETCH", ",".join(map(str, uids)), "(UID BODY.PEEK[])")
    if status != "OK":
        raise imaplib.IMAP4.error(str(data))
    fetched = []
    for place, part in enumerate(data):
        if isinstance(part, tuple):
            after = data[place + 1] if place + 1 < len(data) else b""
            uid = _UID.search(part[0]) or _UID.search(after if isinstance(after, bytes) else b"")
            if uid:
                fetched.append(_Fetched(int(uid[1]), part[1]))
    return fetched
