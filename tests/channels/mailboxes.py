"""Mailboxes of a real Dovecot that the desk fetches from, and what a test asks about them."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from guichet.channels import intake
from guichet.channels.email.mailbox import fetch
from guichet.channels.email.mailbox.reconcile import reconcile
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.models import Folder, Parcel
from guichet.tickets.models import Inbox, Message
from tests import make
from tests.channels import dovecot as dovecots
from tests.channels.dovecot import Dovecot


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    dovecots.needed()
    home = Path(tempfile.mkdtemp(prefix="dovecot-"))
    dovecot = Dovecot(home)
    dovecot.start()
    yield dovecot
    dovecot.stop()
    shutil.rmtree(home)


@pytest.fixture
def mailboxes(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[fetch.Mailboxes]:
    """The intake's own fetching threads, looking for changed accounts twice a second."""
    monkeypatch.setattr(fetch, "CHECK_SECONDS", 0.5)
    running = fetch.Mailboxes()
    running.start()
    yield running
    running.stop(10)


@contextmanager
def fetching() -> Iterator[None]:
    """The fetching threads run for so long, as between two outages of the desk."""
    running = fetch.Mailboxes()
    running.start()
    try:
        yield
    finally:
        running.stop(10)


def eventually(condition: Callable[[], Any], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def watched(server: Dovecot, user: str, *folders: str, **changes: object) -> Inbox:
    return make.inbox(f"{user}@desk.example", settings={"imap": server.account(user, *folders, **changes)})


def is_read(inbox: Inbox, folder: str = "INBOX") -> Callable[[], bool]:
    return lambda: Folder.objects.filter(inbox=inbox, name=folder, uid_validity__isnull=False).exists()


def subjects(inbox: Inbox) -> set[str]:
    return set(Parcel.objects.filter(inbox=inbox).values_list("mail_id", flat=True))


def outcomes(inbox: Inbox) -> dict[int | None, str]:
    """What became of each UID under the present numbering."""
    (folder,) = Folder.objects.filter(inbox=inbox)
    return dict(folder.sightings.filter(uid_validity=folder.uid_validity).values_list("uid", "outcome"))


def ids(*numbers: object) -> set[str]:
    return {f"{number}.mail@customer.example" for number in numbers}


def accounted(inbox: Inbox) -> tuple[int, int, int]:
    """Of the one folder of an inbox, compared with the server just now: accounted for, of how many, missing."""
    (folder,) = Folder.objects.filter(inbox=inbox).select_related("inbox")
    reconcile(folder)
    assert folder.compare_error == ""
    return folder.accounted, folder.total, folder.missing


def tickets_of(inbox: Inbox) -> list[str]:
    """The Message-IDs of all mails of an inbox that stand on tickets, after the worker has done its part."""
    with Reader() as reader:
        while intake.drain(reader):
            pass
    return sorted(Message.objects.filter(ticket__inbox=inbox, kind="inbound").values_list("message_id", flat=True))
