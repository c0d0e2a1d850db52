"""Whether newly written words are only thanks, or say that all is well: then a resolved request stays resolved.

Pure and linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache

from guichet.tickets.thanks.english import ENGLISH
from guichet.tickets.thanks.french import FRENCH
from guichet.tickets.thanks.german import GERMAN
from guichet.tickets.thanks.names import NAMES
from guichet.tickets.thanks.net import KINDS, Memo, Net


class Said(StrEnum):
    """What the words are, and if a request: why they are taken for one."""

    THANKS = "thanks"
    SOLVED = "solved"
    FILES = "files"  # something is attached
    SUBJECT = "subject"  # it has another subject
    LONG = "long"
    QUESTION = "question"
    MORE = "more"  # it says something beyond thanks
    NOTHING = "nothing"  # nothing is said, or neither thanks nor that it is solved

    @property
    def is_thanks(self) -> bool:
        return self in (Said.THANKS, Said.SOLVED)


_LONGEST = 700
_LINES = 25
_SIGNATURE_LINES = 6
_QUESTION = re.compile(r"[?？؟¿]")
_EMOTICON = re.compile(r"(?<!\w)(?:[:;=8]-?[)D\]pP*]|<3|\^\^|\\o/|xD|XD)(?![\w(])")
_FROWN = re.compile(r"[:;=]-?'?[(\[/|<]|-\.-|-_-")
_SMILES = frozenset("👍👌🙏😊🙂😀😃😄😁😉🎉🥳❤♥💯✅✔☺🤗💪🌟⭐🙌👏💐🌹🌞☀😍🥰😎🤩🤝✨🍀😇🌸🍰🎈🚀💚💙🧡💛💜🙋🫶😅😆🏆")
_JOINERS = frozenset("\u200d\ufe0f\ufe0e🏻🏼🏽🏾🏿♂♀")
_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")
_BREAKS = frozenset(".!,;:()…—–-\"“”„«»*~|/&+•·'")
_CONTACT = re.compile(
    r"(?:t[ée]l|phone|fon|mobil|mobile|mob|fax|e-?mail|mail|web|www)?[\s.:]{0,4}"
    r"(?:\+?[\d\s()/.-]{6,30}|\S{1,60}@\S{1,60}|(?:https?://|www\.)\S{1,80})",
    re.IGNORECASE,
)
_ELLIPSIS = re.compile(r"\.{2}|…")


def said(text: str, *, has_files: bool = False, subject_changed: bool = False, names: Iterable[str] = ()) -> Said:
    """What `text`, the newly written words of a mail, amounts to. `names` are of people who take part."""
    if has_files:
        return Said.FILES
    if subject_changed:
        return Said.SUBJECT
    if len(text) > _LONGEST or text.count("\n") > 4 * _LINES:
        return Said.LONG
    if _QUESTION.search(text):
        return Said.QUESTION
    if _FROWN.search(text.replace("://", " ")):
        return Said.MORE
    given = {_plain(word) for name in names for word in re.split(r"[\s.-]+", name) if len(word) > 1}
    known = _NAMES | (given - _OPEN - _THINGS)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    trails_off = _ELLIPSIS.search(text) is not None
    explained = [kinds for net in _nets() if (kinds := _explained(net, lines, known)) is not None]
    verdicts = [_verdict(kinds, trails_off) for kinds in explained]
    return min(verdicts, key=list(Said).index, default=Said.MORE)


def verdict(text: str, *, has_files: bool = False, subject_changed: bool = False, names: Iterable[str] = ()) -> bool:
    """Whether the words are only thanks or confirmation."""
    return said(text, has_files=has_files, subject_changed=subject_changed, names=names).is_thanks


def _verdict(kinds: set[str], trails_off: bool) -> Said:
    if "solved" in kinds:
        return Said.SOLVED
    # "Yes, thanks" answers something that is not known here; "Perfect…" is often meant otherwise.
    if "yes" in kinds or (trails_off and ("thanks" not in kinds or kinds & {"praise", "mild"})):
        return Said.MORE
    return Said.THANKS if kinds & {"thanks", "praise", "wish"} else Said.NOTHING


@cache
def _nets() -> tuple[Net, ...]:
    """Made at the first mail: most processes read none."""
    return tuple(Net(language) for language in LANGUAGES)


def _explained(net: Net, lines: list[str], names: set[str]) -> set[str] | None:
    """The kinds of all the phrases in one language, None if something is left over."""
    kinds: set[str] = set()
    for place, line in enumerate(lines):
        found = _line(net, line, names, is_first=place == 0)
        if found is None and place and _is_signature(lines, place, names):
            break
        if found is None:
            return None
        kinds |= found
    return kinds


def _line(net: Net, line: str, names: set[str], *, is_first: bool) -> set[str] | None:
    kinds: set[str] = set()
    for clause in _clauses(line):
        found = _clause(net, clause, names, is_greeting=is_first and not kinds)
        if found is None:
            return None
        kinds |= found or {"courtesy"}
    return kinds


def _clauses(line: str) -> Iterator[list[tuple[str, bool]]]:
    """The words between the stops, each with whether it begins with a capital; other signs stay as words."""
    line = _EMOTICON.sub(" ", line)
    line = "".join(" " if ch in _SMILES or ch in _JOINERS else ch for ch in line)
    line = re.sub(r"(?<=\w)['’`´](?=\w)", "", line)
    line = re.sub(r"(?<=\w)-(?=\w)", " ", line)
    clause: list[tuple[str, bool]] = []
    for token in _TOKEN.findall(line):
        if token in _BREAKS:
            if clause:
                yield clause
            clause = []
        else:
            clause.append((_plain(token), token[:1].isupper()))
    if clause:
        yield clause


def _plain(word: str) -> str:
    """Lower case without accents; of a letter that is drawn out one remains."""
    word = unicodedata.normalize("NFKD", word.casefold().replace("ß", "ss"))
    word = "".join(ch for ch in word if not unicodedata.combining(ch))
    return re.sub(r"(\w)\1{2,}", r"\1", word)


def _clause(net: Net, clause: list[tuple[str, bool]], names: set[str], *, is_greeting: bool) -> set[str] | None:
    """The kinds of phrases that explain the whole clause, the fewest phrases winning; None if none do."""
    size = len(clause)
    words = [net.keys(word) for word, _is_capital in clause]
    memo: Memo = {}
    best: list[tuple[int, frozenset[str]] | None] = [None] * (size + 1)
    best[0] = (0, frozenset())
    for place in range(size):
        here = best[place]
        if here is None:
            continue
        known = [(end, kind) for kind in KINDS for end in net.ends(kind, words, place, memo) if end > place]
        for end, kind in [*known, *_named(clause, place, names, is_greeting)]:
            reached = best[end]
            if reached is None or here[0] + 1 < reached[0]:
                best[end] = (here[0] + 1, here[1] | {kind})
    last = best[size]
    return set(last[1]) if last is not None else None


def _named(clause: list[tuple[str, bool]], place: int, names: set[str], is_greeting: bool) -> Iterator[tuple[int, str]]:
    """Names: known ones anywhere; unknown ones behind "Mrs", and at the end of a greeting."""
    word = clause[place][0]
    if word in names:
        yield place + 1, "courtesy"
    if word not in _TITLES and not (is_greeting and place == 0 and word in _HELLO):
        return
    end = place + 1
    while end < len(clause) and end <= place + 3:
        follower, is_capital = clause[end]
        if (
            not (is_capital or follower in _TITLES or follower in _HELLO or follower in names)
            or follower in _OPEN
            or follower in _THINGS
        ):
            return
        end += 1
        if word in _TITLES or end == len(clause):
            yield end, "courtesy"


def _is_signature(lines: list[str], place: int, names: set[str]) -> bool:
    """Whether only name, office and ways to call follow a closing: short lines of capitals without a word that asks."""
    before = {_plain(token) for token in _TOKEN.findall(lines[place - 1])}
    rest = lines[place:]
    here = {_plain(token) for token in _TOKEN.findall(rest[0])}
    if not before & names and not (before & _CLOSING and here & names):
        return False
    return len(rest) <= _SIGNATURE_LINES and all(_is_office(line) for line in rest)


def _is_office(line: str) -> bool:
    if _CONTACT.fullmatch(line):
        return True
    words = [token for token in _TOKEN.findall(line) if token[:1].isalnum()]
    if len(words) > 6 or "!" in line:
        return False
    plain = [_plain(word) for word in words]
    return all(
        (word[:1].isupper() or low in _PARTICLES) and low not in _OPEN and low not in _THINGS
        for word, low in zip(words, plain, strict=True)
    )


LANGUAGES = (ENGLISH, FRENCH, GERMAN)


def _all(name: str) -> set[str]:
    return {word for language in LANGUAGES for word in getattr(language, name).split()}


_NAMES = set(NAMES.split())
_TITLES, _HELLO, _CLOSING, _OPEN = _all("titles"), _all("hello"), _all("closing"), _all("open")
_THINGS = {word for language in LANGUAGES for word in language.classes["thing"].split()}
_PARTICLE_WORDS = "de du la le des von van der den zu und and et of i a r the fur"
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
