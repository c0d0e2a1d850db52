"""PostgreSQL as the house uses it: where it is, bells (LISTEN, NOTIFY), locks, and whether it keeps what it commits.

Importable before Django is configured: settings asks `database_settings` for its DATABASES entry.
"""

from __future__ import annotations

import hashlib
import json
import os
import select
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Self

import psycopg
import psycopg.sql
from django.core.management import call_command
from django.db import OperationalError, connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model
from psycopg.conninfo import conninfo_to_dict

from guichet.kit import cluster

OLDEST_VERSION = 150000  # server_version_num of PostgreSQL 15
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
# libpq's names for what Django has names of its own for.
DJANGO_NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
# An idle session costs 2 to 3 MB, a new one some milliseconds.
POOL = {"min_size": 1, "max_size": 10, "timeout": 5.0, "max_idle": 20.0, "num_workers": 1}


class NotDurable(Exception):
    """The server is set up to lose commits in a crash; the text names the settings."""


def database_settings(data: Path, url: str) -> dict[str, Any]:
    """Django's DATABASES["default"] for `url`, or for the embedded cluster of `data` where it is empty.

    `url` is any libpq URI (postgresql://user:password@host:port/name?sslmode=require). Starts nothing.
    Raises ValueError for a URL that libpq cannot read.
    """
    if url:
        try:
            parameters = {name: str(value) for name, value in conninfo_to_dict(url).items()}
        except psycopg.ProgrammingError as error:
            raise ValueError(f"DATABASE_URL cannot be read: {str(error).strip()}") from error
    else:
        parameters = {"dbname": cluster.ROLE, "user": cluster.ROLE, "host": str(cluster.place(data).sockets)}
    entry: dict[str, Any] = {"ENGINE": "guichet.kit.postgresql"}
    for name, django_name in DJANGO_NAMES.items():
        entry[django_name] = parameters.pop(name, "")
    parameters.setdefault("connect_timeout", "5")
    entry["OPTIONS"] = {**parameters, "pool": dict(POOL)}
    # Persistent connections would stay with their thread; the pool hands them round, and our engine tests each.
    entry["CONN_MAX_AGE"] = 0
    return entry


def connection_parameters(alias: str = "default") -> dict[str, Any]:
    """What psycopg.connect needs for a connection of its own beside Django's: for bells and async work."""
    parameters = {**connections[alias].get_connection_params()}
    for django_only in ("cursor_factory", "context", "pool", "assume_role", "server_side_binding", "prepare_threshold"):
        parameters.pop(django_only, None)
    return parameters


def reach(alias: str = "default") -> None:
    """Connect once beside the pool. Raises OperationalError with libpq's words, which the pool keeps to itself."""
    try:
        psycopg.connect(**connection_parameters(alias)).close()
    except psycopg.OperationalError as error:
        raise OperationalError(" ".join(str(error).split())) from error


def close_pool() -> None:
    """Give back and close all of Django's connections: before a fork, which would copy them without their threads."""
    wrapper: Any = connections["default"]
    wrapper.close()
    wrapper.close_pool()


def notify(channel: str, payload: str = "") -> None:
    """NOTIFY on Django's connection: heard when the transaction commits, never if it rolls back. Ids only."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [channel, payload])


def notify_all(channel: str, payloads: Sequence[str]) -> None:
    """Several at once: one transaction, and so one turn of the lock that commits with NOTIFY queue behind."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, said) FROM unnest(%s::text[]) said", [channel, list(payloads)])


def update_rows(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write these fields of rows of one table, each row its own values: one statement. Plain values, moments and lists.

    Django's bulk_update builds an expression of every value, which takes it milliseconds a row.
    """
    if not rows:
        return
    table = rows[0]._meta.db_table
    fields: list[Any] = [rows[0]._meta.get_field(name) for name in names]
    types = ", ".join(f'"{field.column}" {field.db_type(connection)}' for field in fields)
    given = ", ".join(f'"{field.column}" = given."{field.column}"' for field in fields)
    values = [{"id": row.pk, **{field.column: getattr(row, field.attname) for field in fields}} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" SET {given} FROM jsonb_to_recordset(%s::jsonb) AS given(id bigint, {types}) '  # noqa: S608
            f'WHERE "{table}".id = given.id',
            [json.dumps(values, default=str)],
        )


class Bell:
    """Waits for NOTIFY on a connection of its own, and takes the connection up again when it is lost.

    `with Bell("parcel") as bell: heard = bell.wait(5)`. A lost connection wakes the waiter with [] as a time-out
    does: look at the tables then, for a bell may be missed but rows are not.
    """

    def __init__(self, *channels: str, parameters: Mapping[str, Any] | None = None) -> None:
        self.channels = channels
        self._parameters = parameters
        self._connection: psycopg.Connection[Any] | None = None
        self._interruption = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *trouble: object) -> None:
        self.close()
        os.close(self._interruption)

    def interrupt(self) -> None:
        """End the wait now, or the next one: for signal handlers and other threads."""
        os.eventfd_write(self._interruption, 1)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def wait(self, seconds: float) -> list[tuple[str, str]]:
        """(channel, payload) of all that rang, waiting up to `seconds` for the first; [] when none did."""
        deadline = time.monotonic() + seconds
        if self._connection is None:
            # What rang before we listened is lost: return at once, so that the caller looks.
            self._connect(deadline)
            return []
        try:
            heard = list(self._connection.notifies(timeout=0))
            if not heard:
                watched = [self._connection.fileno(), self._interruption]
                ready, _, _ = select.select(watched, [], [], max(0.0, deadline - time.monotonic()))
                if self._interruption in ready:
                    os.eventfd_read(self._interruption)
                heard = list(self._connection.notifies(timeout=0))
        except psycopg.OperationalError:
            self.close()
            return []
        return [(bell.channel, bell.payload) for bell in heard]

    def _connect(self, deadline: float) -> None:
        """With the server away it sleeps, a second at most, so that callers do not spin."""
        try:
            parameters = self._parameters if self._parameters is not None else connection_parameters()
            self._connection = psycopg.connect(**{**parameters, "autocommit": True})
            for channel in self.channels:
                self._connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(channel)))
        except psycopg.OperationalError:
            self.close()
            time.sleep(max(0.0, min(1.0, deadline - time.monotonic())))


def lock_number(name: str) -> int:
    """The 64-bit key of the advisory lock of this name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


@contextmanager
def advisory_lock(name: str, *, wait: bool = True) -> Iterator[bool]:
    """Hold a session's advisory lock on Django's connection; yields whether it was got (always, with `wait`).

    It ends with the block, or with the connection. Not for pgbouncer in transaction mode: use `transaction_lock`.
    """
    number = lock_number(name)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_{'' if wait else 'try_'}advisory_lock(%s)", [number])
        row = cursor.fetchone()
    got = wait or bool(row and row[0])
    try:
        yield got
    finally:
        if got and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


def transaction_lock(name: str, *, wait: bool = True) -> bool:
    """An advisory lock until the end of the running transaction; whether it was got."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_{'' if wait else 'try_'}advisory_xact_lock(%s)", [lock_number(name)])
        row = cursor.fetchone()
    return wait or bool(row and row[0])


def durability_problems(database: Any = None) -> list[str]:
    """The settings by which this server, for this role, may lose what it has committed: ["fsync is off"]; [] is good.

    `database` is a Django or psycopg connection, by default Django's.
    """
    problems: list[str] = []
    with (database or connection).cursor() as cursor:
        for name in DURABLE:
            cursor.execute("SELECT current_setting(%s)", [name])
            value = cursor.fetchone()[0]
            # synchronous_commit: `local` is flushed here; remote_write and remote_apply are more than that.
            if value in ("off", "false", "0"):
                problems.append(f"{name} is {value}")
    return problems


def server_version(database: Any = None) -> int:
    """server_version_num: 180004 is 18.4."""
    with (database or connection).cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')")
        return int(cursor.fetchone()[0])


def missing_migrations() -> list[str]:
    """Names of migrations that this version has and the database has not: ["tickets.0002_tags"]."""
    applied = MigrationRecorder(connection).applied_migrations()
    return [f"{app}.{name}" for app, name in known_migrations() if (app, name) not in applied]


@cache
def known_migrations() -> tuple[tuple[str, str], ...]:
    """(app, name) of every migration of this version; their modules are read once, before a fork if it can be."""
    return tuple(sorted(MigrationLoader(None).disk_migrations))


def migrate(say: Callable[[str], None]) -> None:
    """Bring the database to this version's shape; of several that start at once one does it, the others wait.

    Raises NotDurable before it touches a server that may lose commits, OperationalError where none answers.
    """
    reach()
    with advisory_lock("migrate"):
        if problems := durability_problems():
            raise NotDurable(f"The database may lose what it has committed: {', '.join(problems)}.")
        if missing_migrations():
            say("preparing the database")
            call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
