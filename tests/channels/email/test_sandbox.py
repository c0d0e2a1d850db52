"""The bounded child: it may die of any mail, and only that mail is unreadable then."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from guichet.channels.base import Incoming
from guichet.channels.email import wire
from guichet.channels.email.reading.read import Unreadable, read
from guichet.channels.email.reading.sandbox import Reader

MAIL = b"From: Ana <a@x.example>\r\nSubject: %s\r\n\r\nhello\r\n"
# Thousands of lines that almost are delimiters: seconds of honest work.
SLOW = b"From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + b"\n--b -x" * 3_500_000
RICH = (
    b"From: =?utf-8?q?J=C3=BC?= <a@x.example>\r\nTo: b@x.example\r\nDate: Mon, 1 Jun 2026 10:12:13 +0200\r\n"
    b"Message-ID: <1@x.example>\r\nReferences: <0@x.example>\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
    b"--B\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>h\xc3\xa9llo\r\n"
    b"--B\r\nContent-Type: application/pdf; name=a.pdf\r\n\r\n\x00\xff\x01\r\n--B--\r\n"
)


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader() as made:
        yield made


def child_of(reader: Reader) -> subprocess.Popen[bytes]:
    assert reader._child is not None
    return reader._child.process


def children() -> set[str]:
    """The pids of our child processes, zombies included."""
    found = Path(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/children").read_text()
    return set(found.split())


def test_the_child_says_the_same(reader: Reader) -> None:
    assert reader.read(RICH) == read(RICH)


def test_the_wire_carries_everything_and_trusts_nothing() -> None:
    packed = wire.pack(read(RICH))
    assert wire.unpack(packed) == read(RICH)
    for bad in (
        b"",
        packed[:-1],
        packed + b"x",
        packed.replace(b'"auto":"no"', b'"auto":"xx"'),
        packed.replace(b'"authors":["', b'"authors":[1,"'),
        b"\0\0\0\2[]",
        b"\xff" * 20,
    ):
        with pytest.raises(wire.Broken):
            wire.unpack(bad)


def test_many_mails_in_order_by_one_child(reader: Reader) -> None:
    found = reader.read_many(MAIL % str(n).encode() for n in range(300))
    assert [item.subject for item in found if isinstance(item, Incoming)] == [str(n) for n in range(300)]


def test_too_much_processor_time_spoils_only_that_mail() -> None:
    with Reader(cpu_seconds=1) as reader:
        found = reader.read_many([MAIL % b"1", SLOW, MAIL % b"2"])
    assert isinstance(found[1], Unreadable)
    assert "processor time" in found[1].reason
    assert [item.subject for item in found if isinstance(item, Incoming)] == ["1", "2"]


def test_too_much_time_on_the_clock() -> None:
    with Reader(wall_seconds=5) as reader:
        reader.read(MAIL % b"0")
        process = child_of(reader)
        process.send_signal(signal.SIGSTOP)
        with pytest.raises(Unreadable, match="more than 5 s"):
            reader.read(MAIL % b"1")
        assert process.poll() is not None
        assert reader.read(MAIL % b"2").subject == "2"


def test_a_child_killed_by_somebody_else_is_replaced(reader: Reader) -> None:
    reader.read(MAIL % b"0")
    child_of(reader).kill()
    time.sleep(0.1)
    assert reader.read(MAIL % b"1").subject == "1"
    victim = child_of(reader).pid
    killer = threading.Timer(0.02, os.kill, (victim, signal.SIGKILL))
    killer.start()
    found = reader.read_many(MAIL % str(n).encode() for n in range(2000))
    killer.join()
    assert [item.subject for item in found if isinstance(item, Incoming)] == [str(n) for n in range(2000)]


def test_memory_and_files_are_bounded(reader: Reader) -> None:
    reader.read(MAIL % b"0")
    limits = Path(f"/proc/{child_of(reader).pid}/limits").read_text()
    assert f"Max address space         {512 * 1024 * 1024}" in limits
    assert "Max core file size        0 " in limits
    assert "Max file size             0 " in limits


def test_the_child_sees_no_secrets(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_SECRET", "very secret")
    reader.read(MAIL % b"0")
    assert b"very secret" not in Path(f"/proc/{child_of(reader).pid}/environ").read_bytes()


def test_no_process_is_left_behind() -> None:
    before = children()
    reader = Reader()
    reader.read(MAIL % b"0")
    reader.close_if_idle()
    assert len(children()) == len(before) + 1
    reader.close()
    reader.close()
    assert children() == before


def test_the_child_ends_when_the_parent_is_killed() -> None:
    code = (
        "import sys, time\nfrom guichet.channels.email.reading.sandbox import Reader\nr = Reader()\n"
        "r.read(b'From: a@x.example\\n\\nx')\nprint(r._child.process.pid, flush=True)\ntime.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        if state == "Z":  # dead; whoever adopted it has not yet looked
            break
        time.sleep(0.05)
    else:
        assert not Path(f"/proc/{pid}").exists()


def test_a_mail_larger_than_the_limit_never_reaches_the_child(reader: Reader) -> None:
    found = reader.read_many([MAIL % b"1", b"x" * (25 * 1024 * 1024 + 1), MAIL % b"2"])
    assert [isinstance(item, Unreadable) for item in found] == [False, True, False]
