"""Pain 38: search misses what is there until somebody indexes anew: number formats, fresh mail, words in files.

Here mail is found as soon as it is a ticket, before any worker came by, under every form of its number; and what
stands in its files a moment later.
"""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest
from django.test import Client

from guichet.kit.extract import Extractor
from guichet.tickets.models import ToIndex
from guichet.tickets.search import files
from tests import make
from tests.pains.arriving import Post, post

__all__ = ["post"]
pytestmark = pytest.mark.django_db(transaction=True)


def found(client: Client, q: str) -> list[str]:
    html = client.get("/search/", {"q": q}).content.decode()
    return [re.sub(r"<[^>]*>", "", link).strip() for link in re.findall(r'class="row-link"[^>]*>(.*?)</a>', html)]


def test_mail_is_found_as_soon_as_it_is_a_ticket(post: Post, client: Client) -> None:
    cast = make.cast()
    client.force_login(cast.ana)
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Cleo Martin <cleo@customer.example>", cast.support.address, "Störung"
    made["Message-ID"] = "<pain38@customer.example>"
    made.set_content("Der Zähler im Keller brummt.\n-- \nCleo")
    made.add_attachment("Zählerstand;4711\n", subtype="csv", filename="ablesung.csv")
    number = post(made.as_bytes().replace(b"\n", b"\r\n")).ticket.number  # type: ignore[union-attr]
    assert ToIndex.objects.exists(), "no worker has come by"
    for question in (
        "störung",
        "stoerung",
        "zahler keller",
        "ZÄHLER",
        '"im keller"',
        "brumm",
        "ablesung",
        "cleo brummt",
    ):
        assert "Störung" in found(client, question), question
    for question in (f"{number}", f"#{number}", f"[#{number}]", f"# {number}"):
        assert f"#{number} Störung" in found(client, question), question
    assert found(client, "zahlerstand 4711") == []
    with Extractor() as extractor:
        files.read_some(extractor)
    assert found(client, "zahlerstand 4711") == ["Störung"]
