"""The labelled replies of `guard/`: each with the facts of its ticket, as `guard.gather` would find them.

`xx.txt` stood beside the rules while they were made, the others were written afterwards (`bench/judges.md`). No
weight was ever learnt from those under `unseen/`, which `bench.judges` reads and no test.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from guichet.tickets.guard import checks, others, tongue
from guichet.tickets.guard.greeting import calls, known_names
from guichet.tickets.guard.letter import Facts, Finding, Others
from guichet.tickets.guard.reading import Text

SETS = Path(__file__).parent / "guard"
COLLEAGUES = calls(
    [
        ("Ana Lopez", "ana@desk.example"),
        ("Ben Weiss", "ben@desk.example"),
        ("Julie Petit", "julie@desk.example"),
        ("Tom Berg", "tom@desk.example"),
    ]
)
TEAMS = ("Support", "Billing", "Comptabilité", "Vertrieb")
STRANGERS = {
    "dan roth": "dan@globex.example",
    "sophie bernard": "sophie.bernard@globex.example",
    "markus keller": "markus.keller@umbrella.example",
    "emma clark": "emma.clark@initech.example",
}
NUMBERS = frozenset({4711, 10482, 20115, 30777})


@dataclass(frozen=True)
class Sample:
    language: str
    is_held_out: bool
    kind: str
    words: str
    facts: Facts

    @property
    def is_good(self) -> bool:
        return self.kind.startswith("good")

    def findings(self) -> list[Finding]:
        return checks.check(self.words, self.facts)


def _facts(who: str, words: str, more: str, said: str, language: str) -> Facts:
    name, _, address = who.strip("> ").partition(" <")
    given = [part.strip() for part in more.split(",") if part.strip()]
    text = Text.of(words)
    found = others.candidates(text)
    surnames = {name.split()[-1] for name in STRANGERS}
    return Facts(
        customer="" if name == "support" else name,
        names=known_names([name], [address], [said[-60:]]),
        conversation=f"{who} {said}".lower(),
        languages=frozenset({tongue.language_of(said) or language}),
        colleagues=COLLEAGUES,
        teams=TEAMS,
        others=Others(
            found.names & STRANGERS.keys(),
            found.surnames & surnames,
            found.addresses & set(STRANGERS.values()),
            found.numbers & NUMBERS,
        ),
        recipients=[part[3:] for part in given if part.startswith("to=")],
        foreign_files=[part[8:] for part in given if part.startswith("foreign=")],
        has_files="file" in given,
    )


def samples() -> Iterator[Sample]:
    for path in sorted(SETS.glob("*.txt")):
        yield from samples_of(path)


def samples_of(path: Path) -> Iterator[Sample]:
    language, _, rest = path.name.partition(".")
    who = said = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("@"):
            who, _, said = line[1:].strip().partition(" | ")
        elif line.strip() and not line.startswith("#"):
            kind, words, *more = line.split(" | ")
            words = words.replace("\\n", "\n")
            facts = _facts(who, words, more[0] if more else "", said, language)
            yield Sample(language, rest == "held.txt", kind.strip(), words, facts)
