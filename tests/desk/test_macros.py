"""Texts and macros: written in the settings, found while typing, filled in the customer's language, undone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from guichet.kit.text.letters import clean_letter, is_letter, letter_text, lightly_marked
from guichet.people.models import Person, Team
from guichet.rules import placeholders, verbs
from guichet.rules.models import Macro, MacroText
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import Category, Priority, Status, Ticket, TicketType
from guichet.tickets.models.sorting import USUAL
from tests import make
from tests.browser import client_of, flaws

HTMX: Any = {"HTTP_HX_REQUEST": "true"}
Enter = Callable[..., Page]


def macro(
    name: str = "Toner", *, person: Person | None = None, team: Team | None = None, verbs: Any = None, **texts: str
) -> Macro:
    made = Macro.objects.create(name=name, person=person, team=team, verbs=verbs or {})
    for language, text in texts.items():
        MacroText.objects.create(macro=made, language=language, text=text)
    return made


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket("The printer is dark", to=cast.support, of=cast.cleo)


def use(client: Client, ticket: Ticket, made: Macro) -> Any:
    return client.post(f"/tickets/{ticket.number}/macros/{made.pk}/", **HTMX)


class TestWords:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Hi {customer.first_name}", {}),
            ("Hi {custmer.name}", {"custmer.name": "customer.name"}),
            ("Hi {Customer.Name}", {"Customer.Name": "customer.name"}),
            ("{nonsense}", {"nonsense": ""}),
            ("if (x) { return 1; } and {} and {0} and {a b}", {}),
        ],
    )
    def test_only_what_is_known(self, text: str, expected: dict[str, str]) -> None:
        assert placeholders.unknown(text) == expected

    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ("Hello\n\n**you** & <b>", "<p>Hello</p><p></p><p><strong>you</strong> &amp; &lt;b&gt;</p>"),
            ("- a\n- b\nc", "<ul><li><p>a</p></li><li><p>b</p></li></ul><p>c</p>"),
            ("1. a\n2) b", "<ol><li><p>a</p></li><li><p>b</p></li></ol>"),
            ("[here](https://a.example/?x=1&y)", '<p><a href="https://a.example/?x=1&amp;y" rel="noopener noreferrer nofollow">here</a></p>'),
            ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ],
    )  # fmt: skip
    def test_a_little_markup(self, text: str, html: str) -> None:
        assert lightly_marked(text) == html

    @given(st.text(alphabet="ab *-1.[]()<>&\"'/:htps\n{}", max_size=80))
    def test_whatever_is_typed_becomes_a_clean_letter(self, text: str) -> None:
        made = lightly_marked(text)
        assert made == clean_letter(made)
        assert not made or is_letter(made)

    @given(st.text(max_size=60))
    def test_a_name_is_never_markup(self, name: str) -> None:
        html, _open = placeholders.fill("<p>{customer.name}</p>", {"customer.name": name})
        assert "<" not in html.removeprefix("<p>").removesuffix("</p>")
        if name.strip():
            assert letter_text(clean_letter(html)).split() == name.replace("\x00", "\ufffd").split() or "\x00" in name


@pytest.mark.django_db
class TestUse:
    def test_in_the_customers_language_with_fallbacks(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        made = macro(
            en="Hello {customer.first_name}, #{ticket.number}", fr="Bonjour {customer.first_name}, {agent.name}"
        )
        Ticket.objects.filter(pk=ticket.pk).update(language="fr")
        assert use(ana, ticket, made).json()["text"] == "Bonjour Cleo, Ana Lopez"
        Ticket.objects.filter(pk=ticket.pk).update(language="de")
        assert use(ana, ticket, made).json()["text"] == f"Hello Cleo, #{ticket.number}"
        MacroText.objects.filter(language="en").delete()
        assert use(ana, ticket, made).json()["text"].startswith("Bonjour")
        made.refresh_from_db()
        assert made.used == 3

    def test_what_nobody_knows_stays_open(self, cast: make.Cast, ana: Client) -> None:
        nameless = make.ticket(to=cast.support, of=make.person("x@customer.example"))
        made = macro(en="Hello {customer.first_name}")
        answer = use(ana, nameless, made).json()
        assert (answer["text"], answer["open"]) == ("Hello {customer.first_name}", ["{customer.first_name}"])

    def test_acts_and_the_way_back(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        verbs = {
            "status": "pending",
            "priority": int(Priority.CRITICAL),
            "assignee": "me",
            "add_tags": ["toner"],
            "note": "Ordered.",
        }
        answer = use(ana, ticket, macro(en="On its way.", verbs=verbs)).json()
        ticket.refresh_from_db()
        assert (ticket.status, ticket.priority, ticket.assignee) == (Status.PENDING, Priority.CRITICAL, cast.ana)
        assert [tag.name for tag in ticket.tags.all()] == ["toner"]
        assert ticket.messages.latest("pk").text == "Ordered."
        assert answer["seen"][1] == ticket.version
        undo = answer["toast"]["undo"]
        done = ana.post(undo["url"], {**undo["values"], "undoing": "1"}, **HTMX)
        assert json.loads(done["HX-Trigger"])["toast"]["text"] == "Undone; the note stays"
        ticket.refresh_from_db()
        assert (ticket.status, ticket.priority, ticket.assignee) == (Status.OPEN, Priority.NORMAL, None)
        assert not ticket.tags.exists()

    def test_type_category_and_severity(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        order, fax = TicketType.objects.create(name="Order"), Category.objects.create(name="Fax", is_active=False)
        actions.save_matrix(USUAL)
        made = macro("Sort it", person=cast.ana, verbs={"category": fax.pk, "severity": {"impact": 1, "urgency": 1}})
        typed = {"name": "Sort it", "whose": "me", "type": order.pk, "category": fax.pk, "impact": "1", "urgency": "1"}
        assert ana.post(f"/settings/macros/{made.pk}/", typed).status_code == 302
        made.refresh_from_db()
        assert made.verbs == {"type": order.pk, "category": fax.pk, "severity": {"impact": 1, "urgency": 1}}
        answer = use(ana, ticket, made).json()
        ticket.refresh_from_db()
        assert (ticket.type, ticket.category, ticket.priority) == (order, fax, Priority.CRITICAL)
        ana.post(answer["toast"]["undo"]["url"], {**answer["toast"]["undo"]["values"], "undoing": "1"}, **HTMX)
        ticket.refresh_from_db()
        assert (ticket.type, ticket.category, ticket.impact, ticket.priority) == (None, None, None, Priority.NORMAL)

    def test_what_was_done_a_moment_ago_stays(self, cast: make.Cast, ticket: Ticket) -> None:
        stale = Ticket.objects.get(pk=ticket.pk)
        actions.set_tags(ticket, ["floor 2"], By(cast.ada))
        actions.claim(ticket, By(cast.ana, "desk"), seen=None)
        made = macro(verbs={"team": cast.billing.team_id, "add_tags": ["toner"]})
        changes = verbs.do(stale, made.verbs, By(cast.ada, "desk"))
        ticket.refresh_from_db()
        assert (ticket.team, ticket.assignee) == (cast.billing.team, cast.ana)
        assert changes["tags"] == [["floor 2"], ["floor 2", "toner"]]

    def test_undo_leaves_alone_what_was_changed_again(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        undo = use(ana, ticket, macro(verbs={"status": "pending", "add_tags": ["a"]})).json()["toast"]["undo"]
        ana.post(f"/tickets/{ticket.number}/status/", {"status": "resolved"}, **HTMX)
        done = ana.post(undo["url"], undo["values"], **HTMX)
        assert "changed again" in json.loads(done["HX-Trigger"])["toast"]["text"]
        ticket.refresh_from_db()
        assert ticket.status == Status.RESOLVED
        assert not ticket.tags.exists()

    def test_undo_is_of_this_person_and_ticket_alone(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        undo = use(ana, ticket, macro(verbs={"status": "pending"})).json()["toast"]["undo"]
        other = make.ticket(to=cast.support)
        for client, number, values in (
            (client_of(cast.ada), ticket.number, undo["values"]),
            (ana, other.number, undo["values"]),
            (ana, ticket.number, {"changes": "forged"}),
        ):
            said = json.loads(client.post(f"/tickets/{number}/macros/undo/", values, **HTMX)["HX-Trigger"])["toast"]
            assert said["level"] == "error"
        ticket.refresh_from_db()
        assert ticket.status == Status.PENDING

    def test_an_answer_is_not_lost_to_another_team(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        hands = {"team": cast.billing.team_id, "assignee": "nobody"}
        Ticket.objects.filter(pk=ticket.pk).update(inbox=cast.billing, team=cast.support.team)
        answer = use(ana, ticket, macro(en="Dear …", verbs=hands))
        assert answer.status_code == 422
        ticket.refresh_from_db()
        assert ticket.team == cast.support.team
        assert use(ana, ticket, macro("Hand over", verbs=hands)).json()["url"] == "/"

    def test_whose_it_is(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        shared, own = macro("Shared", en="x"), macro("Own", person=cast.ana, en="x")
        theirs, foreign = macro("Theirs", person=cast.ada, en="x"), macro("Foreign", team=cast.billing.team, en="x")
        page = ana.get(f"/tickets/{ticket.number}/macros/").content.decode()
        assert ("Shared" in page, "Own" in page, "Theirs" in page, "Foreign" in page) == (True, True, False, False)
        assert [use(ana, ticket, one).status_code for one in (shared, own, theirs, foreign)] == [200, 200, 404, 404]
        assert ana.get(f"/settings/macros/{shared.pk}/").status_code == 404  # for administrators to change
        assert ana.get(f"/settings/macros/{own.pk}/").status_code == 200
        assert client_of(cast.cleo).get(f"/tickets/{ticket.number}/macros/").status_code == 404

    def test_the_list_costs_the_same_however_long(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert ana.get(f"/tickets/{ticket.number}/macros/").status_code == 200
            return len(captured)

        verbs = {"team": cast.support.team_id, "assignee": cast.ana.pk}
        macro(en="x", verbs=verbs)
        cost()
        few = cost()
        for number in range(20):
            macro(f"m{number}", en="x", fr="y", verbs=verbs)
        assert cost() == few


@pytest.mark.django_db
class TestBeforeThereIsATicket:
    def ask(self, client: Client, made: Macro, **letter: str) -> Any:
        return client.post(f"/tickets/new/macros/{made.pk}/", {"alias": "support@desk.example", **letter}, **HTMX)

    def test_words_for_whom_the_letter_names(self, cast: make.Cast, ana: Client) -> None:
        for person in (cast.cleo, cast.dan):
            make.ticket(to=cast.support, of=person)
        made = macro(
            en="Hello {customer.first_name} of {customer.organisation}, {ticket.subject} #{ticket.number}", fr="Bonjour"
        )
        letter = {"to": "Cleo <cleo@customer.example>, dan@customer.example", "subject": "Your lamp"}
        answer = self.ask(ana, made, **letter).json()
        assert (answer["text"], answer["open"]) == (
            "Hello Cleo of Acme, Your lamp #{ticket.number}",
            ["{ticket.number}"],
        )
        Person.objects.filter(pk=cast.cleo.pk).update(language="fr")
        assert self.ask(ana, made, **letter).json()["text"] == "Bonjour"
        stranger = self.ask(ana, made, to="Nina New <nina@new.example>").json()
        assert stranger["text"].startswith("Hello Nina of {customer.organisation}")
        assert self.ask(ana, made).json()["text"].startswith("Hello {customer.first_name}")

    def test_it_tells_nothing_of_whom_one_does_not_see(self, cast: make.Cast, ben: Client) -> None:
        made = macro(en="Hello {customer.name} of {customer.organisation}")
        letter = {"to": "eve@elsewhere.example", "alias": "billing@desk.example"}
        assert "Eve" not in self.ask(ben, made, **letter).json()["text"]
        assert self.ask(ben, made, alias="support@desk.example").status_code == 422

    def test_its_acts_wait_for_a_ticket_and_that_is_said(self, cast: make.Cast, ana: Client) -> None:
        both, acts = macro(en="Hello", verbs={"priority": 4}), macro("Only acts", verbs={"priority": 4})
        assert "no ticket yet" in self.ask(ana, both).json()["toast"]["text"]
        offered = ana.get("/tickets/new/macros/", **HTMX).content.decode()
        assert f"/tickets/new/macros/{both.pk}/" in offered and f"/{acts.pk}/" not in offered
        assert "earlier answer" not in offered


@pytest.mark.django_db
class TestSettings:
    FIELDS: ClassVar[Any] = {
        "name": "Toner",
        "folder": "Printers",
        "whose": "me",
        "text_en": "Hello {customer.first_name}",
    }

    def test_written_changed_removed_and_back(self, cast: make.Cast, ana: Client) -> None:
        fields = {
            **self.FIELDS,
            "status": "pending",
            "add_tags": "Toner, printer",
            "assignee": "me",
            "text_fr": "Bonjour",
        }
        assert ana.post("/settings/macros/add/", fields)["Location"] == "/settings/macros/"
        made = Macro.objects.get()
        assert made.verbs == {"status": "pending", "add_tags": ["toner", "printer"], "assignee": "me"}
        assert (made.person, [one.language for one in made.texts.all()]) == (cast.ana, ["en", "fr"])
        page = ana.get(f"/settings/macros/{made.pk}/").content.decode()
        assert "toner, printer" in page
        ana.post(f"/settings/macros/{made.pk}/", {**self.FIELDS, "name": "Ink"})
        made.refresh_from_db()
        assert (made.name, made.verbs, made.texts.count()) == ("Ink", {}, 1)
        gone = ana.post(f"/settings/macros/{made.pk}/remove/", follow=True).content.decode()
        assert "Ink is removed." in gone
        assert not Macro.objects.in_use().exists()
        ana.post(f"/settings/macros/{made.pk}/remove/", {"undoing": "1"})
        assert Macro.objects.in_use().exists()

    def test_an_unknown_placeholder_is_named(self, cast: make.Cast, ana: Client) -> None:
        page = ana.post("/settings/macros/add/", {**self.FIELDS, "text_en": "Hi {custmer.name}"}).content.decode()
        assert "There is no {custmer.name}. Did you mean {customer.name}?" in page
        assert "Hi {custmer.name}" in page
        assert not Macro.objects.exists()

    def test_what_would_be_said_is_shown(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        page = ana.post("/settings/macros/add/", {**self.FIELDS, "see": "1"}, **HTMX).content.decode()
        assert "Hello Cleo" in page
        assert not Macro.objects.exists()

    def test_everybodys_are_for_administrators(self, cast: make.Cast, ana: Client) -> None:
        assert ana.post("/settings/macros/add/", {**self.FIELDS, "whose": "all"}).status_code == 200
        assert (
            ana.post("/settings/macros/add/", {**self.FIELDS, "whose": f"team-{cast.billing.team_id}"}).status_code
            == 200
        )
        assert not Macro.objects.exists()
        client_of(cast.ada).post("/settings/macros/add/", {**self.FIELDS, "whose": "all"})
        assert Macro.objects.get().person is None

    def test_nothing_to_say_and_nothing_to_do(self, cast: make.Cast, ana: Client) -> None:
        page = ana.post("/settings/macros/add/", {**self.FIELDS, "text_en": ""}).content.decode()
        assert "Write a text, or choose something to do." in page


@pytest.mark.django_db(transaction=True)
class TestInTheBrowser:
    @pytest.fixture
    def cast(self, transactional_db: None) -> make.Cast:
        return make.cast()

    def test_by_keyboard_in_french_for_a_french_customer(self, enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
        Ticket.objects.filter(pk=ticket.pk).update(language="fr")
        verbs = {"status": "pending", "add_tags": ["toner"]}
        macro("Toner", en="Hello", fr="Bonjour {customer.first_name},\n\n**bientôt** là.", verbs=verbs)
        macro("Other", en="Nothing")
        page = enter(cast.ana)
        page.goto(f"/tickets/{ticket.number}/")
        page.keyboard.press("r")
        expect(page.locator("#reply-text-rich")).to_be_focused()
        page.keyboard.type("/ton")
        expect(page.locator(".macro[data-use]:visible")).to_have_count(1)
        assert flaws(page) == []
        page.keyboard.press("Enter")
        expect(page.locator("#reply-text")).to_have_value("Bonjour Cleo,\n\nbientôt là.")
        expect(page.locator("#reply-text-rich strong")).to_have_text("bientôt")
        expect(page.locator("#status-button")).to_contain_text("Pending")
        page.get_by_role("button", name="Undo").click()
        expect(page.locator("#status-button")).to_contain_text("Open")
        page.locator("#reply-text").focus()
        page.keyboard.press("Control+Enter")
        expect(page.locator(".msg-outbound")).to_contain_text("Bonjour Cleo,")

    def test_by_the_menu_and_what_stays_open_is_marked(self, enter: Enter, cast: make.Cast) -> None:
        nameless = make.ticket(to=cast.support, of=make.person("x@customer.example"))
        macro("Greeting", en="Hello {customer.first_name}, welcome")
        page = enter(cast.ana)
        page.goto(f"/tickets/{nameless.number}/")
        page.keyboard.press("Control+k")
        page.keyboard.type("Insert a text")
        page.keyboard.press("Enter")
        page.get_by_role("combobox", name="Find a text").fill("gree")
        page.keyboard.press("Enter")
        expect(page.locator("#reply-text")).to_have_value("Hello {customer.first_name}, welcome")
        expect(page.locator(".unfilled")).to_have_text("{customer.first_name}")
        expect(page.locator(".toast").last).to_contain_text("{customer.first_name}")

    def test_what_is_typed_while_a_text_is_fetched_is_written(
        self, enter: Enter, cast: make.Cast, ticket: Ticket
    ) -> None:
        macro("Greeting", en="Good day")
        page = enter(cast.ana)
        page.route(re.compile(r"/macros/\d+/"), lambda route: (page.wait_for_timeout(1_000), route.continue_()))
        page.goto(f"/tickets/{ticket.number}/")
        page.keyboard.press("q")
        page.get_by_role("combobox", name="Find a text").fill("gree")
        page.keyboard.press("Enter")
        page.keyboard.type("n e x t ")  # the desk's own keys, if they went there
        expect(page.locator("#reply-text")).to_have_value("n e x t Good day")
        expect(page.locator("#panel-reply")).to_be_visible()

    def test_a_path_is_no_macro_and_escape_ends_it(self, enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
        macro("Toner", en="Hello")
        page = enter(cast.ana)
        page.goto(f"/tickets/{ticket.number}/")
        page.keyboard.press("n")
        expect(page.locator("#note-text-rich")).to_be_focused()
        page.keyboard.type("/to")
        expect(page.locator(".macro-pop")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".macro-pop")).to_have_count(0)
        page.keyboard.type("n/etc and /xyz")
        expect(page.locator(".macro-pop")).to_have_count(0)
        expect(page.locator("#note-text")).to_have_value("/ton/etc and /xyz")

    def test_written_with_offered_placeholders(self, enter: Enter, cast: make.Cast, ticket: Ticket) -> None:
        page = enter(cast.ada)
        page.goto("/settings/macros/add/")
        page.get_by_label("Name", exact=True).fill("Greeting")
        page.get_by_label("English").click()
        page.keyboard.type("Hello {first")
        expect(page.locator(".macro:visible")).to_have_count(2)
        page.keyboard.press("Enter")
        expect(page.get_by_label("English")).to_have_value("Hello {customer.first_name}")
        page.get_by_role("button", name="See").click()
        expect(page.locator("#preview")).to_contain_text("Hello Cleo")
        assert flaws(page) == []
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("cell", name="Greeting", exact=True)).to_be_visible()
        assert flaws(page) == []

    def test_in_a_letter_that_opens_a_ticket(self, enter: Enter, cast: make.Cast) -> None:
        macro(en="Hello {customer.first_name}, the toner is here.")
        make.ticket(to=cast.support, of=cast.cleo)
        page = enter(cast.ana)
        page.goto("/tickets/new/?to=cleo@customer.example")
        page.locator("#new-text-rich").click()
        page.keyboard.type("/ton")
        page.get_by_role("option", name="Toner").wait_for()
        page.keyboard.press("Enter")
        expect(page.locator("#new-text")).to_have_value("Hello Cleo, the toner is here.")
        page.locator("#panel-new [data-open-macros]").click()
        expect(page.get_by_role("option", name="Toner")).to_be_visible()
        page.keyboard.press("Escape")
