"""Files in and out of the desk: uploads, attachments, mail HTML in its cage, pictures from outside."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from guichet.desk import files, pictures
from guichet.kit import http
from guichet.kit.extract import Extractor
from guichet.kit.files import BlobStore
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import Attachment, Message, Ticket
from guichet.tickets.search import files as reading
from tests import make

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + zlib.compress(b"not really, but its first bytes say so")


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    return make.ticket(to=cast.support, of=cast.cleo)


def attach(ticket: Ticket, cast: make.Cast, name: str, kind: str, data: bytes, **more: str) -> Attachment:
    digest = BlobStore(settings.DATA / "blobs").put(data)
    ref = actions.FileRef(name, kind, len(data), digest, **more)
    message = actions.receive(ticket, actions.Words(text="x", files=[ref]), cast.cleo, By(cast.cleo, "email"))
    return message.attachments.get()


def body(answer: object) -> bytes:
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_an_upload_becomes_an_attachment_of_the_reply(ticket: Ticket, ana: Client) -> None:
    answer = ana.post("/uploads/", {"file": SimpleUploadedFile("../../floor plan.txt", b"plan", "text/html")})
    kept = json.loads(answer.content)
    assert kept["name"] == "floor plan.txt"
    ana.post(f"/tickets/{ticket.number}/reply/", {"text": "", "seen": ticket.version, "file": kept["token"]})
    attachment = Attachment.objects.get()
    assert (attachment.name, attachment.content_type, attachment.size) == ("floor plan.txt", "text/plain", 4)
    assert body(ana.get(f"/attachments/{attachment.pk}/")) == b"plan"


def test_without_scripts_files_come_with_the_form(ticket: Ticket, ana: Client) -> None:
    ana.post(f"/tickets/{ticket.number}/note/", {"text": "see", "upload": SimpleUploadedFile("a.txt", b"abc")})
    assert Attachment.objects.get().size == 3


def test_an_upload_is_its_owners_alone(ticket: Ticket, cast: make.Cast, ana: Client, ben: Client) -> None:
    token = json.loads(ana.post("/uploads/", {"file": SimpleUploadedFile("a.txt", b"abc")}).content)["token"]
    foreign = make.ticket(to=cast.billing)
    ben.post(f"/tickets/{foreign.number}/note/", {"text": "x", "file": [token, token + "x"]})
    assert not Attachment.objects.exists()


def test_too_large_an_upload_is_refused(ana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "UPLOAD_LIMIT_MB", 0)
    assert ana.post("/uploads/", {"file": SimpleUploadedFile("a", b"abc")}).status_code == 413


@pytest.mark.parametrize(
    ("given", "clean"),
    [("a/b\\c.txt", "c.txt"), ("gnp\u202efdp.exe", "gnpfdp.exe"), ("\u200b.htaccess", ".htaccess"), ("", "file"), ("x\r\nSet-Cookie: y", "x Set-Cookie: y")],
)  # fmt: skip
def test_names_are_cleaned(given: str, clean: str) -> None:
    assert files.clean_name(given) == clean


def test_what_search_cannot_read_says_so_quietly(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    attach(ticket, cast, "plan.pdf", "application/pdf", b"%PDF-1.7 cut off")
    attach(ticket, cast, "list.txt", "text/plain", b"toner, paper")
    page = f"/tickets/{ticket.number}/"
    assert "Not searchable" not in ana.get(page).content.decode()
    with Extractor() as extractor:
        reading.read_some(extractor)
    shown = ana.get(page).content.decode()
    assert shown.count("Not searchable") == 1
    assert "Not searchable: damaged" in shown.split("plan.pdf")[-1][:900]


def test_whatever_a_file_claims_it_is_a_caged_download(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    page = attach(ticket, cast, "page.html", "text/html", b"<script>alert(1)</script>")
    svg = attach(ticket, cast, "picture.png", "image/png", b"<svg onload='alert(1)'/>")
    for url in (f"/attachments/{page.pk}/", f"/attachments/{page.pk}/?inline=1", f"/attachments/{svg.pk}/?inline=1"):
        answer = ana.get(url)
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]


def test_a_true_picture_is_shown_inline(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    picture = attach(ticket, cast, "a.png", "image/png", PNG)
    answer = ana.get(f"/attachments/{picture.pk}/?inline=1")
    assert answer["Content-Type"] == "image/png"
    assert answer["Content-Disposition"].startswith("inline;")


def test_files_of_customers_are_not_compressed_on_their_way(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    table = attach(ticket, cast, "table.csv", "text/csv", b"a;b\n" * 500)
    answer = ana.get(f"/attachments/{table.pk}/", HTTP_ACCEPT_ENCODING="gzip")
    assert answer.status_code == 200 and "Content-Encoding" not in answer


def test_a_foreign_attachment_or_message_is_not_found(ticket: Ticket, cast: make.Cast, ben: Client) -> None:
    file = attach(ticket, cast, "a.txt", "text/plain", b"secret")
    assert ben.get(f"/attachments/{file.pk}/").status_code == 404
    assert ben.get(f"/messages/{file.message_id}/html/").status_code == 404
    assert ben.get(f"/messages/{file.message_id}/text/").status_code == 404


def test_mail_html_is_caged_and_its_pictures_come_from_here(ticket: Ticket, cast: make.Cast, ana: Client) -> None:
    digest = BlobStore(settings.DATA / "blobs").put(PNG)
    html = (
        '<p>Hi</p><script>alert(1)</script><img src="cid:logo@x"><img src="https://track.example/p.gif">'
        '<img src="cid:unknown"><a href="https://a.example/">a</a>'
    )
    ref = actions.FileRef("logo.png", "image/png", len(PNG), digest, is_inline=True, content_id="logo@x")
    words = actions.Words(text="Hi", html=html, files=[ref])
    message = actions.receive(ticket, words, cast.cleo, By(cast.cleo, "email"))
    answer = ana.get(f"/messages/{message.pk}/html/")
    shown = answer.content.decode()
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "alert(1)" not in shown
    assert "track.example" not in shown
    (source,) = re.findall(r'<img src="([^"]+)"', shown)
    # The frame has no origin and so sends no cookies: the address itself is the right to see it.
    assert Client(HTTP_HOST="localhost").get(source)["Content-Type"] == "image/png"
    with_remote = ana.get(f"/messages/{message.pk}/html/?pictures=1").content.decode()
    assert "track.example" not in with_remote
    assert len(re.findall(r'<img src="/pictures/', with_remote)) == 2
    Message.objects.filter(pk=message.pk).update(seals=[{"kind": "smime", "what": "encrypted", "state": "valid"}])
    assert ana.get(f"/messages/{message.pk}/html/?pictures=1").content.decode().count("/pictures/") == 1
    assert "pictures=1" not in ana.get(f"/tickets/{ticket.number}/").content.decode()


def test_a_picture_address_is_signed_and_ends(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    url = pictures.picture_url({"attachment": 1})
    assert client.get(url[:-3] + "x/", HTTP_HOST="localhost").status_code == 404
    monkeypatch.setattr(pictures, "LASTS", -1)
    assert pictures.read_picture(url.split("/")[-2]) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://10.0.0.1/", "http://169.254.169.254/latest/", "http://[::1]/",
        "http://[::ffff:127.0.0.1]/", "http://0x7f.1/", "http://2130706433/", "http://0/", "http://100.64.0.1/",
        "http://[64:ff9b::7f00:1]/", "ftp://example.com/", "file:///etc/passwd", "http://example.com:8025/",
        "http://user@127.0.0.1/", "http://[fe80::1%25eth0]/", "http://224.0.0.1/", "http://", "http://[::",
    ],
)  # fmt: skip
def test_nothing_private_is_ever_fetched(url: str) -> None:
    with pytest.raises(http.Refused):
        http.fetch(url)


class _Pictures(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1/")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", "Image/PNG; x=y")
        self.end_headers()
        self.wfile.write(PNG if self.path == "/small.png" else b"x" * 300_000)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server that stands for the outside world: its loopback address is taken for a public one, its port for 80."""
    server = HTTPServer(("127.0.0.1", 0), _Pictures)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(http, "_is_public", lambda text: True)
    monkeypatch.setitem(http._PORTS, "http", server.server_port)
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_fetch_is_bounded_and_follows_no_redirect(outside: str) -> None:
    assert http.fetch(f"{outside}/small.png") == http.Fetched("image/png", PNG)
    with pytest.raises(http.Refused, match="too large"):
        http.fetch(f"{outside}/large.png", max_bytes=100_000)
    with pytest.raises(http.Refused, match="302"):
        http.fetch(f"{outside}/moved")


def test_the_proxy_passes_pictures_and_nothing_else(outside: str, client: Client) -> None:
    good = client.get(pictures.picture_url({"url": f"{outside}/small.png"}), HTTP_HOST="localhost")
    assert (good["Content-Type"], good.content) == ("image/png", PNG)
    assert client.get(pictures.picture_url({"url": f"{outside}/no-picture"}), HTTP_HOST="localhost").status_code == 404
