"""The lists: who sees what, in which order, page by page, at a fixed number of queries."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guichet.desk.lists import catalogue, paging
from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import Priority, Status, Ticket
from tests import make

pytestmark = pytest.mark.django_db


def subjects(client: Client, query: str) -> list[str]:
    answer = client.get(f"/tickets/?{query}")
    assert answer.status_code == 200
    return re.findall(r'class="row-link"[^>]*>([^<]*)</a>', answer.content.decode())


def test_views_hold_their_tickets_and_no_foreign_ones(cast: make.Cast, ana: Client) -> None:
    mine, free, done = (make.ticket(name, to=cast.support) for name in ("mine", "free", "done"))
    make.ticket("of another team", to=cast.billing)
    actions.assign(mine, cast.ana, By(cast.ada))
    actions.set_status(done, Status.RESOLVED, By(cast.ada))
    assert subjects(ana, "view=mine") == ["mine"]
    assert subjects(ana, "view=unassigned") == ["free"]
    assert sorted(subjects(ana, "view=all")) == sorted(subjects(ana, "view=teams")) == ["free", "mine"]
    assert subjects(ana, "view=resolved") == ["done"]
    assert free.subject == "free"


def test_counters_count_what_the_lists_show(cast: make.Cast, ana: Client) -> None:
    for _ in range(3):
        make.ticket(to=cast.support)
    make.ticket(to=cast.billing)
    page = ana.get("/counts/").content.decode()
    assert re.search(r'data-count="all">3<', page)
    assert re.search(r'data-count="unassigned">3<', page)
    assert re.search(r'data-count="mine"><', page)


def test_a_counter_stops_at_its_limit(cast: make.Cast, ana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "COUNT_LIMIT", 3)
    for _ in range(4):
        make.ticket(to=cast.support)
    assert 'data-count="all">2+<' in ana.get("/counts/").content.decode()


def test_orders(cast: make.Cast, ana: Client) -> None:
    now = timezone.now()
    for name, minutes, priority in [
        ("old", 90, Priority.LOW),
        ("new", 5, Priority.HIGH),
        ("middle", 30, Priority.CRITICAL),
    ]:
        words = actions.Words(text="x", subject=name)
        at = now - timedelta(minutes=minutes)
        actions.open_ticket(cast.support, cast.cleo, words, By(cast.cleo), at=at, priority=priority)
    answered = Ticket.objects.get(subject="middle")
    actions.reply(
        answered,
        actions.Words(text="x", to=[{"name": "", "address": "a@b.example"}]),
        By(cast.ana),
        seen=None,
        insists=make.UNGUARDED,
    )
    assert subjects(ana, "view=all") == ["middle", "new", "old"]
    assert subjects(ana, "view=all&sort=waiting") == ["old", "new", "middle"]
    assert subjects(ana, "view=all&sort=priority") == ["middle", "new", "old"]


@pytest.mark.parametrize("sort", sorted(paging.SORTS))
def test_pages_follow_one_another_without_gap_or_repetition(
    cast: make.Cast, ana: Client, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE", 4)
    same = timezone.now() - timedelta(hours=1)
    for number in range(13):
        words = actions.Words(text="x", subject=f"t{number:02}")
        # Equal moments and priorities: only the id parts them.
        actions.open_ticket(cast.support, cast.cleo, words, By(cast.cleo), at=same, priority=Priority(1 + number % 2))
    Ticket.objects.filter(subject__in=["t03", "t08", "t11"]).update(waiting_since=None)
    Ticket.objects.filter(subject__in=["t02", "t03", "t05", "t09", "t12"]).update(due_at=same)
    whole: list[str] = []
    url = f"/tickets/?view=all&sort={sort}"
    while url:
        page = ana.get(url).content.decode()
        whole += re.findall(r'class="row-link"[^>]*>([^<]*)</a>', page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        url = found.group(1).replace("&amp;", "&") if found else ""
    assert sorted(whole) == [f"t{number:02}" for number in range(13)]


def test_a_made_up_cursor_is_the_first_page(cast: make.Cast, ana: Client) -> None:
    make.ticket("one", to=cast.support)
    assert subjects(ana, "view=all&after=WyJuZXdlc3QiXQ:x:y") == ["one"]


def test_only_asks_for_single_rows_within_the_view(cast: make.Cast, ana: Client) -> None:
    shown, other = make.ticket("shown", to=cast.support), make.ticket("other", to=cast.support)
    hidden = make.ticket("hidden", to=cast.billing)
    assert subjects(ana, f"view=all&only={shown.pk},{hidden.pk},x,99999999") == ["shown"]
    actions.assign(other, cast.ana, By(cast.ada))
    assert subjects(ana, f"view=unassigned&only={other.pk}") == []


def test_unread_until_looked_at_and_again_after_a_new_message(cast: make.Cast, ana: Client) -> None:
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    assert "row-unread" in ana.get("/tickets/?view=all").content.decode()
    ana.get(f"/tickets/{ticket.number}/")
    assert "row-unread" in ana.get("/tickets/?view=all").content.decode(), "reading by GET changes nothing"
    ana.post(f"/tickets/{ticket.number}/seen/")
    assert "row-unread" not in ana.get("/tickets/?view=all").content.decode()
    actions.receive(ticket, actions.Words(text="more"), cast.cleo, By(cast.cleo, "email"))
    assert "row-unread" in ana.get("/tickets/?view=all").content.decode()


def test_each_view_says_what_belongs_there_when_it_is_empty(ana: Client) -> None:
    assert "Nothing waits for you" in ana.get("/tickets/?view=mine").content.decode()


def test_an_unknown_view_is_not_found(ana: Client, cast: make.Cast) -> None:
    assert ana.get("/tickets/?view=nowhere").status_code == 404
    assert ana.get(f"/tickets/?view=team-{cast.billing.team_id}").status_code == 404


def test_customers_and_strangers_find_nothing(cast: make.Cast) -> None:
    stranger = Client(HTTP_HOST="localhost")
    assert stranger.get("/tickets/").status_code == 302
    stranger.force_login(cast.cleo)
    assert stranger.get("/tickets/").status_code == 404
    assert stranger.get("/")["Location"] == "/requests/"


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def _fill(cast: make.Cast, count: int, owner: Person) -> None:
    for number in range(count):
        ticket = make.ticket(to=cast.support, of=make.person(f"p{Ticket.objects.count()}@many.example"))
        actions.set_tags(ticket, [f"tag{number % 3}", "x"], By(owner))
        if number % 2:
            actions.assign(ticket, owner, By(owner))


def test_the_list_costs_the_same_number_of_queries_whatever_its_length(cast: make.Cast, ana: Client) -> None:
    _fill(cast, 10, cast.ana)
    few = queries(ana, "/tickets/?view=all")
    _fill(cast, 50, cast.ana)
    many = queries(ana, "/tickets/?view=all")
    assert few == many
    assert many <= 10
