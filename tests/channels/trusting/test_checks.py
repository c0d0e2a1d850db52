"""Who vouches for a sender: really signed mails and a real name server."""

from __future__ import annotations

import time

import pytest

from guichet.channels.email import resolver, sender_checks, trust
from guichet.channels.email.reading.read import read
from guichet.channels.email.trust import Came, Trust, judge
from tests.channels.names import Names
from tests.channels.trusting.making import BAD, HIDDEN, OUTSIDE, PLAIN, mail, signed


def ours(raw: bytes, peer: str = OUTSIDE, envelope: str = "cleo@firm.example") -> Trust:
    return judge(raw, read(raw), "", checks=True, came=Came(peer, envelope))


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
    assert time.monotonic() - began < resolver.BUDGET, "a flood of such mails asks again and again"


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
        began = time.process_time()
        assert ours(hostile, BAD, "").verdict == "fail"
        assert time.process_time() - began < 2


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
