"""The house as one command: what dies comes back, what is stopped is gone, and nothing is lost by either."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from guichet.kit import cluster
from guichet.kit.probe import ask_ready
from guichet.kit.processes import process_program, proportional_memory
from tests.desk import RunningDesk, children_of, free_ports

pytestmark = [
    pytest.mark.skipif(cluster.installed() is None, reason="guichet[embedded] is not installed"),
    pytest.mark.alone,
]
PARTS = ("web", "worker", "intake", "postgres")
PORT_NAMES = ("GUICHET_HTTP", "GUICHET_LMTP", "GUICHET_SMTP")


@pytest.fixture(scope="module")
def desk() -> Iterator[RunningDesk]:
    with RunningDesk(is_new=True) as desk:
        yield desk


def fetch(desk: RunningDesk, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(desk.url + path, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def alive(pid: int) -> bool:
    return process_program(pid) is not None and "(zombie)" not in Path(f"/proc/{pid}/status").read_text()


def all_processes(desk: RunningDesk) -> list[int]:
    """Every process of the desk, grandchildren too."""
    assert desk.process
    found, todo = [], [desk.process.pid]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo += children_of(pid)
    return found


def wait_until_gone(pids: list[int], seconds: float) -> list[int]:
    deadline = time.monotonic() + seconds
    while (left := [pid for pid in pids if alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def test_all_parts_run_and_the_desk_answers(desk: RunningDesk) -> None:
    assert {"run", *PARTS} <= set(desk.pids())
    assert fetch(desk, "/healthz") == (200, "alive\n")
    assert fetch(desk, "/readyz") == (200, "ready\n")


def test_metrics_tell_the_queues_to_this_machine_only(desk: RunningDesk) -> None:
    status, text = fetch(desk, "/metrics")
    assert status == 200
    assert "guichet_database_up 1\n" in text
    assert "guichet_event_streams 0\n" in text
    assert "guichet_follower_lag{" in text
    behind_proxy = urllib.request.Request(desk.url + "/metrics", headers={"X-Forwarded-For": "198.51.100.7"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(behind_proxy, timeout=10)
    assert refused.value.code == 404


def test_no_part_runs_postgresql_as_root(desk: RunningDesk) -> None:
    assert Path(f"/proc/{desk.pids()['postgres']}").stat().st_uid != 0


@pytest.mark.parametrize("part", PARTS)
def test_a_killed_part_is_back_within_ten_seconds(desk: RunningDesk, part: str) -> None:
    old = desk.kill(part)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if desk.pids().get(part, old) != old and desk.is_ready():
            break
        time.sleep(0.05)
    assert desk.pids().get(part, old) != old, desk.said()
    assert desk.is_ready()


def test_idle_memory_stays_within_the_promise(desk: RunningDesk) -> None:
    """PSS of every process, embedded database included: 250 MB leave a 512 MB machine comfortable. Half a minute after
    the last visit connections that were needed for a moment are closed."""
    fetch(desk, "/")
    deadline = time.monotonic() + 40
    while True:
        time.sleep(2)
        parts = [(process_program(pid), proportional_memory(pid)) for pid in all_processes(desk)]
        if sum(memory for _name, memory in parts) < 250_000_000:
            return
        assert time.monotonic() < deadline, parts


def test_however_often_it_is_asked_whether_it_is_ready_it_takes_one_connection(desk: RunningDesk) -> None:
    with ThreadPoolExecutor(20) as many:
        assert {status for status, _text in many.map(lambda _turn: fetch(desk, "/readyz"), range(200))} == {200}
    sockets = cluster.place(desk.data).sockets
    with psycopg.connect(host=str(sockets), user=cluster.ROLE, dbname=cluster.ROLE) as connection:
        count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'guichet web'"
        assert connection.execute(count).fetchone() in [(2,), (3,)], "one that listens, one that asks, one for a page"


def test_a_part_runs_alone_against_the_same_database(desk: RunningDesk) -> None:
    """As on a second machine: the same database by its URL, another port."""
    sockets = cluster.place(desk.data).sockets
    port = free_ports(1)[0]
    environment = {
        **desk.environment,
        "GUICHET_HTTP": f"127.0.0.1:{port}",
        "DATABASE_URL": f"postgresql://{cluster.ROLE}@/{cluster.ROLE}?host={sockets}",
    }
    alone = subprocess.Popen([sys.executable, "-m", "guichet", "web"], env=environment, stderr=subprocess.PIPE)
    try:
        deadline = time.monotonic() + 30
        while ask_ready("127.0.0.1", port) != 200 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert ask_ready("127.0.0.1", port) == 200
        alone.terminate()
        assert alone.wait(10) in (0, -signal.SIGTERM)
    finally:
        alone.kill()
        alone.communicate()
    assert desk.is_ready()


def test_a_port_in_use_is_said_plainly_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        unstarted = RunningDesk(environment={"GUICHET_HTTP": f"127.0.0.1:{port}"})
        done = unstarted.guichet("run", check=False)
        assert done.returncode == 1
        assert f"Port {port} on 127.0.0.1 is in use by another program; set GUICHET_HTTP=127.0.0.1:" in done.stderr
        assert "Traceback" not in done.stderr
        assert not (unstarted.data / "postgres").exists()
        unstarted.remove()


@pytest.mark.parametrize("demand", [signal.SIGINT, signal.SIGTERM])
def test_stopping_ends_every_process_within_seconds(demand: signal.Signals) -> None:
    with RunningDesk() as desk:
        processes = all_processes(desk)
        assert len(processes) > 5
        assert desk.stop(demand) < 10
        assert wait_until_gone(processes, 1) == []


def test_ctrl_c_in_a_terminal_hits_all_and_still_ends_cleanly() -> None:
    """The terminal sends SIGINT to the whole foreground group at once."""
    with RunningDesk() as desk:
        assert desk.process
        processes = all_processes(desk)
        os.killpg(desk.process.pid, signal.SIGINT)
        assert desk.process.wait(10) == 0
        assert wait_until_gone(processes, 1) == []
        assert "Traceback" not in desk.said()


def test_a_killed_supervisor_leaves_nothing_behind_and_starts_again_unharmed() -> None:
    with RunningDesk() as desk:
        desk.guichet("person", "add", "ada@example.org", "--role", "admin", "--name", "Ada")
        processes = all_processes(desk)
        desk.kill("run")
        assert desk.process
        desk.process.wait()
        desk.start()  # at once: PostgreSQL may still be shutting down
        assert wait_until_gone(processes, 1) == []
        place = cluster.place(desk.data)
        with psycopg.connect(host=str(place.sockets), user=cluster.ROLE, dbname=cluster.ROLE) as connection:
            row = connection.execute("SELECT count(*) FROM people_person WHERE role = 'admin'").fetchone()
            assert row == (1,)


def test_a_second_start_answers_within_five_seconds() -> None:
    with RunningDesk() as desk:
        desk.stop()
        started = time.monotonic()
        desk.start()
        fetch(desk, "/")
        assert time.monotonic() - started < 5


def test_a_second_guichet_on_the_same_data_is_refused(desk: RunningDesk) -> None:
    ports = {name: f"127.0.0.1:{port}" for name, port in zip(PORT_NAMES, free_ports(3), strict=True)}
    asked = subprocess.run(
        [sys.executable, "-m", "guichet", "run"],
        env={**desk.environment, **ports}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert asked.returncode == 1
    assert "Another guichet uses the data folder" in asked.stderr
    assert desk.is_ready()
