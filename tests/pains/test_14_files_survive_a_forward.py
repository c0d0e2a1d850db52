"""Pain 14: inline pictures and attachments vanish on forward, turn into base64 noise, or leave blank messages.

Here what is passed on carries its words, its pictures in their place and its files with the very same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.browser import client_of
from tests.channels.sink import Sink, sink
from tests.channels.test_write import PIXEL
from tests.pains.sending import arrive, desk, gone, mail, press_send, text_of

pytestmark = pytest.mark.django_db(transaction=True)
PLAN = b"%PDF-1.4 " + bytes(range(256)) * 40


@pytest.fixture
def out() -> Iterator[Sink]:
    with sink() as made:
        yield made


def illustrated() -> EmailMessage:
    made = mail("Cleo Martin <cleo@customer.example>", "Blinking", "It blinks like this:")
    made.add_alternative('<p>It blinks like this: <img src="cid:dot@phone"></p>', subtype="html")
    html = made.get_body(("html",))
    assert html is not None
    html.add_related(PIXEL, "image", "png", cid="<dot@phone>", filename="dot.png", disposition="inline")
    made.add_attachment(PLAN, "application", "pdf", filename="Übersicht.pdf")
    return made


def test_words_pictures_and_files_arrive_at_the_supplier(out: Sink) -> None:
    cast = desk(out)
    theirs = arrive(illustrated(), cast.support)
    assert theirs is not None
    ana = client_of(cast.ana)
    message = press_send(
        ana, theirs.ticket, "Is this the lamp?", f"?ask=1&include={theirs.pk}", "ask", to="help@toner.example"
    )
    to, made = gone(message, out)
    assert to == ["help@toner.example"]
    files = {str(part.get_filename()): part for part in made.walk() if part.get_filename()}
    assert files["Übersicht.pdf"].get_payload(decode=True) == PLAN
    assert files["dot.png"].get_payload(decode=True) == PIXEL
    assert f'src="cid:{files["dot.png"]["Content-ID"].strip("<>")}"' in text_of(made, "html")
    words = text_of(made)
    assert "Is this the lamp?" in words
    assert "It blinks like this:" in words
    assert "base64" not in words
    assert "cleo@customer.example" not in out.taken[-1].raw.decode()


def test_a_reply_s_own_files_leave_as_they_came(out: Sink) -> None:
    cast = desk(out)
    theirs = arrive(illustrated(), cast.support)
    assert theirs is not None
    ana = client_of(cast.ana)
    token = ana.post("/uploads/", {"file": SimpleUploadedFile("plan.pdf", PLAN)}).json()["token"]
    _to, made = gone(press_send(ana, theirs.ticket, "See the plan.", file=token), out)
    assert [part.get_payload(decode=True) for part in made.iter_attachments()] == [PLAN]
