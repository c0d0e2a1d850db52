"""`guichet person add`."""

from __future__ import annotations

import argparse
import getpass
import sys

from django.core.exceptions import ValidationError

from guichet.people import actions
from guichet.people.models import Role


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    person = subparsers.add_parser("person", help="people who may sign in").add_subparsers(required=True)
    add = person.add_parser("add", help="add a person")
    add.add_argument("email")
    add.add_argument("--role", required=True, choices=Role.values)
    add.add_argument("--name", default="")
    add.add_argument("--team", action="append", default=[], help="repeat for several teams; new ones are made")
    add.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    add.set_defaults(run=add_person)


def add_person(options: argparse.Namespace) -> int:
    password: str | None = None
    if options.password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    elif sys.stdin.isatty() and options.role != Role.CUSTOMER:
        password = getpass.getpass("Password: ") or None
    if options.role == Role.AGENT and not options.team:
        print("Without --team this agent will see no inbox yet.", file=sys.stderr)
    try:
        person = actions.add_person(
            options.email,
            Role(options.role),
            name=options.name,
            password=password,
            teams=[actions.find_or_make_team(name) for name in options.team],
        )
    except actions.Refused as refused:
        print(refused, file=sys.stderr)
        return 65
    except ValidationError as invalid:
        print("The password is too weak: " + " ".join(invalid.messages), file=sys.stderr)
        return 65
    print(f"Added {person.role} {person.email}" + ("" if password else " (no password: they set one by reset mail)"))
    return 0
