"""A rule acts: what sets it off, once, in order, under its name, and how far a chain goes."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from guichet.people.models import Team
from guichet.rules import actions as rule_actions
from guichet.rules import asking, fields, follow
from guichet.rules.fields import CHAIN_ENDED
from guichet.rules.models import Rule, RuleRun, RuleVersion
from guichet.tickets import actions, events, sentences
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Event, Priority, Status, Ticket, TicketTemplate
from tests import make
from tests.browser import client_of
from tests.rules.making import admin, rule

pytestmark = pytest.mark.django_db(transaction=True)


def follow_all() -> None:
    make.follow_log()


def names(ticket: Ticket) -> set[str]:
    return set(ticket.tags.values_list("name", flat=True))


class TestWhatSetsItOff:
    def test_a_new_ticket_that_fits(self, cast: make.Cast) -> None:
        made = rule("subject:vpn", {"add_tags": ["network"], "priority": int(Priority.HIGH)})
        fits, other = make.ticket("VPN is down", to=cast.support), make.ticket("Toner", to=cast.support)
        follow_all()
        fits.refresh_from_db()
        assert (names(fits), fits.priority) == ({"network"}, Priority.HIGH)
        assert names(other) == set()
        event = fits.events.get(kind=events.TAGGED)
        assert (event.via, event.actor, event.cause.kind) == (f"rule:{made.pk}:1", None, events.OPENED)

    def test_a_name_that_changed_hands_means_the_other_at_once(self, cast: make.Cast) -> None:
        """Support is called Helpdesk now, and what was Billing is called Support: the next ticket is judged by that."""
        rule("team:Support", {"add_tags": ["yes"]})
        before = make.ticket(to=cast.support)
        follow_all()
        Team.objects.filter(pk=cast.support.team_id).update(name="Helpdesk")
        Team.objects.filter(pk=cast.billing.team_id).update(name="Support")
        one, other = make.ticket(to=cast.support), make.ticket(to=cast.billing)
        follow_all()
        assert (names(before), names(one), names(other)) == ({"yes"}, set(), {"yes"})

    def test_what_was_and_what_became(self, cast: make.Cast) -> None:
        rule("was-status:resolved became-status:open", {"add_tags": ["again"]}, on=["status"])
        rule("became-assignee:none", {"add_tags": ["let go"]}, on=["assigned"])
        rule("got-tag:vip", {"priority": 1}, on=["tagged"])
        ticket = make.ticket(to=cast.support)
        by = By(cast.ana, "desk")
        actions.set_status(ticket, Status.RESOLVED, by)
        follow_all()
        assert names(ticket) == set()
        actions.set_status(ticket, Status.OPEN, by)
        actions.assign(ticket, cast.ana, by)
        follow_all()
        assert names(ticket) == {"again"}
        actions.assign(ticket, None, by)
        actions.set_tags(ticket, {"vip", "again"}, by)
        follow_all()
        ticket.refresh_from_db()
        assert names(ticket) == {"vip", "again", "let go"}
        assert ticket.priority == Priority.CRITICAL

    def test_the_customers_word_and_no_robots(self, cast: make.Cast) -> None:
        rule("", {"add_tags": ["spoke"]}, on=["received"])
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        actions.receive(ticket, Words(text="Away", auto="auto-reply"), cast.cleo, By(cast.cleo, "email"))
        follow_all()
        assert names(ticket) == set()
        actions.receive(ticket, Words(text="Still dark"), cast.cleo, By(cast.cleo, "email"))
        follow_all()
        assert names(ticket) == {"spoke"}

    def test_words_of_the_message_that_came(self, cast: make.Cast) -> None:
        rule("refund", {"add_tags": ["money"]}, on=["opened", "received"])
        one = make.ticket("Hello", to=cast.support, of=cast.cleo, text="I want a Refund.")
        other = make.ticket("Hello", to=cast.support, of=cast.cleo)
        actions.receive(other, Words(text="No REFUND yet?"), cast.cleo, By(cast.cleo, "email"))
        quiet = make.ticket("Hello", to=cast.support, of=cast.dan)
        follow_all()
        assert (names(one), names(other), names(quiet)) == ({"money"}, {"money"}, set())

    def test_who_did_it(self, cast: make.Cast) -> None:
        rule("by:agent", {"add_tags": ["by hand"]}, on=["priority"])
        rule("by:rule", {"add_tags": ["by rule"]}, on=["priority"])
        rule("subject:vpn", {"priority": 1})
        one, other = make.ticket("vpn", to=cast.support), make.ticket("toner", to=cast.support)
        actions.set_priority(other, Priority.LOW, By(cast.ana, "desk"))
        follow_all()
        assert (names(one), names(other)) == ({"by rule"}, {"by hand"})

    def test_never_in_a_confidential_inbox_unless_it_is_its_own(self, cast: make.Cast) -> None:
        secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
        rule("", {"team": cast.support.team_id}, name="all")
        rule("", {"add_tags": ["seen"]}, name="theirs", inbox=secret)
        sealed, plain = make.ticket(to=secret), make.ticket(to=cast.billing)
        follow_all()
        sealed.refresh_from_db()
        plain.refresh_from_db()
        assert (sealed.team_id, names(sealed)) == (secret.team_id, {"seen"})
        assert (plain.team_id, names(plain)) == (cast.support.team_id, set())

    def test_an_inactive_or_removed_rule_does_nothing(self, cast: make.Cast) -> None:
        off, gone = rule("", {"add_tags": ["off"]}), rule("", {"add_tags": ["gone"]})
        rule_actions.switch_rule(off, admin(), is_active=False)
        rule_actions.remove_rule(gone)
        ticket = make.ticket(to=cast.support)
        follow_all()
        assert names(ticket) == set()

    def test_what_another_room_tells(self, cast: make.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        """A kind that no line of this room names sets a rule off, and can be asked for."""
        monkeypatch.setattr(
            "guichet.notices.follow.TELLS", {"lamp.lit": lambda e, n: "lit", "lamp.asked": None}, raising=False
        )
        monkeypatch.setattr("guichet.notices.follow.ASKS", {"lamp.asked": "Light a lamp"}, raising=False)
        fields.triggers.cache_clear()
        sentences.told_by_rooms.cache_clear()
        try:
            rule("", {"ask": {"lamp.asked": "red"}}, on=["lamp.lit"])
            ticket = make.ticket(to=cast.support)
            actions.tell(ticket, "lamp.lit", By(via="lamps"))
            follow_all()
            assert ticket.events.get(kind="lamp.asked").changes == {"asked": [None, "red"]}
        finally:
            fields.triggers.cache_clear()
            sentences.told_by_rooms.cache_clear()


class TestOrderAndOnce:
    def test_in_order_and_asked_again_after_a_change(self, cast: make.Cast) -> None:
        rule("assignee:none", {"assignee": cast.ana.pk}, name="first")
        rule("assignee:none", {"assignee": cast.ben.pk}, name="second")
        ticket = make.ticket(to=cast.support)
        follow_all()
        ticket.refresh_from_db()
        assert ticket.assignee == cast.ana
        assert RuleRun.objects.filter(ticket=ticket).count() == 1

    def test_no_later_rule_behind_one_that_stops(self, cast: make.Cast) -> None:
        rule("subject:vpn", {"add_tags": ["a"]}, stops=True)
        rule("", {"add_tags": ["b"]})
        stopped, other = make.ticket("vpn", to=cast.support), make.ticket("toner", to=cast.support)
        follow_all()
        assert (names(stopped), names(other)) == ({"a"}, {"b"})

    def test_a_batch_that_is_read_twice_acts_once(self, cast: make.Cast) -> None:
        rule("", {"note": "Look at this."})
        ticket = make.ticket(to=cast.support)
        follow_all()
        with transaction.atomic():
            follow.follow(list(Event.objects.filter(ticket=ticket, kind=events.OPENED).select_related("ticket")))
        assert ticket.messages.filter(kind="note").count() == 1

    def test_what_fails_holds_up_nobody(self, cast: make.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        broken = rule("-by:rule", {"follow_up": 999_999}, name="no template")
        rule("", {"add_tags": ["done"]})
        ticket = make.ticket(to=cast.support)
        follow_all()
        assert names(ticket) == {"done"}
        kept = RuleRun.objects.get(rule=broken)
        assert "template" in kept.why
        assert kept.changes == {}

    def test_a_condition_that_no_longer_means_anything(self, cast: make.Cast) -> None:
        made = rule("team:Billing", {"add_tags": ["x"]})
        cast.billing.team.name = "Accounts"
        cast.billing.team.save()
        rule("", {"add_tags": ["y"]})
        ticket = make.ticket(to=cast.billing)
        follow_all()
        assert names(ticket) == {"y"}
        assert made.pk not in [one.rule.pk for one in asking.questions(Rule.objects.all())]


class TestChains:
    def test_a_rule_sets_off_another_and_each_runs_once(self, cast: make.Cast) -> None:
        rule("", {"add_tags": ["a"]}, on=["opened"])
        rule("got-tag:a", {"priority": 1}, on=["tagged"])
        rule("", {"note": "Urgent."}, on=["priority"])
        ticket = make.ticket(to=cast.support)
        follow_all()
        ticket.refresh_from_db()
        assert ticket.priority == 1
        assert ticket.messages.filter(kind="note").count() == 1
        note = ticket.events.get(kind=events.NOTED)
        assert len(follow.rules_before([note.pk])[note.pk]) == 3

    def test_the_same_rule_never_twice_in_a_chain(self, cast: make.Cast) -> None:
        """A circle that no look at the rules could have found is cut where it closes."""
        first = rule("-tag:stop", {"priority": 1}, on=["priority"])
        Rule.objects.filter(pk=first.pk).update(on=["priority"], verbs={"priority": 2})
        other = rule("tag:stop", {"priority": 3}, on=["priority"])
        Rule.objects.filter(pk=other.pk).update(condition={"all": []})
        ticket = make.ticket(to=cast.support)
        actions.set_priority(ticket, Priority.LOW, By(cast.ana, "desk"))
        follow_all()
        # Each acts on the agent's change and on what the other made of it, never on what followed from itself.
        for run in RuleRun.objects.all():
            before = follow.rules_before([run.event_id]).get(run.event_id, frozenset())
            assert run.rule_id not in before

    def test_the_fifth_rule_is_the_last_and_everybody_sees_it(self, cast: make.Cast) -> None:
        rule("", {"add_tags": ["t0"]}, on=["opened"])
        for step in range(7):
            rule(f"got-tag:t{step}", {"add_tags": [f"t{step + 1}"]}, on=["tagged"])
        ticket = make.ticket(to=cast.support)
        follow_all()
        assert names(ticket) == {f"t{step}" for step in range(5)}
        ended = ticket.events.get(kind=CHAIN_ENDED)
        assert len(ended.changes["rules"][1]) == follow.DEEPEST
        make.follow_log()
        assert ticket.events.filter(kind=CHAIN_ENDED).count() == 1

    def test_a_mail_that_is_not_delivered_belongs_to_the_rule_that_sent_it(self, cast: make.Cast) -> None:
        verbs = {"mail": {"addresses": ["ops@else.example"], "text": {"en": "Look."}}}
        rule("subject:vpn", verbs, on=["opened"])
        again = rule("", verbs, on=["failed"], name="again")
        ticket = make.ticket("vpn", to=cast.support)
        follow_all()
        sent = ticket.messages.get(auto="auto-generated")
        actions.delivery_changed(sent, Delivery.FAILED, By(via="outbox"))
        follow_all()
        second = ticket.messages.filter(auto="auto-generated").latest("pk")
        assert second.pk != sent.pk
        actions.delivery_changed(second, Delivery.FAILED, By(via="outbox"))
        follow_all()
        assert RuleRun.objects.filter(rule=again).count() == 1


class TestVersions:
    def test_each_change_is_a_version_and_the_past_keeps_its_name(self, cast: make.Cast) -> None:
        made = rule("", {"add_tags": ["a"]}, name="First name")
        ticket = make.ticket(to=cast.support)
        follow_all()
        made.name = "Second name"
        rule_actions.save_rule(made, cast.ada)
        rule_actions.save_rule(made, cast.ada)
        assert [one.version for one in RuleVersion.objects.filter(rule=made)] == [2, 1]
        told = sentences.Names({}, {}, {}, {}, {"rule:1:1": "First name"})
        assert told.via("rule:1:1") == "Rule “First name”, version 1"
        assert ticket.events.get(kind=events.TAGGED).via == f"rule:{made.pk}:1"

    def test_the_timeline_names_rule_and_version(self, cast: make.Cast) -> None:
        rule("", {"add_tags": ["a"], "note": "Hm."}, name="Tag it")
        ticket = make.ticket(to=cast.support)
        follow_all()
        page = client_of(cast.ana).get(f"/tickets/{ticket.number}/").content.decode()
        assert page.count("Rule “Tag it”, version 1") == 2


class TestQueries:
    def test_one_query_decides_however_many_rules(self, cast: make.Cast) -> None:
        tickets = [make.ticket("vpn", to=cast.support) for _ in range(3)]
        batch = list(Event.objects.filter(ticket__in=tickets, kind=events.OPENED).select_related("ticket", "message"))

        def cost(more: int) -> int:
            for at in range(more):
                text = f"subject:nothing{at} (team:Support or tag:x{at}) -words:never requester:cleo assignee:none"
                rule(text, {"add_tags": ["x"]}, name=f"r{at}")
            with transaction.atomic(), CaptureQueriesContext(connection) as seen:
                follow.follow(batch)
            return len(seen)

        few = cost(2)
        assert cost(38) == few
        assert few <= 6

    def test_an_act_costs_few_statements_and_writes_its_ticket_once(self, cast: make.Cast) -> None:
        rule("", {"add_tags": ["a", "b"], "priority": 1, "assignee": cast.ana.pk}, name="acts")

        def cost(tickets: int) -> list[str]:
            made = [make.ticket("vpn", to=cast.support) for _ in range(tickets)]
            batch = list(Event.objects.filter(ticket__in=made, kind=events.OPENED).select_related("ticket", "message"))
            with transaction.atomic(), CaptureQueriesContext(connection) as seen:
                follow.follow(batch)
            return [query["sql"] for query in seen]

        cost(1)
        few, many = cost(2), cost(12)
        assert len(many) - len(few) <= 11 * 10, "three acts: three events, one row, four statements of tags and owner"
        assert sum(sql.startswith('UPDATE "tickets_ticket"') for sql in many) == 12
        assert sum("rules_rulerun" in sql for sql in many) == sum("rules_rulerun" in sql for sql in few) == 2

    def test_the_question_is_kept_until_a_rule_changes(self, cast: make.Cast) -> None:
        made, other = rule("subject:vpn", {"priority": 1}), rule("subject:toner", {"priority": 2})
        first = asking.asked_now()
        assert asking.asked_now() is first
        rule_actions.swap_rules(made, other)
        second = asking.asked_now()
        assert [one.rule.pk for one in second.asked] == [other.pk, made.pk]
        rule_actions.switch_rule(made, admin(), is_active=False)
        assert [one.rule.pk for one in asking.asked_now().asked] == [other.pk]
        assert second.holds_for == asking.NAMES_HOLD
        rule("created>now-2h", {"priority": 2})
        assert asking.asked_now().holds_for == asking.MOMENTS_HOLD


class TestAtOneGo:
    """The acts of a run work on one object, and the row is written behind them."""

    def test_what_fails_midway_leaves_nothing_and_the_next_rule_starts_from_what_is(self, cast: make.Cast) -> None:
        rule(
            "-by:rule", {"add_tags": ["half"], "priority": 1, "status": "resolved", "follow_up": 999_999}, name="broken"
        )
        rule("priority:normal status:open", {"add_tags": ["whole"], "site": "Lyon"}, name="next")
        ticket = make.ticket(to=cast.support)
        follow_all()
        ticket.refresh_from_db()
        assert (names(ticket), ticket.priority, ticket.status, ticket.site) == ({"whole"}, 3, Status.OPEN, "Lyon")
        assert RuleRun.objects.get(rule__name="broken").changes == {}
        assert set(RuleRun.objects.get(rule__name="next").changes) == {"tags", "site"}

    def test_words_between_acts(self, cast: make.Cast) -> None:
        template = TicketTemplate.objects.create(name="New", parts=[{"subject": "Desk"}])
        verbs = {"team": cast.billing.team_id, "note": "Hm.", "follow_up": template.pk, "status": "pending", "look": 60}
        rule("subject:dark", verbs)
        ticket = make.ticket(to=cast.support)
        follow_all()
        ticket.refresh_from_db()
        versions = list(ticket.events.filter(via__startswith="rule:").order_by("pk").values_list("version", flat=True))
        assert versions == sorted(set(versions))
        assert versions[-1] == ticket.version
        assert (ticket.team, ticket.status) == (cast.billing.team, Status.PENDING)
        changes = RuleRun.objects.get(ticket=ticket).changes
        assert changes.keys() == {"team", "status", "agenda", "made"}
        assert changes["team"] == [cast.support.team_id, cast.billing.team_id]
