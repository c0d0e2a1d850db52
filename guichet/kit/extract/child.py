"""The child's side: takes length-framed files on stdin, answers length-framed words on stdout, until stdin closes."""

from __future__ import annotations

import os
import struct
import sys
from html.parser import HTMLParser

from guichet.kit.confined import confine, more_time
from guichet.kit.extract.limits import TEXT_BYTES, Enough, Unreadable, Words
from guichet.kit.extract.office import read_office
from guichet.kit.extract.pdf import read_pdf

LENGTH = struct.Struct(">Q")
NO_MEMORY = 77
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def main(cpu_seconds: int) -> int:
    confine()
    inlet, outlet = sys.stdin.buffer, sys.stdout.buffer
    while len(head := inlet.read(LENGTH.size)) == LENGTH.size:
        (size,) = LENGTH.unpack(head)
        data = inlet.read(size)
        if len(data) < size:
            return 0
        more_time(cpu_seconds)
        answer = _answer(data)
        outlet.write(LENGTH.pack(len(answer)) + answer)
        outlet.flush()
    return 0


def _answer(data: bytes) -> bytes:
    """ "+" and the words, or "-" and why there are none."""
    words = Words()
    try:
        _read(data, words)
    except Enough:
        pass
    except Unreadable as error:
        return b"-" + str(error).encode()
    except MemoryError:
        os._exit(NO_MEMORY)  # a new child has a clean heap; the parent knows this status
    except Exception as error:  # whatever a hostile file provokes is its reason, not our end
        return b"-" + f"reading failed: {type(error).__name__}".encode()
    return b"+" + words.text().replace("\0", " ").encode("utf-8", "ignore")


def _read(data: bytes, words: Words) -> None:
    if data[:1024].lstrip().startswith(b"%PDF-"):
        read_pdf(data, words)
    elif data.startswith(b"PK\x03\x04"):
        read_office(data, words)
    elif any(data.startswith(bom) for bom, _name in _BOMS) or b"\0" not in data[:4096]:
        _read_text(data, words)
    else:
        raise Unreadable("not a text, and no format that can be read")


def _read_text(data: bytes, words: Words) -> None:
    name = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    begun = data[: 4 * TEXT_BYTES]
    try:
        text = begun.decode(name)
    except UnicodeDecodeError as error:
        # A character that the cut went through is no sign of another character set.
        is_cut = len(begun) < len(data) and error.start > len(begun) - 4
        text = begun.decode(name, "ignore") if is_cut else begun.decode("cp1252", "replace")
    if text[:1024].lstrip()[:15].lower().startswith(("<!doctype html", "<html")):
        _Page(words).feed(text)
    else:
        words.add(text)


class _Page(HTMLParser):
    """The words of an HTML page."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words, self._silent = words, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style") and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._words.add(f"{data} ")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
