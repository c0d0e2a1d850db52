"""What rules do: mail, follow-up tickets, calls, sleep, all that sorts a ticket, and the way back."""

from __future__ import annotations

from typing import Any

import pytest

from guichet.notices.models import Notice
from guichet.people.models import Skill, SkillLevel
from guichet.rules import actions as rule_actions
from guichet.rules import past, running, verbs
from guichet.rules.models import Routing, RuleRun
from guichet.tickets import actions, agenda, events
from guichet.tickets.actions import Refused, Words
from guichet.tickets.events import By
from guichet.tickets.models import Category, Message, Priority, Status, Step, Ticket, TicketTemplate, TicketType
from guichet.tickets.models.sorting import USUAL
from tests import make
from tests.rules.making import rule

pytestmark = pytest.mark.django_db(transaction=True)


def names(ticket: Ticket) -> set[str]:
    return set(ticket.tags.values_list("name", flat=True))


class TestVerbs:
    def run(self, ticket: Ticket, verbs: dict[str, Any]) -> RuleRun:
        made = rule("number:0", verbs, on=["opened"])
        event = ticket.events.get(kind=events.OPENED)
        kept = running.run(made, ticket, event=event)
        assert kept is not None
        ticket.refresh_from_db()
        return kept

    def test_mail_to_the_customer_in_their_language(self, cast: make.Cast) -> None:
        ticket = make.ticket("Toner", to=cast.support, of=cast.cleo)
        Ticket.objects.filter(pk=ticket.pk).update(language="fr")
        ticket.refresh_from_db()
        text = {
            "en": "Hello {customer.first_name}",
            "fr": "Bonjour {customer.first_name}, {agent.name}n° {ticket.number}",
        }
        assert self.run(ticket, {"mail": {"customer": True, "text": text}}).why == ""
        sent = ticket.messages.get(kind="outbound")
        assert (sent.text, sent.auto, sent.delivery) == (
            f"Bonjour Cleo, n° {ticket.number}",
            "auto-generated",
            "queued",
        )
        assert sent.to == [{"name": "Cleo Martin", "address": "cleo@customer.example"}]
        assert ticket.waiting_since is not None  # a machine's word is no answer

    def test_mail_to_a_third_party_is_no_word_to_the_customer(self, cast: make.Cast) -> None:
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        self.run(ticket, {"mail": {"addresses": ["supplier@else.example"], "text": {"en": "Please come."}}})
        assert not Message.objects.visible_to(cast.cleo).filter(kind="outbound").exists()
        assert ticket.messages.get(kind="outbound").side is not None

    def test_never_to_ourselves_and_never_without_end(self, cast: make.Cast) -> None:
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        ours = self.run(ticket, {"mail": {"addresses": ["billing@desk.example"], "text": {"en": "x"}}})
        assert "address of this desk" in ours.why
        made = rule("number:0", {"mail": {"customer": True, "text": {"en": "x"}}}, on=["received"])
        for _ in range(5):
            actions.receive(ticket, Words(text="?"), cast.cleo, By(cast.cleo, "email"))
            running.run(made, ticket, event=ticket.events.latest("pk"))
        assert ticket.messages.filter(kind="outbound").count() == 3
        assert RuleRun.objects.filter(rule=made).exclude(why="").count() == 2

    def test_follow_up_tickets_carry_the_rules_name(self, cast: make.Cast) -> None:
        template = TicketTemplate.objects.create(
            name="New", parts=[{"subject": "Desk"}, {"subject": "Keys", "team": 0}]
        )
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        kept = self.run(ticket, {"follow_up": template.pk})
        made = Ticket.objects.exclude(pk=ticket.pk)
        assert {one.subject for one in made} == {"Desk", "Keys"}
        assert {one.events.get(kind=events.OPENED).via for one in made} == {kept.rule.via}

    def test_colleagues_are_called(self, cast: make.Cast) -> None:
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        self.run(ticket, {"notify": {"people": [cast.ada.pk], "team": True}})
        make.follow_log()
        assert set(Notice.objects.filter(event__kind=events.NOTIFIED).values_list("person__name", flat=True)) == {
            "Ada King",
            "Ana Lopez",
        }

    def test_looks_sleep_and_status(self, cast: make.Cast) -> None:
        ticket = make.ticket(to=cast.support)
        self.run(ticket, {"status": "pending", "look": 60})
        assert ticket.status == Status.PENDING
        planned = ticket.events.get(kind=events.PLANNED)
        assert planned.via.startswith("rule:")

    def test_a_type_and_a_deadline(self, cast: make.Cast) -> None:
        ticket, order = make.ticket(to=cast.support), TicketType.objects.create(name="Order")
        kept = self.run(ticket, {"type": order.pk, "due": 60})
        assert ticket.type == order
        assert ticket.due_at is not None
        assert rule_actions.undo_run(kept, cast.ada) is True
        ticket.refresh_from_db()
        assert (ticket.type, ticket.due_at, ticket.set_due_at) == (None, None, None)

    @pytest.mark.parametrize("wanted", [{"snooze": 60}, {"look": 60}, {"status": "pending", "look": 60}])
    def test_sleep_and_date_are_lifted(self, cast: make.Cast, wanted: dict[str, Any]) -> None:
        ticket = make.ticket(to=cast.support)
        actions.plan(ticket, Step.WORK, None, By(cast.ana, "desk"), words="call the supplier")
        ticket.refresh_from_db()
        before = agenda.snapshot(ticket)
        kept = self.run(ticket, wanted)
        assert agenda.snapshot(ticket) != before
        assert rule_actions.undo_run(kept, cast.ada) is True
        ticket.refresh_from_db()
        assert (agenda.snapshot(ticket), ticket.status) == (before, Status.OPEN)
        again = self.run(ticket, {"snooze": 120})
        actions.plan(ticket, Step.LOOK, None, By(cast.ana, "desk"))
        assert rule_actions.undo_run(again, cast.ada) is False, "somebody has planned since"

    def test_follow_up_tickets_are_closed_where_nobody_began_with_them(self, cast: make.Cast) -> None:
        template = TicketTemplate.objects.create(name="New", parts=[{"subject": "Desk"}, {"subject": "Keys"}])
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        kept = self.run(ticket, {"follow_up": template.pk, "note": "Two more."})
        begun = Ticket.objects.get(subject="Keys")
        actions.assign(begun, cast.ana, By(cast.ana, "desk"))
        assert past.lasting(kept, past.facts_of([kept]), verbs.Names()) == ["Internal note"]
        assert rule_actions.undo_run(kept, cast.ada) is False
        assert {one.subject: one.status for one in Ticket.objects.exclude(pk=ticket.pk)} == {
            "Desk": Status.CLOSED, "Keys": Status.OPEN,
        }  # fmt: skip
        other = self.run(ticket, {"follow_up": template.pk})
        assert rule_actions.undo_run(other, cast.ben) is False, "they are in a team that he does not see"

    def test_what_is_moved_back_keeps_who_was_given_it_since(self, cast: make.Cast) -> None:
        ticket = make.ticket(to=cast.support)
        kept = self.run(ticket, {"inbox": cast.billing.pk})
        other = make.team("Third")
        actions.assign(ticket, cast.ben, By(cast.ben, "desk"), team=other)
        assert rule_actions.undo_run(kept, cast.ada) is False
        ticket.refresh_from_db()
        assert (ticket.inbox, ticket.team, ticket.assignee) == (cast.support, other, cast.ben)

    def test_all_that_sorts_a_ticket_and_its_way_back(self, cast: make.Cast) -> None:
        printer = Category.objects.create(name="Printer", parent=Category.objects.create(name="Hardware"))
        vpn = Skill.objects.create(name="VPN")
        actions.save_matrix(USUAL)
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        before = verbs.state(ticket)
        wanted = {
            "inbox": cast.billing.pk, "category": printer.pk, "severity": {"impact": 1, "urgency": 1}, "language": "fr",
            "site": "Lyon", "needs": {str(vpn.pk): 2},
        }  # fmt: skip
        kept = self.run(ticket, wanted)
        assert kept.why == ""
        assert (ticket.inbox, ticket.team, ticket.category) == (cast.billing, cast.billing.team, printer)
        assert (ticket.impact, ticket.urgency, ticket.priority) == (1, 1, Priority.CRITICAL)
        assert (ticket.language, ticket.site, actions.needs_of(ticket)) == ("fr", "Lyon", {vpn.pk: 2})
        told = verbs.told(wanted, verbs.names_of([wanted]))
        assert told == [
            "Inbox: Billing", "Category: Hardware / Printer", "Language: Français", "Site: Lyon",
            "Impact: The whole house", "Urgency: Work stands still", "Needs: VPN 2",
        ]  # fmt: skip
        assert rule_actions.undo_run(kept, cast.ada) is True
        ticket.refresh_from_db()
        assert verbs.state(ticket) == before

    def test_what_is_gone_is_told(self, cast: make.Cast) -> None:
        ticket = make.ticket(to=cast.support)
        for wanted, why in (({"inbox": 99999}, "inbox"), ({"category": 99999}, "category")):
            made = rule("number:0", wanted, on=["opened"])
            kept = running.run(made, ticket, event=ticket.events.get(kind=events.OPENED))
            assert kept is not None
            assert why in kept.why

    def test_half_a_severity_waits_for_the_other_half(self, cast: make.Cast) -> None:
        actions.save_matrix(USUAL)
        ticket = make.ticket(to=cast.support)
        self.run(ticket, {"severity": {"impact": 1}})
        assert (ticket.impact, ticket.urgency, ticket.priority) == (1, None, Priority.NORMAL)
        self.run(ticket, {"severity": {"urgency": 1}})
        assert (ticket.impact, ticket.urgency, ticket.priority) == (1, 1, Priority.CRITICAL)

    def test_needed_skills_are_heeded_by_a_later_rule_that_shares_out(self, cast: make.Cast) -> None:
        vpn = Skill.objects.create(name="VPN")
        SkillLevel.objects.create(person=cast.ada, skill=vpn, level=3)
        rule("", {"needs": {str(vpn.pk): 2}}, name="needs")
        rule("", {"route": {"how": "load", "skills": {str(vpn.pk): 1}}}, name="route")
        ticket = make.ticket(to=cast.support)
        make.follow_log()
        ticket.refresh_from_db()
        assert ticket.assignee == cast.ada
        assert Routing.objects.get(ticket=ticket).facts["wanted"]["skills"] == {str(vpn.pk): 2}

    def test_no_name_of_a_confidential_inbox(self, cast: make.Cast) -> None:
        secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
        wanted = {"inbox": secret.pk}
        assert verbs.told(wanted, verbs.names_of([wanted])) == ["Inbox: another inbox"]

    def test_a_run_is_taken_back_where_nobody_changed_it_since(self, cast: make.Cast) -> None:
        ticket = make.ticket(to=cast.support)
        kept = self.run(ticket, {"add_tags": ["a"], "priority": 1, "assignee": cast.ana.pk})
        actions.set_priority(ticket, Priority.LOW, By(cast.ana, "desk"))
        assert rule_actions.undo_run(kept, cast.ada) is False
        ticket.refresh_from_db()
        assert (names(ticket), ticket.priority, ticket.assignee) == (set(), Priority.LOW, None)
        with pytest.raises(Refused):
            rule_actions.undo_run(kept, cast.ada)
