"""`guichet mail accept | parse | list | import | retry | reconcile`."""

from __future__ import annotations

import argparse
import json
import sys

from django.db import Error

from guichet.channels import ledger, reconcile_cli
from guichet.channels.accept import Arrival, accept, find_inboxes
from guichet.channels.email import parse_cli
from guichet.channels.email.limits import MESSAGE_BYTES
from guichet.channels.importing import import_cli
from guichet.channels.models import Parcel, ParcelState
from guichet.kit.lines import one_line

# sysexits.h, as mail servers read it from a pipe command (Postfix pipe(8), Exim, Courier).
BAD_DATA, NO_USER, TRY_AGAIN = 65, 67, 75


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    mail = subparsers.add_parser("mail", help="mails that came in").add_subparsers(required=True, metavar="COMMAND")
    take = mail.add_parser("accept", help="take one mail in from standard input; exit status 0 once it is stored")
    take.add_argument(
        "--from", dest="sender", required=True, metavar="ADDRESS", help="the envelope sender; <> for none"
    )
    take.add_argument("--to", action="append", required=True, metavar="ADDRESS", help="repeat for several recipients")
    take.set_defaults(run=accept_mail)
    parse = mail.add_parser("parse", help="what each mail says, one JSON object a line; needs no database")
    parse.add_argument("files", nargs="+", metavar="FILE")
    parse.set_defaults(run=lambda options: parse_cli.main(options.files))
    show = mail.add_parser("list", help="every mail taken in and what became of it")
    show.add_argument("--json", action="store_true", help="one JSON object a line")
    show.add_argument("--state", choices=ParcelState.values, default="")
    show.set_defaults(run=list_mails)
    import_cli.add_command(mail)
    again = mail.add_parser("retry", help="open mails once more")
    which = again.add_mutually_exclusive_group(required=True)
    which.add_argument("id", nargs="?", type=int, help="one mail, quarantined or recorded only")
    which.add_argument("--quarantine", action="store_true", help="all that are quarantined")
    again.set_defaults(run=retry_mails)
    reconcile_cli.add_command(mail)


def accept_mail(options: argparse.Namespace) -> int:
    """The pipe: a mail server runs this for each mail and reads the exit status."""
    raw = sys.stdin.buffer.read(MESSAGE_BYTES + 1)
    if not raw or len(raw) > MESSAGE_BYTES:
        print("The mail is empty." if not raw else f"The mail is larger than {MESSAGE_BYTES} bytes.", file=sys.stderr)
        return BAD_DATA
    try:
        inboxes = find_inboxes(options.to)
        unknown = [address for address, inbox in inboxes.items() if inbox is None]
        if unknown:
            print(f"No inbox has the address {', '.join(unknown)}.", file=sys.stderr)
            return NO_USER
        per_inbox: dict[int, list[str]] = {}
        for address, inbox in inboxes.items():
            if inbox is not None:
                per_inbox.setdefault(inbox.pk, []).append(address)
        sender = options.sender.strip("<>")
        accept([Arrival("pipe", sender, pk, addresses, raw) for pk, addresses in per_inbox.items()])
    except (Error, OSError) as error:
        print(f"The mail cannot be stored now, try again: {one_line(str(error), 300)}", file=sys.stderr)
        return TRY_AGAIN
    return 0


def list_mails(options: argparse.Namespace) -> int:
    for page in ledger.pages(options.state):
        if options.json:
            for entry in ledger.entries(page):
                print(json.dumps(entry, ensure_ascii=False))
        else:
            for parcel in page:
                print(_row(parcel))
    return 0


def _row(parcel: Parcel) -> str:
    number = f"#{parcel.ticket.number}" if parcel.ticket else ""
    columns = (
        f"{parcel.pk:>7}",
        f"{parcel.received_at:%Y-%m-%d %H:%M:%S}",
        f"{parcel.door:<4}",
        f"{parcel.state:<10}",
        f"{number:<7}",
        f"{parcel.inbox.address:<28}",
        f"{one_line(parcel.envelope_from or '<>', 40):<32}",
        one_line(parcel.reason, 100),
    )
    return "  ".join(columns).rstrip()


def retry_mails(options: argparse.Namespace) -> int:
    if options.quarantine:
        count = ledger.retry(Parcel.objects.filter(state=ParcelState.QUARANTINE))
        print(f"{count} mails are opened once more.")
        return 0
    if not ledger.retry(Parcel.objects.filter(pk=options.id)):
        print(f"There is no mail {options.id} that could be opened once more.", file=sys.stderr)
        return BAD_DATA
    print(f"Mail {options.id} is opened once more.")
    return 0
