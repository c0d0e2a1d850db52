"""Inboxes, the ledger and what is set aside, as an administrator meets them."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from guichet.channels.models import Folder, Parcel, ParcelState
from guichet.kit.files import BlobStore
from guichet.tickets.models import Inbox, SetAside
from tests import make
from tests.browser import client_of
from tests.channels.sink import PASSWORD, USER, sink

pytestmark = pytest.mark.django_db
SECRET = "do-not-show-9f2"
SMTP = {"host": "mail.example.org", "port": 587, "tls": "starttls", "user": "desk", "password": SECRET}
IMAP = {**SMTP, "port": 993, "tls": "tls", "folders": ["INBOX", "Späm"], "delete_after": False}


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def ada(cast: make.Cast) -> Client:
    return client_of(cast.ada)


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that nobody listens at, held so that nobody begins to."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def typed(inbox: Inbox, **changes: Any) -> dict[str, Any]:
    form = {
        "address": inbox.address,
        "name": inbox.name,
        "team": inbox.team_id,
        "language": inbox.language,
        "signature": inbox.signature,
        "quote_history": inbox.quote_history,
        "acknowledge": "on",
        "plus_addresses": "on",
        "is_active": "on",
    }
    return {**form, **{name.replace("__", "-"): value for name, value in changes.items()}}


def account(prefix: str, stored: dict[str, Any], **changes: Any) -> dict[str, Any]:
    values = {**stored, "password": "", "is_on": "on", **changes}
    if isinstance(values.get("folders"), list):
        values["folders"] = "\n".join(values["folders"])
    if not values.get("delete_after", True):
        del values["delete_after"]
    return {f"{prefix}-{name}": value for name, value in values.items()}


def save(client: Client, inbox: Inbox, form: dict[str, Any]) -> HttpResponse:
    answer = client.post(f"/settings/inboxes/{inbox.pk}/", form, follow=True)
    assert isinstance(answer, HttpResponse)
    inbox.refresh_from_db()
    return answer


def try_connection(client: Client, inbox: Inbox, kind: str, form: dict[str, Any]) -> str:
    answer = client.post(f"/settings/inboxes/{inbox.pk}/", {**form, "test": kind}, HTTP_HX_REQUEST="true")
    return " | ".join(re.findall(r"</svg><span>([^<]*)</span>", answer.content.decode()))


# -- inboxes


def test_an_inbox_is_added_with_both_accounts(cast: make.Cast, ada: Client) -> None:
    form = {
        **typed(cast.support, address="Sales@Desk.Example", name="Sales"),
        **account("imap", IMAP, password=SECRET, port=""),
        **account("outgoing", SMTP, password=SECRET, port=""),
    }
    ada.post("/settings/inboxes/add/", form)
    made = Inbox.objects.get(address="sales@desk.example")
    assert made.settings == {"imap": IMAP, "outgoing": SMTP}
    page = ada.get("/settings/inboxes/").content.decode()
    assert "mail.example.org" in page


def test_passwords_are_written_and_never_shown(cast: make.Cast, ada: Client) -> None:
    cast.support.settings = {"imap": IMAP, "outgoing": SMTP}
    cast.support.save()
    where = f"/settings/inboxes/{cast.support.pk}/"
    assert SECRET not in ada.get(where).content.decode()
    assert SECRET not in ada.get("/settings/inboxes/").content.decode()
    wrong = {**typed(cast.support, address="no address"), **account("imap", IMAP, password="typed-secret-7")}
    answer = ada.post(where, wrong).content.decode()
    assert "typed-secret-7" not in answer
    assert "no address" in answer
    with connection.cursor() as cursor:
        cursor.execute("SELECT settings FROM tickets_inbox WHERE id = %s", [cast.support.pk])
        assert SECRET not in cursor.fetchone()[0]


def test_an_empty_password_keeps_the_stored_one(cast: make.Cast, ada: Client) -> None:
    cast.support.settings = {"imap": IMAP, "outgoing": SMTP}
    cast.support.save()
    form = {**typed(cast.support, name="Renamed"), **account("imap", IMAP), **account("outgoing", SMTP)}
    save(ada, cast.support, form)
    assert (cast.support.name, cast.support.settings) == ("Renamed", {"imap": IMAP, "outgoing": SMTP})


@pytest.mark.parametrize("elsewhere", [{"host": "evil.example"}, {"port": 2525}, {"tls": "none"}, {"user": "somebody"}])
def test_a_stored_password_is_never_sent_elsewhere(elsewhere: dict[str, Any], cast: make.Cast, ada: Client) -> None:
    cast.support.settings = {"outgoing": SMTP}
    cast.support.save()
    form = {**typed(cast.support), **account("outgoing", SMTP, **elsewhere)}
    assert "Type the password again" in save(ada, cast.support, form).content.decode()
    assert "Type the password again" in try_connection(ada, cast.support, "outgoing", form)
    assert cast.support.settings == {"outgoing": SMTP}


def test_an_account_switched_off_is_forgotten(cast: make.Cast, ada: Client) -> None:
    cast.support.settings = {"imap": IMAP, "outgoing": SMTP}
    cast.support.save()
    Folder.objects.create(inbox=cast.support, name="INBOX", last_uid=7)
    save(ada, cast.support, typed(cast.support, outgoing__host="half typed", outgoing__port="x"))
    assert cast.support.settings == {}
    assert not Folder.objects.exists()


def test_how_far_a_mailbox_was_read_stays_with_that_mailbox(cast: make.Cast, ada: Client) -> None:
    cast.support.settings = {"imap": IMAP}
    cast.support.save()
    for name in IMAP["folders"]:
        Folder.objects.create(inbox=cast.support, name=name, last_uid=7)
    save(ada, cast.support, {**typed(cast.support), **account("imap", IMAP, folders=["INBOX", "New"])})
    assert [folder.name for folder in Folder.objects.all()] == ["INBOX"]
    other = account("imap", IMAP, host="other.example.org", password=SECRET)
    save(ada, cast.support, {**typed(cast.support), **other})
    assert not Folder.objects.exists()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"address": "support+x@desk.example"}, "plus sign"),
        ({"address": "nothing"}, "This is not a mail address"),
        ({"address": "billing@desk.example"}, "already exists"),
        ({"imap-is_on": "on", "imap-tls": "tls"}, "Type the name of the server"),
        ({"imap-is_on": "on", "imap-host": "https://x/", "imap-tls": "tls"}, "Only the name of the server"),
        ({"imap-is_on": "on", "imap-host": "x", "imap-port": "70000", "imap-tls": "tls"}, "65535"),
        ({"imap-is_on": "on", "imap-host": "x", "imap-tls": "tls", "imap-user": "u"}, "Type the password"),
        ({"imap-is_on": "on", "imap-host": "x", "imap-tls": "tls"}, "Type the name of the user"),
    ],
)
def test_what_is_wrong_stands_next_to_its_field(form: dict[str, str], words: str, cast: make.Cast, ada: Client) -> None:
    page = save(ada, cast.support, {**typed(cast.support, signature="kept as typed"), **form}).content.decode()
    assert words in page
    assert "kept as typed" in page
    cast.support.refresh_from_db()
    assert cast.support.signature == ""


def test_a_name_is_one_line_for_it_stands_in_a_header(cast: make.Cast, ada: Client) -> None:
    save(ada, cast.support, typed(cast.support, name="Support\r\nBcc: eve@stranger.example"))
    assert "\n" not in cast.support.name


def test_a_confidential_inbox_leaves_the_sight_of_outsiders_and_says_so(cast: make.Cast, ada: Client) -> None:
    page = save(ada, cast.billing, typed(cast.billing, is_confidential="on")).content.decode()
    assert "only the members of its team see it" in page
    assert "billing@desk.example" not in page
    assert ada.get(f"/settings/inboxes/{cast.billing.pk}/").status_code == 404


def test_the_exact_addresses_of_delivery_are_told(cast: make.Cast, ada: Client) -> None:
    page = ada.get(f"/settings/inboxes/{cast.support.pk}/").content.decode()
    host, port = settings.LMTP
    assert f"support@desk.example lmtp:inet:{host}:{port}" in page


def test_a_broken_folder_is_seen_in_the_list(cast: make.Cast, ada: Client) -> None:
    cast.support.settings = {"imap": IMAP}
    cast.support.save()
    Folder.objects.create(inbox=cast.support, name="INBOX", error="The login of desk is refused.")
    assert "INBOX: The login of desk is refused." in ada.get("/settings/inboxes/").content.decode()


# -- testing a connection


def test_a_connection_that_works_is_told_step_by_step(cast: make.Cast, ada: Client) -> None:
    with sink(login=True) as server:
        form = account("outgoing", server.account(user=USER, password=PASSWORD), password=PASSWORD)
        said = try_connection(ada, cast.support, "outgoing", {**typed(cast.support), **form})
    assert "answers on port" in said
    assert f"The login of {USER} is accepted" in said
    cast.support.refresh_from_db()
    assert cast.support.settings == {}


def test_the_stored_password_serves_a_test_without_typing_it(cast: make.Cast, ada: Client) -> None:
    with sink(login=True) as server:
        stored = server.account(user=USER, password=PASSWORD)
        cast.support.settings = {"outgoing": stored}
        cast.support.save()
        said = try_connection(ada, cast.support, "outgoing", {**typed(cast.support), **account("outgoing", stored)})
    assert f"The login of {USER} is accepted" in said


def test_a_wrong_password_is_told_as_that(cast: make.Cast, ada: Client) -> None:
    with sink(login=True) as server:
        form = account("outgoing", server.account(user=USER), password="wrong")
        said = try_connection(ada, cast.support, "outgoing", {**typed(cast.support), **form})
    assert f"refuses the login of {USER}" in said
    assert "wrong" not in said


@pytest.mark.parametrize("kind", ["imap", "outgoing"])
def test_nobody_at_the_port_is_told_as_that(kind: str, closed_port: int, cast: make.Cast, ada: Client) -> None:
    stored = {**IMAP, "host": "127.0.0.1", "port": closed_port}
    form = {**typed(cast.support), **account(kind, stored, password="x")}
    assert str(closed_port) in try_connection(ada, cast.support, kind, form)


def test_a_test_of_half_a_form_names_the_fields(cast: make.Cast, ada: Client) -> None:
    form = {**typed(cast.support), "imap-is_on": "on", "imap-tls": "tls"}
    assert "Server: Type the name of the server" in try_connection(ada, cast.support, "imap", form)


def test_without_scripts_the_page_comes_back_with_the_answer(closed_port: int, cast: make.Cast, ada: Client) -> None:
    stored = {**SMTP, "host": "127.0.0.1", "port": closed_port}
    form = {**typed(cast.support, name="typed"), **account("outgoing", stored, password="x"), "test": "outgoing"}
    page = ada.post(f"/settings/inboxes/{cast.support.pk}/", form).content.decode()
    assert f"refuses connections on port {closed_port}" in page
    assert 'value="typed"' in page
    cast.support.refresh_from_db()
    assert cast.support.name == "Support"


# -- the ledger


RAW = b"From: Cleo <cleo@customer.example>\r\nSubject: <script>\r\n\r\nHello\r\n"


def parcel(inbox: Inbox, number: int = 1, state: str = ParcelState.QUARANTINE, **fields: Any) -> Parcel:
    raw = BlobStore(settings.DATA / "blobs").put(RAW)
    made = {
        "door": "lmtp",
        "envelope_from": f"sender{number}@customer.example",
        "raw": raw,
        "size": len(RAW),
        "digest": f"{number:064}",
        "state": state,
        "received_at": timezone.now(),
    }
    return Parcel.objects.create(inbox=inbox, **{**made, **fields})


def test_the_ledger_says_what_became_of_each_mail(cast: make.Cast, ada: Client) -> None:
    ticket = make.ticket(to=cast.support, of=cast.cleo)
    parcel(cast.support, 1, ParcelState.TICKET, ticket=ticket)
    parcel(cast.support, 2, reason="<b>The header</b> cannot be read.")
    page = ada.get("/settings/ledger/").content.decode()
    assert f"/tickets/{ticket.number}/" in page
    assert "&lt;b&gt;The header&lt;/b&gt; cannot be read." in page
    only = ada.get("/settings/ledger/?state=quarantine").content.decode()
    assert "sender2@" in only
    assert "sender1@" not in only
    assert ada.get("/settings/ledger/?state=nonsense").status_code == 404


def test_our_reasons_are_read_in_the_readers_language(cast: make.Cast, ada: Client) -> None:
    parcel(cast.support, reason="Our own mail came back (loop).", state=ParcelState.SUPPRESSED)
    assert "Our own mail came back (loop)." in ada.get("/settings/ledger/").content.decode()


def test_a_ticket_that_went_where_the_reader_cannot_see_is_not_named(cast: make.Cast, ada: Client) -> None:
    secret = make.inbox("hr@desk.example", team_name="HR", is_confidential=True)
    ticket = make.ticket("Very private", to=secret)
    parcel(cast.support, state=ParcelState.TICKET, ticket=ticket)
    page = ada.get("/settings/ledger/").content.decode()
    assert "Very private" not in page
    assert f"#{ticket.number}" not in page


@pytest.mark.parametrize("state", ["", "quarantine"])
def test_every_mail_stands_on_exactly_one_page(state: str, cast: make.Cast, ada: Client) -> None:
    at = timezone.now()
    for number in range(120):
        parcel(cast.support, number, received_at=at)
    url, seen = f"/settings/ledger/?state={state}" if state else "/settings/ledger/", list[str]()
    for _ in range(10):
        page = ada.get(url).content.decode()
        seen += re.findall(r"sender(\d+)@", page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        if following is None:
            break
        url = following[1].replace("&amp;", "&")
    assert seen == [str(number) for number in reversed(range(120))]


def test_a_forged_cursor_is_the_first_page(cast: make.Cast, ada: Client) -> None:
    parcel(cast.support)
    assert b"sender1@" in ada.get("/settings/ledger/?after=WzFd:forged").content


def test_trying_again_puts_a_mail_back_before_the_worker(cast: make.Cast, ada: Client) -> None:
    one, other = parcel(cast.support, 1, tries=9), parcel(cast.billing, 2)
    done = parcel(cast.support, 3, ParcelState.TICKET)
    ada.post(f"/settings/ledger/{one.pk}/try-again/")
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.state, one.tries, one.reason) == (ParcelState.RECEIVED, 0, "")
    assert other.state == ParcelState.QUARANTINE
    ada.post("/settings/ledger/try-again/")
    other.refresh_from_db()
    done.refresh_from_db()
    assert (other.state, done.state) == (ParcelState.RECEIVED, ParcelState.TICKET)


def test_trying_all_again_leaves_hidden_inboxes_alone(cast: make.Cast, ada: Client) -> None:
    secret = parcel(make.inbox("hr@desk.example", team_name="HR", is_confidential=True))
    ada.post("/settings/ledger/try-again/")
    secret.refresh_from_db()
    assert secret.state == ParcelState.QUARANTINE


def test_the_source_is_a_file_to_keep_and_never_a_page(cast: make.Cast, ada: Client) -> None:
    answer = ada.get(f"/settings/ledger/{parcel(cast.support).pk}/raw/")
    assert b"".join(answer.streaming_content) == RAW  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "message/rfc822"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_mail_that_waits_too_long_is_said(cast: make.Cast, ada: Client) -> None:
    parcel(cast.support, state=ParcelState.RECEIVED, received_at=timezone.now() - timedelta(minutes=20))
    page = ada.get("/settings/ledger/").content.decode()
    assert "20 min" in page
    assert "Is the worker running?" in page


# -- set aside


def test_an_event_set_aside_shows_its_error_and_is_tried_again(cast: make.Cast, ada: Client) -> None:
    event = make.ticket("The lamp", to=cast.support, of=cast.cleo).events.get()
    aside = SetAside.objects.create(follower="guichet.channels.follow", event=event, error="ValueError: <x>", tries=8)
    page = ada.get("/settings/set-aside/").content.decode()
    assert "ValueError: &lt;x&gt;" in page
    assert "given up" in page
    ada.post(f"/settings/set-aside/{aside.pk}/try-again/")
    aside.refresh_from_db()
    assert aside.next_try_at is not None
    assert aside.next_try_at <= timezone.now()


def test_without_a_cause_the_pages_say_what_belongs_there(cast: make.Cast, ada: Client) -> None:
    assert b"Nothing is set aside" in ada.get("/settings/set-aside/").content
    assert b"No mail has arrived yet" in ada.get("/settings/ledger/").content
    assert b"No mail is in this state" in ada.get("/settings/ledger/?state=quarantine").content
