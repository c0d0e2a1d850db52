"""Days off renew themselves: each year, and from files that lie elsewhere. What is over stays as it was known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from guichet.clocks import editing, follow, nightly, renewing
from guichet.clocks.choosing import House
from guichet.clocks.holidays import country_names, region_names, region_of
from guichet.clocks.models import Calendar
from guichet.conditions.fields import Asker
from guichet.conditions.grammar import parse
from guichet.kit import http
from guichet.people.extra import ExtraField
from guichet.people.models import Organisation
from guichet.tickets.fields import FIELDS
from guichet.tickets.models import Ticket
from tests import make
from tests.clocks.conftest import read_log
from tests.clocks.test_follow import policy

pytestmark = pytest.mark.django_db(transaction=True)
WEEK = [[["09:00", "17:00"]]] * 5 + [[], []]
OLD = date(2026, 6, 1)


def entry(day: str, name: str) -> str:
    return f"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:{day}\r\nSUMMARY:{name}\r\nEND:VEVENT\r\n"


class Feed(BaseHTTPRequestHandler):
    days: list[tuple[str, str]] = []  # noqa: RUF012  # a stand-in for a server, changed by the tests
    is_down = False

    def do_GET(self) -> None:
        self.send_response(503 if Feed.is_down else 200)
        self.end_headers()
        body = "BEGIN:VCALENDAR\r\n" + "".join(entry(*one) for one in Feed.days) + "END:VCALENDAR\r\n"
        self.wfile.write(body.encode())

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def feed(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that stands for the outside world: its loopback address is taken for a public one, its port for 80."""
    server = HTTPServer(("127.0.0.1", 0), Feed)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(http, "_is_public", lambda text: True)
    monkeypatch.setitem(http._PORTS, "http", server.server_port)
    Feed.days, Feed.is_down = [("20270510", "Betriebsausflug"), ("20260105", "Inventur")], False
    yield f"http://127.0.0.1:{server.server_port}/days.ics"
    server.shutdown()


def calendar(today: date = OLD, **more: Any) -> Calendar:
    own = {"2026-12-24": {"name": "Christmas Eve", "hours": [["09:00", "12:00"]]}}
    days = editing.days_of("DE", "BY", own, {}, today.year, {})
    found = Calendar(name="München", **more)
    return editing.save_calendar(found, None, zone="Europe/Berlin", week=WEEK, days=days, country="DE", region="BY")


def test_each_year_brings_new_holidays_and_changes_nothing_of_the_past(cast: make.Cast) -> None:
    found = calendar()
    first = found.versions.get()
    assert "2029-12-25" in first.days and "2030-12-25" not in first.days
    assert not nightly.renew_days(found, OLD), "nothing is new"
    mail.outbox.clear()
    assert nightly.renew_days(found, date(2027, 1, 1))
    second = found.versions.first()
    assert second is not None and second.number == 2 and second.made_by is None
    assert "2030-12-25" in second.days and second.days["2026-12-24"]["hours"] == [["09:00", "12:00"]]
    assert {day: one for day, one in second.days.items() if day < "2027-01-01"} == {
        day: one for day, one in first.days.items() if day < "2027-01-01"
    }
    (told,) = mail.outbox
    assert told.to == ["ada@desk.example"] and "München" in told.subject
    assert "Dec. 25, 2030  Christmas Day" in told.body and f"/settings/hours/{found.pk}/" in told.body
    assert not nightly.renew_days(found, date(2027, 1, 2))


def test_a_day_that_is_spelled_otherwise_is_no_news(cast: make.Cast) -> None:
    found = calendar()
    version = found.versions.get()
    days = {**version.days, "2028-12-25": {"name": "Christmas", "hours": [], "from": "country"}}
    editing.save_calendar(found, None, zone=version.zone, week=version.week, days=days, country="DE", region="BY")
    assert not nightly.renew_days(found, OLD)


def test_a_file_elsewhere_is_read_each_night_and_its_last_state_stays_when_it_fails(cast: make.Cast, feed: str) -> None:
    found = calendar(feed_url=feed)
    assert nightly.renew_days(found, OLD)
    latest = found.versions.first()
    assert latest is not None and latest.days["2027-05-10"] == {"name": "Betriebsausflug", "hours": [], "from": "feed"}
    assert "2026-01-05" not in latest.days, "that is over"
    Feed.is_down = True
    assert not nightly.renew_days(found, OLD)
    found.refresh_from_db()
    assert found.feed_failed_at is not None and found.feed_read_at is not None
    Feed.is_down, Feed.days = False, [("20270511", "Betriebsausflug")]
    assert nightly.renew_days(found, OLD)
    found.refresh_from_db()
    latest = found.versions.first()
    assert latest is not None and found.feed_failed_at is None
    assert "2027-05-11" in latest.days and "2027-05-10" not in latest.days


def test_the_page_reads_it_at_once_and_says_where_it_cannot(cast: make.Cast, feed: str) -> None:
    ada = Client()
    ada.force_login(cast.ada)
    typed = {"name": "Lyon", "zone": "Europe/Paris", "day0": "9-17", "country": "DE", "region": "Bayern", "feed": feed}
    assert ada.post("/settings/hours/add/", typed).status_code == 302
    found = Calendar.objects.get(name="Lyon")
    version = found.versions.get()
    assert (version.region, version.days["2027-05-10"]["from"], found.feed_url) == ("BY", "feed", feed)
    page = ada.get(f"/settings/hours/{found.pk}/").content.decode()
    assert "2 days come from there" in page and 'value="Bayern"' in page
    Feed.is_down = True
    assert ada.post(f"/settings/hours/{found.pk}/", typed).status_code == 302, "it is not read again"
    latest = found.versions.first()
    assert latest is not None and latest.days["2027-05-10"]["from"] == "feed"
    for address in (feed.replace("days", "other"), "http://127.0.0.1:1/", "file:///etc/passwd"):
        page = ada.post(f"/settings/hours/{found.pk}/", {**typed, "feed": address}).content.decode()
        assert "No iCalendar file could be read there" in page
    ada.post(f"/settings/hours/{found.pk}/", {**typed, "feed": ""})
    latest, found = found.versions.first(), Calendar.objects.get(pk=found.pk)
    assert latest is not None and "2027-05-10" not in latest.days and found.feed_url == ""


def test_places_have_names() -> None:
    assert country_names("de")["DE"] == "Deutschland" and country_names("fr")["DE"] == "Allemagne"
    assert country_names("xx")["DE"] == "Germany"
    assert next(iter(country_names("fr"))) in ("AF", "ZA")  # Afghanistan, Afrique du Sud
    assert region_names("DE")["BY"] == "Bayern" and region_names("FR")["974"] == "La Réunion"
    assert region_of("FR", "la reunion") == region_of("FR", "974") == "974" and region_of("DE", "") == ""
    assert region_of("DE", "Alsace") is None and region_names("XX") == {}


def test_a_contract_is_a_fact_of_the_organisation_and_ends_by_itself(cast: make.Cast) -> None:
    """Nothing happens on a ticket when a contract is made or ends: the night finds it."""
    for key, kind in (("contract", "text"), ("contract_until", "date")):
        ExtraField.objects.create(of="organisation", key=key, label=key, kind=kind)
    text = "organisation.contract:Gold organisation.contract_until>=today"
    condition = parse(text, FIELDS, Asker(House()))
    gold = policy("Gold", condition, position=0)
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    read_log()

    def is_gold() -> bool:
        nightly.every_night()
        while renewing.renew():
            pass
        choice = follow.in_force([ticket.pk])[ticket.pk]
        return choice.policy == gold.versions.get().pk

    assert not is_gold()
    Organisation.objects.update(extra={"contract": "Gold", "contract_until": "2099-12-31"})
    assert is_gold() and Ticket.objects.get(pk=ticket.pk).due_at is not None
    Organisation.objects.update(extra={"contract": "Gold", "contract_until": "2020-12-31"})
    assert not is_gold()
