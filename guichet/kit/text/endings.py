"""What stands under a letter and is not part of it: signature, "Sent from my phone", legal notice, closing and name."""

from __future__ import annotations

import re

from guichet.kit.text import phrases

_SIGNATURE = re.compile(r"^\s{0,2}-- $")
_BARE_SIGNATURE = re.compile(r"^\s{0,2}(?:--|__)\s{0,3}$")
_THREE_DASHES = re.compile(r"^\s{0,2}---\s{0,3}$")
_UNDERSCORES = re.compile(r"^\s{0,3}_{2,120}\s*$")
_NAME_UNDER = re.compile(r"^\s{0,4}(?:[/~]{1,2}|[—–]\s?)[^\W\d_a-zà-ÿ][\w.'’-]{1,30}(?: [\w.'’-]{1,30}){0,3}\s*$")
# "Cleo Miller", perhaps with a title: two to five words, each with a capital.
_NAME = re.compile(
    r"^[\s*_]{0,6}(?:[^\W\d_a-zà-ÿ][\w.'’-]{0,24}(?:[ ,|*]{1,4}|\s*$)|(?:van|von|de|der|the|und|and|&) ){2,6}\s*$"
)
_WORD_AND_COLON = re.compile(r"\w:$")
_POSTSCRIPT = re.compile(r"^\s{0,4}p\.?\s?s\.?(?:\s|:|,)|^\s{0,4}(?:nb|n\.b\.)[\s:]")
_DECORATION = " \t\r*_>|—–-~\u200b\xa0\"'[]("
_RULE = re.compile(r"^[\s*]{0,6}[-_=*—–─━]{5,200}\s*$")
# How many written lines may stand below a mark that is no firm sign of a signature.
_MAX_BELOW = 15
_MAX_BELOW_CLOSING = 20
_MAX_FOOTER = 40


def without_endings(stretches: list[list[str]]) -> list[str]:
    """The lines of all stretches without signatures: a signature ends where the next quote stood.

    A closing, a name or a legal notice is cut only under the last; the only words of all are never cut.
    """
    stretches = [stretch for stretch in stretches if any(line.strip() for line in stretch)]
    lines: list[str] = []
    for number, stretch in enumerate(stretches):
        stretch = _without_signature(stretch, is_alone=len(stretches) == 1)
        if number == len(stretches) - 1:
            stretch = _without_closing(_without_contact(_without_name(_without_footer(stretch))))
        lines += [*stretch, ""]
    return lines


def _without_signature(lines: list[str], is_alone: bool) -> list[str]:
    written = [place for place, line in enumerate(lines) if line.strip()]
    if len(written) == 1 and is_sent_from(lines[written[0]]):
        return []
    for count in range(max(len(written) - _MAX_FOOTER, 0), len(written)):
        if (count or not is_alone or _is_firm(lines[written[0]], len(written))) and _is_mark(lines, written, count):
            return lines[: written[count]]
    return lines


def _is_firm(line: str, size: int) -> bool:
    """A mail of nothing but a signature."""
    return size > 1 and (_SIGNATURE.match(line) or _BARE_SIGNATURE.match(line)) is not None


def is_sent_from(line: str) -> bool:
    """A line that a mail program wrote under the letter, like "Sent from my iPhone"."""
    if len(line) > 160:
        return False
    words = phrases.fold(line).strip(_DECORATION + "<")
    if words.startswith(phrases.SENT):
        is_sentence = "," in words or words.count(" ") > 12 or words.endswith((".", "?"))
        named = phrases.DEVICE.search(words) is not None
        return (named and words.count(" ") < 12) or (not is_sentence and words.count(" ") <= 8)
    return len(words) < 60 and words.endswith(phrases.SENT_END) and phrases.DEVICE.search(words) is not None


def _is_mark(lines: list[str], written: list[int], count: int) -> bool:
    line = lines[written[count]]
    if len(line) > 200:
        return False
    below = len(written) - count - 1
    if _SIGNATURE.match(line):
        return below <= _MAX_FOOTER
    if _BARE_SIGNATURE.match(line):
        others = (lines[place] for place in written[:count] + written[count + 2 :])
        return below <= _MAX_BELOW and not any(_BARE_SIGNATURE.match(other) for other in others)
    if _THREE_DASHES.match(line):
        if any(_THREE_DASHES.match(lines[place]) for place in written[:count]):
            return False
        return written[count + 1 : count + 2] == [written[count] + 1] and _is_block(lines, written[count + 1 :], 6)
    if is_sent_from(line):
        return below <= _MAX_FOOTER and sum(not is_sent_from(lines[i]) for i in written[count:]) <= _MAX_BELOW
    return _is_ruled_off(lines, written, count) or _is_list_footer(lines, written, count)


def _is_ruled_off(lines: list[str], written: list[int], count: int) -> bool:
    """A line of underscores above a short block of name and address that ends the text."""
    if len(lines[written[count]].strip()) < 5 or _UNDERSCORES.match(lines[written[count]]) is None:
        return False
    return _is_block(lines, written[count + 1 :], 10)


def _is_block(lines: list[str], places: list[int], most: int) -> bool:
    """Few short lines, as of a name and an address."""
    below = [lines[place].strip() for place in places[: most + 1]]
    return 0 < len(below) <= most and all(len(line) <= 60 and line[-1:] not in "?:;!" for line in below)


def _is_list_footer(lines: list[str], written: list[int], count: int) -> bool:
    if _UNDERSCORES.match(lines[written[count]]) is None:
        return False
    below = written[count + 1 : count + 8]
    return any(phrases.LIST_FOOTER.search(phrases.fold(lines[place][:300])) for place in below)


def _without_footer(lines: list[str]) -> list[str]:
    """Cut from a legal or scanner notice on: it begins a paragraph and only few lines follow."""
    written = [place for place, line in enumerate(lines) if line.strip()]
    for count in range(max(1, len(written) - _MAX_FOOTER), len(written)):
        place = written[count]
        is_paragraph = not lines[place - 1].strip() or _RULE.match(lines[place - 1]) is not None
        words = phrases.fold(lines[place][:200]).strip(_DECORATION)
        if is_paragraph and _begins_notice(words):
            long = sum(len(lines[below]) for below in written[count:])
            # "This message is ..." alone may be what somebody wants to say: a notice is long, or has a rule above.
            if long > 110 or _is_surely_notice(lines, written, count):
                return _strip_rules(lines[:place])
    return lines


def _begins_notice(words: str) -> bool:
    """A notice begins with its title alone ("Disclaimer:"), or with the first words of a sentence."""
    if not words.startswith(phrases.FOOTER):
        return False
    return not words.startswith(phrases.TITLES) or phrases.TITLE.match(words) is not None


def _is_surely_notice(lines: list[str], written: list[int], count: int) -> bool:
    """A line stands above it, or it is of a virus scanner."""
    if _RULE.match(lines[written[count - 1]]):
        return True
    return phrases.SCANNER.search(phrases.fold(lines[written[count]][:200])) is not None


def _strip_rules(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and (not lines[end - 1].strip() or _RULE.match(lines[end - 1])):
        end -= 1
    return lines[:end]


def _without_name(lines: list[str]) -> list[str]:
    """Cut "/Anna" or "—Daniel" as the last line."""
    written = [place for place, line in enumerate(lines) if line.strip()]
    if len(written) > 1 and _NAME_UNDER.match(lines[written[-1]]):
        return lines[: written[-1]]
    return lines


def _without_contact(lines: list[str]) -> list[str]:
    """Cut a last block of a name and ways to reach its bearer; kept right under "my address is:"."""
    written = [place for place, line in enumerate(lines) if line.strip()]
    for count in range(max(len(written) - _MAX_BELOW, 1), len(written)):
        place = written[count]
        if lines[place - 1].strip() or _NAME.match(lines[place].replace("*", "")) is None:
            continue
        block = [lines[item].strip() for item in written[count:]]
        ways = sum(phrases.CONTACT.match(phrases.fold(line).strip("*_ ")) is not None for line in block)
        above = lines[written[count - 1]].rstrip()
        if (
            ways >= 2
            and not above.endswith((" :", ","))
            and _WORD_AND_COLON.search(above) is None
            and not any(len(x) > 90 or x.endswith("?") for x in block)
        ):
            return lines[:place]
    return lines


def _without_closing(lines: list[str]) -> list[str]:
    """A closing formula counts only near the end, with at most a short block of short lines below it."""
    written = [place for place, line in enumerate(lines) if line.strip()]
    for count in range(max(len(written) - _MAX_BELOW_CLOSING, 1), len(written)):
        place = written[count]
        if _is_closing(lines[place], is_apart=not lines[place - 1].strip()) and not _holds_prose(
            lines, written[count + 1 :]
        ):
            return lines[:place]
    return lines


def _holds_prose(lines: list[str], places: list[int]) -> bool:
    """Whether words of the letter stand below its closing, up to a legal notice."""
    for place in places:
        if _begins_notice(phrases.fold(lines[place][:200]).strip(_DECORATION)):
            return False
        if _is_prose(lines[place]):
            return True
    return False


def _is_closing(line: str, is_apart: bool) -> bool:
    if len(line) > 200:
        return False
    words = phrases.fold(line).strip(_DECORATION + ".,!;:，。、)")
    if words in phrases.CLOSING:
        # "br" and "lg" are also codes of languages and firms.
        return len(words) > 3 or is_apart
    return len(words) > 8 and words.startswith(phrases.CLOSING_START) and len(line) < 150 and not words.endswith("?")


def _is_prose(line: str) -> bool:
    """A line that nobody writes into a block of name and address."""
    words = line.strip()
    if _POSTSCRIPT.match(words.lower()) or words.endswith("?"):
        return True
    return len(words) > 60 and words.endswith((".", "!")) and words.count(" ") > 8 and "|" not in words
