"""Bounds of one file; with those of time and memory (kit.confined) they hold whatever the file claims to be."""

FILE_BYTES = 50 * 1024 * 1024  # larger ones are not read
TEXT_BYTES = 256 * 1024  # of words that are kept, in UTF-8
ENTRIES = 5000  # of an archive's table
PART_BYTES = 24 * 1024 * 1024  # unpacked, of one part of an Office file
ALL_PARTS_BYTES = 64 * 1024 * 1024
PAGES = 500  # of a PDF


class Unreadable(Exception):
    """Why a file has no words for us: a short English sentence."""


class Enough(Exception):
    """As many words as are kept: the rest of the file need not be read."""


class Words:
    """Text that is gathered piece by piece, up to the bound."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._left = TEXT_BYTES

    def add(self, text: str) -> None:
        """Raises Enough once the bound is reached."""
        size = len(text.encode("utf-8", "ignore"))
        if size > self._left:
            self._pieces.append(text.encode("utf-8", "ignore")[: self._left].decode("utf-8", "ignore"))
            self._left = 0
            raise Enough
        self._pieces.append(text)
        self._left -= size

    def text(self) -> str:
        return "".join(self._pieces)
