"""Reading in a bounded child: 10 s CPU and 512 MB a mail, no new files, no core; it cannot take the parent down.

`Reader` is the parent's side. The child (`python -m guichet.channels.email.reading.sandbox`) takes length-framed raw
mails on stdin and answers length-framed results on stdout, one after another, until stdin closes.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import BinaryIO

from guichet.channels.base import Incoming
from guichet.channels.email import limits, wire
from guichet.channels.email.limits import Unreadable
from guichet.channels.email.reading.read import read
from guichet.kit.confined import CPU_SECONDS, MEMORY_BYTES, WALL_SECONDS, confine, environment, more_time

IDLE_SECONDS = 60.0
# HTML, its text, the reply, all JSON-escaped, and the files.
_ANSWER_BYTES = limits.MESSAGE_BYTES * 2 + 100 * 1024 * 1024
_F_SETPIPE_SZ = 1031
# Somebody else ended the child, so the mail may be innocent: it is tried once more.
_KILLED = "the reading process was killed"


@dataclass
class _Child:
    """The running process and what it has not answered yet."""

    process: subprocess.Popen[bytes]
    answer: bytearray = field(default_factory=bytearray)

    def fileno_in(self) -> int:
        assert self.process.stdin is not None
        return self.process.stdin.fileno()

    def fileno_out(self) -> int:
        assert self.process.stdout is not None
        return self.process.stdout.fileno()


class Reader:
    """Reads mails in one child process, which is started when needed and replaced when it dies.

    Thread-safe, but each process makes its own: never use one that was made before a fork.
    """

    def __init__(self, wall_seconds: float = WALL_SECONDS, cpu_seconds: int = CPU_SECONDS) -> None:
        self._wall_seconds = wall_seconds
        self._cpu_seconds = cpu_seconds
        self._child: _Child | None = None
        self._lock = threading.Lock()
        self._used_at = time.monotonic()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def read(self, raw: bytes) -> Incoming:
        """What the mail says; raises Unreadable with the reason."""
        (result,) = self.read_many([raw])
        if isinstance(result, Unreadable):
            raise result
        return result

    def read_many(self, raws: Iterable[bytes]) -> list[Incoming | Unreadable]:
        """The same for many, in order, with the child kept fed; a mail that kills the child spoils only itself."""
        mails = list(raws)
        results: list[Incoming | Unreadable] = []
        again = -1
        with self._lock:
            while len(results) < len(mails):
                at = len(results)
                if len(mails[at]) > limits.MESSAGE_BYTES:
                    results.append(Unreadable(f"mail is larger than {limits.MESSAGE_BYTES // 1024 // 1024} MiB"))
                    continue
                reason = self._converse(mails, results)
                if reason == _KILLED and again != len(results):
                    again = len(results)
                elif reason:
                    results.append(Unreadable(reason))
            self._used_at = time.monotonic()
        return results

    def close(self) -> None:
        """End the child, if there is one."""
        with self._lock:
            self._end()

    def close_if_idle(self) -> None:
        """End the child when nothing was read for a minute, to give its memory back."""
        with self._lock:
            if time.monotonic() - self._used_at > IDLE_SECONDS:
                self._end()

    def _converse(self, mails: list[bytes], results: list[Incoming | Unreadable]) -> str:
        """Feed mails and take answers until all are there, or the child fails: then the reason."""
        try:
            if self._child is not None and self._child.process.poll() is not None:
                self._end()
            child = self._child or self._start()
        except OSError as error:
            return f"no reading process: {error}"
        first = len(results)
        last = next((n for n in range(first, len(mails)) if len(mails[n]) > limits.MESSAGE_BYTES), len(mails))
        feed = _Feed(mails[first:last])
        deadline = time.monotonic() + self._wall_seconds
        with selectors.DefaultSelector() as selector:
            selector.register(child.fileno_out(), selectors.EVENT_READ)
            selector.register(child.fileno_in(), selectors.EVENT_WRITE)
            while len(results) < last:
                ready = selector.select(max(deadline - time.monotonic(), 0))
                if not ready and time.monotonic() >= deadline:
                    self._end(kill=True)
                    return f"reading took more than {self._wall_seconds:.0f} s"
                for key, _events in ready:
                    if key.fd == child.fileno_in():
                        if not feed.write(key.fd):
                            selector.unregister(key.fd)
                        continue
                    if not self._take(child):
                        return self._death(child)
                    reason, count = _answers(child, results, last)
                    if count:
                        deadline = time.monotonic() + self._wall_seconds
                    if reason:
                        self._end(kill=True)
                        return reason
        return ""

    def _take(self, child: _Child) -> bool:
        """Read what the child wrote; False when it has closed its side."""
        try:
            data = os.read(child.fileno_out(), 1 << 20)
        except BlockingIOError:
            return True
        child.answer += data
        return bool(data)

    def _start(self) -> _Child:
        process = subprocess.Popen(
            [sys.executable, "-m", "guichet.channels.email.reading.sandbox", str(self._cpu_seconds)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            env=environment(), cwd="/", close_fds=True,
        )  # fmt: skip
        self._child = child = _Child(process)
        for number in (child.fileno_in(), child.fileno_out()):
            os.set_blocking(number, False)
            with contextlib.suppress(OSError):  # The system's bound on pipes may be lower: then it is only slower.
                fcntl.fcntl(number, _F_SETPIPE_SZ, 1 << 20)
        return child

    def _death(self, child: _Child) -> str:
        """Why the child ended, in words."""
        try:
            code = child.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            code = 0
        self._end(kill=True)
        if code in (-signal.SIGKILL, -signal.SIGTERM):
            return _KILLED
        if code == -signal.SIGXCPU:
            return f"reading took more than {self._cpu_seconds} s of processor time"
        if code == -signal.SIGABRT or code == _NO_MEMORY:
            return f"reading took more than {MEMORY_BYTES >> 20} MB of memory"
        return f"the reading process ended with status {code}"

    def _end(self, kill: bool = False) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        process = child.process
        if process.stdin is not None:
            process.stdin.close()
        if kill:
            process.kill()
        try:
            process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()


class _Feed:
    """Mails on their way into the pipe."""

    def __init__(self, mails: list[bytes]) -> None:
        self._mails = mails
        self._next = 0
        self._buffer = memoryview(b"")

    def write(self, number: int) -> bool:
        """Write as much as fits; False when there is nothing left or nobody reads."""
        while True:
            if not self._buffer:
                if self._next == len(self._mails):
                    return False
                raw = self._mails[self._next]
                self._next += 1
                self._buffer = memoryview(wire.LENGTH.pack(len(raw)) + raw)
            try:
                self._buffer = self._buffer[os.write(number, self._buffer) :]
            except BlockingIOError:
                return True
            except BrokenPipeError:
                return False


def _answers(child: _Child, results: list[Incoming | Unreadable], last: int) -> tuple[str, int]:
    """Move whole answers from the buffer to the results; a reason when they make no sense, and how many came."""
    count = 0
    buffer = child.answer
    while len(buffer) >= wire.LENGTH.size:
        (size,) = wire.LENGTH.unpack_from(buffer)
        if size > _ANSWER_BYTES or len(results) >= last:
            return "the reading process answered nonsense", count
        end = wire.LENGTH.size + size
        if len(buffer) < end:
            break
        try:
            found = wire.unpack(bytes(memoryview(buffer)[wire.LENGTH.size : end]))
        except wire.Broken:
            return "the reading process answered nonsense", count
        results.append(Unreadable(found) if isinstance(found, str) else found)
        del buffer[:end]
        count += 1
    return "", count


# The child's side.

_NO_MEMORY = 77


def main(cpu_seconds: int) -> int:
    """Answer mails until stdin closes."""
    confine()
    inlet, outlet = sys.stdin.buffer, sys.stdout.buffer
    while True:
        head = _exactly(inlet, wire.LENGTH.size)
        if head is None:
            return 0
        raw = _exactly(inlet, wire.LENGTH.unpack(head)[0])
        if raw is None:
            return 0
        more_time(cpu_seconds)
        answer = _answer(raw)
        outlet.write(wire.LENGTH.pack(len(answer)))
        outlet.write(answer)
        outlet.flush()


def _answer(raw: bytes) -> bytes:
    try:
        return wire.pack(read(raw))
    except Unreadable as error:
        return wire.pack_reason(error.reason)
    except MemoryError:
        # A new child has a clean heap; the parent knows this status.
        os._exit(_NO_MEMORY)
    except Exception as error:  # whatever a hostile mail provokes is its reason, not our end
        return wire.pack_reason(f"reading failed: {type(error).__name__}: {str(error)[:200]}")


def _exactly(inlet: BinaryIO, size: int) -> bytes | None:
    data = inlet.read(size)
    return data if len(data) == size else None


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
