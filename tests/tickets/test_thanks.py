"""Thanks keep a resolved request resolved; no request ever does. The labelled sets lie in `thanks/`, by class."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guichet.tickets.thanks import Said, said, verdict
from tests.linear import seconds
from tests.tickets.thanks_set import REOPEN, STAY, Sample, samples

ALL = list(samples())
REQUESTS = [one.words for one in ALL if one.kind in REOPEN]


@pytest.mark.parametrize("sample", [one for one in ALL if one.kind in REOPEN], ids=lambda one: one.words[:40])
def test_no_request_stays_closed(sample: Sample) -> None:
    assert not verdict(sample.words, names=sample.names)


@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_nearly_all_thanks_are_known(language: str) -> None:
    """Some reopen: that costs a glance."""
    several = [one for one in ALL if one.kind in STAY and one.language == language]
    missed = [one.words for one in several if not verdict(one.words, names=one.names)]
    print(f"\n{language}: {len(several) - len(missed)} of {len(several)} known; not: {missed}")
    assert len(missed) <= 0.04 * len(several)


def test_the_set_is_large_enough() -> None:
    assert len(ALL) >= 600
    assert {one.language for one in ALL} == {"en", "fr", "de"}
    assert {one.kind for one in ALL} == {*STAY, *REOPEN}


@pytest.mark.parametrize("around", ["Hi Anna,\n\n{}", "{}\n\nThanks", "Merci !\n{}", "{}\nDanke\nTom", "Works.\n{}"])
def test_a_request_stays_one_whatever_thanks_stand_around_it(around: str) -> None:
    # Bare "yes", "ok" and their like say nothing of their own beside thanks.
    own = [words for words in REQUESTS if said(words) != Said.NOTHING and "ja" not in words.lower().split()]
    kept = [words for words in own if verdict(around.format(words)) and len(words.split()) > 2]
    assert kept == []


def test_why_it_is_none() -> None:
    assert said("Thanks!", has_files=True) == Said.FILES
    assert said("Thanks!", subject_changed=True) == Said.SUBJECT
    assert said("Thanks! When?") == Said.QUESTION
    assert said("Thanks, the scanner jams") == Said.MORE
    assert said("thanks " * 200) == Said.LONG
    assert said("") == Said.NOTHING
    assert said("Hello Tom,") == Said.NOTHING
    assert said("It works, thanks") == Said.SOLVED


def test_names_of_those_who_take_part_are_known() -> None:
    assert not verdict("Thanks Okonkwo")
    assert verdict("Thanks Okonkwo", names=["Chidi Okonkwo"])
    assert not verdict("Thanks printer", names=["Printer Problem"])


@pytest.mark.parametrize("words", ["Merci 😡", "Thanks :(", "Danke 👎", "Thanks 🙄", "Merci >:("])
def test_an_angry_sign_is_no_thanks(words: str) -> None:
    assert not verdict(words)


@given(st.text(max_size=300))
def test_any_text_is_judged(words: str) -> None:
    said(words)


@given(st.sampled_from(REQUESTS), st.integers(0, 50))
def test_capitals_and_spaces_make_no_thanks_of_a_request(words: str, seed: int) -> None:
    bent = "  ".join(words.split(" "))
    bent = bent.upper() if random.Random(seed).random() < 0.5 else bent.lower()
    assert not verdict(bent)


def test_the_time_is_bounded() -> None:
    for words in ("thank you so much " * 38, "the the the " * 58, "it works all now " * 40, "a" * 1_000_000):
        assert seconds(said, words) < 0.2
