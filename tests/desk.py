"""A whole running desk for tests: `guichet run` with its own data folder and free ports."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from guichet.kit import cluster
from guichet.kit.processes import begin_child, end_processes, process_program, processes_in

READY_SECONDS = 180.0  # of a machine on which much else runs


class RunningDesk:
    """`with RunningDesk() as desk:` gives a ready desk; `url`, `lmtp`, `smtp` say where, `data` is its folder.

    With `database_url` it runs against that server instead of an embedded one. `command` may be ["demo"]. Its database is
    one that a first desk of this run has made, as that takes three times as long as a start; `is_new` makes its own.
    """

    def __init__(
        self,
        command: tuple[str, ...] = ("run",),
        environment: Mapping[str, str] | None = None,
        database_url: str = "",
        *,
        is_new: bool = False,
    ) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="guichet-desk-"))
        self.home.chmod(0o711)  # so that as root the database's own user reaches its folder
        self.data = self.home / "data"
        self.http, self.lmtp, self.smtp = (("127.0.0.1", port) for port in free_ports(3))
        self.url = f"http://{self.http[0]}:{self.http[1]}"
        self.log = self.home / "log"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("GUICHET_")}
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        self.environment |= {
            "GUICHET_DATA": str(self.data),
            "GUICHET_HTTP": f"127.0.0.1:{self.http[1]}",
            "GUICHET_LMTP": f"127.0.0.1:{self.lmtp[1]}",
            "GUICHET_SMTP": f"127.0.0.1:{self.smtp[1]}",
            "DATABASE_URL": database_url,
            "GUICHET_UNDO_SECONDS": "0",
            "PYTHONUNBUFFERED": "1",
            **(environment or {}),
        }
        self._command = command
        self._is_given = command == ("run",) and not database_url and not is_new
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            return self.start()
        except BaseException:
            self.remove()
            raise

    def __exit__(self, *trouble: object) -> None:
        self.remove()

    def start(self) -> Self:
        """Start it and wait until it says that it is ready."""
        if self._is_given and not self.data.exists() and (made := made_data()):
            copy_data(made, self.data)
        parent = os.getpid()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "guichet", *self._command],
                env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=lambda: begin_child(parent, signal.SIGTERM),
            )  # fmt: skip
        self.wait_ready()
        return self

    def wait_ready(self, seconds: float = READY_SECONDS) -> float:
        """Seconds until /readyz answered 200."""
        started = time.monotonic()
        while not self.is_ready():
            if self.process is not None and self.process.poll() is not None:
                raise AssertionError(f"guichet ended with {self.process.returncode}:\n{self.said()[-4000:]}")
            if time.monotonic() - started > seconds:
                raise AssertionError(f"not ready after {seconds} s:\n{self.said()[-4000:]}")
            time.sleep(0.05)
        return time.monotonic() - started

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def said(self) -> str:
        """All it wrote to its terminal so far."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def pids(self) -> dict[str, int]:
        """Process ids by part: run, web, worker, intake, postgres; only what lives."""
        if self.process is None or self.process.poll() is not None:
            return {}
        found = {"run": self.process.pid}
        for pid in children_of(self.process.pid):
            name = (process_program(pid) or "").removeprefix("guichet ")
            found[name] = pid
        return found

    def guichet(self, *words: str, stdin: str | bytes = b"", check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the command line in this desk's environment; with `check` its failure fails the test."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run(
            [sys.executable, "-m", "guichet", *words],
            env=self.environment,
            input=given,
            capture_output=True,
            timeout=120,
        )
        answer = subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        )
        if check and answer.returncode != 0:
            raise AssertionError(
                f"guichet {' '.join(words)}: status {answer.returncode}\n{answer.stdout}{answer.stderr}"
            )
        return answer

    def kill(self, part: str, demand: signal.Signals = signal.SIGKILL) -> int:
        """Kill a part by its name in `pids`; its old process id."""
        pid = self.pids()[part]
        os.kill(pid, demand)
        return pid

    def stop(self, demand: signal.Signals = signal.SIGTERM, seconds: float = 30.0) -> float:
        """End it as Ctrl-C (SIGINT) or a service manager would; the seconds it took."""
        started = time.monotonic()
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(demand)
            self.process.wait(seconds)
        self.process = None
        return time.monotonic() - started

    def remove(self) -> None:
        """Stop it and delete everything it had."""
        try:
            self.stop()
        except subprocess.TimeoutExpired:
            assert self.process
            self.process.kill()
            self.process.wait()
        if not self.environment["DATABASE_URL"]:
            end_processes(processes_in(cluster.place(self.data).pgdata), signal.SIGKILL)
            cluster.Server(self.data).remove()
        shutil.rmtree(self.home, ignore_errors=True)


def made_data() -> Path | None:
    """The data folder of a desk that was started once and stopped; of all processes of one run of tests."""
    folder = Path(os.environ.get("GUICHET_TEST_DATA", ""))
    if not folder.name or not cluster.open_to_all(folder) or cluster.installed() is None:
        return None  # its database would not lie within it
    migrations = sorted((Path(__file__).parents[1] / "guichet").glob("*/migrations/*.py"))
    sums = hashlib.sha256(b"".join(each.read_bytes() for each in migrations)).hexdigest()[:12]
    made = folder / f"desk-{sums}"
    with Path(f"{made}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            with RunningDesk(is_new=True) as first:
                first.stop()
                copy_data(first.data, made)
    return made


def copy_data(source: Path, target: Path) -> None:
    """With its owners: as root the database has a user of its own."""
    unready = target.with_name(f"{target.name}.unready")
    subprocess.run(["cp", "-a", source, unready], check=True)
    unready.rename(target)


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that are free now, outside the range that the kernel hands to clients."""
    held: list[socket.socket] = []
    low = int(re.split(r"\s+", Path("/proc/sys/net/ipv4/ip_local_port_range").read_text())[0])
    port = 10_000 + os.getpid() * 7 % (low - 11_000)
    try:
        while len(held) < count:
            port = port + 1 if port < low - 1 else 10_000
            candidate = socket.socket()
            try:
                candidate.bind(("127.0.0.1", port))
            except OSError:
                candidate.close()
            else:
                held.append(candidate)
        return [int(one.getsockname()[1]) for one in held]
    finally:
        for one in held:
            one.close()


def children_of(pid: int) -> list[int]:
    """The direct children of a process."""
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and parent_of(entry) == pid]


def parent_of(entry: Path) -> int:
    """From /proc/PID/stat, whose second field may hold blanks and brackets."""
    try:
        return int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0
