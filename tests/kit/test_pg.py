from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from guichet.kit import pg
from guichet.tickets.models import Inbox
from tests import make


@pytest.fixture
def other() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection that is not Django's: another process."""
    with psycopg.connect(**pg.connection_parameters(), autocommit=True) as session:
        yield session


def test_a_url_becomes_djangos_entry() -> None:
    entry = pg.database_settings(Path("/nowhere"), "postgresql://ann:p%40ss@db.example.org:5433/desk?sslmode=require")
    named = {name: entry[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    assert named == {"NAME": "desk", "USER": "ann", "PASSWORD": "p@ss", "HOST": "db.example.org", "PORT": "5433"}
    assert entry["OPTIONS"]["sslmode"] == "require"
    assert entry["OPTIONS"]["pool"]
    assert entry["CONN_MAX_AGE"] == 0


def test_a_url_nobody_can_read_is_refused_with_a_word() -> None:
    with pytest.raises(ValueError, match="DATABASE_URL"):
        pg.database_settings(Path("/nowhere"), "postgresql://[half")


@pytest.mark.django_db(transaction=True)
def test_a_bell_rings_on_commit_and_not_on_rollback() -> None:
    with pg.Bell("test_bell") as bell:
        assert bell.wait(1) == []  # the first wait only starts to listen, and says: look
        with transaction.atomic():
            pg.notify("test_bell", "7")
            assert bell.wait(0.1) == []
        assert bell.wait(5) == [("test_bell", "7")]
        with transaction.atomic():
            pg.notify("test_bell", "8")
            transaction.set_rollback(True)
        assert bell.wait(0.2) == []


@pytest.mark.django_db(transaction=True)
def test_a_bell_survives_its_connection() -> None:
    with pg.Bell("test_bell") as bell:
        bell.wait(1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%%'")
        heard: list[tuple[str, str]] = []
        waits = 0
        # Each loss and each new beginning is told by an empty answer: look at the tables.
        while not heard:
            pg.notify("test_bell", "9")
            heard = bell.wait(30)
            waits += 1
            assert waits < 5
        assert set(heard) == {("test_bell", "9")}


def test_a_bell_without_a_server_waits_and_does_not_spin() -> None:
    with pg.Bell("test_bell", parameters={"host": "127.0.0.1", "port": 1, "connect_timeout": 2}) as bell:
        started = time.monotonic()
        assert bell.wait(0.5) == []
        assert time.monotonic() - started > 0.4


@pytest.mark.django_db(transaction=True)
def test_a_signal_handler_can_end_the_wait() -> None:
    with pg.Bell("test_bell") as bell:
        bell.wait(1)
        timer = threading.Timer(0.2, bell.interrupt)
        timer.start()
        started = time.monotonic()
        assert bell.wait(60) == []
        assert time.monotonic() - started < 30
        timer.join()


@pytest.mark.django_db(transaction=True)
def test_an_advisory_lock_has_one_holder(other: psycopg.Connection[tuple[object, ...]]) -> None:
    number = pg.lock_number("kit")
    with pg.advisory_lock("kit") as got:
        assert got
        assert other.execute("SELECT pg_try_advisory_lock(%s)", [number]).fetchone() == (False,)
    assert other.execute("SELECT pg_try_advisory_lock(%s)", [number]).fetchone() == (True,)
    with pg.advisory_lock("kit", wait=False) as got:
        assert not got


@pytest.mark.django_db(transaction=True)
def test_a_transaction_lock_ends_with_its_transaction(other: psycopg.Connection[tuple[object, ...]]) -> None:
    number = pg.lock_number("follower")
    with transaction.atomic():
        assert pg.transaction_lock("follower", wait=False)
        assert other.execute("SELECT pg_try_advisory_lock(%s)", [number]).fetchone() == (False,)
    assert other.execute("SELECT pg_try_advisory_lock(%s)", [number]).fetchone() == (True,)


@pytest.mark.django_db
def test_a_session_that_may_lose_commits_is_found_out(other: psycopg.Connection[tuple[object, ...]]) -> None:
    assert pg.durability_problems(other) == []
    other.execute("SET synchronous_commit = off")
    assert pg.durability_problems(other) == ["synchronous_commit is off"]


@pytest.mark.django_db
def test_rows_are_written_each_with_its_own_values(django_assert_num_queries: Any) -> None:
    first, second, third = (make.inbox(f"{n}@desk.example") for n in range(3))
    at = datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC)
    first.aliases, first.created_at, first.team = ["a", 'b,c {"}'], at, make.team("Billing")
    second.aliases, second.is_active, second.flood_limit = [], False, 7
    with django_assert_num_queries(1):
        pg.update_rows([first, second], ["aliases", "created_at", "team", "is_active", "flood_limit"])
    with django_assert_num_queries(0):
        pg.update_rows([], ["aliases"])
    kept = ("aliases", "created_at", "team_id", "is_active", "flood_limit", "name")
    wanted = [tuple(getattr(one, name) for name in kept) for one in (first, second, third)]
    assert list(Inbox.objects.order_by("address").values_list(*kept)) == wanted


@pytest.mark.django_db
def test_the_test_database_has_every_migration() -> None:
    assert pg.missing_migrations() == []
    MigrationRecorder(connection).record_unapplied("tickets", "0028_room")
    assert pg.missing_migrations() == ["tickets.0028_room"]
    assert pg.server_version() >= pg.OLDEST_VERSION


@pytest.mark.django_db(transaction=True)
def test_after_a_restart_of_the_server_the_first_request_is_served(
    other: psycopg.Connection[tuple[object, ...]],
) -> None:
    pool = connection.pool  # type: ignore[attr-defined]
    pool.open()
    connection.close()
    taken = [pool.getconn() for _ in range(6)]
    for one in taken:
        pool.putconn(one)
    other.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = %s",
        [connection.settings_dict["NAME"]],
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
