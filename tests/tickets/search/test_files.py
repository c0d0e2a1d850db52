"""Files are read by the worker: their words are found, a failure is seen and harmless."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from guichet.kit.extract import Extractor
from guichet.kit.files import BlobStore
from guichet.people.models import Person
from guichet.tickets import actions, search
from guichet.tickets.actions import FileRef, Words
from guichet.tickets.events import By
from guichet.tickets.models import Attachment, FileReading, FileText, Ticket
from guichet.tickets.search import check, files
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def extractor() -> Iterator[Extractor]:
    with Extractor() as made:
        yield made


def attach(ticket: Ticket, person: Person, name: str, data: bytes) -> Attachment:
    digest = BlobStore(Path(settings.DATA) / "blobs").put(data)
    file = FileRef(name, "application/octet-stream", len(data), digest)
    return actions.receive(ticket, Words(text="see", files=[file]), person, By(person, "email")).attachments.get()


def finds(text: str, person: Person) -> list[str]:
    hits = Ticket.objects.visible_to(person).filter(search.matching(text, person))
    return sorted(hits.values_list("subject", flat=True))


def test_words_of_files_are_found_with_those_beside_them(cast: make.Cast, extractor: Extractor) -> None:
    ticket = make.ticket("Lamp", to=cast.support, of=cast.cleo)
    read = attach(ticket, cast.cleo, "abracadabra.txt", "Der Zähler steht auf 4711.".encode())
    photo = attach(ticket, cast.cleo, "photo.jpg", b"\xff\xd8\xff\0")
    broken = attach(ticket, cast.cleo, "broken.pdf", b"%PDF-1.4 nothing")
    lost = Attachment.objects.create(
        message=read.message, name="lost.txt", content_type="text/plain", size=1, digest="0" * 64
    )
    assert finds("abracadabra", cast.ana) == ["Lamp"], "by its name at once"
    assert finds("zähler", cast.ana) == []
    while files.read_some(extractor):
        pass
    for one in (read, photo, broken, lost):
        one.refresh_from_db()
    assert read.reading == FileReading.READ
    assert photo.reading == FileReading.WITHOUT
    assert (broken.reading, broken.reading_note) == (FileReading.FAILED, "a damaged PDF")
    assert lost.reading == FileReading.FAILED
    for person in (cast.ana, cast.cleo):
        assert finds("zahler 4711 lamp", person) == ["Lamp"]
        assert finds("zahler see", person) == ["Lamp"]
    assert finds("zahler", cast.ben) == finds("zahler", cast.dan) == []
    assert files.read_some(extractor) == 0


def test_a_file_of_a_moved_message_is_found_where_it_went(cast: make.Cast, extractor: Extractor) -> None:
    ticket = make.ticket("Lamp", to=cast.support, of=cast.cleo)
    file = attach(ticket, cast.cleo, "plan.txt", b"abracadabra")
    new = actions.split(file.message, By(cast.ana))
    files.read_some(extractor)
    assert Ticket.objects.filter(search.matching("abracadabra", cast.ana)).get() == new
    assert FileText.objects.get().text == "abracadabra"
    FileText.objects.all().delete()
    assert finds("abracadabra", cast.ana) == []


def test_the_doctor_tells_what_waits_and_what_failed(cast: make.Cast, extractor: Extractor) -> None:
    ticket = make.ticket("Lamp", to=cast.support, of=cast.cleo)
    attach(ticket, cast.cleo, "broken.pdf", b"%PDF-1.4 nothing")
    assert "1 files wait" in next(iter(check.lines())).text
    files.read_some(extractor)
    told = [str(line) for line in check.lines()]
    assert "0 files wait" in told[0]
    assert "broken.pdf: a damaged PDF" in told[1]
