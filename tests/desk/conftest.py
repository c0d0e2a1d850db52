"""Signed-in clients of the cast; the browser comes from tests/browser.py."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import make
from tests.browser import client_of


@pytest.fixture
def cast(db: None) -> make.Cast:
    return make.cast()


@pytest.fixture
def ana(cast: make.Cast) -> Client:
    return client_of(cast.ana)


@pytest.fixture
def ben(cast: make.Cast) -> Client:
    return client_of(cast.ben)
