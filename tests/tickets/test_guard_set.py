"""Replies labelled by hand: nearly all bad ones are stopped, and nearly no good one is, in each language and kind."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from guichet.tickets.guard.letter import CHECKS
from tests.tickets.guard_set import Sample, samples

ALL = list(samples())
BAD = [sample for sample in ALL if not sample.is_good]
GOOD = [sample for sample in ALL if sample.is_good]
# Words of the house's own are the house's: tests of the rules look at them.
KINDS = [key for key in CHECKS if key != "words"]


@cache
def found() -> dict[int, set[str]]:
    """What is found in each, asked once: the same for every language and kind."""
    return {id(sample): {one.key for one in sample.findings()} for sample in ALL}


def caught(several: list[Sample]) -> int:
    return sum(sample.kind in found()[id(sample)] for sample in several)


def stopped(several: list[Sample]) -> int:
    return sum(bool(found()[id(sample)]) for sample in several)


def test_the_set_is_large_enough() -> None:
    assert len(BAD) >= 300
    assert len(GOOD) >= 600
    assert {sample.kind for sample in BAD} == set(KINDS)
    assert min(Counter(sample.language for sample in BAD).values()) >= 100
    assert min(Counter(sample.language for sample in GOOD).values()) >= 200


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_of_each_language_nearly_all_bad_and_nearly_no_good_ones_are_stopped(language: str) -> None:
    bad = [sample for sample in BAD if sample.language == language]
    good = [sample for sample in GOOD if sample.language == language]
    print(f"\n{language}: {caught(bad)} of {len(bad)} bad caught, {stopped(good)} of {len(good)} good stopped")
    assert caught(bad) >= 0.95 * len(bad)
    assert stopped(good) <= 0.02 * len(good)


@pytest.mark.parametrize("kind", KINDS)
def test_of_each_kind(kind: str) -> None:
    bad = [sample for sample in BAD if sample.kind == kind]
    wrong = [sample for sample in GOOD if kind in found()[id(sample)]]
    print(f"\n{kind}: {caught(bad)} of {len(bad)} caught, {len(wrong)} good ones stopped for it")
    assert caught(bad) >= 0.95 * len(bad)
    assert len(wrong) <= 0.02 * len(GOOD)
