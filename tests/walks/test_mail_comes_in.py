"""A mail comes in: raw bytes, parcel, 250; then guard, who, which ticket; and an agent reads it."""

from __future__ import annotations

import hashlib
import re
import smtplib

import pytest

from tests.channels.sink import Sink
from tests.desk import RunningDesk
from tests.walks.people import Agent, arrived, ledger, post, text_of, write


def test_a_mail_becomes_a_ticket_that_an_agent_reads(desk: RunningDesk, ana: Agent, outside: Sink) -> None:
    mail = write(
        "Cleo Martin <cleo@customer.example>", "support@desk.example", "Größe der Möwe? (Pièce jointe)",
        "Bonjour,\n\nvoir le fichier.", html="<p>Bonjour,</p><p onclick=alert(1)>voir <b>le fichier</b>.</p>",
    )  # fmt: skip
    content = bytes(range(256)) * 40
    mail.add_attachment(content, "application", "octet-stream", filename="../../Maße 1.bin")
    raw = mail.as_bytes()
    post(desk, mail)

    entry = ledger(desk, mail)
    assert entry["state"] == "ticket"
    assert entry["sha256"] == hashlib.sha256(raw).hexdigest()
    assert entry["attachments"] == [
        {"name": "Maße 1.bin", "size": len(content), "content_type": "application/octet-stream",
         "disposition": "attachment"}
    ]  # fmt: skip

    number = ana.ticket_named("Größe der Möwe? (Pièce jointe)")
    page = ana.page(f"/tickets/{number}/")
    assert "voir" in page
    assert "alert(1)" not in page
    link = re.search(r'href="(/attachments/\d+/[^"]*)"', page)
    assert link
    status, body, headers = ana.get(link[1])
    assert (status, body) == (200, content)
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]

    taken, receipt = arrived(outside, "cleo@customer.example", str(number))
    assert receipt["Auto-Submitted"] == "auto-replied"
    assert receipt["In-Reply-To"] == mail["Message-ID"]
    assert "Möwe" not in text_of(receipt), "an acknowledgement repeats no word of the sender's"
    assert taken.sender == "", "nothing answers an acknowledgement (RFC 3834)"


def test_the_same_mail_twice_is_one_ticket(desk: RunningDesk) -> None:
    mail = write("cleo@customer.example", "support@desk.example", "Only once", "Please.")
    post(desk, mail)
    post(desk, mail)
    first = ledger(desk, mail)
    rows = [
        line for line in desk.guichet("mail", "list", "--json").stdout.splitlines() if str(first["message_id"]) in line
    ]
    assert len(rows) == 1


def test_nobody_is_told_yes_for_an_address_that_is_not_ours(desk: RunningDesk) -> None:
    mail = write("cleo@customer.example", "nobody@desk.example", "Hello", "Is there anybody?")
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        post(desk, mail)
    assert refused.value.recipients["nobody@desk.example"][0] == 550


def test_a_mail_that_cannot_be_read_is_kept_with_its_reason_and_delays_nobody(desk: RunningDesk, ana: Agent) -> None:
    bomb = write("eve@stranger.example", "support@desk.example", "Boxes in boxes", "x")
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (depth, depth) for depth in range(3000)
    )
    head = bomb.as_bytes().partition(b"Content-Type")[0]
    with smtplib.LMTP(*desk.lmtp) as door:
        door.sendmail("eve@stranger.example", ["support@desk.example"], head + nested)
    after = write("dan@customer.example", "support@desk.example", "After the boxes", "I only want to know.")
    post(desk, after)
    assert ledger(desk, after)["state"] == "ticket"
    entry = ledger(desk, bomb)
    assert entry["state"] == "ticket" or (entry["state"] == "quarantine" and entry["reason"])
