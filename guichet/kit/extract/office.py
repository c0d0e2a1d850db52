"""The words of Office (docx, xlsx, pptx) and OpenDocument files: archives of XML, read part by part as a stream.

No part is unpacked further than its bound, no entity is ever expanded, no tree is built.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat  # nosec: entities are refused below

from guichet.kit.extract.limits import ALL_PARTS_BYTES, ENTRIES, PART_BYTES, Unreadable, Words

_PARTS = re.compile(
    r"word/(?:document|footnotes|endnotes|comments|header\d*|footer\d*)\.xml"
    r"|xl/(?:sharedStrings|workbook)\.xml|xl/worksheets/sheet\d+\.xml|xl/comments\d*\.xml"
    r"|ppt/(?:slides/slide|notesSlides/notesSlide)\d+\.xml|docProps/core\.xml|content\.xml|meta\.xml"
)
_CHUNK = 64 * 1024
# Elements whose text is words; in OpenDocument every text is.
_WORDS = frozenset({"t", "title", "subject", "description", "keywords"})
# Where one word cannot go on into the next.
_LINES = frozenset({"p", "h", "row", "tr"})
_BREAKS = _LINES | {"br", "tab", "tc", "si", "c", "sheet", "table-cell", "line-break", "s", "cell"}


def read_office(data: bytes, words: Words) -> None:
    """Raises Unreadable for what is no such file, Enough when the bound of words is reached."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = list(_parts(archive))
            if not parts:
                raise Unreadable("an archive without a document in it")
            budget = ALL_PARTS_BYTES
            for part in parts:
                budget -= _read_part(archive, part, words, min(PART_BYTES, budget))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise Unreadable("locked with a password" if "password" in str(error) else "a damaged archive") from error


def _parts(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    entries = archive.infolist()
    if len(entries) > ENTRIES:
        raise Unreadable("an archive of too many parts")
    chosen = [entry for entry in entries if _PARTS.fullmatch(entry.filename)]
    # What a reader sees first: the document before its remarks, pages by their number.
    yield from sorted(chosen, key=lambda entry: (entry.filename.startswith(("docProps", "meta")), _by_number(entry)))


def _by_number(entry: zipfile.ZipInfo) -> tuple[str, int]:
    name, number = re.fullmatch(r"(.*?)(\d*)\.xml", entry.filename).groups()  # type: ignore[union-attr]
    return name, int(number[:9] or 0)


def _read_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, words: Words, bound: int) -> int:
    """Bytes that were unpacked."""
    parser = _parser(words, is_free=part.filename in ("content.xml", "meta.xml"))
    taken = 0
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            taken += len(chunk)
            if taken > bound:
                raise Unreadable("a part that unpacks to far too much")
            try:
                parser.Parse(chunk, False)
            except expat.ExpatError:
                break  # what was read until here are words all the same
    return taken


def _parser(words: Words, *, is_free: bool) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth, is_reference = 0, False

    def refuse(*_about: object) -> None:
        raise Unreadable("XML with entities of its own")

    def is_words(local: str) -> bool:
        # The value of a cell, unless it is only the place of its text in a list.
        return local in _WORDS or (local == "v" and not is_reference)

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, is_reference
        local = name.rpartition(" ")[2]
        if local == "c":
            is_reference = attributes.get("t") == "s"
        if local == "sheet":
            words.add(attributes.get("name", ""))
        if local in _BREAKS:
            words.add("\n" if local in _LINES else " ")
        depth += is_words(local)

    def end(name: str) -> None:
        nonlocal depth
        local = name.rpartition(" ")[2]
        depth -= is_words(local)
        if local in _BREAKS:
            words.add(" ")

    def text(said: str) -> None:
        if is_free or depth:
            words.add(said)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.EntityDeclHandler = refuse
    parser.StartDoctypeDeclHandler = refuse
    return parser
