"""The word of a relay of our own, and forged ones beside it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.channels.email import trust
from guichet.channels.email.reading.read import read
from guichet.channels.email.trust import Trust, judge
from tests.channels.names import Names
from tests.channels.trusting.making import PLAIN, mail


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


def test_exchange_online_writes_without_a_name_and_on_top() -> None:
    said = "spf=pass (sender IP is 1.2.3.4) smtp.mailfrom=firm.example; dkim=pass header.d=firm.example;dmarc=pass action=none header.from=firm.example;compauth=pass reason=100"
    assert relayed(said, authserv_id="outlook.com").verdict == "pass"
    assert relayed(FORGED, said, authserv_id="outlook.com").note == "unmarked"


def test_a_domain_of_other_letters(names: Names) -> None:
    assert trust.domain_of("x@bücher.example") == "xn--bcher-kva.example"
    assert relayed(
        "mx.desk.example; dkim=pass header.d=xn--bcher-kva.example", sender="x@xn--bcher-kva.example"
    ).verdict == "pass"  # fmt: skip
