"""A table of weights, learnt beforehand and kept as readable JSON: signs are summed, and the sum says yes or no.

What a sign is, is the room's own affair; here it is a name and the words it was seen in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Sign:
    """`name` stands in the table; `words` were read when it was seen, empty for what holds of a whole text."""

    name: str
    words: str = ""


@dataclass(frozen=True)
class Table:
    weights: Mapping[str, float]
    bias: float
    threshold: float

    @classmethod
    def load(cls, path: Path) -> Table:
        read = json.loads(path.read_text(encoding="utf-8"))
        return cls(read["weights"], read["bias"], read["threshold"])

    def weigh(self, signs: Iterable[Sign]) -> float:
        """How surely; above zero is past the threshold. A sign counts once."""
        return self.bias - self.threshold + sum(self.weights.get(name, 0.0) for name in {sign.name for sign in signs})

    def reasons(self, signs: Iterable[Sign], most: int = 3) -> list[str]:
        """The words that weighed most, the heaviest first."""
        heavy: dict[str, float] = {}
        for sign in set(signs):
            weight = self.weights.get(sign.name, 0.0)
            words = sign.words.strip(' ,.;:!?()[]"-')
            if weight > 0 and words and "<" not in words:
                heavy[words] = heavy.get(words, 0.0) + weight
        return sorted(heavy, key=lambda words: -heavy[words])[:most]
