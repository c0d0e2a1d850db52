"""The words that a sender newly wrote, apart from quoted and forwarded mail and from the signature.

Works line by line on plain text, in linear time. The whole text stays with the mail: a mistake here loses nothing.
"""

from __future__ import annotations

import re

from guichet.kit.text import phrases

_QUOTED = re.compile(r"^\s{0,3}[>|]\s?")
_RULE = re.compile(r"^[>\s*]{0,6}[-_=*—]{5,200}\s*$")
_SIGNATURE = re.compile(r"^\s{0,2}(?:-- ?|--\s{0,3}|__)$")
_UNDERSCORES = re.compile(r"^\s{0,3}_{2,120}\s*$")
_MAX_LINE = 600
# Nobody writes more than this by hand: in a longer text only the beginning is searched for quotes.
_MAX_TEXT = 256 * 1024
# What may follow the colon of "On ... wrote:", and the marks with which such a line ends.
_AFTER_COLON = "*_ \t\r\u200b\xa0\u200e\u200f\u202a\u202b\u202c"
_ENDS = (":", "：", "-")
_VERB_ENDS = (
    "wrote",
    "schrieb",
    "crit",
    "escribió",
    "escreveu",
    "scritto",
    "schreef",
    "skrev",
    "kirjoitti",
    "napisał(a)",
)
_DIRECTION = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_ABOVE_WORDS = ("above", "dieser", "cette ligne", "esta l", "sopra", "boven de")
_RULES = "-_=*#–—"
_BLANK_LINES = re.compile(r"\n{3,}")


def split_reply(text: str) -> str:
    """The new words of `text`: quotes at the top, between and at the bottom removed, signature cut. May be empty."""
    if len(text) > _MAX_TEXT:
        head = text[:_MAX_TEXT]
        reply = split_reply(head)
        return text.strip() if reply.split() == head.split() else reply
    lines = text.split("\n")
    kept, is_header_on_top = _without_quotes(lines)
    if is_header_on_top:
        kept = _after_top_header(lines)
    body = _without_signature(kept)
    while body and (not body[-1].strip() or _RULE.match(body[-1])):
        del body[-1]
    return _BLANK_LINES.sub("\n\n", "\n".join(body)).strip()


def _without_quotes(lines: list[str]) -> tuple[list[str], bool]:
    """The lines outside quotes; True if the text begins with the header block of a quoted mail, without separator."""
    kept: list[str] = []
    place, size = 0, len(lines)
    ends = [_may_announce(line) for line in lines]
    while place < size:
        line = lines[place]
        if not line or line.isspace():
            kept.append("")
            place += 1
            continue
        if len(line) > _MAX_LINE:
            if _QUOTED.match(line) is None:
                kept.append(line)
            place += 1
            continue
        length = _attribution(lines, place) if True in ends[place : place + 4] else 0
        if length:
            after = _next_written(lines, place + length)
            if after < size and _QUOTED.match(lines[after]):
                place = after
                continue
            return kept, False
        if _is_separator(lines, place):
            return kept, False
        if _is_header_block(lines, place):
            return kept, not any(item.strip() for item in kept)
        if _QUOTED.match(line):
            place += 1
            continue
        kept.append(line)
        place += 1
    return kept, False


def _may_announce(line: str) -> bool:
    """Cheap: whether a line that announces a quote could end here."""
    end = line[-20:].rstrip(_AFTER_COLON)
    return end[-1:] in _ENDS or end.endswith(_VERB_ENDS)


def _next_written(lines: list[str], place: int) -> int:
    """The next line that is not empty, at most a few lines on."""
    stop = min(place + 8, len(lines))
    while place < stop and not lines[place].strip():
        place += 1
    return place


def _attribution(lines: list[str], place: int) -> int:
    """How many lines announce a quote here ("On ... wrote:"), 0 for none."""
    first = lines[place]
    starts = phrases.ATTRIBUTION_START.match(first) is not None
    joined = ""
    for length in range(1, 5 if starts else 2):
        if place + length > len(lines):
            break
        line = lines[place + length - 1]
        if not line.strip() or len(joined) + len(line) > _MAX_LINE:
            break
        if length > 1 and _QUOTED.match(line) and len(line.strip()) > 12 and not _QUOTED.match(first):
            break
        joined = f"{joined} {line.strip()}" if joined else line.strip()
        if _announces(joined, length):
            return length
    return 0


def _announces(words: str, length: int) -> bool:
    words = words.rstrip(_AFTER_COLON)
    if not words.isascii():
        words = words.translate(_DIRECTION)
    if phrases.DASHED_WROTE.match(words):
        return True
    has_digit = any(mark.isdigit() for mark in words)
    starts = phrases.ATTRIBUTION_START.match(words) is not None
    if not words.endswith((":", "：")):
        return has_digit and starts and "@" in words and phrases.WROTE_AT_END.match(words) is not None
    verb = phrases.WROTE.search(words)
    if verb is not None and (has_digit or "@" in words):
        # A sentence of the sender's own has no address, no full date, and begins in another way.
        return length > 1 or starts or "@" in words or phrases.FULL_DATE.search(words) is not None
    return has_digit and "@" in words and phrases.DATED_ADDRESS.search(words) is not None


def _is_separator(lines: list[str], place: int) -> bool:
    line = lines[place]
    if len(line) < 150:
        low = line.lower()
        if (low.rstrip()[-1:] in _ENDS or not low.isascii()) and phrases.BEGIN_FORWARDED.match(line):
            return True
        if any(word in low for word in _ABOVE_WORDS) and phrases.ABOVE_THIS_LINE.match(line):
            return True
    if line.lstrip("> *\t\xa0")[:1] not in _RULES and line.lstrip()[:1] != "*":
        return False
    if phrases.SEPARATOR.match(line):
        return True
    if _RULE.match(line):
        after = _next_written(lines, place + 1)
        return after < len(lines) and _is_header_block(lines, after)
    return False


def _is_header_block(lines: list[str], place: int) -> bool:
    """From, date, recipient, subject of a quoted mail stand here, in any order, perhaps folded."""
    first = lines[place][:200]
    match = phrases.FIELD.match(first) if ":" in first or "：" in first else None
    if match is None or match.lastgroup not in ("from", "date", "subject"):
        return False
    kinds = {match.lastgroup}
    looks_like_mail = "@" in lines[place] or "mailto:" in lines[place]
    misses = 0
    for line in lines[place + 1 : place + 12]:
        if not line.strip(" >"):
            # Some programs put an empty line between the fields.
            misses += 1
        else:
            match = phrases.FIELD.match(line[:200])
            if match is not None and match.lastgroup:
                kinds.add(match.lastgroup)
                misses = 0
            else:
                misses += 1
            looks_like_mail |= "@" in line and len(kinds) > 1
        if misses > 1:
            break
    if "from" not in kinds:
        return False
    return len(kinds & {"from", "date", "to", "subject"}) >= 3 or (looks_like_mail and len(kinds - {"cc"}) >= 2)


def _after_top_header(lines: list[str]) -> list[str]:
    """The text below a header block at its very top: then that mail itself is what the sender has to say."""
    place = _next_written(lines, 0)
    while place < len(lines) and lines[place].strip():
        place += 1
    return _without_quotes(lines[place:])[0]


def _without_signature(lines: list[str]) -> list[str]:
    """Cut at the signature mark, "Sent from my phone", a list's footer, or a closing with a name under it."""
    written = [place for place, line in enumerate(lines) if line.strip()]
    for count, place in enumerate(written):
        line = lines[place]
        if len(line) > 200 or count == 0:
            continue
        if _SIGNATURE.match(line) or phrases.SENT_FROM.match(line) or _is_list_footer(lines, written, count):
            lines = lines[:place]
            break
    else:
        if len(written) == 1 and phrases.SENT_FROM.match(lines[written[0]][:200]):
            return []
    return _without_closing(lines)


def _is_list_footer(lines: list[str], written: list[int], count: int) -> bool:
    if _UNDERSCORES.match(lines[written[count]]) is None:
        return False
    below = written[count + 1 : count + 8]
    return any(phrases.LIST_FOOTER.search(lines[place][:300]) for place in below)


def _without_closing(lines: list[str]) -> list[str]:
    """A closing formula counts only near the end, with at most a short block of short lines below it."""
    written = [place for place, line in enumerate(lines) if line.strip()]
    if len(written) > 1 and phrases.NAME_UNDER.match(lines[written[-1]]):
        lines = lines[: written[-1]]
        written = written[:-1]
    for count in range(max(len(written) - 12, 1), len(written)):
        place = written[count]
        if not phrases.CLOSING.match(lines[place][:200]):
            continue
        if all(len(lines[below]) <= 100 for below in written[count + 1 :]):
            return lines[:place]
    return lines
