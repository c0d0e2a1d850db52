"""`guichet clocks verify [ticket]`: deadlines computed again from the log; `promises`: their rows made from it anew."""

from __future__ import annotations

import argparse
import sys
from itertools import islice

from guichet.clocks import keeping, renewing
from guichet.clocks.models import Clock
from guichet.tickets.models import Ticket

BATCH = 200
SHOWN = 20  # tickets that are told one by one


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    clocks = subparsers.add_parser("clocks", help="deadlines").add_subparsers(required=True, metavar="COMMAND")
    verify = clocks.add_parser("verify", help="compute deadlines again from the log and compare; exit status 1 if not")
    verify.add_argument("number", nargs="?", type=int, help="one ticket; without it, all that have clocks")
    verify.set_defaults(run=verify_clocks)
    promises = clocks.add_parser("promises", help="make the rows of all promises anew from the log")
    promises.set_defaults(run=make_promises)


def verify_clocks(options: argparse.Namespace) -> int:
    tickets = Ticket.objects.filter(pk__in=Clock.objects.values("ticket")).order_by("pk")
    if options.number is not None:
        tickets = Ticket.objects.filter(number=options.number)
        if not tickets.exists():
            print(f"There is no ticket {options.number}.", file=sys.stderr)
            return 1
    count = wrong = 0
    some = tickets.values_list("pk", "number").iterator(chunk_size=1000)
    while batch := dict(islice(some, BATCH)):
        count += len(batch)
        for pk, differences in keeping.differences_of(list(batch)).items():
            wrong += bool(differences)
            for line in differences if wrong <= SHOWN else ():
                print(f"#{batch[pk]}  {line}")
    print(f"{count} tickets computed again from the log, {wrong} of them differ.")
    return 1 if wrong else 0


def make_promises(options: argparse.Namespace) -> int:
    print(f"The promises of {renewing.all_promises()} tickets are as the log gives them.")
    return 0
