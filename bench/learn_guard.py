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

from guichet.tickets.guard import checks, signs, weighing
from guichet.tickets.guard.letter import Facts
from guichet.tickets.guard.reading import Text
from tests.tickets import guard_set

MORE = Path(__file__).parent / "talk"  # sentences written only to learn from
ROUNDS, PASSES, AVERAGED = 2, 12, 4
STEP, PULL = 0.25, 0.5  # a greater pull keeps weights smaller
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
        if name == "files" and rest == "colleagues":
            continue  # files are promised there, and nobody marked where
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
    """Logistic regression; each sign counts by how unevenly it is spread, and is pulled towards nought.

    `leans` is the logarithm of how many times more often a sign stands in talk than in letters: what stands in both
    alike, as most small words do, can hardly gain weight.
    """

    def __init__(self, seed: int = 7) -> None:
        self.weights: dict[str, float] = {}
        self.bias = BIAS
        self.chance = random.Random(seed)  # the same table each time

    def weigh(self, seen: Sequence[str]) -> float:
        return self.bias + sum(self.weights.get(name, 0.0) for name in seen)

    def learn(self, wanted: list[tuple[str, ...]], others: list[tuple[str, ...]]) -> None:
        leans, pulls = _spread(wanted, others)
        places = {name: place for place, name in enumerate(leans)}
        lean, pull = list(leans.values()), list(pulls.values())
        values, squares, kept = [0.0] * len(lean), [1.0] * len(lean), [0.0] * len(lean)
        bias, bias_square, kept_bias = BIAS, 1.0, 0.0
        examples = [([places[name] for name in one if name in places], 1.0) for one in wanted]
        examples += [([places[name] for name in one if name in places], 0.0) for one in others]
        for count in range(PASSES):
            self.chance.shuffle(examples)
            for seen, is_wanted in examples:
                weight = bias + sum([values[place] * lean[place] for place in seen])
                slope = 1 / (1 + math.exp(-max(-30.0, min(30.0, weight)))) - is_wanted
                bias_square += slope * slope
                bias -= STEP * slope / math.sqrt(bias_square)
                for place in seen:
                    turn = slope * lean[place] + pull[place] * values[place]
                    squares[place] += turn * turn
                    values[place] -= STEP * turn / math.sqrt(squares[place])
            if count >= PASSES - AVERAGED:
                kept = [old + value for old, value in zip(kept, values, strict=True)]
                kept_bias += bias
        self.weights = {name: kept[place] * lean[place] / AVERAGED for name, place in places.items()}
        self.bias = kept_bias / AVERAGED


def _spread(wanted: list[tuple[str, ...]], others: list[tuple[str, ...]]) -> tuple[dict[str, float], dict[str, float]]:
    """For each sign how it leans, and how much it is pulled each time that it is seen."""
    here, there = Counter(name for one in wanted for name in one), Counter(name for one in others for name in one)
    both = here + there
    known = sorted(name for name, count in both.items() if count >= LEAST_SEEN)
    most = math.log((there.total() + 1) / (here.total() + 1))
    leans = {name: max(-3.0, min(3.0, math.log((here[name] + 1) / (there[name] + 1)) + most)) for name in known}
    return leans, {name: PULL / both[name] for name in known}


def learnt(several: list[Letter]) -> Learner:
    wanted = [letter.sentences for letter in several if letter.is_wanted]
    others = [one for letter in several if not letter.is_wanted for one in letter.sentences]
    learner = None
    for _ in range(ROUNDS):
        examples: list[tuple[str, ...]] = []
        for sentences in wanted:
            if learner is None:
                # Before anything is known: what greets nobody is talk in all its sentences, and a last line may be.
                greets = any("greeted" in one for one in sentences)
                examples += sentences[-1:] if greets else sentences
            else:
                best = max(sentences, key=learner.weigh)
                examples += [one for one in sentences if one is best or learner.weigh(one) > 1.0]
        learner = Learner()
        learner.learn(examples, others)
    assert learner is not None
    return learner


Scores = dict[tuple[str, str, str], float]


def left_out(name: str, several: list[Letter]) -> Scores:
    """How each labelled reply is weighed by a table that never saw its set."""
    found: Scores = {}
    for set_name in sorted({letter.set_name for letter in several} - {"to learn from"}):
        learner = learnt([letter for letter in several if letter.set_name != set_name])
        for letter in several:
            if letter.set_name == set_name:
                best = max(learner.weigh(one) for one in letter.sentences)
                found[set_name, letter.language, letter.words] = best - THRESHOLDS[name]
                if "--tell" in sys.argv and (best > THRESHOLDS[name]) != letter.is_wanted:
                    print(
                        f"{name} {best:6.2f} {'missed' if letter.is_wanted else 'wrong '} {set_name} {letter.words!r}"
                    )
    return found


def whole_guard(scores: dict[str, Scores]) -> None:
    """Rules and weights together, as `bench.judges` counts them, at thresholds around the one that is written."""
    for more in (-1.0, -0.5, 0.0, 0.5, 1.0):
        counts: dict[str, Counter[str]] = {}
        for path in sorted(guard_set.SETS.glob("*.txt")):
            set_name = path.stem.partition(".")[2] or "beside the rules"
            for one in guard_set.samples_of(path):
                keys = {finding.key for finding in checks.by_rules(one.words, one.facts)}
                for name, kind in WANTED.items():
                    if scores[name].get((set_name, one.language, one.words), -9.0) > (more if name == "talk" else 0.0):
                        keys.add(kind)
                held = counts.setdefault(set_name, Counter())
                held["good" if one.is_good else "bad"] += 1
                held["stopped"] += one.is_good and bool(keys)
                held["caught"] += not one.is_good and one.kind in keys
        print(f"threshold of talk {THRESHOLDS['talk'] + more:.1f}: % caught, % stopped")
        for set_name, held in [*counts.items(), ("all sets", sum(counts.values(), Counter()))]:
            caught, stopped = 100 * held["caught"] / held["bad"], 100 * held["stopped"] / held["good"]
            print(f"    {set_name:18} {caught:5.1f} {stopped:5.1f}")


def write(name: str, learner: Learner) -> None:
    kept = {sign: round(weight, 2) for sign, weight in learner.weights.items() if abs(weight) >= LEAST_WEIGHT}
    table = {"threshold": THRESHOLDS[name], "bias": round(learner.bias, 2), "weights": dict(sorted(kept.items()))}
    path = weighing.TABLES / f"{name}.json"
    path.write_text(json.dumps(table, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{name}: {len(kept)} signs")


def main() -> None:
    if "--left-out" in sys.argv:
        whole_guard({name: left_out(name, letters(name)) for name in WANTED})
        return
    for name in WANTED:
        write(name, learnt(letters(name)))


if __name__ == "__main__":
    main()
