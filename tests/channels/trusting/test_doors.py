"""Verdicts through the real doors: to the ticket, or apart from it."""

from __future__ import annotations

import smtplib
import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection
from django.utils import timezone

from guichet.channels import intake
from guichet.channels.accept import Arrival, accept
from guichet.channels.email import tokens, trust
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.models import Parcel
from guichet.tickets.models import Inbox, Message, Ticket
from tests import make
from tests.channels.intake_process import Intake
from tests.channels.names import Names
from tests.channels.trusting.making import BAD, HIDDEN, OUTSIDE, mail, signed


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


@pytest.fixture
def cast(transactional_db: None) -> make.Cast:
    return make.cast()


def drain(reader: Reader) -> None:
    while intake.drain(reader):
        pass


def test_signed_mail_through_smtp_carries_its_verdict_to_the_ticket(
    cast: make.Cast, names: Names, key: tuple[bytes, str], reader: Reader
) -> None:
    Inbox.objects.filter(pk=cast.support.pk).update(checks_senders=True)
    with Intake() as process, smtplib.SMTP("127.0.0.1", process.smtp) as door:
        door.sendmail("cleo@firm.example", ["support@desk.example"], signed(mail(subject="true"), key))
        forged = signed(mail(subject="false"), key).replace(b"It is dark", b"Pay me")
        door.sendmail("cleo@firm.example", ["support@desk.example"], forged)
    assert {parcel.peer for parcel in Parcel.objects.all()} == {"127.0.0.1"}
    drain(reader)
    proved, other = Message.objects.get(subject="true"), Message.objects.get(subject="false")
    assert proved.trust["verdict"] == "pass" and proved.is_verified
    # the door's peer is this machine, so SPF says nothing here and the mail is no more than unproved
    assert (other.trust["verdict"], other.trust["dkim"], other.trust["note"]) == ("none", "permerror", "relayed")


def test_a_mail_its_domain_disowns_is_kept_apart_and_not_acknowledged(
    cast: make.Cast, names: Names, reader: Reader
) -> None:
    Inbox.objects.filter(pk=cast.support.pk).update(checks_senders=True)
    ticket = make.ticket(to=cast.support, of=make.person("cleo@firm.example"))
    address = tokens.reply_address(cast.support, ticket.pk, ticket.requester_id)
    forged = mail(subject="forged")
    accept([Arrival("smtp", "x@evil.example", cast.support.pk, [address], forged, BAD)])
    accept([Arrival("smtp", "x@evil.example", cast.support.pk, ["support@desk.example"], mail(), BAD)])
    drain(reader)
    joined = Message.objects.get(subject="forged")
    assert (joined.ticket, joined.is_verified, joined.trust["verdict"]) == (ticket, False, "fail")
    opened = Ticket.objects.exclude(pk=ticket.pk).get().messages.get()
    assert not opened.is_verified
    make.follow_log()
    assert not Message.objects.filter(kind="outbound").exclude(ticket=ticket).exists()
    genuine = mail(subject="genuine")
    accept([Arrival("smtp", "cleo@firm.example", cast.support.pk, [address], genuine, OUTSIDE)])
    drain(reader)
    assert Message.objects.get(subject="genuine").is_verified


@pytest.mark.parametrize(
    ("door", "peer", "by"),
    [
        ("lmtp", "127.0.0.1", "mx.desk.example"),
        ("imap", "", "mx.desk.example"),
        ("smtp", "127.0.0.1", "mx.desk.example"),
        ("smtp", "10.0.0.5", "mx.desk.example"),
        ("smtp", BAD, trust.US),
        ("esp", "", trust.US),
    ],
)
def test_the_relay_is_believed_where_its_mail_comes_by_and_nowhere_else(
    cast: make.Cast, names: Names, reader: Reader, door: str, peer: str, by: str
) -> None:
    Inbox.objects.filter(pk=cast.support.pk).update(authserv_id="mx.desk.example")
    raw = mail(Authentication_Results="mx.desk.example; dmarc=pass header.from=firm.example")
    accept([Arrival(door, "x@evil.example", cast.support.pk, ["support@desk.example"], raw, peer)])
    drain(reader)
    found = Message.objects.get().trust
    assert found["by"] == by
    assert (found["verdict"] == "pass") == (by != trust.US)


def test_a_hidden_from_through_a_door_is_not_its_owners_word(
    cast: make.Cast, names: Names, key: tuple[bytes, str], reader: Reader
) -> None:
    Inbox.objects.filter(pk=cast.support.pk).update(checks_senders=True)
    with Intake() as process, smtplib.SMTP("127.0.0.1", process.smtp) as door:
        forged = HIDDEN["cr"] + signed(mail("Eve <eve@firm.example>"), key)
        door.ehlo()
        door.mail("eve@firm.example")
        door.rcpt("support@desk.example")
        door.docmd("DATA")
        door.send(forged + b".\r\n")
        assert door.getreply()[0] == 250
    drain(reader)
    message = Message.objects.get()
    assert (message.from_address, message.trust["verdict"]) == ("boss@firm.example", "fail")


def test_slow_name_servers_hold_up_no_other_inbox(cast: make.Cast, names: Names, reader: Reader) -> None:
    Inbox.objects.filter(pk=cast.support.pk).update(checks_senders=True)
    names.silent.update({"_dmarc.firm.example", "firm.example"})
    accept(
        [
            Arrival("smtp", f"x{n}@firm.example", cast.support.pk, ["support@desk.example"], mail(), OUTSIDE)
            for n in range(20)
        ]
    )
    accept([Arrival("lmtp", "x@y.example", cast.billing.pk, ["billing@desk.example"], mail("dan@y.example"), "")])
    began = time.monotonic()
    intake.drain(reader)
    assert [ticket.inbox for ticket in Ticket.objects.all()] == [cast.billing], "nobody waited for the other twenty"
    drain(reader)
    assert Ticket.objects.filter(inbox=cast.support).count() == 20
    assert time.monotonic() - began < 15
    assert {each.trust["note"] for each in Message.objects.filter(ticket__inbox=cast.support)} == {"silent"}


def test_mail_that_comes_while_a_name_server_is_waited_for_is_opened_at_once(
    cast: make.Cast, names: Names, reader: Reader
) -> None:
    Inbox.objects.filter(pk=cast.support.pk).update(checks_senders=True)
    names.silent.update({"_dmarc.firm.example", "firm.example"})
    accept([Arrival("smtp", "x@firm.example", cast.support.pk, ["support@desk.example"], mail(), OUTSIDE)])

    def later() -> None:
        time.sleep(0.5)
        accept([Arrival("lmtp", "x@y.example", cast.billing.pk, ["billing@desk.example"], mail("dan@y.example"), "")])
        connection.close()

    thread = threading.Thread(target=later)
    thread.start()
    intake.drain(reader)
    assert [ticket.inbox for ticket in Ticket.objects.all()] == [cast.billing]
    thread.join()
    drain(reader)
    assert Ticket.objects.count() == 2


def test_history_is_not_checked_anew(cast: make.Cast, names: Names, reader: Reader) -> None:
    Inbox.objects.filter(pk=cast.support.pk).update(checks_senders=True)
    accept([Arrival("import", "", cast.support.pk, [], mail(), received_at=timezone.now(), is_history=True)])
    drain(reader)
    assert names.asked == 0
    assert connection.in_atomic_block is False
