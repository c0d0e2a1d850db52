from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from guichet.kit.files import BlobStore


def test_a_blob_lies_under_its_digest_and_comes_back_unchanged(tmp_path: Path) -> None:
    store = BlobStore(tmp_path / "blobs")
    data = b"Subject: hello\r\n\r\nbody \x00\xff"
    digest = store.put(data)
    assert digest == hashlib.sha256(data).hexdigest()
    assert store.path(digest) == tmp_path / "blobs" / digest[:2] / digest
    assert store.get(digest) == data
    assert store.open(digest).read() == data
    assert store.size(digest) == len(data)
    assert store.exists(digest)


def test_putting_twice_keeps_one_blob_and_leaves_nothing_behind(tmp_path: Path) -> None:
    store = BlobStore(tmp_path)
    assert store.put_many([b"a", b"b", b"a"]) == [store.put(b"a"), store.put(b"b"), store.put(b"a")]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(path.read_bytes() for path in files) == [b"a", b"b"]


def test_blobs_are_private(tmp_path: Path) -> None:
    store = BlobStore(tmp_path / "blobs")
    path = store.path(store.put(b"x"))
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n", "é" * 64])
def test_only_a_digest_names_a_blob(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="digest"):
        BlobStore(tmp_path).path(name)


def test_file_is_synced_before_its_name_and_the_folder_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order that survives a power cut, seen from outside by the system calls themselves."""
    calls: list[str] = []

    def audit(event: str, args: tuple[object, ...]) -> None:
        if event == "os.rename" and str(tmp_path) in str(args[0]):
            calls.append("rename")

    real = os.fsync

    def fsync(descriptor: int) -> None:
        target = os.readlink(f"/proc/self/fd/{descriptor}")
        calls.append("fsync folder" if os.path.isdir(target) else "fsync file")
        real(descriptor)

    store = BlobStore(tmp_path)
    sys.addaudithook(audit)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fsync)
        store.put_many([b"one", b"two"])
    first_rename = calls.index("rename")
    assert calls[:first_rename].count("fsync file") == 2
    assert "fsync file" not in calls[first_rename:]
    last_rename = len(calls) - 1 - calls[::-1].index("rename")
    assert calls[last_rename + 1 :] == ["fsync folder", "fsync folder"]


def test_a_killed_writer_never_leaves_half_a_blob_under_a_final_name(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from guichet.kit.files import BlobStore\n"
        "store = BlobStore(Path(sys.argv[1])); store.put(b'first'); print('go', flush=True)\n"
        "while True: store.put(os.urandom(300_000))\n"
    )
    for round_ in range(5):
        with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE) as child:
            assert child.stdout
            assert child.stdout.readline() == b"go\n"
            time.sleep(0.05 + round_ * 0.013)
            child.send_signal(signal.SIGKILL)
    store = BlobStore(tmp_path)
    blobs = list(tmp_path.glob("??/*"))
    assert blobs
    for path in blobs:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
    store.sweep(older_than=0)
    assert not list((tmp_path / "tmp").iterdir())


def test_the_sweep_leaves_writers_at_work_alone(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    young, old = tmp_path / "tmp" / "young", tmp_path / "tmp" / "old"
    young.touch()
    old.touch()
    os.utime(old, (0, 0))
    assert BlobStore(tmp_path).sweep() == 1
    assert young.exists()
    assert not old.exists()


def test_a_full_disk_is_an_error_and_no_blob(tmp_path: Path) -> None:
    """A file size limit stands in for the full disk: the write itself fails half way."""
    program = (
        "import resource, signal, sys; from pathlib import Path; from guichet.kit.files import BlobStore\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "store = BlobStore(Path(sys.argv[1])); small = store.put(b'small')\n"
        "try:\n    store.put_many([b'first', b'x' * 200_000])\n"
        "except OSError as error:\n    print('refused', error.errno)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("refused")
    left = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert left == [b"small"]
