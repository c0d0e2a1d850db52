"""Real mails from other software's test suites, with what those expect: the reader must not fall behind its figures."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.mails import GROUPS, Score, cases, score
from guichet.channels.email.reading.read import read
from guichet.channels.email.reading.sandbox import Reader

FOLDER = Path(__file__).parents[4] / "shared" / "mails"
FLOORS = {"headers": 99.5, "threading": 99.5, "text": 99.5, "attachments": 95, "auto": 97, "bounces": 95, "replies": 95}

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no folder ../shared/mails beside the repository")


@pytest.fixture(scope="module")
def result() -> Score:
    return score(FOLDER)


@pytest.mark.parametrize("group", GROUPS)
def test_the_share_of_right_answers(group: str, result: Score) -> None:
    share = 100 * result.right[group] / result.total[group]
    wrong = [f"{path} {key}" for name, path, key, _want in result.wrong if name == group]
    assert share >= FLOORS[group], wrong[:20]


def test_the_child_reads_them_all_alike() -> None:
    raws = [raw for _folder, _case, raw in cases(FOLDER)]
    with Reader() as reader:
        assert reader.read_many(raws) == [read(raw) for raw in raws]
