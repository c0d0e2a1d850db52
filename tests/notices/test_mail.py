"""Notices by mail: when they leave, what they say, and what they keep to themselves."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
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


def test_of_a_confidential_inbox_only_number_and_subject_leave(cast: make.Cast) -> None:
    secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    hal = make.person("hal@desk.example", Role.AGENT, name="Hal", teams=(secret.team,))
    ida = make.person("ida@desk.example", Role.AGENT, name="Ida", teams=(secret.team,))
    made = make.ticket("A question", to=secret, of=cast.dan)
    note(made, ida, "@Hal the salary of Dan is 1000")
    assert deliver.mail_due(later(minutes=2)) == 1
    body = str(mail.outbox[0].body)
    assert "A question" in body and f"#{made.number}" in body
    assert "salary" not in body and "Ida" not in body
    assert mail.outbox[0].to == ["hal@desk.example"] and hal.email == "hal@desk.example"


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
    answer = ana.post("/settings/notices/", {**form, "quiet_until": ""}, headers={"HX-Request": "true"})
    assert "Quiet hours need a beginning and an end" in answer.content.decode()
    assert ways.wishes_of([cast.ana.pk])[cast.ana.pk].quiet_until == time(6)
