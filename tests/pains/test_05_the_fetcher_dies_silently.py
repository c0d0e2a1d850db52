"""Pain 5: the fetcher dies silently for days, or copies the same mails each minute until the disk is full.

Here a second pair of eyes beside the fetching threads sees a hanging one and reads its mail; and a mail that is shown
again and again is stored once.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.utils import timezone
from pytest_django import Settings

from guichet.channels import check
from guichet.channels.email.mailbox import fetch, reconcile
from guichet.channels.models import Folder, Parcel
from guichet.kit.doctor import Level
from tests.channels.dovecot import Dovecot
from tests.channels.faulty import FaultyWire, stall_after
from tests.channels.intake_process import mail
from tests.channels.mailboxes import (
    accounted,
    eventually,
    fetching,
    ids,
    is_read,
    outcomes,
    subjects,
    tickets_of,
    watched,
)


def test_a_fetcher_that_hangs_is_noticed_and_its_mail_read(server: Dovecot, mailboxes: fetch.Mailboxes) -> None:
    server.put("hung", [mail(number, body="It is dark.\r\n" * 500) for number in range(5)])
    with FaultyWire(server.port, stall_after(5000)) as wire:
        inbox = watched(server, "hung", port=wire.port, from_beginning=True)
        eventually(lambda: wire.connections == 1 and is_read(inbox)())
        (folder,) = Folder.objects.select_related("inbox")
        folder.read_at = timezone.now() - reconcile.STALLED - timedelta(minutes=21)
        assert next(check._folder(folder)).level == Level.WARN
        folder.save(update_fields=["read_at"])  # from here on the second pair of eyes may read it
        assert accounted(inbox) == (5, 5, 0), "read although its own thread hangs"
        assert tickets_of(inbox) == sorted(ids(*range(5)))


def test_a_mail_that_is_shown_again_and_again_is_stored_once(
    server: Dovecot, transactional_db: None, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA = tmp_path  # other tests store theirs elsewhere
    server.put("again", [mail(number) for number in range(20)])
    inbox = watched(server, "again", from_beginning=True)
    for time in range(4):
        with fetching():
            eventually(lambda: Folder.objects.filter(inbox=inbox, last_uid=20).exists(), 60)
        stored = sum(file.is_file() for file in (tmp_path / "blobs").rglob("*"))
        assert stored == 20, f"shown {time + 1} times"
        assert Parcel.objects.count() == 20
        # The worst: a desk that has forgotten how far it was.
        Folder.objects.all().delete()
    with fetching():
        eventually(lambda: len(outcomes(inbox)) == 20 if Folder.objects.exists() else False, 60)
    assert set(outcomes(inbox).values()) == {"duplicate"}
    assert subjects(inbox) == ids(*range(20))
    assert tickets_of(inbox) == sorted(ids(*range(20)))
