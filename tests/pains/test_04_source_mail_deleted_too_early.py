"""Pain 4: the source mail is deleted before the ticket is safe, and old mail is answered automatically by thousands.

Here nothing is deleted unless told so, and then only what is committed; what lay in the mailbox before is left alone.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from guichet.channels.models import Folder, Parcel
from guichet.tickets.models import Message
from tests.channels.dovecot import Dovecot
from tests.channels.intake_process import Intake, killed_at, mail
from tests.channels.mailboxes import accounted, eventually, ids, is_read, outcomes, tickets_of, watched

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def in_mailbox(server: Dovecot, user: str) -> int:
    with server.box(user) as box:
        return len(box.uids("ALL"))


@pytest.mark.django_db(transaction=True)
def test_a_mail_leaves_the_mailbox_only_once_it_is_committed(server: Dovecot, tmp_path: Path) -> None:
    server.put("safe", [mail(f"old{number}") for number in range(30)], at=LONG_AGO)
    inbox = watched(server, "safe", delete_after=True)
    with Intake() as desk:
        eventually(is_read(inbox), 60)
        desk.stop()
    server.put("safe", [mail(1), mail(2)])
    with killed_at("fetch.before_commit", tmp_path) as died:
        assert in_mailbox(server, "safe") == 32, "nothing was safe yet, so nothing was deleted"
        assert not Parcel.objects.exists()
        died.start()
        eventually(lambda: in_mailbox(server, "safe") == 30, 60)
        eventually(lambda: outcomes(inbox) == {31: "stored", 32: "stored"})
    assert tickets_of(inbox) == sorted(ids(1, 2))
    assert Message.objects.filter(kind="inbound").count() == 2, "no old mail became a request that is answered"
    assert accounted(inbox) == (0, 0, 0)
    assert Folder.objects.get(inbox=inbox).older == 30


@pytest.mark.django_db(transaction=True)
def test_without_being_told_nothing_is_deleted(server: Dovecot) -> None:
    inbox = watched(server, "untouched", from_beginning=True)
    server.put("untouched", [mail(1), mail(2)])
    with Intake():
        eventually(lambda: Parcel.objects.count() == 2, 60)
    assert in_mailbox(server, "untouched") == 2
    assert accounted(inbox) == (2, 2, 0)
