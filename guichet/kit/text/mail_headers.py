"""The header of a quoted or forwarded mail: From, date, recipients, subject in any order and language."""

from __future__ import annotations

import re

from guichet.kit.text import phrases
from guichet.kit.text.marks import MAX_LINE

_MAX_LINES = 30
_MARGIN = " >\t\xa0"
_LABEL = re.compile(r"(?<![^\s>\"])([^\s:<>@\"]{1,24})\s?[:：]")


def is_header(lines: list[str]) -> bool:
    """Whether these lines begin with the header of a quoted mail."""
    return bool(lines) and header_block(lines, 0) > 0


def kinds_of(line: str) -> frozenset[str]:
    """What fields of a mail's header this line may be; empty for none."""
    head = line[:60]
    colon = head.find(":")
    wide = head.find("：")
    if wide >= 0 and (colon < 0 or wide < colon):
        colon = wide
    if colon <= 0:
        return frozenset()
    label = phrases.fold(head[:colon]).strip('> |*_\t\xa0\ufeff"')
    return phrases.FIELDS.get(label.rstrip(" *_"), frozenset())


def header_block(lines: list[str], place: int) -> int:
    """The number of lines of a quoted mail's header here, in any order and language, perhaps folded.

    Where there is none, minus the number of lines in which none can begin, at least -1.
    """
    first = kinds_of(lines[place])
    if not first & {"from", "date", "to", "subject"} or _follows_raw_header(lines, place):
        return -1
    if "from" in first and _is_header_on_one_line(lines[place]):
        return 1
    found: set[str] = set()
    looks_like_mail = is_dated = is_close = False
    length = 0
    for offset, line in enumerate(lines[place : place + _MAX_LINES]):
        bare = line.strip(_MARGIN)
        kinds = kinds_of(line) if bare else frozenset()
        if kinds:
            # Some programs put an empty line between the fields: then between all of them.
            is_close |= 0 < length == offset
            found |= kinds
        elif bare and not _continues(line, bare):
            if (len(found) > 2 and not _has_field_soon(lines, place + offset + 1)) or length < offset:
                break
            continue
        elif not bare and (is_close or length < offset):
            break
        if bare:
            length = offset + 1
        looks_like_mail |= "@" in bare
        is_dated |= "date" in kinds and _is_date(bare)
    return length if _is_whole(found, looks_like_mail, is_dated) else -max(length, 1)


def _is_header_on_one_line(line: str) -> bool:
    """ "From: ... Date: ... Subject: ..." without line ends, as some programs turn HTML into text."""
    if len(line) > MAX_LINE or "@" not in line or not _is_date(line):
        return False
    labels = (phrases.FIELDS.get(phrases.fold(label[1])) for label in _LABEL.finditer(line, 5))
    return any(kinds and "from" not in kinds for kinds in labels)


def _is_whole(kinds: set[str], looks_like_mail: bool, is_dated: bool) -> bool:
    main = kinds & {"from", "date", "to", "subject"}
    if "from" not in kinds:
        return is_dated and looks_like_mail and "to" in kinds
    if len(main) >= 3:
        return True
    return looks_like_mail and len(main) >= 2 and bool(main & {"date", "subject"})


def _continues(line: str, bare: str) -> bool:
    """A folded field: more addresses, or an indented rest."""
    return bare[0] in "<;," or "@" in bare or bare.endswith(";") or (line[:1] in " \t" and len(bare) < 80)


def _has_field_soon(lines: list[str], place: int) -> bool:
    return any(kinds_of(line) for line in lines[place : place + 2])


def _is_date(bare: str) -> bool:
    words = phrases.fold(bare[:300])
    return phrases.FULL_DATE.search(words) is not None and phrases.TIME.search(words) is not None


def is_raw_field(line: str) -> bool:
    """A line of a mail's raw header that no program shows above a quoted mail."""
    bare = line.strip(_MARGIN)
    return phrases.RAW_FIELD.match(bare) is not None and bare.partition(":")[0].lower() in phrases.RAW_NAMES


def _follows_raw_header(lines: list[str], place: int) -> bool:
    """Somebody shows the raw header of a mail: words about a mail, no quote."""
    return any(is_raw_field(line) for line in lines[max(place - 1, 0) : place + 5])
