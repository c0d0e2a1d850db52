"""Fetching from a real Dovecot: at once, in order, once, and without touching the mailbox."""

from __future__ import annotations

import signal
import socket
import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from guichet.channels.accept import Arrival, accept
from guichet.channels.email.limits import MESSAGE_BYTES
from guichet.channels.email.mailbox import fetch, imap, uids
from guichet.channels.models import Folder, Parcel, Sighting
from tests.channels import dovecot as dovecots
from tests.channels.dovecot import Dovecot
from tests.channels.intake_process import free_port, mail
from tests.channels.mailboxes import eventually, ids, is_read, outcomes, subjects, watched


def test_idle_brings_a_mail_at_once_and_leaves_the_mailbox_alone(
    server: Dovecot, mailboxes: fetch.Mailboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "SETTLING_SECONDS", fetch.POLL_SECONDS)  # what comes sooner, IDLE has told
    server.put("idle", [mail("old")], at=datetime(2020, 1, 1, tzinfo=UTC))
    inbox = watched(server, "idle")
    eventually(is_read(inbox))
    time.sleep(0.5)
    server.put("idle", [mail(1)])
    eventually(lambda: subjects(inbox) == ids(1))
    time.sleep(0.5)
    server.put("idle", [mail(2), mail(3)])
    eventually(lambda: subjects(inbox) == ids(1, 2, 3))
    parcel = Parcel.objects.get(mail_id="1.mail@customer.example")
    assert (parcel.door, parcel.envelope_to) == ("imap", ["idle@desk.example"])
    with server.box("idle") as box:
        kept = [(message.flags, message.uid) for message in box.fetch(mark_seen=False)]
    assert len(kept) == 4
    assert not any("\\Seen" in flags or "\\Deleted" in flags for flags, _uid in kept)


def test_what_came_between_adding_the_inbox_and_the_first_connection_is_taken(
    server: Dovecot, mailboxes: fetch.Mailboxes
) -> None:
    server.put("young", [mail("old")], at=datetime(2020, 1, 1, tzinfo=UTC))
    inbox = watched(server, "young", port=free_port())
    eventually(lambda: Folder.objects.filter(inbox=inbox).exclude(error="").exists())
    server.put("young", [mail(1)])
    inbox.settings["imap"]["port"] = server.port
    inbox.save()
    eventually(lambda: subjects(inbox) == ids(1))
    eventually(lambda: Folder.objects.get(inbox=inbox).error == "")


def test_from_the_beginning_when_asked(server: Dovecot, mailboxes: fetch.Mailboxes) -> None:
    server.put("history", [mail("old")], at=datetime(2020, 1, 1, tzinfo=UTC))
    inbox = watched(server, "history", from_beginning=True)
    eventually(lambda: subjects(inbox) == ids("old"))


def test_polling_finds_what_idle_does_not_tell(
    server: Dovecot, mailboxes: fetch.Mailboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "POLL_SECONDS", 0.5)
    real = fetch.BaseMailBox.idle_manager_class.poll

    def deaf(self: Any, timeout: float) -> list[bytes]:
        time.sleep(timeout)
        return []

    monkeypatch.setattr(fetch.BaseMailBox.idle_manager_class, "poll", deaf)
    assert real is not deaf
    inbox = watched(server, "polling")
    eventually(is_read(inbox))
    server.put("polling", [mail(1)])
    eventually(lambda: subjects(inbox) == ids(1))


def test_several_folders_each_with_its_cursor(server: Dovecot, mailboxes: fetch.Mailboxes) -> None:
    server.put("folders", [], "Rechnungen &Co")
    with server.box("folders") as box:
        box.folder.create("Réclamations")
        box.folder.create("Private")
    inbox = watched(server, "folders", "INBOX", "Réclamations")
    eventually(is_read(inbox, "Réclamations"))
    eventually(is_read(inbox))
    server.put("folders", [mail(1)])
    server.put("folders", [mail(2), mail(3)], "Réclamations")
    server.put("folders", [mail(4)], "Private")
    eventually(lambda: subjects(inbox) == ids(1, 2, 3))
    cursors = dict(Folder.objects.filter(inbox=inbox).values_list("name", "last_uid"))
    assert cursors == {"INBOX": 1, "Réclamations": 2}


def test_a_mail_moved_into_the_folder_is_taken_once(server: Dovecot, mailboxes: fetch.Mailboxes) -> None:
    inbox = watched(server, "moving", "INBOX")
    eventually(is_read(inbox))
    server.put("moving", [mail(1)], "Junk")
    with server.box("moving", "Junk") as box:
        box.move(box.uids("ALL"), "INBOX")
    eventually(lambda: subjects(inbox) == ids(1))
    with server.box("moving") as box:
        box.move(box.uids("ALL"), "Junk")
    with server.box("moving", "Junk") as box:
        box.move(box.uids("ALL"), "INBOX")
    eventually(lambda: outcomes(inbox) == {1: "stored", 2: "duplicate"})
    assert Parcel.objects.filter(inbox=inbox).count() == 1


def test_another_client_that_reads_first_hides_nothing(server: Dovecot, mailboxes: fetch.Mailboxes) -> None:
    inbox = watched(server, "reader", port=free_port())
    eventually(lambda: Folder.objects.filter(inbox=inbox).exclude(error="").exists())
    server.put("reader", [mail(1), mail(2)])
    with server.box("reader") as box:
        assert len(list(box.fetch(mark_seen=True))) == 2
    inbox.settings["imap"]["port"] = server.port
    inbox.save()
    eventually(lambda: subjects(inbox) == ids(1, 2))


def test_new_numbers_for_every_mail_double_nothing_and_lose_nothing(
    server: Dovecot, mailboxes: fetch.Mailboxes
) -> None:
    server.put("numbers", [mail("old")], "Work", datetime(2020, 1, 1, tzinfo=UTC))
    inbox = watched(server, "numbers", "Work")
    eventually(is_read(inbox, "Work"))
    server.put("numbers", [mail(1), mail(2)], "Work")
    eventually(lambda: subjects(inbox) == ids(1, 2))
    before = Folder.objects.get(inbox=inbox).uid_validity
    with server.box("numbers") as box:
        box.folder.delete("Work")
    time.sleep(1.1)  # Dovecot's UIDVALIDITY counts seconds
    server.put("numbers", [mail("old")], "Work", datetime(2020, 1, 1, tzinfo=UTC))
    server.put("numbers", [mail(2), mail(1), mail(3)], "Work")
    eventually(lambda: subjects(inbox) == ids(1, 2, 3))
    assert Folder.objects.get(inbox=inbox).uid_validity != before
    assert Parcel.objects.filter(inbox=inbox).count() == 3


def test_the_server_is_killed_and_comes_back(server: Dovecot, mailboxes: fetch.Mailboxes) -> None:
    inbox = watched(server, "outage")
    eventually(is_read(inbox))
    server.put("outage", [mail(1)])
    eventually(lambda: subjects(inbox) == ids(1))
    server.stop(signal.SIGKILL)
    eventually(lambda: "refused" in Folder.objects.get(inbox=inbox).error)
    server.start()
    server.put("outage", [mail(number) for number in range(2, 60)])
    eventually(lambda: subjects(inbox) == ids(*range(1, 60)))
    eventually(lambda: Folder.objects.get(inbox=inbox).error == "")


def test_deleted_only_when_told_and_only_what_is_stored(server: Dovecot, mailboxes: fetch.Mailboxes) -> None:
    server.put("tidy", [mail("old")], at=datetime(2020, 1, 1, tzinfo=UTC))
    inbox = watched(server, "tidy", delete_after=True)
    eventually(is_read(inbox))
    server.put("tidy", [mail(1), mail(2)])
    eventually(lambda: subjects(inbox) == ids(1, 2))

    def left() -> list[str]:
        with server.box("tidy") as box:
            return [message.headers["message-id"][0].strip("<>") for message in box.fetch(mark_seen=False)]

    eventually(lambda: left() == ["old.mail@customer.example"])


def test_a_mail_over_the_limit_is_told_and_holds_up_nobody(server: Dovecot, mailboxes: fetch.Mailboxes) -> None:
    inbox = watched(server, "large")
    eventually(is_read(inbox))
    huge = mail("huge", body="x" * 998 + "\r\n") + (b"y" * 998 + b"\r\n") * (MESSAGE_BYTES // 1000 + 1)
    server.put("large", [mail(1), huge, mail(2)])
    eventually(lambda: subjects(inbox) == ids(1, 2), 60)
    eventually(lambda: outcomes(inbox) == {1: "stored", 2: "left", 3: "stored"})
    assert "larger than" in Sighting.objects.get(outcome="left").note
    assert Folder.objects.get(inbox=inbox).error == ""


def test_the_same_mail_by_lmtp_and_imap_is_one(server: Dovecot, mailboxes: fetch.Mailboxes) -> None:
    inbox = watched(server, "twice")
    eventually(is_read(inbox))
    by_relay = b"Received: from a by b; Sun, 22 Nov 2026 10:00:00 +0000\r\n" + mail(1)
    accept([Arrival("lmtp", "cleo@customer.example", inbox.pk, ["twice@desk.example"], by_relay)])
    in_mailbox = (
        b"Return-Path: <cleo@customer.example>\r\nDelivered-To: twice@desk.example\r\n"
        b"Received: from a by c\r\n\tfor <twice@desk.example>; Sun, 22 Nov 2026 10:00:01 +0000\r\n"
        b"Authentication-Results: c; dkim=pass\r\n" + mail(1)
    )
    server.put("twice", [in_mailbox, mail(2)])
    eventually(lambda: subjects(inbox) == ids(1, 2))
    assert Parcel.objects.filter(inbox=inbox).count() == 2


def test_the_mailbox_tells_the_envelope(server: Dovecot, mailboxes: fetch.Mailboxes) -> None:
    inbox = watched(server, "traces")
    eventually(is_read(inbox))
    traces = b"Return-Path: <>\r\nDelivered-To: traces+abc@desk.example\r\nX-Original-To: board@desk.example\r\n"
    server.put("traces", [traces + mail(1)])
    eventually(lambda: subjects(inbox) == ids(1))
    parcel = Parcel.objects.get(inbox=inbox)
    assert parcel.envelope_from == ""
    assert parcel.envelope_to == ["traces@desk.example", "traces+abc@desk.example"]


def test_an_inbox_switched_off_is_read_no_more(server: Dovecot, mailboxes: fetch.Mailboxes) -> None:
    inbox = watched(server, "leaving")
    eventually(is_read(inbox))
    inbox.is_active = False
    inbox.save()
    eventually(lambda: not any(thread.name.startswith(f"imap {inbox.pk} ") for thread in threading.enumerate()))
    server.put("leaving", [mail(1)])
    time.sleep(1)
    assert not subjects(inbox)


def test_a_wrong_password_is_shown(server: Dovecot, mailboxes: fetch.Mailboxes) -> None:
    inbox = watched(server, "wrong", password="guess")
    eventually(lambda: Folder.objects.filter(inbox=inbox).exclude(error="").exists())
    assert "refuses the login of wrong" in Folder.objects.get(inbox=inbox).error
    inbox.settings["imap"]["password"] = dovecots.PASSWORD
    inbox.save()
    eventually(is_read(inbox))
    eventually(lambda: Folder.objects.get(inbox=inbox).error == "")


def test_a_server_that_does_not_hand_a_mail_out_keeps_only_that_one(
    server: Dovecot, mailboxes: fetch.Mailboxes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some servers break on one damaged mail for ever: here the second one ends the connection each time."""
    monkeypatch.setattr(fetch, "PATIENCE", {"server": (0.01, 0.05), "port": (0.01, 0.05)})
    real = uids.bodies

    def breaks(box: Any, some: Any) -> Any:
        if 2 in some:
            box.client.shutdown()
        return real(box, some)

    monkeypatch.setattr(uids, "bodies", breaks)
    inbox = watched(server, "damaged")
    eventually(is_read(inbox))
    server.put("damaged", [mail(1), mail(2), mail(3)])
    eventually(lambda: subjects(inbox) == ids(1, 3))
    eventually(lambda: outcomes(inbox) == {1: "stored", 2: "left", 3: "stored"})
    assert "does not hand it out" in Sighting.objects.get(outcome="left").note


# -- "test this connection"


def problem(account: dict[str, object]) -> imap.Problem:
    (found,) = imap.test_account(account)
    return found


def test_a_good_account_has_no_problem(server: Dovecot) -> None:
    assert imap.test_account(server.account("probe")) == []


def test_what_is_wrong_is_said_precisely(server: Dovecot) -> None:
    refused = problem(server.account("probe", port=free_port()))
    assert refused.kind == "port"
    assert "refused" in refused.text
    unknown = problem(server.account("probe", host="no-such-host.invalid"))
    assert unknown.kind == "name"
    assert "no-such-host.invalid" in unknown.text
    login = problem(server.account("probe", password="guess"))
    assert login.kind == "login"
    assert "probe" in login.text
    assert "Authentication failed" in login.text
    assert "guess" not in login.text
    folder = problem(server.account("probe", "INBOX", "Nowhere"))
    assert folder.kind == "folder"
    assert "Nowhere" in folder.text
    assert "INBOX" in folder.text
    for tls, port in (("tls", server.tls_port), ("starttls", server.port)):
        certificate = problem(server.account("probe", tls=tls, port=port))
        assert certificate.kind == "certificate"
        assert "self-signed" in certificate.text
    assert problem(server.account("probe", tls="tls")).kind == "tls"


def test_a_silent_server_and_a_port_of_another_kind(server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "TIMEOUT", 0.5)
    assert problem(server.account("probe", port=server.tls_port)).kind == "tls"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert problem(server.account("probe", port=silent.getsockname()[1])).kind == "tls"


def test_umlauts_in_a_password(server: Dovecot) -> None:
    assert problem(server.account("probe", password="Grüße")).kind == "login"


def teardown_module() -> None:
    connection.close()
