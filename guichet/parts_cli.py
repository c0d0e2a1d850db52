"""`guichet run`, `demo`, `web`, `worker`, `intake`, `migrate`."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module

import django
from django.db import DatabaseError, connection

from guichet import supervisor
from guichet.kit import logs, pg, sockets
from guichet.kit.processes import name_process

DEMO = "guichet.demo.run"
HELP = {
    "run": "run PostgreSQL, web, worker and intake, and start again what dies",
    "demo": "the same, with a desk full of examples on first start",
    "migrate": "bring the database to this version's shape",
    "web": "run the web server alone, against DATABASE_URL or a database that runs already",
    "worker": "run the worker alone",
    "intake": "run the mail doors alone (LMTP, SMTP, IMAP)",
}


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    for name, text in HELP.items():
        function = {"run": run, "demo": demo, "migrate": migrate}.get(name, part)
        subparsers.add_parser(name, help=text).set_defaults(run=function, part=name)


def run(options: argparse.Namespace) -> int:
    return supervisor.run()


def demo(options: argparse.Namespace) -> int:
    return int(import_module(DEMO).main())


def migrate(options: argparse.Namespace) -> int:
    try:
        pg.migrate(print)
    except (pg.NotDurable, DatabaseError) as error:
        print(str(error).strip(), file=sys.stderr)
        return 1
    print("The database has this version's shape.")
    return 0


def part(options: argparse.Namespace) -> int:
    """One part in this process: for several machines, or a service manager that supervises by itself."""
    logs.setup(options.part)
    name_process(f"guichet {options.part}")
    django.setup()
    try:
        pg.reach()
        problems, missing = pg.durability_problems(), pg.missing_migrations()
        connection.close()
    except DatabaseError as error:
        print(f"The database does not answer: {str(error).strip()}", file=sys.stderr)
        return 1
    if problems or missing:
        print(f"Not started: {', '.join(problems) or 'migrations are missing; guichet migrate'}", file=sys.stderr)
        return 1
    try:
        import_module(supervisor.PARTS[options.part]).main()
    except sockets.PortTaken as error:
        print(error, file=sys.stderr)
        return 1
    return 0
