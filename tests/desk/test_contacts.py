"""The pages about people and organisations: what they show, to whom, and how what was done is taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import Page, expect

from guichet.desk.contacts import listing
from guichet.people import contacts, organisations
from guichet.people.models import Change, Note, Organisation, Person
from guichet.tickets.models import Ticket
from tests import make
from tests.browser import client_of, flaws

Enter = Callable[..., Page]


def names(client: Client, url: str) -> list[str]:
    answer = client.get(url)
    assert answer.status_code == 200
    return re.findall(r'class="row-link[^>]*>([^<]*)</a>', answer.content.decode())


@pytest.fixture
def ada(cast: make.Cast) -> Client:
    return client_of(cast.ada)


@pytest.mark.django_db
class TestLists:
    def test_an_agent_of_another_team_finds_nobody_of_a_foreign_ticket(
        self, cast: make.Cast, ana: Client, ben: Client
    ) -> None:
        ticket = make.ticket(to=cast.billing, of=cast.cleo)
        contacts.add_phone(cast.cleo, "+33 1 02 03 04 05", cast.ada)
        for url in (
            "/contacts/", "/contacts/?sort=contact", "/contacts/?q=cleo", "/contacts/?q=cloe", "/contacts/?q=01020304",
            "/contacts/find/?q=cleo&field=to", "/contacts/organisations/", "/contacts/organisations/?q=acme",
            "/contacts/?inactive=1", "/people/?q=cleo",
        ):  # fmt: skip
            page = ana.get(url).content.decode()
            assert "Martin" not in page and ">Acme<" not in page, url
        assert names(ben, "/contacts/") == names(ben, "/contacts/?q=cloe") == ["Cleo Martin"]
        assert names(ben, "/contacts/organisations/") == ["Acme"]
        cleo, acme = cast.cleo.pk, Organisation.objects.get().pk
        for url in (f"/contacts/{cleo}/", f"/contacts/{cleo}/edit/", f"/contacts/organisations/{acme}/"):
            assert ana.get(url).status_code == 404
            assert ben.get(url).status_code == 200
        # Somebody both see, and a ticket that only one of them sees.
        make.ticket("A matter of Support", to=cast.support, of=cast.cleo)
        shown = ana.get(f"/contacts/{cleo}/").content.decode()
        assert "A matter of Support" in shown and f"#{ticket.number}" not in shown
        assert '<span class="count">1</span>' in shown, "counts tell no more than the list"
        assert f"#{ticket.number}" not in ana.get(f"/contacts/organisations/{acme}/").content.decode()

    def test_whom_one_added_one_sees_and_keepers_see_all(self, cast: make.Cast, ana: Client, ben: Client) -> None:
        new = {"name": "Zoë New", "email": "zoe@new.example", "phone": "0123456", "organisation": "New Inc"}
        assert ana.post("/contacts/add/", new).status_code == 302
        assert names(ana, "/contacts/") == ["Zoë New"] and names(ben, "/contacts/") == []
        assert names(ana, "/contacts/organisations/") == ["New Inc"]
        Person.objects.filter(pk=cast.ben.pk).update(keeps_contacts=True)
        assert len(names(ben, "/contacts/")) == 4
        ticket = make.ticket(to=cast.support, of=cast.cleo)
        assert f"#{ticket.number}" not in ben.get(f"/contacts/{cast.cleo.pk}/").content.decode()

    def test_pages_by_name_and_by_last_contact_hold_everybody_once(
        self, cast: make.Cast, ana: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(listing, "PAGE", 3)
        now = timezone.now()
        for n in range(8):
            one = make.person(name=f"Same {n // 2}")
            for days in (n, n + 20):
                ticket = make.ticket(to=cast.support, of=one)
                Ticket.objects.filter(pk=ticket.pk).update(last_message_at=now - timedelta(days=days))
        for sort in ("name", "contact"):
            url, seen = f"/contacts/?sort={sort}", []
            while url:
                page = ana.get(url).content.decode()
                seen += re.findall(r'class="row-link[^>]* href="/contacts/(\d+)/"', page)
                following = re.search(r'href="([^"]+)" rel="next"', page)
                url = following.group(1).replace("&amp;", "&") if following else ""
            assert len(seen) == len(set(seen)) == 8
        assert [f"Same {n // 2}" for n in range(3)] == names(ana, "/contacts/?sort=contact")

    @pytest.mark.parametrize(
        "url", ["/contacts/", "/contacts/?sort=contact", "/contacts/?q=same", "/contacts/organisations/"]
    )
    def test_queries_do_not_grow(self, url: str, cast: make.Cast, ana: Client) -> None:
        def count() -> int:
            with CaptureQueriesContext(connection) as queries:
                assert ana.get(url).status_code == 200
            return len(queries)

        for n in range(6):
            make.ticket(to=cast.support, of=make.person(name=f"Same {n}"))
        make.ticket(to=cast.support, of=cast.cleo)  # of an organisation
        first = count()
        for n in range(20):
            one = make.person(name=f"Same again {n}")
            contacts.change_contact(one, cast.ada, organisation=organisations.add_organisation(f"House {n}", cast.ada))
            make.ticket(to=cast.support, of=one)
        assert count() <= first <= 10

    def test_the_page_of_a_person_asks_a_fixed_number_of_queries(self, cast: make.Cast, ada: Client) -> None:
        def count() -> int:
            with CaptureQueriesContext(connection) as queries:
                assert ada.get(f"/contacts/{cast.cleo.pk}/").status_code == 200
            return len(queries)

        make.ticket(to=cast.support, of=cast.cleo)
        contacts.add_note(cast.cleo, "one", cast.ada)
        contacts.change_contact(cast.cleo, cast.ada, site="Lyon", organisation=None)
        contacts.add_phone(cast.cleo, "1234", cast.ada)
        first = count()
        for n in range(10):
            make.ticket(to=cast.support, of=cast.cleo)
            contacts.add_note(cast.cleo, f"note {n}", cast.ana)
            contacts.change_contact(
                cast.cleo, cast.ben, organisation=organisations.add_organisation(f"O {n}", cast.ada)
            )
            contacts.add_address(cast.cleo, f"cleo{n}@x.example", cast.ada)
        assert count() <= first <= 20


@pytest.mark.django_db
class TestActs:
    @pytest.fixture(autouse=True)
    def _seen(self, cast: make.Cast) -> None:
        make.ticket(to=cast.support, of=cast.cleo)

    def test_change_and_undo_without_scripts(self, cast: make.Cast, ana: Client) -> None:
        url = f"/contacts/{cast.cleo.pk}/"
        new = {
            "name": "Cléo Martin",
            "organisation": "acme",
            "department": "Paie",
            "site": "Lyon",
            "language": "fr",
            "time_zone": "paris",
        }
        answer = ana.post(f"{url}edit/", new, follow=True)
        cleo = Person.objects.get(pk=cast.cleo.pk)
        assert (cleo.name, str(cleo.organisation), str(cleo.department)) == ("Cléo Martin", "Acme", "Paie")
        assert (cleo.language, cleo.time_zone) == ("fr", "Europe/Paris")
        undo = re.search(r'action="(/contacts/changes/\d+/undo/)"', answer.content.decode())
        assert undo is not None
        ana.post(undo.group(1))
        assert Person.objects.get(pk=cast.cleo.pk).name == "Cleo Martin"

    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(self, cast: make.Cast, ana: Client) -> None:
        organisations.add_organisation("Out of sight", cast.ada)
        new = {"name": "Kept", "organisation": "Out of sight", "time_zone": "Atlantis"}
        page = ana.post(f"/contacts/{cast.cleo.pk}/edit/", new).content.decode()
        assert 'value="Kept"' in page and "No time zone has this name" in page and "This name cannot be used" in page
        assert Person.objects.get(pk=cast.cleo.pk).name == "Cleo Martin"
        page = ana.post(
            "/contacts/add/", {"name": "X", "email": "dan@customer.example", "organisation": "New"}
        ).content.decode()
        assert "belongs to somebody already" in page and "Dan Roth" not in page
        assert not Organisation.objects.filter(name="New").exists(), "nothing is made by half"

    def test_addresses(self, cast: make.Cast, ana: Client, ada: Client) -> None:
        url = f"/contacts/{cast.cleo.pk}/addresses/"
        ana.post(url, {"value": "cleo@home.example"})
        ana.post(url, {"value": "+33 6 00"})
        assert sorted(cast.cleo.identities.values_list("value", flat=True)) == [
            "+33600",
            "cleo@customer.example",
            "cleo@home.example",
        ]
        assert "belongs to somebody" in ana.post(url, {"value": "dan@customer.example"}, follow=True).content.decode()
        home = cast.cleo.identities.get(value="cleo@home.example")
        assert ana.post(f"{url}{home.pk}/first/").status_code == 404, "by it one signs in: for keepers"
        ada.post(f"{url}{home.pk}/first/")
        assert Person.objects.get(pk=cast.cleo.pk).email == "cleo@home.example"
        change = Change.objects.latest("pk")
        assert "Only those who keep" in ana.post(f"/contacts/changes/{change.pk}/undo/", follow=True).content.decode()
        ada.post(f"{url}{home.pk}/move/", {"to": cast.dan.pk})
        assert Person.objects.get(pk=cast.dan.pk).identities.filter(value="cleo@home.example").exists()

    def test_notes_are_for_agents_who_see_the_person(self, cast: make.Cast, ana: Client, ben: Client) -> None:
        ana.post(f"/contacts/{cast.cleo.pk}/notes/", {"text": "Prefers <b>mornings</b>."})
        note = Note.objects.get()
        assert "Prefers &lt;b&gt;mornings" in ana.get(f"/contacts/{cast.cleo.pk}/").content.decode()
        assert ben.post(f"/contacts/notes/{note.pk}/", {"text": "mine"}).status_code == 404
        ana.post(f"/contacts/notes/{note.pk}/", {"text": "Evenings."})
        assert Note.objects.get().text == "Evenings."
        gone = ana.post(f"/contacts/notes/{note.pk}/", {"remove": "1"}, follow=True).content.decode()
        assert not Note.objects.exists() and 'name="text" value="Evenings."' in gone, "the toast brings it back"

    def test_merging_is_for_keepers_who_see_both(self, cast: make.Cast, ana: Client, ada: Client) -> None:
        url = f"/contacts/{cast.cleo.pk}/merge/"
        assert ana.get(url).status_code == ana.post(url, {"with": cast.dan.pk}).status_code == 404
        assert ada.post(url, {"with": cast.ben.pk}).status_code == 404, "no colleague"
        compared = ada.get(f"{url}?with={cast.dan.pk}").content.decode()
        assert "dan@customer.example" in compared and "stays" in compared
        page = ada.post(url, {"with": cast.dan.pk}, follow=True).content.decode()
        assert "Dan Roth is merged" in page
        assert ada.get(f"/contacts/{cast.dan.pk}/").headers["Location"] == f"/contacts/{cast.cleo.pk}/"
        assert names(ada, "/contacts/?q=roth") == []
        change = Change.objects.get(kind="merged")
        assert ana.post(f"/contacts/changes/{change.pk}/undo/", follow=True).status_code == 200
        assert Person.objects.get(pk=cast.dan.pk).merged_into == cast.cleo, "an agent cannot take it back"
        ada.post(f"/contacts/changes/{change.pk}/undo/")
        assert names(ada, "/contacts/?q=roth") == ["Dan Roth"]

    def test_whoever_is_the_same_is_found_without_scripts(self, cast: make.Cast, ada: Client) -> None:
        page = ada.get(f"/contacts/{cast.cleo.pk}/merge/?q=roth").content.decode()
        assert f'name="with" value="{cast.dan.pk}"' in page
        assert 'value="roth"' in page
        moving = f"/contacts/{cast.cleo.pk}/addresses/{cast.cleo.identities.get().pk}/move/?q=roth"
        assert f'name="to" value="{cast.dan.pk}"' in ada.get(moving).content.decode()
        assert "Nobody is found" in ada.get(f"/contacts/{cast.cleo.pk}/merge/?q=zzzz").content.decode()

    def test_who_shares_and_belongs_is_for_keepers(self, cast: make.Cast, ana: Client, ada: Client) -> None:
        acme = Organisation.objects.get(name="Acme")
        url = f"/contacts/organisations/{acme.pk}/edit/"
        new = {"name": "Acme SA", "is_shared": "on", "domains": "acme.example\ncustomer.example"}
        ana.post(url, new)
        acme.refresh_from_db()
        assert acme.name == "Acme SA" and not acme.is_shared and not acme.domains.exists()
        ada.post(url, new)
        acme.refresh_from_db()
        assert acme.is_shared and acme.domains.count() == 2

    def test_deactivated_and_back(self, cast: make.Cast, ana: Client) -> None:
        ana.post(f"/contacts/{cast.cleo.pk}/active/", {"active": "0"})
        assert names(ana, "/contacts/") == [] and names(ana, "/contacts/?inactive=1") == ["Cleo Martin"]
        ana.post(f"/contacts/{cast.cleo.pk}/active/", {"active": "1"})
        assert names(ana, "/contacts/") == ["Cleo Martin"]
        assert ana.post(f"/contacts/{cast.ben.pk}/active/", {"active": "0"}).status_code == 404, "no colleague"


@pytest.mark.django_db(transaction=True)
class TestJourney:
    @pytest.fixture
    def cast(self, transactional_db: None) -> make.Cast:
        return make.cast()

    def test_find_change_note_and_merge_by_hand(self, enter: Enter, cast: make.Cast) -> None:
        make.ticket("The printer is dark", to=cast.support, of=cast.cleo)
        twin = make.person("c.martin@home.example", name="Cléo Martin")
        make.ticket("At home too", to=cast.support, of=twin)
        page = enter(cast.ada)
        page.goto("/contacts/")
        page.get_by_role("searchbox").fill("cloe matrin")
        expect(page.locator(".table-people .row-link")).to_have_text(["Cleo Martin", "Cléo Martin"])
        assert "q=cloe" in page.url, "what was found can be come back to"
        assert flaws(page) == []
        page.get_by_role("link", name="Cleo Martin", exact=True).click()
        page.get_by_label("New note").fill("Calls after five.")
        page.get_by_role("button", name="Save the note").click()
        expect(page.locator(".contact-note")).to_contain_text("Calls after five.")
        assert flaws(page) == []
        page.get_by_role("link", name="Compare Cléo Martin").click()
        page.wait_for_url("**/merge/**")
        assert flaws(page) == []
        page.get_by_role("button", name="Merge").click()
        expect(page.locator(".contact-tickets")).to_contain_text("At home too")
        expect(page.locator(".identities").first).to_contain_text("c.martin@home.example")
        page.locator(".toast").get_by_role("button", name="Undo").click()
        expect(page.locator(".contact-tickets")).not_to_contain_text("At home too")
        page.goto("/contacts/organisations/")
        page.get_by_role("link", name="Acme").click()
        page.wait_for_url(f"**/organisations/{Organisation.objects.get(name='Acme').pk}/")
        assert flaws(page) == []
        page.get_by_role("link", name="Change").click()
        page.wait_for_url("**/edit/")
        assert flaws(page) == []
        page.get_by_label("Mail domains").fill("customer.example")
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".facts")).to_contain_text("customer.example")
