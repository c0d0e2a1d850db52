"""Made-up requests: what no page of ours sends is refused or not found, and never breaks a page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from guichet.conditions.fields import Asker
from guichet.people.models import ExtraField
from guichet.tickets import actions, bulk
from guichet.tickets.events import By
from guichet.tickets.fields import tags_seen
from guichet.tickets.models import Message, Status, Ticket
from tests import make
from tests.browser import client_of

pytestmark = pytest.mark.django_db
HTMX: Any = {"HTTP_HX_REQUEST": "true"}
NUL = "a\x00b"


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket("The printer is dark", to=cast.support, of=cast.cleo)


@pytest.mark.parametrize(
    "path",
    [
        "/condition/complete/?q=requester:", "/condition/complete/?q=organisation:", "/people/?q=", "/palette/?q=",
        "/contacts/?q=", "/contacts/find/?q=", "/contacts/organisations/?q=", "/search/?q=", "/tickets/?q=",
        "/tickets/{n}/merge/?q=", "/tickets/{n}/link/?q=", "/tickets/{n}/earlier/?q=", "/tickets/{n}/mentionable/?q=",
    ],
)  # fmt: skip
def test_a_letter_that_no_column_holds_finds_nothing(path: str, cast: make.Cast, ticket: Ticket) -> None:
    answer = client_of(cast.ada).get(path.format(n=ticket.number) + "a%00b")
    assert answer.status_code in (200, 422)


def test_a_way_back_is_a_path_and_nothing_else(ticket: Ticket, ana: Client) -> None:
    url = f"/tickets/{ticket.number}/unseen/"
    assert ana.post(url, {"back": "/tickets/?view=all"})["Location"] == "/tickets/?view=all"
    for back in ("zzz", "contacts:people", "a:b", NUL, "//evil.example/", "https://evil.example/", "/\\evil.example"):
        assert ana.post(url, {"back": back})["Location"] == "/", back
        assert ana.post("/bulk/", {"act": "x", "t": "1", "back": back})["Location"] == "/", back
        assert ana.post("/columns/", {"back": back})["Location"] == "/", back


def test_numbers_of_any_length(cast: make.Cast, ticket: Ticket, ana: Client) -> None:
    for word in ("9" * 30, "9" * 5000, "²", "-1", f"{'0' * 17}{cast.ana.pk}{'9' * 20}"):
        assert ana.get(f"/tickets/{ticket.number}/type/?type={word}").status_code == 404
        assert ana.post(f"/tickets/{ticket.number}/type/", {"type": word}, **HTMX).status_code == 404
        for verb in ("assignee", "team"):
            with pytest.raises(actions.Refused):
                bulk.begin(cast.ana, verb, word, pks=[ticket.pk])


def test_words_of_any_kind(cast: make.Cast, ticket: Ticket, ana: Client) -> None:
    assert ana.post("/bulk/", {"act": f"tag:{NUL}", "t": ticket.pk}, **HTMX).status_code == 200
    assert list(ticket.tags.values_list("name", flat=True)) == ["a b"]
    actions.assign(ticket, cast.ana, By(cast.ada))
    ada = client_of(cast.ada)
    assert ada.post(f"/tickets/{ticket.number}/whisper/", {"text": f"{NUL}\r\nc"}, **HTMX).status_code == 200
    assert ticket.messages.latest("pk").text.endswith("ab\nc")
    ExtraField.objects.create(of="ticket", key="wiki", label="Wiki", kind="link")
    forged = {"undoing": "1", "before": '{"wiki": "https://a.example/\\u0000\\ud800"}'}
    assert ana.post(f"/tickets/{ticket.number}/fields/", forged, **HTMX).status_code == 200
    ticket.refresh_from_db()
    assert ticket.extra == {"wiki": "https://a.example/"}


def test_help_of_a_field_is_text(cast: make.Cast, ticket: Ticket, ana: Client) -> None:
    for of, url in (("ticket", f"/tickets/{ticket.number}/fields/"), ("person", "/contacts/add/")):
        ExtraField.objects.create(of=of, key="floor", label="Floor", help_text="<b>bold</b>")
        shown = ana.get(url).content.decode()
        assert ("&lt;b&gt;bold&lt;/b&gt;" in shown, "<b>bold" in shown) == (True, False), url


def test_a_version_that_never_was(ticket: Ticket, ana: Client) -> None:
    actions.reply(ticket, actions.Words(text="x", to=[{"name": "", "address": "x@customer.example"}]), By(), seen=None)
    waiting = ticket.messages.latest("pk")
    for path in ("reply", f"reschedule/{waiting.pk}", f"release/{waiting.pk}"):
        fields = {"text": "x", "seen": 2**31, "to": "cleo@customer.example"}
        assert ana.post(f"/tickets/{ticket.number}/{path}/", fields, **HTMX).status_code < 500, path
    assert ana.post(f"/tickets/{ticket.number}/drafts/note/", {"text": "x", "version": 2**31}).status_code == 409


@pytest.mark.parametrize("year", [9999, timezone.now().year + 3])
def test_no_reply_waits_for_years(year: int, ticket: Ticket, ana: Client) -> None:
    fields = {"text": "Later.", "seen": ticket.version, "later": "at", "send_at": f"{year}-12-31T23:59"}
    assert ana.post(f"/tickets/{ticket.number}/reply/", fields, **HTMX).status_code == 422
    asked = {**fields, "to": "x@maker.example", "subject": "Part"}
    assert ana.post(f"/tickets/{ticket.number}/ask/", asked, **HTMX).status_code == 422
    new = {**asked, "alias": ticket.inbox.address}
    assert ana.post("/tickets/new/", new, **HTMX).status_code == 422
    assert not Message.objects.filter(kind="outbound").exists()


def test_an_item_without_words_or_gone_meanwhile(
    cast: make.Cast, ticket: Ticket, ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = actions.add_items(ticket, ["Call"], By(cast.ana))[0]
    url = f"/tickets/{ticket.number}/checklist/{item.pk}"
    assert ana.post(f"{url}/", {"words": "\x01"}, **HTMX).status_code == 422
    monkeypatch.setattr("guichet.desk.work.views._item", lambda request, number, pk: (ticket, item))
    actions.remove_item(item, By(cast.ana))
    item.pk = 999_999_999
    for path, values in (("/tick/", {"done": "1"}), ("/", {"move": "up"}), ("/", {"words": "x"}), ("/remove/", {})):
        assert ana.post(url + path, values, **HTMX).status_code == 422, path


class TestTags:
    def test_the_menu_tells_of_no_hidden_ticket(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        hidden = make.ticket("Audit", to=cast.billing)
        actions.set_tags(hidden, ["dismissal"], By(cast.ada))
        actions.set_tags(make.ticket(to=cast.support), ["toner"], By(cast.ada))
        menu = ana.get(f"/tickets/{ticket.number}/tags/").content.decode()
        assert ("toner" in menu, "dismissal" in menu) == (True, False)
        assert list(tags_seen(Asker(cast.ana))) == ["toner"]

    def test_one_is_put_on_beside_those_of_a_moment_ago(self, cast: make.Cast, ticket: Ticket) -> None:
        stale = Ticket.objects.get(pk=ticket.pk)
        actions.set_tags(ticket, ["toner"], By(cast.ada))
        assert actions.toggle_tag(stale, " Floor  2 ", By(cast.ana)) == (["toner"], ["floor 2", "toner"])
        assert sorted(ticket.tags.values_list("name", flat=True)) == ["floor 2", "toner"]
        assert actions.toggle_tag(stale, "toner", By(cast.ana)) == (["floor 2", "toner"], ["floor 2"])
        assert list(ticket.tags.values_list("name", flat=True)) == ["floor 2"]

    def test_undo_gives_back_exactly_what_was_there(self, cast: make.Cast, ticket: Ticket, ana: Client) -> None:
        def tags() -> list[str]:
            return sorted(ticket.tags.values_list("name", flat=True))

        actions.set_tags(ticket, ["a", "b"], By(cast.ada))
        answer = ana.post(f"/tickets/{ticket.number}/tags/", {"toggle": "b"}, **HTMX)
        undo = json.loads(answer["HX-Trigger"])["toast"]["undo"]
        for _twice in range(2):
            ana.post(undo["url"], {**undo["values"], "undoing": "1"}, **HTMX)
            assert tags() == ["a", "b"], "a second undo takes nothing off"
        answer = ana.post(f"/tickets/{ticket.number}/tags/", {"toggle": "c"}, **HTMX)
        undo = json.loads(answer["HX-Trigger"])["toast"]["undo"]
        actions.set_tags(ticket, ["a", "b", "c", "d"], By(cast.ada))
        refused = ana.post(undo["url"], {**undo["values"], "undoing": "1"}, **HTMX)
        assert refused.status_code == 422 and "Somebody changed the tags since" in refused["HX-Trigger"]
        assert tags() == ["a", "b", "c", "d"]


def test_the_history_names_no_sealed_inbox(cast: make.Cast, ticket: Ticket, ana: Client) -> None:
    sealed = make.inbox("hr@desk.example", team_name="Dismissals", is_confidential=True)
    for inbox in (sealed, cast.billing, cast.support):
        actions.move(ticket, inbox, By(cast.ada, "desk"))
    page = ana.get(f"/tickets/{ticket.number}/").content.decode()
    told = [f"moved this to {name}" in page for name in ("another inbox", "Billing", "Support")]
    assert (told, "moved this to Dismissals" in page) == ([True, True, True], False)


def test_another_team_keeps_the_owner_of_a_moment_ago(cast: make.Cast, ticket: Ticket) -> None:
    stale = Ticket.objects.get(pk=ticket.pk)
    actions.claim(ticket, By(cast.ana, "desk"), seen=None)
    handed = actions.hand_to_team(stale, cast.billing.team, By(cast.ada, "desk"))
    assert (handed.assignee, handed.team, handed.status) == (cast.ana, cast.billing.team, Status.OPEN)
