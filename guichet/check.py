"""`guichet check`: the doctor. One line per finding, what to do, and exit status 1 if anything fails.

Works with the database away, and says so. Rooms add lines of their own: settings.CHECKS names functions that yield
`kit.doctor.Line` and may use the database.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import importlib.metadata
import os
import platform
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Generator, Iterator

import django
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string

from guichet import environment, queues
from guichet.kit import cluster, crypto, pg
from guichet.kit.doctor import Level, Line, fail, ok, warn
from guichet.kit.probe import ask_ready

FEW_BYTES, LOW_BYTES = 500 * 2**20, 2 * 2**30
SLOW_FSYNC = 0.1  # seconds; every mail waits for one
CLOCK_WARN, CLOCK_FAIL = 2.0, 60.0  # seconds between this machine and the database's
FIRST_RELEASE = dt.date(2025, 9, 25)  # of PostgreSQL 18; a minor release follows each February, May, August, November
RELEASE_MONTHS = (2, 5, 8, 11)


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    subparsers.add_parser("check", help="the doctor: one line per finding; status 1 if one fails").set_defaults(
        run=check
    )


def check(options: argparse.Namespace) -> int:
    worst = 0
    for line in findings():
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
        worst |= line.level == Level.FAIL
    return int(worst)


def findings() -> Iterator[Line]:
    yield versions()
    yield from data_folder()
    with contextlib.ExitStack() as stack:
        reached = yield from database(stack)
        if reached:
            yield from inside_database()
    yield web()


def versions() -> Line:
    text = (
        f"guichet {importlib.metadata.version('guichet')}, Python {platform.python_version()}, "
        f"Django {django.get_version()}"
    )
    return ok("versions", text)


# -- this machine


def data_folder() -> Iterator[Line]:
    folder = environment.DATA
    try:
        crypto.secret_key(folder)
        yield ok("secret key", f"{folder / 'secret.key'} is private; keep a copy away from the database's backup")
    except crypto.SecretKeyError as error:
        yield fail("secret key", str(error), "without it no stored password can be read")
    free = shutil.disk_usage(folder).free
    room = f"{free / 2**30:.1f} GB free below {folder}"
    if free < FEW_BYTES:
        yield fail("disk", room, "make room; mail is refused for now (451) when a blob cannot be written")
    elif free < LOW_BYTES:
        yield warn("disk", room, "make room before it is full")
    else:
        yield ok("disk", room)
    yield blob_store()


def blob_store() -> Line:
    """Writes and fsyncs like an incoming mail does, and leaves nothing."""
    folder = environment.DATA / "blobs"
    probe = folder / f".check-{secrets.token_hex(8)}"
    started = time.monotonic()
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, bytes(20_000))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
            probe.unlink()
    except OSError as error:
        return fail("blob store", f"{folder} cannot be written: {error.strerror}", "mail is refused for now (451)")
    took = time.monotonic() - started
    text = f"{folder} is writable, 20 kB are on disk in {took * 1000:.1f} ms"
    return (
        warn("blob store", text, "a slow disk: every mail waits for it")
        if took > SLOW_FSYNC
        else ok("blob store", text)
    )


def web() -> Line:
    """Whether the desk answers at its own port; a doctor's visit while it is stopped is no illness."""
    host, port = environment.HTTP
    status = ask_ready(host, port)
    if status == 200:
        return ok("web", f"answers at {environment.URL}")
    text = f"does not answer on {host} port {port}" if status is None else f"answers {status}: not ready"
    return warn("web", text, "start it: guichet run")


# -- the database


def database(stack: contextlib.ExitStack) -> Generator[Line, None, bool]:
    """Yields its lines; returns whether it can be asked more."""
    url = environment.DATABASE_URL
    notes: list[str] = []
    try:
        started = stack.enter_context(cluster.at_hand(environment.DATA, url, notes.append))
        pg.reach()
    except (cluster.ClusterError, DatabaseError) as error:
        advice = "correct DATABASE_URL or start the server" if url else f"see {cluster.place(environment.DATA).base}"
        yield fail("database", f"does not answer: {' '.join(str(error).split())}", advice)
        return False
    stack.callback(connection.close)
    kind = "server of DATABASE_URL" if url else "embedded server"
    yield ok("database", kind + (" (started for this check only)" if started else " answers"))
    return True


def inside_database() -> Iterator[Line]:
    yield postgresql_version()
    problems = pg.durability_problems()
    if problems:
        names = ", ".join(problem.split()[0] for problem in problems)
        advice = (
            f"switch on {names} (ALTER SYSTEM SET, ALTER ROLE SET, postgresql.conf): guichet does not start without"
        )
        yield fail("durability", f"{', '.join(problems)}: committed mail may be lost", advice)
    else:
        yield ok("durability", "fsync, full_page_writes and synchronous_commit are on")
    yield clock()
    missing = pg.missing_migrations()
    if missing and not connection.introspection.table_names():
        yield warn("migrations", "the database is empty", "guichet run prepares it, or guichet migrate")
        return
    if missing:
        yield fail("migrations", f"{len(missing)} missing, first {missing[0]}", "guichet migrate")
        return
    yield ok("migrations", "all applied")
    yield from waiting()
    for path in settings.CHECKS:
        yield from _room(import_string(path))


def _room(lines: Callable[[], Iterator[Line]]) -> Iterator[Line]:
    try:
        yield from lines()
    except DatabaseError as error:
        yield fail("database", " ".join(str(error).split()), "see the lines above")


def postgresql_version() -> Line:
    number = pg.server_version()
    major, minor = divmod(number, 10000)
    text = f"PostgreSQL {major}.{minor}"
    if number < pg.OLDEST_VERSION:
        return fail("version", text, "PostgreSQL 15 or newer is needed")
    expected = expected_minor(dt.date.today())
    if not environment.DATABASE_URL and major == int(cluster.MAJOR) and minor < expected:
        behind = f"{text} of the embedded package; {major}.{expected} or newer is out by PostgreSQL's calendar"
        return warn("version", behind, "upgrade guichet[embedded], or use your distribution's server by DATABASE_URL")
    return ok("version", text)


def expected_minor(today: dt.date) -> int:
    """Minor releases of the embedded major that the calendar has brought by `today` (second Thursdays)."""
    released = 0
    for year in range(FIRST_RELEASE.year, today.year + 1):
        for month in RELEASE_MONTHS:
            first = dt.date(year, month, 1)
            thursday = first + dt.timedelta(days=(3 - first.weekday()) % 7 + 7)
            released += FIRST_RELEASE < thursday <= today
    return released


def clock() -> Line:
    before = time.time()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float")
        theirs = cursor.fetchone()[0]
    difference = theirs - (before + time.time()) / 2
    text = f"differs from the database's by {abs(difference):.1f} s"
    if abs(difference) > CLOCK_FAIL:
        return fail("clock", text, "set the time by NTP on both machines")
    if abs(difference) > CLOCK_WARN:
        return warn("clock", text, "set the time by NTP on both machines")
    return ok("clock", text)


# -- the queues

# (queue, state): (seconds that the oldest may wait before it is a warning, a failure; what to do)
PATIENCE: dict[tuple[str, str], tuple[float, float, str]] = {
    ("parcels", "received"): (60, 900, "is the worker running? guichet worker"),
    ("messages", "queued"): (900, 6 * 3600, "see the delivery notes on these messages, and the mail accounts below"),
    ("messages", "sending"): (900, 6 * 3600, "is the worker running? guichet worker"),
    ("jobs", "todo"): (900, 6 * 3600, "is the worker running? guichet worker"),
    ("jobs", "doing"): (3600, 24 * 3600, "a job that never ends; restart the worker"),
}
# States that want a person, however old.
WANTED: dict[tuple[str, str], str] = {
    ("parcels", "quarantine"): "read the reasons: guichet mail list --json --state quarantine; then guichet mail retry",
    ("messages", "uncertain"): "ask the recipients, or look into the other server's log",
    ("messages", "failed"): "correct the address or the account and send again from the ticket",
}


def waiting() -> Iterator[Line]:
    piles = {(pile.name, pile.state): pile for pile in queues.piles()}
    for key, (patience, limit, advice) in PATIENCE.items():
        pile = piles.get(key)
        text = f"{pile.count} {key[1]}, oldest {age(pile.oldest)}" if pile else f"0 {key[1]}"
        if pile is None or pile.oldest <= patience:
            yield ok(key[0], text)
        elif pile.oldest <= limit:
            yield warn(key[0], text, advice)
        else:
            yield fail(key[0], text, advice)
    for key, advice in WANTED.items():
        if key in piles:
            yield warn(key[0], f"{piles[key].count} {key[1]}", advice)
    for name, lag in queues.lags().items():
        text = f"{name} has {lag} events to read"
        yield warn("log", text, "is the worker running? guichet worker") if lag > 1000 else ok("log", text)
    if aside := queues.set_aside():
        yield warn("log", f"{aside} events set aside after errors", "see the worker's log for each error")


def age(seconds: float) -> str:
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(0, seconds):.0f} s"
