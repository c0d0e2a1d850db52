"""The mail pages of administrators: finding a mail, why it became what it became, and what is done about it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from guichet.channels import check, intake, ledger_acts
from guichet.channels.accept import Arrival, accept
from guichet.channels.email.reading.sandbox import Reader
from guichet.channels.ledger_search import SearchForm, found_by
from guichet.channels.models import End, MailRule, Parcel, ParcelState, Sighting
from guichet.kit.files import BlobStore
from guichet.kit.web import write_cursor
from guichet.tickets.actions import FileRef, Words, add_note
from guichet.tickets.events import By
from guichet.tickets.models import Inbox, Message, Ticket
from tests import make
from tests.browser import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def ada(cast: make.Cast) -> Client:
    return client_of(cast.ada)


def raw_mail(
    number: int = 1, *, sender: str = "cleo@customer.example", subject: str = "Hello", body: str = "Words."
) -> bytes:
    head = (
        f"From: {sender}\r\nTo: support@desk.example\r\nSubject: {subject}\r\nMessage-ID: <{number}.m@customer.example>"
    )
    return f"{head}\r\n\r\n{body}\r\n".encode()


def taken(inbox: Inbox, *raws: bytes, door: str = "lmtp", sender: str = "cleo@customer.example") -> list[Parcel]:
    parcels = accept([Arrival(door, sender, inbox.pk, [inbox.address], raw) for raw in raws])
    drained()
    return [Parcel.objects.get(pk=parcel.pk) for parcel in parcels]


def drained() -> None:
    with Reader() as reader:
        while intake.drain(reader):
            pass


def held(inbox: Inbox, *raws: bytes) -> list[Parcel]:
    """Quarantined by a rule."""
    MailRule.objects.get_or_create(field="domain", value="customer.example", defaults={"action": "quarantine"})
    parcels = taken(inbox, *raws)
    assert {parcel.end for parcel in parcels} == {End.QUARANTINED}
    return parcels


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def blobs() -> BlobStore:
    return BlobStore(settings.DATA / "blobs")


# -- finding


def test_each_way_of_looking_finds_its_mails(cast: make.Cast, ada: Client) -> None:
    first, second, third = taken(
        cast.support,
        raw_mail(1, subject="The printer on floor two"),
        raw_mail(2, sender="dan.roth@other.example", subject="Re: L'imprimante Söhne"),
        raw_mail(3, subject="Rechnung 2024-117"),
    )
    Parcel.objects.filter(pk=third.pk).update(received_at=timezone.now() - timedelta(days=400), door="imap")
    (fourth,) = taken(cast.billing, raw_mail(4, subject="An invoice"))

    def found(**asked: Any) -> set[int]:
        return {
            int(pk)
            for pk in re.findall(
                r'href="/settings/ledger/(\d+)/"', ada.get("/settings/ledger/", asked).content.decode()
            )
        }

    assert found(q="printer") == {first.pk}
    assert found(q="PRINT floor") == {first.pk}
    assert found(q="söhne") == {second.pk}
    assert found(q="dan.roth@other.example") == {second.pk}
    assert found(q="other.example") == {second.pk}
    assert found(q="2024-117") == {third.pk}
    assert found(q="<2.m@customer.example>") == {second.pk}
    assert found(q="billing@desk.example") == {fourth.pk}
    assert found(inbox=cast.billing.pk) == {fourth.pk}
    assert found(door="imap") == {third.pk}
    assert found(end="ticketed") == {first.pk, second.pk, third.pk, fourth.pk}
    assert found(end="quarantined") == set()
    assert found(since=f"{timezone.now():%Y-%m-%d}", q="invoice printer") == set()
    assert found(since=f"{timezone.now():%Y-%m-%d}", q="invoice") == {fourth.pk}
    assert found(until=f"{timezone.now() - timedelta(days=300):%Y-%m-%d}") == {third.pk}
    assert found(q="'!&|:*\\") == set()
    assert found(since="no date") == set()


def test_what_one_may_not_see_is_not_found(cast: make.Cast, ada: Client) -> None:
    secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    (hidden,) = taken(secret, raw_mail(1, subject="Dismissal"))
    for query in ("Dismissal", "1.m@customer.example", "hr@desk.example"):
        assert f"/settings/ledger/{hidden.pk}/" not in page(ada, f"/settings/ledger/?q={query}")
    assert ada.get(f"/settings/ledger/{hidden.pk}/").status_code == 404


def test_a_cursor_of_another_list_is_none(cast: make.Cast, ada: Client) -> None:
    taken(cast.support, raw_mail(1))
    rules = reverse("channels:mail_rules")
    doors = {
        "ledger": "/settings/ledger/?after=", "deleted mails": "/settings/ledger/?deleted=",
        "rules": f"{rules}?after=", "removed rule": f"{rules}?removed=",
        "keys": "/settings/keys/?after=", "tickets": "/tickets/?view=all&after=",
    }  # fmt: skip
    written: dict[str, list[Any]] = {
        "ledger": ["2026-01-01T00:00:00+00:00", 1], "deleted mails": ["a", "2026-01-01T00:00:00+00:00", 2], "rules": [1],
        "removed rule": [None, "sender", "a@b.example", "allow", 0], "keys": ["a", 5], "tickets": ["newest", "2026-01-01T00:00:00+00:00", 3],
    }  # fmt: skip
    for of, values in written.items():
        for reader, door in doors.items():
            text = page(ada, door + quote(write_cursor(of, values)))
            if reader == "ledger" != of:
                assert "cleo@customer.example" in text
            assert ("take-back" in text) == (reader == of == "deleted mails")
            assert ('name="removed"' in text) == (reader == of == "removed rule")


# -- one mail


def test_steps_name_no_ticket_that_the_reader_may_not_see(cast: make.Cast, ada: Client) -> None:
    secret = make.ticket("Dismissal", to=make.inbox("hr@desk.example", team_name="HR", is_confidential=True))
    seen = make.ticket(to=cast.support)
    (parcel,) = taken(cast.support, raw_mail(1))
    words = "It names a message of ticket %(number)s, but its sender does not take part there."
    parcel.steps = [[words, {"number": secret.number}], [words, {"number": seen.number}]]
    parcel.save()
    text = page(ada, f"/settings/ledger/{parcel.pk}/")
    assert "of ticket …, but" in text
    assert f"of ticket {seen.number}, but" in text
    assert f"of ticket {secret.number}, but" not in text


def test_a_mail_tells_step_by_step_why_it_became_what_it_is(cast: make.Cast, ada: Client) -> None:
    (joined,) = held(cast.support, raw_mail(1, subject="<b>Win</b>"))
    Sighting.objects.create(door="lmtp", parcel=joined, outcome="duplicate", at=timezone.now())
    text = page(ada, f"/settings/ledger/{joined.pk}/")
    assert "A rule names the domain customer.example." in text
    assert "Quarantined by a rule about mail." in text
    assert "&lt;b&gt;Win&lt;/b&gt;" in text
    assert "Was here already" in text
    assert "1.m@customer.example" in text
    assert f"takes {cast.support.flood_limit} mails an hour" in text
    source = ada.get(f"/settings/ledger/{joined.pk}/source/")
    assert "Subject: &lt;b&gt;Win&lt;/b&gt;" in source.content.decode()
    assert source["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_source_of_a_huge_mail_is_cut(cast: make.Cast, ada: Client) -> None:
    (parcel,) = taken(cast.support, raw_mail(1, body="x" * 600_000))
    text = ada.get(f"/settings/ledger/{parcel.pk}/source/").content.decode()
    assert len(text) < 300_000
    assert "Cut here" in text


def test_a_mail_let_through_becomes_a_ticket_although_a_rule_stops_it(cast: make.Cast, ada: Client) -> None:
    (parcel,) = held(cast.support, raw_mail(1))
    ada.post(f"/settings/ledger/{parcel.pk}/try-again/", {"from": "mail"})
    drained()
    parcel.refresh_from_db()
    assert parcel.end == End.QUARANTINED, "trying again obeys the rule"
    ada.post(f"/settings/ledger/{parcel.pk}/let-through/")
    drained()
    parcel.refresh_from_db()
    assert (parcel.end, parcel.is_released) == (End.TICKETED, True)
    assert "A person let it through" in page(ada, f"/settings/ledger/{parcel.pk}/")


def test_a_mail_is_sent_to_another_inbox(cast: make.Cast, ada: Client) -> None:
    (parcel,) = held(cast.support, raw_mail(1))
    ada.post(f"/settings/ledger/{parcel.pk}/send-on/", {"inbox": cast.billing.pk})
    drained()
    parcel.refresh_from_db()
    there = Parcel.objects.get(inbox=cast.billing)
    assert (parcel.end, there.end, there.ticket.inbox if there.ticket else None) == (
        End.IGNORED,
        End.TICKETED,
        cast.billing,
    )
    assert "sent it to billing@desk.example" in page(ada, f"/settings/ledger/{parcel.pk}/")
    again = ada.post(f"/settings/ledger/{parcel.pk}/send-on/", {"inbox": cast.billing.pk}, follow=True).content.decode()
    assert "has this mail already" in again
    assert "Choose the inbox" in ada.post(f"/settings/ledger/{parcel.pk}/send-on/", follow=True).content.decode()
    secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    ada.post(f"/settings/ledger/{parcel.pk}/send-on/", {"inbox": secret.pk})
    assert not Parcel.objects.filter(inbox=secret).exists()


# -- deleting


def test_what_was_deleted_does_not_return_and_can_be_taken_back_for_an_hour(cast: make.Cast, ada: Client) -> None:
    (parcel,) = held(cast.support, raw_mail(1))
    ada.post(f"/settings/ledger/{parcel.pk}/delete/")
    parcel.refresh_from_db()
    assert (parcel.state, parcel.end) == (ParcelState.SUPPRESSED, End.DELETED)
    assert taken(cast.support, raw_mail(1)) == [parcel]
    for act in ("try-again", "let-through"):
        ada.post(f"/settings/ledger/{parcel.pk}/{act}/")
    parcel.refresh_from_db()
    assert parcel.end == End.DELETED
    ledger_acts.sweep()
    assert blobs().exists(parcel.raw)
    ada.post(f"/settings/ledger/{parcel.pk}/take-back/")
    parcel.refresh_from_db()
    assert (parcel.state, parcel.end, parcel.reason) == (
        "quarantine",
        "quarantined",
        "Quarantined by a rule about mail.",
    )


def an_hour_later() -> None:
    Parcel.objects.filter(end=End.DELETED).update(done_at=timezone.now() - timedelta(hours=2))
    while ledger_acts.sweep():
        pass


def test_the_bytes_of_a_deleted_mail_leave_the_disk_after_an_hour(cast: make.Cast, ada: Client) -> None:
    (parcel,) = held(cast.support, raw_mail(1, body="unlike any other 1"))
    ada.post(f"/settings/ledger/{parcel.pk}/delete/")
    an_hour_later()
    assert not blobs().exists(parcel.raw)
    parcel.refresh_from_db()
    assert (parcel.raw, parcel.end) == ("", End.DELETED)
    assert "its content is gone" in page(ada, f"/settings/ledger/{parcel.pk}/")
    assert ada.get(f"/settings/ledger/{parcel.pk}/raw/").status_code == 404
    assert ada.get(f"/settings/ledger/{parcel.pk}/source/").status_code == 404
    ada.post(f"/settings/ledger/{parcel.pk}/take-back/")
    parcel.refresh_from_db()
    assert parcel.end == End.DELETED
    assert taken(cast.support, raw_mail(1, body="unlike any other 1")) == [parcel]


def test_bytes_that_something_else_has_stay(cast: make.Cast, ada: Client) -> None:
    other, sent, attached = (raw_mail(number, body=f"shared {number}") for number in (1, 2, 3))
    parcels = held(cast.support, other, sent, attached)
    MailRule.objects.all().delete()
    taken(cast.billing, other)
    ticket = make.ticket(to=cast.support)
    Message.objects.filter(ticket=ticket).update(message_id="2.m@customer.example", raw=parcels[1].raw)
    file = FileRef("mail.eml", "message/rfc822", len(attached), parcels[2].raw)
    add_note(ticket, Words(text="See the mail", files=[file]), By(cast.ana))
    for parcel in parcels:
        ada.post(f"/settings/ledger/{parcel.pk}/delete/")
    an_hour_later()
    assert [blobs().exists(parcel.raw) for parcel in parcels] == [True, True, True]


def test_a_mail_on_a_ticket_is_never_deleted_here(cast: make.Cast, ada: Client) -> None:
    (parcel,) = taken(cast.support, raw_mail(1))
    ada.post(f"/settings/ledger/{parcel.pk}/delete/")
    parcel.refresh_from_db()
    assert parcel.end == End.TICKETED
    assert "Delete" not in page(ada, f"/settings/ledger/{parcel.pk}/")


# -- all of a sender


def test_all_mails_of_a_sender_are_let_through_or_deleted_and_taken_back(cast: make.Cast, ada: Client) -> None:
    held(cast.support, *(raw_mail(number) for number in range(3)), raw_mail(9, sender="dan@customer.example"))
    assert "Senders with several quarantined mails" in page(ada, "/settings/ledger/?state=quarantine")
    answer = ada.post("/settings/ledger/sender/delete/", {"sender": "cleo@customer.example"})
    assert Parcel.objects.filter(end=End.DELETED).count() == 3
    said = page(ada, answer["Location"])
    assert "3 mails of cleo@customer.example are deleted" in said
    token = re.search(r'name="deleted" value="([^"]+)"', said)
    assert token is not None
    ada.post("/settings/ledger/sender/take-back/", {"deleted": token[1]})
    assert Parcel.objects.filter(end=End.QUARANTINED).count() == 4
    ada.post("/settings/ledger/sender/let-through/", {"sender": "cleo@customer.example"})
    drained()
    assert Ticket.objects.count() == 3
    assert Parcel.objects.filter(end=End.QUARANTINED).count() == 1


def test_the_menu_counts_what_is_quarantined(cast: make.Cast, ada: Client) -> None:
    assert ada.get("/settings/ledger/badge/").content == b""
    held(cast.support, raw_mail(1), raw_mail(2))
    held(make.inbox("hr@desk.example", team_name="HR", is_confidential=True), raw_mail(3))
    assert "2 mails are quarantined" in page(ada, "/settings/ledger/badge/")


def test_check_tells_of_mail_that_is_quarantined_for_long(cast: make.Cast) -> None:
    (parcel,) = held(cast.support, raw_mail(1))
    assert not [line for line in check.quarantine() if "warn" in str(line)]
    Parcel.objects.filter(pk=parcel.pk).update(received_at=timezone.now() - timedelta(days=9))
    assert [line for line in check.quarantine() if "1 mail" in str(line) and "warn" in str(line)]


# -- at a million mails


def test_no_way_of_looking_scans_the_whole_ledger(cast: make.Cast, ada: Client) -> None:
    """With 30,000 mails the planner takes an index for each; the figures at a million are in bench."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO channels_parcel (inbox_id, digest, door, envelope_from, envelope_to, raw, size, mail_id,
                   received_at, is_history, state, "end", reason, steps, sender, subject, is_released, tries, peer)
            SELECT %s, md5(n::text), 'lmtp', '', '[]', '', 1, n || '@x.example', now() - n * interval '1 minute', false,
                   'ticket', 'ticketed', '', '[]', 'p' || n || '@customer.example', 'subject w' || n, false, 0, ''
            FROM generate_series(1, 30000) n""",
            [cast.support.pk],
        )
        cursor.execute("ANALYZE channels_parcel")

    def plan(**asked: str) -> str:
        rows = found_by(SearchForm(asked, cast.ada), Parcel.objects.visible_to(cast.ada), cast.ada)
        return rows.order_by("-received_at", "-id")[:51].explain()

    for asked in (
        {}, {"q": "w77"}, {"q": "77@x.example"}, {"q": "p77@customer.example"}, {"end": "quarantined"}, {"door": "pipe"},
        {"inbox": str(cast.billing.pk)}, {"since": "2020-01-01", "until": "2020-02-01"}, {"q": "nothing at all"},
    ):  # fmt: skip
        assert "Seq Scan on channels_parcel" not in plan(**asked), (asked, plan(**asked))


def test_moments_are_kept_exactly_by_the_cursor(cast: make.Cast, ada: Client) -> None:
    at = datetime.fromisoformat("2024-01-01T00:00:00.123456+00:00")
    for number in range(60):
        Parcel.objects.create(
            inbox=cast.support, door="lmtp", size=1, digest=f"{number}", received_at=at, end="ignored"
        )
    text = page(ada, "/settings/ledger/?end=ignored")
    following = re.search(r'href="([^"]+)" rel="next"', text)
    assert following is not None
    assert len(re.findall(r'/settings/ledger/\d+/"', page(ada, following[1].replace("&amp;", "&")))) == 10
