"""mbox files, Maildirs and dates as real programs write them."""

from __future__ import annotations

import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.channels.email.limits import MESSAGE_BYTES
from guichet.channels.importing.found import Found, Unusable, moment, too_large
from guichet.channels.importing.maildir import Maildir
from guichet.channels.importing.mbox import Mbox

FROM = b"From cleo@customer.example Mon Jan  2 03:04:05 2017\n"
HEAD = b"From: Cleo <cleo@customer.example>\nSubject: One\nMessage-ID: <1@customer.example>\n\n"


def read(tmp_path: Path, content: bytes) -> list[Found]:
    path = tmp_path / "old.mbox"
    path.write_bytes(content)
    return list(Mbox(path).mails({}))


def raws(tmp_path: Path, content: bytes) -> list[bytes]:
    return [found.raw for found in read(tmp_path, content)]


def test_each_mail_is_what_stands_between_two_from_lines(tmp_path: Path) -> None:
    found = read(tmp_path, FROM + HEAD + b"Hello\n\n" + FROM + HEAD + b"Again\n\n")
    assert [one.raw for one in found] == [HEAD + b"Hello\n", HEAD + b"Again\n"]
    assert found[0].at == datetime(2017, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_quoted_from_lines_are_read_back_as_mboxrd_says(tmp_path: Path) -> None:
    body = b">From me to you\n>>From both\n> From a quote\n"
    assert raws(tmp_path, FROM + HEAD + body + b"\n" + FROM + HEAD + b"x\n") == [
        HEAD + b"From me to you\n>From both\n> From a quote\n",
        HEAD + b"x\n",
    ]


def test_a_from_line_in_a_body_that_nobody_quoted_splits_nothing(tmp_path: Path) -> None:
    body = b"Dear all\n\nFrom now on: we close at noon\nand so on\n\nFrom here to there\n"
    assert raws(tmp_path, FROM + HEAD + body) == [HEAD + body]


def test_a_true_content_length_decides_and_nothing_is_unquoted(tmp_path: Path) -> None:
    body = b"Look:\n\n" + FROM + b">From stays\n"
    head = HEAD[:-1] + b"Content-Length: %d\n\n" % len(body)
    assert raws(tmp_path, FROM + head + body + b"\n" + FROM + HEAD + b"x\n") == [head + body, HEAD + b"x\n"]


def test_a_false_content_length_is_not_believed(tmp_path: Path) -> None:
    head = HEAD[:-1] + b"Content-Length: 3\n\n"
    assert raws(tmp_path, FROM + head + b"Hello\n\n" + FROM + HEAD + b"x\n") == [head + b"Hello\n", HEAD + b"x\n"]


def test_false_content_lengths_into_many_empty_lines_take_no_time(tmp_path: Path) -> None:
    """Five thousand mails that all point to a hundred thousand empty lines: each would have walked over them."""
    count = 5000
    head = HEAD[:-1] + b"Content-Length: %09d\n\n"
    each = len(FROM + head % 0 + b"x\n\n")
    mails = [FROM + head % ((count - n) * each + 10) + b"x\n\n" for n in range(count)]
    began = time.process_time()
    found = read(tmp_path, b"".join(mails) + b"\n" * 100_000 + b"end\n\n" + FROM + HEAD + b"last\n")
    assert len(found) == count + 1
    assert time.process_time() - began < 10


def test_a_true_content_length_before_a_few_empty_lines(tmp_path: Path) -> None:
    head = HEAD[:-1] + b"Content-Length: 6\n\n"
    want = [head + b"Hello\n", HEAD + b"x\n"]
    assert raws(tmp_path, FROM + head + b"Hello\n" + b"\n" * 50 + FROM + HEAD + b"x\n") == want


def test_line_ends_of_windows(tmp_path: Path) -> None:
    crlf = (FROM + HEAD + b"Hello\n").replace(b"\n", b"\r\n")
    want = (HEAD + b"Hello\n").replace(b"\n", b"\r\n")
    assert raws(tmp_path, crlf + b"\r\n" + crlf) == [want, want]


def test_thunderbirds_bare_from_lines(tmp_path: Path) -> None:
    assert raws(tmp_path, b"From \n" + HEAD + b"Hello\n\nFrom \n" + HEAD + b"x\n") == [HEAD + b"Hello\n", HEAD + b"x\n"]


def test_a_last_mail_that_was_cut_off_is_taken_as_it_is(tmp_path: Path) -> None:
    assert raws(tmp_path, FROM + HEAD + b"Hello\n\n" + FROM + HEAD + b"Aga") == [HEAD + b"Hello\n", HEAD + b"Aga"]
    assert raws(tmp_path, FROM + b"Subject: only a head") == [b"Subject: only a head"]


def test_eight_bit_mail_keeps_its_bytes(tmp_path: Path) -> None:
    body = bytes(range(1, 256)).replace(b"\n", b"").replace(b"\r", b"") + b"\n"
    assert raws(tmp_path, FROM + HEAD + body) == [HEAD + body]


def test_what_is_too_large_is_told_and_passed_over(tmp_path: Path) -> None:
    large = b"x" * 1000 + b"\n"
    content = FROM + HEAD + large * (MESSAGE_BYTES // 1000) + b"\n" + FROM + HEAD + b"small\n"
    found = read(tmp_path, content)
    assert [(one.problem, one.raw) for one in found] == [(too_large(), b""), ("", HEAD + b"small\n")]
    head = HEAD[:-1] + b"Content-Length: %d\n\n" % (30 * 2**20)
    found = read(tmp_path, FROM + head + b"y" * (30 * 2**20) + b"\n" + FROM + HEAD + b"small\n")
    assert [(one.problem, one.raw) for one in found] == [(too_large(), b""), ("", HEAD + b"small\n")]


def test_the_mail_that_programs_keep_their_notes_in_is_none(tmp_path: Path) -> None:
    notes = b"Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\nX-IMAP: 1 2\n\nThis text is part.\n\n"
    assert raws(tmp_path, FROM + notes + FROM + HEAD + b"x\n") == [HEAD + b"x\n"]


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable):
        read(tmp_path, b"%PDF-1.4\n")
    assert read(tmp_path, b"") == []


BODIES = st.lists(
    st.sampled_from(
        [b"", b"From you", b">From me", b">>From us", b"text", b"From x Mon Jan  2 03:04:05 2017", b"a: b"]
    ),
    max_size=8,
)


@given(st.lists(BODIES, min_size=1, max_size=4))
def test_what_mboxrd_writes_is_read_back_from_every_place(bodies: list[list[bytes]]) -> None:
    """Written by the rules of mboxrd, each mail comes back byte for byte, also when reading goes on in the middle."""
    path = Path(tempfile.gettempdir()) / f"mboxrd-{os.getpid()}"
    mails = [HEAD + b"".join(line + b"\n" for line in lines) for lines in bodies]
    quoted = [
        b"".join(b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in mail.splitlines(True))
        for mail in mails
    ]
    try:
        path.write_bytes(b"".join(FROM + mail + b"\n" for mail in quoted))
        found = list(Mbox(path).mails({}))
        assert [one.raw for one in found] == mails
        for number, one in enumerate(found):
            assert [rest.raw for rest in Mbox(path).mails(one.place)] == mails[number + 1 :]
    finally:
        path.unlink(missing_ok=True)


def test_a_maildir_is_read_in_the_order_of_delivery_and_goes_on_after_a_file(tmp_path: Path) -> None:
    for folder in ("cur", "new", "tmp"):
        (tmp_path / folder).mkdir()
    (tmp_path / "cur" / "1500000002.M1.host:2,S").write_bytes(HEAD + b"two")
    (tmp_path / "new" / "1500000003.M1.host").write_bytes(HEAD + b"three")
    (tmp_path / "cur" / "999999999.M1.host:2,RS").write_bytes(HEAD + b"one")
    (tmp_path / "cur" / "1500000001.M2.host:2,D").write_bytes(HEAD + b"a draft")
    (tmp_path / "cur" / "1500000001.M3.host:2,ST").write_bytes(HEAD + b"deleted")
    (tmp_path / "tmp" / "1500000001.M4.host").write_bytes(HEAD + b"half")
    source = Maildir(tmp_path)
    found = list(source.mails({}))
    assert [one.raw.removeprefix(HEAD) for one in found] == [b"one", b"two", b"three"]
    assert source.total() == 3
    (tmp_path / "new" / "1500000003.M1.host").rename(tmp_path / "cur" / "1500000003.M1.host:2,S")
    assert [one.raw.removeprefix(HEAD) for one in source.mails(found[1].place)] == [b"three"]
    with pytest.raises(Unusable):
        list(Maildir(tmp_path / "cur").mails({}))


NOW = datetime(2024, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "at", "wanted"),
    [
        (b"Received: from a by b; Mon, 2 Jan 2017 03:04:05 +0100\nDate: Sun, 1 Jan 2017 00:00:00 +0000\n", None, "2017-01-02 02:04:05"),
        (b"Received: from a by b;\n\tMon, 2 Jan 2017 03:04:05 +0000\nReceived: c; Sun, 1 Jan 2012 00:00:00 +0000\n", None, "2017-01-02 03:04:05"),
        (b"Received: nonsense\nDate: Sun, 1 Jan 2017 00:00:00 +0000\n", None, "2017-01-01 00:00:00"),
        (b"Date: Thu, 1 Jan 1970 00:00:00 +0000\n", datetime(2015, 5, 5, tzinfo=UTC), "2015-05-05 00:00:00"),
        (b"Date: Fri, 1 Jan 2106 00:00:00 +0000\n", None, "2024-06-01 00:00:00"),
        (b"Subject: x\n\nDate: Sun, 1 Jan 2017 00:00:00 +0000\n", None, "2024-06-01 00:00:00"),
    ],
)  # fmt: skip
def test_when_an_old_mail_arrived(head: bytes, at: datetime | None, wanted: str) -> None:
    assert f"{moment(head + b'X: y', at, NOW):%Y-%m-%d %H:%M:%S}" == wanted
