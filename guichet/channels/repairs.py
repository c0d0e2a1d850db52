"""What the reader had to repair in a mail, in the language of whoever reads about it.

The reader works in a child process and speaks English (`Incoming.problems`); a step of the ledger keeps its words.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# The first that fits counts.
_SAID = (
    gettext_noop("text stands outside the parts"),
    gettext_noop("the text is that of the attached mail"),
    gettext_noop("text is too long: cut"),
    gettext_noop("the mail is wrapped in another one"),
    gettext_noop("this is piece %(number)s of %(total)s of a mail"),
    gettext_noop("a file was not sent, only its place: %(place)s"),
    gettext_noop("winmail.dat is broken or too large: some of it is left out"),
    gettext_noop("text is not base64: read as it is"),
    gettext_noop("HTML is too long: cut"),
    gettext_noop("HTML is nested or built absurdly: shown as text"),
    gettext_noop("pictures written into the HTML are left out"),
    gettext_noop("text is not %(declared)s: read as %(used)s with errors"),
    gettext_noop("text is not %(declared)s: read as %(used)s"),
    gettext_noop("no charset: read as %(used)s with errors"),
    gettext_noop("no charset: read as %(used)s"),
    gettext_noop("parts nested deeper than %(count)s levels are not opened"),
    gettext_noop("too much S/MIME within S/MIME: the rest is not opened"),
    gettext_noop("an S/MIME part cannot be read"),
    gettext_noop("the header of a part runs into that of the mail"),
    gettext_noop("a line among the headers is no header: left out"),
    gettext_noop("no blank line between headers and body"),
    gettext_noop("too many headers: the rest of them is left out"),
    gettext_noop("header %(name)s is too long: cut"),
    gettext_noop("header %(name)s stands there %(count)s times"),
    gettext_noop("Content-Type is not understood"),
    gettext_noop("a multipart is itself encoded"),
    gettext_noop("boundary is missing or wrong: guessed"),
    gettext_noop("multipart without parts: read as text"),
    gettext_noop("more than %(count)s parts: the rest is left out"),
    gettext_noop("more than %(count)s addresses in %(name)s: the rest is left out"),
    gettext_noop("the closing boundary is missing"),
    gettext_noop("Date is not understood"),
    gettext_noop("From names several people: the first is taken"),
    gettext_noop("From names no address: taken from %(name)s"),
    gettext_noop("From names no address"),
)
_PATTERNS = {words: re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.*)", re.escape(words))) for words in _SAID}


def told(problem: str) -> str:
    """One of `Incoming.problems` in the reader's language; one of another version as it stands."""
    for words, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(problem):
            return _(words) % found.groupdict()
    return problem
