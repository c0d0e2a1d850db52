"""What can be seen in one sentence of a letter: its words, their classes, whom it speaks to and of whom.

Signs say nothing by themselves; `tables/talk.json` says how much each of them speaks for colleagues' talk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from guichet.kit.text.weighed import Sign
from guichet.tickets.guard.letter import Facts, flat
from guichet.tickets.guard.lexicon import by_word
from guichet.tickets.guard.reading import Text
from guichet.tickets.guard.talk import ADDRESSED, FORMAL, THIRD
from guichet.tickets.guard.tongue import is_small
from guichet.tickets.guard.words import CLOSINGS, GREETING, several

MOST = 400  # sentences of a letter that are weighed
LONGEST = 60  # words of a sentence
_WORDS = re.compile(r"[^\W\d_]{2}")
# A greeting and the comma behind it; a short line without one is greeting in whole.
_GREETING = re.compile(r"[^,!:;.?\n]{1,60}(?:(?<=\bmr|\bms|\bdr)\.[^,!:;.?\n]{1,40})?(?:[,!:;.?]|$)\s*")
_OFFICE = r"(?:[^\W\d_a-zß-ÿ][\w'’&.-]*|of|and|und|et|de|du|der|für|for|the)"
_SIGNED = re.compile(rf"{_OFFICE}(?:[ ,|/]+{_OFFICE}){{0,5}}")  # names and offices below "Kind regards"
_END = re.compile(
    r"(?<!\bmr)(?<!\bms)(?<!\bdr)(?<!\bmrs)(?<!\bprof)(?<!\bst)(?<!\bhr)(?<!\bfr)(?<!\bnr)[.!?…]+[)\"\]]*(?=\s|$)|\n+|$"
)
_TOKEN = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*|\d[\d.,:/-]*|[?!,:;()\[\]\"…#]|\.(?=\s|$)|-{1,2}|@")
_ELIDED = re.compile(r"(?:l|d|j|n|s|m|t|c|qu|jusqu|lorsqu|puisqu)'(?=[^\W\d_]{2})")
_SHORTENED = re.compile(r"('(?:s|re|ve|ll|d|m))$")
_WHOLE, _BEGUN = by_word()
_STOPS = frozenset('.,:;-()[]"$^?!…#')
# What holds of a letter speaks against talk or not at all: a short answer that greets nobody is no talk for that.
_AGAINST = frozenset({"greeted", "addressed"})
_HE = re.compile(r"(?<!\w)(?:he|she|him|er)(?!\w)")
_HIM = ("he", "it or he", "customer", "names the customer", "he, told of", "it or he, told of")
# "Lynn, the flat is empty", "PS Max: ...": somebody is called who is not known to write here.
_CALL = re.compile(
    r"(?:(?i:btw|fyi|ps|nb|n\.b\.|p\.s\.|hey|und|et|and)[ ,:]{1,2})?"
    r"(?P<name>[^\W\d_a-zß-ÿ][^\W\d_A-ZÀ-Þ]{1,15})(?:[,:] | -{1,2} )"
)
_NO_CALL = several(
    "yes no nope yep sure sorry thanks grand ok okay well right hello attention oui non si alors bon tiens ah ja nein"
    " no doch na also so gut klar stimmt leider danke bitte achtung schade jein"
)
_YOURS = several("your vos votre ihr ihre ihren ihrem ihrer dein deine deinen tes ton ta")
_FORMAL_SIDE = re.compile(
    r"(?<!\w)(?:vous|votre|vos|(?:konnen|konnten|haben|wurden|sind|bitten) sie|ihnen|ihren?)(?!\w)"
)
_FAMILIAR = re.compile(
    r"(?<!\w)(?:du|dich|dir|dein\w*|euch|euer|eure\w*|ihr|tu|te|toi|tes|ton|salut|hey|hi|coucou)(?!\w)"
)


@dataclass(frozen=True)
class Sentence:
    start: int
    end: int
    signs: tuple[Sign, ...]


def sentences(text: Text, facts: Facts) -> Iterator[Sentence]:
    """Each sentence of the letter, without its greeting and signature, with what can be seen in it."""
    held = _of_letter(text, facts)
    is_greeted = _called_by_name(text, facts)
    is_closed = False
    ours = {part for name in facts.colleagues.values() for part in (*flat(name).split(), ",", ".")}
    for count, (start, end) in enumerate(_places(text.plain)):
        if count >= MOST:
            return
        said = text.plain[start:end]
        greeting = _GREETING.match(said) if GREETING.match(said) else None
        is_greeted = is_greeted or greeting is not None
        is_closed = is_closed or said.rstrip(" ,.!-") in CLOSINGS
        start += greeting.end() if greeting else 0
        is_signature = is_closed and _SIGNED.fullmatch(text.own, start, end) is not None
        is_signature = is_signature or ours.issuperset(tokens(text.plain[start:end]))
        if start < end and not is_signature and _WORDS.search(text.plain, start, end):
            letter = ["greeted" if is_greeted else "greets nobody", *held]
            yield Sentence(start, end, tuple(_seen(text, facts, start, end, letter)))


def _places(said: str) -> Iterator[tuple[int, int]]:
    """Where sentences stand; a line that was broken for its length goes on."""
    start = 0
    for stop in _END.finditer(said):
        if stop[0].startswith("\n") and _goes_on(said, start, stop):
            continue
        part = said[start : stop.end()]
        first = start + len(part) - len(part.lstrip())
        last = start + len(part.rstrip())
        if _WORDS.search(said, first, last):
            yield first, last
        start = stop.end()


def _goes_on(said: str, start: int, stop: re.Match[str]) -> bool:
    line = said[max(start, said.rfind("\n", 0, stop.start()) + 1) : stop.start()]
    after = said[stop.end() : stop.end() + 2]
    return len(stop[0]) == 1 and len(line) >= 55 and line[-1:].isalpha() and after[:1].isalpha()


def tokens(said: str) -> list[str]:
    """Flat words and stops; "j'ai" is two, "he's" as well."""
    found: list[str] = []
    for token in _TOKEN.findall(said):
        elided = _ELIDED.match(token)
        if elided:
            found += [elided[0], token[elided.end() :]]
            continue
        short = _SHORTENED.search(token)
        if short and short.start():
            found += [token[: short.start()], short[0]]
            continue
        found.append("0" if token[0].isdigit() else token)
    return found[:LONGEST]


def classes(word: str) -> tuple[str, ...]:
    known = _WHOLE.get(word)
    if known is not None:
        return known
    return tuple(name for begin, name in _BEGUN if word.startswith(begin))


def _of_letter(text: Text, facts: Facts) -> list[str]:
    """What holds for every sentence of this letter."""
    is_addressed = ADDRESSED.search(text.plain) or FORMAL.search(text.own)
    held = ["addressed" if is_addressed else "addresses nobody"]
    said = flat(facts.conversation)
    if _FORMAL_SIDE.search(said) and not _FAMILIAR.search(said):
        held.append("formal")
    return held


def _called_by_name(text: Text, facts: Facts) -> bool:
    """ "Gareth, all is done", "Herr Mattes,"."""
    if not text.lines:
        return False
    first = re.match(r"([^,!:;.\n]{2,40}) ?[,!:]", text.plain[text.lines[0][0] :])
    called = first[1].split() if first else []
    return 0 < len(called) <= 4 and called[-1] in facts.names


def _seen(text: Text, facts: Facts, start: int, end: int, whole: list[str]) -> Iterator[Sign]:
    said, own = text.plain[start:end], text.own[start:end]
    words = [_named(word, facts) for word in tokens(said)]
    seen = _classes_of(words, said, own, text.plain[:start], facts)
    yield from (Sign(name) for name in whole if name in _AGAINST)
    yield from _shape(words, said, seen, whole)
    for name, word in seen.items():
        yield Sign(f"class {name}", word)
        for held in whole:
            yield Sign(f"class {name}, {held}", word)
    yield from _together(seen)
    yield from _form(words, own, seen, facts)
    before = "^"
    for word in [*words, "$"]:
        if word not in _STOPS or before not in _STOPS:
            yield Sign(f"{before} {word}", f"{before} {word}".strip("^$ "))
        if word not in _STOPS:
            yield Sign(word, word)
            if len(word) > 6 and word.isalpha():
                yield Sign(f"{word[:5]}*", word)
        before = word


def _named(word: str, facts: Facts) -> str:
    """Names by what they are to this letter."""
    if len(word) > 2 and word in flat(facts.customer).split():
        return "<customer>"
    if word in facts.colleagues:
        return "<colleague>"
    return word


def _is_spoken_of(facts: Facts) -> bool:
    """Whether the customer told us of somebody else: his father, her driver, "he"."""
    return THIRD.search(flat(facts.conversation)) is not None or _HE.search(facts.conversation) is not None


def _classes_of(words: list[str], said: str, own: str, before: str, facts: Facts) -> dict[str, str]:
    seen: dict[str, str] = {}
    is_told = THIRD.search(before) is not None or _is_spoken_of(facts)
    for place, word in enumerate(words):
        for name in classes(word):
            if name == "customer" and (words[place - 1] in _YOURS or word[:6] in facts.conversation):
                name = "your customer"
            if name in ("he", "it or he") and is_told:
                name = f"{name}, told of"
            seen.setdefault(name, word)
    formal = FORMAL.search(own)
    if formal:
        seen.setdefault("you", formal[0])
    if words[:1] == ["<colleague>"] and words[1:2] in ([","], ["-"], [":"], ["--"]):
        seen["calls a colleague"] = words[0]
    if "<customer>" in words[1:] and not (words.index("<customer>", 1) + 1 < len(words) and "," in words[-3:]):
        seen["names the customer"] = "<customer>"
    return seen


def _together(seen: dict[str, str]) -> Iterator[Sign]:
    """Two classes in one sentence: the same in each language."""
    names = sorted(seen)
    for place, name in enumerate(names):
        for other in names[place + 1 :]:
            yield Sign(f"{name} & {other}", seen[name])
    him = next((name for name in _HIM if name in seen), "")
    if him and "you" not in seen:
        yield Sign("of him and not to you", seen[him])


def _form(words: list[str], own: str, seen: dict[str, str], facts: Facts) -> Iterator[Sign]:
    call = _CALL.match(own)
    name = flat(call["name"]) if call else ""
    is_known = name in facts.names or name in facts.conversation or name in _NO_CALL
    if name and not is_known and not classes(name) and not is_small(name):
        yield Sign("calls somebody", name)
    if own[:1].islower():
        yield Sign("begins small")
    if words and "task" in classes(words[0]) and "you" not in seen:
        yield Sign("begins with a task", words[0])


def _shape(words: list[str], said: str, seen: dict[str, str], whole: list[str]) -> Iterator[Sign]:
    if "?" in words and "you" in seen:
        yield Sign("asks you")
    if said[:1] in "([*#>" or said[:2] in ("--", "//"):
        yield Sign("in brackets")
    if "thou" in seen and "formal" in whole:
        yield Sign("du in a formal letter", seen["thou"])
