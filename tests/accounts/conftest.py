from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> Iterator[None]:
    """What other tests did wrong from this network does not count here."""
    cache.clear()
    yield
    cache.clear()
