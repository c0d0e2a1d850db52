"""What the customer reads is the deadline, and who must wait longer is told before the first promise has passed."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from guichet.clocks import defaults, renewing
from guichet.clocks.models import Clock, Policy
from guichet.tickets import actions, events
from guichet.tickets.events import By
from guichet.tickets.models import Inbox, Message, Priority, Ticket
from tests import make
from tests.clocks.conftest import read_log
from tests.clocks.test_follow import answer, version

pytestmark = pytest.mark.django_db(transaction=True)
FAR = {"first": {"1": 60, "3": 50 * 60, "4": 90 * 60}}


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    """Fifty working hours lie in every week and beyond, whatever the time of this test."""
    defaults.ensure()
    version(Policy.objects.get(), Policy.objects.get().versions.get().condition, FAR)
    cast.cleo.refresh_from_db()
    cast.cleo.time_zone = "America/New_York"
    cast.cleo.save()
    return make.ticket(to=cast.support, of=cast.cleo)


def told(ticket: Ticket) -> list[Message]:
    return list(ticket.messages.filter(auto="auto-reply").order_by("pk"))


def in_words(at: datetime) -> str:
    local = at.astimezone(ZoneInfo("America/New_York"))
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"


def test_the_acknowledgement_says_the_deadline_in_the_customers_zone(ticket: Ticket) -> None:
    read_log()
    ticket.refresh_from_db()
    due = Clock.objects.get(ticket=ticket, kind="first").due_at
    assert due is not None and ticket.promised_at == due.replace(second=0, microsecond=0)
    (said,) = told(ticket)
    assert f"You will have an answer by {in_words(due)}." in said.text
    assert ticket.events.filter(kind=events.PROMISED).count() == 1


def test_in_the_customers_language(cast: make.Cast, ticket: Ticket) -> None:
    Ticket.objects.update(language="fr")
    read_log()
    assert "Vous aurez une réponse d’ici le" in told(ticket)[0].text


def test_an_inbox_may_switch_it_off(cast: make.Cast, ticket: Ticket) -> None:
    Inbox.objects.update(promises=False)
    read_log()
    ticket.refresh_from_db()
    assert ticket.promised_at is None and "an answer by" not in told(ticket)[0].text


def test_who_must_wait_longer_is_told_before_the_promise_has_passed(cast: make.Cast, ticket: Ticket) -> None:
    read_log()
    ticket.refresh_from_db()
    first = ticket.promised_at
    actions.set_priority(ticket, Priority.LOW, By(cast.ana, "desk"))
    read_log()
    ticket.refresh_from_db()
    assert first is not None and ticket.promised_at is not None and timezone.now() < first < ticket.promised_at
    _acknowledged, moved = told(ticket)
    assert f"by {in_words(first)}." in moved.text and f"an answer by {in_words(ticket.promised_at)}." in moved.text
    assert moved.to == _acknowledged.to and moved.in_reply_to == _acknowledged.in_reply_to
    assert Clock.objects.get(ticket=ticket, kind="first").state == "running", "that was no answer"


def test_a_new_version_of_the_policy_tells_it_too_and_once(ticket: Ticket) -> None:
    read_log()
    version(Policy.objects.get(), Policy.objects.get().versions.earliest("number").condition, {"first": {"3": 80 * 60}})
    for _round in range(2):
        renewing.ask()
        while renewing.renew():
            pass
    assert len(told(ticket)) == 2


def test_an_earlier_deadline_an_answer_and_seconds_are_no_news(cast: make.Cast, ticket: Ticket) -> None:
    read_log()
    ticket.refresh_from_db()
    first = ticket.promised_at
    actions.set_priority(ticket, Priority.CRITICAL, By(cast.ana, "desk"))
    read_log()
    actions.reply(ticket, answer(), By(cast.ana, "desk"), seen=None, insists=make.UNGUARDED)
    actions.set_priority(ticket, Priority.LOW, By(cast.ana, "desk"))
    read_log()
    ticket.refresh_from_db()
    assert len(told(ticket)) == 1 and ticket.promised_at == first


def test_whoever_was_told_nothing_is_not_told_of_a_change(cast: make.Cast, ticket: Ticket) -> None:
    """The limit of acknowledgements to one address was reached, say."""
    read_log()
    Message.objects.filter(auto="auto-reply").update(auto="other")
    actions.set_priority(ticket, Priority.LOW, By(cast.ana, "desk"))
    read_log()
    assert told(ticket) == []


def test_what_is_over_is_promised_to_nobody(cast: make.Cast) -> None:
    defaults.ensure()
    long_ago = timezone.now() - timedelta(days=30)
    words = actions.Words(text="It is dark.", subject="Dark", from_address="cleo@customer.example")
    ticket = actions.open_ticket(cast.support, cast.cleo, words, By(cast.cleo, "email", at=long_ago), at=long_ago)
    read_log()
    ticket.refresh_from_db()
    assert ticket.promised_at is None
