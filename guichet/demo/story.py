"""The words a story is told in: what customers send, what agents answer and do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Look = Literal["plain", "html", "outlook", "gmail", "phone"]


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail from outside. `after` is minutes since the step before; `look` is the mail program that wrote it.

    `html` stands in for the HTML made from `text`; `files` are names of `pictures.FILES`.
    """

    text: str
    after: int = 0
    subject: str = ""
    sender: str = ""  # an address of the cast; of the requester if empty
    look: Look = "plain"
    html: str = ""
    files: Sequence[str] = ()
    inline: Sequence[str] = ()
    cc: Sequence[str] = ()
    headers: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    by: str
    text: str
    after: int = 30
    status: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    by: str
    text: str
    after: int = 5


@dataclass(frozen=True, slots=True)
class Do:
    """What an agent sets, all in one moment; empty is left alone."""

    by: str
    assign: str = ""
    status: str = ""
    priority: str = ""
    tags: Sequence[str] = ()
    move: str = ""
    after: int = 3


@dataclass(frozen=True, slots=True)
class Bounce:
    """The other mail server's report that the last answer could not be delivered."""

    status: str
    diagnostic: str
    after: int = 1


Step = Mail | Reply | Note | Do | Bounce


@dataclass(frozen=True, slots=True)
class Story:
    """One ticket from its first mail on. Begins `workdays` ago at `at` (HH:MM, house time), or `minutes_ago`."""

    inbox: str
    requester: str
    first: Mail
    steps: Sequence[Step] = ()
    workdays: int = 0
    at: str = ""
    minutes_ago: int = 0


def unwrapped(text: str) -> str:
    """The text of a triple-quoted string as one would type it: long lines of a paragraph become one."""
    paragraphs = re.split(r"\n\s*\n", text.strip("\n"))
    return "\n\n".join(_joined(paragraph.split("\n")) for paragraph in paragraphs)


def _joined(lines: list[str]) -> str:
    whole = lines[0].strip()
    for before, line in pairwise(lines):
        goes_on = len(before) > 80 and not line.lstrip().startswith(("- ", "> "))
        whole += (" " if goes_on else "\n") + line.strip()
    return whole
