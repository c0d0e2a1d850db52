from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from guichet.kit import cluster
from guichet.kit.processes import process_program

pytestmark = pytest.mark.skipif(cluster.installed() is None, reason="guichet[embedded] is not installed")

START_AND_SLEEP = (
    "import sys, time; from pathlib import Path; from guichet.kit import cluster\n"
    "server = cluster.Server(Path(sys.argv[1])); server.start(); print(server.pid, flush=True); time.sleep(600)\n"
)


@pytest.fixture
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="guichet-cluster-"))
    yield folder / "data"
    cluster.Server(folder / "data").remove()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(data: Path) -> Iterator[cluster.Server]:
    server = cluster.Server(data)
    server.start()
    yield server
    server.remove()


def connect(server: cluster.Server) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(server.place.sockets), user=cluster.ROLE, dbname=cluster.ROLE, autocommit=True, connect_timeout=5
    )


def value(server: cluster.Server, query: str) -> object:
    with connect(server) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row
    return row[0]


def started_elsewhere(data: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Another process that has started the server; it and the process id of the server."""
    starter = subprocess.Popen([sys.executable, "-c", START_AND_SLEEP, str(data)], stdout=subprocess.PIPE)
    assert starter.stdout
    return starter, int(starter.stdout.readline())


def gone(pid: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while process_program(pid) == "postgres" and time.monotonic() < deadline:
        time.sleep(0.02)
    return process_program(pid) != "postgres"


def test_the_server_is_durable_and_speaks_unicode(server: cluster.Server) -> None:
    for name in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
        assert value(server, f"SHOW {name}") == "on"
    assert value(server, "SHOW server_encoding") == "UTF8"
    assert value(server, "SELECT lower('ÉCOLE ÄÖÜ')") == "école äöü"
    assert value(server, "SELECT to_tsvector('french', 'ÉLÈVES')::text") == "'élev':1"


def test_durability_stands_above_the_local_settings(server: cluster.Server) -> None:
    server.stop()
    (server.place.base / "postgresql.local.conf").write_text("fsync = off\nwork_mem = 9MB\n")
    server.start()
    assert value(server, "SHOW fsync") == "on"
    assert value(server, "SHOW work_mem") == "9MB"


def test_only_a_private_socket_leads_to_it(server: cluster.Server) -> None:
    assert value(server, "SHOW listen_addresses") == ""
    assert stat.S_IMODE(server.place.sockets.stat().st_mode) == 0o700
    assert stat.S_IMODE(server.place.pgdata.stat().st_mode) == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
def test_another_user_is_refused_even_where_the_folder_would_let_him_in(server: cluster.Server) -> None:
    assert server.pid
    assert Path(f"/proc/{server.pid}").stat().st_uid != 0
    for folder in (server.place.sockets, server.place.sockets / cluster.SOCKET_NAME):
        folder.chmod(0o777)  # the test's own: the door is open, the kernel's word on who asks must hold
    nobody = pwd.getpwnam("nobody")
    if Path(f"/proc/{server.pid}").stat().st_uid == nobody.pw_uid:
        pytest.skip("the server itself runs as nobody here")
    # The server's own: as root a copy, where the wheel's lie in a closed home.
    asked = subprocess.run(
        [str(server._binaries / "bin" / "psql"), "-h", str(server.place.sockets), "-U", "guichet", "-c", "SELECT 1"],
        user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[], capture_output=True, text=True, cwd="/",
    )  # fmt: skip
    assert asked.returncode != 0
    assert "Peer authentication failed" in asked.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="root's case")
def test_a_closed_folder_of_somebody_else_stays_closed() -> None:
    home = Path(tempfile.mkdtemp(prefix="guichet-home-"))
    server = cluster.Server(home / "data")
    try:
        server.start()
        assert value(server, "SELECT 1") == 1
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert server.place.base.is_relative_to(cluster.ROOT_HOME)
        assert (home / "data" / "postgres.location").read_text().strip() == str(server.place.base)
    finally:
        server.remove()
        shutil.rmtree(home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
def test_an_ordinary_user_needs_no_root_and_a_long_path_no_luck() -> None:
    python = f"/usr/bin/python3.{sys.version_info.minor}"  # ours may lie where the other user cannot go
    if not Path(python).exists():
        pytest.skip(f"no {python} for the other user")
    if not cluster.open_to_all(Path(cluster.__file__).parent):
        pytest.skip("this checkout lies in a closed home: no other user can run it")
    nobody = pwd.getpwnam("nobody")
    home = Path(tempfile.mkdtemp(prefix="guichet-user-"))
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    data = home / ("long-" * 20) / "data"
    program = (
        "import sys, psycopg; from pathlib import Path; from guichet.kit import cluster\n"
        "server = cluster.Server(Path(sys.argv[1])); server.start()\n"
        "psycopg.connect(host=str(server.place.sockets), user='guichet', dbname='guichet').close()\n"
        "print(server.place.base); server.stop(); server.place.sockets.rmdir()\n"
    )
    done = subprocess.run(
        [python, "-c", program, str(data)], env={**os.environ, "PYTHONPATH": ":".join(filter(None, sys.path))},
        user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[], capture_output=True, text=True, cwd="/",
    )  # fmt: skip
    shutil.rmtree(home)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == str(data / "postgres")


def test_what_was_committed_outlives_a_kill(server: cluster.Server) -> None:
    with connect(server) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (42)")
    assert server.pid
    os.kill(server.pid, signal.SIGKILL)
    while server.running():
        time.sleep(0.01)
    server.start()
    assert value(server, "SELECT n FROM kept") == 42


def test_it_ends_with_a_starter_that_is_killed(data: Path) -> None:
    starter, pid = started_elsewhere(data)
    starter.kill()
    starter.wait()
    assert gone(pid)


def test_a_server_that_outlived_its_starter_gives_way(data: Path) -> None:
    """As after an upgrade or on a kernel that does not tell children: nobody holds the lock, but the server runs."""
    starter, first = started_elsewhere(data)
    os.kill(first, signal.SIGSTOP)  # deaf to the kernel's word, and slow to the new starter's
    starter.kill()
    starter.wait()
    server = cluster.Server(data)
    os.kill(first, signal.SIGCONT)
    server.start()
    assert server.pid != first
    assert gone(first)
    assert value(server, "SELECT 1") == 1
    server.stop()


def test_a_stale_lock_file_with_a_reused_process_id_does_not_hinder(server: cluster.Server) -> None:
    server.stop()
    file = server.place.pgdata / "postmaster.pid"
    file.write_text(f"{os.getpid()}\n{server.place.pgdata}\n{int(time.time())}\n5432\n{server.place.sockets}\n\n")
    file.chmod(0o644)
    server.start()
    assert value(server, "SELECT 1") == 1


def test_an_interrupted_first_start_is_made_good(data: Path) -> None:
    data.parent.chmod(0o711)
    server = cluster.Server(data)
    server.start()
    server.stop()
    server.place.pgdata.rename(server.place.base / "18.unfinished")
    (data / cluster.NOTE).unlink()
    server = cluster.Server(data)
    server.start()
    assert value(server, "SELECT 1") == 1
    server.stop()


def test_a_database_out_of_sight_is_not_replaced_by_an_empty_one(server: cluster.Server) -> None:
    """As in a container that kept the data folder and lost what lay beside it."""
    server.stop()
    elsewhere = server.data / "elsewhere"
    server.place.pgdata.rename(elsewhere)
    with pytest.raises(cluster.ClusterError, match="is not there"):
        server.start()
    elsewhere.rename(server.place.base / "17")
    with pytest.raises(cluster.ClusterError, match="was made by PostgreSQL 17"):
        server.start()
    (server.place.base / "17").rename(server.place.pgdata)
    server.start()
    assert value(server, "SELECT 1") == 1


def test_a_data_folder_that_was_moved_keeps_its_database(data: Path) -> None:
    data.parent.chmod(0o711)
    server = cluster.Server(data)
    server.start()
    with connect(server) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
    server.stop()
    moved = cluster.Server(data.rename(data.with_name("moved")))
    try:
        moved.start()
        assert value(moved, "SELECT n FROM kept") == 42
    finally:
        moved.remove()


def test_two_at_once_are_refused_with_a_plain_word(data: Path) -> None:
    starter, _ = started_elsewhere(data)
    try:
        with pytest.raises(cluster.ClusterError, match="Another guichet"):
            cluster.Server(data).start()
    finally:
        starter.terminate()
        starter.wait()


def test_the_place_of_the_cluster_is_known_without_touching_anything(tmp_path: Path) -> None:
    place = cluster.place(tmp_path / "not" / "there")
    assert not (tmp_path / "not").exists()
    assert len(str(place.sockets / cluster.SOCKET_NAME)) <= cluster.SUN_PATH
