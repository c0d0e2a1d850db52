"""The parent's side: one child that is started when needed, replaced when it dies, and ended when it is idle."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import PurePosixPath

from guichet.kit.confined import CPU_SECONDS, MEMORY_BYTES, WALL_SECONDS, environment
from guichet.kit.extract.limits import FILE_BYTES, TEXT_BYTES, Unreadable

IDLE_SECONDS = 20.0
_LENGTH_SIZE, _NO_MEMORY = 8, 77
_SUFFIXES = {
    *(
        ".txt",
        ".text",
        ".md",
        ".csv",
        ".tsv",
        ".log",
        ".json",
        ".xml",
        ".html",
        ".htm",
        ".ics",
        ".vcf",
        ".yaml",
        ".yml",
    ),
    *(".ini", ".conf", ".sql", ".pdf", ".docx", ".docm", ".dotx", ".xlsx", ".xlsm", ".xltx", ".pptx", ".pptm", ".ppsx"),
    *(".odt", ".ods", ".odp", ".ott"),
}
_TYPES = ("text/", "application/pdf", "application/vnd.openxmlformats", "application/vnd.oasis.opendocument")


def may_have_words(name: str, content_type: str) -> bool:
    """Whether it is worth looking: by its name or by what it is said to be."""
    suffix = PurePosixPath(name.lower()).suffix
    return suffix in _SUFFIXES or content_type.lower().startswith(_TYPES)


class Extractor:
    """For one thread. Never use one that was made before a fork."""

    def __init__(self, wall_seconds: float = WALL_SECONDS, cpu_seconds: int = CPU_SECONDS) -> None:
        self._wall_seconds, self._cpu_seconds = wall_seconds, cpu_seconds
        self._child: subprocess.Popen[bytes] | None = None
        self._used_at = time.monotonic()

    def __enter__(self) -> Extractor:
        return self

    def __exit__(self, *trouble: object) -> None:
        self.close()

    def read(self, data: bytes) -> str:
        """The words of a file, as many as are kept. Raises Unreadable; the next file is read all the same."""
        if len(data) > FILE_BYTES:
            raise Unreadable(f"larger than {FILE_BYTES >> 20} MB")
        try:
            answer = self._ask(data)
        except OSError as error:
            self._end()
            raise Unreadable(f"no process to read it: {error.strerror}") from error
        finally:
            self._used_at = time.monotonic()
        if answer[:1] != b"+":
            raise Unreadable(answer[1:].decode("utf-8", "replace")[:200])
        return answer[1:].decode("utf-8", "ignore")

    def close(self) -> None:
        self._end()

    def close_if_idle(self) -> None:
        """Give the child's memory back when nothing was read for a while."""
        if time.monotonic() - self._used_at > IDLE_SECONDS:
            self._end()

    def _ask(self, data: bytes) -> bytes:
        child = self._child or self._start()
        assert child.stdin is not None
        assert child.stdout is not None
        rest = memoryview(len(data).to_bytes(_LENGTH_SIZE, "big") + data)
        answer = bytearray()
        deadline = time.monotonic() + self._wall_seconds
        with selectors.DefaultSelector() as selector:
            selector.register(child.stdin, selectors.EVENT_WRITE)
            selector.register(child.stdout, selectors.EVENT_READ)
            while (left := deadline - time.monotonic()) > 0:
                for key, _events in selector.select(left):
                    if key.fileobj is child.stdin:
                        rest = self._feed(child, selector, rest)
                    elif not (more := os.read(key.fd, 1 << 16)):
                        raise Unreadable(self._death())
                    else:
                        answer += more
                size = int.from_bytes(answer[:_LENGTH_SIZE], "big") if len(answer) >= _LENGTH_SIZE else None
                if size is not None and size > TEXT_BYTES + 64:
                    break
                if size is not None and len(answer) == _LENGTH_SIZE + size:
                    return bytes(answer[_LENGTH_SIZE:])
        took_too_long = time.monotonic() >= deadline
        self._end()
        raise Unreadable("took too long to read" if took_too_long else "the reading process answered nonsense")

    def _feed(self, child: subprocess.Popen[bytes], selector: selectors.BaseSelector, rest: memoryview) -> memoryview:
        assert child.stdin is not None
        try:
            rest = rest[os.write(child.stdin.fileno(), rest) :]
        except BlockingIOError:
            return rest
        except BrokenPipeError:
            rest = memoryview(b"")  # its end tells why
        if not rest:
            selector.unregister(child.stdin)
        return rest

    def _start(self) -> subprocess.Popen[bytes]:
        self._child = child = subprocess.Popen(
            [sys.executable, "-m", "guichet.kit.extract.child", str(self._cpu_seconds)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            env=environment(), cwd="/", close_fds=True,
        )  # fmt: skip
        assert child.stdin is not None
        os.set_blocking(child.stdin.fileno(), False)
        return child

    def _death(self) -> str:
        """Why the child ended, in words."""
        child = self._child
        try:
            code = child.wait(timeout=2) if child else 0
        except subprocess.TimeoutExpired:
            code = 0
        self._end()
        if code == -signal.SIGXCPU:
            return f"took more than {self._cpu_seconds} s of processor time"
        if code in (_NO_MEMORY, -signal.SIGABRT, -signal.SIGKILL):
            return f"took more than {MEMORY_BYTES >> 20} MB of memory"
        return "the reading process ended early"

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
