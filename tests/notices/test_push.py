"""Push messages, to a receiver that opens their seal: what they say, to whom, and when a device is gone."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from guichet.kit import http, push
from guichet.notices import device_pages, pushing
from guichet.notices.models import Device, Notice, Wishes
from guichet.people import actions as people
from guichet.people.models import Person, Role
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Ticket
from tests import make
from tests.browser import client_of
from tests.notices.receiver import PushBrowser


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[PushBrowser]:
    """Reached by its name, on this machine: what the desk itself refuses is allowed for this test alone."""
    made = PushBrowser()
    monkeypatch.setattr(http, "public_addresses", lambda host, port: ["127.0.0.1"])
    monkeypatch.setitem(http._PORTS, "http", made.port)
    monkeypatch.setattr(device_pages, "SCHEMES", ("https://", "http://"))
    yield made
    made.close()


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket(to=cast.support, of=cast.cleo)


def add(person: Person, receiver: PushBrowser) -> Any:
    form = {"endpoint": receiver.url, "key": receiver.key, "secret": receiver.secret}
    agent = "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0"
    return client_of(person).post(
        "/settings/notices/devices/", form, headers={"HX-Request": "true", "User-Agent": agent}
    )


def mention(ticket: Ticket, text: str = "@Ana Lopez the toner is empty") -> None:
    ada = Person.objects.get(name="Ada King")
    actions.add_note(ticket, Words(text=text), By(ada, "desk"))
    make.follow_log()


def test_a_device_is_greeted_and_told_without_a_word_of_what_was_written(
    cast: make.Cast, ticket: Ticket, receiver: PushBrowser
) -> None:
    answer = add(cast.ana, receiver)
    assert "Firefox, Linux" in answer.content.decode() and "News come to this device" in answer["HX-Trigger"]
    assert receiver.received[0]["body"] == "From now on news come here."
    mention(ticket)
    assert ProcrastinateJob.objects.filter(task_name="guichet.notices.tasks.push_due").count() == 1
    assert pushing.push_to(cast.ana.pk) == 1
    number = f"#{ticket.number}"
    expected = {"title": f"{number} The printer is dark", "body": "Ada King mentioned you", "tag": number}
    assert receiver.received[1] == {**expected, "url": f"/tickets/{ticket.number}/"}
    assert receiver.headers[1]["ttl"] == str(pushing.LASTS)
    assert pushing.push_to(cast.ana.pk) == 0, "once"
    assert Device.objects.get().reached_at is not None


def test_a_confidential_ticket_is_a_number_alone(cast: make.Cast, receiver: PushBrowser) -> None:
    secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    hal = make.person("hal@desk.example", Role.AGENT, name="Hal", teams=(secret.team,))
    ida = make.person("ida@desk.example", Role.AGENT, name="Ida", teams=(secret.team,))
    add(hal, receiver)
    made = make.ticket("The salary of Dan", to=secret, of=cast.dan)
    actions.add_note(made, Words(text="@Hal look"), By(ida, "desk"))
    make.follow_log()
    pushing.push_to(hal.pk)
    said = receiver.received[1]
    assert (said["title"], said["body"]) == (f"#{made.number} A confidential request", "There is news")
    assert "salary" not in str(said) and "Ida" not in str(said)


def test_a_private_ticket_is_a_number_alone_in_the_readers_language(
    cast: make.Cast, ticket: Ticket, receiver: PushBrowser
) -> None:
    add(cast.ana, receiver)
    Person.objects.filter(pk=cast.ana.pk).update(language="de")
    actions.set_private(ticket, True, By(cast.ada, "desk"))
    mention(ticket)
    pushing.push_to(cast.ana.pk)
    assert receiver.received[1]["title"] == f"#{ticket.number} Eine vertrauliche Anfrage"
    assert "printer" not in str(receiver.received[1])


def test_nothing_is_pushed_after_the_right_was_withdrawn_or_it_was_read(
    cast: make.Cast, ticket: Ticket, receiver: PushBrowser
) -> None:
    add(cast.ana, receiver)
    mention(ticket)
    people.set_teams(cast.ana, [])
    assert pushing.push_to(cast.ana.pk) == 0
    people.set_teams(cast.ana, [cast.support.team])
    mention(ticket)
    client_of(cast.ana).post("/notices/read/")
    assert pushing.push_to(cast.ana.pk) == 0
    assert len(receiver.received) == 1, "the greeting"


def test_an_agent_of_another_team_gets_nothing(cast: make.Cast, ticket: Ticket, receiver: PushBrowser) -> None:
    add(cast.ben, receiver)
    mention(ticket, "@Ben Weiss and @Ana Lopez")
    pushing.push_all_due(timezone.now() + timedelta(minutes=5))
    assert len(receiver.received) == 1
    assert not Notice.objects.filter(person=cast.ben).exists()


def test_quiet_hours_hold_it_back(cast: make.Cast, ticket: Ticket, receiver: PushBrowser) -> None:
    add(cast.ana, receiver)
    now = timezone.now()
    begin, end = ((now + timedelta(hours=hours)).time() for hours in (-1, 1))
    Person.objects.filter(pk=cast.ana.pk).update(time_zone="UTC")
    Wishes.objects.create(person=cast.ana, quiet_from=begin, quiet_until=end)
    mention(ticket)
    assert pushing.push_to(cast.ana.pk) == 0
    assert pushing.push_to(cast.ana.pk, now + timedelta(hours=1, minutes=1)) == 1


def test_news_of_many_tickets_are_one_message(cast: make.Cast, receiver: PushBrowser) -> None:
    add(cast.ana, receiver)
    for place in range(5):
        mention(make.ticket(f"Request {place}", to=cast.support, of=cast.cleo))
    assert pushing.push_to(cast.ana.pk) == 1
    assert receiver.received[1]["body"] == "News of 5 tickets" and receiver.received[1]["url"] == "/notices/"


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_is_gone_is_forgotten(
    cast: make.Cast, ticket: Ticket, receiver: PushBrowser, status: int
) -> None:
    add(cast.ana, receiver)
    receiver.status = status
    mention(ticket)
    pushing.push_to(cast.ana.pk)
    assert not Device.objects.exists()
    assert not Notice.objects.filter(push_at__isnull=False).exists()


def test_a_service_that_is_away_is_tried_again_and_a_crash_repeats_the_same_tag(
    cast: make.Cast, ticket: Ticket, receiver: PushBrowser
) -> None:
    add(cast.ana, receiver)
    receiver.status = 503
    mention(ticket)
    assert pushing.push_to(cast.ana.pk) == 0
    receiver.status = 201
    assert pushing.push_to(cast.ana.pk) == 0, "another may be at it still"
    later = timezone.now() + pushing.CLAIM + timedelta(seconds=1)
    assert pushing.push_to(cast.ana.pk, later) == 1
    # As if we had died after sending: the claim lapses, and the device replaces the first message by its tag.
    pushing._claim(cast.ana.pk, later)
    Notice.objects.update(push_at=later)
    pushing.push_to(cast.ana.pk, later)
    assert len({said["tag"] for said in receiver.received[1:]}) == 1


def test_a_device_belongs_to_whoever_signed_in_there_last(cast: make.Cast, receiver: PushBrowser) -> None:
    add(cast.ana, receiver)
    add(cast.ben, receiver)
    assert Device.objects.get().person == cast.ben
    pk = Device.objects.get().pk
    assert client_of(cast.ana).post(f"/settings/notices/devices/{pk}/remove/").status_code == 404
    assert client_of(cast.ben).post(f"/settings/notices/devices/{pk}/remove/").status_code == 302
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [{"endpoint": "http://push.example/1"}, {"endpoint": "https://push.example/ 1"}, {"key": "AAAA"}, {"secret": "AAAA"},
     {"key": "é"}, {"endpoint": ""}],
)  # fmt: skip
def test_what_is_no_browser_is_refused(cast: make.Cast, wrong: dict[str, str]) -> None:
    good = PushBrowser()
    good.close()
    form = {"endpoint": "https://push.example/1", "key": good.key, "secret": good.secret, **wrong}
    assert client_of(cast.ana).post("/settings/notices/devices/", form).status_code == 422
    assert not Device.objects.exists()


def test_an_endpoint_in_our_own_network_is_never_asked(cast: make.Cast, ticket: Ticket) -> None:
    browser = PushBrowser()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0.5)
        for endpoint in ("https://127.0.0.1/x", "https://localhost/x", "https://[::1]/x", "https://10.0.0.1/x"):
            Device.objects.update_or_create(
                endpoint=endpoint,
                defaults={"person": cast.ana, "key": browser.key, "secret": browser.secret, "name": "x"},
            )
        mention(ticket)
        assert pushing.push_to(cast.ana.pk) == 0
        with pytest.raises(TimeoutError):
            listening.accept()
    browser.close()


def test_the_houses_key_stays_the_same_and_is_no_secret_of_another_purpose() -> None:
    first = push.public_key()
    push._house_key.cache_clear()
    assert push.public_key() == first and len(first) == 87
