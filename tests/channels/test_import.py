"""An old mailbox becomes closed history: through the real command, killed and run again, in every order."""

from __future__ import annotations

import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from guichet.channels import intake
from guichet.channels.accept import Arrival, accept
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.importing import run
from guichet.channels.models import Acknowledgement, End, HistoryKey, MailImport, Parcel, ParcelState
from guichet.kit import pg
from guichet.people.models import Role
from guichet.queues import piles
from guichet.tickets import actions
from guichet.tickets.events import BELL, By
from guichet.tickets.models import Delivery, Event, Inbox, Message, MessageKind, Status, Ticket
from tests import make
from tests.channels.dovecot import PASSWORD, Dovecot, needed
from tests.channels.intake_process import database_url

pytestmark = pytest.mark.django_db(transaction=True)
SUPPORT = "support@desk.example"
START = datetime(2015, 3, 2, 9, 0, tzinfo=UTC)


def old(
    name: str, *, sender: str = "Cleo <cleo@customer.example>", to: str = SUPPORT, subject: str = "The printer",
    refs: Sequence[str] = (), day: int = 0, body: str = "", sent: bool = False,
) -> bytes:  # fmt: skip
    """A mail of long ago; `sent` is the copy in a folder of sent mails, without traces of delivery."""
    at = f"{START + timedelta(days=day):%a, %d %b %Y %H:%M:%S +0000}"
    traces = "" if sent else f"Return-Path: <{sender}>\nDelivered-To: {SUPPORT}\nReceived: from a by b; {at}\n"
    named = "".join(f" <{ref}@old.example>" for ref in refs)
    head = f"{traces}From: {sender}\nTo: {to}\nSubject: {subject}\nDate: {at}\nMessage-ID: <{name}@old.example>\n"
    return (head + (f"References:{named}\n" if named else "") + f"\n{body or f'Words of {name}.'}\n").encode()


CONVERSATION = [
    old("question", day=0),
    old("answer", sender=f"Ana <{SUPPORT}>", to="cleo@customer.example", refs=["question"], day=1, sent=True),
    old("thanks", refs=["answer"], day=2, subject="Re: The printer"),
    old("other", sender="Dan <dan@customer.example>", subject="The lamp", day=3),
]


@pytest.fixture
def inbox() -> Inbox:
    return make.inbox(SUPPORT)


def mbox(path: Path, mails: Sequence[bytes]) -> Path:
    path.write_bytes(b"".join(b"From x Mon Jan  2 03:04:05 2017\n" + mail + b"\n" for mail in mails))
    return path


def guichet(*words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "guichet", "mail", *words]
    environment = {**os.environ, "DATABASE_URL": database_url()}
    return subprocess.run(command, env=environment, input=stdin, capture_output=True, text=True, timeout=120)


def drained() -> None:
    with Reader() as reader:
        while intake.drain(reader):
            pass


def take(inbox: Inbox, mails: Sequence[bytes], tmp_path: Path) -> MailImport:
    row = run.prepare(inbox, MailImport.Kind.MBOX, {"path": str(mbox(tmp_path / "old", mails))}, "old")
    assert not run.run(row.pk)
    drained()
    return MailImport.objects.get(pk=row.pk)


def threads() -> set[frozenset[str]]:
    """The tickets as sets of the names of their mails."""
    return {
        frozenset(mid.partition("@")[0] for mid in ticket.messages.values_list("message_id", flat=True))
        for ticket in Ticket.objects.all()
    }


def test_a_conversation_becomes_one_closed_ticket_and_nobody_hears_of_it(inbox: Inbox, tmp_path: Path) -> None:
    ana = make.person(SUPPORT, Role.AGENT, name="Ana")
    row = take(inbox, CONVERSATION, tmp_path)
    assert (row.state, row.done, row.new, row.known, row.failed) == ("done", 4, 4, 0, 0)
    assert threads() == {frozenset({"question", "answer", "thanks"}), frozenset({"other"})}
    ticket = Ticket.objects.get(subject="The printer")
    assert (ticket.status, ticket.created_at, ticket.last_message_at) == (
        Status.CLOSED,
        START,
        START + timedelta(days=2),
    )
    assert (ticket.requester.email, ticket.waiting_since, ticket.is_open) == ("cleo@customer.example", None, False)
    kinds = list(ticket.messages.order_by("at").values_list("kind", "author__email", "is_verified", "delivery"))
    assert kinds == [
        (MessageKind.INBOUND, "cleo@customer.example", True, ""),
        (MessageKind.OUTBOUND, SUPPORT, True, Delivery.SENT),
        (MessageKind.INBOUND, "cleo@customer.example", True, ""),
    ]
    assert ticket.messages.get(kind=MessageKind.OUTBOUND).author == ana
    assert not Event.objects.filter(is_quiet=False).exists()
    make.follow_log()
    assert not Acknowledgement.objects.exists()
    assert not Message.objects.filter(delivery=Delivery.QUEUED).exists()
    assert set(Parcel.objects.values_list("state", "door", "is_history")) == {(ParcelState.TICKET, "import", True)}
    assert Parcel.objects.get(mail_id="thanks@old.example").received_at == START + timedelta(days=2)


def test_a_second_run_changes_nothing(inbox: Inbox, tmp_path: Path) -> None:
    take(inbox, CONVERSATION, tmp_path)
    before = list(Ticket.objects.order_by("pk").values()), list(Message.objects.order_by("pk").values())
    row = take(inbox, CONVERSATION, tmp_path)
    assert (row.done, row.new, row.known) == (4, 0, 4)
    assert (list(Ticket.objects.order_by("pk").values()), list(Message.objects.order_by("pk").values())) == before
    assert MailImport.objects.count() == 1


def test_every_order_of_arrival_gives_the_same_tickets(tmp_path: Path) -> None:
    """Each mail in a batch of its own, so that an answer is a ticket before its question is there."""
    for number, order in enumerate(itertools.permutations(range(3))):
        inbox = make.inbox(f"support{number}@desk.example")
        for place in order:
            take(inbox, [CONVERSATION[place].replace(SUPPORT.encode(), inbox.address.encode())], tmp_path)
        ticket = Ticket.objects.get(inbox=inbox)
        assert ticket.messages.count() == 3
        assert (ticket.requester.email, ticket.created_at, ticket.status) == (
            "cleo@customer.example",
            START,
            Status.CLOSED,
        )
        assert (ticket.subject, ticket.preview) == ("The printer", "Words of thanks.")
        assert set(ticket.messages.values_list("is_verified", flat=True)) == {True}
        assert set(HistoryKey.objects.filter(inbox=inbox).values_list("ticket", flat=True)) == {ticket.pk}
        assert set(Parcel.objects.filter(inbox=inbox).values_list("ticket", flat=True)) == {ticket.pk}


def test_chains_of_answers_find_together_in_random_orders(inbox: Inbox, tmp_path: Path) -> None:
    """Mails that name one neighbour only, in batches of random sizes."""
    random.seed(7)
    mails = {
        f"{chain}-{number}": old(
            f"{chain}-{number}", sender=f"P{chain} <p{chain}@customer.example>", day=number,
            refs=[f"{chain}-{number - 1}"] if number else [],
        )
        for chain in "ab" for number in range(5)
    }  # fmt: skip
    names = list(mails)
    random.shuffle(names)
    while names:
        some, names = names[: (size := random.randint(1, 5))], names[size:]
        take(inbox, [mails[name] for name in some], tmp_path)
    assert threads() == {frozenset(f"{chain}-{number}" for number in range(5)) for chain in "ab"}


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 0, 2), (3, 0, 2, 1), (1, 3, 2, 0)])
def test_a_stranger_makes_no_ticket_of_two_conversations(inbox: Inbox, tmp_path: Path, order: tuple[int, ...]) -> None:
    """Eve's second mail names her own first and Cleo's, which she knows of; whatever comes first."""
    eve = "eve@stranger.example"
    glue = old("glue", sender=eve, refs=["eve", "question", "answer"], day=4)
    mails = [old("eve", sender=eve, subject="Mine"), *CONVERSATION[:2], glue]
    for place in order:
        take(inbox, [mails[place]], tmp_path)
    assert threads() == {frozenset({"question", "answer"}), frozenset({"eve", "glue"})}
    assert Ticket.objects.get(subject="The printer").requester.email == "cleo@customer.example"


def test_a_third_whom_we_wrote_to_and_a_delivery_report_belong_to_the_conversation(
    inbox: Inbox, tmp_path: Path
) -> None:
    ours = old("ours", sender=SUPPORT, to="cleo@customer.example, dan@customer.example", refs=["question"], sent=True)
    dan = old("dan", sender="dan@customer.example", refs=["question", "ours"], day=2)
    take(inbox, [dan], tmp_path)
    take(inbox, [CONVERSATION[0]], tmp_path)
    take(inbox, [ours], tmp_path)
    assert threads() == {frozenset({"question", "ours", "dan"})}


def test_mail_that_only_claims_our_address_is_nobody_of_ours(inbox: Inbox, tmp_path: Path) -> None:
    forged = old("forged", sender=SUPPORT, to="eve@stranger.example")
    for number, lines in enumerate((b"Return-Path", b"Return-Path Delivered-To")):
        kept = [line for line in forged.splitlines(True) if line.partition(b":")[0] not in lines.split()]
        take(inbox, [b"".join(kept).replace(b"<forged", b"<forged%d" % number)], tmp_path)
    assert set(Message.objects.values_list("kind", "is_verified")) == {(MessageKind.INBOUND, False)}
    assert Message.objects.count() == 2


@pytest.mark.parametrize(
    ("kind", "folder", "is_sent"),
    [
        ("imap", "[Gmail]/Sent Mail", True), ("imap", "INBOX.Sent", True), ("imap", "Éléments envoyés", True),
        ("imap", "Gesendete Objekte", True), ("imap", "INBOX", False), ("imap", "Consent", False),
        ("maildir", ".Sent", True), ("maildir", "Maildir", False), ("mbox", "Sent.mbox", True),
    ],
)  # fmt: skip
def test_a_folder_of_sent_mail_is_known_by_its_name(kind: str, folder: str, is_sent: bool) -> None:
    source = {"folder": folder} if kind == "imap" else {"path": f"/srv/old/{folder}"}
    assert run.is_sent_folder(MailImport(kind=kind, name=folder, source=source)) is is_sent


def test_copies_in_other_folders_are_known_as_such(inbox: Inbox, tmp_path: Path) -> None:
    copy = CONVERSATION[0].replace(b"Subject:", b"X-Folder: copy\nSubject:")
    take(inbox, [CONVERSATION[0], copy], tmp_path)
    take(inbox, [copy.replace(b"copy", b"other")], tmp_path)
    assert sorted(Parcel.objects.values_list("end", flat=True)) == [End.DUPLICATE, End.DUPLICATE, End.TICKETED]
    assert Message.objects.count() == 1


def test_a_live_answer_to_an_imported_mail_joins_and_reopens_it(inbox: Inbox, tmp_path: Path) -> None:
    take(inbox, CONVERSATION, tmp_path)
    live = old("live", refs=["thanks"], body="It is dark again?").replace(b"Return-Path", b"X-Was")
    stranger = old("stranger", sender="eve@stranger.example", refs=["thanks"], body="Me too?").replace(
        b"Return-Path", b"X"
    )
    accept([Arrival("lmtp", "cleo@customer.example", inbox.pk, [SUPPORT], live)])
    accept([Arrival("lmtp", "eve@stranger.example", inbox.pk, [SUPPORT], stranger)])
    drained()
    ticket = Ticket.objects.get(subject="The printer", requester__email="cleo@customer.example")
    assert (ticket.status, ticket.messages.count()) == (Status.OPEN, 4)
    assert Message.objects.get(message_id="stranger@old.example").ticket != ticket


def test_old_mail_never_moves_what_people_did_since(inbox: Inbox, tmp_path: Path) -> None:
    """A ticket of the history that lives again keeps its status, owner and subject; older mail only joins it."""
    ana = make.person("ana@desk.example", Role.AGENT, name="Ana", teams=(inbox.team,))
    take(inbox, [CONVERSATION[2]], tmp_path)
    ticket = Ticket.objects.get()
    actions.set_status(ticket, Status.OPEN, By(ana, "desk"))
    actions.set_subject(ticket, "Chosen by Ana", By(ana, "desk"))
    take(inbox, CONVERSATION[:2], tmp_path)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.subject, ticket.messages.count()) == (Status.OPEN, "Chosen by Ana", 3)
    assert ticket.created_at == START


def test_todays_tickets_are_never_touched(inbox: Inbox, tmp_path: Path) -> None:
    live = make.ticket(to=inbox)
    first = live.messages.get()
    mail = old("older", refs=["x"]).replace(b"<x@old.example>", f"<{first.message_id}>".encode())
    take(inbox, [mail], tmp_path)
    assert live.messages.count() == 1
    assert Ticket.objects.count() == 2


def test_mail_of_today_is_claimed_before_that_of_an_import(inbox: Inbox) -> None:
    for number in range(3):
        accept([Arrival("import", "", inbox.pk, [], old(f"old{number}"), received_at=START, is_history=True)])
    live = accept([Arrival("lmtp", "cleo@customer.example", inbox.pk, [SUPPORT], old("live"))])[0]
    assert [parcel.pk for parcel in intake.claim(1)] == [live.pk]


def test_the_command_imports_and_says_what_it_did(inbox: Inbox, tmp_path: Path) -> None:
    file = mbox(tmp_path / "old.mbox", CONVERSATION)
    done = guichet("import", SUPPORT, f"mbox:{file}")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "4 mails: 4 new, 0 known, 0 failed"), done.stderr
    assert "4 wait for the worker" in done.stdout
    assert guichet("import", SUPPORT, f"mbox:{file}").stdout.startswith("4 mails: 0 new, 4 known, 0 failed")
    assert guichet("import", "nobody@desk.example", f"mbox:{file}").returncode == 67
    assert guichet("import", SUPPORT, f"mbox:{tmp_path}/none").returncode == 65
    assert guichet("import", SUPPORT, "pop3://x").returncode == 65
    assert guichet("import", SUPPORT, f"maildir:{tmp_path}").returncode == 65
    drained()
    ends = [json.loads(line)["end"] for line in guichet("list", "--json").stdout.splitlines()]
    assert sorted(ends) == ["joined", "joined", "ticketed", "ticketed"]


def test_killed_again_and_again_it_loses_and_doubles_nothing(inbox: Inbox, tmp_path: Path) -> None:
    mails = [old(f"m{number}", day=number, sender=f"p{number}@customer.example") for number in range(900)]
    file = mbox(tmp_path / "many.mbox", mails)
    command = [sys.executable, "-m", "guichet", "mail", "import", SUPPORT, f"mbox:{file}"]
    environment = {**os.environ, "DATABASE_URL": database_url()}
    kills = 0
    while kills < 3:
        before = Parcel.objects.count()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and Parcel.objects.count() <= before + 100:
            time.sleep(0.005)
        if process.poll() is not None:
            break
        process.send_signal(signal.SIGKILL)
        process.wait()
        kills += 1
        row = MailImport.objects.get()
        assert row.done == Parcel.objects.count(), "the place and the mails before it are one commit"
    assert kills
    done = guichet("import", SUPPORT, f"mbox:{file}")
    assert done.stdout.startswith("900 mails: 900 new, 0 known, 0 failed"), done.stdout + done.stderr
    assert Parcel.objects.count() == 900


def test_a_pause_ends_a_run_and_another_goes_on_from_there(inbox: Inbox, tmp_path: Path) -> None:
    file = mbox(tmp_path / "old", [old(f"m{number}") for number in range(120)])
    row = run.prepare(inbox, MailImport.Kind.MBOX, {"path": str(file)}, "old")

    def pause(row: MailImport) -> None:
        MailImport.objects.filter(pk=row.pk).update(state=MailImport.State.STOPPED)

    assert not run.run(row.pk, tell=pause)
    row.refresh_from_db()
    assert (row.state, row.done, Parcel.objects.count()) == ("stopped", 50, 50)
    assert not run.run(row.pk), "what is paused is not run"
    MailImport.objects.filter(pk=row.pk).update(state=MailImport.State.WAITING)
    assert run.run(row.pk, seconds=0), "its turn is over: another goes on"
    assert not run.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.done, row.new, Parcel.objects.count()) == ("done", 120, 120, 120)


def test_an_imap_folder_is_imported_and_left_as_it_was(inbox: Inbox) -> None:
    needed()
    home = Path(tempfile.mkdtemp(prefix="dovecot-"))
    server = Dovecot(home)
    server.start()
    try:
        server.put("ten", CONVERSATION[:1] + CONVERSATION[2:], at=START + timedelta(days=9))
        server.put("ten", CONVERSATION[1:2], "Sent")
        for folder, want in (("INBOX", 3), ("Sent", 1)):
            url = f"imap://ten:{PASSWORD}@127.0.0.1:{server.port}/{folder}"
            done = guichet("import", SUPPORT, "-", stdin=url + "\n")
            assert done.stdout.startswith(f"{want} mails: {want} new, 0 known"), done.stdout + done.stderr
            assert PASSWORD not in done.stdout + done.stderr
            assert guichet("import", SUPPORT, url).stdout.startswith(f"{want} mails: 0 new, {want} known")
        with server.box("ten") as box:
            assert [mail.flags for mail in box.fetch(mark_seen=False)] == [()] * 3
        missing = guichet("import", SUPPORT, f"imap://ten:{PASSWORD}@127.0.0.1:{server.port}/Nowhere")
        assert missing.returncode == 65
        assert "There is no folder Nowhere" in missing.stderr
    finally:
        server.stop()
        shutil.rmtree(home)
    drained()
    assert threads() == {frozenset({"question", "answer", "thanks"}), frozenset({"other"})}
    assert all("account" not in row.source for row in MailImport.objects.filter(state="done")), "no password is kept"
    gone = guichet("import", SUPPORT, f"imap://ten:{PASSWORD}@127.0.0.1:{server.port}/INBOX")
    assert gone.returncode == 75, "a server that is away comes back"


def test_no_open_page_is_rung_for_by_an_import(inbox: Inbox, tmp_path: Path) -> None:
    with pg.Bell(BELL) as bell:
        bell.wait(0.1)
        take(inbox, CONVERSATION, tmp_path)
        assert {payload for _bell, payload in bell.wait(2)} == {"parcel"}
        make.ticket(to=inbox)
        assert any(payload.startswith("ticket:") for _bell, payload in bell.wait(2))


def test_what_waits_of_an_import_is_no_delay(inbox: Inbox) -> None:
    accept([Arrival("import", "", inbox.pk, [], old("a"), received_at=START, is_history=True)])
    assert all(pile.oldest < 60 for pile in piles() if pile.name == "parcels")
    assert Parcel.objects.get().received_at < timezone.now() - timedelta(days=365)
