"""What an agent says of a ticket on its card, each taken back from its toast; and what an administrator offers there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from guichet.people.models import Skill
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import Category, Priority, Severity, Ticket
from guichet.tickets.models.sorting import USUAL
from tests import make
from tests.browser import client_of

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket("The printer is dark", to=cast.support, of=cast.cleo)


def said(ticket: Ticket) -> dict[str, Any]:
    ticket.refresh_from_db()
    return {
        "category": str(ticket.category or ""), "grades": (ticket.impact, ticket.urgency), "priority": ticket.priority,
        "language": ticket.language, "site": ticket.site, "needs": actions.needs_of(ticket),
    }  # fmt: skip


def undo(client: Client, answer: Any) -> Any:
    back = json.loads(answer["HX-Trigger"])["toast"]["undo"]
    return client.post(back["url"], {**back["values"], "undoing": "1"}, **HTMX)


@pytest.mark.parametrize(
    ("page", "typed", "shown"),
    [
        ("category", {"category": "printer"}, ["Hardware / Printer", "sorted this under Hardware / Printer"]),
        ("severity", {"severity": "1-1"}, ["The whole house, Work stands still", "said how grave this is"]),
        ("severity", {"severity": "3-"}, ["One person", "Impact: One person"]),
        ("language", {"language": "de"}, ["Deutsch", "changed the language to Deutsch"]),
        ("site", {"site": "Lyon, building 4"}, ["Lyon, building 4", "changed the site"]),
        ("skills", {"skill": "3"}, ["VPN 3", "said which skills this needs: VPN 3"]),
    ],
)
def test_each_is_said_shown_told_and_undone(
    ticket: Ticket, cast: make.Cast, ana: Client, page: str, typed: dict[str, str], shown: list[str]
) -> None:
    printer = Category.objects.create(name="Printer", parent=Category.objects.create(name="Hardware"))
    vpn = Skill.objects.create(name="VPN")
    actions.save_matrix(USUAL)
    actions.set_priority(ticket, Priority.LOW, By(cast.ana, "desk"))
    before = said(ticket)
    if "category" in typed:
        typed = {"category": str(printer.pk)}
    if "skill" in typed:
        typed = {f"skill-{vpn.pk}": typed["skill"]}
    assert ana.get(f"/tickets/{ticket.number}/{page}/", **HTMX).status_code == 200
    answer = ana.post(f"/tickets/{ticket.number}/{page}/", typed, **HTMX)
    assert answer.status_code == 200
    for words in shown:
        assert words in answer.content.decode()
    assert said(ticket) != before
    assert undo(ana, answer).status_code == 200
    assert said(ticket) == before


def test_the_menu_of_severity_shows_what_follows(ticket: Ticket, ana: Client) -> None:
    actions.save_matrix(USUAL)
    menu = ana.get(f"/tickets/{ticket.number}/severity/", **HTMX).content.decode()
    assert 'value="1-1" aria-pressed="false" aria-label="The whole house, Work stands still: Critical"' in menu
    answer = ana.post(f"/tickets/{ticket.number}/severity/", {"severity": "1-1"}, **HTMX)
    assert "→ Critical" in json.loads(answer["HX-Trigger"])["toast"]["text"]


def test_a_house_that_uses_none_of_it_sees_none_of_it(ticket: Ticket, ana: Client) -> None:
    page = ana.get(f"/tickets/{ticket.number}/").content.decode()
    assert [f'popovertarget="menu-{name}"' in page for name in ("category", "severity", "needs", "language")] == [
        False, False, False, True,
    ]  # fmt: skip


def test_what_is_made_up_changes_nothing(ticket: Ticket, ana: Client) -> None:
    before = said(ticket)
    assert ana.post(f"/tickets/{ticket.number}/language/", {"language": "xx"}, **HTMX).status_code == 422
    assert ana.post(f"/tickets/{ticket.number}/category/", {"category": "99999"}, **HTMX).status_code == 404
    ana.post(f"/tickets/{ticket.number}/severity/", {"severity": "9-x", "priority": "77", "undoing": "1"}, **HTMX)
    ana.post(f"/tickets/{ticket.number}/skills/", {"skill-77": "3"}, **HTMX)
    assert said(ticket) == before


def test_a_list_shows_category_site_and_language(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    actions.set_category(ticket, Category.objects.create(name="<Hardware>"), By(cast.ana, "desk"))
    actions.set_site(ticket, "Lyon & Co", By(cast.ana, "desk"))
    ana.post("/columns/", {"columns": ["category", "site", "language"]})
    page = ana.get("/tickets/?view=all").content.decode()
    for words in ("&lt;Hardware&gt;", "Lyon &amp; Co", "English"):
        assert words in page


class TestSettings:
    def test_categories_of_two_levels(self, cast: make.Cast) -> None:
        ada = client_of(cast.ada)
        assert "No category yet" in ada.get("/settings/categories/").content.decode()
        ada.post("/settings/categories/add/", {"name": " Hardware "})
        hardware = Category.objects.get(name="Hardware")
        ada.post("/settings/categories/add/", {"name": "Printer", "parent": hardware.pk})
        printer = Category.objects.get(name="Printer")
        assert str(printer) == "Hardware / Printer"
        for wrong in (
            {"name": "hardware"}, {"name": "printer", "parent": hardware.pk}, {"name": "Ink", "parent": printer.pk},
            {"name": "a/b"}, {"name": ""},
        ):  # fmt: skip
            answer = ada.post("/settings/categories/add/", wrong)
            assert "field-error" in answer.content.decode(), wrong
        # What has others within it stays a main one.
        assert "field-error" in ada.post(
            f"/settings/categories/{hardware.pk}/",
            {"name": "Hardware", "parent": Category.objects.create(name="Software").pk},
        ).content.decode()  # fmt: skip
        assert ada.post(f"/settings/categories/{printer.pk}/active/", {"active": "0"}).status_code == 302
        page = ada.get("/settings/categories/").content.decode()
        assert page.index("Hardware") < page.index("Printer")

    def test_one_that_is_off_is_offered_no_more_and_stays(self, ticket: Ticket, cast: make.Cast, ana: Client) -> None:
        old = Category.objects.create(name="Fax")
        actions.set_category(ticket, old, By(cast.ana, "desk"))
        client_of(cast.ada).post(f"/settings/categories/{old.pk}/active/", {"active": "0"})
        assert "Fax" not in ana.get(f"/tickets/{ticket.number}/category/", **HTMX).content.decode()
        assert "Fax" in ana.get(f"/tickets/{ticket.number}/").content.decode()

    def test_the_matrix(self, cast: make.Cast) -> None:
        ada = client_of(cast.ada)
        assert "This is a proposal" in ada.get("/settings/severity/").content.decode()
        typed = {f"p{impact}{urgency}": "4" for impact in (1, 2, 3) for urgency in (1, 2, 3)} | {"p11": "1"}
        ada.post("/settings/severity/", typed)
        assert Severity.objects.filter(priority=4).count() == 8
        assert "This is a proposal" not in ada.get("/settings/severity/").content.decode()
        assert ada.post("/settings/severity/", {**typed, "p11": "9"}).status_code == 200
        assert Severity.objects.get(impact=1, urgency=1).priority == 1
        ada.post("/settings/severity/", {"off": "1"})
        assert not Severity.objects.exists()


@pytest.mark.parametrize(("code", "shown"), [("", "–"), ("nl", "nl")])
def test_a_language_that_the_house_does_not_speak_breaks_no_page(
    ticket: Ticket, ana: Client, code: str, shown: str
) -> None:
    Ticket.objects.update(language=code)
    menu = ana.get(f"/tickets/{ticket.number}/").content.decode().split('popovertarget="menu-language"')[1]
    assert f'<span class="grow">{shown}</span>' in menu[:200]
