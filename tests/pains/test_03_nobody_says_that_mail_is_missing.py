"""Pain 3: no warning when mailbox and helpdesk differ; people start a manual fetch every day to be safe.

Here the running desk counts by itself: what is not accounted for is told on the page, in the check and to machines,
and is fetched at once.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.test import Client

from guichet.channels.accounted import accounts, ask
from guichet.channels.email.mailbox import fetch, reconcile
from guichet.channels.models import Folder, Parcel, Sighting
from tests import make
from tests.channels.dovecot import Dovecot
from tests.channels.intake_process import database_url, mail
from tests.channels.mailboxes import eventually, ids, outcomes, subjects, tickets_of


def test_a_difference_is_told_and_repaired(
    server: Dovecot, mailboxes: fetch.Mailboxes, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "LOOK_SECONDS", 0.2)
    cast = make.cast()
    inbox = cast.support
    inbox.settings = {"imap": server.account("counted", from_beginning=True)}
    inbox.save()
    server.put("counted", [mail(number) for number in range(5)])
    eventually(lambda: len(outcomes(inbox)) == 5 if Folder.objects.exists() else False)

    # Three were passed over by whatever fault, and the last count said so.
    Parcel.objects.filter(mail_id__in=ids(1, 2, 3)).delete()
    assert Sighting.objects.count() == 2
    Folder.objects.update(accounted=2, total=5, missing=3)
    client.force_login(cast.ada)
    page = client.get(f"/settings/inboxes/{inbox.pk}/accounted/").content.decode()
    assert "3 mails of 5 are not accounted for" in page
    environment = {**os.environ, "DATABASE_URL": database_url()}
    words = [sys.executable, "-m", "guichet", "check"]
    doctor = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    assert doctor.returncode == 1
    assert "3 mails of 5 are not accounted for" in doctor.stdout

    running = reconcile.Reconciler()
    running.start()
    ask(inbox)
    eventually(lambda: subjects(inbox) == ids(*range(5)))
    eventually(lambda: [one.words for one in accounts(Folder.objects.all())] == ["5 of 5 accounted for"])
    running.stop(10)
    assert tickets_of(inbox) == sorted(ids(*range(5)))
