"""Fetching from IMAP: one thread a folder, which reads every UID after its cursor and waits for more.

The cursor (channels.models.Folder) is a UIDVALIDITY and the last UID, never a flag or a date, and moves in the
transaction that stores the parcels. The mailbox is opened read-only unless its mail is to be deleted.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from typing import Any

from django.db import Error
from django.db.models import F
from django.utils import timezone
from django.utils.translation import activate
from imap_tools import BaseMailBox

from guichet.channels.email.mailbox import imap
from guichet.channels.email.mailbox import uids as asked
from guichet.channels.email.mailbox.beginning import begin, go_back
from guichet.channels.email.mailbox.imap import Trouble
from guichet.channels.email.mailbox.take import BATCH, Taker, Unstored, database
from guichet.channels.models import Folder
from guichet.kit.crypto import Undecryptable
from guichet.people.house import house
from guichet.tickets.models import Inbox

CHECK_SECONDS = 5.0  # how soon new, changed and removed accounts are noticed
POLL_SECONDS = 120.0  # beside IDLE, which some servers let sleep; it renews IDLE too (RFC 2177: within 29 min)
# The first rest after news is short: Dovecot 2.3 now and then never tells of what came in the instant IDLE began.
SETTLING_SECONDS = 3.0
PATIENCE = {"server": (1.0, 60.0), "port": (1.0, 60.0)}  # first and longest pause after a failure of this kind
OTHER_PATIENCE = (30.0, 900.0)  # a wrong password tried too often locks the account
log = logging.getLogger(__name__)


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
                with database():
                    wanted = _accounts()
                self._adjust(wanted)
            except Error as error:
                log.warning("the database is away: %s", str(error).strip())
            except Undecryptable as error:
                log.error("the account of an inbox cannot be read: %s", error)
            except Exception:
                log.exception("the mailboxes are looked through again soon")  # without this thread no mail is fetched
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


class Watch:
    """One thread that reads one folder until stopped."""

    def __init__(self, inbox_id: int, folder: str, account: Mapping[str, Any]) -> None:
        self._thread = threading.Thread(target=self._run, name=f"imap {inbox_id} {folder}", daemon=True)
        self.inbox_id, self.folder, self.account = inbox_id, folder, account
        self._stopping = threading.Event()
        self._box: BaseMailBox | None = None
        self._failures = 0
        self._noted = ""
        self._taker: Taker | None = None
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
            imap.hang_up(box)

    def _run(self) -> None:
        while not self._stopping.is_set():
            kind = "server"
            stored = self._stored
            try:
                with database():
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
            if self._stored > stored:
                self._failures = 0  # a server that dies again and again still hands out its mail
            first, longest = PATIENCE.get(kind, OTHER_PATIENCE)
            self._stopping.wait(min(longest, first * 2 ** min(self._failures, 10)))
            self._failures += 1

    @property
    def _stored(self) -> int:
        return self._taker.stored if self._taker else 0

    # -- one connection

    def _read(self, box: BaseMailBox) -> None:
        with database():
            row, _new = Folder.objects.get_or_create(
                inbox_id=self.inbox_id, name=self.folder, defaults={"read_at": timezone.now()}
            )
            self._noted = row.error
        validity, uid_next = imap.select(box, self.folder, read_only=not self._deletes)
        if row.uid_validity != validity:
            begin(box, row, validity, from_beginning=bool(self.account.get("from_beginning")))
        elif uid_next and uid_next <= row.last_uid:
            go_back(row, uid_next)
        taker = self._taker_of(row)
        told, is_again, is_quiet = asked.tellings(box), False, False
        found = asked.above(box, row.last_uid)
        while not self._stopping.is_set():
            if found:
                self._count(row, len(found))
                taker.take(box, found)
                row.last_uid = found[-1]
                is_quiet = False
            self._failures = 0
            self._note("")
            self._tick(row)
            # IDLE does not say again what came with another answer. Not twice in vain: some servers say it each time.
            is_again = (bool(found) or not is_again) and asked.tellings(box) > told
            if not is_again:
                self._rest(box, self._poll if is_quiet else min(self._poll, SETTLING_SECONDS))
                is_quiet = True
            told = asked.tellings(box)
            found = asked.newer(box, row.last_uid)

    def _taker_of(self, row: Folder) -> Taker:
        """It is kept between connections, as it counts what broke them."""
        if self._taker is None or (self._taker.folder_id, self._taker.validity) != (row.pk, row.uid_validity):
            assert row.uid_validity is not None
            self._taker = Taker(
                self.inbox_id, row.pk, row.uid_validity, self.account["host"], self._deletes, stopping=self._stopping
            )
        return self._taker

    def _count(self, row: Folder, waiting: int) -> None:
        """How many there are, before a long reading begins: "41 200 of 100 000"."""
        if waiting > BATCH:
            with database():
                Folder.objects.filter(pk=row.pk).update(total=F("accounted") + F("missing") + waiting)

    def _tick(self, row: Folder) -> None:
        with database():
            Folder.objects.filter(pk=row.pk).update(read_at=timezone.now())

    def _rest(self, box: BaseMailBox, seconds: float) -> None:
        """Until something comes, or for so long."""
        if self._stopping.is_set():
            return
        if "IDLE" in box.client.capabilities:
            with box.idle as idle:
                idle.poll(timeout=seconds)
        else:
            self._stopping.wait(seconds)

    def _note(self, text: str) -> None:
        """Show in the inbox's settings what is wrong, or that nothing is."""
        if text == self._noted:
            return
        self._noted = text
        try:
            with database():
                Folder.objects.update_or_create(
                    inbox_id=self.inbox_id, name=self.folder, defaults={"error": text},
                    create_defaults={"error": text, "read_at": timezone.now()},
                )  # fmt: skip
        except Error as error:
            log.warning("the database is away: %s", str(error).strip())


def _language() -> str:
    """Notes are read by administrators: in the house's language."""
    return house().language
