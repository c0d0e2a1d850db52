"""`guichet check` as an administrator meets it."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from guichet.check import age, expected_minor
from guichet.kit import cluster
from guichet.kit.processes import processes_in
from tests.desk import RunningDesk, free_ports

pytestmark = pytest.mark.skipif(cluster.installed() is None, reason="guichet[embedded] is not installed")


@pytest.fixture(scope="module")
def desk() -> Iterator[RunningDesk]:
    with RunningDesk() as desk:
        yield desk


def owner(desk: RunningDesk) -> psycopg.Connection[tuple[object, ...]]:
    host = str(cluster.place(desk.data).sockets)
    return psycopg.connect(host=host, user=cluster.ROLE, dbname=cluster.ROLE, autocommit=True)


def lines(answer: subprocess.CompletedProcess[str], subject: str) -> list[str]:
    return [line for line in answer.stdout.splitlines() if line.split()[1:] and f" {subject} " in line[:22]]


def test_a_healthy_desk_has_nothing_that_fails(desk: RunningDesk) -> None:
    answer = desk.guichet("check")
    levels = {line.split()[0] for line in answer.stdout.splitlines()}
    assert levels <= {"ok", "warn"}
    for subject in ("versions", "secret key", "disk", "blob store", "database", "durability", "clock", "migrations"):
        assert len(lines(answer, subject)) == 1, answer.stdout
    assert lines(answer, "web")[0].startswith("ok")
    assert all(" -> " in line for line in answer.stdout.splitlines() if not line.startswith("ok"))


def test_a_role_that_may_lose_commits_fails(desk: RunningDesk) -> None:
    with owner(desk) as connection:
        connection.execute("ALTER ROLE guichet SET synchronous_commit = off")
        try:
            answer = desk.guichet("check", check=False)
            started = desk.guichet("web", check=False)
        finally:
            connection.execute("ALTER ROLE guichet RESET synchronous_commit")
    assert answer.returncode == 1
    assert lines(answer, "durability")[0].startswith("fail")
    assert "synchronous_commit is off" in lines(answer, "durability")[0]
    assert started.returncode == 1
    assert "synchronous_commit is off" in started.stderr


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_that_forgets_is_refused(tmp_path: Path, setting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of somebody else's (DATABASE_URL), started with durability off."""
    monkeypatch.setitem(cluster.DURABILITY, setting, "off")
    elsewhere = RunningDesk()
    server = cluster.Server(elsewhere.data)
    server.start()
    ours = RunningDesk(database_url=f"postgresql://{cluster.ROLE}@/{cluster.ROLE}?host={server.place.sockets}")
    try:
        answer = ours.guichet("check", check=False)
        assert answer.returncode == 1
        assert f"{setting} is off" in lines(answer, "durability")[0]
        for command in ("run", "migrate"):
            started = ours.guichet(command, check=False)
            assert started.returncode == 1
            assert f"{setting} is off" in started.stderr
    finally:
        server.remove()
        elsewhere.remove()
        ours.remove()


def test_it_works_without_a_database_and_says_so() -> None:
    desk = RunningDesk(database_url=f"postgresql://nobody@127.0.0.1:{free_ports(1)[0]}/none")
    answer = desk.guichet("check", check=False)
    assert answer.returncode == 1
    assert lines(answer, "database")[0].startswith("fail")
    assert "DATABASE_URL" in lines(answer, "database")[0]
    assert lines(answer, "blob store")[0].startswith("ok")
    assert "Traceback" not in answer.stderr
    desk.remove()


def test_an_empty_house_is_looked_at_without_leaving_a_server_running() -> None:
    desk = RunningDesk()
    answer = desk.guichet("check")
    assert "started for this check only" in lines(answer, "database")[0]
    assert "empty" in lines(answer, "migrations")[0]
    assert processes_in(cluster.place(desk.data).pgdata) == []
    desk.remove()


def test_missing_migrations_and_open_keys_fail(desk: RunningDesk) -> None:
    key = desk.data / "secret.key"
    with owner(desk) as connection:
        row = connection.execute(
            "SELECT id, app, name, applied FROM django_migrations ORDER BY id DESC LIMIT 1"
        ).fetchone()
        assert row
        connection.execute("DELETE FROM django_migrations WHERE id = %s", [row[0]])
        try:
            answer = desk.guichet("check", check=False)
        finally:
            connection.execute("INSERT INTO django_migrations VALUES (%s, %s, %s, %s)", row)
    assert answer.returncode == 1
    assert f"{row[1]}.{row[2]} -> guichet migrate" in lines(answer, "migrations")[0]
    key.chmod(0o644)
    try:
        answer = desk.guichet("check", check=False)
    finally:
        key.chmod(0o600)
    assert answer.returncode == 1
    assert "chmod 600" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_an_inbox_whose_server_is_away_fails(desk: RunningDesk) -> None:
    port = free_ports(1)[0]
    desk.guichet("inbox", "add", "away@example.org", "--outgoing", f"smtp://127.0.0.1:{port}?tls=none")
    answer = desk.guichet("check", check=False)
    assert answer.returncode == 1
    assert any("away@example.org" in line and line.startswith("fail") for line in lines(answer, "outgoing"))


def test_minor_releases_by_the_calendar() -> None:
    assert expected_minor(dt.date(2025, 11, 12)) == 0
    assert expected_minor(dt.date(2025, 11, 13)) == 1
    assert expected_minor(dt.date(2026, 11, 22)) == 5


@pytest.mark.parametrize(
    ("seconds", "text"), [(-1, "0 s"), (59, "59 s"), (61, "1 min"), (7300, "2 h"), (200_000, "2 d")]
)
def test_ages_read_well(seconds: float, text: str) -> None:
    assert age(seconds) == text


def test_the_command_line_without_words_is_a_list_of_commands() -> None:
    shown = subprocess.run([sys.executable, "-m", "guichet"], capture_output=True, text=True, check=True).stdout
    for name in ("run", "demo", "web", "worker", "intake", "check", "migrate", "inbox", "person", "mail"):
        assert f"\n  {name} " in shown
    unknown = subprocess.run([sys.executable, "-m", "guichet", "nonsense"], capture_output=True, text=True)
    assert unknown.returncode == 64
