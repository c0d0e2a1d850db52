"""A table of weights: a sign counts once, and the heaviest words are told first."""

from __future__ import annotations

from pathlib import Path

from guichet.kit.text.weighed import Sign, Table

TABLE = Table({"he": 1.5, "he pays": 0.75, "you": -2.0, "greeted": -1.0}, bias=-0.5, threshold=0.5)


def test_signs_are_summed_and_each_counts_once() -> None:
    assert TABLE.weigh([Sign("he", "he"), Sign("he", "he"), Sign("he pays", "he pays")]) == 1.25
    assert TABLE.weigh([Sign("he", "he"), Sign("you", "you"), Sign("unknown", "unknown")]) == -1.5


def test_the_heaviest_words_are_told_and_nothing_that_spoke_against() -> None:
    signs = [Sign("he pays", "he pays"), Sign("you", "you"), Sign("he", "he"), Sign("greeted")]
    assert TABLE.reasons(signs) == ["he", "he pays"]
    assert TABLE.reasons(signs, most=1) == ["he"]


def test_a_table_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "table.json"
    path.write_text('{"bias": 0.25, "threshold": 1.0, "weights": {"né": 2}}', encoding="utf-8")
    assert Table.load(path).weigh([Sign("né")]) == 1.25
