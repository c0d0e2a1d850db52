"""A desk that is killed at every named place and a few times anywhere loses nothing and doubles nothing."""

from __future__ import annotations

import pytest

from tests.crash import PLACES, Ordeal

MAILS, KILLS = 60, 5


@pytest.mark.alone
def test_a_desk_under_fire_loses_nothing_and_doubles_nothing() -> None:
    result = Ordeal(MAILS, KILLS, pause=(0.3, 1.5)).run()
    assert result.problems == []
    assert result.acknowledged == MAILS
    assert set(PLACES) <= set(result.kills), "every place was hit"
    assert result.kills.total() > len(PLACES)
