"""Whom a note names, and who sees a ticket."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.utils.html import escape
from hypothesis import given
from hypothesis import strategies as st

from guichet.desk.together.marking import marked
from guichet.people import access
from guichet.people.models import Person, Role, Team
from guichet.tickets import actions, mentions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Follower, Mention, Ticket
from tests import make

BEN = Person(pk=1, name="Ben Weiss", email="ben@desk.example")
JOSE = Person(pk=2, name="José Álvarez", email="jose@desk.example")
ANNA, ANNA_TOO = (
    Person(pk=3, name="Anna Roth", email="anna@x.example"),
    Person(pk=4, name="Anna Groß", email="ag@x.example"),
)
PEOPLE = [BEN, JOSE, ANNA, ANNA_TOO]
SUPPORT, SUPPORT_LYON = Team(pk=5, name="Support"), Team(pk=6, name="Support Lyon")
TEAMS = [SUPPORT, SUPPORT_LYON]


@pytest.mark.parametrize(
    ("text", "named", "unclear"),
    [
        ("@Ben Weiss, please look", [BEN], []),
        ("@ben weiss.", [BEN], []),
        ("ask @Ben", [BEN], []),
        ("(@BEN)", [BEN], []),
        ("@jose alvarez and @José", [JOSE], []),
        ("@anna gross", [ANNA_TOO], []),
        ("@Anna", [], ["anna"]),
        ("@ag@x.example", [ANNA_TOO], []),
        ("@Support Lyon, then @support", [SUPPORT_LYON, SUPPORT], []),
        ("@Benjamin", [], []),
        ("mail ben@desk.example or x@ben", [], []),
        ("@@Ben", [], []),
        ("@", [], []),
        ("nothing", [], []),
        ("@Ben_Weiss", [], []),
    ],
)
def test_names_are_read_as_people_write_them(text: str, named: list[object], unclear: list[str]) -> None:
    found = mentions.read(text, PEOPLE, TEAMS)
    assert (list(found.named), list(found.unclear)) == (named, unclear)


@given(st.text(max_size=300))
def test_any_text_names_only_those_who_are_there(text: str) -> None:
    found = mentions.read(text, PEOPLE, TEAMS)
    assert set(found.named) <= {*PEOPLE, *TEAMS}
    assert "@" in text or not found.named


@given(st.text(max_size=40), st.sampled_from([*PEOPLE, *TEAMS]), st.sampled_from(["", ".", ", ", "\n", "!", ")"]))
def test_a_whole_name_behind_a_mark_is_always_found(before: str, one: Person | Team, after: str) -> None:
    text = f"{before.replace('@', '')} @{one.name}{after}"
    assert mentions.read(text, PEOPLE, TEAMS).named == (one,)


def test_many_marks_cost_no_more_than_their_text() -> None:
    found = mentions.read("@" * 200_000 + " @Ben" * 20_000, PEOPLE, TEAMS)
    assert found.named == (BEN,)


@pytest.fixture
def cast(db: None) -> make.Cast:
    return make.cast()


def test_a_note_keeps_whom_it_names_and_only_those_who_see_the_ticket(cast: make.Cast) -> None:
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    note = actions.add_note(ticket, Words(text="@Ada King and @Ben Weiss, @Billing, @Support?"), By(cast.ana, "desk"))
    assert set(Mention.objects.values_list("person", "team")) == {(cast.ada.pk, None), (None, cast.support.team_id)}
    assert set(mentions.unreached(note).named) == {cast.ben, cast.billing.team}


def test_a_customers_mail_names_nobody(cast: make.Cast) -> None:
    ticket = make.ticket(to=cast.support, of=cast.cleo, text="@Ana Lopez @Support answer me")
    actions.receive(ticket, Words(text="@Ana Lopez!"), cast.cleo, By(cast.cleo, "email"))
    assert not Mention.objects.exists()


def test_seers_are_exactly_those_to_whom_the_ticket_is_visible(cast: make.Cast) -> None:
    """Both directions of one rule: whoever changes one of them changes the other."""
    secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    hal = make.person("hal@desk.example", Role.AGENT, name="Hal", teams=(secret.team,))
    boss = make.person("boss@desk.example", Role.ADMIN, name="Boss", teams=(secret.team,))
    gone = make.person("gone@desk.example", Role.AGENT, name="Gone", teams=(secret.team, cast.support.team))
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    tickets = [make.ticket(to=inbox, of=cast.cleo) for inbox in (cast.support, cast.billing, secret) for _ in range(3)]
    for place, ticket in enumerate(tickets):
        if place % 3 == 1:
            actions.assign(ticket, cast.ben, By(cast.ada, "desk"))
        if place % 3 == 2:
            actions.assign(ticket, None, By(cast.ada, "desk"), team=cast.billing.team)
    for ticket in Ticket.objects.select_related("inbox"):
        seers = set(Person.objects.filter(access.seers_of(ticket)).values_list("pk", flat=True))
        agents = [one for one in Person.objects.all() if one.is_agent]
        expected = {one.pk for one in agents if Ticket.objects.visible_to(one).filter(pk=ticket.pk).exists()}
        assert seers == expected, ticket
    assert hal.pk != boss.pk


def test_follow_unfollow_and_mute(cast: make.Cast) -> None:
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    by = By(cast.ana, "desk")

    def state() -> str | None:
        row = Follower.objects.filter(ticket=ticket, person=cast.ana).first()
        return row.state if row else None

    assert actions.follow(ticket, cast.ana, by) and state() == "follows"
    assert not actions.follow(ticket, cast.ana, by)
    actions.mute(ticket, cast.ana, by)
    assert state() == "muted"
    assert not actions.follow(ticket, cast.ana, by, by_itself=True) and state() == "muted"
    assert actions.follow(ticket, cast.ana, by) and state() == "follows"
    assert actions.unfollow(ticket, cast.ana, by) and state() == "left"
    assert not actions.follow(ticket, cast.ana, by, by_itself=True) and state() == "left"
    kinds = list(
        ticket.events.filter(kind__startswith="ticket.")
        .exclude(kind="ticket.opened")
        .values_list("kind", flat=True)
        .order_by("pk")
    )
    assert kinds == ["ticket.followed", "ticket.unfollowed", "ticket.followed", "ticket.unfollowed"]
    with pytest.raises(actions.Refused):
        actions.follow(ticket, cast.cleo, by)


def test_whom_a_note_reached_stands_out_in_it(cast: make.Cast, client: Client) -> None:
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    client.force_login(cast.ana)
    note = f"/tickets/{ticket.number}/note/"
    client.post(
        note,
        {"text": "@Ada King and @ada, not ada@desk.example, @Adams or @Ben: <b>look</b> & see https://x.example/@ada"},
    )
    client.post(
        note,
        {"text": "x", "html": "<p>Ask <strong>@Ada King</strong>, &lt;@ada&gt;</p><ul><li><p>@nobody</p></li></ul>"},
    )
    page = client.get(f"/tickets/{ticket.number}/").content.decode()
    plain, rich = page.split('<div class="msg-body')[2:4]
    assert re.findall(r'<span class="mention">([^<]*)</span>', plain) == ["@Ada King", "@ada"]
    assert "ada@desk.example, @Adams or @Ben: &lt;b&gt;look&lt;/b&gt; &amp; see" in plain
    assert '<strong><span class="mention">@Ada King</span></strong>, &lt;<span class="mention">@ada</span>&gt;' in rich
    assert "<p>@nobody</p>" in rich


@given(st.text(alphabet="@Ada Kingé<>&;lt'\"b", max_size=60))
def test_setting_names_off_changes_no_word(text: str) -> None:
    html = str(marked(f"<p>{escape(text)}</p>", ["Ada King", "Ada"]))
    assert unescape(re.sub(r'</?span( class="mention")?>|</?p>', "", html)) == text
