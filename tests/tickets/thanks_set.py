"""The labelled mails of `thanks/`: by class, with the names of those who take part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SETS = Path(__file__).parent / "thanks"
STAY = ("thanks", "solved", "greeted")
REOPEN = ("question", "negation", "new", "sarcasm", "partial", "please", "complaint", "info")


@dataclass(frozen=True)
class Sample:
    language: str
    kind: str
    words: str
    names: tuple[str, ...] = ()

    @property
    def stays(self) -> bool:
        return self.kind in STAY


def samples() -> Iterator[Sample]:
    for path in sorted(SETS.glob("*.txt")):
        yield from samples_of(path)


def samples_of(path: Path) -> Iterator[Sample]:
    """`class | words | names`, a line each."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            kind, words, *names = line.split(" | ")
            known = tuple(name.strip() for name in names[0].split(";")) if names else ()
            yield Sample(path.name.partition(".")[0], kind, words.replace("\\n", "\n"), known)
