"""Broken lines, slow and dying servers, other clients: every mail of a real Dovecot ends on exactly one ticket."""

from __future__ import annotations

import shutil
import signal
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from guichet.channels.email.mailbox import fetch, imap, take
from guichet.channels.models import Folder, Parcel, Sighting
from guichet.tickets.models import Inbox
from tests.channels.dovecot import Dovecot
from tests.channels.faulty import (
    Fault,
    FaultyWire,
    bye_after,
    cut_after,
    deaf_in_idle,
    hold_after,
    slow_after,
    stall_after,
)
from tests.channels.intake_process import killed_at, mail
from tests.channels.mailboxes import accounted, eventually, ids, is_read, outcomes, subjects, tickets_of, watched

QUICK = {"server": (0.05, 0.2), "port": (0.05, 0.2)}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "PATIENCE", QUICK)
    monkeypatch.setattr(fetch, "OTHER_PATIENCE", QUICK["server"])


def each_once(inbox: Inbox, *numbers: object) -> None:
    """Every one of these mails is accounted for, and stands on exactly one ticket."""
    eventually(lambda: subjects(inbox) == ids(*numbers))
    count = len(outcomes(inbox))
    eventually(lambda: accounted(inbox)[2] == 0 and accounted(inbox)[0] == accounted(inbox)[1])
    assert count >= len(numbers)
    assert tickets_of(inbox) == sorted(ids(*numbers))


# What Dovecot says until the first mail is about 2 kB; then each mail here has 20 kB.
@pytest.mark.parametrize(
    "faults",
    [
        [cut_after(count) for count in (10, 300, 900, 1500, 5_000, 40_000, 70_001)],
        [bye_after(count) for count in (200, 1500, 30_000)],
        [stall_after(count) for count in (5, 1200, 50_000)],
        [slow_after(4_000, 5.0)],
    ],
    ids=["cut", "bye", "silent", "one byte a second"],
)
def test_a_line_that_breaks_loses_nothing(
    server: Dovecot, mailboxes: fetch.Mailboxes, monkeypatch: pytest.MonkeyPatch, faults: list[Fault],
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    monkeypatch.setattr(imap, "TIMEOUT", 1.5)
    user = "broken_" + request.node.callspec.id.split()[0]
    server.put(user, [mail(number, body="It is dark. \r\n" * 1500) for number in range(12)])
    with FaultyWire(server.port, *faults) as wire:
        inbox = watched(server, user, port=wire.port, from_beginning=True)
        eventually(lambda: subjects(inbox) == ids(*range(12)), 60)
        assert not wire.faults, "every fault was met"
        each_once(inbox, *range(12))
        assert set(outcomes(inbox).values()) == {"stored"}


def test_a_server_that_trickles_for_ever_is_left(
    server: Dovecot, mailboxes: fetch.Mailboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte in time, and yet the mail would take hours: the line is hung up, and the next one is sound."""
    monkeypatch.setattr(imap, "GRACE_SECONDS", 3.0)
    monkeypatch.setattr(imap, "SMALL_READ", 2)
    server.put("trickle", [mail(1), mail(2, body="x" * 30_000)])
    with FaultyWire(server.port, slow_after(4000, 3600.0)) as wire:
        inbox = watched(server, "trickle", port=wire.port, from_beginning=True)
        each_once(inbox, 1, 2)


def test_a_server_that_dies_in_the_middle_of_a_mail(server: Dovecot, mailboxes: fetch.Mailboxes) -> None:
    server.put("dying", [mail(number, body="It is dark. \r\n" * 1500) for number in range(12)])
    reached = threading.Event()
    with FaultyWire(server.port, hold_after(60_000, reached)) as wire:
        inbox = watched(server, "dying", port=wire.port, from_beginning=True)
        assert reached.wait(20)
        server.stop(signal.SIGKILL)
        time.sleep(1)
        server.start()
        each_once(inbox, *range(12))


def test_a_server_that_dies_again_and_again_is_read_to_the_end(
    server: Dovecot, mailboxes: fetch.Mailboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hands out three mails a connection: no pause grows, no mail is taken for one that breaks it."""
    monkeypatch.setattr(fetch, "PATIENCE", {"server": (0.05, 60.0), "port": (0.05, 60.0)})
    server.put("frail", [mail(number, body="It is dark. \r\n" * 1500) for number in range(20)])
    with FaultyWire(server.port, *[cut_after(70_000) for _ in range(12)]) as wire:
        inbox = watched(server, "frail", port=wire.port, from_beginning=True)
        each_once(inbox, *range(20))
    assert not Sighting.objects.filter(outcome="left").exists()


def test_a_mail_that_the_server_once_did_not_hand_out_is_had_later(
    server: Dovecot, mailboxes: fetch.Mailboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take, "TRIES", 0)  # given up at once
    inbox = watched(server, "refused")
    eventually(is_read(inbox))
    server.put("refused", [mail(1)])
    eventually(lambda: outcomes(inbox) == {1: "left"})
    monkeypatch.setattr(take, "TRIES", 5)
    assert accounted(inbox) == (1, 1, 0)
    assert outcomes(inbox) == {1: "stored"}
    each_once(inbox, 1)


def test_renumbered_by_the_server(server: Dovecot, mailboxes: fetch.Mailboxes) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=900)
    server.put("renumbered", [mail("old"), mail("older")], at=long_ago)
    inbox = watched(server, "renumbered")
    eventually(is_read(inbox))
    server.put("renumbered", [mail(1), mail(2), mail(3)])
    eventually(lambda: subjects(inbox) == ids(1, 2, 3))
    before = Folder.objects.get(inbox=inbox).uid_validity
    server.stop()
    server.renumber("renumbered")
    server.start()
    eventually(lambda: Folder.objects.get(inbox=inbox).uid_validity != before)
    server.put("renumbered", [mail(4)])
    each_once(inbox, 1, 2, 3, 4)
    folder = Folder.objects.get(inbox=inbox)
    assert (folder.older, folder.total) == (2, 4)


def test_what_the_server_told_with_another_answer_does_not_wait_for_the_next_look(
    server: Dovecot, mailboxes: fetch.Mailboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """IDLE does not say again what came while a mail was being fetched."""
    monkeypatch.setattr(fetch, "SETTLING_SECONDS", fetch.POLL_SECONDS)  # else the look after each news would find it
    as_ever, told = take.Taker.take, []

    def take_while_another_comes(taker: take.Taker, box: Any, uids: Any) -> None:
        as_ever(taker, box, uids)
        if not told:
            server.put("told", [mail(2)])
            told.append(box.client.noop())

    inbox = watched(server, "told")
    eventually(is_read(inbox))
    monkeypatch.setattr(take.Taker, "take", take_while_another_comes)
    server.put("told", [mail(1)])
    each_once(inbox, 1, 2)
    assert told


def test_what_the_server_did_not_tell_as_idle_began_does_not_wait_for_the_next_look(
    server: Dovecot, mailboxes: fetch.Mailboxes
) -> None:
    """A real Dovecot did that once in sixty renumberings: it told nobody of a mail that came in that instant."""
    idling = threading.Event()
    with FaultyWire(server.port, deaf_in_idle(idling)) as wire:
        inbox = watched(server, "untold", port=wire.port)
        assert idling.wait(20)
        server.put("untold", [mail(1)])
        each_once(inbox, 1)


def test_a_mailbox_moved_to_another_server_in_any_order_floods_nobody(
    server: Dovecot, mailboxes: fetch.Mailboxes
) -> None:
    """Old mail that stands behind new mail after a move is not taken for new requests; it is named instead."""
    server.put("moved", [], "Work")
    inbox = watched(server, "moved", "Work")
    eventually(is_read(inbox, "Work"))
    server.put("moved", [mail(1)], "Work")
    eventually(lambda: subjects(inbox) == ids(1))
    with server.box("moved") as box:
        box.folder.delete("Work")
    time.sleep(1.1)
    server.put("moved", [mail(1)], "Other")
    server.put("moved", [mail(f"old{n}") for n in range(5)], "Other", datetime(2019, 1, 1, tzinfo=UTC))
    server.put("moved", [mail(2)], "Other")
    with server.box("moved") as box:
        box.folder.rename("Other", "Work")
    eventually(lambda: subjects(inbox) == ids(1, 2))
    assert sorted(outcomes(inbox).values()) == ["duplicate", *["older"] * 5, "stored"]
    each_once(inbox, 1, 2)
    assert Folder.objects.get(inbox=inbox).older == 5


def test_a_server_set_back_to_a_backup_gives_old_numbers_to_new_mails(
    server: Dovecot, mailboxes: fetch.Mailboxes
) -> None:
    inbox = watched(server, "backup")
    eventually(is_read(inbox))
    server.put("backup", [mail(1)])
    eventually(lambda: subjects(inbox) == ids(1))
    folder = server.home / "mail" / "backup"
    shutil.copytree(folder, server.home / "backup", copy_function=shutil.copy2)
    server.put("backup", [mail(2), mail(3)])
    eventually(lambda: subjects(inbox) == ids(1, 2, 3))
    server.stop()
    owner = folder.stat()
    shutil.rmtree(folder)
    shutil.copytree(server.home / "backup", folder)
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, owner.st_uid, owner.st_gid)
    server.start()
    eventually(lambda: Folder.objects.get(inbox=inbox).last_uid == 1)
    server.put("backup", [mail(4)])
    eventually(lambda: subjects(inbox) == ids(1, 2, 3, 4))
    assert tickets_of(inbox) == sorted(ids(1, 2, 3, 4))
    assert accounted(inbox) == (2, 2, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("place", "deletes"),
    [
        ("intake.before_blob", False),
        ("intake.after_blob", False),
        ("fetch.before_store", False),
        ("fetch.before_commit", True),
        ("intake.after_commit", True),
        ("fetch.after_store", False),
        ("fetch.after_store", True),
    ],
)
def test_killed_at_every_place_of_a_fetch(server: Dovecot, place: str, deletes: bool, tmp_path: Path) -> None:
    user = f"killed_{place.replace('.', '_')}_{deletes}"
    count = take.BATCH + 5
    server.put(user, [mail(number) for number in range(count)])
    inbox = watched(server, user, from_beginning=True, delete_after=deletes)
    with killed_at(place, tmp_path) as intake:
        is_stored = place in ("intake.after_commit", "fetch.after_store")
        assert Parcel.objects.count() == Sighting.objects.count() == take.BATCH * is_stored
        intake.start()
        eventually(lambda: Folder.objects.get(inbox=inbox).last_uid == count)
    assert tickets_of(inbox) == sorted(ids(*range(count)))
    figures = accounted(inbox)
    assert figures[0] == figures[1]
    assert figures[2] == 0
    # What was stored and not yet deleted when the process died stays in the mailbox: that side is the safe one.
    assert figures[1] == (count if not deletes else take.BATCH * is_stored)
