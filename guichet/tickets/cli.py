"""`guichet inbox add`."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError

from guichet.kit.account_urls import BadAccount, imap_account, smtp_account
from guichet.people.actions import find_or_make_team, normal_address
from guichet.people.models import Language
from guichet.tickets.models import Inbox


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    inbox = subparsers.add_parser("inbox", help="addresses that people write to").add_subparsers(required=True)
    add = inbox.add_parser("add", help="add an inbox")
    add.add_argument("address")
    add.add_argument("--name", default="")
    add.add_argument("--team", default="Support", help="the team that works it; made if new (default: Support)")
    add.add_argument("--language", choices=Language.values, default=Language.ENGLISH)
    add.add_argument("--confidential", action="store_true")
    add.add_argument("--ack", action=argparse.BooleanOptionalAction, default=True)
    add.add_argument("--outgoing", metavar="smtp://user:pass@host:port?tls=none|starttls|tls")
    add.add_argument("--imap", metavar="imaps://user:pass@host/FOLDER")
    add.set_defaults(run=add_inbox)


def add_inbox(options: argparse.Namespace) -> int:
    address = normal_address(options.address)
    try:
        validate_email(address)
        accounts: Any = {}
        if options.outgoing:
            accounts["outgoing"] = smtp_account(options.outgoing)
        if options.imap:
            accounts["imap"] = imap_account(options.imap)
        Inbox.objects.create(
            address=address,
            name=options.name,
            team=find_or_make_team(options.team),
            language=options.language,
            acknowledge=options.ack,
            is_confidential=options.confidential,
            plus_addresses=not options.imap,
            settings=accounts,
        )
    except ValidationError:
        print(f"{options.address} is not a mail address.", file=sys.stderr)
        return 65
    except BadAccount as bad:
        print(bad, file=sys.stderr)
        return 65
    except IntegrityError:
        print(f"There is an inbox {address} already.", file=sys.stderr)
        return 65
    print(f"Added inbox {address}")
    return 0
