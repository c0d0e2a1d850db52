"""Every hostile mail is read within its time and breaks no rule, and what it says can still be read."""

from __future__ import annotations

import time

import pytest

from guichet.channels.base import Incoming
from guichet.channels.email.reading.read import read
from guichet.channels.email.reading.sandbox import Reader
from tests.fuzz.rules import broken
from tests.hostile import Hostile, mails

MAILS = mails()
SECONDS = 5.0


def test_there_are_two_hundred_and_each_has_its_name() -> None:
    assert len(MAILS) >= 200
    assert len({mail.name for mail in MAILS}) == len(MAILS)


@pytest.mark.parametrize("hostile", MAILS, ids=lambda mail: f"{mail.kind}: {mail.name}")
def test_a_hostile_mail(hostile: Hostile) -> None:
    start = time.process_time()
    found = read(hostile.raw)
    assert time.process_time() - start < SECONDS
    assert broken(found) == []
    assert unmet(found, hostile) == []


def unmet(found: Incoming, hostile: Hostile) -> list[str]:
    """The expectations of `hostile` that do not hold, each with what was found instead."""
    out = []
    has = {
        "subject": found.subject, "sender": found.sender.address, "message_id": found.message_id, "auto": found.auto,
        "spam": found.spam, "seal": found.seal, "files": [file.name for file in found.files],
        "contents": [file.content for file in found.files],
    }  # fmt: skip
    for key, wanted in hostile.expect.items():
        if key in has:
            out += [f"{key} is {str(has[key])[:200]}"] if has[key] != wanted else []
        elif key == "problem":
            out += [f"problems are {found.problems}"] if not any(wanted in item for item in found.problems) else []
        elif key == "absent":
            out += [f"{item} stands there" for item in wanted if item in found.html or item in found.text]
        else:
            where = found.text if key == "text" else found.html
            out += [f"{item} is not in the {key} {where[:200]!r}" for item in wanted if item not in where]
    return out


def test_the_bounded_child_reads_them_one_after_another() -> None:
    with Reader() as reader:
        results = reader.read_many(mail.raw for mail in MAILS)
        assert [
            mail.name for mail, result in zip(MAILS, results, strict=True) if not isinstance(result, Incoming)
        ] == []
