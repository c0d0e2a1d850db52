"""`guichet mail accept, list, retry` as a mail server and a script run them: another process, bytes and exit statuses."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guichet.channels import cli, intake, ledger
from guichet.channels.accept import Arrival, accept
from guichet.channels.email.limits import MESSAGE_BYTES
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.models import Acknowledgement, Parcel, ParcelState
from guichet.kit import pg
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Inbox, Message
from tests import make
from tests.channels.intake_process import Wire, database_url, mail

pytestmark = pytest.mark.django_db(transaction=True)
SUPPORT = "support@desk.example"
KEYS = [
    "id", "sha256", "message_id", "state", "end", "reason", "ticket", "mailbox", "author", "participants", "auto_replies",
    "auto_reply_text", "outbound_to", "text", "html", "attachments",
]  # fmt: skip


def guichet(*words: str, raw: bytes = b"", url: str = "") -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "DATABASE_URL": url or database_url()}
    command = [sys.executable, "-m", "guichet", "mail", *words]
    return subprocess.run(command, input=raw, capture_output=True, env=environment, timeout=60)


def piped(*to: str, raw: bytes, url: str = "") -> int:
    recipients = [word for address in to for word in ("--to", address)]
    done = guichet("accept", "--from", "cleo@customer.example", *recipients, raw=raw, url=url)
    assert (done.returncode == 0) == (not done.stderr), done.stderr
    return done.returncode


def test_the_pipe_stores_and_says_what_happened_by_its_status() -> None:
    make.inbox(SUPPORT)
    make.inbox("billing@desk.example")
    raw = mail(1).replace(b"\r\n", b"\n")
    assert piped(SUPPORT, "Support+code@desk.example", "billing@desk.example", raw=raw) == 0
    parcel = Parcel.objects.get(inbox__address=SUPPORT)
    assert (parcel.door, parcel.envelope_from) == ("pipe", "cleo@customer.example")
    assert parcel.envelope_to == [SUPPORT, "support+code@desk.example"]
    assert parcel.raw == hashlib.sha256(raw).hexdigest()
    assert Parcel.objects.count() == 2
    assert piped(SUPPORT, raw=raw) == 0
    assert piped(SUPPORT, raw=mail(1)) == 0  # other line ends, the same mail
    assert Parcel.objects.count() == 2
    assert piped(SUPPORT, "nobody@desk.example", raw=mail(2)) == 67
    assert piped(SUPPORT, raw=b"") == 65
    assert piped(SUPPORT, raw=b"x" * (MESSAGE_BYTES + 1)) == 65
    assert Parcel.objects.count() == 2


def test_the_pipe_without_a_database_says_try_again() -> None:
    make.inbox(SUPPORT)
    assert piped(SUPPORT, raw=mail(1), url=Wire().url) == 75
    assert not Parcel.objects.exists()


def taken_in(inbox: Inbox, *raws: bytes, sender: str = "cleo@customer.example") -> list[Parcel]:
    parcels = accept([Arrival("lmtp", sender, inbox.pk, [inbox.address], raw) for raw in raws])
    with Reader() as reader:
        while intake.drain(reader):
            pass
    return [Parcel.objects.get(pk=parcel.pk) for parcel in parcels]


ATTACHED = (
    b"From: Cleo <cleo@customer.example>\r\nTo: support@desk.example\r\nSubject: Picture\r\n"
    b"Message-ID: <a.mail@customer.example>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee there.\r\n'
    b'--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename="plan.pdf"\r\n\r\n%PDF-1\r\n'
    b"--b--\r\n"
)


def listed(*words: str) -> list[dict[str, Any]]:
    done = guichet("list", "--json", *words)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_ledger_tells_what_became_of_each_mail() -> None:
    cast = make.cast()
    (parcel,) = taken_in(cast.support, ATTACHED)
    ticket = parcel.ticket
    assert ticket is not None
    assert parcel.message is not None
    ack = actions.reply(
        ticket, Words(text="We have it.", auto="auto-replied", to=[{"name": "", "address": "cleo@customer.example"}]),
        By(), seen=None,
    )  # fmt: skip
    Message.objects.filter(pk=ack.pk).update(auto="auto-reply")
    Acknowledgement.objects.create(address="cleo@customer.example", at=ack.at, message=ack, answers=parcel.message)
    actions.reply(
        ticket,
        Words(text="Look.", to=[{"name": "D", "address": "Dan@customer.example"}]),
        By(cast.ana),
        seen=None,
        insists=make.UNGUARDED,
    )
    actions.add_note(ticket, Words(text="Secret."), By(cast.ana))
    (entry,) = listed()
    assert list(entry) == KEYS
    assert entry == {
        "id": parcel.pk,
        "sha256": hashlib.sha256(ATTACHED).hexdigest(),
        "message_id": "a.mail@customer.example",
        "state": "ticket",
        "end": "ticketed",
        "reason": "",
        "ticket": ticket.number,
        "mailbox": SUPPORT,
        "author": "customer",
        "participants": ["cleo@customer.example", "dan@customer.example"],
        "auto_replies": 1,
        "auto_reply_text": "We have it.",
        "outbound_to": ["cleo@customer.example", "dan@customer.example"],
        "text": entry["text"],
        "html": "",
        "attachments": [
            {"name": "plan.pdf", "size": 6, "content_type": "application/pdf", "disposition": "attachment"}
        ],
    }
    assert entry["text"].strip() == "See there."


def test_states_and_authors() -> None:
    cast = make.cast()
    spoofed = mail(2).replace(b"cleo@customer", b"ana@desk").replace(b"Cleo", b"Ana")
    taken_in(cast.support, mail(1), spoofed, b"Auto-Submitted: auto-replied\r\n" + mail(3))
    accept([Arrival("lmtp", "", cast.support.pk, [SUPPORT], mail(4))])
    found = {entry["message_id"].split(".")[0]: entry for entry in listed()}
    assert {number: entry["state"] for number, entry in found.items()} == {
        "1": "ticket", "2": "ticket", "3": "suppressed", "4": "received",
    }  # fmt: skip
    assert found["2"]["author"] == "customer"  # the address of an agent proves no agent
    assert found["3"]["author"] == "system"
    assert found["4"]["ticket"] is None
    assert [entry["message_id"] for entry in listed("--state", "received")] == ["4.mail@customer.example"]
    assert guichet("list", "--state", "nonsense").returncode == 2
    table = guichet("list").stdout.decode().splitlines()
    assert len(table) == 4
    assert SUPPORT in table[0]
    assert "suppressed" in table[2]


def test_the_number_of_queries_does_not_grow_with_the_mails() -> None:
    cast = make.cast()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            for page in ledger.pages():
                assert list(ledger.entries(page))
        return len(captured)

    taken_in(cast.support, mail(1))
    few = queries()
    taken_in(cast.support, *(mail(number) for number in range(2, 30)))
    assert queries() == few


def test_the_ledger_goes_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "PAGE", 3)
    inbox = make.inbox(SUPPORT)
    accept([Arrival("lmtp", "", inbox.pk, [SUPPORT], mail(number)) for number in range(7)])
    assert [len(page) for page in ledger.pages()] == [3, 3, 1]


def test_another_try() -> None:
    inbox = make.inbox(SUPPORT)
    quarantined, suppressed, opened = accept(
        [Arrival("lmtp", "", inbox.pk, [SUPPORT], mail(number)) for number in range(3)]
    )
    Parcel.objects.filter(pk=quarantined.pk).update(state=ParcelState.QUARANTINE, reason="broken", tries=5)
    Parcel.objects.filter(pk=suppressed.pk).update(state=ParcelState.SUPPRESSED)
    Parcel.objects.filter(pk=opened.pk).update(state=ParcelState.TICKET)
    assert guichet("retry", str(opened.pk)).returncode == 65
    assert guichet("retry", "0").returncode == 65
    assert guichet("retry").returncode == 2
    assert guichet("retry", "--quarantine").returncode == 0
    again = Parcel.objects.get(pk=quarantined.pk)
    assert (again.state, again.reason, again.tries) == ("received", "", 0)
    assert Parcel.objects.get(pk=suppressed.pk).state == "suppressed"
    assert guichet("retry", str(suppressed.pk)).returncode == 0
    assert Parcel.objects.get(pk=suppressed.pk).state == "received"


def test_a_retry_rings_for_the_worker() -> None:
    inbox = make.inbox(SUPPORT)
    (parcel,) = accept([Arrival("lmtp", "", inbox.pk, [SUPPORT], mail(1))])
    Parcel.objects.update(state=ParcelState.QUARANTINE)
    with pg.Bell("guichet") as bell:
        bell.wait(1)
        assert ledger.retry(Parcel.objects.filter(pk=parcel.pk)) == 1
        assert ("guichet", "parcel") in bell.wait(5)


def test_the_exit_statuses_are_those_of_sysexits() -> None:
    assert (cli.BAD_DATA, cli.NO_USER, cli.TRY_AGAIN) == (os.EX_DATAERR, os.EX_NOUSER, os.EX_TEMPFAIL)
