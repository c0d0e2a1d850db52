"""The house of the doors: built once for a file of tests, found by each as it was built."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client, TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests.browser import client_of
from tests.doors.house import House, built

Clients = list[tuple[str, Client]]


@pytest.fixture(scope="module")
def committed(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[House, dict[str, str]]]:
    """With the session of each role. Really committed: a transaction as long as all these tests holds up every log."""
    with django_db_blocker.unblock():
        house = built()
        people = {role: person for role, person in house.roles.items() if person is not None}
        keys = {role: client_of(person).cookies[settings.SESSION_COOKIE_NAME].value for role, person in people.items()}
    yield house, keys
    with django_db_blocker.unblock():
        TransactionTestCase()._fixture_teardown()  # type: ignore[attr-defined]


@pytest.fixture
def house(committed: tuple[House, dict[str, str]], db: None) -> House:
    """What a test does to its rows is rolled back, and its objects are its own."""
    return copy.deepcopy(committed[0])


@pytest.fixture
def clients(committed: tuple[House, dict[str, str]], house: House) -> Clients:
    """One for each role, signed in."""
    found = [(role, Client()) for role in house.roles]
    for role, client in found:
        if key := committed[1].get(role):
            client.cookies[settings.SESSION_COOKIE_NAME] = key
    return found
