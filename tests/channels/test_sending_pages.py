"""How an inbox sends, as an administrator sets it up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client

from guichet import environment
from guichet.channels import check, oauth_pages
from guichet.channels.email import oauth, resolver
from guichet.channels.email.sending import dkim_signing, esp
from guichet.kit import http
from guichet.tickets.models import Inbox
from tests import make
from tests.browser import client_of
from tests.channels.names import Names
from tests.channels.provider import CLIENT, CLIENT_SECRET, Provider, provider
from tests.channels.services.server import service
from tests.channels.sink import sink

pytestmark = pytest.mark.django_db
SECRET = "do-not-show-3c1"


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def ada(cast: make.Cast) -> Client:
    return client_of(cast.ada)


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with provider() as made:
        monkeypatch.setattr(http, "_is_public", lambda text: True)
        monkeypatch.setitem(http._PORTS, "http", made.port)
        for name in ("google", "microsoft"):
            real = oauth.PROVIDERS[name]
            told = replace(real, authorize=f"{made.url}/{{tenant}}/authorize", token=f"{made.url}/{{tenant}}/token")
            monkeypatch.setitem(oauth.PROVIDERS, name, told)
        yield made


def where(inbox: Inbox, rest: str = "") -> str:
    return f"/settings/inboxes/{inbox.pk}/sending/{rest}"


def said(answer: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("&#x27;", "'")
    return " ".join(text.split())


def settings_of(inbox: Inbox) -> dict[str, Any]:
    inbox.refresh_from_db()
    return dict(inbox.settings)


class TestService:
    def test_it_becomes_the_way_out_and_its_addresses_are_shown_once(self, cast: make.Cast, ada: Client) -> None:
        form = {"api_key": SECRET, "sender_domain": "mg.desk.example", "webhook_signing_key": "sign-1", "region": "eu"}
        shown = ada.post(where(cast.support, "service/mailgun/"), form).content.decode()
        stored = settings_of(cast.support)["esp"]
        assert stored["options"] == {
            "api_key": SECRET, "sender_domain": "mg.desk.example", "webhook_signing_key": "sign-1",
            "api_url": "https://api.eu.mailgun.net/v3",
        }  # fmt: skip
        hook = f"http://hook:{stored['webhook_secret']}@localhost/hooks/mail/{cast.support.pk}/"
        assert f">{hook}events/<" in shown and f">{hook}inbound/mime<" in shown
        later = ada.get(where(cast.support)).content.decode()
        assert "Answers leave by Mailgun" in later
        for page in (shown, later, ada.get(where(cast.support, "service/mailgun/")).content.decode()):
            assert SECRET not in page and "sign-1" not in page
        assert stored["webhook_secret"] not in later
        assert "Mailgun" in said(ada.get("/settings/inboxes/"))
        assert "Answers leave by Mailgun" in said(ada.get(f"/settings/inboxes/{cast.support.pk}/"))

    def test_an_empty_secret_keeps_the_stored_one_of_the_same_service_only(self, cast: make.Cast, ada: Client) -> None:
        ada.post(where(cast.support, "service/postmark/"), {"server_token": SECRET})
        first = settings_of(cast.support)["esp"]["webhook_secret"]
        ada.post(where(cast.support, "service/postmark/"), {"server_token": "", "message_stream": "outbound"})
        stored = settings_of(cast.support)["esp"]
        assert stored["options"] == {"server_token": SECRET, "message_stream": "outbound"}
        assert stored["webhook_secret"] != first
        answer = ada.post(where(cast.support, "service/brevo/"), {"api_key": ""})
        assert "This field is required" in said(answer)
        assert settings_of(cast.support)["esp"]["name"] == "postmark"

    def test_given_up_mail_leaves_by_the_server_again(self, cast: make.Cast, ada: Client) -> None:
        with sink() as out:
            cast.support.settings = {"outgoing": out.account()}
            cast.support.save()
            ada.post(where(cast.support, "service/postmark/"), {"server_token": SECRET})
            ada.post(where(cast.support, "forget/"), {"which": "service"})
            assert settings_of(cast.support) == {"outgoing": out.account()}

    def test_where_the_extra_is_missing_the_page_says_so(
        self, cast: make.Cast, ada: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(esp, "is_installed", lambda: False)
        assert "pip install 'guichet[esp]'" in said(ada.get(where(cast.support, "service/postmark/")))
        assert "pip install 'guichet[esp]'" in said(ada.get(where(cast.support)))

    def test_no_such_service(self, cast: make.Cast, ada: Client) -> None:
        assert ada.get(where(cast.support, "service/nobody/")).status_code == 404
        assert ada.get(where(cast.support, "sign-in/nobody/")).status_code == 404


class TestSignIn:
    form: dict[str, str] = {  # noqa: RUF012
        "user": "support@desk.example", "client_id": CLIENT, "client_secret": CLIENT_SECRET, "sends": "on", "fetches": "on",
    }  # fmt: skip

    def go(self, ada: Client, inbox: Inbox, form: dict[str, str] | None = None, at: str = "google") -> str:
        answer = ada.post(where(inbox, f"sign-in/{at}/"), self.form if form is None else form)
        assert answer.status_code == 302
        return str(answer["Location"])

    def test_there_and_back(self, cast: make.Cast, ada: Client, google: Provider) -> None:
        page = said(ada.get(where(cast.support, "sign-in/google/")))
        assert "https://mail.google.com/" in page
        there = self.go(ada, cast.support)
        query = parse_qs(urlsplit(there).query)
        assert query["redirect_uri"] == ["http://localhost/settings/oauth/callback/"]
        assert CLIENT_SECRET not in there
        code, state = google.consent(there)
        answer = ada.get("/settings/oauth/callback/", {"code": code, "state": state}, follow=True)
        assert "Signed in." in said(answer)
        assert "Signed in to Google as support@desk.example" in said(answer)
        stored = settings_of(cast.support)
        assert stored["outgoing"]["oauth"] == stored["imap"]["oauth"] == "google"
        assert stored["imap"]["inbox"] == cast.support.pk
        shown = said(ada.get(f"/settings/inboxes/{cast.support.pk}/"))
        assert "Signed in as support@desk.example at imap.gmail.com" in shown

    def test_a_state_is_good_once_and_for_its_session_only(
        self, cast: make.Cast, ada: Client, google: Provider
    ) -> None:
        code, state = google.consent(self.go(ada, cast.support))
        back = {"code": code, "state": state}
        assert "not begun here" in said(client_of(cast.ada).get("/settings/oauth/callback/", back, follow=True))
        assert "oauth" not in settings_of(cast.support)
        ada.get("/settings/oauth/callback/", back)
        assert "oauth" in settings_of(cast.support)
        assert "not begun here" in said(ada.get("/settings/oauth/callback/", back, follow=True))
        assert len(google.asked) == 1

    def test_one_that_took_too_long_is_over(
        self, cast: make.Cast, ada: Client, google: Provider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        code, state = google.consent(self.go(ada, cast.support))
        monkeypatch.setattr(oauth_pages, "STATE_SECONDS", -1)
        assert "took too long" in said(
            ada.get("/settings/oauth/callback/", {"code": code, "state": state}, follow=True)
        )
        assert google.asked == []

    def test_a_refusal_at_the_provider_is_told(self, cast: make.Cast, ada: Client, google: Provider) -> None:
        _code, state = google.consent(self.go(ada, cast.support))
        back = {"error": "access_denied", "error_description": "<b>no</b>", "state": state}
        page = ada.get("/settings/oauth/callback/", back, follow=True).content.decode()
        assert "Not signed in: &lt;b&gt;no&lt;/b&gt;" in page

    def test_a_wrong_secret_is_told_and_the_old_permission_stays(
        self, cast: make.Cast, ada: Client, google: Provider
    ) -> None:
        code, state = google.consent(self.go(ada, cast.support))
        ada.get("/settings/oauth/callback/", {"code": code, "state": state})
        before = settings_of(cast.support)["oauth"]
        code, state = google.consent(self.go(ada, cast.support, {**self.form, "client_secret": "wrong"}))
        page = said(ada.get("/settings/oauth/callback/", {"code": code, "state": state}, follow=True))
        assert "refuses the client" in page
        assert settings_of(cast.support)["oauth"] == before

    def test_microsoft_asks_the_tenant(self, cast: make.Cast, ada: Client, google: Provider) -> None:
        assert "IMAP.AccessAsUser.All" in said(ada.get(where(cast.support, "sign-in/microsoft/")))
        there = self.go(ada, cast.support, {**self.form, "tenant": "contoso.example"}, "microsoft")
        assert urlsplit(there).path == "/contoso.example/authorize"
        answer = ada.post(where(cast.support, "sign-in/microsoft/"), {**self.form, "tenant": "../x"})
        assert answer.status_code == 200

    @pytest.mark.parametrize(
        ("form", "words"),
        [
            ({"sends": "", "fetches": ""}, "at least one of the two"),
            ({"client_secret": ""}, "This field is required"),
            ({"client_id": ""}, "This field is required"),
        ],
    )
    def test_what_is_wrong_is_said(self, form: dict[str, str], words: str, cast: make.Cast, ada: Client) -> None:
        assert words in said(ada.post(where(cast.support, "sign-in/google/"), {**self.form, **form}))

    def test_a_stored_secret_is_kept_for_the_same_client_only_and_never_shown(
        self, cast: make.Cast, ada: Client, google: Provider
    ) -> None:
        self.go(ada, cast.support)
        self.go(ada, cast.support, {**self.form, "client_secret": ""})
        assert settings_of(cast.support)["oauth_asked"]["client_secret"] == CLIENT_SECRET
        other = {**self.form, "client_secret": "", "client_id": "another"}
        assert "stored for another client" in said(ada.post(where(cast.support, "sign-in/google/"), other))
        assert CLIENT_SECRET not in ada.get(where(cast.support, "sign-in/google/")).content.decode()

    def test_again_and_out(self, cast: make.Cast, ada: Client, google: Provider) -> None:
        code, state = google.consent(self.go(ada, cast.support))
        ada.get("/settings/oauth/callback/", {"code": code, "state": state})
        stored = settings_of(cast.support)
        stored["oauth"]["error"] = "The permission of Google has ended."
        cast.support.settings = stored
        cast.support.save()
        for page in (where(cast.support), f"/settings/inboxes/{cast.support.pk}/", "/settings/inboxes/"):
            assert "The permission of Google has ended." in said(ada.get(page))
        code, state = google.consent(self.go(ada, cast.support, {"again": ""}))
        ada.get("/settings/oauth/callback/", {"code": code, "state": state})
        assert settings_of(cast.support)["oauth"]["error"] == ""
        assert settings_of(cast.support)["imap"]["oauth"] == "google"
        ada.post(where(cast.support, "forget/"), {"which": "sign-in"})
        assert settings_of(cast.support) == {}

    def test_the_page_of_the_inbox_keeps_the_sign_in(self, cast: make.Cast, ada: Client, google: Provider) -> None:
        code, state = google.consent(self.go(ada, cast.support))
        ada.get("/settings/oauth/callback/", {"code": code, "state": state})
        before = settings_of(cast.support)
        page = ada.get(f"/settings/inboxes/{cast.support.pk}/")
        form = page.context["form"]
        typed = {name: value for name, value in form.initial.items() if value not in (None, False)}
        typed |= {"imap-is_on": "on", "imap-folders": "INBOX\nJunk", "outgoing-is_on": "on"}
        answer = ada.post(f"/settings/inboxes/{cast.support.pk}/", typed)
        assert answer.status_code == 302, said(answer)
        after = settings_of(cast.support)
        assert after["imap"] == {**before["imap"], "folders": ["INBOX", "Junk"]}
        assert (after["outgoing"], after["oauth"]) == (before["outgoing"], before["oauth"])


class TestSigning:
    @pytest.fixture
    def names(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
        with Names() as made:
            monkeypatch.setattr(environment, "DNS", made.address)
            yield made
        resolver.forget()

    def act(self, ada: Client, inbox: Inbox, act: str, **more: str) -> str:
        return said(ada.post(where(inbox, "dkim/"), {"act": act, **more}, follow=True))

    def test_made_shown_checked_and_on_only_when_published(self, cast: make.Cast, ada: Client, names: Names) -> None:
        page = self.act(ada, cast.support, "make", selector="S1")
        key = settings_of(cast.support)["dkim"]
        assert "Nothing is signed yet" in page
        assert dkim_signing.record(key) in page
        shown = ada.get(where(cast.support)).content.decode()
        assert 'value="s1._domainkey.desk.example"' in shown
        assert "PRIVATE" not in shown and key["private_key"][40:80] not in shown
        assert "not there yet" in self.act(ada, cast.support, "check")
        names.txt("s1._domainkey.desk.example", "v=DKIM1; p=AAAA")
        assert "holds another key: v=DKIM1; p=AAAA" in self.act(ada, cast.support, "check")
        assert not settings_of(cast.support)["dkim"]["is_on"]
        names.txt("s1._domainkey.desk.example", dkim_signing.record(key))
        assert "answers are signed from now on" in self.act(ada, cast.support, "check")
        assert settings_of(cast.support)["dkim"]["is_on"]
        names.silent.add("s1._domainkey.desk.example")
        assert "do not answer" in self.act(ada, cast.support, "check")
        assert settings_of(cast.support)["dkim"]["is_on"]  # a check that fails switches nothing off
        with connection.cursor() as cursor:
            cursor.execute("SELECT settings FROM tickets_inbox WHERE id = %s", [cast.support.pk])
            assert "PRIVATE" not in cursor.fetchone()[0]

    def test_an_administrator_may_insist_and_stop_and_forget(self, cast: make.Cast, ada: Client) -> None:
        self.act(ada, cast.support, "make", selector="s1")
        key = settings_of(cast.support)["dkim"]["private_key"]
        self.act(ada, cast.support, "make", selector="s2")
        assert settings_of(cast.support)["dkim"]["private_key"] == key
        self.act(ada, cast.support, "on")
        assert settings_of(cast.support)["dkim"]["is_on"]
        self.act(ada, cast.support, "off")
        assert not settings_of(cast.support)["dkim"]["is_on"]
        self.act(ada, cast.support, "forget")
        assert "dkim" not in settings_of(cast.support)

    @pytest.mark.parametrize("selector", ["", "a b", "-x", "ü", "a..b", "x" * 64])
    def test_a_selector_is_a_name(self, selector: str, cast: make.Cast, ada: Client) -> None:
        self.act(ada, cast.support, "make", selector=selector)
        assert "dkim" not in settings_of(cast.support)

    def test_a_key_of_another_domain_says_so(self, cast: make.Cast, ada: Client) -> None:
        cast.support.settings = {"dkim": dkim_signing.make("old.example", "s1")}
        cast.support.save()
        assert "This key is of old.example" in said(ada.get(where(cast.support)))


@pytest.mark.django_db(transaction=True)
def test_the_doctor_tells_of_service_and_key(cast: make.Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(subject: str) -> list[str]:
        return [
            str(line).split(None, 2)[0] for line in check.lines() if line.subject == subject and "support@" in line.text
        ]

    key = dkim_signing.make("desk.example", "s1") | {"is_on": True}
    cast.support.settings = {"esp": {"name": "postmark", "options": {}, "webhook_secret": "x"}, "dkim": key}
    cast.support.save()
    with Names() as names:
        monkeypatch.setattr(environment, "DNS", names.address)
        assert (told("outgoing"), told("dkim")) == (["ok"], ["fail"])
        names.txt(dkim_signing.record_name(key), dkim_signing.record(key))
        assert told("dkim") == ["ok"]
        names.silent.add(dkim_signing.record_name(key))
        assert told("dkim") == ["warn"]
        monkeypatch.setattr(esp, "is_installed", lambda: False)
        assert told("outgoing") == ["fail"]
    resolver.forget()


class TestTestMail:
    def send(self, ada: Client, inbox: Inbox) -> str:
        return said(ada.post(where(inbox, "test/"), HTTP_HX_REQUEST="true"))

    def test_by_a_server(self, cast: make.Cast, ada: Client) -> None:
        assert "No outgoing server" in self.send(ada, cast.support)
        with sink() as out:
            cast.support.settings = {
                "outgoing": out.account(),
                "dkim": dkim_signing.make("desk.example", "s") | {"is_on": True},
            }
            cast.support.save()
            assert "on its way to ada@desk.example" in self.send(ada, cast.support)
            assert out.taken[0].to == ["ada@desk.example"]
            assert out.taken[0].raw.startswith(b"DKIM-Signature:")
            out.rcpt = {"ada@desk.example": "550 5.1.1 Nobody"}
            assert "ada@desk.example was not taken: 550 5.1.1 Nobody" in self.send(ada, cast.support)
            out.rcpt, out.mail = {}, "421 4.3.2 Closed"
            assert "421 4.3.2 Closed" in self.send(ada, cast.support)

    def test_by_a_service(self, cast: make.Cast, ada: Client) -> None:
        with service((200, {"ErrorCode": 0, "Message": "OK", "MessageID": "1", "To": "ada@desk.example"})) as made:
            options = {"server_token": "x", "api_url": made.url}
            cast.support.settings = {"esp": {"name": "postmark", "options": options, "webhook_secret": "x"}}
            cast.support.save()
            assert "on its way" in self.send(ada, cast.support)
            made.answers = [(401, {"Message": "Bad token"})]
            assert "401 Bad token" in self.send(ada, cast.support)
            page = said(ada.post(where(cast.support, "test/")))  # without scripts
            assert "on its way" in page
