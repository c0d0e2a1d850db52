"""What the fuzzer once found: each of these mails broke a rule of tests/fuzz/rules.py, none does so now."""

from __future__ import annotations

from pathlib import Path

import pytest

from guichet.channels.email.reading.read import read
from tests.fuzz.rules import broken

FINDS = sorted((Path(__file__).parent / "finds").iterdir())


@pytest.mark.parametrize("path", FINDS, ids=lambda path: path.name)
def test_an_earlier_find(path: Path) -> None:
    assert broken(read(path.read_bytes())) == []
