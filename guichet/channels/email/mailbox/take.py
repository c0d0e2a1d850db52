"""From an opened IMAP folder into the ledger: parcels, what became of each UID, and the cursor, in one transaction."""

from __future__ import annotations

import imaplib
import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils.translation import gettext as _
from imap_tools import BaseMailBox

from guichet.channels.accept import Arrival, accept_each, look
from guichet.channels.email.limits import MESSAGE_BYTES
from guichet.channels.email.mailbox import uids as asked
from guichet.channels.email.mailbox.imap import Trouble
from guichet.channels.email.mailbox.uids import Fetched
from guichet.channels.email.recipients import why_closed
from guichet.channels.email.tokens import split_plus
from guichet.channels.models import Parcel, Sighting
from guichet.kit import failpoints
from guichet.tickets.models import Inbox

BATCH = 50  # mails
BATCH_BYTES = 8 * 1024 * 1024
TRIES = 5  # of a mail that the server does not hand out
CAREFUL = 100  # mails that are fetched one by one after a fetch broke
log = logging.getLogger(__name__)


class Unstored(Exception):
    """The disk did not take the mail."""


@contextmanager
def database() -> Iterator[None]:
    """A thread that waits for hours holds no connection meanwhile."""
    try:
        yield
    finally:
        connection.close()


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one UID: the values of a Sighting."""

    uid: int
    outcome: Sighting.Outcome
    parcel: Parcel | None = None
    note: str = ""


@dataclass
class Taker:
    """Takes mails of one folder, under one UIDVALIDITY. It outlives connections: `broken` counts over several."""

    inbox_id: int
    folder_id: int
    validity: int
    host: str
    deletes: bool = False
    moves_cursor: bool = True  # what is taken out of turn moves none
    stopping: threading.Event = field(default_factory=threading.Event)
    careful: int = 0  # so many mails are still fetched one by one, to find out which one breaks the fetch
    broken: dict[int, int] = field(default_factory=dict)  # UID -> how often its fetch broke
    stored: int = 0  # batches: whether a connection brought anything

    def take(self, box: BaseMailBox, uids: Sequence[int]) -> None:
        """Take those of these UIDs (ascending) that have no end yet.

        Raises Trouble (the server), Unstored or django.db.Error; what was taken until then stays so.
        """
        for some in asked.chunks(uids, asked.LIST):
            wanted = self._without_end(some)
            is_last_taken = bool(wanted) and wanted[-1] == some[-1]
            sizes = asked.sizes(box, wanted) if wanted else {}
            while wanted and not self.stopping.is_set():
                batch = next(asked.batches(wanted, sizes, 1 if self.careful else BATCH, BATCH_BYTES))
                self._take_batch(box, batch, sizes)
                wanted = wanted[len(batch) :]
            if self.stopping.is_set():
                return
            if not is_last_taken:
                self._pass(some[-1])

    def _without_end(self, uids: Sequence[int]) -> list[int]:
        """Those to be taken: never seen, or left behind although they might have been had."""
        with database():
            ended = Sighting.objects.filter(folder_id=self.folder_id, uid_validity=self.validity, uid__in=list(uids))
            done = set(ended.exclude(outcome=Sighting.Outcome.LEFT).values_list("uid", flat=True))
        return [uid for uid in uids if uid not in done]

    def _take_batch(self, box: BaseMailBox, uids: Sequence[int], sizes: Mapping[int, int]) -> None:
        while (reason := why_closed()) is not None:
            log.warning("no mail is fetched for now: %s", reason)
            if self.stopping.wait(5.0):
                return
        fetched: list[Fetched] = []
        if sizes.get(uids[0], 0) > MESSAGE_BYTES:
            words = _("It is larger than %(limit)s MB.") % {"limit": MESSAGE_BYTES // 1024 // 1024}
            others = [self._left(uids[0], words)]
        elif self.broken.get(uids[0], 0) >= TRIES:
            others = [self._left(uids[0], _("The server does not hand it out."))]
        else:
            fetched = self._bodies(box, uids)
            gone = set(uids) - {mail.uid for mail in fetched}
            others = [Seen(uid, Sighting.Outcome.GONE) for uid in sorted(gone)]
        failpoints.hit("fetch.before_store")
        self._store(fetched, others, uids[-1])
        self.stored += 1
        failpoints.hit("fetch.after_store")
        if self.deletes and fetched:
            asked.expunge(box, [mail.uid for mail in fetched])

    def _left(self, uid: int, why: str) -> Seen:
        self.broken.pop(uid, None)
        log.error("inbox %s, folder %s: UID %s was left in the mailbox: %s", self.inbox_id, self.folder_id, uid, why)
        return Seen(uid, Sighting.Outcome.LEFT, note=why)

    def _bodies(self, box: BaseMailBox, uids: Sequence[int]) -> list[Fetched]:
        try:
            fetched = asked.bodies(box, uids)
            missing = set(uids) - {mail.uid for mail in fetched}
            if missing:
                # Moved away by somebody meanwhile? Then all is well; else this is not an answer.
                missing &= asked.still_there(box, sorted(missing))
            if missing:
                words = _("The server does not hand out the mail with UID %(uid)s.") % {"uid": min(missing)}
                raise Trouble("server", words)
        except (Trouble, OSError, imaplib.IMAP4.error):
            self.careful = CAREFUL
            if len(uids) == 1:
                self.broken[uids[0]] = self.broken.get(uids[0], 0) + 1
            raise
        self.careful = max(0, self.careful - 1)
        self.broken.pop(uids[0], None)
        return fetched

    def _store(self, fetched: Sequence[Fetched], others: Sequence[Seen], last: int) -> None:
        with database():
            address = Inbox.objects.values_list("address", flat=True).get(pk=self.inbox_id)
            arrivals = [self._arrival(mail.raw, address) for mail in fetched]
            with transaction.atomic():
                try:
                    stored = accept_each(arrivals)
                except OSError as error:
                    raise Unstored(str(error)) from error
                seen = [
                    Seen(mail.uid, Sighting.Outcome.STORED if is_new else Sighting.Outcome.DUPLICATE, parcel)
                    for mail, (parcel, is_new) in zip(fetched, stored, strict=True)
                ]
                self._record([*seen, *others], last)
                failpoints.hit("fetch.before_commit")
            failpoints.hit("intake.after_commit")

    def _arrival(self, raw: bytes, address: str) -> Arrival:
        """The account decides whose mail it is; the server's traces tell the envelope as far as it is known."""
        outside = look(raw)
        ours = [other for other in outside.delivered_to if split_plus(other)[0] == address]
        return Arrival("imap", outside.return_path, self.inbox_id, [address, *ours], raw, self.host)

    def _pass(self, last: int) -> None:
        """Move the cursor over what had its end already."""
        if self.moves_cursor:
            with database():
                self._record([], last)

    def _record(self, seen: Sequence[Seen], last: int) -> None:
        """Sightings and cursor in one statement. What was left behind and is had now gets its new end."""
        with connection.cursor() as cursor:
            cursor.execute(
                """WITH seen AS (
                    INSERT INTO channels_sighting AS old
                        (folder_id, uid_validity, uid, door, parcel_id, outcome, note, at)
                    SELECT %(folder)s, %(validity)s, uid, 'imap', parcel, outcome, note, now()
                    FROM unnest(%(uids)s::bigint[], %(parcels)s::bigint[], %(outcomes)s::text[], %(notes)s::text[])
                        AS mail (uid, parcel, outcome, note)
                    ON CONFLICT (folder_id, uid_validity, uid) DO UPDATE
                        SET parcel_id = excluded.parcel_id, outcome = excluded.outcome, note = excluded.note,
                            at = excluded.at
                        WHERE old.outcome = 'left' AND excluded.outcome <> 'left'
                    RETURNING xmax = 0 AS is_new
                ), counted AS (SELECT count(*) AS more FROM seen WHERE is_new)
                UPDATE channels_folder
                SET last_uid = greatest(last_uid, %(last)s), read_at = now(), accounted = accounted + more,
                    total = greatest(total, accounted + missing + more)
                FROM counted WHERE id = %(folder)s AND uid_validity = %(validity)s""",
                {
                    "folder": self.folder_id,
                    "validity": self.validity,
                    "uids": [one.uid for one in seen],
                    "parcels": [one.parcel.pk if one.parcel else None for one in seen],
                    "outcomes": [one.outcome.value for one in seen],
                    "notes": [one.note for one in seen],
                    "last": last if self.moves_cursor else 0,
                },
            )  # fmt: skip
