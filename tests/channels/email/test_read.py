"""Bytes of a mail to neutral words: real and broken mail."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guichet.channels.base import Address, Incoming
from guichet.channels.email.reading.headers import decode_words, parameters
from guichet.channels.email.reading.names import clean_name
from guichet.channels.email.reading.read import Unreadable, read


def mail(headers: str | bytes, body: str | bytes = "") -> Incoming:
    head = headers.encode() if isinstance(headers, str) else headers
    rest = body.encode() if isinstance(body, str) else body
    return read(head.strip().replace(b"\n", b"\r\n") + b"\r\n\r\n" + rest.replace(b"\n", b"\r\n"))


def multipart(*parts: str, kind: str = "mixed", extra: str = "") -> Incoming:
    body = "".join(f"--B\n{part}\n" for part in parts)
    return mail(f'From: a@x.example\nContent-Type: multipart/{kind}; boundary="B"{extra}', f"{body}--B--\n")


def test_an_ordinary_mail() -> None:
    found = mail(
        "From: =?utf-8?q?J=C3=BCrgen_M=C3=BCller?= <juergen@x.example>\nTo: Help <help@desk.example>, b@x.example\n"
        "Cc: =?iso-8859-1?B?SmVhbiBE6WpvdQ==?= <jean@x.example>\nReply-To: other@x.example\n"
        "Subject: =?utf-8?b?R3LDvA==?=\n"
        " =?utf-8?b?w59l?= an alle\nDate: Mon, 1 Jun 2026 10:12:13 +0200\nMessage-ID: <1@x.example>\n"
        "In-Reply-To: <0@x.example>\nReferences: <z@x.example>\n <0@x.example>",
        "Hello\n",
    )
    assert found.sender == Address("Jürgen Müller", "juergen@x.example")
    assert found.to == (Address("Help", "help@desk.example"), Address("", "b@x.example"))
    assert found.cc == (Address("Jean Déjou", "jean@x.example"),)
    assert found.reply_to == (Address("", "other@x.example"),)
    assert found.subject == "Grüße an alle"
    assert found.sent_at == datetime(2026, 6, 1, 8, 12, 13, tzinfo=UTC)
    assert (found.message_id, found.in_reply_to, found.references) == (
        "1@x.example", "0@x.example", ("z@x.example", "0@x.example")
    )  # fmt: skip
    assert (found.text.strip(), found.html, found.auto, found.bounce, found.problems) == ("Hello", "", "no", None, ())


def test_a_character_split_over_two_encoded_words() -> None:
    assert decode_words("=?utf-8?b?4oI=?= =?utf-8?b?rA==?=") == "€"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("=?utf-8?q?a?=b=?utf-8?q?c?=", "abc"),
        ("=?unknown-charset?q?caf=C3=A9?=", "café"),
        ("=?utf-8*en?q?a?=", "a"),
        ("=?utf-8?b?YWJj", "abc"),
        ("=?utf-8?b?YWJj =?utf-8?q?What?_now?= =?utf-8?q?=21", "abcWhat? now!"),
        ("=? utf-8 ?q?a?=", "a"),
        ("=?utf-8?b?YWJjZ?=", "abc"),
        ("=?us-ascii?q?caf=E9?=", "café"),
    ],
)
def test_encoded_words_of_all_sorts(value: str, wanted: str) -> None:
    assert decode_words(value) == wanted


def test_raw_eight_bit_headers() -> None:
    assert mail("From: Zoë <z@x.example>\nSubject: déjà".encode()).subject == "déjà"
    assert mail("From: Zo\xeb <z@x.example>\nSubject: d\xe9j\xe0".encode("latin-1")).subject == "déjà"
    russian = mail("From: Ёж <z@x.example>\nSubject: Привет\nContent-Type: text/plain; charset=koi8-r".encode("koi8-r"))
    assert (russian.subject, russian.sender.name) == ("Привет", "Ёж")


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ('"Doe, Jane" <j@x.example>', [("Doe, Jane", "j@x.example")]),
        ("Doe, Jane <j@x.example>", [("Doe, Jane", "j@x.example")]),
        ("j@x.example (Jane (J.) Doe)", [("Jane (J.) Doe", "j@x.example")]),
        ("Jane Doe j@x.example", [("Jane Doe", "j@x.example")]),
        ("Jane <j@x.example", [("Jane", "j@x.example")]),
        ("<@a.example,@b.example:j@x.example>", [("", "j@x.example")]),
        ("Team: a@x.example, B <b@x.example>;", [("", "a@x.example"), ("B", "b@x.example")]),
        ("undisclosed-recipients:;", []),
        ("<Undisclosed-Recipient:@x.example;>", []),
        ("(Empty list)(start)Nobody: (really (nobody)) ;", []),
        ("Pete (A \\) chap) <pete(his account)@x.example(his host)>", [("Pete", "pete@x.example")]),
        (
            "Mary <@machine.tld:mary@x.example>, , jdoe@test   . example",
            [("Mary", "mary@x.example"), ("", "jdoe@test.example")],
        ),
        ("a@x.example; b@x.example", [("", "a@x.example"), ("", "b@x.example")]),
        ("=?utf-8?q?Doe=2C_Jane?= <j@x.example>", [("Doe, Jane", "j@x.example")]),
        ('"=?utf-8?q?J=C3=BC?=" <j@x.example>', [("Jü", "j@x.example")]),
        ("=?utf-8?q?Jane_<j=40x.example>?=", [("Jane", "j@x.example")]),
        ("'Jane' <mailto:j@x.example>", [("Jane", "j@x.example")]),
    ],
)
def test_address_lists_as_they_are(value: str, wanted: list[tuple[str, str]]) -> None:
    found = mail(f"From: a@x.example\nTo: {value}")
    assert [(item.name, item.address) for item in found.to] == wanted


def test_no_from_and_several_from() -> None:
    without = mail("Sender: s@x.example\nSubject: x")
    assert without.sender.address == "s@x.example"
    assert any("From names no address" in problem for problem in without.problems)
    several = mail("From: a@x.example\nFrom: b@x.example")
    assert several.sender.address == "a@x.example"
    assert several.problems


@pytest.mark.parametrize(
    "value", ["Fri, 99 Foo 99999 99:99:99 +9999", "", "1", "x" * 500, "Mon, 31 Feb 2026 00:00:00 +0000"]
)
def test_absurd_dates_are_none(value: str) -> None:
    assert mail(f"From: a@x.example\nDate: {value}").sent_at is None


@pytest.mark.parametrize(
    ("charset", "body", "wanted"),
    [
        ("iso-2022-jp", b"\x1b$B-!-jF|K\\8l\x1b(B ok", "①㈱日本語 ok"),
        ("ks_c_5601-1987", "안녕하세요 똠".encode("cp949"), "안녕하세요 똠"),
        ("gb2312", "镕基".encode("gb18030"), "镕基"),
        ("big5", "香港啲嘢".encode("big5hkscs"), "香港啲嘢"),
        ("windows-874", "สวัสดี".encode("cp874"), "สวัสดี"),
        ("koi8-u", "Привіт ґанок".encode("koi8-u"), "Привіт ґанок"),
        ("x-mac-roman", "Größe".encode("mac_roman"), "Größe"),
        ("utf-7", b"Gr+APwA3w-e", "Grüße"),
        ("cp50221", b"\x1b$B-!\x1b(B", "①"),
        ("iso-8859-2", "Größe, très bien".encode(), "Größe, très bien"),
        ("en_US.UTF-8", "Größe".encode(), "Größe"),
        (
            "x-unknown",
            "Die Hasen und die Frösche, ärgerlich über die Größe, kläglich ähnlich".encode("latin-1"),
            "Die Hasen und die Frösche, ärgerlich über die Größe, kläglich ähnlich",
        ),
        ("utf-8", "café".encode(), "café"),
        ("utf-8", "café".encode("cp1252"), "café"),
        ("iso-8859-1", "10 €".encode("cp1252"), "10 €"),
        ("us-ascii", "grüße".encode(), "grüße"),
        ("x-nonsense", "grüße".encode(), "grüße"),
        ("gb2312", "你好".encode("gb18030"), "你好"),
        ("iso-2022-jp", "こんにちは".encode("iso-2022-jp"), "こんにちは"),
        ("hex", b"abc", "abc"),
        ("unicode_escape", b"\\ud800", "\\ud800"),
    ],
)
def test_charsets_declared_wrong_and_absent(charset: str, body: bytes, wanted: str) -> None:
    found = mail(f"From: a@x.example\nContent-Type: text/plain; charset={charset}", body)
    assert found.text.strip() == wanted


def test_nul_and_surrogates_never_reach_the_text() -> None:
    found = mail("From: a@x.example\nContent-Type: text/plain; charset=utf-7", b"a\0b +2AA-")
    assert "\0" not in found.text
    found.text.encode()


def test_the_best_text_of_nested_alternatives() -> None:
    found = multipart(
        'Content-Type: multipart/related; boundary="C"\n\n--C\nContent-Type: multipart/alternative; boundary="D"\n\n'
        "--D\nContent-Type: text/plain\n\nplain words\n--D\nContent-Type: text/html\n\n<p>rich <b>words</b>"
        '<img src="cid:p1">\n--D--\n--C\nContent-Type: image/png; name=p.png\nContent-ID: <p1>\n'
        "Content-Transfer-Encoding: base64\n\nUE5H\n--C--",
        'Content-Type: application/pdf; name="a.pdf"\nContent-Transfer-Encoding: base64\n\nUERG',
    )
    assert found.text.strip() == "plain words"
    assert "<b>words</b>" in found.html
    assert 'src="cid:p1"' in found.html
    assert [(f.name, f.content, f.is_inline, f.content_id) for f in found.files] == [
        ("p.png", b"PNG", True, "p1"), ("a.pdf", b"PDF", False, "")
    ]  # fmt: skip


def test_html_alone_gives_text() -> None:
    found = mail("From: a@x.example\nContent-Type: text/html", "<p>Hello<p>Ana<script>x</script>")
    assert found.text == "Hello\n\nAna"
    assert "script" not in found.html


def test_an_attached_mail_is_a_file_with_its_subject_as_name() -> None:
    found = multipart("Content-Type: text/plain\n\nsee below", "Content-Type: message/rfc822\n\nSubject: inner\n\nold")
    assert found.text.strip() == "see below"
    assert [(f.name, f.content_type) for f in found.files] == [("inner.eml", "message/rfc822")]
    assert b"old" in found.files[0].content


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("attachment; filename*=utf-8''na%C3%AFve%20file.txt", "naïve file.txt"),
        ("attachment; filename*0*=utf-8''na%C3; filename*1*=%AFve; filename*2=.txt", "naïve.txt"),
        ('attachment; filename="=?utf-8?q?na=C3=AFve.txt?="', "naïve.txt"),
        ("attachment; filename=naïve.txt", "naïve.txt"),
        ("attachment; filename=two words.txt", "two words.txt"),
        ('attachment; filename="..\\\\..\\\\evil.exe"', "evil.exe"),
        ('attachment; filename="../../etc/passwd"', "etc_passwd"),
        ('attachment; filename="C:\\\\docs\\\\a.txt"', "C__docs_a.txt"),
        ('attachment; filename="Report 2025/26.pdf"', "Report 2025_26.pdf"),
        ('attachment; filename="gpj\u202eexe.txt"', "gpjexe.txt"),
        ('attachment; filename="\u200b.htaccess"', "htaccess"),
    ],
)
def test_names_of_attachments(field: str, wanted: str) -> None:
    found = multipart("Content-Type: text/plain\n\nx", f"Content-Type: text/csv\nContent-Disposition: {field}\n\na;b")
    assert [f.name for f in found.files] == [wanted]


@given(st.text(max_size=600))
def test_cleaned_names_are_harmless(name: str) -> None:
    cleaned = clean_name(name)
    assert len(cleaned.encode()) <= 255
    assert not set(cleaned) & set("/\\\0\n\r\u202e\u200b")
    assert clean_name(cleaned) == cleaned


def test_a_long_name_keeps_its_ending() -> None:
    cleaned = clean_name("ü" * 300 + ".pdf")
    assert cleaned.endswith("ü.pdf")
    assert len(cleaned.encode()) <= 255


def test_broken_multiparts_are_repaired_and_said() -> None:
    unclosed = mail("From: a@x.example\nContent-Type: multipart/mixed; boundary=B", "--B\n\nhello\n")
    assert unclosed.text.strip() == "hello"
    assert "the closing boundary is missing" in unclosed.problems
    wrong = mail(
        "From: a@x.example\nContent-Type: multipart/mixed; boundary=B", "--Z\nContent-Type: text/plain\n\nhello\n--Z--"
    )
    assert wrong.text.strip() == "hello"
    assert wrong.problems
    nothing = mail("From: a@x.example\nContent-Type: multipart/mixed; boundary=B", "just words")
    assert nothing.text.strip() == "just words"
    assert nothing.problems
    prefix = mail(
        "From: a@x.example\nContent-Type: multipart/mixed; boundary=B",
        "--B\nContent-Type: multipart/mixed; boundary=BB\n\n--BB\n\nhello\n--BB--\n--B--",
    )
    assert prefix.text.strip() == "hello"


def test_a_stray_line_among_the_headers() -> None:
    found = mail("From: a@x.example\nthis is no header\nSubject: still a header", "body")
    assert (found.subject, found.text.strip()) == ("still a header", "body")
    assert found.problems


def test_uuencoded_files_in_the_text() -> None:
    found = mail("From: a@x.example", "see this\n\nbegin 644 cat.txt\n#0V%T\n`\nend\n\nbye\n")
    assert [(f.name, f.content) for f in found.files] == [("cat.txt", b"Cat")]
    assert "begin 644" not in found.text
    assert "bye" in found.text


def test_bare_line_feeds_and_bare_carriage_returns() -> None:
    for end in (b"\n", b"\r", b"\r\n", b"\r\r\n"):
        found = read(end.join([b"From: a@x.example", b"Subject: x", b"", b"one", b"two", b""]))
        assert found.subject == "x"
        assert found.text.split() == ["one", "two"]


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ("", "no"),
        ("Auto-Submitted: no", "no"),
        ("Auto-Submitted: auto-replied", "auto-reply"),
        ("Auto-Submitted: auto-generated", "auto-generated"),
        ("X-Autoreply: yes", "auto-reply"),
        ("Precedence: auto_reply", "auto-reply"),
        ("Precedence: bulk", "bulk"),
        ("List-Id: <users.x.example>\nPrecedence: list", "list"),
        ("Subject: Out of office: printer", "auto-reply"),
        ("Subject: Automatische Antwort: Drucker", "auto-reply"),
        ("Subject: Réponse automatique : imprimante", "auto-reply"),
        ("Return-Path: <>", "auto-generated"),
        ("X-Auto-Response-Suppress: All", "auto-generated"),
    ],
)
def test_what_machines_write(headers: str, wanted: str) -> None:
    assert mail(f"From: a@x.example\n{headers}").auto == wanted


def test_a_delivery_report_by_structure() -> None:
    found = multipart(
        "Content-Type: text/plain\n\nSorry.",
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.x.example\n\n"
        "Original-Recipient: rfc822;cleo@y.example\n"
        "Final-Recipient: rfc822; c@y.example\nAction: failed\nStatus: 5.1.1\n"
        "Diagnostic-Code: smtp; 550 no such\n user\n",
        "Content-Type: text/rfc822-headers\n\nMessage-ID: <our-id@desk.example>\nSubject: x\n",
        kind="report", extra="; report-type=delivery-status",
    )  # fmt: skip
    assert found.bounce is not None
    (recipient,) = found.bounce.recipients
    assert (recipient.address, recipient.status, recipient.action) == ("cleo@y.example", "5.1.1", "failed")
    assert recipient.diagnostic == "550 no such user"
    assert found.bounce.original_message_id == "our-id@desk.example"
    assert found.auto == "auto-generated"


def test_a_delivery_report_in_prose() -> None:
    found = mail(
        "From: MAILER-DAEMON@mx.x.example\nTo: help@desk.example\nSubject: failure notice",
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n<cleo@y.example>:\n"
        "Sorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n"
        "Message-ID: <our-id@desk.example>\nTo: nobody@y.example\n",
    )
    assert found.bounce is not None
    assert [(r.address, r.status, r.action) for r in found.bounce.recipients] == [("cleo@y.example", "5.1.1", "failed")]
    assert found.bounce.original_message_id == "our-id@desk.example"


@pytest.mark.parametrize(
    ("subject", "text"),
    [("My parcel", "My parcel could not be delivered to cleo@y.example, where is it?"), ("Delivery failed", "hello")],
)
def test_customers_who_speak_of_delivery_are_no_bounce(subject: str, text: str) -> None:
    assert mail(f"From: Cleo <cleo@x.example>\nSubject: {subject}", text).bounce is None


def test_the_reply_without_quote() -> None:
    found = mail("From: a@x.example", "Yes.\n\nOn Mon, 1 Jun 2026 at 10:12, Ana <ana@desk.example> wrote:\n> Well?\n")
    assert found.reply == "Yes."
    assert "Well?" in found.text


def test_a_quote_only_the_html_shows() -> None:
    found = multipart(
        "Content-Type: text/plain\n\nYes.\n\nSomething Ana said before",
        'Content-Type: text/html\n\n<p>Yes.</p><div class="gmail_quote">Something Ana said before</div>',
        kind="alternative",
    )
    assert found.reply == "Yes."


def test_limits_cut_and_say_so() -> None:
    many = mail("From: a@x.example\nContent-Type: multipart/mixed; boundary=B", "--B\n\nx\n" * 5000)
    assert any("parts" in problem for problem in many.problems)
    wide = mail("From: a@x.example\nTo: " + ", ".join(f"u{n}@x.example" for n in range(2000)))
    assert len(wide.to) == 500
    assert any("addresses" in problem for problem in wide.problems)
    long = mail("From: a@x.example", "word " * 600_000)
    assert len(long.text) <= 2 * 1024 * 1024
    assert "text is too long: cut" in long.problems
    with pytest.raises(Unreadable, match="25 MiB"):
        read(b"x" * (25 * 1024 * 1024 + 1))


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(noise: bytes) -> None:
    for raw in (noise, b"From: " + noise, b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n" + noise,
                b"Content-Type: " + noise + b"\r\n\r\nx", b"Content-Type: text/html\r\n\r\n" + noise,
                b"Content-Type: text/plain; charset=" + noise[:20] + b"\r\n\r\n" + noise,
                b"Subject: =?" + noise + b"?=\r\nDate: " + noise + b"\r\n\r\n",
                b"Content-Transfer-Encoding: base64\r\n\r\n" + noise,
                b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\r\n" + noise):  # fmt: skip
        found = read(raw)
        for words in (
            found.subject,
            found.text,
            found.reply,
            found.html,
            found.sender.name,
            *(f.name for f in found.files),
        ):
            assert "\0" not in words
            words.encode()


@given(st.binary(max_size=60), st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_base64_attachments_come_out_exactly(content: bytes, name: str) -> None:
    encoded = base64.encodebytes(content).decode()
    found = multipart(
        "Content-Type: text/plain\n\nx",
        f"Content-Type: application/octet-stream\nContent-Disposition: attachment; filename=a.bin\n"
        f"Content-Transfer-Encoding: base64\n\n{encoded}",
    )
    assert found.files[0].content == content
    head, values = parameters(b"text/plain; name*=utf-8''" + b"".join(b"%%%02X" % byte for byte in name.encode()))
    assert head == "text/plain"
    assert "\n" not in values.get("name", "")


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("Tue, 17 Jul 2012 22:23:35.882 0000", datetime(2012, 7, 17, 22, 23, 35, tzinfo=UTC)),
        ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", datetime(1997, 11, 21, 15, 55, 6, tzinfo=UTC)),
        ("2026-01-02T10:11:12.5Z", datetime(2026, 1, 2, 10, 11, 12, tzinfo=UTC)),
        ("Fri Jan  2 10:11:12 2026", datetime(2026, 1, 2, 10, 11, 12, tzinfo=UTC)),
    ],
)
def test_dates_of_all_sorts(value: str, wanted: datetime) -> None:
    assert mail(f"From: a@x.example\nDate: {value}").sent_at == wanted


def test_words_that_are_said_to_be_base64_are_read_as_they_are() -> None:
    found = mail(
        "From: a@x.example\nContent-Transfer-Encoding: base64", "The printer on floor 3 is dead.\nPlease come.\n"
    )
    assert found.text.startswith("The printer on floor 3") and found.problems
    footed = mail(
        "From: a@x.example\nContent-Transfer-Encoding: base64",
        base64.encodebytes(b"Real words.").decode() + "\nYou get this because you are on our list, leave it here.\n",
    )
    assert footed.text == "Real words."
