"""Drafts kept by the desk: versions, other devices, and a colleague's hands."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guichet.people.models import Person
from guichet.tickets import actions
from guichet.tickets.actions import DraftMoved, DraftWords, Refused
from guichet.tickets.events import By
from guichet.tickets.models import Category, Draft, Ticket
from guichet.tickets.models.sorting import USUAL
from tests import make
from tests.browser import client_of

HTMX: Any = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket("The printer is dark", to=cast.support, of=cast.cleo)


def keep(client: Client, ticket: Ticket, text: str, version: int, panel: str = "reply", **more: str) -> Any:
    fields = {"text": text, "version": version, **more}
    return client.post(f"/tickets/{ticket.number}/drafts/{panel}/", fields, **HTMX)


@pytest.mark.django_db
class TestKeeping:
    def test_each_change_is_a_version(self, ticket: Ticket, ana: Client) -> None:
        assert keep(ana, ticket, "Half", 0).json() == {"version": 1}
        assert keep(ana, ticket, "Half an answer", 1, cc="dan@customer.example").json() == {"version": 2}
        draft = Draft.objects.get()
        assert (draft.text, draft.cc, draft.panel) == ("Half an answer", "dan@customer.example", "reply")
        page = ana.get(f"/tickets/{ticket.number}/").content.decode()
        assert '"version": 2, "text": "Half an answer"' in page

    def test_the_slower_device_overwrites_nothing(self, ticket: Ticket, ana: Client) -> None:
        keep(ana, ticket, "First", 0)
        keep(ana, ticket, "Second", 1)
        for seen in (0, 1, 3):
            answer = keep(ana, ticket, "Other", seen)
            assert answer.status_code == 409
            assert (answer.json()["version"], answer.json()["text"]) == (2, "Second")
        assert Draft.objects.get().text == "Second"

    def test_nothing_is_kept_of_nothing(self, ticket: Ticket, ana: Client) -> None:
        assert keep(ana, ticket, "  ", 0).json() == {"version": 0}
        keep(ana, ticket, "x", 0)
        assert keep(ana, ticket, "", 1).json() == {"version": 0}
        assert not Draft.objects.exists()

    def test_sheets_and_people_have_their_own(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        ada = client_of(cast.ada)
        for client, panel in ((ana, "reply"), (ana, "note"), (ana, "ask"), (ada, "reply")):
            assert keep(client, ticket, panel, 0, panel).status_code == 200
        assert "note" not in [draft.panel for draft in Draft.objects.own(cast.ada)]
        assert keep(ana, ticket, "x", 0, "letter").status_code == 404

    def test_it_goes_with_its_message(self, ticket: Ticket, ana: Client) -> None:
        keep(ana, ticket, "Try the switch.", 0)
        keep(ana, ticket, "A note", 0, "note")
        fields = {"text": "Try the switch.", "seen": ticket.version}
        assert ana.post(f"/tickets/{ticket.number}/reply/", fields, **HTMX).status_code == 200
        assert [draft.panel for draft in Draft.objects.all()] == ["note"]
        ana.post(f"/tickets/{ticket.number}/note/", {"text": "A note"}, **HTMX)
        assert not Draft.objects.exists()

    def test_what_another_device_wrote_since_is_not_lost_with_it(self, ticket: Ticket, ana: Client) -> None:
        keep(ana, ticket, "From the office", 0)
        keep(ana, ticket, "From the train, longer", 1)
        fields = {"text": "From the office, done", "seen": ticket.version, "draft": 1}
        answer = ana.post(f"/tickets/{ticket.number}/reply/", fields, **HTMX)
        assert answer.status_code == 200 and '"draft-left": {"panel": "reply"}' in answer["HX-Trigger"]
        assert Draft.objects.get().text == "From the train, longer"
        ticket.refresh_from_db()
        answer = ana.post(f"/tickets/{ticket.number}/note/", {"text": "Sent it.", "draft": ""}, **HTMX)
        assert "draft-left" not in answer["HX-Trigger"]
        ticket.refresh_from_db()
        fields = {"text": "From the train, longer.", "seen": ticket.version, "draft": 1}
        assert ana.post(f"/tickets/{ticket.number}/reply/", fields, **HTMX).status_code == 200
        assert not Draft.objects.exists(), "its words went out: nothing is left of it"

    def test_without_scripts_it_is_said(self, ticket: Ticket, ana: Client) -> None:
        keep(ana, ticket, "From the train", 0)
        box = ana.get(f"/tickets/{ticket.number}/compose/?kept={Draft.objects.get().pk}").content.decode()
        assert '<input type="hidden" name="draft" value="1">' in box
        keep(ana, ticket, "From the train, longer", 1)
        fields = {"text": "From the office", "seen": ticket.version, "draft": 1}
        page = ana.post(f"/tickets/{ticket.number}/reply/", fields, follow=True).content.decode()
        assert "What you wrote on another device was not sent" in page
        note = {"text": "x", "draft": "0"}
        keep(ana, ticket, "A longer note", 0, "note")
        page = ana.post(f"/tickets/{ticket.number}/note/", note, follow=True).content.decode()
        assert "What you wrote on another device was not sent" in page
        assert sorted(draft.panel for draft in Draft.objects.all()) == ["note", "reply"]

    def test_it_stays_when_the_reply_is_refused(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        keep(ana, ticket, "Try the switch.", 0)
        actions.receive(ticket, actions.Words(text="Forget it"), cast.cleo, By(cast.cleo, "email"))
        fields = {"text": "Try the switch.", "seen": ticket.version}
        assert ana.post(f"/tickets/{ticket.number}/reply/", fields, **HTMX).status_code == 409
        assert Draft.objects.get().text == "Try the switch."

    def test_files_and_pictures_wait_too(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        file = ana.post("/uploads/", {"file": SimpleUploadedFile("plan.pdf", b"%PDF")}).json()
        shot = ana.post("/uploads/", {"file": SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"0" * 20)}).json()
        html = f'<p>See <img src="{shot["picture"]}"></p>'
        keep(ana, ticket, "x", 0, html=html, file=file["token"])
        page = ana.get(f"/tickets/{ticket.number}/").content.decode()
        assert '"name": "plan.pdf"' in page
        again = re.search(r"/uploads/[^/]+/(?=\\u0022|\\\")", page.split('id="drafts"')[1])
        assert again is not None
        assert ana.get(again[0]).status_code == 200

    def test_nobody_else_hears_of_it(self, cast: make.Cast, ticket: Ticket, ana: Client, ben: Client) -> None:
        version, told = ticket.version, ticket.events.count()
        keep(ana, ticket, "Not for your eyes", 0)
        ticket.refresh_from_db()
        assert (ticket.version, ticket.events.count()) == (version, told)
        for client in (client_of(cast.ada), ben, client_of(cast.cleo)):
            for url in (f"/tickets/{ticket.number}/", "/drafts/"):
                assert "Not for your eyes" not in client.get(url).content.decode()

    def test_the_page_costs_one_query_more_however_many(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        def cost() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert ana.get(f"/tickets/{ticket.number}/").status_code == 200
            return len(captured)

        cost()
        few = cost()
        for person in (cast.ana, cast.ada):
            for panel in ("reply", "note", "ask"):
                draft = actions.keep_draft(ticket, person, panel, DraftWords(text="x"), seen=0)
                if person == cast.ada and draft is not None:
                    actions.share_draft(draft, By(person, "desk"))
        assert cost() <= few + 1  # the name in the sentence of the hand-over


def keep_new(client: Client, text: str, kept: int, version: int, **more: str) -> Any:
    fields = {"text": text, "kept": kept or "", "version": version, "alias": "support@desk.example", **more}
    return client.post("/tickets/new/draft/", fields, **HTMX)


@pytest.mark.django_db
class TestOfNewTickets:
    def test_as_many_as_were_begun(self, cast: make.Cast, ana: Client) -> None:
        one = keep_new(ana, "Dear Dan", 0, 0, to="dan@customer.example", subject="Your printer").json()
        two = keep_new(ana, "Dear Cleo", 0, 0).json()
        assert one["kept"] != two["kept"]
        assert keep_new(ana, "Dear Dan, hello", one["kept"], 1).json() == {"version": 2, "kept": one["kept"]}
        page = ana.get("/drafts/").content.decode()
        assert (
            f'href="/tickets/new/?draft={one["kept"]}"' in page and f'href="/tickets/new/?draft={two["kept"]}"' in page
        )
        letter = ana.get(f"/tickets/new/?draft={one['kept']}").content.decode()
        assert ">Dear Dan, hello</textarea>" in letter and '"text": "Dear Dan, hello"' in letter
        assert "Dear" not in ana.get("/tickets/new/").content.decode()

    def test_the_slower_device_overwrites_nothing(self, cast: make.Cast, ana: Client) -> None:
        kept = keep_new(ana, "First", 0, 0).json()["kept"]
        keep_new(ana, "Second", kept, 1)
        answer = keep_new(ana, "Other", kept, 1)
        assert (answer.status_code, answer.json()["text"]) == (409, "Second")
        assert keep_new(ana, "", kept, 2).json() == {"version": 0, "kept": 0}
        assert not Draft.objects.exists()

    def test_nobody_elses(self, cast: make.Cast, ana: Client) -> None:
        kept = keep_new(ana, "Not for your eyes", 0, 0).json()["kept"]
        for person in (cast.ada, cast.ben, cast.cleo):
            client = client_of(person)
            for url in ("/drafts/", f"/tickets/new/?draft={kept}"):
                assert "Not for your eyes" not in client.get(url).content.decode()
            assert keep_new(client, "Mine now", kept, 1).status_code in (404, 409)
            assert client.post(f"/drafts/{kept}/discard/").status_code == 404
        assert Draft.objects.get().text == "Not for your eyes"

    def test_it_goes_with_its_ticket_and_stays_where_that_is_refused(self, cast: make.Cast, ana: Client) -> None:
        kept = keep_new(ana, "It is ready.", 0, 0, to="dan@customer.example", subject="Your printer").json()["kept"]
        fields = {
            "text": "It is ready.",
            "subject": "Your printer",
            "alias": "support@desk.example",
            "kept": kept,
            "draft": 1,
        }
        assert ana.post("/tickets/new/", {**fields, "to": ""}, **HTMX).status_code == 422
        assert Draft.objects.exists()
        answer = ana.post("/tickets/new/", {**fields, "to": "dan@customer.example"}, **HTMX)
        assert answer["HX-Redirect"].startswith("/tickets/")
        assert not Draft.objects.exists()

    def test_by_what_it_is_to_be_sorted_is_kept_too(self, cast: make.Cast, ana: Client) -> None:
        network, old = Category.objects.create(name="Network"), Category.objects.create(name="Old", is_active=False)
        actions.save_matrix(USUAL)
        chosen = {"category": str(network.pk), "impact": "1", "urgency": "2"}
        kept = keep_new(ana, "Dear Dan", 0, 0, **chosen).json()["kept"]
        page = ana.get(f"/tickets/new/?draft={kept}").content.decode()
        shown = re.findall(r'<select[^>]* name="(\w+)"(?:(?!</select>).)*? value="(\d+)" selected', page, re.DOTALL)
        assert chosen.items() <= dict(shown).items()
        assert chosen.items() <= keep_new(ana, "Other", kept, 0, category="").json()["fields"].items()
        # What nobody can choose is no reason to lose the words.
        answer = keep_new(ana, "Dear Dan, hello", kept, 1, category=str(old.pk), impact="9", urgency="")
        assert answer.status_code == 200
        draft = Draft.objects.get()
        assert (draft.text, draft.category, draft.impact, draft.urgency) == ("Dear Dan, hello", None, None, None)

    def test_a_category_that_is_gone_takes_no_draft_along(self, cast: make.Cast, ana: Client) -> None:
        network = Category.objects.create(name="Network")
        kept = keep_new(ana, "Dear Dan", 0, 0, category=str(network.pk)).json()["kept"]
        Category.objects.filter(pk=network.pk).update(is_active=False)
        assert "Dear Dan" in ana.get(f"/tickets/new/?draft={kept}").content.decode()
        network.delete()
        assert Draft.objects.get().category is None

    def test_thrown_away_and_back(self, cast: make.Cast, ana: Client) -> None:
        one, two = (keep_new(ana, text, 0, 0, subject=text).json()["kept"] for text in ("Dear Dan", "Dear Cleo"))
        ana.post(f"/drafts/{one}/discard/")
        assert f"draft={one}" not in ana.get("/drafts/").content.decode()
        ana.post(f"/drafts/{one}/discard/", {"undoing": "1"})
        page = ana.get("/drafts/").content.decode()
        assert f"draft={one}" in page and f"draft={two}" in page


@pytest.mark.django_db
class TestInOtherHands:
    def shared(self, ticket: Ticket, person: Person, text: str = "Dear Cleo, so far") -> Draft:
        draft = actions.keep_draft(ticket, person, "reply", DraftWords(text=text), seen=0)
        assert draft is not None
        actions.share_draft(draft, By(person, "desk"))
        draft.refresh_from_db()
        return draft

    def test_handed_over_taken_and_sent(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        draft = self.shared(ticket, cast.ada)
        page = ana.get(f"/tickets/{ticket.number}/").content.decode()
        assert "Draft of Ada King" in page
        assert "handed a draft to the team" in page
        assert "Draft of Ada King" in ana.get("/drafts/").content.decode()
        answer = ana.post(f"/tickets/{ticket.number}/drafts/{draft.pk}/take/", **HTMX)
        assert answer["HX-Redirect"] == f"/tickets/{ticket.number}/"
        page = ana.get(f"/tickets/{ticket.number}/").content.decode()
        assert '"text": "Dear Cleo, so far"' in page
        assert "took over the draft of Ada King" in page
        ticket.refresh_from_db()
        fields = {"text": "Dear Cleo, all done", "seen": ticket.version, "draft": Draft.objects.get().version}
        assert ana.post(f"/tickets/{ticket.number}/reply/", fields, **HTMX).status_code == 200
        page = ana.get(f"/tickets/{ticket.number}/").content.decode()
        assert "Begun by Ada King" in page
        draft.refresh_from_db()
        assert draft.message == ticket.messages.latest("pk")
        assert [part["person"] for part in draft.parts] == [cast.ada.pk]
        assert not Draft.objects.unsent().exists()

    def test_without_scripts_too(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        draft = self.shared(ticket, cast.ada)
        page = ana.post(f"/tickets/{ticket.number}/drafts/{draft.pk}/take/", follow=True).content.decode()
        assert "Dear Cleo, so far</textarea>" in page

    def test_only_one_takes_it(self, cast: make.Cast, ticket: Ticket) -> None:
        draft = self.shared(ticket, cast.ada)
        actions.take_draft(draft, By(cast.ana, "desk"))
        with pytest.raises(Refused, match="Somebody else took this draft over"):
            actions.take_draft(draft, By(cast.ada, "desk"))

    def test_what_was_sent_or_taken_meanwhile_is_not_thrown_away(self, cast: make.Cast, ticket: Ticket) -> None:
        draft = self.shared(ticket, cast.ada)
        stale = Draft.objects.get(pk=draft.pk)
        actions.take_draft(draft, By(cast.ana, "desk"))
        for act in (actions.discard_draft, actions.bring_draft_back):
            with pytest.raises(Refused, match="somebody else took it over"):
                act(stale)
        own = Draft.objects.own(cast.ana).get()
        Draft.objects.filter(pk=own.pk).delete()  # sent from another window
        with pytest.raises(Refused, match="was sent"):
            actions.discard_draft(own)
        with pytest.raises(Refused, match="no longer yours"):
            actions.share_draft(own, By(cast.ana, "desk"))

    def test_an_own_beginning_is_not_overwritten(self, cast: make.Cast, ticket: Ticket) -> None:
        draft = self.shared(ticket, cast.ada)
        actions.keep_draft(ticket, cast.ana, "reply", DraftWords(text="Mine"), seen=0)
        with pytest.raises(Refused, match="an answer of your own"):
            actions.take_draft(draft, By(cast.ana, "desk"))
        assert Draft.objects.own(cast.ana).get().text == "Mine"

    def test_customers_and_other_teams_see_nothing(self, cast: make.Cast, ticket: Ticket, ben: Client) -> None:
        draft = self.shared(ticket, cast.ada, "Inside words")
        for client in (ben, client_of(cast.cleo), client_of(cast.dan)):
            assert "Inside words" not in client.get(f"/tickets/{ticket.number}/").content.decode()
            assert client.post(f"/tickets/{ticket.number}/drafts/{draft.pk}/take/").status_code in (404, 302)
        assert not Draft.objects.visible_to(cast.cleo).exists()
        assert "Inside words" not in client_of(cast.cleo).get("/requests/", follow=True).content.decode()

    def test_who_comes_back_may_have_it_back(self, cast: make.Cast, ticket: Ticket) -> None:
        draft = self.shared(ticket, cast.ana)
        actions.keep_draft(ticket, cast.ana, "note", DraftWords(text="meanwhile"), seen=0)
        actions.take_draft(draft, By(cast.ana, "desk"))
        assert Draft.objects.own(cast.ana).count() == 2

    def test_thrown_away_and_back(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        keep(ana, ticket, "Half", 0)
        draft = Draft.objects.get()
        ana.post(f"/drafts/{draft.pk}/discard/")
        assert "Half" not in ana.get("/drafts/").content.decode().split("Draft discarded")[-1]
        assert keep(ana, ticket, "Anew", 0).status_code == 200
        ana.post(f"/drafts/{draft.pk}/discard/", {"undoing": "1"})
        assert Draft.objects.own(cast.ana).get().text == "Anew"
        ana.post(f"/drafts/{Draft.objects.own(cast.ana).get().pk}/discard/")
        ana.post(f"/drafts/{draft.pk}/discard/", {"undoing": "1"})
        assert Draft.objects.own(cast.ana).get().text == "Half"


@pytest.mark.django_db(transaction=True)
def test_two_devices_begin_at_the_same_moment(cast: make.Cast, ticket: Ticket) -> None:
    actions.keep_draft(ticket, cast.ana, "reply", DraftWords(text="one"), seen=0)
    with pytest.raises(DraftMoved):
        actions.keep_draft(ticket, cast.ana, "reply", DraftWords(text="two"), seen=0)
