"""GET writes nothing, at any address."""

from __future__ import annotations

import itertools

import pytest
from django.db import connection, transaction
from django.urls import reverse

from tests.doors.conftest import Clients
from tests.doors.house import House
from tests.doors.matrix import MATRIX


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_get_writes_nothing(name: str, house: House, clients: Clients) -> None:
    """Each page is fetched while PostgreSQL itself refuses writes."""
    for row, (role, client) in itertools.product(MATRIX[name], clients):
        if role not in row.allowed:
            continue
        url = reverse(name, kwargs=row.arguments(house))
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL transaction_read_only = on")
            assert client.get(url).status_code < 500
            transaction.set_rollback(True)
