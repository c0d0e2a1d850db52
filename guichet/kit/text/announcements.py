"""Lines that announce a quote, like "On <date>, <name> <address> wrote:", in any language, on one line or several."""

from __future__ import annotations

import re

from guichet.kit.text import phrases
from guichet.kit.text.marks import ALL_MARKS, MAX_LINE, is_quote_after, is_quoted

_MAX_LINES_OF_ANNOUNCEMENT = 5
_AFTER_COLON = "*_\"' \t\r\u200b\xa0\u200e\u200f\u202a\u202b\u202c\ufeff"
_DIGIT = re.compile(r"\d")
_ENDS_SENTENCE = re.compile(r"[.!?…]$")
_ENDS_SHORT = re.compile(r"\s\w{1,5}\.$")


def announces(line: str, is_quote_next: bool = False) -> bool:
    """Whether this one line announces a quote, like "On ... wrote:"."""
    return len(line) <= MAX_LINE and _may_announce(line) and _announces(line, is_quote_next)


def announcements(lines: list[str]) -> dict[int, int]:
    """Where an announcement begins, and its number of lines; found from its end, so that words above it stay."""
    found: dict[int, int] = {}
    taken = -1
    for end, line in enumerate(lines):
        if not line or line.isspace() or len(line) > MAX_LINE or not _may_announce(line):
            length = _bare_announcement(lines, end)
            if length and end > taken:
                found[end] = length
                taken = end + length - 1
            continue
        start = _start_of(lines, end, taken)
        if start >= 0:
            found[start] = end - start + 1
            taken = end
    return found


def _may_announce(line: str) -> bool:
    """Cheap: whether a line that announces a quote could end here."""
    end = line[-40:].rstrip(_AFTER_COLON)
    if end[-1:] in (":", "："):
        return True
    end = end.rstrip(" -")
    return bool(end) and phrases.fold(end[-26:]).endswith(phrases.WROTE_ENDS)


def _bare_announcement(lines: list[str], place: int) -> int:
    """The lines of an announcement without a colon, 0 for none.

    A date and an address right above a quote with marks; or a date with a zone and a name.
    """
    line = lines[place]
    if not line or len(line) > 200 or not line[:1].isdigit():
        return 0
    words = phrases.fold(line).strip()
    if phrases.FULL_DATE.match(words) is None:
        return 0
    length = 1
    if words.endswith("<") and place + 1 < len(lines):
        words += phrases.fold(lines[place + 1][:MAX_LINE]).strip()
        length = 2
    if words.endswith((">", ")")) and "@" in words and is_quote_after(lines, place + length):
        return length
    if length == 1 and " gmt" in words and phrases.TIME.search(words) and len(words) < 80:
        return int(place + 1 >= len(lines) or not lines[place + 1].strip() or is_quoted(lines[place + 1]))
    return 0


def _start_of(lines: list[str], end: int, taken: int) -> int:
    """The first line of the announcement that ends at `end`, -1 for none."""
    is_quote_next = is_quote_after(lines, end + 1)
    # A short line may begin with the ">" of an address that was wrapped.
    is_marked = is_quoted(lines[end]) and not (
        len(lines[end].strip()) < 20 and end > 0 and lines[end - 1].strip() and not is_quoted(lines[end - 1])
    )
    joined = ""
    for length in range(1, _MAX_LINES_OF_ANNOUNCEMENT + 1):
        place = end - length + 1
        if place <= taken or not lines[place].strip() or len(joined) + len(lines[place]) > MAX_LINE:
            return -1
        if length > 1 and _ends_a_sentence(lines[place]):
            return -1
        if is_marked and not is_quoted(lines[place]):
            return -1
        joined = f"{ALL_MARKS.sub('', lines[place]).strip()} {joined}".rstrip()
        if _announces(joined, is_quote_next):
            return _first_line(lines, place, taken, len(joined))
    return -1


def _first_line(lines: list[str], start: int, taken: int, length: int) -> int:
    """Go up from a part that announces a quote to where the announcement begins: at a date."""
    above = start - 1
    stop = max(start - 5, taken, -1)
    first = ALL_MARKS.sub("", lines[start]).strip()
    if _begins(first):
        return start
    while above > stop:
        line = ALL_MARKS.sub("", lines[above]).strip()
        length += len(line)
        if length > MAX_LINE or (line and _ends_a_sentence(line)) or (not line and not first.startswith("<")):
            return start
        if line and line[:1] != "<" and (_begins(line) or _is_dated_name(line)):
            return above
        if line:
            first = line
        above -= 1
    return start


def _is_dated_name(line: str) -> bool:
    """A name, an address and a date: the order of Turkish, Hungarian, Chinese."""
    words = phrases.fold(line)
    address = phrases.ADDRESS.search(words)
    if address is None or not _is_name(words, address):
        return False
    return phrases.FULL_DATE.search(words, address.end()) is not None


def _ends_a_sentence(line: str) -> bool:
    end = line[-12:].rstrip()
    return _ENDS_SENTENCE.search(end) is not None and _ENDS_SHORT.search(end) is None


def _begins(line: str) -> bool:
    """Whether an announcement may begin with this line: few words, then a date."""
    if len(line) > MAX_LINE:
        return False
    words = phrases.fold(line).lstrip("*_-\"' ")
    if phrases.DATE_SOON.match(words) is None:
        return False
    return bool(phrases.FULL_DATE.search(words[:120]) or phrases.TIME.search(words[:120]))


def _announces(line: str, is_quote_next: bool) -> bool:
    """Weighs what speaks for "On <date>, <name> <address> wrote:"; the order of its parts is that of no language."""
    if not (is_quote_next or "--" in line or "@" in line or _DIGIT.search(line)):
        return False
    words = phrases.fold(ALL_MARKS.sub("", line)).strip(_AFTER_COLON)
    has_colon = words.endswith(":")
    is_dashed = words.startswith("--") and words.endswith("-")
    words = words.strip(" :*-_" if is_dashed else " :*_")
    if len(words) < 3:
        return False
    verb = _last(phrases.WROTE, words)
    date = phrases.FULL_DATE.search(words)
    time = phrases.TIME.search(words)
    address = _last(phrases.ADDRESS, words)
    begins = phrases.DATE_SOON.match(words) is not None
    if verb is None:
        # mail.ru, Yandex, Gmail in some languages: no verb, but a date, a time and an address at its end.
        if not (has_colon and date and (address or (time and is_quote_next))):
            return False
        return address is None or len(words) - address.end() < 12
    if is_dashed:
        return len(words) < 200
    behind = [item for item in (date, time, address) if item is not None and item.start() >= verb.end()]
    if len(words) - verb.end() > 30 and not _follow_closely(words, verb.end(), behind):
        return False
    if phrases.TELLS.search(words[: verb.start()]) and not (time or is_quote_next):
        return False
    return _is_evident(words, verb.start(), has_colon, bool(date), bool(time), address, begins, is_quote_next)


def _follow_closely(words: str, verb: int, behind: list[re.Match[str]]) -> bool:
    """Whether date, time and address are all that follows the verb, but for a few words and a name."""
    if not behind:
        return len(words) - verb < 60
    first = phrases.ADDRESS.search(words, verb)
    lead = min(item.start() for item in (*behind, first) if item is not None) - verb
    return lead < (60 if first else 30) and len(words) - max(item.end() for item in behind) < 12


def _is_evident(
    words: str,
    verb: int,
    has_colon: bool,
    has_date: bool,
    has_time: bool,
    address: re.Match[str] | None,
    begins: bool,
    is_quote_next: bool,
) -> bool:
    if address is not None and (has_colon or (has_date and begins)):
        # The address stands beside the verb, or a date tells that this is no sentence.
        between = words[address.end() : verb] if address.end() <= verb else words[verb : address.start()]
        if has_date or has_time or (len(between.strip(" <>()[]\"',")) < 25 and (begins or _is_name(words, address))):
            return True
    if has_date and (begins or has_time) and (has_colon or is_quote_next):
        return True
    if begins and has_colon and phrases.SHORT_DATE.search(words):
        return True
    return is_quote_next and has_colon and (len(words) <= 60 or begins)


def _last(pattern: re.Pattern[str], words: str) -> re.Match[str] | None:
    found = None
    for match in pattern.finditer(words):
        found = match
    return found


def _is_name(words: str, address: re.Match[str]) -> bool:
    """Only a name stands before the address: no more than five words."""
    return len(words[: address.start()].split()) <= 5
