"""The net of all phrases of a language, made once: an automaton, because written out they are millions.

In a phrase `(a|b)` is one of, `[a]` is or is not there, `{name}` one word of a class, `{any}` a word that nobody knows
and `<name>` a part, which is a phrase with a net of its own. A phrase goes on in lines that stand deeper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from guichet.tickets.thanks.language import Language

# Of two kinds that explain the same words the first is taken.
KINDS = ("wish", "courtesy", "mild", "praise", "solved", "thanks", "yes")
ANY = "{any}"
ELIDED = "{elided}"  # a French thing with its article: "limprimante"
# Long enough for a thing, and no adverb: "the printer rarely works" is no good news.
_UNKNOWN = re.compile(r"(?![a-z]+ly$)[a-z]{3,30}")
_ELIDED = re.compile(r"l[aeiouyh][a-z]{3,28}")

Words = Sequence[tuple[str, ...]]  # each with its classes
Memo = dict[tuple[str, int], set[int]]


class Net:
    """Of each state the steps by word and by part, and whether a phrase may end there; `roots` by kind and part."""

    def __init__(self, language: Language) -> None:
        self.roots: dict[str, int] = {}
        self.classes: dict[str, tuple[str, ...]] = {}
        stop = {*language.stop.split(), *language.open.split()}
        self._stop = {word for word in stop if not word.endswith("*")}
        self._bad = tuple(word[:-1] for word in stop if word.endswith("*"))
        self._steps: list[dict[str, set[int]]] = []
        self._empty: list[set[int]] = []
        self._ends: set[int] = set()
        for name, words in language.classes.items():
            for word in words.split():
                self.classes[word] = (*self.classes.get(word, ()), f"{{{name}}}")
        for name, text in language.parts.items():
            self._root(f"<{name}>", _options(text))
        for kind in KINDS:
            texts: Sequence[str] = getattr(language, kind)
            self._root(kind, [one for text in texts for one in phrases(text)])
        self._close()

    def keys(self, word: str) -> tuple[str, ...]:
        """The word itself, its classes, and whether it may be a thing that nobody knows."""
        known = (word, *self.classes.get(word, ()))
        if word in self._stop or word.startswith(self._bad) or not _UNKNOWN.fullmatch(word):
            return known
        return (*known, ANY, ELIDED) if _ELIDED.fullmatch(word) else (*known, ANY)

    def ends(self, name: str, words: Words, place: int, memo: Memo) -> set[int]:
        """Where the phrases of a kind, or of a part, that begin at `place` may end."""
        if (name, place) in memo:
            return memo[name, place]
        found: set[int] = set()
        waiting = [(self.roots[name], place)]
        seen = set(waiting)
        while waiting:
            state, at = waiting.pop()
            if state in self._ends:
                found.add(at)
            for after in self._after(state, words, at, memo):
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)
        memo[name, place] = found
        return found

    def _after(self, state: int, words: Words, at: int, memo: Memo) -> Iterator[tuple[int, int]]:
        steps = self._steps[state]
        for key in words[at] if at < len(words) else ():
            for after in steps.get(key, ()):
                yield after, at + 1
        for part, states in self._parts[state]:
            for end in self.ends(part, words, at, memo):
                for after in states:
                    yield after, end

    def _root(self, name: str, templates: Sequence[str]) -> None:
        self.roots[name] = root = self._state()
        for template in templates:
            self._ends.add(self._sequence(template, self._state(root)))

    def _close(self) -> None:
        """Steps that need no word are taken beforehand."""
        steps: list[dict[str, set[int]]] = []
        ends: set[int] = set()
        for state in range(len(self._steps)):
            reached, waiting = {state}, [state]
            while waiting:
                fresh = self._empty[waiting.pop()] - reached
                reached |= fresh
                waiting.extend(fresh)
            merged: dict[str, set[int]] = {}
            for one in reached:
                for key, after in self._steps[one].items():
                    merged[key] = merged.get(key, set()) | after
            steps.append(merged)
            if reached & self._ends:
                ends.add(state)
        self._steps, self._ends, self._empty = steps, ends, []
        self._parts = [[(key, after) for key, after in one.items() if key[0] == "<"] for one in steps]

    def _state(self, before: int | None = None) -> int:
        self._steps.append({})
        self._empty.append(set())
        if before is not None:
            self._empty[before].add(len(self._steps) - 1)
        return len(self._steps) - 1

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
                self._steps[state].setdefault(word, set()).add(following)
                state = following
            place = end
        return state

    def _group(self, inside: str, state: int, is_optional: bool) -> int:
        join = self._state(state if is_optional else None)
        for option in _options(inside):
            self._empty[self._sequence(option, self._state(state))].add(join)
        return join


def phrases(text: str) -> list[str]:
    """The phrases of a text, each in one line."""
    lines = [line for line in text.splitlines() if line.strip()]
    base = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    found: list[str] = []
    for line in lines:
        if line[base : base + 1].isspace() and found:
            found[-1] += line.strip() if line.strip()[0] == "|" else " " + line.strip()
        else:
            found.append(line.strip())
    return found


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
