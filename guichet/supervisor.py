"""`guichet run`: one command, one terminal, every process.

It takes the ports, starts the embedded PostgreSQL (unless DATABASE_URL names another), migrates, loads the program
once and forks the parts from it, so that they share its memory. What dies is started again; when the supervisor
dies the kernel ends the parts with it.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import FrameType
from typing import NoReturn

import django
from django.conf import settings
from django.db import OperationalError

from guichet import environment
from guichet.kit import cluster, logs, pg, sockets
from guichet.kit.probe import ask_ready
from guichet.kit.processes import begin_child, give_back, name_process

PARTS = {"web": "guichet.web", "worker": "guichet.channels.worker", "intake": "guichet.channels.doors"}
PORTS = {"GUICHET_HTTP": environment.HTTP, "GUICHET_LMTP": environment.LMTP, "GUICHET_SMTP": environment.SMTP}
GRACE = 6.0  # seconds that the parts get to end by themselves; the web server gives its streams three
STEADY = 10.0  # a part that lived so long starts again at once when it dies
SLOWEST = 5.0  # seconds between two attempts of a part that keeps dying
log = logging.getLogger("guichet.supervisor")


class Stop(BaseException):
    """SIGTERM or SIGINT came while something was being waited for."""


@dataclass
class Part:
    """One forked process and the history of its starts."""

    name: str
    main: Callable[[], None]
    pid: int | None = None
    started: float = 0.0
    failures: int = 0
    start_at: float = field(default_factory=time.monotonic)

    def start(self) -> None:
        self.pid = fork(self.name, self.main)
        self.started = time.monotonic()

    def reap(self) -> bool:
        """Whether it has ended since the last look; then the time of its next start is set."""
        if self.pid is None or not (status := _ended(self.pid)):
            return False
        _kill_group(self.pid)  # what it had started itself
        pid, self.pid = self.pid, None
        self.failures = 0 if time.monotonic() - self.started > STEADY else self.failures + 1
        delay = min(SLOWEST, 0.1 * 2**self.failures) if self.failures else 0.0
        self.start_at = time.monotonic() + delay
        log.warning("%s (process %s) %s; starting it again in %.1f s", self.name, pid, status, delay)
        return True


def run(parts: Mapping[str, str] = PARTS, ports: Mapping[str, sockets.Address] = PORTS) -> int:
    """Run the house until SIGTERM or SIGINT; the exit status. `parts` name modules, `ports` settings."""
    logs.setup("run")
    name_process("guichet")
    try:
        _hold_ports(ports)
        with _signals_blocked(), _database() as server:
            children = _load(parts)
            if fork_and_wait("migrate", _migrate) != 0:
                return 1
            Supervisor(server, children).loop()
    except (cluster.ClusterError, sockets.PortTaken) as error:
        complain(str(error))
        return 1
    except Stop:
        pass
    return 0


class Supervisor:
    def __init__(self, server: cluster.Server | None, parts: list[Part]) -> None:
        self._server = server
        self._parts = parts
        self._greeted = False

    def loop(self) -> None:
        """Until a signal: start what is due, look after what died. Ends every part before it returns."""
        try:
            while True:
                for part in self._parts:
                    if part.pid is None and time.monotonic() >= part.start_at:
                        part.start()
                if not self._greeted and ask_ready(*environment.HTTP) == 200:
                    self._greeted = True
                    say(f"Guichet is ready: {environment.URL}")
                self._wait()
                self._look_after()
        except Stop:
            say("stopping")
        finally:
            self._stop()

    def _wait(self) -> None:
        """Until a child ends or a signal comes; shortly while something is still starting."""
        starting = not self._greeted or any(part.pid is None for part in self._parts)
        caught = signal.sigtimedwait({signal.SIGCHLD, signal.SIGTERM, signal.SIGINT}, 0.1 if starting else 1.0)
        if caught is not None and caught.si_signo in (signal.SIGTERM, signal.SIGINT):
            raise Stop

    def _look_after(self) -> None:
        for part in list(self._parts):
            part.reap()
        if self._server is not None and not self._server.running():
            log.warning("PostgreSQL ended; starting it again")
            try:
                with interruptible():
                    self._server.start()
            except cluster.ClusterError as error:
                log.error("%s", error)
                time.sleep(1.0)

    def _stop(self) -> None:
        """SIGTERM to every part, SIGKILL to what is left after the grace. A second Ctrl-C does not wait."""
        for part in self._parts:
            if part.pid is not None:
                os.kill(part.pid, signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        while any(part.pid is not None for part in self._parts):
            for part in self._parts:
                if part.pid is not None and _ended(part.pid):
                    _kill_group(part.pid)
                    part.pid = None
            again = signal.sigtimedwait({signal.SIGCHLD, signal.SIGTERM, signal.SIGINT}, 0.05)
            impatient = again is not None and again.si_signo != signal.SIGCHLD
            if impatient or time.monotonic() > deadline:
                for part in self._parts:
                    if part.pid is not None:
                        log.warning("%s does not end; killing it", part.name)
                        _kill_group(part.pid)
                        os.kill(part.pid, signal.SIGKILL)
                        deadline = time.monotonic() + GRACE


# -- before the parts


def _hold_ports(ports: Mapping[str, sockets.Address]) -> None:
    """Take every port before anything else is started. While a part is started again its callers wait in the queue."""
    for setting, address in ports.items():
        sockets.listening(address, setting)


def _load(parts: Mapping[str, str]) -> list[Part]:
    """Import everything once, with no thread and no connection; the forked parts share these pages."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guichet.settings")
    django.setup()
    if "web" in parts:
        import_module(settings.ROOT_URLCONF)
    pg.known_migrations()  # each part asks for them before it says that it is ready
    children = [Part(name, import_module(module).main) for name, module in parts.items()]
    gc.collect()
    give_back()
    gc.freeze()
    return children


def _migrate() -> None:
    try:
        pg.migrate(say)
    except pg.NotDurable as problem:
        raise SystemExit(f"{problem} See guichet check.") from problem
    except OperationalError as error:
        raise SystemExit(f"The database does not answer: {str(error).strip()}") from error


@contextlib.contextmanager
def _database() -> Iterator[cluster.Server | None]:
    if environment.DATABASE_URL:
        yield None
        return
    server = cluster.Server(environment.DATA, say)
    with interruptible():
        server.start()
    try:
        yield server
    finally:
        server.stop()


def say(line: str) -> None:
    """Progress, for the terminal."""
    sys.stdout.write(line[:1].upper() + line[1:] + "\n")
    sys.stdout.flush()


def complain(line: str) -> None:
    sys.stderr.write(line + "\n")


# -- processes and signals


def fork(name: str, main: Callable[[], None]) -> int:
    """A child process of its own session that runs `main` and ends; it dies with this one."""
    sys.stdout.flush()
    parent = os.getpid()
    pid = os.fork()
    if not pid:
        _run_child(name, main, parent)
    return pid


def fork_and_wait(name: str, main: Callable[[], None]) -> int:
    """Run `main` in a child to its end; its exit status."""
    pid = fork(name, main)
    with interruptible():
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _run_child(name: str, main: Callable[[], None], parent: int) -> NoReturn:
    status = 1
    try:
        os.setsid()  # Ctrl-C in the terminal reaches the supervisor only, which ends us in order
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        begin_child(parent)
        name_process(f"guichet {name}")
        os.environ["PGAPPNAME"] = f"guichet {name}"  # libpq: pg_stat_activity tells whose a session is
        logs.setup(name)
        main()
        status = 0
    except SystemExit as end:
        if isinstance(end.code, str):
            complain(end.code)
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        status = 130
    except BaseException:
        logging.getLogger("guichet").critical("ended by an error: %s", traceback.format_exc())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _ended(pid: int) -> str:
    """How a child ended, as words; "" while it lives."""
    found, status = os.waitpid(pid, os.WNOHANG)
    if not found:
        return ""
    code = os.waitstatus_to_exitcode(status)
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


@contextlib.contextmanager
def _signals_blocked() -> Iterator[None]:
    """SIGTERM, SIGINT and SIGCHLD wait until the loop asks for them."""
    numbers = {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD}
    signal.signal(signal.SIGTERM, _raise_stop)
    signal.signal(signal.SIGINT, _raise_stop)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGTERM and SIGINT raise Stop in this block."""
    numbers = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_UNBLOCK, numbers)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_BLOCK, numbers)


def _raise_stop(number: int, frame: FrameType | None) -> NoReturn:
    raise Stop
