"""Signing in, out, and back in by mail; what strangers learn by trying: nothing."""

from __future__ import annotations

import re
import statistics
import time
from datetime import timedelta
from email.message import Message as Mail
from typing import Any

import pytest
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from guichet.accounts import tasks
from guichet.people.models import Identity, Person
from tests import make
from tests.browser import client_of

pytestmark = pytest.mark.django_db
LINK = re.compile(r"http://\S+")


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


def sign_in(address: str, password: str = make.PASSWORD, client: Client | None = None, **more: Any) -> HttpResponse:
    answer = (client or Client()).post("/account/login/", {"login": address, "password": password}, **more)
    assert isinstance(answer, HttpResponse)
    return answer


def errors(answer: HttpResponse) -> str:
    found = re.findall(r"</svg><span>([^<]*)</span></p>", answer.content.decode())
    return " ".join(found)


def link_of(mail: EmailMessage) -> str:
    found = LINK.search(str(mail.body))
    assert found is not None
    return found[0]


def ask_reset(address: str, **more: Any) -> HttpResponse:
    """Asks, and does what the worker would do then."""
    known = list(ProcrastinateJob.objects.values_list("pk", flat=True))
    answer = Client().post("/account/password/reset/", {"email": address}, follow=True, **more)
    for job in ProcrastinateJob.objects.filter(task_name=tasks.send_reset.name).exclude(pk__in=known):
        tasks.send_reset(**job.args)
    assert isinstance(answer, HttpResponse)
    return answer


def path_of(link: str) -> str:
    return link.removeprefix("http://localhost")


def set_password(link: str, password: str, client: Client) -> HttpResponse:
    form = client.get(path_of(link), follow=True)
    where = form.redirect_chain[-1][0]
    answer = client.post(where, {"password1": password, "password2": password})
    assert isinstance(answer, HttpResponse)
    return answer


def test_an_address_in_any_case_and_the_password_open_the_desk(cast: make.Cast) -> None:
    answer = sign_in("Ana@Desk.Example")
    assert answer.status_code == 302
    assert answer["Location"] == "/"


def test_a_customer_arrives_at_their_own_requests(cast: make.Cast) -> None:
    cast.cleo.set_password(make.PASSWORD)
    cast.cleo.save()
    assert sign_in("cleo@customer.example")["Location"] == "/requests/"


def test_wrong_password_unknown_address_and_no_password_read_alike(cast: make.Cast) -> None:
    said = {errors(sign_in(address, "wrong")) for address in ("ana@desk.example", "no@where.example", cast.cleo.email)}
    assert said == {"The address or the password is not right."}


def test_what_was_typed_stays_but_never_the_password(cast: make.Cast) -> None:
    page = sign_in("ana@desk.example", "not-this-one").content.decode()
    assert 'value="ana@desk.example"' in page
    assert "not-this-one" not in page


def test_guessing_ends_for_the_guesser_and_not_for_the_owner(cast: make.Cast) -> None:
    for _ in range(5):
        sign_in("ana@desk.example", "wrong", REMOTE_ADDR="198.51.100.7")
    locked = sign_in("ana@desk.example", REMOTE_ADDR="198.51.100.7")
    assert "wrong too often" in errors(locked)
    assert sign_in("ana@desk.example", REMOTE_ADDR="203.0.113.9").status_code == 302


def test_many_attempts_from_one_network_are_turned_away_in_words(cast: make.Cast) -> None:
    answers = [sign_in(f"x{n}@desk.example", "wrong") for n in range(31)]
    assert answers[-1].status_code == 429
    assert b"That was too often" in answers[-1].content


@pytest.mark.parametrize("path", ["signup/", "email/", "confirm-email/", "reauthenticate/"])
def test_of_allauth_only_what_is_used_has_an_address(path: str, cast: make.Cast) -> None:
    assert client_of(cast.ana).get(f"/account/{path}").status_code == 404


def test_nobody_is_led_to_another_site(cast: make.Cast) -> None:
    answer = Client().post(
        "/account/login/?next=https://evil.example/",
        {"login": "ana@desk.example", "password": make.PASSWORD, "next": "https://evil.example/"},
    )
    assert answer["Location"] == "/"


def test_signing_out_needs_a_post(cast: make.Cast) -> None:
    client = client_of(cast.ana)
    assert b"Sign out?" in client.get("/account/logout/").content
    assert client.get("/settings/me/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/settings/me/").status_code == 302


def test_a_reset_says_the_same_of_known_and_unknown_addresses(cast: make.Cast, mailoutbox: list[EmailMessage]) -> None:
    known, unknown = ask_reset("cleo@customer.example"), ask_reset("no@where.example")
    without_token = [re.sub(rb'value="\w{64}"', b"", answer.content) for answer in (known, unknown)]
    assert without_token[0] == without_token[1]
    assert [mail.to for mail in mailoutbox] == [["cleo@customer.example"]]


def test_the_link_of_a_reset_never_follows_the_host_header(cast: make.Cast, mailoutbox: list[EmailMessage]) -> None:
    ask_reset("ana@desk.example", HTTP_HOST="127.0.0.1", HTTP_X_FORWARDED_HOST="evil.example")
    assert link_of(mailoutbox[0]).startswith("http://localhost/account/password/reset/key/")
    assert ask_reset("ana@desk.example", HTTP_HOST="evil.example").status_code == 400


def test_a_customer_proves_the_address_and_is_signed_in(cast: make.Cast, mailoutbox: list[EmailMessage]) -> None:
    make.ticket("Where is my lamp?", to=cast.support, of=cast.cleo)
    make.ticket("Not hers", to=cast.support, of=cast.dan)
    ask_reset("cleo@customer.example")
    client = Client()
    answer = set_password(link_of(mailoutbox[0]), "a brand new sentence", client)
    assert answer["Location"] == "/requests/"
    page = client.get("/requests/").content.decode()
    assert "Where is my lamp?" in page
    assert "Open" in page
    assert "Not hers" not in page
    assert Identity.objects.get(value="cleo@customer.example").verified_at is not None


def test_a_reset_link_works_once(cast: make.Cast, mailoutbox: list[EmailMessage]) -> None:
    ask_reset("ana@desk.example")
    link = link_of(mailoutbox[0])
    set_password(link, "a brand new sentence", Client())
    assert b"This link no longer works" in Client().get(path_of(link), follow=True).content
    assert sign_in("ana@desk.example", "a brand new sentence").status_code == 302


def test_a_reset_link_ends_after_an_hour(
    cast: make.Cast, mailoutbox: list[EmailMessage], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_reset("ana@desk.example")
    link = link_of(mailoutbox[0])
    assert b"Choose a new password" in Client().get(path_of(link), follow=True).content
    now = PasswordResetTokenGenerator._now
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: now(self) + timedelta(seconds=3601))
    assert b"This link no longer works" in Client().get(path_of(link), follow=True).content


def test_a_weak_password_is_refused_next_to_its_field(cast: make.Cast, mailoutbox: list[EmailMessage]) -> None:
    ask_reset("ana@desk.example")
    answer = set_password(link_of(mailoutbox[0]), "password", Client())
    assert "too short" in answer.content.decode()
    assert sign_in("ana@desk.example").status_code == 302


def test_a_changed_password_ends_every_other_session_and_is_told(
    cast: make.Cast, mailoutbox: list[EmailMessage]
) -> None:
    Person.objects.filter(pk=cast.ana.pk).update(language="en", time_zone="Asia/Tokyo")
    here, there = client_of(cast.ana), client_of(cast.ana)
    new = "a brand new sentence"
    answer = here.post("/account/password/change/", {"oldpassword": make.PASSWORD, "password1": new, "password2": new})
    assert answer["Location"] == "/settings/me/"
    assert here.get("/settings/me/").status_code == 200
    assert there.get("/settings/me/").status_code == 302
    assert mailoutbox[0].to == ["ana@desk.example"]
    assert "Asia/Tokyo" in str(mailoutbox[0].body)
    assert "127.0.0.1" in str(mailoutbox[0].body)


def test_a_deactivated_person_is_out_at_once_and_told_why_when_they_come_back(cast: make.Cast) -> None:
    client = client_of(cast.ben)
    Person.objects.filter(pk=cast.ben.pk).update(is_active=False)
    assert client.get("/settings/me/").status_code == 302
    assert sign_in("ben@desk.example")["Location"] == "/account/inactive/"
    assert errors(sign_in("ben@desk.example", "wrong")) == "The address or the password is not right."


def test_mail_subjects_carry_no_line_break_of_a_name(cast: make.Cast, mailoutbox: list[EmailMessage]) -> None:
    Person.objects.filter(pk=cast.ana.pk).update(name="Ana\r\nBcc: eve@stranger.example")
    ask_reset("ana@desk.example")
    made: Mail = mailoutbox[0].message()
    assert made["Bcc"] is None


def test_a_reset_takes_no_longer_where_the_address_is_known(cast: make.Cast) -> None:
    """Within 20 ms in the median: a stranger learns nothing by the clock."""
    took: dict[str, list[float]] = {"cleo@customer.example": [], "no@where.example": []}
    client = Client()
    for _ in range(40):
        for address, times in took.items():
            cache.clear()
            started = time.perf_counter()
            client.post("/account/password/reset/", {"email": address})
            times.append(time.perf_counter() - started)
    known, unknown = (statistics.median(times) for times in took.values())
    assert abs(known - unknown) < 0.020
