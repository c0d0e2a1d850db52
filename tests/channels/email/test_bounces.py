"""Delivery, abuse and read reports: recipient, status, permanence and the original message; people are none."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from guichet.channels.base import Incoming
from guichet.channels.email.reading.bounce_status import status_of, written_status
from guichet.channels.email.reading.read import read
from tests.channels.email.failures import COPY, PEOPLE, PROSE, REPORTS
from tests.linear import is_linear

ORIGINAL = "Message-ID: <m1@desk.example>\nFrom: help@desk.example\nTo: other@else.example\nSubject: Hello\n\nHello\n"


def plain(sender: str, subject: str, words: str, **headers: str) -> Incoming:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, "help@desk.example", subject
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(words)
    return read(mail.as_bytes())


def report(
    kind: str, fields: str, *, sender: str = "MAILER-DAEMON@mx.away.example", original: str = ORIGINAL, words: str = ""
) -> bytes:
    return (
        f"From: {sender}\nTo: help@desk.example\nSubject: Report\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/report; report-type={kind}; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\n{words}\n--b\nContent-Type: message/{kind}\n\n{fields}\n"
        f"--b\nContent-Type: message/rfc822\n\n{original}\n--b--\n"
    ).encode()


@pytest.mark.parametrize(("sender", "subject", "words", "recipient", "status", "action"), PROSE)
def test_prose(sender: str, subject: str, words: str, recipient: str, status: str, action: str) -> None:
    mail = plain(sender, subject, words)
    assert mail.bounce is not None
    assert mail.bounce.kind == "delivery"
    assert [item.address for item in mail.bounce.recipients] == [recipient]
    assert (mail.bounce.recipients[0].status, mail.bounce.recipients[0].action) == (status, action)
    assert mail.auto == "auto-generated"
    assert mail.bounce.original_message_id == ("m1@desk.example" if COPY in words else "")


@pytest.mark.parametrize(("fields", "recipient", "status", "action", "is_permanent"), REPORTS)
def test_reports_by_structure(fields: str, recipient: str, status: str, action: str, is_permanent: bool) -> None:
    mail = read(report("delivery-status", f"Reporting-MTA: dns; mx.away.example\n\n{fields}\n"))
    assert mail.bounce is not None
    [found] = mail.bounce.recipients
    assert (found.address, found.status, found.action) == (recipient, status, action)
    assert found.is_permanent is is_permanent
    assert mail.bounce.original_message_id == "m1@desk.example"


@pytest.mark.parametrize(("sender", "subject", "words"), PEOPLE)
def test_people_who_write_of_such_mails(sender: str, subject: str, words: str) -> None:
    mail = plain(sender, subject, words)
    assert (mail.bounce, mail.auto) == (None, "no")


def test_there_are_enough_of_them() -> None:
    assert len(PROSE) + len(REPORTS) >= 60


def test_each_of_several_recipients_has_its_own_reason() -> None:
    words = (
        "The following addresses had permanent fatal errors\n\n<kim@away.example>:\n550 5.1.1 User unknown\n\n"
        "<lee@away.example>:\n552 mailbox full\n\n--- Below this line is a copy of the message.\n"
    )
    mail = plain("MAILER-DAEMON@mx.away.example", "failure notice", words)
    assert mail.bounce is not None
    assert [(item.address, item.status) for item in mail.bounce.recipients] == [
        ("kim@away.example", "5.1.1"),
        ("lee@away.example", "5.2.2"),
    ]


def test_two_recipients_in_one_group_of_fields() -> None:
    fields = (
        "Final-Recipient: rfc822; kim@away.example\nAction: failed\nStatus: 5.1.1\n"
        "Final-Recipient: rfc822; lee@away.example\nAction: delayed\nStatus: 4.2.2\n"
    )
    mail = read(report("delivery-status", f"Reporting-MTA: dns; mx\n\n{fields}"))
    assert mail.bounce is not None
    assert [(item.address, item.status) for item in mail.bounce.recipients] == [
        ("kim@away.example", "5.1.1"),
        ("lee@away.example", "4.2.2"),
    ]


def test_a_report_wrapped_by_a_gateway() -> None:
    inner = report(
        "delivery-status", "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; kim@away.example\nStatus: 5.1.1\n"
    )
    wrapped = (
        b"From: postmaster@gate.example\nTo: help@desk.example\nSubject: Delivery problem\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="o"\n\n--o\nContent-Type: text/plain\n\nSee below.\n'
        b"--o\nContent-Type: message/rfc822\n\n" + inner + b"\n--o--\n"
    )
    mail = read(wrapped)
    assert mail.bounce is not None
    assert [(item.address, item.status) for item in mail.bounce.recipients] == [("kim@away.example", "5.1.1")]
    assert mail.bounce.original_message_id == "m1@desk.example"


def test_a_report_that_a_person_attaches_is_none() -> None:
    inner = report("delivery-status", "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; kim@away.example\n")
    wrapped = (
        b"From: ann@firm.example\nTo: help@desk.example\nSubject: What is this?\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="o"\n\n--o\nContent-Type: text/plain\n\nI got this, what now?\n'
        b"--o\nContent-Type: message/rfc822\n\n" + inner + b"\n--o--\n"
    )
    mail = read(wrapped)
    assert (mail.bounce, mail.auto) == (None, "no")


def test_fields_that_stand_in_the_text() -> None:
    words = "Delivery failed.\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; kim@away.example\nStatus: 5.2.1\n"
    mail = plain("postmaster@away.example", "Delivery failure", words)
    assert mail.bounce is not None
    assert [(item.address, item.status) for item in mail.bounce.recipients] == [("kim@away.example", "5.2.1")]


def test_the_original_by_what_the_report_answers() -> None:
    mail = plain(
        "MAILER-DAEMON@mx.away.example",
        "Mail delivery failed",
        "<kim@away.example>: user unknown",
        In_Reply_To="<m7@desk.example>",
    )
    assert mail.bounce is not None
    assert mail.bounce.original_message_id == "m7@desk.example"


def test_a_complaint() -> None:
    fields = "Feedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\nOriginal-Rcpt-To: <kim@away.example>\n"
    mail = read(report("feedback-report", fields, sender="fbl@away.example"))
    assert mail.bounce is not None
    assert mail.bounce.kind == "abuse"
    [found] = mail.bounce.recipients
    assert (found.address, found.is_permanent) == ("kim@away.example", False)
    assert mail.bounce.original_message_id == "m1@desk.example"
    assert mail.auto == "auto-generated"


def test_a_complaint_that_hides_who_complained() -> None:
    mail = read(report("feedback-report", "Feedback-Type: abuse\n", sender="fbl@away.example"))
    assert mail.bounce is not None
    assert [item.address for item in mail.bounce.recipients] == ["other@else.example"]


@pytest.mark.parametrize(("disposition", "action"), [("displayed", "displayed"), ("deleted", "deleted")])
def test_a_read_receipt(disposition: str, action: str) -> None:
    fields = (
        "Reporting-UA: x\nFinal-Recipient: rfc822;kim@away.example\nOriginal-Message-ID: <m2@desk.example>\n"
        f"Disposition: manual-action/MDN-sent-manually; {disposition}\n"
    )
    mail = read(report("disposition-notification", fields, sender="kim@away.example"))
    assert mail.bounce is not None
    assert (mail.bounce.kind, mail.bounce.original_message_id) == ("read", "m2@desk.example")
    [found] = mail.bounce.recipients
    assert (found.address, found.action, found.is_permanent) == ("kim@away.example", action, False)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("550 5.1.1 User unknown", "5.1.1"),
        ("550-5.7.26 This mail is unauthenticated", "5.7.26"),
        ("554 5.0.0 error (#5.2.1)", "5.2.1"),
        ("host [5.1.2.3] said nothing of 5.1.2.3", ""),
        ("on 4.5.2027 at noon", ""),
        ("the 550 chairs", ""),
        ("said: 550 mailbox unavailable", "5.1.1"),
        ("550 blocked, see our list", "5.7.1"),
        ("452 mailbox full", "4.2.2"),
        ("message too large", "5.3.4"),
        ("Connection timed out", "4.4.1"),
        ("boîte aux lettres pleine", "5.2.2"),
        ("Postfach des Empfängers ist voll", "5.2.2"),
        ("ящик переполнен", "5.2.2"),
        ("nothing to see", ""),
    ],
)
def test_status_of_words(words: str, status: str) -> None:
    assert status_of(words) == status


def test_a_written_code_with_a_detail_is_preferred() -> None:
    assert written_status("550 5.0.0 x 550 5.1.1 y") == "5.1.1"
    assert written_status("250 2.1.5 ok") == ""


@pytest.mark.parametrize(
    "piece",
    ["mailbox is ", "address was not ", "<a@b.example> 550 ", "recipient exceed ", "user ", "550-5.1.1 ", "\n\n", "> "],
)
def test_the_time_is_linear(piece: str) -> None:
    def raw(size: int) -> bytes:
        return f"From: MAILER-DAEMON@x.example\nSubject: failure notice\n\n{piece * (size // len(piece))}".encode()

    read(raw(1000))
    assert is_linear(read, raw)
