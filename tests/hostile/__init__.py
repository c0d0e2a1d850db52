"""Hostile mails of our own making, by the rows of the threat table for what comes in: reading must survive them all.

`mails()` builds them; `tests/channels/email/test_hostile_mails.py` reads them, and any door may be fed with them. What is
expected of a mail stands in `expect`: `subject`, `sender`, `message_id`, `text` and `html` (pieces that must be there),
`absent` (pieces that may stand in neither), `files` (names), `contents` (bytes of the files), `problem` (a piece of one),
`auto`, `spam`, `seal`. The rules of tests/fuzz/rules.py hold for each without being named.
"""

from __future__ import annotations

from tests.hostile import contents, structure, words
from tests.hostile.making import Hostile, properties, signed_blob, tnef

__all__ = ["Hostile", "mails", "properties", "signed_blob", "tnef"]


def mails() -> list[Hostile]:
    """All of them, each name once."""
    return [
        mail
        for family in (
            structure.malformed, structure.boundaries, structure.encodings, structure.bombs, words.charsets,
            words.dirty_text, words.dates, words.injections, words.identities, words.names, words.claims,
            contents.markup, contents.tracking, contents.contents, contents.archives, contents.winmail,
            contents.calendars, contents.sealed,
        )
        for mail in family()
    ]  # fmt: skip
