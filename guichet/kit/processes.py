"""What the kernel knows of processes: children that end with their parent, memory, program and folder (Linux)."""

from __future__ import annotations

import ctypes
import os
import re
import signal
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15  # prctl(2)
_MADV_DONTNEED = 4  # madvise(2)
_READ_ONLY = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) r-[-x]p \S+ \S+ [1-9]\d* +/\S+\.so\S*\n((?:[A-Z]\w+:.*\n)*)", re.M)
_KNOWN = re.compile(r"^Anonymous: +0 kB$", re.M)  # a kernel that does not tell is asked nothing
_WRITTEN = re.compile(r"^(?:Anonymous|Swap|\w+_Dirty): +[1-9]", re.M)
_libc = ctypes.CDLL(None, use_errno=True)  # opened here: nothing may be loaded between fork and exec


def begin_child(parent: int, demand: signal.Signals = signal.SIGKILL) -> None:
    """Call it in the child right after fork: no signal is blocked, and the kernel sends `demand` when the parent ends.

    `parent` is the parent's process id, taken before the fork: it may have died in between.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    _libc.prctl(PR_SET_PDEATHSIG, int(demand), 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), demand)


def name_process(name: str) -> None:
    """What `ps` and `top` call this process from now on (15 bytes of it)."""
    _libc.prctl(PR_SET_NAME, name.encode()[:15], 0, 0, 0)


def process_program(pid: int) -> str | None:
    """The name of the program a process runs (15 characters at most), None where it is gone."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return None


def processes_in(folder: Path) -> list[int]:
    """Those whose working folder this is: all processes of a PostgreSQL server live in its cluster's."""
    return [
        int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _folder(entry) == str(folder)
    ]


def _folder(entry: Path) -> str:
    try:
        return os.readlink(entry / "cwd")
    except OSError:
        return ""  # gone, or not ours to look at


def end_processes(pids: Iterable[int], demand: signal.Signals) -> None:
    """Send `demand` to each that still lives."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, demand)


def proportional_memory(pid: int) -> int:
    """PSS in bytes: shared pages counted in part. 0 where the process is gone or not ours to look at."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def give_back() -> None:
    """What importing needed for a moment goes back to the system: free pieces of the heap, and those pages of libraries
    that stand unchanged in their files, from where they come again when they are used. For the moment before a fork.
    """
    trim = getattr(_libc, "malloc_trim", None)  # of glibc alone
    if trim is not None:
        trim(0)
    try:
        mappings = Path("/proc/self/smaps").read_text()
    except OSError:
        return  # another kernel: it only takes a little more
    for start, end in unchanged(mappings):
        _libc.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _MADV_DONTNEED)


def unchanged(mappings: str) -> Iterator[tuple[int, int]]:
    """Start and end of each mapping of a library in which nothing can be written and nothing was: `mappings` is
    /proc/self/smaps (proc_pid_smaps(5)).
    """
    for start, end, facts in _READ_ONLY.findall(mappings):
        if _KNOWN.search(facts) and not _WRITTEN.search(facts):
            yield int(start, 16), int(end, 16)
