"""Where reading a folder begins: what lay in the mailbox before the desk was to watch it is no new request."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from imap_tools import BaseMailBox

from guichet.channels.email.mailbox import uids as asked
from guichet.channels.email.mailbox.take import database
from guichet.channels.models import Folder, Sighting
from guichet.tickets.models import Inbox

SETTLING = timedelta(hours=1)
CLOCK_SKEW = timedelta(minutes=5)
ROWS = 5000
BEGUN = (
    "uid_validity", "last_uid", "first_uid", "older", "total", "accounted", "missing", "compared_at", "read_at",
)  # fmt: skip
log = logging.getLogger(__name__)


def begin(box: BaseMailBox, row: Folder, validity: int, *, from_beginning: bool) -> None:
    """Set the cursor of a folder not read before, or whose UIDs were all given out anew (RFC 3501 2.3.1.1).

    After a renumbering all that came since the inbox was made is read once more: what we have already is known by its
    digest. Mails that came before keep lying where they are, also between newer ones, as a moved mailbox has them.
    """
    everything = asked.above(box, 0)
    recent = set(everything) if from_beginning else asked.since(box, _watched_since(row) - CLOCK_SKEW)
    first = min(recent) - 1 if recent else max(everything, default=0)
    old = [uid for uid in everything if uid > first and uid not in recent]
    older = len(everything) - len(recent.intersection(everything))
    log.info("inbox %s, folder %s: reading after UID %s of %s", row.inbox_id, row.name, first, validity)
    row.uid_validity, row.last_uid, row.first_uid, row.older = validity, first, first, older
    row.total, row.accounted, row.missing, row.compared_at = len(everything) - older, 0, 0, None
    row.read_at = timezone.now()
    with database(), transaction.atomic():
        row.save(update_fields=BEGUN)
        for some in asked.chunks(old, ROWS):
            seen = [
                Sighting(
                    folder=row, uid_validity=validity, uid=uid, door="imap", outcome=Sighting.Outcome.OLDER,
                    at=row.read_at,
                )
                for uid in some
            ]  # fmt: skip
            Sighting.objects.bulk_create(seen, ignore_conflicts=True)


def go_back(row: Folder, uid_next: int) -> None:
    """The server was set back to an older state: UIDs from `uid_next` on will be given to other mails."""
    log.warning("inbox %s, folder %s: the server went back before UID %s", row.inbox_id, row.name, uid_next)
    row.last_uid, row.first_uid = min(row.last_uid, uid_next - 1), min(row.first_uid, uid_next - 1)
    row.compared_at = None
    with database(), transaction.atomic():
        Sighting.objects.filter(folder=row, uid_validity=row.uid_validity, uid__gte=uid_next).delete()
        row.save(update_fields=["last_uid", "first_uid", "compared_at"])


def _watched_since(row: Folder) -> datetime:
    with database():
        created = Inbox.objects.values_list("created_at", flat=True).get(pk=row.inbox_id)
    watched = row.read_at or timezone.now()
    is_renumbered = row.uid_validity is not None
    return created if is_renumbered or watched - created < SETTLING else watched
