"""Programs that only some tests need: without them those are skipped, and fail where CI=true."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing_tool(name: str, remedy: str) -> NoReturn:
    """Skip the running test, or with CI=true fail it, because `name` is not here; `remedy` is what to type."""
    words = f"{name} is missing: {remedy}"
    if os.environ.get("CI") == "true":
        pytest.fail(words)
    pytest.skip(words)
