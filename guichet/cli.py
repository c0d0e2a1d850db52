"""`guichet …`: one name for every command. Finds the room of a command by its first words and loads only that.

A room offers commands as `add_commands(subparsers)`, registering argparse parsers with `set_defaults(run=function)`;
`function(options)` returns the exit status. Names and options are a promise to scripts: docs/cli.md.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.metadata
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True)
class Command:
    """Where a command lives. `django`: set it up first. `database`: start the embedded server if nobody runs it."""

    module: str
    help: str
    django: bool = True
    database: bool = True


COMMANDS = {
    "run": Command("guichet.parts_cli", "run everything on this machine", django=False),
    "demo": Command("guichet.parts_cli", "run everything, with a desk full of examples", django=False),
    "web": Command("guichet.parts_cli", "run only the web server", django=False),
    "worker": Command("guichet.parts_cli", "run only the worker", django=False),
    "intake": Command("guichet.parts_cli", "run only the mail doors", django=False),
    "migrate": Command("guichet.parts_cli", "bring the database to this version's shape"),
    "check": Command("guichet.check", "the doctor: what is well, what is not, what to do", database=False),
    "inbox": Command("guichet.tickets.cli", "inbox add: addresses that people write to"),
    "person": Command("guichet.people.cli", "person add: people who may sign in"),
    "clocks": Command("guichet.clocks.cli", "clocks verify: deadlines computed again from the log"),
    "mail": Command("guichet.channels.cli", "mail accept, parse, list, import, retry: the ledger of mails"),
    # Must not wait for a database to start, nor need one: its own words for that.
    "mail accept": Command("guichet.channels.cli", "", database=False),
}
TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h
USAGE = 64  # EX_USAGE


def main(arguments: Sequence[str] | None = None) -> int:
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:2] == ["mail", "parse"]:
        return int(import_module("guichet.channels.email.parse_cli").main(words[2:]))
    if words and words[0] in ("--version", "version"):
        print(f"guichet {importlib.metadata.version('guichet')}")
        return 0
    command = COMMANDS.get(" ".join(words[:2])) or COMMANDS.get(words[0] if words else "")
    if command is None:
        asked = not words or words[0] in ("-h", "--help", "help")
        print(overview(), file=sys.stdout if asked else sys.stderr)
        return 0 if asked else USAGE
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guichet.settings")
    return _run(command, words)


def overview() -> str:
    names = [f"  {name:<9} {command.help}" for name, command in COMMANDS.items() if command.help]
    return "\n".join(["usage: guichet COMMAND [--help]", "", *names])


def _run(command: Command, words: list[str]) -> int:
    with contextlib.ExitStack() as stack:
        if command.django:
            import_module("guichet.kit.logs").setup(words[0], level=30)
            import_module("django").setup()
            # Help needs no server.
            if command.database and not {"-h", "--help"} & set(words) and not _have_database(stack):
                return TRY_AGAIN
        parser = argparse.ArgumentParser(prog="guichet")
        import_module(command.module).add_commands(parser.add_subparsers(required=True, metavar="COMMAND"))
        options = parser.parse_args(words)
        try:
            return int(options.run(options) or 0)
        except BrokenPipeError:
            # The reader of our output has seen enough (`| head`); nothing may be flushed at exit either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0


def _have_database(stack: contextlib.ExitStack) -> bool:
    """Whether there is a database in today's shape; the embedded one is started if need be, and stops with `stack`."""
    environment, cluster, pg = (import_module(f"guichet.{name}") for name in ("environment", "kit.cluster", "kit.pg"))

    def say(line: str) -> None:
        print(line, file=sys.stderr)

    try:
        started = stack.enter_context(cluster.at_hand(environment.DATA, environment.DATABASE_URL, say))
        pg.reach()
        if started is not None:
            pg.migrate(say)
        return True
    except (cluster.ClusterError, pg.NotDurable, pg.OperationalError) as error:
        say(f"guichet: {error}")
        return False
