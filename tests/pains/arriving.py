"""Mails through the LMTP door of the real intake process, and what became of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from guichet.channels import intake
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.models import Parcel
from tests.channels.intake_process import Intake, Line

CLEO = "cleo@customer.example"
_numbers = itertools.count(1)


def written(sender: str = CLEO, *, text: str = "It is dark.", **headers: str) -> bytes:
    made = EmailMessage()
    made["From"], made["To"] = sender, headers.pop("to", "support@desk.example")
    made["Subject"] = headers.pop("subject", "Printer")
    made["Message-ID"] = headers.pop("message_id", f"<{next(_numbers)}.pain@customer.example>")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes().replace(b"\n", b"\r\n")


class Post:
    """`post(raw, to)` hands a mail in and opens it; its parcel."""

    def __init__(self, process: Intake, reader: Reader) -> None:
        self.process = process
        self.reader = reader

    def __call__(self, raw: bytes, *to: str, sender: str = CLEO) -> Parcel:
        to = to or ("support@desk.example",)
        with Line(self.process.lmtp) as door:
            assert set(door.deliver(raw, *to, sender=sender)) == {"250 2.0.0 OK stored"}
        self.open()
        return Parcel.objects.latest("id")

    def open(self) -> None:
        while intake.drain(self.reader):
            pass


@pytest.fixture
def post(transactional_db: None) -> Iterator[Post]:
    with Intake() as process, Reader() as reader:
        yield Post(process, reader)
