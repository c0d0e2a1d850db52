"""The words of a PDF, page by page. Pure Python reads it: no hostile file can overrun anything there."""

from __future__ import annotations

import io
import logging

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from guichet.kit.extract.limits import PAGES, Enough, Unreadable, Words


def read_pdf(data: bytes, words: Words) -> None:
    """Raises Unreadable, or Enough when the bound of words is reached. A page that cannot be read is left out."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("locked with a password")
        if reader.metadata and reader.metadata.title:
            words.add(f"{reader.metadata.title}\n")
        count = min(len(reader.pages), PAGES)
    except (Unreadable, Enough, MemoryError):
        raise
    except (PyPdfError, Exception) as error:
        raise Unreadable("a damaged PDF") from error
    for number in range(count):
        try:
            said = reader.pages[number].extract_text()
        except MemoryError:
            raise
        except Exception:  # noqa: S112 (whatever one page provokes, the others are read)
            continue
        words.add(f"{said}\n")
