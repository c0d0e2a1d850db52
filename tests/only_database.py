"""A plugin of pytest: only tests that ask the database, for a run whose purpose is another server."""

from __future__ import annotations

import pytest

FIXTURES = {"db", "transactional_db"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    asking = [item for item in items if item.get_closest_marker("django_db") or FIXTURES & set(item.fixturenames)]  # type: ignore[attr-defined]
    config.hook.pytest_deselected(items=list(set(items) - set(asking)))
    items[:] = asking
