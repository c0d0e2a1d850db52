"""`guichet mail import ADDRESS SOURCE`: an old mailbox becomes closed history, with a line of progress on the way."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from django.db import Error

from guichet.channels.accept import find_inboxes
from guichet.channels.importing import run
from guichet.channels.models import MailImport, Parcel, ParcelState
from guichet.kit.account_urls import BadAccount, imap_account
from guichet.kit.lines import one_line

# sysexits.h
BAD_DATA, NO_INBOX, TRY_AGAIN = 65, 67, 75
TELL_EVERY = 5.0  # seconds


def add_command(mail: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    take = mail.add_parser("import", help="an old mailbox becomes closed history of an inbox; run again to go on")
    take.add_argument("address", help="of the inbox")
    take.add_argument(
        "source", metavar="SOURCE", help="mbox:FILE, maildir:DIR or imaps://user:password@host/FOLDER (or -: read it)"
    )
    take.set_defaults(run=import_mails)


def import_mails(options: argparse.Namespace) -> int:
    inbox = find_inboxes([options.address])[options.address]
    if inbox is None:
        print(f"No inbox has the address {options.address}.", file=sys.stderr)
        return NO_INBOX
    # A password on the command line is seen by everybody on the machine.
    written = sys.stdin.readline().strip() if options.source == "-" else options.source
    try:
        kind, source, name = read_source(written)
    except (BadAccount, ValueError) as bad:
        print(bad, file=sys.stderr)
        return BAD_DATA
    try:
        row = run.prepare(inbox, kind, source, name)
        run.run(row.pk, tell=Progress())
        return _told(MailImport.objects.get(pk=row.pk))
    except Error as error:
        words = one_line(str(error), 300)
        print(f"The database is away: {words} Run the same command to go on.", file=sys.stderr)
        return TRY_AGAIN


def read_source(written: str) -> tuple[MailImport.Kind, dict[str, Any], str]:
    """What a source is called and what is stored of it. Raises ValueError (BadAccount) for what is none."""
    kind, _colon, rest = written.partition(":")
    if kind in ("mbox", "maildir") and rest:
        path = Path(rest).resolve()
        if not (path.is_file() if kind == "mbox" else path.is_dir()):
            raise ValueError(f"There is no {'file' if kind == 'mbox' else 'folder'} {path}.")
        return MailImport.Kind(kind), {"path": str(path)}, str(path)
    if kind not in ("imap", "imaps"):
        raise ValueError("A source is written mbox:FILE, maildir:DIR or imaps://user:password@host/FOLDER.")
    account = imap_account(written)
    if len(account["folders"]) > 1:
        raise ValueError("One folder at a time: each is an import of its own.")
    folder = account["folders"][0]
    return MailImport.Kind.IMAP, {"account": dict(account), "folder": folder}, imap_name(account, folder)


def imap_name(account: Any, folder: str) -> str:
    """What an import of an IMAP folder is known by."""
    return f"{account['user']}@{account['host']}/{folder}"


class Progress:
    """A line every few seconds."""

    def __init__(self) -> None:
        self._started = self._told = time.monotonic()
        self._before: int | None = None

    def __call__(self, row: MailImport) -> None:
        now = time.monotonic()
        if self._before is None:
            self._before = row.done
        if now - self._told < TELL_EVERY:
            return
        self._told = now
        rate = (row.done - self._before) / (now - self._started)
        of = f" of {row.total}" if row.total else ""
        share = row.place.get("share")
        part = f" ({share:.0%})" if share is not None else ""
        print(f"{row.done}{of} mails{part}, {rate:.0f}/s", file=sys.stderr, flush=True)


def _told(row: MailImport) -> int:
    counts = f"{row.done} mails: {row.new} new, {row.known} known, {row.failed} failed"
    if row.state == MailImport.State.DONE:
        print(counts)
        for error in row.place.get("errors", []):
            print(f"{error['name']}: {error['problem']}", file=sys.stderr)
        waiting = Parcel.objects.filter(state=ParcelState.RECEIVED, is_history=True).count()
        if waiting:
            print(f"{waiting} wait for the worker, which makes tickets of them while no new mail waits.")
        return 0
    if row.state == MailImport.State.FAILED:
        print(f"{row.error} ({counts})", file=sys.stderr)
        return BAD_DATA
    words = {
        MailImport.State.STOPPED: "It was paused on its page.",
        MailImport.State.RUNNING: "It is running already.",
    }.get(MailImport.State(row.state), row.error)
    print(f"{words} ({counts}) Run the same command to go on.", file=sys.stderr)
    return TRY_AGAIN
