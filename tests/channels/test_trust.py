"""Who vouches for a sender: really signed mails, a real name server, the real doors."""

from __future__ import annotations

import base64
import smtplib
import threading
import time
from collections.abc import Iterator
from email.message import EmailMessage

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from guichet import environment
from guichet.channels import intake
from guichet.channels.accept import Arrival, accept
from guichet.channels.email import resolver, sender_checks, tokens, trust
from guichet.channels.email.reading.read import read
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.email.trust import Came, Trust, judge
from guichet.channels.models import Parcel
from guichet.tickets.models import Inbox, Message, Ticket
from tests import make
from tests.channels.intake_process import Intake
from tests.channels.names import Names

OUTSIDE = "203.0.113.9"
BAD = "198.51.100.66"


@pytest.fixture(scope="module")
def key() -> tuple[bytes, str]:
    """A signing key (PEM) and its record."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem, "v=DKIM1; k=rsa; p=" + base64.b64encode(public).decode()


@pytest.fixture
def names(key: tuple[bytes, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    with Names() as server:
        monkeypatch.setattr(environment, "DNS", server.address)
        resolver.forget()
        for domain, policy in (("firm.example", "reject"), ("soft.example", "quarantine"), ("calm.example", "none")):
            server.txt(f"_dmarc.{domain}", f"v=DMARC1; p={policy}; rua=mailto:x@{domain}")
            server.txt(f"s1._domainkey.{domain}", key[1])
            server.txt(domain, f"v=spf1 ip4:{OUTSIDE} -all")
        server.txt("s1._domainkey.list.example", key[1])
        server.txt("list.example", f"v=spf1 ip4:{OUTSIDE} -all")
        server.txt("s1._domainkey.plain.example", key[1])
        yield server
    resolver.forget()


def mail(sender: str = "Cleo <cleo@firm.example>", *, body: str = "It is dark.", **headers: str) -> bytes:
    made = EmailMessage()
    made["From"] = sender
    made["To"] = "support@desk.example"
    made["Subject"] = headers.pop("subject", "Printer")
    made["Message-ID"] = headers.pop("message_id", f"<{time.monotonic_ns()}@firm.example>")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    return made.as_bytes().replace(b"\n", b"\r\n")


def signed(raw: bytes, key: tuple[bytes, str], domain: str = "firm.example", **more: object) -> bytes:
    return dkim.sign(raw, b"s1", domain.encode(), key[0], include_headers=[b"from", b"subject"], **more) + raw  # type: ignore[no-any-return]


def ours(raw: bytes, peer: str = OUTSIDE, envelope: str = "cleo@firm.example") -> Trust:
    return judge(raw, read(raw), "", checks=True, came=Came(peer, envelope))


# -- our own checks


def test_a_signature_of_the_senders_domain_proves_him(names: Names, key: tuple[bytes, str]) -> None:
    found = ours(signed(mail(), key), BAD, "bounce@other.example")
    assert (found.verdict, found.dkim, found.domain, found.by) == ("pass", "pass", "firm.example", trust.US)


def test_the_right_server_and_return_path_prove_him_too(names: Names) -> None:
    found = ours(mail())
    assert (found.verdict, found.spf, found.dkim) == ("pass", "pass", "none")


def test_a_body_that_was_changed_proves_nothing(names: Names, key: tuple[bytes, str]) -> None:
    tampered = signed(mail(), key).replace(b"It is dark.", b"Pay to this account.")
    found = ours(tampered, BAD, "cleo@firm.example")
    assert (found.verdict, found.dkim, found.spf) == ("fail", "permerror", "fail")


@pytest.mark.parametrize(
    ("domain", "verdict"), [("firm", "fail"), ("soft", "fail"), ("calm", "none"), ("plain", "none")]
)
def test_what_becomes_of_a_mail_nobody_vouches_for_is_for_the_domain_to_say(
    names: Names, domain: str, verdict: str
) -> None:
    found = ours(mail(f"x@{domain}.example"), BAD, "x@evil.example")
    assert found.verdict == verdict
    assert found.note == ("policy" if domain == "calm" else "")


def test_a_signature_of_another_domain_does_not_stand_for_this_one(names: Names, key: tuple[bytes, str]) -> None:
    assert ours(signed(mail(), key, "list.example"), BAD, "x@list.example").verdict == "fail"
    # another name of the same organisation does, unless the domain is strict
    below = mail("x@post.firm.example")
    assert ours(signed(below, key), BAD, "").verdict == "pass"
    names.txt("_dmarc.firm.example", "v=DMARC1; p=reject; adkim=s; aspf=s")
    resolver.forget()
    assert ours(signed(below, key), BAD, "").verdict == "fail"


def test_domains_under_one_public_suffix_are_strangers() -> None:
    assert not trust.is_aligned("a.co.uk", "b.co.uk")
    assert trust.is_aligned("mail.a.co.uk", "a.co.uk")
    assert not trust.is_aligned("one.example", "two.example")  # an ending no list knows


def test_a_mailing_list_that_rewrites_from_is_itself(names: Names, key: tuple[bytes, str]) -> None:
    rewritten = mail("Cleo via List <list@list.example>", subject="[list] Printer")
    found = ours(signed(rewritten, key, "list.example"), OUTSIDE, "list-bounces@list.example")
    assert (found.verdict, found.domain) == ("pass", "list.example")


def test_a_mailing_list_that_does_not_rewrite_is_refused_by_the_domain_whatever_arc_says(
    names: Names, key: tuple[bytes, str]
) -> None:
    through = signed(mail(), key).replace(b"Subject: Printer", b"Subject: [list] Printer")
    arc = b"ARC-Authentication-Results: i=1; list.example; dmarc=pass header.from=firm.example\r\nARC-Seal: i=1; cv=none\r\n"
    assert ours(arc + through, BAD, "list-bounces@list.example").verdict == "fail"


def test_of_several_in_from_nobody_is_believed(names: Names, key: tuple[bytes, str]) -> None:
    two = signed(mail("cleo@firm.example, boss@firm.example"), key)
    assert (ours(two).verdict, ours(two).note) == ("fail", "several")
    doubled = b"From: eve@evil.example\r\n" + signed(mail(), key)
    assert (ours(doubled).verdict, ours(doubled).note) == ("fail", "several")


def test_a_signature_over_the_first_words_only_proves_nothing(names: Names, key: tuple[bytes, str]) -> None:
    part = signed(mail(), key, length=True) + b"And now pay here.\r\n"
    assert ours(part, BAD, "x@evil.example").verdict == "fail"


@pytest.mark.parametrize("how", ["silent", "broken"])
def test_name_servers_that_fail_are_no_verdict_and_cost_little_time(
    names: Names, key: tuple[bytes, str], how: str
) -> None:
    getattr(names, how).update({"_dmarc.firm.example", "s1._domainkey.firm.example", "firm.example"})
    raw = signed(mail(), key)
    began = time.monotonic()
    found = ours(raw)
    assert (found.verdict, found.note) == ("none", "silent")
    assert time.monotonic() - began < resolver.BUDGET + 2
    began = time.monotonic()
    for _ in range(20):
        assert ours(raw).verdict == "none"
    assert time.monotonic() - began < 1, "a flood of such mails asks again and again"


def test_behind_a_relay_of_our_own_only_a_signature_proves(names: Names, key: tuple[bytes, str]) -> None:
    assert (ours(mail(), "10.0.0.5").verdict, ours(mail(), "10.0.0.5").note) == ("none", "relayed")
    assert ours(signed(mail(), key), "10.0.0.5").verdict == "pass"


def test_mail_built_to_make_the_check_slow_is_not_checked(names: Names, key: tuple[bytes, str]) -> None:
    raw = signed(mail(), key)
    for hostile in (
        raw + b" " * 2_000_000,
        raw + b"\r\n" * 700_000,
        raw.replace(b"From:", b"X: a" + b"\r\n b" * 20_000 + b"\r\nFrom:", 1),
        (b"DKIM-Signature: v=1; h=" + b":".join(b"a%d" % n for n in range(5000)) + b"\r\n") + raw,
    ):
        began = time.monotonic()
        assert ours(hostile, BAD, "").verdict == "fail"
        assert time.monotonic() - began < 2


# -- the configured relay


def relayed(*fields: str, sender: str = "cleo@firm.example", authserv_id: str = "mx.desk.example") -> Trust:
    raw = "".join(f"Authentication-Results: {field}\r\n" for field in fields).encode() + mail(sender)
    return judge(raw, read(raw), authserv_id)


GENUINE = "mx.desk.example; dkim=fail header.d=firm.example; dmarc=fail (p=reject dis=none) header.from=firm.example"
FORGED = "mx.evil.example; dkim=pass header.d=firm.example; dmarc=pass header.from=firm.example"


def test_only_the_relays_own_word_counts_wherever_a_forged_one_stands() -> None:
    assert relayed(GENUINE, FORGED).verdict == "fail"
    assert relayed(FORGED, GENUINE).verdict == "fail"
    # one under the relay's own name below the genuine one
    assert relayed(GENUINE, FORGED.replace("evil", "desk")).verdict == "fail"
    unmarked = relayed(FORGED)
    assert (unmarked.verdict, unmarked.note) == ("none", "unmarked")
    assert judge(mail(), read(mail()), "") == trust.UNCHECKED
    assert trust.UNCHECKED.as_json() == {}


@pytest.mark.parametrize(
    ("said", "verdict", "domain"),
    [
        ("mx.desk.example; dmarc=pass header.from=firm.example", "pass", "firm.example"),
        ('MX.Desk.Example 1; dkim=pass reason="a; b" header.d=firm.example', "pass", "firm.example"),
        ("mx.desk.example; dkim=pass (2048-bit key) header.i=@post.firm.example header.s=x", "pass", "post.firm.example"),
        ("mx.desk.example; dkim=pass header.d=list.example", "none", "firm.example"),
        ("mx.desk.example; spf=pass smtp.mailfrom=bounce@firm.example", "pass", "firm.example"),
        ("mx.desk.example; spf=pass smtp.mailfrom=list.example", "none", "firm.example"),
        ("mx.desk.example; dmarc=fail (p=NONE sp=NONE dis=NONE) header.from=firm.example", "none", "firm.example"),
        ("mx.desk.example; dmarc=fail (p=QUARANTINE dis=NONE) header.from=firm.example", "fail", "firm.example"),
        ("mx.desk.example; dmarc=fail action=none header.from=firm.example", "none", "firm.example"),
        ("mx.desk.example; dmarc=fail header.from=firm.example", "fail", "firm.example"),
        ("mx.desk.example; dkim=temperror header.d=firm.example; dmarc=temperror", "none", "firm.example"),
        ("mx.desk.example; none", "none", "firm.example"),
        ("mx.desk.example; x y z; dkim=pass header.d=firm.example; x=[", "pass", "firm.example"),
        ("mx.desk.example; dmarc=pass header.from=other.example", "none", "firm.example"),
        ("mx.desk.example; dmarc=pass", "none", "firm.example"),
        ('mx.desk.example; dmarc=fail reason="p=none" header.from=firm.example', "fail", "firm.example"),
        ("mx.desk.example; dmarc=fail header.from=firm.example; spf=fail (x p=none y)", "fail", "firm.example"),
    ],
)  # fmt: skip
def test_what_relays_write(said: str, verdict: str, domain: str) -> None:
    found = relayed(said)
    assert (found.verdict, found.domain, found.by) == (verdict, domain, "mx.desk.example")


SLIPPED = "dmarc=pass header.from=firm.example"
REFUSED = "dkim=none; dmarc=fail (p=reject dis=none) header.from=firm.example"


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (f'spf=pass smtp.mailfrom="a; {SLIPPED}; x"@evil.example; {REFUSED}', "fail"),
        (f'spf=pass smtp.mailfrom="a; {SLIPPED}; x"@evil.example; {REFUSED};', "fail"),
        (f'spf=pass smtp.helo=[203.0.113.9] smtp.mailfrom="a; {SLIPPED}; x"@evil.example; {REFUSED}', "fail"),
        (f'spf=pass smtp.mailfrom=<"a; {SLIPPED}; x"@evil.example>; {REFUSED}', "fail"),
        (f'spf=pass smtp.mailfrom="a\\"; {SLIPPED}; \\"x"@evil.example; {REFUSED}', "fail"),
        (f'spf=pass (mx: "a); {SLIPPED}; (x"@evil.example is permitted) smtp.helo=x; {REFUSED}', "fail"),
        (f"spf=pass smtp.helo=x;dmarc=pass()header.from=firm.example; {REFUSED}", "fail"),
        (f"spf=pass smtp.helo=x\\; {REFUSED}", "fail"),
        (f'spf=pass smtp.helo=x"; {REFUSED}', "fail"),
        (f"spf=pass smtp.helo=x(; {REFUSED}", "fail"),
        (f"{'dkim=fail header.d=a.example; ' * 300}{REFUSED}", "fail"),
        # without DMARC at the relay nothing refuses it, and nothing proves it either
        ('spf=pass smtp.helo=[1.2.3.4] smtp.mailfrom="a; dkim=pass header.d=firm.example; x"@evil.example', "none"),
        ('spf=pass (mx: "a); dkim=pass header.d=firm.example; (x"@evil.example is permitted)', "none"),
        ('spf=pass (mx: "a) smtp.mailfrom=x@firm.example (x"@evil.example is permitted)', "none"),
        ("dkim=pass header.d=firm.example; ((", "none"),
        ("dkim=none " + "(" * 5000, "none"),
    ],
)
def test_words_of_the_sender_within_the_relays_field_are_no_results(said: str, verdict: str) -> None:
    assert relayed(f"mx.desk.example; {said}").verdict == verdict


@given(st.text(st.sampled_from('ab"\\();= .@<>'), max_size=40))
def test_no_return_path_proves_a_sender(local: str) -> None:
    quoted = '"' + local.replace("\\", "\\\\").replace('"', '\\"') + f'; {SLIPPED}; dkim=pass header.d=firm.example"'
    for said in (f"smtp.mailfrom={quoted}@evil.example", f"({quoted}@evil.example) smtp.helo=[1.2.3.4]"):
        raw = f"Authentication-Results: mx.desk.example; spf=pass {said}\r\n".encode() + PLAIN
        assert judge(raw, read(raw), "mx.desk.example").verdict != "pass"


PLAIN = b"From: boss@firm.example\r\nSubject: x\r\n\r\nx\r\n"
BOSS = b"From: The Boss <boss@firm.example>"
HIDDEN = {
    "cr": b"X-Note: a\r" + BOSS + b"\r\n",
    "cr and end": b"X-Note: a\r" + BOSS + b"\r\r",
    "lf and end": b"X-Note: a\n" + BOSS + b"\n\n",
    "bom": b"\xef\xbb\xbf" + BOSS + b"\r\n",
    "nul": b"\0" + BOSS + b"\r\n",
    "nul in the name": b"X: a\r\nFrom\0: boss@firm.example\r\n",
    "space before the colon": b"From : boss@firm.example\r\n",
    "8-bit name": BOSS.replace(b"From", b"From\xa0") + b"\r\n",
    "blanks": b"From: " + b" " * 8100 + b"boss@firm.example\r\n",
    "many": b"From: x\r\n" * 21 + BOSS + b"\r\n",
    "line of blanks": b"X: a\r\n \t\r\n" + BOSS + b"\r\n",
    "blanks and end": BOSS + b"\r\n \r\n \r\n",
    "too long": BOSS + b"," + b" " * 70_000 + b"\r\n",
    "more addresses than are read": b"From: " + b"boss@firm.example, " * 501 + b"eve@firm.example\r\n",
    "too many": BOSS + b"\r\n" + b"X: a\r\n" * 2100,
    "too much": BOSS + b"\r\n" + (b"X: " + b"a" * 900 + b"\r\n") * 300,
}


@pytest.mark.parametrize("how", HIDDEN)
def test_a_from_that_others_do_not_see_is_never_proved(names: Names, key: tuple[bytes, str], how: str) -> None:
    """The colleague of a sender whose domain really signed: one program sees the one, and one the other."""
    genuine = signed(mail("Eve <eve@firm.example>"), key)
    assert ours(genuine, BAD, "x@evil.example").verdict == "pass"
    assert ours(HIDDEN[how] + genuine, BAD, "x@evil.example").verdict != "pass"
    word = b"Authentication-Results: mx.desk.example; dmarc=pass header.from=firm.example\r\n"
    believed = word + genuine
    assert judge(believed, read(believed), "mx.desk.example").verdict == "pass"
    for raw in (word + HIDDEN[how] + genuine, HIDDEN[how] + word + genuine):
        assert judge(raw, read(raw), "mx.desk.example").verdict != "pass"


def test_a_mail_without_from_proves_nobody() -> None:
    nameless = mail("cleo@firm.example").replace(b"From: cleo@firm.example", b"Reply-To: cleo@firm.example")
    word = b"Authentication-Results: mx.desk.example; dkim=pass header.d=firm.example\r\n" + nameless
    assert read(word).sender.address == "cleo@firm.example"
    found = judge(word, read(word), "mx.desk.example")
    assert (found.verdict, found.note) == ("none", "broken")


@pytest.mark.parametrize("ends", [b"\r\n", b"\n"])
def test_usual_mail_is_plain(ends: bytes) -> None:
    for raw in (mail(), b"From x@y.example Sun Nov 22 10:00:00 2026\r\nReceived: a\r\n\tb\r\n c\r\n" + mail(), PLAIN):
        assert sender_checks.is_plain(raw.replace(b"\r\n", ends))


def test_exchange_online_writes_without_a_name_and_on_top() -> None:
    said = "spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=firm.example; dkim=pass header.d=firm.example;dmarc=pass action=none header.from=firm.example;compauth=pass reason=100"
    assert relayed(said, authserv_id="outlook.com").verdict == "pass"
    assert relayed(FORGED, said, authserv_id="outlook.com").note == "unmarked"


def test_a_domain_of_other_letters(names: Names) -> None:
    assert trust.domain_of("x@bücher.example") == "xn--bcher-kva.example"
    assert relayed(
        "mx.desk.example; dkim=pass header.d=xn--bcher-kva.example", sender="x@xn--bcher-kva.example"
    ).verdict == "pass"  # fmt: skip


# -- through the doors


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
    assert time.monotonic() - began < 1.5
    assert Ticket.objects.filter(inbox=cast.billing).count() == 1
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
    began = time.monotonic()
    intake.drain(reader)
    thread.join()
    assert [ticket.inbox for ticket in Ticket.objects.all()] == [cast.billing]
    assert time.monotonic() - began < 1.5
    drain(reader)
    assert Ticket.objects.count() == 2


def test_history_is_not_checked_anew(cast: make.Cast, names: Names, reader: Reader) -> None:
    Inbox.objects.filter(pk=cast.support.pk).update(checks_senders=True)
    accept([Arrival("import", "", cast.support.pk, [], mail(), received_at=timezone.now(), is_history=True)])
    drain(reader)
    assert names.asked == 0
    assert connection.in_atomic_block is False
