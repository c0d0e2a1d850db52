"""Storms become one quiet line, one sender cannot fill a desk, and nobody answers a robot for ever: through LMTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.db import connection
from django.utils import timezone

from guichet.channels import floods, intake
from guichet.channels.accept import Arrival, accept
from guichet.channels.email import tokens
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.models import Acknowledgement, End, Parcel, ParcelState
from guichet.tickets import actions, events
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Event, Inbox, Message, MessageKind, Status, Ticket
from tests import make
from tests.channels.intake_process import Intake, Line

pytestmark = pytest.mark.django_db(transaction=True)
ROBOT = "robot@shop.example"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def mail(number: int | str, sender: str = ROBOT, **headers: str) -> bytes:
    made = EmailMessage()
    made["From"], made["To"] = sender, "support@desk.example"
    made["Subject"] = headers.pop("subject", f"Alarm {number}")
    made["Message-ID"] = f"<{number}.{time.monotonic_ns()}@shop.example>"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(f"It is on fire, says {number}.")
    return made.as_bytes().replace(b"\n", b"\r\n")


def drain(reader: Reader) -> None:
    while intake.drain(reader):
        pass


def answered(cast: make.Cast, to: str = "cleo@customer.example") -> tuple[Ticket, Message, str]:
    """A resolved ticket with our answer to somebody, and the address that he answers to."""
    ticket = make.ticket(to=cast.support, of=make.person(to))
    ours = actions.reply(ticket, Words(text="So.", to=[{"name": "", "address": to}]), By(cast.ana, "desk"), seen=None)
    actions.set_status(ticket, Status.RESOLVED, By(cast.ana, "desk"))
    return ticket, ours, tokens.reply_address(cast.support, ticket.pk, ticket.requester_id)


def test_two_hundred_automatic_mails_on_one_ticket_are_five_and_a_line(cast: make.Cast, reader: Reader) -> None:
    ticket, _ours, address = answered(cast, ROBOT)
    with Intake() as process, Line(process.lmtp) as door:
        for number in range(200):
            door.deliver(mail(number, Auto_Submitted="auto-replied"), address, sender=ROBOT)
    Inbox.objects.update(flood_limit=0)
    drain(reader)
    ticket.refresh_from_db()
    assert ticket.messages.filter(kind=MessageKind.INBOUND).count() == 1 + floods.AUTOMATIC_OF_SENDER
    assert ticket.events.filter(kind=events.FOLDED).count() == 1
    assert ticket.status == Status.RESOLVED, "no machine reopens a ticket"
    assert Parcel.objects.filter(end=End.IGNORED).count() == 195, "all the others are in the ledger"
    assert Ticket.objects.count() == 1


def test_vacation_notes_of_many_people_are_folded_too(cast: make.Cast, reader: Reader) -> None:
    ticket, _ours, address = answered(cast)
    arrivals = [mail(n, f"person{n}@shop.example", Auto_Submitted="auto-replied") for n in range(60)]
    accept([Arrival("lmtp", "", cast.support.pk, [address], raw, "") for raw in arrivals])
    drain(reader)
    assert ticket.messages.exclude(auto="").filter(kind=MessageKind.INBOUND).count() == floods.AUTOMATIC_OF_ALL
    assert ticket.events.filter(kind=events.FOLDED).count() == 1


@pytest.mark.parametrize("headers", [{}, {"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}])
def test_a_robot_that_answers_all_we_send_comes_to_an_end(
    cast: make.Cast, reader: Reader, headers: dict[str, str]
) -> None:
    """It answers each of our mails with a new request of its own, and to the bare address."""
    seen: set[int] = set()
    with Intake() as process, Line(process.lmtp) as door:
        door.deliver(mail("first"), "support@desk.example", sender=ROBOT)
        for _turn in range(8):
            drain(reader)
            make.follow_log()
            ours = Message.objects.filter(kind=MessageKind.OUTBOUND).exclude(pk__in=seen)
            if not ours:
                break
            for message in ours:
                seen.add(message.pk)
                door.deliver(mail(f"re-{message.pk}", **headers), "support@desk.example", sender=ROBOT)
        else:
            pytest.fail("the two go on for ever")
    assert Acknowledgement.objects.count() <= 2


def test_a_robot_that_answers_in_the_thread_gets_no_answer(cast: make.Cast, reader: Reader) -> None:
    accept([Arrival("lmtp", ROBOT, cast.support.pk, ["support@desk.example"], mail("first"), "")])
    drain(reader)
    make.follow_log()
    (ack,) = Message.objects.filter(kind=MessageKind.OUTBOUND)
    for number in range(10):
        raw = mail(number, In_Reply_To=f"<{ack.message_id}>")
        accept([Arrival("lmtp", ROBOT, cast.support.pk, ["support@desk.example"], raw, "")])
        drain(reader)
        make.follow_log()
    assert Message.objects.filter(kind=MessageKind.OUTBOUND).count() == 1
    assert Ticket.objects.count() == 1


def test_our_own_mail_that_comes_back_is_recorded_only(cast: make.Cast, reader: Reader) -> None:
    ticket, ours, _address = answered(cast)
    back = mail("x", "support@desk.example").replace(b"Message-ID: <", b"Old: <", 1)
    back = f"Message-ID: <{ours.message_id}>\r\n".encode() + back
    accept([Arrival("lmtp", "support@desk.example", cast.support.pk, ["support@desk.example"], back, "")])
    drain(reader)
    assert Parcel.objects.get().state == ParcelState.SUPPRESSED
    # and under another Message-ID, from our own address, it is at least never answered
    accept(
        [
            Arrival(
                "lmtp", "x@y.example", cast.billing.pk, ["billing@desk.example"], mail("y", "support@desk.example"), ""
            )
        ]
    )
    drain(reader)
    make.follow_log()
    assert not Acknowledgement.objects.exclude(answers__ticket=ticket).exists()


@pytest.mark.parametrize("is_thread", [False, True])
def test_one_sender_cannot_fill_a_desk(cast: make.Cast, reader: Reader, is_thread: bool) -> None:
    Inbox.objects.filter(pk=cast.support.pk).update(flood_limit=10)
    _ticket, ours, _address = answered(cast, ROBOT)
    headers = {"In_Reply_To": f"<{ours.message_id}>"} if is_thread else {}
    raws = [mail(n, **headers) for n in range(60)] + [mail("other", "dan@customer.example")]
    accept([Arrival("lmtp", "x@y.example", cast.support.pk, ["support@desk.example"], raw, "") for raw in raws])
    drain(reader)
    held = Parcel.objects.filter(end=End.QUARANTINED)
    assert held.count() == 50
    assert {parcel.state for parcel in held} == {ParcelState.QUARANTINE}
    assert Ticket.objects.filter(requester=cast.dan).count() == 1
    said = Event.objects.filter(kind=events.FOLDED)
    assert [event.changes for event in said] == [{"held": [False, True]}]
    # a person lets one through
    Parcel.objects.filter(pk=held.earliest("pk").pk).update(state=ParcelState.RECEIVED, is_released=True)
    drain(reader)
    assert held.all().count() == 49


def test_forged_mail_does_not_use_up_what_its_owner_may_send(cast: make.Cast, reader: Reader) -> None:
    relay, limit = "mx.desk.example", 5
    Inbox.objects.filter(pk=cast.support.pk).update(authserv_id=relay, flood_limit=limit)

    def send(count: int, verdict: str) -> None:
        said = f"{relay}; dmarc={verdict} (p=reject) header.from=customer.example"
        raws = [mail(n, "cleo@customer.example", Authentication_Results=said) for n in range(count)]
        accept([Arrival("lmtp", "x@y.example", cast.support.pk, ["support@desk.example"], raw, "") for raw in raws])

    for verdict in ("fail", "none"):
        send(limit + 1, verdict)  # within one batch, and again with what the ledger holds
        drain(reader)
        send(1, verdict)
        drain(reader)
    assert Ticket.objects.count() == 2 * limit
    send(limit, "pass")
    drain(reader)
    assert Ticket.objects.count() == 3 * limit
    send(1, "pass")
    drain(reader)
    assert Ticket.objects.count() == 3 * limit, "her own mail has a limit too"
    assert Parcel.objects.filter(end=End.QUARANTINED).count() == 5


def test_a_monitoring_system_under_the_limit_is_untouched(cast: make.Cast, reader: Reader) -> None:
    raws = [mail(n, Auto_Submitted="auto-generated") for n in range(90)]
    accept([Arrival("lmtp", ROBOT, cast.support.pk, ["support@desk.example"], raw, "") for raw in raws])
    drain(reader)
    assert Ticket.objects.count() == 90


def test_an_hour_later_the_sender_is_heard_again(cast: make.Cast, reader: Reader) -> None:
    Inbox.objects.filter(pk=cast.support.pk).update(flood_limit=2)
    for number in range(3):
        accept([Arrival("lmtp", ROBOT, cast.support.pk, ["support@desk.example"], mail(number), "")])
    drain(reader)
    assert Ticket.objects.count() == 2
    Parcel.objects.update(received_at=timezone.now() - timedelta(hours=2))
    accept([Arrival("lmtp", ROBOT, cast.support.pk, ["support@desk.example"], mail("later"), "")])
    drain(reader)
    assert Ticket.objects.count() == 3


def test_ten_thousand_mails_of_one_sender_cost_the_others_little(cast: make.Cast, reader: Reader) -> None:
    """What is asked about senders uses their index, whatever the ledger holds."""
    now = timezone.now()
    Parcel.objects.bulk_create(
        Parcel(inbox=cast.support, door="lmtp", raw="0" * 64, size=1, digest=f"{n:064}", received_at=now, sender=ROBOT,
               state=ParcelState.QUARANTINE, end=End.QUARANTINED)
        for n in range(10_000)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE channels_parcel")
        cursor.execute(
            "EXPLAIN SELECT inbox_id, sender, count(*) FROM channels_parcel WHERE sender = ANY(%s) AND inbox_id = ANY(%s)"
            """ AND received_at > %s AND "end" = ANY(%s) GROUP BY 1, 2""",
            [["dan@customer.example"], [cast.support.pk], now - floods.SPAN, list(floods.COUNTED)],
        )
        assert "parcel_sender" in str(cursor.fetchall())
    raws = [mail(n, "dan@customer.example") for n in range(40)] + [mail(n) for n in range(10)]
    accept([Arrival("lmtp", "x@y.example", cast.support.pk, ["support@desk.example"], raw, "") for raw in raws])
    drain(reader)
    assert Ticket.objects.count() == 50
