from __future__ import annotations

import pytest

from tests import make


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()
