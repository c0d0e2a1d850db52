"""What the checks are given and what they find."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LOOKED_AT = 200_000  # characters of one letter


class Check:
    """The keys of findings: what can be switched off, and what the log names."""

    INTERNAL = "internal"
    MENTION = "mention"
    PERSON = "person"
    ADDRESS = "address"
    TICKET = "ticket"
    FILE = "file"
    RECIPIENT = "recipient"
    ATTACHMENT = "attachment"
    PLACEHOLDER = "placeholder"
    GREETING = "greeting"
    PASSWORD = "password"  # noqa: S105  # the name of a check
    API_KEY = "api_key"
    IBAN = "iban"
    CARD = "card"
    LANGUAGE = "language"
    EMPTY = "empty"
    WORDS = "words"


CHECKS = (
    Check.INTERNAL, Check.MENTION, Check.PERSON, Check.ADDRESS, Check.TICKET, Check.FILE, Check.RECIPIENT,
    Check.ATTACHMENT, Check.PLACEHOLDER, Check.GREETING, Check.PASSWORD, Check.API_KEY, Check.IBAN, Check.CARD,
    Check.LANGUAGE, Check.EMPTY, Check.WORDS,
)  # fmt: skip
# What cannot be mended by a second mail.
GRAVE = frozenset(
    {Check.INTERNAL, Check.MENTION, Check.PERSON, Check.ADDRESS, Check.TICKET, Check.FILE, Check.RECIPIENT,
     Check.PASSWORD, Check.API_KEY, Check.CARD}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: `words` stand at `start` of the text, or nowhere in it (then `start` is None).

    `about` is what the sentence needs beside the words: the customer's name, a language.
    """

    key: str
    words: str = ""
    start: int | None = None
    about: str = ""

    @property
    def is_grave(self) -> bool:
        return self.key in GRAVE

    @property
    def token(self) -> str:
        """Names this finding when a person insists: the same words again, and no others."""
        digest = hashlib.blake2s(flat(self.words).encode(), digest_size=5).hexdigest()
        return f"{self.key}:{digest}"


@dataclass(frozen=True, slots=True)
class Others:
    """Who and what of a letter belongs to other customers, as it stands there, in lower case."""

    names: frozenset[str] = frozenset()
    surnames: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the conversation a letter belongs to.

    `names` are flat words by which those who take part may be greeted; `conversation` is all that was said there, in
    lower case. `languages` are the customer's, empty where nobody knows. `recipients` are addresses nobody wrote to or
    from here before, `foreign_files` names of files that came from another customer.
    """

    customer: str = ""
    names: frozenset[str] = frozenset()
    conversation: str = ""
    languages: frozenset[str] = frozenset()
    colleagues: Mapping[str, str] = field(default_factory=dict)
    teams: Sequence[str] = ()
    others: Others = Others()
    recipients: Sequence[str] = ()
    foreign_files: Sequence[str] = ()
    has_files: bool = False
    is_third_party: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """What the house changed: checks that are off, words of its own, words that are always allowed."""

    off: frozenset[str] = frozenset()
    never: Sequence[str] = ()
    allowed: Sequence[str] = ()


class _Flat(dict[int, str]):
    """One character for one character, so that places in the flat text are places in the text."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        first = unicodedata.normalize("NFKD", char)[0].lower()
        self[code] = first if len(first) == 1 else char
        return self[code]


_FLAT = _Flat({ord(a): b for a, b in zip("’‘´`“”„«»–—\xa0\u202f\u2009ßœæøł", '\'\'\'\'"""""--   soaol', strict=True)})


def flat(text: str) -> str:
    """Lower case without accents, as long as the text: how words are compared (ß is s, œ is o)."""
    return text.lower() if text.isascii() else text.translate(_FLAT)
