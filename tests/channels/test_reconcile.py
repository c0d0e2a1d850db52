"""Counting what the server holds against the ledger: told when it is whole, alarmed and repaired when it is not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import Page, expect

from guichet import ops
from guichet.channels import accounted as told
from guichet.channels import check, consistency
from guichet.channels.accept import Arrival, accept
from guichet.channels.email.mailbox import fetch, imap, reconcile, take, uids
from guichet.channels.models import End, Folder, Parcel, ParcelState, Sighting
from guichet.kit.doctor import Level
from guichet.kit.files import BlobStore
from tests import make
from tests.browser import flaws
from tests.channels.dovecot import Dovecot
from tests.channels.intake_process import database_url, free_port, mail
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


def folder_of(inbox: object) -> Folder:
    return Folder.objects.select_related("inbox").get(inbox=inbox)


def test_what_was_passed_over_is_told_and_fetched_at_once(server: Dovecot, mailboxes: fetch.Mailboxes) -> None:
    server.put("passed", [mail("old")], at=datetime(2020, 1, 1, tzinfo=UTC))
    inbox = watched(server, "passed")
    eventually(is_read(inbox))
    server.put("passed", [mail(number) for number in range(6)])
    eventually(lambda: subjects(inbox) == ids(*range(6)))
    # As if the cursor had gone over two of them: what no server and no fault of ours shall ever hide.
    Sighting.objects.filter(uid__in=[3, 5]).delete()
    Parcel.objects.filter(mail_id__in=ids(1, 3)).delete()
    folder = folder_of(inbox)
    with imap.connected(inbox.settings["imap"]) as box:
        imap.select(box, "INBOX", read_only=True)
        assert reconcile.compare(box, folder) == [3, 5]
    assert (folder.accounted, folder.total, folder.missing, folder.older) == (4, 6, 2, 1)
    account = told.account_of(folder)
    assert (account.level, account.words) == (
        "error", "2 mails of 6 are not accounted for. The desk keeps trying to fetch them.",
    )  # fmt: skip
    assert [line.level for line in check._folder(folder)] == [Level.FAIL]
    assert f'guichet_mailbox_mails{{inbox="{inbox.pk}",folder="INBOX",state="missing"}} 2' in ops.metrics()

    assert accounted(inbox) == (6, 6, 0)
    assert subjects(inbox) == ids(*range(6))
    assert tickets_of(inbox) == sorted(ids(*range(6)))
    account = told.account_of(folder_of(inbox))
    assert (account.level, account.words) == ("success", "6 of 6 accounted for")
    assert account.more == ("1 older mail was left as it was: import it to have it here.",)
    assert [line.level for line in check._folder(folder_of(inbox))] == [Level.OK]


def test_where_the_thread_of_a_folder_hangs_its_mail_is_read_all_the_same(
    server: Dovecot, transactional_db: None
) -> None:
    inbox = watched(server, "hanging")
    with fetching():
        eventually(is_read(inbox))
    server.put("hanging", [mail(1), mail(2)])
    assert accounted(inbox) == (0, 2, 0), "it is read in a moment by its own thread"
    Folder.objects.update(read_at=timezone.now() - reconcile.STALLED - timedelta(seconds=1))
    assert accounted(inbox) == (2, 2, 0)
    assert folder_of(inbox).last_uid == 0, "the cursor is the thread's own"
    with fetching():
        eventually(lambda: folder_of(inbox).last_uid == 2)
    assert accounted(inbox) == (2, 2, 0)
    assert tickets_of(inbox) == sorted(ids(1, 2))


def test_the_intake_compares_by_itself_and_when_asked(
    server: Dovecot, mailboxes: fetch.Mailboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "LOOK_SECONDS", 0.2)
    inbox = watched(server, "asked")
    eventually(is_read(inbox))
    server.put("asked", [mail(1)])
    eventually(lambda: outcomes(inbox) == {1: "stored"})
    reconciler = reconcile.Reconciler()
    reconciler.start()
    try:
        eventually(lambda: folder_of(inbox).compared_at is not None)
        first = folder_of(inbox).compared_at
        told.ask(inbox)
        eventually(lambda: not folder_of(inbox).is_asked)
        again = folder_of(inbox).compared_at
        assert first is not None
        assert again is not None
        assert again > first
        inbox.settings["imap"]["port"] = free_port()
        inbox.save()
        told.ask(inbox)
        eventually(lambda: folder_of(inbox).compare_error != "")
        assert folder_of(inbox).compared_at == again, "what was counted once is not forgotten"
    finally:
        reconciler.stop(10)


def test_mails_that_went_before_they_were_fetched_have_an_end(
    server: Dovecot, mailboxes: fetch.Mailboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the list and the fetch another client deletes one of three."""
    real, done = uids.bodies, []

    def deleted_meanwhile(box: object, some: list[int]) -> object:
        if not done and len(some) == 3:
            done.append(1)
            with server.box("gone") as other:
                other.delete([str(some[1])])
        return real(box, some)  # type: ignore[arg-type]

    monkeypatch.setattr(uids, "bodies", deleted_meanwhile)
    monkeypatch.setattr(fetch, "PATIENCE", {"server": (0.05, 0.2), "port": (0.05, 0.2)})
    server.put("gone", [mail(1), mail(2), mail(3)])
    inbox = watched(server, "gone", from_beginning=True)
    eventually(lambda: subjects(inbox) >= ids(1, 3))
    eventually(lambda: folder_of(inbox).last_uid == 3)
    assert outcomes(inbox) in ({1: "stored", 2: "gone", 3: "stored"}, {1: "stored", 3: "stored"})
    figures = accounted(inbox)
    assert figures == (2, 2, 0)


def test_a_mail_by_lmtp_that_was_here_already_is_written_down(transactional_db: None) -> None:
    inbox = make.inbox()
    first = accept([Arrival("lmtp", "cleo@customer.example", inbox.pk, [inbox.address], mail(1))])
    with CaptureQueriesContext(connection) as normal:
        accept([Arrival("lmtp", "cleo@customer.example", inbox.pk, [inbox.address], mail(2))])
    assert len(normal) == 1, "one statement, as ever"
    assert not Sighting.objects.exists()
    again = accept([Arrival("pipe", "cleo@customer.example", inbox.pk, [inbox.address], mail(1))] * 2)
    assert again[0].pk == again[1].pk == first[0].pk
    rows = Sighting.objects.values_list("door", "outcome", "parcel_id", "folder_id", "uid")
    assert list(rows) == [("pipe", "duplicate", first[0].pk, None, None)] * 2
    accept([Arrival("import", "", inbox.pk, [inbox.address], mail(1), is_history=True)])
    assert Sighting.objects.count() == 2, "a second run of an import changes nothing"


# -- the ledger itself


def test_a_ledger_with_holes_is_told(transactional_db: None) -> None:
    inbox = make.inbox()
    late, endless, lost, deleted = accept(
        [Arrival("lmtp", "", inbox.pk, [inbox.address], mail(number)) for number in range(4)]
    )
    assert not consistency.whole_trouble()
    assert [line.level for line in check._ledger()] == [Level.OK]
    Parcel.objects.filter(pk=late.pk).update(received_at=timezone.now() - timedelta(minutes=6))
    Parcel.objects.filter(pk=endless.pk).update(state=ParcelState.TICKET)
    Parcel.objects.filter(pk=deleted.pk).update(state=ParcelState.SUPPRESSED, end=End.DELETED)
    store = BlobStore(settings.DATA / "blobs")
    kept = store.get(lost.raw)
    for parcel in (lost, deleted):
        store.path(parcel.raw).unlink()
    found = consistency.whole_trouble()
    assert (found.late, found.endless, found.lost) == (1, 1, [lost.pk])
    assert [line.level for line in check._ledger()] == [Level.FAIL] * 3
    store.put(kept)
    assert consistency.trouble().lost == [], "brought back from the backup"
    store.path(lost.raw).unlink()
    consistency.look_on()
    assert consistency.trouble().lost == [lost.pk]


def test_holes_are_told_to_who_may_know_of_the_mails(client: Client, transactional_db: None) -> None:
    cast = make.cast()
    secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    lost, endless, ours = accept(
        [
            Arrival("lmtp", "", inbox.pk, [inbox.address], mail(n))
            for n, inbox in enumerate((secret, secret, cast.support))
        ]
    )
    Parcel.objects.filter(pk=endless.pk).update(state=ParcelState.TICKET)
    store = BlobStore(settings.DATA / "blobs")
    store.path(lost.raw).unlink()
    store.path(ours.raw).unlink()
    assert consistency.whole_trouble().lost == [lost.pk, ours.pk]
    client.force_login(cast.ada)
    text = client.get("/settings/ledger/accounted/").content.decode()
    assert f"The bytes of 1 mail are missing: {ours.pk}." in text
    assert "has no end" not in text
    cast.ada.teams.add(secret.team)
    text = client.get("/settings/ledger/accounted/").content.decode()
    assert f"The bytes of 2 mails are missing: {lost.pk}, {ours.pk}." in text
    assert "has no end" in text


# -- the command and the page


def test_the_command_counts_and_says_so(server: Dovecot, mailboxes: fetch.Mailboxes) -> None:
    inbox = watched(server, "command")
    eventually(is_read(inbox))
    server.put("command", [mail(1), mail(2)])
    eventually(lambda: outcomes(inbox) == {1: "stored", 2: "stored"})

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "guichet", "mail", "reconcile", *words],
            capture_output=True, text=True, check=False, env={**os.environ, "DATABASE_URL": database_url()},
        )  # fmt: skip

    done = run()
    assert done.returncode == 0, done.stdout + done.stderr
    first, second = done.stdout.splitlines()
    assert first.split() == ["command@desk.example", "INBOX", "2", "of", "2", "accounted", "for"]
    assert second.endswith("every mail has its end and its bytes")
    assert run("command@desk.example").stdout.count("\n") == 1
    assert run("nobody@desk.example").returncode == 67
    server.put("command", [mail(3)])
    eventually(lambda: outcomes(inbox).get(3) == "stored")
    Sighting.objects.filter(uid=3).delete()
    repaired = run("command@desk.example")
    assert "3 of 3 accounted for" in repaired.stdout
    assert outcomes(inbox)[3] == "duplicate", "the mail itself was here"


def test_the_page_tells_and_asks(client: Client, transactional_db: None) -> None:
    cast = make.cast()
    cast.support.settings = {"imap": {"host": "mail.example", "user": "u", "folders": ["INBOX"]}}
    cast.support.save()
    folder = Folder.objects.create(
        inbox=cast.support, name="INBOX", uid_validity=1, total=100_000, accounted=41_200, older=95_188,
        read_at=timezone.now(),
    )  # fmt: skip
    client.force_login(cast.ada)
    text = client.get(f"/settings/inboxes/{cast.support.pk}/accounted/").content.decode()
    assert "41,200 of 100,000 read" in text
    assert "95,188 older mails were left as they were" in text
    assert "hx-trigger" in text, "it asks again while it moves"
    client.post(f"/settings/inboxes/{cast.support.pk}/check-now/")
    folder.refresh_from_db()
    assert folder.is_asked
    text = client.get("/settings/ledger/accounted/").content.decode()
    assert "41,200 of 100,000 mails in the mailboxes" in text
    assert "Support · INBOX" in text
    Folder.objects.update(total=4812, accounted=4812, is_asked=False, compared_at=timezone.now())
    text = client.get(f"/settings/inboxes/{cast.support.pk}/accounted/").content.decode()
    assert "4,812 of 4,812 accounted for" in text
    assert "hx-trigger" not in text


def test_the_button_asks_and_the_page_follows(
    enter: Callable[..., Page], server: Dovecot, mailboxes: fetch.Mailboxes
) -> None:
    cast = make.cast()
    cast.support.settings = {"imap": server.account("page", from_beginning=True)}
    cast.support.save()
    server.put("page", [mail(1), mail(2)])
    eventually(is_read(cast.support))
    eventually(lambda: len(outcomes(cast.support)) == 2)
    Folder.objects.update(older=95_188)
    page = enter(cast.ada)
    page.goto(f"/settings/inboxes/{cast.support.pk}/")
    page.get_by_role("heading", name="Is all mail here?").wait_for()
    page.get_by_role("button", name="Check now").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Checking…").wait_for()
    assert flaws(page) == []
    accounted(cast.support)
    page.get_by_text("2 of 2 accounted for").wait_for()
    expect(page.get_by_text("Checking…")).to_have_count(0)


# -- huge


def test_a_huge_mailbox_is_read_in_parts_goes_on_after_a_stop_and_is_counted(
    server: Dovecot, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than one SEARCH can look at, stopped in the middle and gone on with; the figures grow meanwhile."""
    count = int(os.environ.get("GUICHET_TEST_HUGE", "1500"))
    monkeypatch.setattr(uids, "SEARCHED", min(uids.SEARCHED, count // 3))
    monkeypatch.setattr(take, "why_closed", lambda: None)  # no worker drains what comes in
    server.fill("huge", [mail(number) for number in range(count)])
    inbox = watched(server, "huge", from_beginning=True)
    with fetching():
        eventually(lambda: Folder.objects.filter(inbox=inbox, accounted__gt=100).exists(), 120)
    folder = folder_of(inbox)
    assert folder.total == count
    assert 100 < folder.accounted < count
    assert folder.accounted == Sighting.objects.count() == Parcel.objects.count()
    assert told.account_of(folder).level == "info"
    with fetching():
        eventually(lambda: folder_of(inbox).last_uid == count, 600)
    folder = folder_of(inbox)
    assert (folder.accounted, folder.total) == (count, count)
    assert Parcel.objects.count() == count
    with CaptureQueriesContext(connection) as asked:
        assert accounted(inbox) == (count, count, 0)
    assert len(asked) < 30


def teardown_module() -> None:
    connection.close()
