"""Invitations, colleagues and teams: what administrators do, and what they are kept from."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from guichet.people.models import Identity, Invitation, Membership, Person, Role, Team
from guichet.tickets import actions
from guichet.tickets.events import By
from tests import make
from tests.browser import client_of

pytestmark = pytest.mark.django_db
NEW = "nina@desk.example"


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def ada(cast: make.Cast) -> Client:
    return client_of(cast.ada)


def invite(client: Client, email: str = NEW, **more: object) -> HttpResponse:
    form = {"email": email, "name": "Nina", "role": "agent", "language": "en", **more}
    answer = client.post("/settings/people/invite/", form, follow=True)
    assert isinstance(answer, HttpResponse)
    return answer


def door_of(mail: EmailMessage) -> str:
    found = re.search(r"http://localhost(/invitation/\S+)", str(mail.body))
    assert found is not None
    return found[1]


def accept(door: str, client: Client | None = None, **more: str) -> HttpResponse:
    form = {"name": "Nina Novak", "password1": "a brand new sentence", "password2": "a brand new sentence", **more}
    answer = (client or Client()).post(door, form)
    assert isinstance(answer, HttpResponse)
    return answer


def test_the_invited_choose_a_password_and_are_in_their_team(
    cast: make.Cast, ada: Client, mailoutbox: list[EmailMessage]
) -> None:
    team = cast.support.team
    invite(ada, teams=[team.pk], language="de")
    assert mailoutbox[0].to == [NEW]
    client = Client()
    door = door_of(mailoutbox[0])
    page = client.get(door)
    assert NEW in page.content.decode()
    assert page["Content-Language"] == "en" or b'lang="de"' in page.content
    assert accept(door, client)["Location"] == "/"
    nina = Person.objects.get(email=NEW)
    assert (nina.name, nina.role, nina.language, list(nina.teams.all())) == ("Nina Novak", "agent", "de", [team])
    assert Identity.objects.get(value=NEW).verified_at is not None
    assert client.get("/settings/me/").status_code == 200


def test_an_invitation_works_once_and_says_what_to_do_then(
    cast: make.Cast, ada: Client, mailoutbox: list[EmailMessage]
) -> None:
    invite(ada)
    door = door_of(mailoutbox[0])
    accept(door)
    for answer in (Client().get(door), accept(door)):
        assert answer.status_code == 410
        assert b"ask your administrator" in answer.content


def test_an_invitation_ends_after_72_hours(cast: make.Cast, ada: Client, mailoutbox: list[EmailMessage]) -> None:
    invite(ada)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(door_of(mailoutbox[0])).status_code == 410
    assert b"Expired" in ada.get("/settings/people/").content


def test_sending_again_ends_the_old_link(cast: make.Cast, ada: Client, mailoutbox: list[EmailMessage]) -> None:
    invite(ada, teams=[cast.support.team.pk])
    ada.post(f"/settings/people/invitations/{Invitation.objects.get().pk}/resend/")
    old, new = map(door_of, mailoutbox)
    assert Client().get(old).status_code == 410
    assert accept(new).status_code == 302
    assert list(Person.objects.get(email=NEW).teams.all()) == [cast.support.team]


def test_a_withdrawn_invitation_opens_nothing(cast: make.Cast, ada: Client, mailoutbox: list[EmailMessage]) -> None:
    invite(ada)
    ada.post(f"/settings/people/invitations/{Invitation.objects.get().pk}/withdraw/")
    assert accept(door_of(mailoutbox[0])).status_code == 410
    assert not Person.objects.filter(email=NEW).exists()


def test_a_colleague_cannot_be_invited_again(cast: make.Cast, ada: Client, mailoutbox: list[EmailMessage]) -> None:
    page = invite(ada, "ANA@desk.example", name="kept as typed").content.decode()
    assert "already belongs to Ana Lopez" in page
    assert "kept as typed" in page
    assert mailoutbox == []


def test_a_customer_becomes_a_colleague_with_all_they_wrote(
    cast: make.Cast, ada: Client, mailoutbox: list[EmailMessage]
) -> None:
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    invite(ada, "cleo@customer.example")
    accept(door_of(mailoutbox[0]))
    ticket.refresh_from_db()
    assert ticket.requester.role == Role.AGENT


def test_without_a_way_out_the_link_is_shown_to_pass_on(cast: make.Cast, ada: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "guichet.channels.email.sending.house.HouseBackend"
    settings.OUTGOING = ""
    page = invite(ada).content.decode()
    found = re.search(r'value="http://localhost(/invitation/[^"]+)"', page)
    assert found is not None
    assert accept(found[1]).status_code == 302


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"password2": "something else entirely"}, "differ"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password1": "nina@desk.example", "password2": "nina@desk.example"}, "too similar"),
        ({"name": " \t "}, "required"),
    ],
)
def test_a_bad_beginning_is_explained_and_the_name_kept(
    form: dict[str, str], words: str, cast: make.Cast, ada: Client, mailoutbox: list[EmailMessage]
) -> None:
    invite(ada)
    page = accept(door_of(mailoutbox[0]), **form)
    assert page.status_code == 200
    assert words in page.content.decode()
    assert form.get("name", "Nina Novak").strip() in page.content.decode()
    assert "new sentence" not in page.content.decode()


def test_role_teams_and_name_of_a_colleague(cast: make.Cast, ada: Client) -> None:
    billing = cast.billing.team
    ada.post(f"/settings/people/{cast.ana.pk}/", {"name": "Ana L", "role": "admin", "teams": [billing.pk]})
    cast.ana.refresh_from_db()
    assert (cast.ana.name, cast.ana.role) == ("Ana L", Role.ADMIN)
    assert list(cast.ana.teams.all()) == [billing]


def test_an_administrator_cannot_demote_or_lock_out_themselves(cast: make.Cast, ada: Client) -> None:
    page = ada.post(f"/settings/people/{cast.ada.pk}/", {"name": "Ada", "role": "agent"}).content.decode()
    assert "cannot take" in page
    ada.post(f"/settings/people/{cast.ada.pk}/active/", {"active": "0"})
    cast.ada.refresh_from_db()
    assert cast.ada.is_admin


def test_deactivated_means_signed_out_and_can_be_undone(cast: make.Cast, ada: Client) -> None:
    actions.assign(make.ticket(to=cast.support), cast.ana, By(cast.ada, "desk"))
    assert b"1 open ticket comes back" in ada.get(f"/settings/people/{cast.ana.pk}/").content
    ana = client_of(cast.ana)
    ada.post(f"/settings/people/{cast.ana.pk}/active/", {"active": "0"})
    assert ana.get("/settings/me/").status_code == 302
    assert b"deactivated" in ada.get("/settings/people/").content
    ada.post(f"/settings/people/{cast.ana.pk}/active/", {"active": "1"})
    assert ana.get("/settings/me/").status_code == 200


def test_customers_are_no_colleagues(cast: make.Cast, ada: Client) -> None:
    assert ada.get(f"/settings/people/{cast.cleo.pk}/").status_code == 404
    assert ada.post(f"/settings/people/{cast.cleo.pk}/", {"name": "x", "role": "admin"}).status_code == 404


def test_a_team_is_added_renamed_and_given_members(cast: make.Cast, ada: Client) -> None:
    ada.post("/settings/teams/add/", {"name": "Field", "members": [cast.ana.pk, cast.ben.pk]})
    team = Team.objects.get(name="Field")
    assert set(team.members.all()) == {cast.ana, cast.ben}
    ada.post(f"/settings/teams/{team.pk}/", {"name": "Field work", "members": [cast.ana.pk]})
    team.refresh_from_db()
    assert (team.name, list(team.members.all())) == ("Field work", [cast.ana])
    assert Membership.objects.filter(person=cast.ben, team=cast.billing.team).exists()


def test_a_name_that_is_taken_is_refused_in_the_form(cast: make.Cast, ada: Client) -> None:
    page = ada.post("/settings/teams/add/", {"name": "Billing", "members": [cast.ana.pk]}).content.decode()
    assert "already exists" in page
    assert re.search(rf'value="{cast.ana.pk}"[^>]*checked', page)


def test_only_an_unused_team_can_be_deleted(cast: make.Cast, ada: Client) -> None:
    used, free = cast.support.team, make.team("Nobody's")
    page = ada.post(f"/settings/teams/{used.pk}/delete/", follow=True).content.decode()
    assert "Give them to another team first" in page
    ada.post(f"/settings/teams/{free.pk}/delete/")
    assert Team.objects.filter(pk=used.pk).exists()
    assert not Team.objects.filter(pk=free.pk).exists()
