"""From the log to the bell: whom what concerns, never what one did oneself, never what one may not see."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from guichet.notices import follow
from guichet.notices.models import Choice, Notice, Wishes
from guichet.people import actions as people
from guichet.people.models import Membership, Person, Role, Team
from guichet.tickets import actions, events
from guichet.tickets.actions import Words
from guichet.tickets.events import By, record
from guichet.tickets.models import Delivery, Event, Follower, Ticket
from tests import make
from tests.browser import client_of


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    made = make.ticket(to=cast.support, of=cast.cleo)
    make.follow_log()
    return made


def told(person: Person) -> list[str]:
    make.follow_log()
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("kind", flat=True))


def note(ticket: Ticket, by: Person, text: str) -> None:
    actions.add_note(ticket, Words(text=text), By(by, "desk"))


def answer(ticket: Ticket, by: Person) -> None:
    ticket.refresh_from_db()
    actions.receive(ticket, Words(text="Still dark.", from_address=by.email or ""), by, By(by, "email"))


def test_mention_assignment_and_the_customers_words_reach_whom_they_concern(cast: make.Cast, ticket: Ticket) -> None:
    note(ticket, cast.ada, "@Ana Lopez please")
    assert told(cast.ana) == ["mention"]
    assert told(cast.ada) == []
    actions.assign(ticket, cast.ana, By(cast.ada, "desk"))
    answer(ticket, cast.cleo)
    assert told(cast.ana) == ["mention", "assigned", "customer"]
    assert told(cast.ada) == ["customer"], "who writes a note follows the ticket"
    assert told(cast.ben) == []
    assert told(cast.cleo) == []


def test_ones_own_acts_tell_one_nothing(cast: make.Cast, ticket: Ticket) -> None:
    actions.assign(ticket, cast.ana, By(cast.ana, "desk"))
    note(ticket, cast.ana, "I, @Ana Lopez, look")
    assert told(cast.ana) == []


def test_a_mention_of_somebody_who_may_not_see_it_reaches_nobody(cast: make.Cast, ticket: Ticket) -> None:
    note(ticket, cast.ana, "@Ben Weiss and all of @Billing")
    assert told(cast.ben) == []
    assert not Follower.objects.filter(person=cast.ben).exists()


def test_a_team_is_told_without_its_author(cast: make.Cast, ticket: Ticket) -> None:
    note(ticket, cast.ana, "@support, who knows this one?")
    assert told(cast.ada) == ["mention"]
    assert told(cast.ana) == []


def test_a_right_withdrawn_before_the_log_is_read_keeps_it_silent(cast: make.Cast, ticket: Ticket) -> None:
    note(ticket, cast.ada, "@Ana Lopez please")
    people.set_teams(cast.ana, [])
    assert told(cast.ana) == []


def test_a_muted_ticket_is_silent_but_for_a_name_and_an_assignment(cast: make.Cast, ticket: Ticket) -> None:
    actions.assign(ticket, cast.ana, By(cast.ana, "desk"))
    actions.mute(ticket, cast.ana, By(cast.ana, "desk"))
    answer(ticket, cast.cleo)
    note(ticket, cast.ada, "nothing new, @support")
    assert told(cast.ana) == []
    note(ticket, cast.ada, "@Ana Lopez!")
    assert told(cast.ana) == ["mention"]
    assert Follower.objects.get(person=cast.ana).state == "muted", "being named does not end it"


def test_who_chose_not_to_follow_by_himself_does_not(cast: make.Cast, ticket: Ticket) -> None:
    Wishes.objects.create(person=cast.ada, follows_written=False)
    note(ticket, cast.ada, "seen")
    answer(ticket, cast.cleo)
    assert told(cast.ada) == []


def test_new_requests_of_a_team_reach_those_who_asked_for_them(cast: make.Cast) -> None:
    Choice.objects.create(person=cast.ana, kind="new", bell=True)
    make.ticket(to=cast.support, of=cast.cleo)
    make.ticket(to=cast.billing, of=cast.dan)
    assert told(cast.ana) == ["new"]
    assert told(cast.ada) == []


def test_a_failed_reply_is_told_to_its_author(cast: make.Cast, ticket: Ticket) -> None:
    words = Words(text="Try this.", to=[{"name": "", "address": "cleo@customer.example"}])
    reply = actions.reply(ticket, words, By(cast.ada, "desk"), seen=None)
    actions.delivery_changed(reply, Delivery.FAILED, By(via="outbox"), note="no such user")
    assert told(cast.ada) == ["failed"]


def test_automatic_mail_is_no_news(cast: make.Cast, ticket: Ticket) -> None:
    actions.assign(ticket, cast.ana, By(cast.ana, "desk"))
    ticket.refresh_from_db()
    actions.receive(ticket, Words(text="I am away.", auto="vacation"), cast.cleo, By(cast.cleo, "email"))
    assert told(cast.ana) == []


def test_reading_the_log_twice_tells_once(cast: make.Cast, ticket: Ticket) -> None:
    note(ticket, cast.ada, "@Ana Lopez please")
    assert told(cast.ana) == ["mention"]
    again = list(Event.objects.filter(kind__in=follow.HEARS).select_related("ticket", "message").order_by("pk"))
    follow.follow(again)
    assert told(cast.ana) == ["mention"]
    assert Event.objects.filter(kind="ticket.followed", actor=cast.ada).count() == 1


def test_a_batch_costs_the_same_however_many_events_it_has(cast: make.Cast, ticket: Ticket) -> None:
    def cost(count: int) -> int:
        for _ in range(count):
            note(ticket, cast.ada, "@Ana Lopez please")
        make.settle()
        batch = list(
            Event.objects.filter(kind="message.noted").select_related("ticket", "message").order_by("-pk")[:count]
        )
        with CaptureQueriesContext(
            connection,
        ) as asked:
            follow.follow(batch)
        return len(asked)

    note(ticket, cast.ada, "first")
    make.follow_log()
    cost(1)
    assert cost(20) == cost(2)


def test_the_list_is_read_marked_and_taken_back_and_shows_nothing_of_a_lost_ticket(
    cast: make.Cast, ticket: Ticket
) -> None:
    note(ticket, cast.ada, "@Ana Lopez please")
    note(ticket, cast.ada, "@Ana Lopez really")
    make.follow_log()
    ana, ben = client_of(cast.ana), client_of(cast.ben)
    page = ana.get("/notices/").content.decode()
    assert page.count('class="pile pile-unread"') == 1 and page.count("Ada King mentioned you") == 2
    assert 'data-count="1"' in ana.get(f"/notices/bell/?ticket={ticket.number}").content.decode()
    assert "data-here" in ana.get(f"/notices/bell/?ticket={ticket.number}").content.decode()
    assert 'data-count="0"' in ben.get("/notices/bell/").content.decode()
    ben.post("/notices/read/", {"ticket": ticket.number})
    answer = ana.post("/notices/read/", {"ticket": ticket.number}, headers={"HX-Request": "true"})
    assert Notice.objects.unread().count() == 0
    undo = json.loads(answer["HX-Trigger"])["toast"]["undo"]
    ana.post(undo["url"], undo["values"])
    assert Notice.objects.unread().count() == 2
    people.set_teams(cast.ana, [])
    assert "mentioned you" not in ana.get("/notices/?show=all").content.decode()
    assert 'data-count="0"' in ana.get("/notices/bell/").content.decode()


def test_the_list_pages_by_key_with_as_many_questions_for_many_tickets(
    cast: make.Cast, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for place in range(65):
        made = make.ticket(f"Request {place}", to=cast.support, of=cast.cleo)
        note(made, cast.ada, "@Ana Lopez one")
        note(made, cast.ada, "@Ana Lopez two")
    make.follow_log()
    ana = client_of(cast.ana)
    seen: list[str] = []
    url = "/notices/"
    while url:
        with django_assert_max_num_queries(12):
            page = ana.get(url).content.decode()
        piles = page.split('class="pile ')[1:]
        seen += [pile.split('class="pile-link"')[1].split(">")[1].split("<")[0] for pile in piles]
        url = (
            page.split('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
            if 'rel="next"' in page
            else ""
        )
    assert seen == [f"Request {place}" for place in reversed(range(65))]


def test_a_ticket_that_comes_back_is_told_to_its_owner_and_followers(cast: make.Cast, ticket: Ticket) -> None:
    actions.assign(ticket, cast.ana, By(cast.ana, "desk"))
    note(ticket, cast.ada, "I follow")
    assert told(cast.ana) == ["colleague"]
    ticket.refresh_from_db()
    with transaction.atomic():
        record(
            ticket, events.RETURNED, By(via="system"), changes={"why": ["", "look"], "assignee": [cast.ana.pk, None]}
        )
        record(
            ticket, events.RETURNED, By(via="system"), changes={"why": ["", "bounced"], "assignee": [cast.ana.pk, None]}
        )
    assert told(cast.ana) == ["colleague", "due"]
    assert told(cast.ada) == ["due"]
    assert "It is time to look at this again" in client_of(cast.ana).get("/notices/").content.decode()


def test_a_reply_that_waits_for_a_second_pair_of_eyes_calls_those_who_may_release_it(
    cast: make.Cast, ticket: Ticket
) -> None:
    Team.objects.filter(pk=cast.support.team_id).update(four_eyes="all")
    trainee = make.person("tim@desk.example", Role.AGENT, name="Tim", teams=(cast.support.team,))
    Membership.objects.filter(person=trainee).update(is_trainee=True)
    ticket = Ticket.objects.get(pk=ticket.pk)
    words = Words(text="Try this.", to=[{"name": "", "address": "cleo@customer.example"}])
    reply = actions.reply(ticket, words, By(cast.ana, "desk"), seen=None)
    assert reply.delivery == Delivery.HELD
    assert (told(cast.ada), told(cast.ana), told(trainee), told(cast.ben)) == (["release"], [], [], [])
    ada = client_of(cast.ada)
    assert "Ana Lopez asks you to release a reply" in ada.get("/notices/").content.decode()
    actions.release(reply, By(cast.ada, "desk"), seen=None)
    assert 'data-count="0"' in ada.get("/notices/bell/").content.decode(), "there is nothing left to do"
