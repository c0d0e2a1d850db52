"""Files that wait to be read: the state stands on each row, so nothing is lost with a worker, and a failure stays
where it can be seen. Found is a file by its name at once, by its text a moment later.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, close_old_connections, transaction

from guichet.kit import pg
from guichet.kit.extract import Extractor, Unreadable, may_have_words
from guichet.kit.files import BlobStore
from guichet.tickets.models import Attachment, FileReading, FileText, Message

FILES = 20  # at a time
EVERY = 1.0  # seconds between two looks
log = logging.getLogger(__name__)


def run(stopping: threading.Event) -> None:
    """Read until `stopping` is set, through restarts of the database. Blocks."""
    with Extractor() as extractor:
        while not stopping.is_set():
            try:
                while read_some(extractor) and not stopping.is_set():
                    pass
            except DatabaseError as error:
                log.warning("no files were read: %s", str(error).strip())
            except Exception:
                log.exception("reading files failed and goes on")
            close_old_connections()
            extractor.close_if_idle()
            stopping.wait(EVERY)


def read_some(extractor: Extractor) -> int:
    """Read the latest files that wait; how many. One reader at a time in the house, without a transaction meanwhile."""
    with pg.advisory_lock("search: read files", wait=False) as got:
        if not got:
            return 0
        waiting = Attachment.objects.filter(reading=FileReading.WAITING).order_by("-pk")
        rows = list(waiting.values_list("pk", "name", "content_type", "digest")[:FILES])
        hopeless = [pk for pk, name, kind, _digest in rows if not may_have_words(name, kind)]
        Attachment.objects.filter(pk__in=hopeless).update(reading=FileReading.WITHOUT)
        for pk, _name, _kind, digest in rows:
            if pk not in hopeless:
                _read_one(pk, digest, extractor)
    return len(rows)


def _read_one(pk: int, digest: str, extractor: Extractor) -> None:
    text, state, note = "", FileReading.READ, ""
    try:
        text = extractor.read(BlobStore(Path(settings.DATA) / "blobs").get(digest)).strip()
    except Unreadable as error:
        state, note = FileReading.FAILED, str(error)[:200]
    except (OSError, ValueError):
        state, note = FileReading.FAILED, "the file is not in the store"
    if state == FileReading.READ and not text:
        state = FileReading.WITHOUT
    _keep(pk, text, state, note)


def _keep(pk: int, text: str, state: FileReading, note: str) -> None:
    with transaction.atomic():
        # As long as its message is held, nobody moves it to another ticket.
        message = Message.objects.select_for_update(of=("self",)).filter(attachments=pk).order_by("pk").first()
        if message is None:
            return
        Attachment.objects.filter(pk=pk).update(reading=state, reading_note=note)
        if text:
            FileText.objects.update_or_create(attachment_id=pk, defaults={"text": text})
