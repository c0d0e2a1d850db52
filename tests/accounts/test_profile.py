"""One's own profile: language, zone and colours take effect with the next word."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Page, expect

from guichet.accounts.forms import time_zones
from guichet.people.models import Person
from tests import make
from tests.browser import client_of, flaws

pytestmark = pytest.mark.django_db
PART = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def save(client: Client, **form: str) -> HttpResponse:
    answer = client.post(
        "/settings/me/", {"name": "Ana", "language": "en", "time_zone": "", "theme": "auto", **form}, **PART
    )
    assert isinstance(answer, HttpResponse)
    return answer


def test_a_new_language_brings_the_page_anew_in_it(cast: make.Cast) -> None:
    client = client_of(cast.ana)
    save(client)
    answer = save(client, language="fr")
    assert answer["HX-Refresh"] == "true"
    page = client.get("/settings/me/")
    assert page["Content-Language"] == "fr"
    assert b'lang="fr"' in page.content


def test_colours_hold_everywhere(cast: make.Cast) -> None:
    client = client_of(cast.ana)
    save(client)
    assert save(client, theme="dark")["HX-Refresh"] == "true"
    assert b'data-theme="guichet-dark"' in client.get("/settings/me/").content


def test_anything_else_is_said_in_a_toast(cast: make.Cast) -> None:
    client = client_of(cast.ana)
    save(client)
    answer = save(client, name="Ana Lopez y Ruiz")
    assert "toast" in answer["HX-Trigger"]
    cast.ana.refresh_from_db()
    assert cast.ana.name == "Ana Lopez y Ruiz"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Europe/Berlin", "Europe/Berlin"), ("new york", "America/New_York"), ("utc", "UTC"), ("", "")],
)
def test_a_zone_is_found_by_its_city(typed: str, kept: str, cast: make.Cast) -> None:
    save(client_of(cast.ana), time_zone=typed)
    cast.ana.refresh_from_db()
    assert cast.ana.time_zone == kept


def test_an_unknown_zone_is_explained_and_nothing_saved(cast: make.Cast) -> None:
    answer = save(client_of(cast.ana), time_zone="Atlantis/Poseidon", name="Other")
    assert b"No time zone has this name" in answer.content
    assert b"Atlantis/Poseidon" in answer.content
    cast.ana.refresh_from_db()
    assert (cast.ana.time_zone, cast.ana.name) == ("", "Ana Lopez")


def test_every_zone_offered_is_one_that_python_knows() -> None:
    assert len(time_zones()) > 300
    assert "Europe/Paris" in time_zones()
    assert all(zoneinfo.ZoneInfo(name).key == name for name in time_zones())


def test_nobody_raises_their_own_role_with_a_form_field_too_many(cast: make.Cast) -> None:
    save(client_of(cast.ana), role="admin", email="ada@desk.example", is_active="1")
    cast.ana.refresh_from_db()
    assert (cast.ana.role, cast.ana.email) == ("agent", "ana@desk.example")


def test_a_customer_has_a_profile_too_without_the_desk_around_it(cast: make.Cast) -> None:
    page = client_of(cast.cleo).get("/settings/me/").content.decode()
    assert "Your profile" in page
    assert "/settings/people/" not in page
    assert "/tickets/" not in page


def test_without_scripts_the_form_saves_and_comes_back(cast: make.Cast) -> None:
    client = client_of(cast.ana)
    form = {"name": "Ana", "language": "de", "time_zone": "", "theme": "auto"}
    answer = client.post("/settings/me/", form, follow=True)
    assert answer.redirect_chain == [("/settings/me/", 302)]
    assert b'lang="de"' in answer.content


def test_high_contrast_is_light_or_dark_as_the_device_is(enter: Callable[..., Page], cast: make.Cast) -> None:
    Person.objects.filter(pk=cast.ana.pk).update(theme="contrast")
    make.ticket(to=cast.support, of=cast.cleo)
    for scheme, ground in (("light", "rgb(255, 255, 255)"), ("dark", "rgb(0, 0, 0)")):
        page = enter(cast.ana, color_scheme=scheme)
        page.goto("/tickets/?view=all")
        assert page.eval_on_selector("body", "body => getComputedStyle(body).backgroundColor") == ground
        assert flaws(page, rules=["color-contrast-enhanced"]) == [], scheme


def test_a_device_that_asks_for_contrast_gets_it_in_any_theme(enter: Callable[..., Page], cast: make.Cast) -> None:
    page = enter(cast.ana, contrast="more", color_scheme="light")
    page.goto("/tickets/?view=all")
    expect(page.locator("body")).to_have_css("color", "rgb(0, 0, 0)")
    page.get_by_role("button", name="Your menu").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("body")).to_have_css("color", "rgb(255, 255, 255)")  # with the next frame
