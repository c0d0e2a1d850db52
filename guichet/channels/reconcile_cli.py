"""`guichet mail reconcile`: every fetched mailbox compared with the ledger now, and the ledger with itself."""

from __future__ import annotations

import argparse
import sys

from guichet.channels import consistency
from guichet.channels.accounted import watched
from guichet.channels.email.mailbox.reconcile import reconcile
from guichet.channels.models import Folder
from guichet.tickets.models import Inbox

NO_USER = 67  # sysexits.h


def add_command(mail: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    count = mail.add_parser("reconcile", help="compare mailboxes with the ledger and fetch what is missing")
    count.add_argument("address", nargs="?", default="", metavar="ADDRESS", help="of one inbox; all without it")
    count.set_defaults(run=reconcile_mailboxes)


def reconcile_mailboxes(options: argparse.Namespace) -> int:
    """Status 1 when a mail is not accounted for, a mailbox cannot be compared, or the ledger is not whole."""
    address = options.address.strip().lower()
    if address and not Inbox.objects.filter(address=address).exists():
        print(f"There is no inbox {address}.", file=sys.stderr)
        return NO_USER
    is_whole = True
    for folder in watched(address):
        reconcile(folder)
        print(_line(folder), flush=True)
        is_whole &= not (folder.missing or folder.compare_error)
    if not address:
        found = consistency.whole_trouble()
        print(_ledger_line(found))
        is_whole &= not found
    return 0 if is_whole else 1


def _line(folder: Folder) -> str:
    words = [f"{folder.accounted} of {folder.total} accounted for"]
    waiting = folder.total - folder.accounted - folder.missing
    if folder.missing:
        words.append(f"{folder.missing} missing")
    if waiting > 0:
        words.append(f"{waiting} still to be read")
    if folder.older:
        words.append(f"{folder.older} older left as they were")
    if folder.compare_error:
        words.append(f"not compared now: {folder.compare_error}")
    return f"{folder.inbox.address:<28}  {folder.name:<16}  {', '.join(words)}"


def _ledger_line(found: consistency.Trouble) -> str:
    words = []
    if found.late:
        words.append(f"{found.late} wait for over five minutes")
    if found.endless:
        words.append(f"{found.endless} are done and have no end")
    if found.lost:
        words.append(f"the bytes of {', '.join(map(str, found.lost))} are missing")
    return f"{'ledger':<28}  {'':<16}  {', '.join(words) or 'every mail has its end and its bytes'}"
