from __future__ import annotations

import pytest

from tests import make


@pytest.fixture
def cast(transactional_db: None) -> make.Cast:
    return make.cast()
