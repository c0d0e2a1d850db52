"""Customers with a mail program and agents with a browser, both as plain as can be: smtplib and HTTP."""

from __future__ import annotations

import http.client
import http.cookiejar
import json
import re
import smtplib
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import make_msgid
from html import unescape
from typing import TypeVar
from urllib.error import HTTPError

from tests.channels.sink import Sink, Taken
from tests.desk import RunningDesk

PASSWORD = "correct horse battery"
PATIENCE = 40.0
Found = TypeVar("Found")


def until(look: Callable[[], Found], what: str, seconds: float = PATIENCE) -> Found:
    """The first true answer of `look`; fails with `what` when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s in vain: {what}"
        time.sleep(0.05)
    return found


def write(sender: str, to: str, subject: str, text: str, *, html: str = "", answers: str = "") -> EmailMessage:
    """A mail. `answers` is the Message-ID (with <>) of the mail it replies to."""
    mail = EmailMessage(policy=policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = make_msgid(domain="customer.example")
    if answers:
        mail["In-Reply-To"] = mail["References"] = answers
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def post(desk: RunningDesk, mail: EmailMessage, *, to: str = "", sender: str | None = None) -> None:
    """Hand a mail to the LMTP door as a mail server does. Raises what smtplib raises for a refusal."""
    with smtplib.LMTP(*desk.lmtp) as door:
        envelope = sender if sender is not None else str(mail["From"]).rpartition("<")[2].strip("<>")
        door.sendmail(envelope, [to or str(mail["To"])], mail.as_bytes())


def ledger(desk: RunningDesk, mail: EmailMessage) -> dict[str, object]:
    """What became of a mail, once it is decided."""
    name = str(mail["Message-ID"]).strip("<>")

    def look() -> dict[str, object] | None:
        rows = [json.loads(line) for line in desk.guichet("mail", "list", "--json").stdout.splitlines()]
        return next((row for row in rows if row["message_id"] == name and row["state"] != "received"), None)

    return until(look, f"{mail['Subject']} is opened")


def arrived(outside: Sink, recipient: str, containing: str) -> tuple[Taken, EmailMessage]:
    """The mail outside that went to `recipient` and says `containing`."""

    def look() -> tuple[Taken, EmailMessage] | None:
        for taken in list(outside.taken):
            mail = message_from_bytes(taken.raw, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            if recipient in taken.to and containing in text_of(mail):
                return taken, mail
        return None

    return until(look, f"a mail to {recipient} with {containing!r}")


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


class Agent:
    """Somebody signed in. Follows redirects, keeps cookies, and sends the CSRF token a page carries."""

    def __init__(self, url: str, email: str) -> None:
        self.url = url
        self.jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        with self._opener.open(f"{url}/", timeout=20) as door:
            login = urllib.parse.urlsplit(door.url).path
        assert self.post(login, login=email, password=PASSWORD)[0] == 200
        assert any(cookie.name == "session" for cookie in self.jar), "signed in"

    def get(self, path: str) -> tuple[int, bytes, http.client.HTTPMessage]:
        try:
            with self._opener.open(self.url + path, timeout=20) as answer:
                return answer.status, answer.read(), answer.headers
        except HTTPError as refused:
            return refused.code, refused.read(), refused.headers

    def page(self, path: str) -> str:
        """The words of a page, entities resolved."""
        with self._opener.open(self.url + path, timeout=20) as answer:
            return unescape(answer.read().decode())

    def post(self, path: str, /, **fields: object) -> tuple[int, str]:
        token = next(cookie.value for cookie in self.jar if cookie.name == "csrf")
        data = urllib.parse.urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        request = urllib.request.Request(self.url + path, data, {"Referer": self.url})
        try:
            with self._opener.open(request, timeout=20) as answer:
                return answer.status, unescape(answer.read().decode())
        except HTTPError as refused:
            return refused.code, unescape(refused.read().decode())

    def ticket_named(self, subject: str, view: str = "all") -> int:
        """The number of the ticket of this subject, once the list shows it."""

        def look() -> str | None:
            rows = re.findall(r'href="/tickets/(\d+)/[^"]*"(.*?)</a>', self.page(f"/tickets/?view={view}"), re.S)
            return next((number for number, row in rows if subject in row), None)

        return int(until(look, f"{subject!r} in the list"))

    def version_of(self, number: int) -> str:
        """The version a reply's author has seen."""
        found = re.search(r'name="seen" value="(\d+)"', self.page(f"/tickets/{number}/"))
        assert found, "the ticket page has a reply form"
        return found[1]

    def events(self) -> Iterator[tuple[str, dict[str, int]]]:
        """The live stream: (event, data). Begins with ("welcome", {}) once it stands."""
        address = urllib.parse.urlsplit(self.url)
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=PATIENCE)
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)
        connection.request("GET", "/events", headers={"Cookie": cookies, "Accept": "text/event-stream"})
        answer = connection.getresponse()
        assert answer.status == 200
        event = ""
        try:
            while line := answer.readline():
                if line.startswith(b": welcome"):
                    yield "welcome", {}
                elif line.startswith(b"event: "):
                    event = line[7:].decode().strip()
                elif line.startswith(b"data: ") and event != "ping":
                    yield event, json.loads(line[6:])
        finally:
            connection.close()
