"""Reconciliation: what each watched mailbox holds against what the ledger says of it.

Beside the fetching threads, in the same process and on a connection of its own: so it reaches the server where they
do, takes what they passed over by the very same way, notices when one of them hangs, and never keeps one waiting.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import Error, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import activate
from django.utils.translation import gettext as _
from imap_tools import BaseMailBox

from guichet.channels import consistency
from guichet.channels.accounted import is_fetched
from guichet.channels.email.mailbox import imap
from guichet.channels.email.mailbox import uids as asked
from guichet.channels.email.mailbox.imap import Trouble
from guichet.channels.email.mailbox.take import TRIES, Taker, Unstored, database
from guichet.channels.models import Folder
from guichet.kit.crypto import Undecryptable
from guichet.people.house import house

EVERY = timedelta(hours=1)
STALLED = timedelta(minutes=10)  # a folder whose thread gave no sign for so long is read here
AGAIN_SECONDS = 300.0  # after a comparison that failed
LOOK_SECONDS = 5.0  # how soon "check now" is noticed
LISTING_SECONDS = 300.0  # for the whole list of a mailbox; a server that trickles holds up the others no longer
PAUSE_SECONDS = 0.5
LEFT_AGAIN = 20  # mails that the server did not hand out, tried once more each time
log = logging.getLogger(__name__)


class Reconciler:
    """The thread that compares every watched folder each hour, and at once where somebody asked."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reconciler", daemon=True)
        self._not_before: dict[int, float] = {}
        self._looked_at: float | None = None

    def start(self) -> None:
        self._thread.start()

    def stop(self, seconds: float = 3.0) -> None:
        self._stopping.set()
        self._thread.join(seconds)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                with database():
                    activate(house().language)
                    waiting = due()
                    self._look_for_lost_bytes()
                for folder in waiting:
                    if self._stopping.is_set():
                        return
                    if folder.is_asked or time.monotonic() >= self._not_before.get(folder.pk, 0.0):
                        self._reconcile(folder)
            except Error as error:
                log.warning("the database is away: %s", str(error).strip())
            except Undecryptable as error:
                log.error("the account of an inbox cannot be read: %s", error)
            except Exception:
                log.exception("the comparison goes on soon")
            self._stopping.wait(LOOK_SECONDS)

    def _reconcile(self, folder: Folder) -> None:
        try:
            reconcile(folder, self._stopping)
        except Error:
            raise
        except Exception:
            log.exception("inbox %s, folder %s: not compared", folder.inbox_id, folder.name)
            _save(folder, compare_error=_("The comparison failed; the log of the desk says why."))
        if folder.compare_error:
            self._not_before[folder.pk] = time.monotonic() + AGAIN_SECONDS

    def _look_for_lost_bytes(self) -> None:
        if self._looked_at is None or time.monotonic() - self._looked_at > EVERY.total_seconds():
            self._looked_at = time.monotonic()
            consistency.look_on()


def due() -> list[Folder]:
    """Watched folders whose turn it is, those asked for first."""
    lapsed = Q(compared_at=None) | Q(compared_at__lt=timezone.now() - EVERY)
    chosen = Folder.objects.filter(Q(is_asked=True) | lapsed, inbox__is_active=True).select_related("inbox")
    return [each for each in chosen.order_by("-is_asked", "compared_at") if is_fetched(each)]


def reconcile(folder: Folder, stopping: threading.Event | None = None) -> Folder:
    """Compare, fetch what was passed over, and compare again; the folder (with its inbox) with its new figures.

    What the server refuses stands in `compare_error`. Raises django.db.Error.
    """
    account: Mapping[str, Any] = folder.inbox.settings["imap"]
    stopping = stopping or threading.Event()
    taker = None
    for attempt in range(2 * TRIES):
        is_in = False
        try:
            with imap.connected(account) as box:
                is_in = True
                if not _open(box, folder, deletes=bool(account.get("delete_after"))):
                    _save(folder, compare_error=_("The server numbered the mails anew; they are being read again."))
                    return folder
                taker = taker or _taker(folder, account, stopping)
                wanted = compare(box, folder)
                if folder.missing:
                    log.error("inbox %s, folder %s: %s mails were passed over", *_named(folder), folder.missing)
                if wanted:
                    taker.take(box, wanted)
                    compare(box, folder)
            break
        except (Trouble, Unstored) as trouble:
            _save(folder, compare_error=str(trouble))
            if not is_in or stopping.wait(PAUSE_SECONDS * (attempt + 1)):
                break
    if folder.missing:
        log.error("inbox %s, folder %s: %s mails have no end", *_named(folder), folder.missing)
    return folder


def _named(folder: Folder) -> tuple[int, str]:
    return folder.inbox_id, folder.name


def _open(box: BaseMailBox, folder: Folder, *, deletes: bool) -> bool:
    """Whether the UIDs are still those that we know."""
    validity, _next = imap.select(box, folder.name, read_only=not deletes)
    with database():
        folder.refresh_from_db()
    return folder.uid_validity == validity


def _taker(folder: Folder, account: Mapping[str, Any], stopping: threading.Event) -> Taker:
    assert folder.uid_validity is not None
    return Taker(
        folder.inbox_id,
        folder.pk,
        folder.uid_validity,
        account["host"],
        deletes=bool(account.get("delete_after")),
        moves_cursor=False,
        stopping=stopping,
    )


def compare(box: BaseMailBox, folder: Folder) -> list[int]:
    """Count, save the figures, and return the UIDs to be taken out of turn.

    These are what the cursor passed without an end, a few of those that the server once did not hand out, and all
    that wait where the thread of the folder has given no sign for long.
    """
    with database():
        folder.refresh_from_db()  # first the cursor, then the list: what comes in between only waits
    with imap.within(box, LISTING_SECONDS):
        listed = asked.above(box, folder.first_uid)
    held = asked.exists(box)
    open_uids: list[int] = []
    left: list[int] = []
    older = 0
    with database():
        for some in asked.chunks(listed, asked.SEARCHED):
            for uid, outcome in _without_good_end(folder, some):
                if outcome is None:
                    open_uids.append(uid)
                elif outcome == "left":
                    left.append(uid)
                else:
                    older += 1
        missing = [uid for uid in open_uids if uid <= folder.last_uid]
        waiting = [uid for uid in open_uids if uid > folder.last_uid]
        is_stalled = bool(waiting) and _is_stalled(folder)
        with transaction.atomic():
            # The folder's thread counts on in this row: hold it while what it took meanwhile is counted.
            Folder.objects.select_for_update().get(pk=folder.pk)
            still = sum(
                outcome is None
                for some in asked.chunks(waiting, asked.SEARCHED)
                for _uid, outcome in _without_good_end(folder, some)
            )
            total = len(listed) - older
            lost = len(missing) + (still if is_stalled else 0)
            _save(
                folder, total=total, accounted=total - len(missing) - still, missing=lost,
                older=max(0, held - len(listed)) + older, compared_at=timezone.now(), compare_error="",
            )  # fmt: skip
    return sorted([*missing, *left[-LEFT_AGAIN:], *(waiting if is_stalled else ())])


def _is_stalled(folder: Folder) -> bool:
    return folder.read_at is None or timezone.now() - folder.read_at > STALLED


def _without_good_end(folder: Folder, uids: Sequence[int]) -> list[tuple[int, str | None]]:
    """(UID, None or left or older) of those of these mails that are not simply taken in or known."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT mail.uid, seen.outcome FROM unnest(%s::bigint[]) AS mail (uid)
            LEFT JOIN channels_sighting AS seen
                ON seen.folder_id = %s AND seen.uid_validity = %s AND seen.uid = mail.uid
            WHERE seen.outcome IS NULL OR seen.outcome IN ('left', 'older')
            ORDER BY mail.uid""",
            [list(uids), folder.pk, folder.uid_validity],
        )
        return list(cursor.fetchall())


def _save(folder: Folder, **changes: Any) -> None:
    """Only what a comparison finds out: the cursor belongs to the thread that reads."""
    changes["is_asked"] = False
    for name, value in changes.items():
        setattr(folder, name, value)
    if connection.in_atomic_block:
        folder.save(update_fields=changes)
    else:
        with database():
            folder.save(update_fields=changes)
