"""Which machine wrote a mail, by its headers and by its wording; and that people are never taken for machines."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from guichet.channels.base import Incoming
from guichet.channels.email.reading.read import read
from tests.channels.email.notes import NOTES, PEOPLE, RECEIPTS
from tests.linear import is_linear


def mail(subject: str, words: str, sender: str = "kim@firm.example", **headers: str) -> Incoming:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "help@desk.example", subject
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(words or "\n")
    return read(made.as_bytes())


@pytest.mark.parametrize(("language", "subject", "words"), NOTES)
def test_notes_without_headers(language: str, subject: str, words: str) -> None:
    assert mail(subject, words).auto == "auto-reply"


@pytest.mark.parametrize(("language", "subject", "words"), RECEIPTS)
def test_receipts_without_structure(language: str, subject: str, words: str) -> None:
    found = mail(subject, words, In_Reply_To="<m1@desk.example>")
    assert found.auto == "auto-generated"
    assert found.bounce is not None
    assert (found.bounce.kind, found.bounce.original_message_id) == ("read", "m1@desk.example")


@pytest.mark.parametrize(("language", "subject", "words"), PEOPLE)
def test_people(language: str, subject: str, words: str) -> None:
    found = mail(subject, words)
    assert (found.auto, found.bounce) == ("no", None)


def test_there_are_enough_of_them() -> None:
    assert len(NOTES) + len(RECEIPTS) >= 100
    assert len({language for language, _subject, _words in NOTES}) >= 18
    assert len(PEOPLE) >= 40


def test_a_person_who_answers_below_a_quoted_note() -> None:
    words = "Works now, thanks.\n\nOn Mon, 3 May 2027 at 10:00, Kim wrote:\n> I am out of the office until 12 May.\n> In urgent cases contact Tom.\n"
    assert mail("Re: VPN", words).auto == "no"


@pytest.mark.parametrize(
    ("header", "value", "auto"),
    [
        ("Auto-Submitted", "auto-replied", "auto-reply"),
        ("Auto-Submitted", "auto-replied; owner-email=x", "auto-reply"),
        ("Auto-Submitted", "auto-notified", "auto-reply"),
        ("Auto-Submitted", "auto-generated", "auto-generated"),
        ("Auto-Submitted", "no", "no"),
        ("Precedence", "auto_reply", "auto-reply"),
        ("Precedence", "bulk", "bulk"),
        ("Precedence", "list", "list"),
        ("X-Autoreply", "yes", "auto-reply"),
        ("X-Autoreply", "no", "no"),
        ("X-Autorespond", "Out of office", "auto-reply"),
        ("X-OTRS-Loop", "yes", "auto-reply"),
        ("X-FreeScout-Mail-Type", "auto.reply", "auto-reply"),
        ("X-FreeScout-Mail-Type", "customer.message", "no"),
        ("X-JIRA-FingerPrint", "0123", "auto-generated"),
        ("X-Auto-Response-Suppress", "All", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply", "auto-generated"),
        ("X-Auto-Response-Suppress", "DR, RN, NRN", "no"),
        ("X-Auto-Response-Suppress", "None", "no"),
        ("List-Id", "<a.lists.example>", "list"),
        ("List-Unsubscribe", "<https://lists.example/u>", "bulk"),
        ("Return-Path", "<>", "auto-generated"),
    ],
)
def test_headers(header: str, value: str, auto: str) -> None:
    assert mail("Hello", "Some words", **{header.replace("-", "_"): value}).auto == auto


def test_exchange_asks_for_silence_on_mail_of_people_too() -> None:
    found = mail("Hello", "Please call me", X_Auto_Response_Suppress="DR, OOF, AutoReply", Thread_Index="AdXyz==")
    assert found.auto == "no"


def test_an_agent_of_a_supplier_who_uses_request_tracker() -> None:
    assert mail("[firm #12] VPN", "We fixed it.", Precedence="bulk", RT_Ticket="firm #12").auto == "no"
    assert mail("[firm #12] AutoReply: VPN", "We got it.", Precedence="bulk", Auto_Submitted="auto-replied").auto == (
        "auto-reply"
    )


@pytest.mark.parametrize(
    ("subject", "words", "auto"),
    [
        ("Accepted: Visit on Monday", "", "auto-reply"),
        ("Declined: Visit on Monday", "Kim has declined this invitation.", "auto-reply"),
        ("Zugesagt: Termin", "", "auto-reply"),
        ("Declined: Visit on Monday", "Monday does not suit me. Could you come on Tuesday?", "no"),
        ("About Monday", "I come, and bring the broken laptop along.", "no"),
    ],
)
def test_answers_of_calendars(subject: str, words: str, auto: str) -> None:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "kim@firm.example", "help@desk.example", subject
    made.set_content(words or "\n")
    made.add_alternative(
        "BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR\n", subtype="calendar", params={"method": "REPLY"}
    )
    assert read(made.as_bytes()).auto == auto


@pytest.mark.parametrize("piece", ["I am out of the office until ", "in urgent ", "you need ", "ich bin ", "re: "])
def test_the_time_is_linear(piece: str) -> None:
    def raw(size: int) -> bytes:
        words = piece * (size // len(piece))
        return f"From: a@b.example\nSubject: Out of office {words[:3000]}\n\n{words}".encode()

    read(raw(1000))
    assert is_linear(read, raw)
