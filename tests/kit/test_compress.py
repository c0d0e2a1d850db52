"""What goes over the wire: pages and built files, compressed for those who take it."""

from __future__ import annotations

import gzip

import pytest
from django.conf import settings
from django.test import Client

from tests import make
from tests.browser import client_of, missing

pytestmark = pytest.mark.django_db
TAKES = {"HTTP_ACCEPT_ENCODING": "gzip, deflate, br"}


def test_a_page_is_compressed_for_those_who_take_it() -> None:
    cast = make.cast()
    make.ticket("Lamp", to=cast.support)
    ana = client_of(cast.ana)
    plain, small = ana.get("/tickets/?view=all"), ana.get("/tickets/?view=all", **TAKES)
    assert "Content-Encoding" not in plain and b"Lamp" in plain.content
    assert small["Content-Encoding"] == "gzip" and "Accept-Encoding" in small["Vary"]
    assert b"Lamp" in gzip.decompress(small.content) and len(small.content) < len(plain.content) / 2
    assert int(small["Content-Length"]) == len(small.content)
    # Of a different length each time: what is in a page cannot be guessed by asking for it.
    assert len({len(ana.get("/tickets/?view=all", **TAKES).content) for _time in range(12)}) > 1


@pytest.mark.parametrize(("takes", "encoding"), [("gzip, br", "br"), ("gzip", "gzip"), ("", None)])
@pytest.mark.parametrize("name", ["desk.css", "desk.js", "icons.svg"])
def test_what_was_built_is_there_compressed(name: str, takes: str, encoding: str | None) -> None:
    if not settings.BUILD.exists():
        missing("the front end is not built")
    answer = Client(HTTP_HOST="localhost").get(f"{settings.STATIC_URL}guichet/{name}", HTTP_ACCEPT_ENCODING=takes)
    assert answer.status_code == 200
    assert answer.get("Content-Encoding") == encoding
