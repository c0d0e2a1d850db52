"""Signed in at a provider: tokens are got, renewed in one line, lost and got again; SMTP and IMAP take them."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from guichet.channels import check, outbox
from guichet.channels.email import oauth
from guichet.channels.email.mailbox import fetch, imap
from guichet.channels.email.sending import smtp
from guichet.channels.models import Folder, Parcel
from guichet.kit import http
from guichet.tickets import actions
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Delivery, Inbox, Message
from tests import make
from tests.channels import dovecot as dovecots
from tests.channels.dovecot import Dovecot
from tests.channels.intake_process import mail
from tests.channels.provider import CLIENT, CLIENT_SECRET, Provider, provider
from tests.channels.sink import Sink, sink

pytestmark = pytest.mark.django_db(transaction=True)
USER = "support@desk.example"
BACK = "http://localhost/settings/oauth/callback/"


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    outbox._down.clear()
    smtp.Connection.pool.close()
    yield
    smtp.Connection.pool.close()


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """A provider whose loopback address is taken for a public one, its port for 80."""
    with provider() as made:
        monkeypatch.setattr(http, "_is_public", lambda text: True)
        monkeypatch.setitem(http._PORTS, "http", made.port)
        real = oauth.PROVIDERS["google"]
        told = replace(real, authorize=f"{made.url}/authorize", token=f"{made.url}/token")
        monkeypatch.setitem(oauth.PROVIDERS, "google", told)
        yield made


@pytest.fixture
def out() -> Iterator[Sink]:
    with sink(login=True) as made:
        yield made


def signed_in(inbox: Inbox, google: Provider, out: Sink | None = None, **changes: Any) -> Inbox:
    google.asked.append({})
    google.new_tokens()
    stored = {
        "provider": "google", "client_id": CLIENT, "client_secret": CLIENT_SECRET, "tenant": "", "user": USER,
        "refresh_token": google.refresh, "access_token": google.access, "expires_at": int(time.time()) + 3600, "error": "",
    }  # fmt: skip
    inbox.settings = {"oauth": {**stored, **changes}}
    if out is not None:
        inbox.settings["outgoing"] = {**out.account(user=USER), "oauth": "google", "inbox": inbox.pk}
        out.tokens[USER] = google.access
    inbox.save()
    return inbox


def sign_in(inbox: Inbox, google: Provider, verifier: str = "", **changes: Any) -> None:
    """Somebody goes to the provider and comes back."""
    inbox.refresh_from_db()
    asked = {"provider": "google", "client_id": CLIENT, "client_secret": CLIENT_SECRET, "tenant": "", "user": USER,
             "sends": True, "fetches": False, **changes}  # fmt: skip
    inbox.settings["oauth_asked"] = asked
    inbox.save()
    begun = oauth.begin(asked, BACK)
    code, state = google.consent(begun.url)
    assert state == begun.state
    assert begun.verifier not in begun.url
    assert "access_type=offline" in begun.url and "scope=https%3A%2F%2Fmail.google.com%2F" in begun.url
    oauth.finish(inbox.pk, code, verifier or begun.verifier, BACK)


def kept(inbox: Inbox) -> dict[str, Any]:
    inbox.refresh_from_db()
    return dict(inbox.settings["oauth"])


def reply(cast: make.Cast) -> Message:
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    words = Words(text="Have you tried the switch?", to=[{"name": "", "address": "cleo@customer.example"}])
    return actions.reply(ticket, words, By(cast.ana, "desk"), seen=None, insists=make.UNGUARDED)


class TestTokens:
    def test_a_code_becomes_tokens_and_nothing_of_them_is_readable_in_the_database(
        self, cast: make.Cast, google: Provider
    ) -> None:
        inbox = cast.support
        sign_in(inbox, google)
        assert oauth.access_token(inbox.pk) == google.access
        with connection.cursor() as cursor:
            cursor.execute("SELECT settings FROM tickets_inbox WHERE id = %s", [inbox.pk])
            column = cursor.fetchone()[0]
        assert google.refresh not in column and CLIENT_SECRET not in column

    def test_a_code_is_worth_nothing_without_its_verifier(self, cast: make.Cast, google: Provider) -> None:
        with pytest.raises(oauth.SignInAgain):
            sign_in(cast.support, google, verifier="another")
        cast.support.refresh_from_db()
        assert "oauth" not in cast.support.settings

    def test_the_accounts_that_were_asked_for_stand_and_a_way_of_old_gives_way(
        self, cast: make.Cast, google: Provider
    ) -> None:
        inbox = cast.support
        inbox.settings = {
            "esp": {"name": "postmark"},
            "imap": {"host": "old", "folders": ["Späm"], "delete_after": True},
        }
        inbox.save()
        sign_in(inbox, google, fetches=True)
        inbox.refresh_from_db()
        one = {"user": USER, "password": "", "oauth": "google", "inbox": inbox.pk, "tls": "tls"}
        assert inbox.settings["outgoing"] == {**one, "host": "smtp.gmail.com", "port": 465}
        folders = {"folders": ["Späm"], "delete_after": True}
        assert inbox.settings["imap"] == {**one, **folders, "host": "imap.gmail.com", "port": 993}
        assert set(inbox.settings) == {"oauth", "outgoing", "imap"}
        sign_in(inbox, google, sends=False, fetches=True)
        inbox.refresh_from_db()
        assert set(inbox.settings) == {"oauth", "imap"}
        oauth.forget(inbox.settings)
        assert inbox.settings == {}

    def test_a_good_token_is_used_as_it_is(self, cast: make.Cast, google: Provider) -> None:
        inbox = signed_in(cast.support, google)
        assert oauth.access_token(inbox.pk) == google.access
        assert len(google.asked) == 1

    def test_it_is_renewed_before_its_end_and_the_new_refresh_token_kept(
        self, cast: make.Cast, google: Provider
    ) -> None:
        inbox = signed_in(cast.support, google, expires_at=int(time.time()) + oauth.EARLY - 5)
        assert oauth.access_token(inbox.pk) == "access-2"
        assert (kept(inbox)["refresh_token"], kept(inbox)["access_token"]) == ("refresh-2", "access-2")

    def test_where_none_is_given_the_old_refresh_token_stays(self, cast: make.Cast, google: Provider) -> None:
        google.rotates = False
        inbox = signed_in(cast.support, google, expires_at=0)
        before = google.refresh
        oauth.access_token(inbox.pk)
        assert kept(inbox)["refresh_token"] == before

    def test_many_at_once_renew_it_once(self, cast: make.Cast, google: Provider) -> None:
        """Two renewals with one rotating token would end the permission."""
        inbox = signed_in(cast.support, google, expires_at=0)
        google.pause = threading.Event()
        got: list[str] = []

        def ask() -> None:
            got.append(oauth.access_token(inbox.pk))
            connection.close()

        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        google.pause.set()
        for thread in threads:
            thread.join()
        assert got == ["access-2"] * 6
        assert len(google.asked) == 2

    def test_another_writer_of_the_settings_loses_nothing(self, cast: make.Cast, google: Provider) -> None:
        inbox = signed_in(cast.support, google, expires_at=0)
        google.pause = threading.Event()
        thread = threading.Thread(target=lambda: (oauth.access_token(inbox.pk), connection.close()))
        thread.start()
        time.sleep(0.3)
        current = Inbox.objects.get(pk=inbox.pk)
        current.settings["imap"] = {"host": "new"}
        current.save()
        google.pause.set()
        thread.join()
        inbox.refresh_from_db()
        assert inbox.settings["imap"] == {"host": "new"}
        assert inbox.settings["oauth"]["access_token"] == "access-2"

    @pytest.mark.parametrize("answer", [(500, b"oops"), (429, {"error": "slow_down"}), (200, b"<html>"), (503, {})])
    def test_a_provider_in_trouble_is_asked_again_later(
        self, answer: tuple[int, Any], cast: make.Cast, google: Provider
    ) -> None:
        inbox = signed_in(cast.support, google, expires_at=0)
        google.answer = answer
        with pytest.raises(oauth.Unreachable):
            oauth.access_token(inbox.pk)
        google.answer = None
        assert oauth.access_token(inbox.pk) == google.access

    def test_a_private_address_is_never_asked(
        self, cast: make.Cast, google: Provider, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        inbox = signed_in(cast.support, google, expires_at=0)
        monkeypatch.undo()
        told = replace(oauth.PROVIDERS["google"], token="http://127.0.0.1/token")
        monkeypatch.setitem(oauth.PROVIDERS, "google", told)
        with pytest.raises(oauth.Unreachable):
            oauth.access_token(inbox.pk)
        assert len(google.asked) == 1

    def test_a_withdrawn_permission_is_kept_and_asked_for_no_more(self, cast: make.Cast, google: Provider) -> None:
        inbox = signed_in(cast.support, google, expires_at=0)
        google.refresh = "withdrawn"
        for _ in range(3):
            with pytest.raises(
                oauth.SignInAgain, match=r"has to sign in again. It says: Token has been expired or revoked"
            ):
                oauth.access_token(inbox.pk)
        assert len(google.asked) == 2

    def test_a_client_secret_that_ran_out_is_said(self, cast: make.Cast, google: Provider) -> None:
        inbox = signed_in(cast.support, google, expires_at=0, client_secret="old")
        with pytest.raises(oauth.SignInAgain, match="its secret may have run out"):
            oauth.access_token(inbox.pk)


class TestSending:
    def test_a_mail_leaves(self, cast: make.Cast, google: Provider, out: Sink) -> None:
        signed_in(cast.support, google, out)
        assert outbox.send(reply(cast).pk) == Delivery.SENT
        assert out.taken[0].user == USER

    def test_a_refused_token_is_renewed_once_and_the_mail_leaves(
        self, cast: make.Cast, google: Provider, out: Sink
    ) -> None:
        signed_in(cast.support, google, out)
        out.tokens[USER] = "access-2"
        assert outbox.send(reply(cast).pk) == Delivery.SENT
        assert (out.refusals, len(google.asked)) == (1, 2)

    def test_refused_twice_it_waits_with_the_server_s_words(self, cast: make.Cast, google: Provider, out: Sink) -> None:
        signed_in(cast.support, google, out)
        out.tokens[USER] = "never"
        message = reply(cast)
        assert outbox.send(message.pk) == Delivery.QUEUED
        message.refresh_from_db()
        assert "535 5.7.8 Username and Password not accepted" in message.delivery_note
        assert out.refusals == 2

    def test_without_permission_mail_waits_says_why_and_leaves_after_signing_in(
        self, cast: make.Cast, google: Provider, out: Sink
    ) -> None:
        inbox = signed_in(cast.support, google, out, expires_at=0)
        good, google.refresh = google.refresh, "withdrawn"
        message = reply(cast)
        assert outbox.send(message.pk) == Delivery.QUEUED
        message.refresh_from_db()
        assert "sign in again" in message.delivery_note
        (line,) = [str(line) for line in check.lines() if "sign in again" in str(line)]
        assert line.startswith("fail")
        google.refresh = good
        sign_in(inbox, google)
        inbox.refresh_from_db()
        inbox.settings["outgoing"] |= out.account(user=USER)
        inbox.save()
        out.tokens[USER] = google.access
        outbox.release(inbox.pk)
        outbox._down.clear()
        assert outbox.send(message.pk) == Delivery.SENT

    def test_a_test_of_the_connection_says_it_works(self, cast: make.Cast, google: Provider, out: Sink) -> None:
        inbox = signed_in(cast.support, google, out)
        assert all(finding.is_ok for finding in smtp.test_account(inbox.settings["outgoing"]))


@pytest.fixture
def server(google: Provider) -> Iterator[Dovecot]:
    dovecots.needed()
    home = Path(tempfile.mkdtemp(prefix="dovecot-"))
    dovecot = Dovecot(home, introspection=f"{google.url}/introspect")
    dovecot.start()
    yield dovecot
    dovecot.stop()
    shutil.rmtree(home)


def test_imap_takes_the_token_of_the_provider(server: Dovecot, cast: make.Cast, google: Provider) -> None:
    """Dovecot asks the provider itself what a token is worth."""
    inbox = signed_in(cast.support, google)
    account = server.account(USER, oauth="google", inbox=inbox.pk, password="")
    assert imap.test_account(account) == []
    google.access = "another"
    assert imap.test_account(account) == []  # the old one is refused, a new one is got
    assert len(google.asked) == 2
    google.refresh, google.access = "withdrawn", "another"
    (problem,) = imap.test_account(account)
    assert problem.kind == "login"
    assert "sign in again" in problem.text
    connection.close()
    imap.test_account(account)
    assert connection.connection is None  # a thread that waits for mail keeps no connection


def test_mail_is_fetched_by_the_token_and_with_a_new_one_when_it_ends(
    server: Dovecot, cast: make.Cast, google: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The intake's own threads, over a line that Dovecot ends in between."""
    monkeypatch.setattr(fetch, "CHECK_SECONDS", 0.5)
    inbox = signed_in(cast.support, google, expires_at=0)
    inbox.settings["imap"] = server.account(USER, oauth="google", inbox=inbox.pk, password="", from_beginning=True)
    inbox.save()
    server.put(USER, [mail(1)])
    running = fetch.Mailboxes()
    running.start()
    try:
        eventually(lambda: Parcel.objects.filter(inbox=inbox).count() == 1)
        assert len(google.asked) == 2
        google.access = "ended"
        server.stop()
        server.start()
        server.put(USER, [mail(2)])
        eventually(lambda: Parcel.objects.filter(inbox=inbox).count() == 2, 40)
        assert len(google.asked) == 3
        eventually(lambda: Folder.objects.get(inbox=inbox).error == "")
    finally:
        running.stop(10)


def eventually(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.1)
