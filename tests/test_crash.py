"""A desk that is killed at every named place and a few times anywhere loses nothing and doubles nothing."""

from __future__ import annotations

import pytest

from tests.channels.dovecot import needed
from tests.crash import PLACES, Ordeal

MAILS, KILLS = 2000, 90


@pytest.mark.alone
def test_a_desk_under_fire_loses_nothing_and_doubles_nothing() -> None:
    needed()
    result = Ordeal(MAILS, KILLS, pause=(0.3, 1.2)).run()
    assert result.problems == []
    assert result.acknowledged == MAILS
    assert set(PLACES) <= set(result.kills), "every place was hit"
    assert result.kills.total() >= 100
    assert result.fetched == MAILS // 2, "half of them by IMAP"
