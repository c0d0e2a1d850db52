"""Words out of files, honest and hostile ones, by the real child process."""

from __future__ import annotations

import io
import time
import zipfile
import zlib
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guichet.kit.extract import Extractor, Unreadable, may_have_words
from guichet.kit.extract.limits import TEXT_BYTES

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
T = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor(wall_seconds=20, cpu_seconds=3) as made:
        yield made


def read_or_reason(extractor: Extractor, data: bytes) -> str:
    try:
        return extractor.read(data)
    except Unreadable as error:
        return str(error) or "no reason"


def archive(**parts: str | bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as made:
        for name, part in parts.items():
            made.writestr(name.replace("__", "/") + ".xml", part)
    return data.getvalue()


def docx(body: str) -> bytes:
    return archive(word__document=f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>')


def pdf(content: bytes, *, more: bytes = b"", pages: int = 1) -> bytes:
    """A small PDF by hand, each page with the same content."""
    packed = zlib.compress(content)
    kids = " ".join(f"{5 + at} 0 R" for at in range(pages)).encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [" + kids + b"] /Count " + str(pages).encode() + b" " + more + b">>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length " + str(len(packed)).encode() + b" /Filter /FlateDecode >>\nstream\n" + packed + b"\nendstream",
        *[b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 3 0 R >> >> >>"] * pages,
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += str(number).encode() + b" 0 obj\n" + one + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = str(len(objects) + 1).encode()
    return bytes(out) + b"xref\n0 " + size + b"\n0000000000 65535 f \n" + table + (
        b"trailer\n<< /Size " + size + b" /Root 1 0 R >>\nstartxref\n" + str(len(out)).encode() + b"\n%%EOF\n"
    )  # fmt: skip


def test_plain_text_in_what_character_set_ever(extractor: Extractor) -> None:
    for data in ("Größe".encode(), "Größe".encode("cp1252"), "\ufeffGröße".encode(), "Größe".encode("utf-16")):
        assert extractor.read(data) == "Größe"
    assert "<" not in extractor.read(b"<html><style>p{}</style><p>Hello<script>no()</script> there</p></html>")
    assert extractor.read(b"<html><p>Hello<script>no()</script> there</p></html>").split() == ["Hello", "there"]


def test_pdf(extractor: Extractor) -> None:
    said = extractor.read(pdf(b"BT /F1 12 Tf 50 700 Td (Invoice 4711 for Cleo) Tj ET"))
    assert "Invoice 4711 for Cleo" in said


def test_word(extractor: Extractor) -> None:
    said = extractor.read(
        docx(
            "<w:p><w:r><w:t>Rech</w:t></w:r><w:r><w:t>nung</w:t></w:r></w:p><w:p><w:r><w:t>März</w:t></w:r></w:p>"
            "<w:p><w:del><w:r><w:delText>taken out</w:delText></w:r></w:del></w:p><w:instrText>PAGE</w:instrText>"
        )
    )
    assert said.split() == ["Rechnung", "März"]


def test_sheets_slides_and_open_document(extractor: Extractor) -> None:
    sheet = archive(
        xl__sharedStrings=f'<sst xmlns="{S}"><si><t>toner</t></si><si><t>paper</t></si></sst>',
        xl__worksheets__sheet1=f'<worksheet xmlns="{S}"><row><c t="s"><v>0</v></c><c><v>4711</v></c>'
        '<c t="inlineStr"><is><t>blue</t></is></c></row></worksheet>',
        xl__workbook=f'<workbook xmlns="{S}"><sheets><sheet name="Stock"/></sheets></workbook>',
    )
    assert sorted(extractor.read(sheet).split()) == ["4711", "Stock", "blue", "paper", "toner"]
    slides = archive(**{f"ppt__slides__slide{n}": f'<p xmlns:a="{A}"><a:t>slide {n}</a:t></p>' for n in (10, 2)})
    assert extractor.read(slides).split() == ["slide", "2", "slide", "10"]
    text = archive(content=f'<d xmlns:text="{T}"><text:h>Titel</text:h><text:p>Erste <text:s/>Zeile</text:p></d>')
    assert extractor.read(text).split() == ["Titel", "Erste", "Zeile"]


def test_words_are_bounded(extractor: Extractor) -> None:
    assert len(extractor.read(b"word " * 1_000_000)) <= TEXT_BYTES
    assert len(extractor.read(docx("<w:p><w:r><w:t>word</w:t></w:r></w:p>" * 200_000))) <= TEXT_BYTES
    assert len(extractor.read("é".encode() * 1_000_000).encode()) <= TEXT_BYTES


LAUGHS = (
    '<!DOCTYPE d [<!ENTITY a "ha">' + "".join(f'<!ENTITY a{n} "{"&a" + str(n - 1 or "") + ";"}">' * 1 for n in range(1, 9))
    + ']><w:document xmlns:w="' + W + '"><w:t>&a8;</w:t></w:document>'
)  # fmt: skip
HOSTILE = {
    "zip bomb": archive(word__document=b"<d>" + b" " * 200_000_000),
    "many small bombs": archive(**{f"ppt__slides__slide{n}": b"<d>" + b" " * 20_000_000 for n in range(20)}),
    "entities": archive(word__document=LAUGHS),
    "outside entity": archive(content='<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'),
    "cut archive": docx("<w:p/>")[:-30],
    "no document": archive(other="<x/>"),
    "cut pdf": b"%PDF-1.7\n1 0 obj\n<<",
    "circle of pages": pdf(b"", more=b"/Parent 2 0 R ").replace(b"[5 0 R]", b"[2 0 R]"),
    "binary": b"\x7fELF\0\0" + bytes(range(256)) * 40,
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_files_are_refused_and_the_next_is_read(extractor: Extractor, name: str) -> None:
    answer = read_or_reason(extractor, HOSTILE[name])
    assert len(answer) <= 200
    assert "root:" not in answer
    assert extractor.read(b"still here") == "still here"


def test_an_endless_pdf_is_stopped_by_the_clock_of_the_processor(extractor: Extractor) -> None:
    endless = pdf(b"BT /F1 12 Tf " + b"(x) Tj 1 0 0 1 0 0 cm q Q " * 3_000_000 + b"ET", pages=400)
    began = time.monotonic()
    with pytest.raises(Unreadable, match=r"processor time|memory|too long"):
        extractor.read(endless)
    assert time.monotonic() - began < 60
    assert extractor.read(b"still here") == "still here"


def test_deep_xml_needs_no_stack(extractor: Extractor) -> None:
    deep = "<w:t>" * 500_000 + "bottom" + "</w:t>" * 500_000
    assert extractor.read(docx(deep)).strip() == "bottom"


def test_a_child_that_was_killed_is_replaced(extractor: Extractor) -> None:
    assert extractor.read(b"one") == "one"
    assert extractor._child is not None
    extractor._child.kill()
    extractor._child.wait()
    with pytest.raises(Unreadable):
        extractor.read(b"two")
    assert extractor.read(b"three") == "three"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.sampled_from([b"", b"%PDF-1.4\n", b"PK\x03\x04", b"\xff\xfe"]))
def test_whatever_bytes_give_words_or_a_reason(extractor: Extractor, data: bytes, start: bytes) -> None:
    assert "\0" not in read_or_reason(extractor, start + data)
    assert extractor._child is not None


def test_what_is_worth_a_look() -> None:
    assert may_have_words("Plan.PDF", "application/octet-stream")
    assert may_have_words("no suffix", "text/plain; charset=utf-8")
    assert may_have_words("x", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    assert not may_have_words("photo.jpg", "image/jpeg")
    assert not may_have_words("old.doc", "application/msword")
