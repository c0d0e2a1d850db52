"""What a language of thanks is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """`classes` are words by name. Of the phrases (texts of them), `thanks`, `solved`, `praise` and `wish` each make a
    mail one of thanks; `mild` praise, `courtesy` (greetings, closings, what fills) and `yes` (with `solved` only) do
    not by themselves.

    Phrases are built of `parts`, which are phrases with a name of their own. `stop` are words that never stand for a
    thing nobody knows the name of (`{any}`), because with them a sentence says something else; with a star, whatever
    begins so.

    Each language must explain a mail alone: "fast" is praise in one and "almost" in another. `titles` come before a
    name, `hello` begins a greeting, `closing` a signature. `open` are words that tell of something unfinished: no
    name, no line of a signature holds one.
    """

    classes: Mapping[str, str]
    parts: Mapping[str, str]
    thanks: Sequence[str]
    solved: Sequence[str]
    praise: Sequence[str]
    wish: Sequence[str]
    mild: Sequence[str]
    courtesy: Sequence[str]
    yes: Sequence[str]
    titles: str
    hello: str
    closing: str
    open: str
    stop: str
