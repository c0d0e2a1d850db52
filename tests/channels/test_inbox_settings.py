"""What stands around answers, under which addresses they leave, and whose word counts: as an administrator sets it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from guichet.tickets.models import Inbox
from tests import make
from tests.browser import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def ada(cast: make.Cast) -> Client:
    return client_of(cast.ada)


def save(client: Client, inbox: Inbox, **typed: Any) -> str:
    form = {
        "address": inbox.address, "name": inbox.name, "team": inbox.team_id, "language": inbox.language,
        "quote_history": inbox.quote_history, "is_active": "on", **typed,
    }  # fmt: skip
    answer = client.post(f"/settings/inboxes/{inbox.pk}/", form, follow=True)
    inbox.refresh_from_db()
    return answer.content.decode()


def test_aliases_in_lower_case_each_once_and_never_the_address_itself(cast: make.Cast, ada: Client) -> None:
    save(ada, cast.support, aliases="Help@Desk.example\nsupport@desk.example, help@desk.example\n aide@desk.example")
    assert cast.support.aliases == ["help@desk.example", "aide@desk.example"]
    assert "help@desk.example\naide@desk.example" in ada.get(f"/settings/inboxes/{cast.support.pk}/").content.decode()


@pytest.mark.parametrize(
    ("aliases", "words"),
    [
        ("billing@desk.example", "billing@desk.example belongs to another inbox."),
        ("taken@desk.example", "taken@desk.example belongs to another inbox."),
        ("hello+more@desk.example", "A plus sign cannot stand"),
        ("nobody", "nobody: This is not a mail address."),
    ],
)
def test_an_address_leads_to_one_inbox(aliases: str, words: str, cast: make.Cast, ada: Client) -> None:
    Inbox.objects.filter(pk=cast.billing.pk).update(aliases=["taken@desk.example"])
    assert words in save(ada, cast.support, aliases=aliases)
    assert cast.support.aliases == []


def test_no_new_inbox_takes_an_alias(cast: make.Cast, ada: Client) -> None:
    Inbox.objects.filter(pk=cast.billing.pk).update(aliases=["taken@desk.example"])
    assert "taken@desk.example belongs to another inbox." in save(ada, cast.support, address="taken@desk.example")
    assert cast.support.address == "support@desk.example"


def test_words_around_answers_in_each_language(cast: make.Cast, ada: Client) -> None:
    save(
        ada, cast.support,
        salutation_fr="Bonjour {name},", signature_fr="Cordialement\r\n{agent}", salutation_de="Guten Tag {first_name},",
    )  # fmt: skip
    assert cast.support.wording == {
        "fr": {"salutation": "Bonjour {name},", "signature": "Cordialement\n{agent}"},
        "de": {"salutation": "Guten Tag {first_name},"},
    }
    save(ada, cast.support, signature_de="Grüße")
    assert cast.support.wording == {"de": {"signature": "Grüße"}}


@pytest.mark.parametrize(("field", "words"), [("salutation_en", "Dear {nmae}"), ("signature_fr", "{name}")])
def test_a_placeholder_that_nobody_fills_is_told(field: str, words: str, cast: make.Cast, ada: Client) -> None:
    assert "is not known here" in save(ada, cast.support, **{field: words})
    assert cast.support.wording == {}


def test_whose_word_counts(cast: make.Cast, ada: Client) -> None:
    save(ada, cast.support, authserv_id=" MX.example.org ", checks_senders="on", agents_by_mail="on", flood_limit="40")
    inbox = cast.support
    assert (inbox.authserv_id, inbox.checks_senders, inbox.agents_by_mail) == ("mx.example.org", True, True)
    assert inbox.flood_limit == 40
    save(ada, cast.support, authserv_id="a b; c", flood_limit="0")
    assert (inbox.authserv_id, inbox.flood_limit) == ("mx.example.org", 40)
