"""The house-wide choices and where they show."""

from __future__ import annotations

import pytest
from django.test import Client

from guichet.people.models import Helpdesk, Person
from tests import make
from tests.browser import client_of

pytestmark = pytest.mark.django_db
DAYS = {"answer_days": "2", "wait_days": "5"}


@pytest.fixture
def ada() -> Client:
    return client_of(make.cast().ada)


def test_choices_of_the_house_are_saved_and_used(ada: Client) -> None:
    answer = ada.post("/settings/house/", {"name": "Counter 4", "language": "de", "time_zone": "new york", **DAYS})
    assert answer.status_code == 302
    saved = Helpdesk.objects.get()
    assert (saved.answer_days, saved.wait_days) == (2, 5)
    assert (saved.name, saved.language, saved.time_zone) == ("Counter 4", "de", "America/New_York")
    # whoever has not chosen a zone now has the house's
    assert not Person.objects.get(email="ada@desk.example").time_zone
    assert "America/New_York" in ada.get("/settings/me/").content.decode()


def test_an_unknown_zone_is_refused_beside_its_field(ada: Client) -> None:
    answer = ada.post("/settings/house/", {"name": "X", "language": "en", "time_zone": "Atlantis", **DAYS})
    assert answer.status_code == 200
    assert "No time zone has this name" in answer.content.decode()
    assert not Helpdesk.objects.exists()
