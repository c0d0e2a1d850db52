"""Running an import: in batches, each committed with the place behind it, by a job in short turns or by the command.

Killed at any point it goes on from the last batch; run again from the beginning it finds every mail known.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from guichet.channels.accept import Arrival, accept_each, look
from guichet.channels.email.mailbox.imap import Trouble
from guichet.channels.email.tokens import split_plus
from guichet.channels.importing.found import Found, Source, Unusable, moment
from guichet.channels.importing.imap_folder import ImapFolder
from guichet.channels.importing.maildir import Maildir
from guichet.channels.importing.mbox import Mbox
from guichet.channels.models import MailImport, Parcel
from guichet.kit import pg
from guichet.people.house import house
from guichet.people.models import Person
from guichet.tickets.models import Inbox

JOB = "guichet.channels.tasks.import_mail"
BATCH = 50  # mails stored together
BATCH_BYTES = 8 * 1024 * 1024
TURN = 20.0  # seconds of one job; then other jobs have their turn
RETRY_AFTER = timedelta(seconds=30)  # a server that was away, or a job that died
ERRORS = 50  # mails that could not be had, kept for the page
SENT = re.compile(
    r"sent([ _-]?(items?|mail|messages?|objects?))?|gesendete?([ _-](objekte|elemente|nachrichten|e-?mails?))?"
    r"|((éléments|elements|messages|courriers?|objets)[ _-])?(envoyés?|envoyes?)",
    re.IGNORECASE,
)
UNFINISHED = (MailImport.State.WAITING, MailImport.State.RUNNING)
log = logging.getLogger(__name__)


def uploads() -> Path:
    """Where mbox files lie that came through the browser; they go once they are imported."""
    return Path(settings.DATA) / "import" / "uploads"


def prepare(
    inbox: Inbox, kind: MailImport.Kind, source: Mapping[str, Any], name: str, by: Person | None = None
) -> MailImport:
    """The import of this source: the one that was begun, or one from the beginning."""
    with transaction.atomic():
        row, _new = MailImport.objects.select_for_update().get_or_create(
            inbox=inbox,
            kind=kind,
            name=name[:300],
            defaults={"source": dict(source), "by": by},  # type: ignore[misc]  # its stubs know no JSON
        )
        row.source, row.by, row.error = dict(source), by or row.by, ""
        if row.state == MailImport.State.DONE:
            _begin_anew(row)
        if row.state != MailImport.State.RUNNING:
            row.state = MailImport.State.WAITING
        row.save()
    return row


def _begin_anew(row: MailImport) -> None:
    row.place, row.total = {}, None
    row.done = row.new = row.known = row.failed = 0
    row.created_at = timezone.now()


def source_of(row: MailImport) -> Source:
    """Raises Unusable where the inbox's own account is meant and it has none."""
    stored: dict[str, Any] = row.source
    if row.kind == MailImport.Kind.MBOX:
        return Mbox(Path(stored["path"]), stored.get("called", ""))
    if row.kind == MailImport.Kind.MAILDIR:
        return Maildir(Path(stored["path"]))
    account = row.inbox.settings.get("imap") if stored.get("own") else stored.get("account")
    if not account:
        raise Unusable(_("The account is not stored any longer. Give it once more."))
    return ImapFolder(account, stored["folder"])


def run(pk: int, seconds: float | None = None, tell: Callable[[MailImport], None] | None = None) -> bool:
    """Import for so many seconds (None: to the end); whether somebody has to go on later. `tell` hears each batch."""
    with pg.advisory_lock(f"import {pk}", wait=False) as is_free:
        taken = is_free and MailImport.objects.filter(pk=pk, state__in=UNFINISHED).update(
            state=MailImport.State.RUNNING, error="", updated_at=timezone.now()
        )
        if not taken:
            return False
        row = MailImport.objects.select_related("inbox").get(pk=pk)
        with translation.override(house().language):
            return _attempt(row, seconds, tell or (lambda row: None))


def _attempt(row: MailImport, seconds: float | None, tell: Callable[[MailImport], None]) -> bool:
    """As `run`, and where it cannot go on the reason stands in the row, in the house's language."""
    try:
        return _run(row, source_of(row), seconds, tell)
    except Unusable as error:
        _leave(row, MailImport.State.FAILED, str(error))
    except Trouble as trouble:
        # A wrong password is for a person; a server that is away comes back.
        is_away = trouble.problem.kind in ("server", "port", "name")
        _leave(row, MailImport.State.WAITING if is_away else MailImport.State.FAILED, str(trouble))
    except OSError as error:
        words = _("The mails cannot be read or stored: %(error)s.") % {"error": error.strerror}
        _leave(row, MailImport.State.WAITING, words)
    return False


def _run(row: MailImport, source: Source, seconds: float | None, tell: Callable[[MailImport], None]) -> bool:
    if row.total is None and (total := source.total()) is not None:
        MailImport.objects.filter(pk=row.pk).update(total=total)
    started = time.monotonic()
    for batch in _batches(source.mails(row.place.get("at", {}))):
        if not _store(row, batch, source):
            return False  # a person paused it
        tell(row)
        if seconds is not None and time.monotonic() - started > seconds:
            return True
    _leave(row, MailImport.State.DONE, "")
    _forget(row)
    tell(row)
    return False


def _batches(mails: Iterable[Found]) -> Iterator[list[Found]]:
    batch: list[Found] = []
    size = 0
    for found in mails:
        batch.append(found)
        size += len(found.raw)
        if len(batch) >= BATCH or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _store(row: MailImport, batch: Sequence[Found], source: Source) -> bool:
    """These mails and the place behind them, in one commit; False if the import was paused, and then nothing."""
    arrivals, known = _new_of(row.inbox, [found for found in batch if found.raw], is_sent=is_sent_folder(row))
    place = batch[-1].place
    failed = [found for found in batch if not found.raw]
    errors = [*row.place.get("errors", []), *({"name": one.name, "problem": one.problem} for one in failed)][:ERRORS]
    row.place = {"at": place, "errors": errors, "share": source.share(place)}
    with transaction.atomic():
        new = sum(is_new for _parcel, is_new in accept_each(arrivals))
        known += len(arrivals) - new
        is_running = MailImport.objects.filter(pk=row.pk, state=MailImport.State.RUNNING).update(
            place=row.place, done=F("done") + len(batch), new=F("new") + new, known=F("known") + known,
            failed=F("failed") + len(failed), updated_at=timezone.now(),
        )  # fmt: skip
        if not is_running:
            transaction.set_rollback(True)
            return False
    row.refresh_from_db(fields=["done", "new", "known", "failed", "total"])
    return True


def is_sent_folder(row: MailImport) -> bool:
    """Whether the folder or file is named as one of sent mails, as mail programs name it."""
    stored: dict[str, Any] = row.source
    uploaded = row.name.partition(" (")[0] if row.kind == MailImport.Kind.MBOX else ""
    name = stored.get("folder") or Path(uploaded or stored["path"]).name
    return any(SENT.fullmatch(part) for part in re.split(r"[/.\\:]", name))


def _new_of(inbox: Inbox, mails: Sequence[Found], *, is_sent: bool = False) -> tuple[list[Arrival], int]:
    """What is to be taken in, and how many of these mails the inbox has: those are not even written to disk."""
    now = timezone.now()
    outsides = [look(found.raw) for found in mails]
    digests = {outside.digest for outside in outsides}
    known = set(Parcel.objects.filter(inbox=inbox, digest__in=digests).values_list("digest", flat=True))
    arrivals = []
    for found, outside in zip(mails, outsides, strict=True):
        if outside.digest in known:
            continue
        # Only what a mailbox received bears traces of delivery: a copy that we sent has no recipients here. Servers
        # stamp some copies in folders of sent mail with Received; anywhere else that is mail that came from outside.
        ours = [one for one in outside.delivered_to if split_plus(one)[0] in inbox.addresses]
        was_delivered = bool(outside.return_path or outside.delivered_to or (outside.is_received and not is_sent))
        to = [inbox.address, *ours] if was_delivered else []
        at = moment(found.raw, found.at, now)
        arrivals.append(
            Arrival("import", outside.return_path, inbox.pk, to, found.raw, received_at=at, is_history=True)
        )
    return arrivals, len(mails) - len(arrivals)


def _leave(row: MailImport, state: MailImport.State, error: str) -> None:
    row.state, row.error = state, error
    changed = {"state": state, "error": error, "updated_at": timezone.now()}
    if state == MailImport.State.DONE:
        changed["total"] = F("done")
    MailImport.objects.filter(pk=row.pk, state=MailImport.State.RUNNING).update(**changed)
    row.refresh_from_db(fields=["state", "done", "total"])


def _forget(row: MailImport) -> None:
    """What is done needs no password any longer, and no copy of the file."""
    if "account" in row.source:
        row.source = {"folder": row.source["folder"]}
        row.save(update_fields=["source"])
    path = Path(row.source.get("path", "/"))
    if path.parent == uploads():
        path.unlink(missing_ok=True)


def is_repeatable(row: MailImport) -> bool:
    """Whether its source is still there to be read once more."""
    if row.kind == MailImport.Kind.IMAP:
        return bool(row.source.get("own") or row.source.get("account"))
    return Path(row.source["path"]).exists()


def wake(pk: int) -> None:
    """Defer a job for an import, in the caller's transaction; one that waits already is enough."""
    try:
        with transaction.atomic():
            app.configure_task(JOB, queueing_lock=f"import {pk}").defer(import_id=pk)
    except AlreadyEnqueued:
        log.debug("import %s has a job already", pk)


def sweep() -> None:
    """Wake imports whose job was lost or whose server was away."""
    idle = MailImport.objects.filter(state__in=UNFINISHED, updated_at__lt=timezone.now() - RETRY_AFTER)
    for pk in idle.values_list("pk", flat=True):
        try:
            wake(pk)
        except DatabaseError as error:
            log.warning("import %s was not woken: %s", pk, str(error).strip())


def take_turn(pk: int) -> None:
    """A job's whole work."""
    if run(pk, TURN):
        wake(pk)
