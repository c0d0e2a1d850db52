"""Whether newly written words are only thanks, or say that all is well: then a resolved request stays resolved.

The other way round than a classifier: every clause of the mail must be explained by the closed vocabulary of
`thanks_wording`, and whatever is left over is a request. So some thanks reopen a request, but no request stays
closed unseen. Pure and linear in the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum

from guichet.tickets.thanks_wording import LANGUAGES, NAMES, Language


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
_KINDS = ("thanks", "solved", "praise", "mild", "courtesy", "yes")


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
    explained = [kinds for net in _NETS if (kinds := _explained(net, lines, known)) is not None]
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
    return Said.THANKS if kinds & {"thanks", "praise"} else Said.NOTHING


def _explained(net: _Net, lines: list[str], names: set[str]) -> set[str] | None:
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


def _line(net: _Net, line: str, names: set[str], *, is_first: bool) -> set[str] | None:
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


def _clause(net: _Net, clause: list[tuple[str, bool]], names: set[str], *, is_greeting: bool) -> set[str] | None:
    """The kinds of phrases that explain the whole clause, the fewest phrases winning; None if none do."""
    size = len(clause)
    best: list[tuple[int, frozenset[str]] | None] = [None] * (size + 1)
    best[0] = (0, frozenset())
    for place in range(size):
        here = best[place]
        if here is None:
            continue
        for end, kind in [*_phrases(net, clause, place), *_named(clause, place, names, is_greeting)]:
            reached = best[end]
            if reached is None or here[0] + 1 < reached[0]:
                best[end] = (here[0] + 1, here[1] | {kind})
    last = best[size]
    return set(last[1]) if last is not None else None


def _phrases(net: _Net, clause: list[tuple[str, bool]], place: int) -> Iterator[tuple[int, str]]:
    """Where the phrases that begin at `place` end, with their kind."""
    states: set[int] = {0}
    for end in range(place, len(clause)):
        word = clause[end][0]
        states = net.step(states, (word, *net.classes.get(word, ())))
        if not states:
            return
        for kind in sorted({net.kind[state] for state in states if state in net.kind}):
            yield end + 1, kind


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


# The net of all phrases of a language, made once: an automaton, because written out they are millions.


class _Net:
    """`after[state]` are the steps by word; `reach[state]` the states that need no further word, itself included."""

    def __init__(self, language: Language) -> None:
        self.after: list[dict[str, set[int]]] = [{}]
        self.reach: list[frozenset[int]] = []
        self.kind: dict[int, str] = {}
        self.classes: dict[str, tuple[str, ...]] = {}
        self._empty: list[set[int]] = [set()]
        for name, words in language.classes.items():
            for word in words.split():
                self.classes[word] = (*self.classes.get(word, ()), f"{{{name}}}")
        for kind in _KINDS:
            for template in re.sub(r"\s+\|", "|", getattr(language, kind)).strip().splitlines():
                self.kind[self._sequence(template.strip(), self._state(0))] = kind
        self._close()

    def _close(self) -> None:
        for state in range(len(self.after)):
            found, waiting = {state}, [state]
            while waiting:
                fresh = self._empty[waiting.pop()] - found
                found |= fresh
                waiting.extend(fresh)
            self.reach.append(frozenset(found))
        begin: dict[str, set[int]] = {}
        for state in self.reach[0]:
            for key, steps in self.after[state].items():
                begin.setdefault(key, set()).update(steps)
        self.after[0], self.reach[0] = begin, frozenset({0})

    def step(self, states: Iterable[int], keys: Iterable[str]) -> set[int]:
        found: set[int] = set()
        for state in states:
            for key in keys:
                for after in self.after[state].get(key, ()):
                    found |= self.reach[after]
        return found

    def _state(self, before: int | None = None) -> int:
        self.after.append({})
        self._empty.append(set())
        if before is not None:
            self._empty[before].add(len(self.after) - 1)
        return len(self.after) - 1

    def _sequence(self, template: str, state: int) -> int:
        place = 0
        while place < len(template):
            if template[place] in "([":
                end = _end_of_group(template, place)
                state = self._group(template[place + 1 : end], state, template[place] == "[")
                place = end + 1
                continue
            end = min((at for at in map(template.find, "([", (place, place)) if at >= 0), default=len(template))
            for word in template[place:end].split():
                following = self._state()
                self.after[state].setdefault(word, set()).add(following)
                state = following
            place = end
        return state

    def _group(self, inside: str, state: int, is_optional: bool) -> int:
        join = self._state(state if is_optional else None)
        for option in _options(inside):
            self._empty[self._sequence(option, self._state(state))].add(join)
        return join


def _end_of_group(template: str, place: int) -> int:
    depth = 0
    for at in range(place, len(template)):
        depth += (template[at] in "([") - (template[at] in ")]")
        if not depth:
            return at
    raise ValueError(f"no end of the group in {template!r}")


def _options(inside: str) -> list[str]:
    depth, out = 0, [""]
    for ch in inside:
        depth += (ch in "([") - (ch in ")]")
        if ch == "|" and not depth:
            out.append("")
        else:
            out[-1] += ch
    return out


def _all(name: str) -> set[str]:
    return {word for language in LANGUAGES for word in getattr(language, name).split()}


_NETS = tuple(_Net(language) for language in LANGUAGES)
_NAMES = set(NAMES.split())
_TITLES, _HELLO, _CLOSING, _OPEN = _all("titles"), _all("hello"), _all("closing"), _all("open")
_THINGS = {word for language in LANGUAGES for word in language.classes["thing"].split()}
_PARTICLE_WORDS = "de du la le des von van der den zu und and et of i a r the fur"
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
