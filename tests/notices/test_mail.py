"""Notices by mail: when they leave, what they say, and what they keep to themselves."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from guichet.channels.email.sending import house
from guichet.notices import deliver, ways
from guichet.notices.models import Choice, Mailing, Notice, Wishes
from guichet.people import actions as people
from guichet.people.models import Person, Role
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Ticket
from tests import make
from tests.browser import client_of

ZONES = [ZoneInfo(name) for name in ("UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")]
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
times = st.times().map(lambda at: at.replace(microsecond=0))


@given(moments, st.sampled_from(ZONES), st.none() | times, st.none() | times)
def test_nothing_leaves_in_quiet_hours_nor_later_than_their_end(
    now: datetime, zone: ZoneInfo, begin: time | None, end: time | None
) -> None:
    at = ways.after_quiet(now, zone, Wishes(quiet_from=begin, quiet_until=end))
    assert now <= at <= now + timedelta(hours=26)
    if begin is not None and end is not None and begin < end and at != now:
        assert begin <= now.astimezone(zone).time() < end
    assert ways.after_quiet(at, zone, Wishes(quiet_from=begin, quiet_until=end)) <= at + timedelta(hours=26)


@given(moments, st.sampled_from(ZONES), times)
def test_the_morning_is_the_next_one_in_the_readers_zone(now: datetime, zone: ZoneInfo, morning: time) -> None:
    at = ways.mail_time(Mailing.MORNING, now, zone, Wishes(morning_at=morning))
    assert at is not None and now < at <= now + timedelta(hours=26)
    shown = at.astimezone(zone).time()
    # In spring an hour is left out, and a morning in it moves by that hour.
    assert shown == morning or zone.utcoffset(at.replace(tzinfo=None)) is not None


@given(moments)
def test_digests_leave_at_the_full_hour(now: datetime) -> None:
    at = ways.mail_time(Mailing.HOURLY, now, ZoneInfo("UTC"), Wishes())
    assert at is not None and at.minute == at.second == 0 and timedelta() < at - now <= timedelta(hours=1)


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket(to=cast.support, of=cast.cleo)


def note(ticket: Ticket, by: Person, text: str) -> None:
    actions.add_note(ticket, Words(text=text), By(by, "desk"))
    make.follow_log()


def later(**span: float) -> datetime:
    return timezone.now() + timedelta(**span)


def test_a_mention_is_mailed_once_with_its_words_and_the_way_to_the_choices(cast: make.Cast, ticket: Ticket) -> None:
    note(ticket, cast.ada, "@Ana Lopez the toner is empty")
    assert deliver.mail_due() == 0, "first there is a minute to see it at the desk"
    assert deliver.mail_due(later(minutes=2)) == 1
    assert deliver.mail_due(later(minutes=20)) == 0
    (sent,) = mail.outbox
    assert sent.to == ["ana@desk.example"]
    assert sent.subject == f"#{ticket.number} The printer is dark"
    body = str(sent.body)
    assert "Ada King mentioned you" in body and "the toner is empty" in body
    assert f"/tickets/{ticket.number}/" in body and "/settings/notices/" in body
    assert b"\r\nAuto-Submitted: auto-generated\r\n" in house.compose(sent, ("House", "house@desk.example"))


def test_what_was_read_at_the_desk_is_not_mailed(cast: make.Cast, ticket: Ticket) -> None:
    note(ticket, cast.ada, "@Ana Lopez look")
    client_of(cast.ana).post("/notices/read/", {"ticket": ticket.number, "quietly": "1"})
    assert deliver.mail_due(later(minutes=2)) == 0
    assert mail.outbox == []


def test_nothing_is_mailed_after_the_right_was_withdrawn_or_the_words_taken_back(
    cast: make.Cast, ticket: Ticket
) -> None:
    note(ticket, cast.ada, "@Ana Lopez look")
    people.set_teams(cast.ana, [])
    assert deliver.mail_due(later(minutes=2)) == 0
    assert mail.outbox == []


def test_a_flood_is_one_mail_and_the_rest_another(cast: make.Cast, ticket: Ticket) -> None:
    for place in range(5):
        note(ticket, cast.ada, f"@Ana Lopez {place}")
    now = later(minutes=2)
    assert deliver.mail_due(now) == 1
    for place in range(5, 30):
        note(ticket, cast.ada, f"@Ana Lopez {place}")
    Notice.objects.filter(mail_at__isnull=False).update(mail_at=now)
    assert deliver.mail_due(now + timedelta(minutes=1)) == 0, "so soon after the one before it"
    assert deliver.mail_due(now + timedelta(minutes=6)) == 1
    assert [str(sent.body).count("mentioned you") for sent in mail.outbox] == [5, 25]


def test_a_digest_gathers_several_tickets(cast: make.Cast, ticket: Ticket) -> None:
    Choice.objects.create(person=cast.ana, kind="mention", mail=Mailing.MORNING)
    Wishes.objects.create(person=cast.ana, morning_at=time(7, 30))
    other = make.ticket("No network", to=cast.support, of=cast.dan)
    note(ticket, cast.ada, "@Ana Lopez one")
    note(other, cast.ada, "@Ana Lopez two")
    assert deliver.mail_due(later(minutes=2)) == 0
    at = Notice.objects.filter(person=cast.ana).values_list("mail_at", flat=True)[0]
    assert at is not None and at.astimezone(ways.zone_of(cast.ana)).time() == time(7, 30)
    assert deliver.mail_due(at) == 1
    assert mail.outbox[0].subject == "News of 2 tickets"
    assert "No network" in str(mail.outbox[0].body) and "The printer is dark" in str(mail.outbox[0].body)


def test_a_mail_is_written_in_the_readers_language(cast: make.Cast, ticket: Ticket) -> None:
    Person.objects.filter(pk=cast.ana.pk).update(language="de")
    note(ticket, cast.ada, "@Ana Lopez look")
    deliver.mail_due(later(minutes=2))
    assert "Ada King hat Sie erwähnt" in str(mail.outbox[0].body)


@pytest.fixture
def hal(cast: make.Cast) -> Person:
    """Of the confidential team, with Ida."""
    secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    make.person("ida@desk.example", Role.AGENT, name="Ida", teams=(secret.team,))
    return make.person("hal@desk.example", Role.AGENT, name="Hal", teams=(secret.team,))


def test_of_a_confidential_inbox_only_the_number_leaves(cast: make.Cast, hal: Person) -> None:
    made = make.ticket("The salary of Dan", to=make.inbox("hr@desk.example"), of=cast.dan)
    note(made, Person.objects.get(name="Ida"), "@Hal the salary of Dan is 1000")
    assert deliver.mail_due(later(minutes=2)) == 1
    (sent,) = mail.outbox
    assert sent.to == ["hal@desk.example"] and sent.subject == f"#{made.number} A confidential request"
    body = str(sent.body)
    assert f"#{made.number}" in body and "salary" not in body and "Ida" not in body and "Dan" not in body
    assert "The salary of Dan" in client_of(hal).get("/notices/").content.decode(), "the bell is inside the desk"


@pytest.mark.parametrize("why", ["private", "encrypted"])
def test_of_a_private_ticket_and_of_one_that_came_encrypted_only_the_number_leaves(
    cast: make.Cast, ticket: Ticket, why: str
) -> None:
    if why == "private":
        actions.set_private(ticket, True, By(cast.ada, "desk"))
    else:
        seal = {"kind": "pgp", "what": "encrypted", "state": "valid", "signer": "", "note": "", "detail": ""}
        ticket.messages.update(seals=[seal])
    note(ticket, cast.ada, "@Ana Lopez look")
    assert deliver.mail_due(later(minutes=2)) == 1
    sent = mail.outbox[0]
    assert sent.subject == f"#{ticket.number} A confidential request"
    assert "printer" not in str(sent.body) and "look" not in str(sent.body)


def test_in_a_digest_the_open_ones_keep_their_subjects(cast: make.Cast, ticket: Ticket, hal: Person) -> None:
    people.set_teams(hal, [make.team("HR"), make.team("Support")])
    made = make.ticket("The salary of Dan", to=make.inbox("hr@desk.example"), of=cast.dan)
    note(made, Person.objects.get(name="Ida"), "@Hal look")
    note(ticket, cast.ada, "@Hal look")
    deliver.mail_due(later(minutes=2))
    body = str(mail.outbox[0].body)
    assert "The printer is dark" in body and f"#{made.number} A confidential request" in body and "salary" not in body


def test_a_confidential_request_is_said_in_the_readers_language(cast: make.Cast, ticket: Ticket) -> None:
    actions.set_private(ticket, True, By(cast.ada, "desk"))
    for language, words in (("fr", "Une demande confidentielle"), ("de", "Eine vertrauliche Anfrage")):
        Person.objects.filter(pk=cast.ana.pk).update(language=language)
        note(ticket, cast.ada, "@Ana Lopez look")
        Notice.objects.update(mailed_at=None)
        deliver.mail_due(later(minutes=2))
        assert mail.outbox[-1].subject == f"#{ticket.number} {words}"


def test_one_click_in_the_mail_program_ends_the_mails(cast: make.Cast, ticket: Ticket) -> None:
    note(ticket, cast.ada, "@Ana Lopez look")
    deliver.mail_due(later(minutes=2))
    raw = house.compose(mail.outbox[0], ("House", "house@desk.example"))
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw
    found = re.search(rb"\r\nList-Unsubscribe: <http://localhost(/notices/off/[a-z0-9]+/)>\r\n", raw)
    assert found is not None
    url = found[1].decode()
    stranger = Client(enforce_csrf_checks=True)
    page = stranger.get(url).content.decode()
    assert "No more mails about tickets?" in page and "ana@desk.example" in page
    assert ways.wishes_of([cast.ana.pk])[cast.ana.pk].takes_mail, "to look is not to choose"
    assert stranger.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    note(ticket, cast.ada, "@Ana Lopez look again")
    assert deliver.mail_due(later(minutes=20)) == 0
    assert Notice.objects.filter(person=cast.ana).count() == 2, "the bell goes on"
    assert "You get mails again" in stranger.post(url, {"again": "1"}).content.decode()
    note(ticket, cast.ada, "@Ana Lopez and again")
    assert deliver.mail_due(later(minutes=20)) == 1


def test_what_was_due_already_is_not_mailed_either(cast: make.Cast, ticket: Ticket) -> None:
    note(ticket, cast.ada, "@Ana Lopez look")
    Client().post(deliver.off_url(cast.ana).removeprefix("http://localhost"), {"List-Unsubscribe": "One-Click"})
    assert deliver.mail_due(later(minutes=2)) == 0


def test_the_link_of_the_mails_opens_nothing_else(cast: make.Cast) -> None:
    good = deliver.off_url(cast.ana).removeprefix("http://localhost")
    wrong = good[:-2] + ("a" if good[-2] != "a" else "b") + "/"
    assert Client().post(wrong).status_code == 404
    client = Client()
    client.post(good)
    assert client.get("/settings/notices/").status_code == 302, "nobody is signed in by it"
    people.set_active(cast.ana, False, cast.ada)
    assert Client().post(good).status_code == 404


def test_old_notices_go(cast: make.Cast, ticket: Ticket) -> None:
    note(ticket, cast.ada, "@Ana Lopez look")
    client_of(cast.ana).post("/notices/read/")
    deliver.forget_old(later(days=80))
    assert Notice.objects.exists()
    deliver.forget_old(later(days=100))
    assert not Notice.objects.exists()


def test_choices_are_kept_and_half_quiet_hours_are_not(cast: make.Cast) -> None:
    ana = client_of(cast.ana)
    page = ana.get("/settings/notices/").content.decode()
    assert 'name="mail-mention"' in page
    form = {
        "takes_mail": "on",
        "morning_at": "07:00",
        "bell-mention": "on",
        "mail-mention": "hourly",
        "quiet_from": "22:00",
        "quiet_until": "06:00",
    }
    ana.post("/settings/notices/", form)
    assert ways.ways_of([cast.ana.pk])[cast.ana.pk]["mention"] == ways.Way(True, "hourly", False)
    wishes = ways.wishes_of([cast.ana.pk])[cast.ana.pk]
    assert (wishes.quiet_from, wishes.quiet_until, wishes.follows_written) == (time(22), time(6), False)
    assert wishes.takes_mail
    ana.post("/settings/notices/", {key: value for key, value in form.items() if key != "takes_mail"})
    assert not ways.wishes_of([cast.ana.pk])[cast.ana.pk].takes_mail
    answer = ana.post("/settings/notices/", {**form, "quiet_until": ""}, headers={"HX-Request": "true"})
    assert "Quiet hours need a beginning and an end" in answer.content.decode()
    assert ways.wishes_of([cast.ana.pk])[cast.ana.pk].quiet_until == time(6)
