"""The settings of rules: written, tried, refused, ordered, taken back; through the doors that people use."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from guichet.people.models import Skill
from guichet.rules import actions, running
from guichet.rules.models import Rule, RuleRun, RuleVersion
from guichet.tickets import events
from guichet.tickets.models import Category, Event, Inbox, Message, Ticket
from tests import make
from tests.browser import client_of
from tests.rules.making import rule

pytestmark = pytest.mark.django_db
FIELDS: dict[str, Any] = {
    "name": "VPN to network", "is_active": "on", "on": ["opened"], "since": "", "after": "", "unit": "60", "inbox": "",
    "q": "subject:vpn", "priority": "2", "add_tags": "network, VPN",
}  # fmt: skip


@pytest.fixture
def ada(cast: make.Cast) -> Client:
    return client_of(cast.ada)


def post(client: Client, **more: Any) -> Any:
    return client.post("/settings/rules/add/", {**FIELDS, **more})


def words(response: Any) -> str:
    return str(response.content.decode())


class TestEditor:
    def test_writes_a_rule_and_its_first_version(self, ada: Client) -> None:
        assert post(ada, stops="on", note="Look at {ticket.number}.").status_code == 302
        made = Rule.objects.get()
        assert (made.on, made.stops, made.version) == (["opened"], True, 1)
        assert made.verbs == {"priority": 2, "add_tags": ["network", "vpn"], "note": "Look at {ticket.number}."}
        page = words(ada.get("/settings/rules/"))
        for said in ("VPN to network", "subject:vpn", "Priority: High", "+ network", "A new ticket"):
            assert said in page

    def test_opens_as_it_was_saved(self, ada: Client, cast: make.Cast) -> None:
        more = {
            "on": [], "since": "status", "after": "3", "unit": "1440", "q": "status:pending", "mail_customer": "on",
            "text_en": "Solved?", "text_fr": "Résolu ?", "mail_addresses": "ops@else.example", "notify_team": "on",
            "notify_people": [str(cast.ana.pk)], "assignee": "nobody", "inbox": str(cast.support.pk), "look": "240",
        }  # fmt: skip
        assert post(ada, **more).status_code == 302
        made = Rule.objects.get()
        assert (made.on, made.since, made.minutes, made.inbox) == (["time"], "status", 4320, cast.support)
        assert made.verbs["mail"] == {
            "customer": True, "addresses": ["ops@else.example"], "text": {"en": "Solved?", "fr": "Résolu ?"},
        }  # fmt: skip
        page = ada.get(f"/settings/rules/{made.pk}/")
        again = page.context["form"]
        typed = {**{name: again[name].value() for name in again.fields}, "csrf": ""}
        assert (
            ada.post(
                f"/settings/rules/{made.pk}/", {k: v for k, v in typed.items() if v not in (None, False)}
            ).status_code
            == 302
        )
        assert RuleVersion.objects.count() == 1  # nothing but a change makes a version

    def test_three_working_days(self, ada: Client) -> None:
        timed = {"on": [], "since": "status", "after": "3", "unit": "1440", "q": "status:pending"}
        assert post(ada, **timed, in_working_time="on").status_code == 302
        made = Rule.objects.get()
        assert (made.minutes, made.in_working_time) == (3 * 8 * 60, True)
        assert "3 d of working time after: the status was set" in words(ada.get("/settings/rules/"))
        again = ada.get(f"/settings/rules/{made.pk}/").context["form"]
        assert [again[name].value() for name in ("after", "unit", "in_working_time")] == [3, 1440, True]
        assert ada.post(f"/settings/rules/{made.pk}/", {**FIELDS, **timed}).status_code == 302
        made.refresh_from_db()
        assert (made.minutes, made.in_working_time) == (3 * 1440, False)
        assert "3 d of working time" in words(ada.get(f"/settings/rules/{made.pk}/history/"))

    def test_what_sorts_a_ticket_opens_as_it_was_saved(self, ada: Client, cast: make.Cast) -> None:
        hardware, vpn = Category.objects.create(name="Hardware"), Skill.objects.create(name="VPN")
        more = {
            "to_inbox": str(cast.billing.pk), "category": str(hardware.pk), "impact": "2", "urgency": "", "language": "de",
            "site": "Lyon", "needs": "vpn 3",
        }  # fmt: skip
        assert post(ada, **more).status_code == 302
        made = Rule.objects.get()
        assert {name: made.verbs[name] for name in ("inbox", "category", "severity", "language", "site", "needs")} == {
            "inbox": cast.billing.pk, "category": hardware.pk, "severity": {"impact": 2}, "language": "de",
            "site": "Lyon", "needs": {str(vpn.pk): 3},
        }  # fmt: skip
        again = ada.get(f"/settings/rules/{made.pk}/").context["form"]
        assert {name: again[name].value() for name in more} == {**more, "needs": "VPN 3"}

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"q": "color:red"}, "There is no field"),
            ({"q": "assignee:me"}, "A rule is nobody"),
            ({"on": []}, "choose at least one event"),
            ({"since": "status", "after": "1"}, "not both"),
            ({"on": [], "since": "status"}, "after how long"),
            ({"on": [], "since": "status", "after": "1", "q": "became-status:open"}, "the clock knows no such thing"),
            ({"mail_customer": "on"}, "Write what the mail says"),
            ({"text_en": "Hello"}, "to whom"),
            ({"text_en": "Hello {custmer.name}", "mail_customer": "on"}, "Did you mean {customer.name}"),
            ({"mail_addresses": "nobody", "text_en": "Hello"}, "valid email"),
            ({"priority": "", "add_tags": ""}, "Choose something to do"),
        ],
    )
    def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
        self, ada: Client, more: dict[str, Any], said: str
    ) -> None:
        answer = post(ada, **more)
        assert answer.status_code == 422
        assert said in words(answer).replace("&#x27;", "'")
        assert "VPN to network" in words(answer)
        assert not Rule.objects.exists()

    def test_a_circle_is_refused(self, ada: Client) -> None:
        rule("became-status:pending", {"status": "open"}, on=["status"], name="Opens")
        answer = post(
            ada, name="Pends", on=["status"], q="became-status:open", status="pending", add_tags="", priority=""
        )
        assert answer.status_code == 422
        assert "“Pends” → “Opens” → “Pends”" in words(answer)

    def test_overwriting_is_asked_about_once(self, ada: Client) -> None:
        rule("subject:printer", {"priority": 4}, name="Printers can wait")
        answer = post(ada)
        assert "“VPN to network” overwrites what “Printers can wait” sets before it: Priority" in words(answer)
        assert not Rule.objects.filter(name="VPN to network").exists()
        assert post(ada, anyway="1").status_code == 302

    def test_rows_and_text_say_the_same(self, ada: Client) -> None:
        page = words(ada.get("/settings/rules/condition/", {"q": "became-status:open tag:vpn"}))
        assert 'value="became-status" selected' in page
        back = words(
            ada.get(
                "/settings/rules/condition/", {"f": ["became-status", "tag"], "o": ["is", "is"], "v": ["open", "vpn"]}
            )
        )
        assert 'data-text="became-status:open tag:vpn"' in back
        assert "became-status:" in words(ada.get("/settings/rules/condition/complete/", {"q": "became-s", "at": "8"}))


class TestLaboratory:
    def test_tells_what_would_have_changed_and_writes_nothing(self, ada: Client, cast: make.Cast) -> None:
        fits = make.ticket("VPN is down", to=cast.support)
        make.ticket("Toner", to=cast.support)
        old = make.ticket("vpn of long ago", to=cast.support)
        secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
        make.ticket("vpn in secret", to=secret)
        before = (Event.objects.count(), Message.objects.count(), Ticket.objects.get(pk=fits.pk).version)
        with CaptureQueriesContext(connection) as seen:
            answer = ada.post("/settings/rules/add/", {**FIELDS, "see": "1"}, HTTP_HX_REQUEST="true")
        page = words(answer)
        assert "It would have acted 2 times." in page
        assert f"#{fits.number}" in page
        assert f"#{old.number}" in page
        assert "in secret" not in page
        assert "Priority: High" in page
        assert (Event.objects.count(), Message.objects.count(), Ticket.objects.get(pk=fits.pk).version) == before
        assert not Rule.objects.exists()
        assert any("READ ONLY" in one["sql"] for one in seen)

    def test_a_rule_of_the_clock_says_with_whom_it_would_begin(self, ada: Client, cast: make.Cast) -> None:
        make.ticket(to=cast.support)
        Ticket.objects.update(created_at=timezone.now() - timedelta(days=2))
        more = {"on": [], "since": "created", "after": "1", "unit": "1440", "q": "finished:no", "see": "1"}
        page = words(ada.post("/settings/rules/add/", {**FIELDS, **more}, HTTP_HX_REQUEST="true"))
        assert "It would act on 1 ticket at once" in page

    def test_warns_of_circles_and_mistakes(self, ada: Client) -> None:
        rule("became-status:pending", {"status": "open"}, on=["status"], name="Opens")
        more = {"on": ["status"], "q": "became-status:open", "status": "pending", "see": "1"}
        page = words(ada.post("/settings/rules/add/", {**FIELDS, **more}, HTTP_HX_REQUEST="true"))
        assert "without end" in page
        page = words(ada.post("/settings/rules/add/", {**FIELDS, "q": "color:red", "see": "1"}, HTTP_HX_REQUEST="true"))
        assert "There is no field" in page


class TestList:
    def test_order_switch_and_remove(self, ada: Client) -> None:
        first, second = rule("subject:a", name="A"), rule("subject:b", name="B")
        ada.post(f"/settings/rules/{second.pk}/move/", {"to": "up"})
        assert [one.name for one in Rule.objects.all()] == ["B", "A"]
        ada.post(f"/settings/rules/{second.pk}/move/", {"to": "up"})
        assert [one.name for one in Rule.objects.all()] == ["B", "A"]
        ada.post(f"/settings/rules/{first.pk}/switch/", {"on": "0"})
        assert not Rule.objects.get(pk=first.pk).is_active
        assert Rule.objects.get(pk=first.pk).version == 2
        answer = ada.post(f"/settings/rules/{first.pk}/remove/", follow=True)
        assert "A is removed." in words(answer)
        assert not Rule.objects.kept().filter(pk=first.pk).exists()
        ada.post(f"/settings/rules/{first.pk}/remove/", {"undoing": "1"})
        back = Rule.objects.kept().get(pk=first.pk)
        assert not back.is_active

    def test_a_rule_that_can_no_longer_be_asked_says_so(self, ada: Client, cast: make.Cast) -> None:
        rule("team:Billing", name="Bills")
        cast.billing.team.name = "Accounts"
        cast.billing.team.save()
        assert "It cannot be asked any more" in words(ada.get("/settings/rules/"))

    def test_a_rule_of_a_confidential_inbox_is_nobody_elses(self, ada: Client, cast: make.Cast) -> None:
        secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
        hidden = rule("", {"priority": 1}, name="Hush", inbox=secret)
        assert "Hush" not in words(ada.get("/settings/rules/"))
        assert ada.get(f"/settings/rules/{hidden.pk}/").status_code == 404
        assert "hr@desk.example" not in words(ada.get("/settings/rules/add/"))
        assert post(ada, inbox=str(secret.pk)).status_code == 422

    def test_costs_the_same_however_many(self, ada: Client) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as seen:
                assert ada.get("/settings/rules/").status_code == 200
            return len(seen)

        rule("subject:a")
        few = cost()
        for at in range(12):
            rule(f"subject:x{at}", {"priority": 1, "add_tags": ["a"]})
        assert cost() <= few + 1


class TestHistory:
    def made(self, cast: make.Cast) -> RuleRun:
        made = rule("", {"priority": 1}, name="Urgent")
        ticket = make.ticket(to=cast.support)
        run = RuleRun.objects.create(rule=made, version=1, ticket=ticket, event=ticket.events.first(),
                                     changes={"priority": [3, 1]}, did=["priority"])  # fmt: skip
        Ticket.objects.filter(pk=ticket.pk).update(priority=1)
        return run

    def test_what_it_did_and_the_way_back(self, ada: Client, cast: make.Cast) -> None:
        run = self.made(cast)
        page = words(ada.get(f"/settings/rules/{run.rule_id}/history/"))
        assert f"#{run.ticket.number}" in page
        assert "Version 1" in page
        ada.post(f"/rules/runs/{run.pk}/undo/", {"from": "history"})
        assert Ticket.objects.get(pk=run.ticket_id).priority == 3
        assert "undone by Ada King" in words(ada.get(f"/settings/rules/{run.rule_id}/history/"))

    def test_on_the_ticket_for_whoever_sees_it(self, cast: make.Cast) -> None:
        run = self.made(cast)
        ana, ben = client_of(cast.ana), client_of(cast.ben)
        assert "Urgent" in words(ana.get(f"/tickets/{run.ticket.number}/rules/"))
        assert ben.get(f"/tickets/{run.ticket.number}/rules/").status_code == 404
        assert ben.post(f"/rules/runs/{run.pk}/undo/").status_code == 404
        assert ana.post(f"/rules/runs/{run.pk}/undo/", HTTP_HX_REQUEST="true").status_code == 204
        run.refresh_from_db()
        assert run.undone_by == cast.ana

    def test_what_it_said_stays_and_is_named(self, cast: make.Cast, ada: Client) -> None:
        made = rule("", {"priority": 1, "note": "Look."}, name="Says")
        ticket = make.ticket(to=cast.support)
        kept = running.run(made, ticket, event=ticket.events.get(kind=events.OPENED))
        assert kept is not None
        for page in (f"/tickets/{ticket.number}/rules/", f"/settings/rules/{made.pk}/history/"):
            assert "Stays when it is taken back: Internal note" in words(ada.get(page))
        answer = ada.post(f"/rules/runs/{kept.pk}/undo/", HTTP_HX_REQUEST="true")
        assert json.loads(answer["HX-Trigger"])["toast"]["text"] == "Undone. What was said stays: Internal note"

    def test_a_former_version_comes_back_through_the_editor(self, ada: Client, cast: make.Cast) -> None:
        made = rule("subject:a", {"priority": 1}, name="Before")
        ada.post(f"/settings/rules/{made.pk}/", {**FIELDS, "name": "After"})
        page = words(ada.get(f"/settings/rules/{made.pk}/?version=1"))
        assert 'value="Before"' in page
        assert 'value="subject:a"' in page
        assert Rule.objects.get().name == "After"

    def test_what_it_did_is_told_by_the_version_that_ran(self, ada: Client, cast: make.Cast) -> None:
        run = self.made(cast)
        changed = Rule.objects.get(pk=run.rule_id)
        changed.verbs = {"priority": 4, "add_tags": ["later"]}
        actions.save_rule(changed, cast.ada)
        for page in (f"/settings/rules/{run.rule_id}/history/", f"/tickets/{run.ticket.number}/rules/"):
            did = words(ada.get(page)).partition("What it was")[0]
            assert "Priority: Critical" in did
            assert "Priority: Low" not in did


class TestAsItWas:
    """Whoever sees what a rule did sees the rule that did it."""

    def ran(self, cast: make.Cast) -> tuple[Ticket, Rule]:
        made = rule("subject:printer", {"priority": 1}, name="Printers first")
        ticket = make.ticket(to=cast.support)
        running.run(made, ticket, event=ticket.events.get(kind=events.OPENED))
        return ticket, made

    def test_its_name_in_the_timeline_leads_to_it(self, cast: make.Cast) -> None:
        ticket, made = self.ran(cast)
        ana = client_of(cast.ana)
        url = f"/tickets/{ticket.number}/rules/{made.pk}/1/"
        assert f'href="{url}">Rule “Printers first”, version 1</a>' in words(ana.get(f"/tickets/{ticket.number}/"))
        page = words(ana.get(url))
        assert "The rule says the same today." in page
        assert "subject:printer" in page
        assert "Priority: Critical" in page
        assert "/settings/rules/" not in page.partition("<h1")[2], "the rest is for administrators"

    def test_what_changed_since_stands_beside_it(self, cast: make.Cast, ada: Client) -> None:
        ticket, made = self.ran(cast)
        made.name, made.verbs, made.stops = "Printers", {"priority": 2, "add_tags": ["printer"]}, True
        actions.save_rule(made, cast.ada)
        url = f"/tickets/{ticket.number}/rules/{made.pk}/1/"
        for client in (ada, client_of(cast.ana)):
            page = words(client.get(url))
            assert "today it is version 2" in page
            assert all(word in page for word in ("Printers first", "Priority: Critical", "Priority: High", "+ printer"))
            assert page.count(">the same<") == 4, "when, where, which tickets, at work or not"
        assert f"/settings/rules/{made.pk}/?version=1" in words(ada.get(url))
        actions.remove_rule(made)
        assert "This rule was removed since." in words(ada.get(url))

    def test_only_through_a_ticket_that_one_sees_and_that_it_touched(self, cast: make.Cast, ada: Client) -> None:
        ticket, made = self.ran(cast)
        assert client_of(cast.ben).get(f"/tickets/{ticket.number}/rules/{made.pk}/1/").status_code == 404
        other = make.ticket("Other", to=cast.support)
        for number, version in ((other.number, 1), (ticket.number, 2)):
            assert ada.get(f"/tickets/{number}/rules/{made.pk}/{version}/").status_code == 404

    def test_what_an_agent_may_not_know_is_not_named(self, cast: make.Cast) -> None:
        made = rule("-inbox:billing@desk.example", {"priority": 1}, name="All but one")
        Inbox.objects.filter(pk=cast.billing.pk).update(is_confidential=True)
        ticket = make.ticket(to=cast.support)
        running.run(made, ticket, event=ticket.events.get(kind=events.OPENED))
        page = words(client_of(cast.ana).get(f"/tickets/{ticket.number}/rules/{made.pk}/1/"))
        assert "billing" not in page.partition("<h1")[2].lower()
