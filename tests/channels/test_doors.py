"""LMTP and SMTP by real clients and raw sockets: one reply a recipient, nothing promised that is not stored."""

from __future__ import annotations

import hashlib
import signal
import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from guichet.channels.email.limits import MESSAGE_BYTES
from guichet.channels.models import Parcel
from guichet.kit.files import BlobStore
from guichet.tickets.models import Inbox
from tests import make
from tests.channels.intake_process import Intake, Line, Wire, free_port, mail, stuffed

pytestmark = pytest.mark.django_db(transaction=True)
SUPPORT, BILLING = "support@desk.example", "billing@desk.example"


@pytest.fixture(scope="module")
def running(django_db_setup: None) -> Iterator[Intake]:
    with Intake() as started:
        yield started


@pytest.fixture
def intake(running: Intake) -> Intake:
    inboxes()
    return running


def inboxes() -> None:
    """Under the same ids in every test: the process that all tests share knows them for some seconds."""
    make.inbox(SUPPORT, id=9001)
    make.inbox(BILLING, id=9002)


def raws() -> list[bytes]:
    blobs = BlobStore(settings.DATA / "blobs")
    return [blobs.get(raw) for raw in Parcel.objects.order_by("pk").values_list("raw", flat=True)]


def test_lmtp_answers_for_each_recipient_and_stores_one_parcel_per_inbox(intake: Intake) -> None:
    with Line(intake.lmtp) as line:
        replies = line.deliver(mail(1), SUPPORT, BILLING, "support+code@desk.example")
        assert len(replies) == 3
        assert all(reply.startswith("250") for reply in replies)
        assert line.say("NOOP").startswith("250")  # nothing more was said
        assert line.deliver(mail(2), SUPPORT)[0].startswith("250")
    found = {(p.inbox.address, p.mail_id): p for p in Parcel.objects.select_related("inbox")}
    assert len(found) == 3
    parcel = found[SUPPORT, "1.mail@customer.example"]
    assert parcel.envelope_to == [SUPPORT, "support+code@desk.example"]
    assert (parcel.door, parcel.envelope_from, parcel.peer) == ("lmtp", "cleo@customer.example", "127.0.0.1")
    assert parcel.state == "received"
    assert parcel.raw == hashlib.sha256(mail(1)).hexdigest()
    assert raws()[0] == mail(1)


def test_lmtp_and_smtp_greet_as_their_own_kind(intake: Intake) -> None:
    with Line(intake.lmtp, greet=None) as line:
        assert line.say("EHLO tests").startswith("500")
        assert line.say("HELO tests").startswith("500")
        assert line.say("LHLO tests").startswith("250")
    with Line(intake.smtp, greet=None) as line:
        assert line.say("LHLO tests").startswith("500")
        line.send(b"EHLO tests\r\n")
        offered = [line.file.readline().decode().rstrip() for _ in range(5)]
        assert offered[1:] == [f"250-SIZE {MESSAGE_BYTES}", "250-8BITMIME", "250-SMTPUTF8", "250 PIPELINING"]
        assert line.say("AUTH PLAIN AGEAYg==").startswith("500")


def test_smtp_by_the_standard_client(intake: Intake) -> None:
    with smtplib.SMTP("127.0.0.1", intake.smtp) as client:
        refused = client.sendmail("cleo@customer.example", [SUPPORT, "Billing@DESK.example"], mail(1))
        assert refused == {}
        assert client.sendmail("cléo@customer.example", ["support+ü@desk.example"], mail(2).replace(
            b"It is", "Es schmückt".encode()), mail_options=["SMTPUTF8", "BODY=8BITMIME"]) == {}  # fmt: skip
    assert Parcel.objects.count() == 3
    eight_bit = Parcel.objects.get(mail_id="2.mail@customer.example")
    assert (eight_bit.envelope_from, eight_bit.envelope_to) == ("cléo@customer.example", ["support+ü@desk.example"])
    assert "schmückt".encode() in raws()[-1]


def test_unknown_recipients_are_refused_and_the_others_get_theirs(intake: Intake) -> None:
    with Line(intake.lmtp) as line:
        line.say("MAIL FROM:<cleo@customer.example>")
        for stranger in ("nobody@desk.example", "support@other.example", "+support@desk.example", "@desk.example"):
            assert line.say(f"RCPT TO:<{stranger}>").startswith("550 5.1.1")
        assert line.say("DATA").startswith("503")
        assert line.say(f"RCPT TO:<{SUPPORT}>").startswith("250")
        assert line.say("DATA").startswith("354")
        line.send(mail(1) + b".\r\n")
        assert line.reply().startswith("250")
    with smtplib.SMTP("127.0.0.1", intake.smtp) as client:
        refused = client.sendmail("cleo@customer.example", [SUPPORT, "nobody@desk.example"], mail(2))
        assert refused["nobody@desk.example"][0] == 550
    assert Parcel.objects.count() == 2


def test_a_new_inbox_takes_mail_at_once_and_a_closed_one_none(intake: Intake) -> None:
    with Line(intake.lmtp) as line:
        line.say("MAIL FROM:<cleo@customer.example>")
        assert line.say("RCPT TO:<new@desk.example>").startswith("550")
        make.inbox("new@desk.example")
        assert line.say("RCPT TO:<new@desk.example>").startswith("250")
        assert line.say("RCPT TO:<New+Code@desk.example>").startswith("250")
        Inbox.objects.filter(address="new@desk.example").update(is_active=False)
        deadline = time.monotonic() + 10
        while line.say("RCPT TO:<new@desk.example>").startswith("250"):
            assert time.monotonic() < deadline
            time.sleep(0.5)


def test_the_null_sender_and_odd_addresses(intake: Intake) -> None:
    with Line(intake.lmtp) as line:
        assert line.deliver(mail(1), SUPPORT, sender="")[0].startswith("250")
        assert Parcel.objects.get().envelope_from == ""
        assert line.deliver(mail(2), SUPPORT, sender='"a > b"@x.example')[0].startswith("250")
        assert line.deliver(mail(3), SUPPORT, sender="@relay.example:a@x.example")[0].startswith("250")
        for odd in ("MAIL FROM:<a@b", "MAIL FROM:<a\x00@b>", "MAIL FROM:", "MAIL FROM:<" + "a" * 400 + "@b>"):
            assert line.say(odd)[:1] == "5", odd
        line.send(b"MAIL FROM:<\xff\xfe@x.example>\r\n")
        assert line.reply().startswith("553")
        assert line.say("MAIL FROM:<" + "a" * 3000 + "@x.example>").startswith("500")
        assert line.deliver(mail(4), SUPPORT)[0].startswith("250")
    senders = list(Parcel.objects.order_by("pk").values_list("envelope_from", flat=True))
    assert senders == ["", '"a > b"@x.example', "a@x.example", "cleo@customer.example"]


def test_too_large_is_said_before_the_mail_or_at_the_limit(intake: Intake) -> None:
    with Line(intake.lmtp) as line:
        assert line.say(f"MAIL FROM:<cleo@customer.example> SIZE={MESSAGE_BYTES + 1}").startswith("552")
        before = memory(intake)
        line.say("MAIL FROM:<cleo@customer.example>")
        line.say(f"RCPT TO:<{SUPPORT}>")
        line.say(f"RCPT TO:<{BILLING}>")
        line.say("DATA")
        chunk = (b"x" * 78 + b"\r\n") * 13107
        for _ in range(MESSAGE_BYTES * 4 // len(chunk)):
            line.send(chunk)
        line.send(b".\r\n")
        assert [line.reply()[:9], line.reply()[:9]] == ["552 5.3.4", "552 5.3.4"]
        assert memory(intake) - before < 3 * MESSAGE_BYTES
        assert line.deliver(mail(1), SUPPORT)[0].startswith("250")
    assert Parcel.objects.count() == 1


def memory(intake: Intake) -> int:
    assert intake.process is not None
    status = Path(f"/proc/{intake.process.pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def test_a_mail_of_the_largest_size_and_one_endless_line(intake: Intake) -> None:
    head = mail(1)
    largest = head + b"x" * (MESSAGE_BYTES - len(head) - 2) + b"\r\n"
    with Line(intake.lmtp) as line:
        assert line.deliver(largest, SUPPORT)[0].startswith("250")
        assert line.deliver(largest[:-2] + b"x\r\n", SUPPORT)[0].startswith("552")
    assert raws() == [largest]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\r\n",
        b".\r\n",
        b"..\r\n",
        b"a\r\n.b\r\n..\r\n",
        b"\r\n.\n.\r\nx",
        b"a\n.\nMAIL FROM:<evil@x.example>\nb",
        b"a\r.\rb",
        b"a\r\n.\nMAIL FROM:<evil@x.example>\r\nb",
        b"a\n.\r\nRCPT TO:<support@desk.example>\r\nb",
        b"\0\xff" * 10,
        b"x" * 100_000,
        "ü".encode() * 40_000,
    ],
)
def test_bytes_are_kept_as_they_are_and_only_crlf_dot_crlf_ends_a_mail(intake: Intake, body: bytes) -> None:
    raw = mail(1) + body
    whole = raw if raw.endswith(b"\r\n") else raw + b"\r\n"
    with Line(intake.lmtp) as line:
        assert line.deliver(raw, SUPPORT)[0].startswith("250")
        assert line.say("NOOP").startswith("250")  # nothing of the mail was taken for a command
    assert raws() == [whole]
    if b"." in body:
        # The same bytes one at a time: the end may be cut anywhere.
        with Line(intake.lmtp) as line:
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            line.say("MAIL FROM:<cleo@customer.example>")
            line.say(f"RCPT TO:<{BILLING}>")
            line.say("DATA")
            for byte in stuffed(raw) + b".\r\n":
                line.send(bytes([byte]))
            assert line.reply().startswith("250")
        assert raws() == [whole, whole]


def test_an_empty_mail_and_pipelined_commands(intake: Intake) -> None:
    session = f"MAIL FROM:<a@x.example>\r\nRCPT TO:<{SUPPORT}>\r\nRCPT TO:<{BILLING}>\r\nDATA\r\n".encode()
    with Line(intake.lmtp) as line:
        line.send(session)
        assert [line.reply()[:3] for _ in range(4)] == ["250", "250", "250", "354"]
        line.send(b".\r\n" + session)
        assert [line.reply()[:3] for _ in range(6)] == ["250", "250", "250", "250", "250", "354"]
        line.send(stuffed(mail(1)) + b".\r\nQUIT\r\n")
        assert [line.reply()[:3] for _ in range(3)] == ["250", "250", "221"]
    assert raws() == [b"", b"", mail(1), mail(1)]


def test_a_connection_that_breaks_within_a_mail_leaves_nothing(intake: Intake) -> None:
    for end in (b"", b".", b".\r"):
        line = Line(intake.lmtp)
        line.say("MAIL FROM:<cleo@customer.example>")
        line.say(f"RCPT TO:<{SUPPORT}>")
        line.say("DATA")
        line.send(mail(1) + end)
        line.close()
    with Line(intake.lmtp) as line:
        assert line.deliver(mail(2), SUPPORT)[0].startswith("250")
    assert list(Parcel.objects.values_list("mail_id", flat=True)) == ["2.mail@customer.example"]


def test_the_same_mail_is_one_parcel_and_another_under_its_message_id_is_not(intake: Intake) -> None:
    with Line(intake.lmtp) as line:
        for raw in (
            mail(1),
            mail(1, headers="Received: from a\r\n\tby b; Sun, 22 Nov 2026 10:00:00 +0000\r\n"),
            mail(1, headers="Return-Path: <x@y>\r\nDKIM-Signature: v=1; b=abc\r\nX-Spam-Flag: NO\r\n"),
            mail(1).replace(b"\r\n\r\n", b"\r\nAuthentication-Results: mx; spf=pass\r\n\r\n"),
        ):
            assert line.deliver(raw, SUPPORT)[0].startswith("250")
        assert Parcel.objects.count() == 1
        assert line.deliver(mail(1, body="Something else."), SUPPORT)[0].startswith("250")
        assert line.deliver(mail(1, headers="X-Priority: 1\r\n"), SUPPORT)[0].startswith("250")
    assert Parcel.objects.count() == 3
    assert set(Parcel.objects.values_list("mail_id", flat=True)) == {"1.mail@customer.example"}


def test_a_second_copy_to_a_signed_address_is_told_to_the_first(intake: Intake) -> None:
    with Line(intake.lmtp) as line:
        line.deliver(mail(1), SUPPORT)
        line.deliver(mail(1), "support+code@desk.example")
        assert Parcel.objects.get().envelope_to == [SUPPORT, "support+code@desk.example"]
        Parcel.objects.update(state="ticket")
        line.deliver(mail(1), "support+other@desk.example")
    assert Parcel.objects.get().envelope_to == [SUPPORT, "support+code@desk.example"]


def test_many_sessions_lose_nothing_and_one_peer_gets_only_so_many(intake: Intake) -> None:
    def send(number: int) -> None:
        with Line(intake.lmtp) as line:
            for each in range(10):
                assert line.deliver(mail(f"{number}-{each}"), SUPPORT)[0].startswith("250")

    run_together(send, range(12))
    assert Parcel.objects.count() == 120
    for _ in range(150):
        socket.create_connection(("127.0.0.1", intake.smtp)).close()  # nobody who left takes a place
    time.sleep(0.5)
    lines = [Line(intake.smtp, greet=None) for _ in range(101)]
    assert lines[99].greeting.startswith("220")
    assert lines[100].greeting.startswith("421")
    for line in lines:
        line.close()
    deadline = time.monotonic() + 10
    is_free = False
    while not is_free:
        assert time.monotonic() < deadline
        with Line(intake.smtp, greet=None) as line:
            is_free = line.greeting.startswith("220")


def run_together(work: Callable[[int], None], numbers: range) -> None:
    failed: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed[0]


def test_a_full_backlog_and_a_disk_that_takes_nothing_say_try_again(intake: Intake) -> None:
    blobs = settings.DATA / "blobs"
    aside = blobs.with_name("blobs.aside")
    with Line(intake.lmtp) as line:
        assert line.deliver(mail(1), SUPPORT)[0].startswith("250")
        blobs.rename(aside)
        blobs.write_text("no folder")
        try:
            assert line.deliver(mail(2), SUPPORT, BILLING) == ["451 4.3.0 Cannot store mail now, try again later"] * 2
        finally:
            blobs.unlink()
            aside.rename(blobs)
        assert line.deliver(mail(2), SUPPORT, BILLING)[0].startswith("250")
    assert Parcel.objects.count() == 3


def test_with_the_database_locked_nobody_hears_250_before_the_commit(intake: Intake) -> None:
    heard: list[str] = []
    with Line(intake.lmtp) as line:
        assert line.deliver(mail(1), SUPPORT)[0].startswith("250")
        with connection.cursor() as cursor:
            cursor.execute("BEGIN; LOCK TABLE channels_parcel IN EXCLUSIVE MODE")
            waiting = threading.Thread(target=lambda: heard.extend(line.deliver(mail(2), SUPPORT)))
            waiting.start()
            time.sleep(1)
            assert not heard
            cursor.execute("COMMIT")
        waiting.join(10)
    assert heard == ["250 2.0.0 OK stored"]


def test_a_lost_connection_to_the_database_is_taken_up_again(intake: Intake) -> None:
    with Line(intake.lmtp) as line:
        for number in range(3):
            assert line.deliver(mail(number), SUPPORT)[0].startswith("250")
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE pid <> pg_backend_pid() AND datname = current_database()"
                )
    assert Parcel.objects.count() == 3


def test_without_a_database_senders_keep_their_mail() -> None:
    inboxes()
    wire = Wire()
    wire.join()
    with Intake(DATABASE_URL=wire.url) as intake, Line(intake.lmtp) as line:
        assert line.deliver(mail(1), SUPPORT)[0].startswith("250")
        line.say("MAIL FROM:<cleo@customer.example>")
        line.say(f"RCPT TO:<{SUPPORT}>")
        wire.cut()
        assert line.say("RCPT TO:<unknown@desk.example>").startswith("451")
        line.say("DATA")
        line.send(stuffed(mail(2)) + b".\r\n")
        assert line.reply().startswith("451")
        wire.join()
        assert line.deliver(mail(3), SUPPORT)[0].startswith("250")
        wire.cut()
    assert set(Parcel.objects.values_list("mail_id", flat=True)) == {f"{n}.mail@customer.example" for n in (1, 3)}


@pytest.mark.parametrize("place", ["before_blob", "after_blob", "after_commit", "before_250"])
def test_killed_anywhere_nothing_is_lost_and_nothing_doubled(place: str, tmp_path: Path) -> None:
    inboxes()
    intake = Intake(GUICHET_FAILPOINT=f"intake.{place}:2", GUICHET_FAILPOINT_ONCE=str(tmp_path))
    with intake:
        with Line(intake.lmtp) as line:
            assert line.deliver(mail(1), SUPPORT)[0].startswith("250")
            assert line.deliver(mail(2), SUPPORT) == [""]  # killed: no answer
        assert intake.process is not None
        assert intake.process.wait(10) == -signal.SIGKILL
        is_stored = place in ("after_commit", "before_250")
        assert Parcel.objects.count() == 1 + is_stored
        assert len(raws()) == 1 + is_stored
        intake.start()
        with Line(intake.lmtp) as line:
            for number in (2, 3):  # the sender had no answer and repeats
                assert line.deliver(mail(number), SUPPORT)[0].startswith("250")
    assert Parcel.objects.count() == 3
    assert raws() == [mail(1), mail(2), mail(3)]


def test_sigterm_ends_it_and_the_port_is_free_again() -> None:
    inboxes()
    with Intake() as intake, Line(intake.lmtp) as line:
        line.deliver(mail(1), SUPPORT)
        assert intake.stop() == 0
    socket.create_server(("127.0.0.1", intake.lmtp)).close()


def test_a_port_in_use_is_said_plainly(capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", free_port())) as other:
        port = other.getsockname()[1]
        intake = Intake(GUICHET_LMTP=f"127.0.0.1:{port}")
        with pytest.raises(OSError, match="refused"):
            intake.start()
        assert intake.process is not None
        assert intake.process.wait(10) == 1
    assert f"Port {port} on 127.0.0.1 is in use" in capfd.readouterr().err
