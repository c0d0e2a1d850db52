"""Bytes on disk under the name of their own SHA-256 digest: raw mails and attachments.

A blob is whole or absent: it is written beside the store, fsynced, renamed into place, and the folder is
fsynced before `put` returns. Only then may a row, or a 250, speak of it. No name from outside reaches the disk.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

DIGEST = re.compile(r"[0-9a-f]{64}")
ABANDONED_AFTER = 24 * 3600.0  # seconds; a writer that is still alive finishes within moments


class BlobStore:
    """Layout below `root`: `ab/abcd…` (64 hex digits), and `tmp/` for what is still being written.

    One level: of two, nearly every blob of a young house would make a folder of its own, the dearest call of all.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(root)
        self._waiting = self.root / "tmp"
        self._durable_folders: set[Path] = set()

    def put(self, data: bytes) -> str:
        """Store `data` durably and return its SHA-256 in hex. Idempotent. Raises OSError (disk full, read-only)."""
        return self.put_many([data])[0]

    def put_many(self, blobs: Iterable[bytes]) -> list[str]:
        """Store several blobs with one round of fsyncs; digests in the order given.

        All writes go out before the first fsync, so the kernel can flush them together, and each folder is
        fsynced once. When it raises OSError none of the digests may be relied on; no half blob is visible.
        """
        digests: list[str] = []
        written: dict[str, tuple[Path, int]] = {}
        folders: set[Path] = set()
        try:
            for data in blobs:
                digest = hashlib.sha256(data).hexdigest()
                digests.append(digest)
                folders.add(self.path(digest).parent)
                if digest not in written and not self.exists(digest):
                    written[digest] = self._write(data)
            for _, descriptor in written.values():
                os.fsync(descriptor)
            for folder in folders:
                self._make_durable_folder(folder)
            for digest, (temporary, _) in written.items():
                os.rename(temporary, self.path(digest))
            # Also for blobs that stood already: their writer may not have come to this line yet.
            for folder in folders:
                _fsync_folder(folder)
        finally:
            for temporary, descriptor in written.values():
                os.close(descriptor)
                temporary.unlink(missing_ok=True)
        return digests

    def path(self, digest: str) -> Path:
        """Where the blob lies or would lie. Raises ValueError for anything but 64 lower-case hex digits."""
        if not DIGEST.fullmatch(digest):
            raise ValueError("not a SHA-256 digest in lower-case hex")
        return self.root / digest[:2] / digest

    def exists(self, digest: str) -> bool:
        return self.path(digest).is_file()

    def open(self, digest: str) -> BinaryIO:
        """The blob for reading. Raises FileNotFoundError."""
        return self.path(digest).open("rb")

    def get(self, digest: str) -> bytes:
        """The whole blob. Raises FileNotFoundError."""
        return self.path(digest).read_bytes()

    def size(self, digest: str) -> int:
        """Bytes. Raises FileNotFoundError."""
        return self.path(digest).stat().st_size

    def sweep(self, older_than: float = ABANDONED_AFTER) -> int:
        """Remove what writers that died left in `tmp/`, once older than so many seconds; how many went."""
        if not self._waiting.is_dir():
            return 0
        limit = time.time() - older_than
        removed = 0
        for file in self._waiting.iterdir():
            try:
                if file.stat().st_mtime < limit:
                    file.unlink()
                    removed += 1
            except FileNotFoundError:
                continue  # another process swept or finished it
        return removed

    def _write(self, data: bytes) -> tuple[Path, int]:
        if self._waiting not in self._durable_folders:
            self._make_durable_folder(self._waiting)
        temporary = self._waiting / secrets.token_hex(16)
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        except BaseException:
            os.close(descriptor)
            temporary.unlink(missing_ok=True)
            raise
        return temporary, descriptor

    def _make_durable_folder(self, folder: Path) -> None:
        """Create `folder` and its parents; a new folder exists after a power cut only once its parent is fsynced."""
        if folder in self._durable_folders:
            return
        if folder != self.root:
            self._make_durable_folder(folder.parent)
        folder.mkdir(mode=0o700, parents=folder == self.root, exist_ok=True)
        _fsync_folder(folder.parent)
        self._durable_folders.add(folder)


def make_data_folder(folder: Path) -> None:
    """The house's own folder, with the parents it lacks: others may pass through (the database's user), not look in.

    The mode is set against the umask, and only on folders made here.
    """
    if folder.exists():
        return
    make_data_folder(folder.parent)
    try:
        folder.mkdir()
    except FileExistsError:
        return
    folder.chmod(0o711)


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
