"""Learns how much each sign speaks for colleagues' talk, and for a promised file; writes the tables the guard reads.

`python -m bench.learn_guard` learns from every labelled reply and writes `guichet/tickets/guard/tables`. With
`--left-out` it writes nothing: each set in turn is left out, in all languages at once because the sets say the same
things in three of them, and judged by a table that never saw it. That is the figure to decide by; `--tell` adds what
was judged wrongly.
"""

from __future__ import annotations

import json
import math
import random
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from guichet.tickets.guard import signs, weighing
from guichet.tickets.guard.letter import Facts
from guichet.tickets.guard.reading import Text
from tests.tickets import guard_set

MORE = Path(__file__).parent / "talk"  # sentences written only to learn from
ROUNDS, PASSES = 3, 14
STEP, DECAY = 0.25, 0.0006
BIAS = -1.5  # where nothing is known, nothing is wanted
LEAST_SEEN = 2  # times that a sign was seen, to be learnt
LEAST_WEIGHT = 0.08  # to be kept
THRESHOLDS = {"talk": 1.0, "files": 0.5}
# Neither for nor against: what names a colleague is another finding, and has the same tone.
UNSURE = {"talk": ("mention", "person", "language"), "files": ()}
WANTED = {"talk": "internal", "files": "attachment"}


@dataclass
class Letter:
    set_name: str
    language: str
    is_wanted: bool
    words: str
    sentences: list[tuple[str, ...]]


def letters(name: str) -> list[Letter]:
    """Every labelled reply that speaks for or against."""
    found = []
    for path in [*sorted(guard_set.SETS.glob("*.txt")), *sorted(MORE.glob("*.txt"))]:
        language, _, rest = path.stem.partition(".")
        set_name = "to learn from" if path.parent == MORE else rest or "beside the rules"
        for one in guard_set.samples_of(path):
            if one.kind in UNSURE[name] or (name == "files" and one.facts.has_files):
                continue
            seen = [
                tuple(dict.fromkeys(sign.name for sign in sentence.signs))
                for sentence in _sentences(name, Text.of(one.words), one.facts)
            ]
            if seen:
                found.append(Letter(set_name, language, one.kind == WANTED[name], one.words, seen))
    return found


def _sentences(name: str, text: Text, facts: Facts) -> list[signs.Sentence]:
    return list(weighing.of_files(text, facts) if name == "files" else signs.sentences(text, facts))


class Learner:
    """Logistic regression with a step of its own for each sign, and a pull towards nought."""

    def __init__(self, seed: int = 7) -> None:
        self.weights: dict[str, float] = {}
        self.squares: dict[str, float] = {}
        self.bias = BIAS
        self.chance = random.Random(seed)  # the same table each time

    def weigh(self, seen: Sequence[str]) -> float:
        return self.bias + sum(self.weights.get(name, 0.0) for name in seen)

    def learn(self, examples: list[tuple[Sequence[str], bool, float]]) -> None:
        for _ in range(PASSES):
            self.chance.shuffle(examples)
            for seen, is_wanted, counts in examples:
                sure = 1 / (1 + math.exp(-max(-30.0, min(30.0, self.weigh(seen)))))
                slope = (sure - is_wanted) * counts
                for name in seen:
                    weight = self.weights.get(name, 0.0)
                    pull = slope + DECAY * weight
                    square = self.squares.get(name, 1.0) + pull * pull
                    self.squares[name] = square
                    self.weights[name] = weight - STEP * pull / math.sqrt(square)


def learnt(several: list[Letter]) -> Learner:
    seen = Counter(name for letter in several for sentence in letter.sentences for name in sentence)
    known = {name for name, count in seen.items() if count >= LEAST_SEEN}
    kept = [
        (letter.is_wanted, [tuple(name for name in one if name in known) for one in letter.sentences])
        for letter in several
    ]
    wanted = sum(is_wanted for is_wanted, _ in kept)
    heavier = min(4.0, (len(kept) - wanted) / max(1, wanted))
    learner = None
    for _ in range(ROUNDS):
        examples: list[tuple[Sequence[str], bool, float]] = []
        for is_wanted, sentences in kept:
            if not is_wanted:
                examples += [(one, False, 1.0) for one in sentences]
            elif learner is None:
                # Before anything is known: what greets nobody is talk in all its sentences, and a last line may be.
                greets = any("greeted" in one for one in sentences)
                examples += [(one, True, heavier) for one in (sentences[-1:] if greets else sentences)]
            else:
                best = max(sentences, key=learner.weigh, default=None)
                examples += [(one, True, heavier) for one in sentences if one is best or learner.weigh(one) > 1.0]
        learner = Learner()
        learner.learn(examples)
    assert learner is not None
    return learner


def left_out(several: list[Letter]) -> None:
    rows: list[tuple[Letter, float]] = []
    for name in sorted({letter.set_name for letter in several} - {"to learn from"}):
        learner = learnt([letter for letter in several if letter.set_name != name])
        rows += [
            (letter, max((learner.weigh(one) for one in letter.sentences), default=-9.0))
            for letter in several
            if letter.set_name == name
        ]
    for name in ("", *sorted({letter.set_name for letter, _ in rows})):
        of_set = [row for row in rows if name in ("", row[0].set_name)]
        wanted = [score for letter, score in of_set if letter.is_wanted]
        others = [score for letter, score in of_set if not letter.is_wanted]
        print(f"{name or 'all sets':18}", end="")
        for threshold in (-0.5, 0.0, 0.3, 0.6, 1.0, 1.5, 2.0):
            found, wrong = sum(one > threshold for one in wanted), sum(one > threshold for one in others)
            print(f" | {threshold:4.1f}: {100 * found / len(wanted):5.1f} {100 * wrong / len(others):4.1f}", end="")
        print()
    for letter, score in sorted(rows, key=lambda row: row[1]) if "--tell" in sys.argv else ():
        if (score > 0.5) != letter.is_wanted:
            print(f"{score:6.2f} {'missed' if letter.is_wanted else 'wrong '} {letter.set_name} {letter.words!r}")


def write(name: str, learner: Learner) -> None:
    kept = {sign: round(weight, 2) for sign, weight in learner.weights.items() if abs(weight) >= LEAST_WEIGHT}
    table = {"threshold": THRESHOLDS[name], "bias": round(learner.bias, 2), "weights": dict(sorted(kept.items()))}
    path = weighing.TABLES / f"{name}.json"
    path.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{name}: {len(kept)} signs")


if __name__ == "__main__":
    for name in WANTED:
        if "--left-out" in sys.argv:
            print(f"{name}: threshold: % of the wanted found, % of the others too")
            left_out(letters(name))
        else:
            write(name, learnt(letters(name)))
