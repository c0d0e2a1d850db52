"""What the customer reads is the deadline, and who must wait longer is told before the first promise has passed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from guichet.clocks import defaults, keeping, renewing
from guichet.clocks.models import Clock, Policy, Promise, Renewal
from guichet.conditions.tree import EVERYTHING
from guichet.people.models import Membership
from guichet.tickets import actions, events
from guichet.tickets.events import By
from guichet.tickets.models import Inbox, Message, Priority, Step, Ticket
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


# Replies that promise the next answer


def say(cast: make.Cast, ticket: Ticket, text: str, **more: Any) -> Message:
    by, insists = By(cast.ana, "desk"), more.pop("insists", make.UNGUARDED)
    words = replace(answer(**more.pop("words", {})), text=text, html=f"<p>{text}</p>")
    return actions.reply(ticket, words, by, seen=None, insists=insists, **more)


LOOKING = "We are looking into it and write again by {answer.by}."


@pytest.fixture
def promising(cast: make.Cast, ticket: Ticket) -> Ticket:
    version(Policy.objects.get(), EVERYTHING, {"next": {"1": 50 * 60, "3": 60 * 60, "4": 90 * 60}})
    while renewing.renew():
        pass
    read_log()
    ticket.refresh_from_db()
    return ticket


def test_a_reply_promises_the_next_answer_and_it_is_owed_like_any_other(cast: make.Cast, promising: Ticket) -> None:
    message = say(cast, promising, LOOKING)
    read_log()
    promising.refresh_from_db()
    clock = Clock.objects.get(ticket=promising, kind="next")
    assert clock.state == "running" and clock.due_at is not None and promising.promised_at is not None
    assert promising.promised_at == clock.due_at.replace(second=0, microsecond=0)
    said = in_words(promising.promised_at)
    assert message.text == message.reply == f"We are looking into it and write again by {said}."
    assert message.html == f"<p>{message.text}</p>"
    assert (promising.next_step, promising.next_look_at) == (Step.ANSWER, promising.promised_at)
    assert promising.due_at == clock.due_at and keeping.differences(promising.pk) == []
    say(cast, promising, "Here it is.")
    read_log()
    assert Clock.objects.get(ticket=promising, kind="next").state == "met"
    assert Promise.objects.judged(timezone.now()).get(ticket=promising).verdict == "kept"
    assert keeping.differences(promising.pk) == []


def test_a_question_in_between_waits_for_the_same_answer(cast: make.Cast, promising: Ticket) -> None:
    say(cast, promising, LOOKING)
    read_log()
    due = Clock.objects.get(ticket=promising, kind="next").due_at
    asked = actions.Words(text="And now?", from_address="cleo@customer.example")
    actions.receive(promising, asked, cast.cleo, By(cast.cleo, "email"))
    read_log()
    assert Clock.objects.get(ticket=promising, kind="next").due_at == due


def test_a_promise_that_must_move_is_told_to_whoever_got_it(cast: make.Cast, promising: Ticket) -> None:
    message = say(cast, promising, LOOKING)
    read_log()
    promising.refresh_from_db()
    first = promising.promised_at
    actions.set_priority(promising, Priority.LOW, By(cast.ana, "desk"))
    read_log()
    promising.refresh_from_db()
    assert first is not None and promising.promised_at is not None and first < promising.promised_at
    moved = told(promising)[-1]
    assert f"by {in_words(first)}." in moved.text and f"an answer by {in_words(promising.promised_at)}." in moved.text
    assert moved.to == message.to
    kept = Promise.objects.get(ticket=promising)
    assert (kept.at, kept.moved) == (promising.promised_at, 1)
    assert keeping.differences(promising.pk) == []


def test_words_that_are_taken_back_promise_nothing_and_promise_anew(cast: make.Cast, promising: Ticket) -> None:
    was = promising.promised_at
    message = say(cast, promising, LOOKING)
    read_log()
    Message.objects.filter(pk=message.pk).update(delivery="queued")
    actions.take_back(message, By(cast.ana, "desk"))
    read_log()
    promising.refresh_from_db()
    message.refresh_from_db()
    assert promising.promised_at == was and not Clock.objects.filter(ticket=promising, kind="next").exists()
    assert not Promise.objects.filter(ticket=promising).exists()
    assert actions.words_to_go_on(message) == (LOOKING, f"<p>{LOOKING}</p>")


def test_nobody_promises_where_the_inbox_or_the_policy_does_not(cast: make.Cast, promising: Ticket) -> None:
    """The words stay open, so that the guard holds them; a third party is promised nothing either."""
    words = replace(answer(), to=[{"name": "", "address": "help@supplier.example"}], text=LOOKING)
    with pytest.raises(actions.Guarded):
        actions.ask(promising, words, By(cast.ana, "desk"))
    Inbox.objects.update(promises=False)
    promising = Ticket.objects.get(pk=promising.pk)
    with pytest.raises(actions.Guarded):
        say(cast, promising, LOOKING, insists=())
    Inbox.objects.update(promises=True)
    version(Policy.objects.get(), EVERYTHING, FAR)
    renewing.ask()
    while renewing.renew():
        pass
    assert say(cast, Ticket.objects.get(pk=promising.pk), LOOKING).text == LOOKING
    assert not promising.events.filter(kind=events.PROMISED).exists()


def test_words_that_leave_later_promise_from_then_on(cast: make.Cast, promising: Ticket) -> None:
    later = timezone.now() + timedelta(days=7)
    message = say(cast, promising, LOOKING, words={"send_at": later})
    read_log()
    promising.refresh_from_db()
    assert not Clock.objects.filter(ticket=promising, kind="next").exists()
    assert promising.promised_at is not None and in_words(promising.promised_at) in message.text
    assert promising.promised_at > later


# The figure


def rows() -> list[tuple[Any, ...]]:
    return list(Promise.objects.values_list("ticket", "run", *keeping.OF_A_PROMISE))


def test_promises_from_before_there_were_rows_get_theirs_in_batches_and_again(cast: make.Cast, ticket: Ticket) -> None:
    other = make.ticket("Asked of billing", to=cast.billing)
    read_log()
    say(cast, other, "Here it is.")
    read_log()
    whole, said = rows(), Message.objects.count()
    assert [(row[0], row[-1] is not None) for row in whole] == [(ticket.pk, False), (other.pk, True)]
    Promise.objects.all().delete()
    import_module("guichet.clocks.migrations.0004_promises_of_before").ask(apps, None)
    assert [renewing.renew(1) for _n in range(4)] == [1, 1, 0, 0]
    assert (rows(), Message.objects.count(), Renewal.objects.count()) == (whole, said, 0)
    Promise.objects.filter(ticket=ticket).delete()
    assert renewing.all_promises() == 2
    assert (rows(), keeping.differences(ticket.pk)) == (whole, [])


def test_a_new_desk_has_nothing_to_catch_up(cast: make.Cast) -> None:
    import_module("guichet.clocks.migrations.0004_promises_of_before").ask(apps, None)
    assert not Renewal.objects.exists()


def lead(cast: make.Cast) -> Client:
    Membership.objects.filter(person=cast.ana).update(is_lead=True)
    client = Client()
    client.force_login(cast.ana)
    return client


def promise(ticket: Ticket, at: datetime, answered: datetime | None) -> Promise:
    run = Promise.objects.filter(ticket=ticket).count() + 1
    return Promise.objects.create(ticket=ticket, run=run, made_at=at - timedelta(days=1), at=at, settled_at=answered)


def test_the_figure_counts_what_was_kept_and_names_what_was_not(cast: make.Cast) -> None:
    client, now, minute = lead(cast), timezone.now().replace(second=0, microsecond=0), timedelta(minutes=1)
    mine, foreign = make.ticket("Dark", to=cast.support), make.ticket("Sealed", to=cast.billing)
    for hours in range(1, 4):
        promise(mine, now - hours * 60 * minute, now - hours * 60 * minute + 59 * minute / 60)
    promise(mine, now - 300 * minute, now - 170 * minute)
    promise(mine, now - 400 * minute, None)
    promise(mine, now + 60 * minute, None)
    promise(mine, now - timedelta(days=40), None)
    promise(foreign, now - 300 * minute, None)
    page = client.get("/deadlines/promises/").content.decode()
    assert "60 %" in page and "3 of 5 promises kept" in page and "1 still to be kept" in page
    assert "2 h 10 late" in page and "no answer yet" in page and "Sealed" not in page and "Billing" not in page
    year = client.get("/deadlines/promises/?days=365").content.decode()
    assert "3 of 6 promises kept" in year
    other = client.get(f"/deadlines/promises/?inbox={cast.billing.pk}").content.decode()
    assert "0 of 0 promises kept" in other and "Sealed" not in other


def test_the_page_asks_a_fixed_number_of_questions_and_goes_on_by_key(
    cast: make.Cast, django_assert_max_num_queries: Any
) -> None:
    client, now = lead(cast), timezone.now()
    for n in range(60):
        promise(make.ticket(f"Lamp {n:02}", to=cast.support), now - timedelta(hours=n + 1), None)
    with django_assert_max_num_queries(12):
        page = client.get("/deadlines/promises/").content.decode()
    assert "Lamp 49" in page and "Lamp 50" not in page
    match = re.search(r'href="(/deadlines/promises/\?after=[^"]+)"', page)
    assert match is not None
    rest = client.get(match[1]).content.decode()
    assert "Lamp 49" not in rest and all(f"Lamp {n}" in rest for n in range(50, 60))
    assert client.get("/deadlines/promises/?after=forged&days=x&team=99999999999999999999").status_code == 200
    agent = Client()
    agent.force_login(cast.ben)
    assert agent.get("/deadlines/promises/").status_code == 404
