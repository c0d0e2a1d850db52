"""What becomes of a mail, from the ledger on: real bytes, the real reader in its child, the real database."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from django.utils import timezone

from guichet.channels import follow, intake
from guichet.channels.accept import Arrival, accept
from guichet.channels.email import tokens
from guichet.channels.email.limits import MESSAGE_BYTES
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.models import Acknowledgement, Parcel, ParcelState
from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Message, MessageKind, Status, Ticket
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def mail(sender: str = "Cleo Martin <cleo@customer.example>", **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = sender
    made["To"] = headers.pop("to", "support@desk.example")
    made["Subject"] = headers.pop("subject", "The printer is dark")
    made["Message-ID"] = headers.pop("message_id", f"<{timezone.now().timestamp()}@customer.example>")
    text = headers.pop("text", "It was bright yesterday.")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def take_in(
    reader: Reader, message: EmailMessage | bytes, inbox: object, *, to: str = "", sender: str = "x@y.example"
) -> Parcel:
    raw = message if isinstance(message, bytes) else message.as_bytes()
    address = to or inbox.address  # type: ignore[attr-defined]
    accept([Arrival("lmtp", sender, inbox.pk, [address], raw, "")])  # type: ignore[attr-defined]
    while intake.drain(reader):
        pass
    return Parcel.objects.latest("id")


def answered(cast: make.Cast) -> tuple[Ticket, Message]:
    """A ticket of Cleo's with Ana's answer."""
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    words = Words(text="Switch it on.", to=[{"name": "Cleo", "address": "cleo@customer.example"}])
    return ticket, actions.reply(ticket, words, By(cast.ana, "desk"), seen=ticket.version)


def test_a_mail_becomes_a_ticket_of_its_sender(reader: Reader, cast: make.Cast) -> None:
    parcel = take_in(reader, mail(), cast.support)
    assert parcel.state == ParcelState.TICKET
    ticket = Ticket.objects.get()
    assert (ticket.subject, ticket.requester, ticket.inbox) == ("The printer is dark", cast.cleo, cast.support)
    assert ticket.messages.get().text.strip() == "It was bright yesterday."
    assert parcel.ticket == ticket


def test_the_same_mail_twice_is_one_ticket_but_another_with_its_id_is_kept(reader: Reader, cast: make.Cast) -> None:
    once = mail(message_id="<same@customer.example>")
    take_in(reader, once, cast.support)
    take_in(reader, b"Received: from relay by other; now\r\n" + once.as_bytes(), cast.support)
    assert Ticket.objects.count() == 1
    take_in(reader, mail(message_id="<same@customer.example>", text="Other words."), cast.support)
    assert Message.objects.count() == 2


def test_an_answer_to_the_signed_address_joins(reader: Reader, cast: make.Cast) -> None:
    ticket, _ = answered(cast)
    address = tokens.reply_address(cast.support, ticket.pk, cast.cleo.pk)
    take_in(reader, mail(subject="Something else", text="It works."), cast.support, to=address.upper())
    assert Ticket.objects.get().messages.latest("id").reply.strip() == "It works."


def test_an_answer_that_names_our_message_id_joins(reader: Reader, cast: make.Cast) -> None:
    ticket, ours = answered(cast)
    actions.set_status(ticket, Status.RESOLVED, By(cast.ana, "desk"))
    take_in(reader, mail(In_Reply_To=f"<{ours.message_id}>"), cast.support)
    ticket.refresh_from_db()
    assert ticket.messages.count() == 3
    assert ticket.status == Status.OPEN


@pytest.mark.parametrize("how", ["number", "subject", "message-id", "cut code"])
def test_a_stranger_never_joins(reader: Reader, cast: make.Cast, how: str) -> None:
    ticket, ours = answered(cast)
    stranger = "Eve <eve@stranger.example>"
    to = ""
    message = mail(stranger)
    if how == "number":
        message = mail(stranger, subject=f"Re: [#{ticket.number}] The printer is dark")
    elif how == "subject":
        message = mail(stranger, subject="Re: The printer is dark")
    elif how == "message-id":
        message = mail(stranger, In_Reply_To=f"<{ours.message_id}>", References=f"<{ours.message_id}>")
    else:
        to = tokens.reply_address(cast.support, ticket.pk, cast.cleo.pk).replace("@", "a@")
    take_in(reader, message, cast.support, to=to)
    assert ticket.messages.count() == 2
    assert Ticket.objects.count() == 2


def test_a_stranger_with_a_leaked_address_is_kept_apart_and_wakes_nothing(reader: Reader, cast: make.Cast) -> None:
    ticket, _ = answered(cast)
    actions.set_status(ticket, Status.RESOLVED, By(cast.ana, "desk"))
    address = tokens.reply_address(cast.support, ticket.pk, cast.cleo.pk)
    take_in(reader, mail("Eve <eve@stranger.example>"), cast.support, to=address)
    message = ticket.messages.latest("id")
    ticket.refresh_from_db()
    assert (message.is_verified, ticket.status) == (False, Status.RESOLVED)
    assert not Ticket.objects.visible_to(Person.objects.get(email="eve@stranger.example")).exists()
    # and writing once more by Message-ID does not make a participant of Eve
    take_in(reader, mail("Eve <eve@stranger.example>", In_Reply_To=f"<{message.message_id}>"), cast.support)
    assert Ticket.objects.count() == 2


def test_the_customer_may_write_again_to_his_own_mail(reader: Reader, cast: make.Cast) -> None:
    take_in(reader, mail(message_id="<first@customer.example>"), cast.support)
    take_in(reader, mail(In_Reply_To="<first@customer.example>", text="One more thing."), cast.support)
    assert Ticket.objects.get().messages.count() == 2


def test_an_unreadable_mail_is_quarantined_and_delays_no_other(reader: Reader, cast: make.Cast) -> None:
    bomb = b"From: a@b.example\r\n\r\n" + b"x" * MESSAGE_BYTES  # by the pipe or IMAP; the doors refuse it at once
    accept([Arrival("lmtp", "a@b.example", cast.support.pk, [cast.support.address], bomb, "")])
    good = take_in(reader, mail(), cast.support)
    assert good.state == ParcelState.TICKET
    bad = Parcel.objects.exclude(pk=good.pk).get()
    assert bad.state == ParcelState.QUARANTINE
    assert "25 MiB" in bad.reason
    assert Ticket.objects.count() == 1


def test_a_mail_nested_beyond_reason_is_a_ticket_as_far_as_it_can_be_read(reader: Reader, cast: make.Cast) -> None:
    bomb = b"From: a@b.example\r\nSubject: deep\r\nContent-Type: multipart/mixed; boundary=x0\r\n\r\n"
    for depth in range(300):
        bomb += b"--x%d\r\nContent-Type: multipart/mixed; boundary=x%d\r\n\r\n" % (depth, depth + 1)
    assert take_in(reader, bomb, cast.support).state == ParcelState.TICKET
    assert Ticket.objects.get().subject == "deep"


def test_an_empty_mail_without_any_header_is_not_lost(reader: Reader, cast: make.Cast) -> None:
    parcel = take_in(reader, b"\r\n", cast.support, sender="")
    assert parcel.state == ParcelState.TICKET
    assert Ticket.objects.get().requester.email is None


def test_our_own_mail_back_is_recorded_only(reader: Reader, cast: make.Cast) -> None:
    _, ours = answered(cast)
    parcel = take_in(reader, mail(message_id=f"<{ours.message_id}>"), cast.support)
    assert parcel.state == ParcelState.SUPPRESSED
    assert Message.objects.count() == 2


BOUNCE = """From: MAILER-DAEMON@relay.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <bounce1@relay.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; cleo@customer.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user
--b
Content-Type: text/rfc822-headers

Message-ID: <{original}>
--b--
"""


@pytest.mark.parametrize(("to", "original", "changes"), [("path", "x@y", True), ("", "ours", True), ("", "x@y", False)])
def test_only_a_bounce_that_proves_itself_changes_a_message(
    reader: Reader, cast: make.Cast, to: str, original: str, changes: bool
) -> None:
    _, ours = answered(cast)
    address = tokens.return_path(cast.support, ours.pk) if to else cast.support.address
    raw = BOUNCE.format(to=address, original=ours.message_id if original == "ours" else original).encode()
    parcel = take_in(reader, raw, cast.support, to=address, sender="")
    ours.refresh_from_db()
    assert parcel.state == ParcelState.SUPPRESSED
    assert (ours.delivery == Delivery.FAILED) is changes
    assert ("5.1.1" in ours.delivery_note) is changes
    assert Ticket.objects.count() == 1


def test_a_new_request_is_acknowledged_once_without_a_word_of_the_senders(reader: Reader, cast: make.Cast) -> None:
    take_in(reader, mail(subject="BUY-THIS http://evil.example", text="EVIL words"), cast.support)
    make.follow_log()
    ack = Message.objects.get(kind=MessageKind.OUTBOUND)
    assert ack.to == [{"name": "Cleo Martin", "address": "cleo@customer.example"}]
    assert str(Ticket.objects.get().number) in ack.subject
    assert "BUY" not in ack.subject + ack.text
    assert "EVIL" not in ack.subject + ack.text
    assert ack.auto
    ticket = Ticket.objects.get()
    assert (ticket.waiting_since, ticket.status, ticket.assignee) == (ticket.created_at, Status.OPEN, None)


@pytest.mark.parametrize(
    ("sender", "headers"),
    [
        ("Robot <no-reply@shop.example>", {}),
        ("Cleo <cleo@customer.example>", {"Auto_Submitted": "auto-generated"}),
        ("Cleo <cleo@customer.example>", {"List_Id": "<news.shop.example>", "Precedence": "list"}),
        ("Billing <billing@desk.example>", {}),
    ],
)
def test_machines_lists_and_ourselves_are_never_acknowledged(
    reader: Reader, cast: make.Cast, sender: str, headers: dict[str, str]
) -> None:
    take_in(reader, mail(sender, **headers), cast.support)
    make.follow_log()
    assert Ticket.objects.count() == 1
    assert not Acknowledgement.objects.exists()


def test_a_null_sender_is_never_acknowledged(reader: Reader, cast: make.Cast) -> None:
    take_in(reader, mail(), cast.support, sender="")
    make.follow_log()
    assert not Acknowledgement.objects.exists()


def test_one_address_gets_two_acknowledgements_an_hour_at_most(reader: Reader, cast: make.Cast) -> None:
    for number in range(4):
        take_in(reader, mail(text=f"Request {number}"), cast.support)
    make.follow_log()
    assert Ticket.objects.count() == 4
    assert Acknowledgement.objects.count() == 2


def test_following_twice_acknowledges_once(reader: Reader, cast: make.Cast) -> None:
    take_in(reader, mail(), cast.support)
    events = list(Ticket.objects.get().events.select_related("ticket", "message"))
    follow.follow(events)
    follow.follow(events)
    assert Acknowledgement.objects.count() == 1


def test_a_lapsed_claim_is_taken_again_and_doubles_nothing(reader: Reader, cast: make.Cast) -> None:
    accept([Arrival("lmtp", "x@y.example", cast.support.pk, [cast.support.address], mail().as_bytes(), "")])
    assert len(intake.claim()) == 1
    assert intake.claim() == []
    Parcel.objects.update(claimed_until=timezone.now() - intake.CLAIM)
    assert intake.drain(reader) == 1
    assert Ticket.objects.count() == 1
