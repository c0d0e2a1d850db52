"""The matrix: EVERY address × EVERY role × own, foreign and sealed objects. An address without a row fails."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.doors.conftest import Clients
from tests.doors.house import House
from tests.doors.matrix import MATRIX


def addresses(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from addresses(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
        elif isinstance(entry, URLPattern) and entry.name:
            yield f"{namespace}{entry.name}"


def answers(client: Client, method: str, url: str) -> HttpResponse:
    """The answer, with whatever it changed rolled back."""
    with transaction.atomic():
        answer: HttpResponse = getattr(client, method)(url)
        transaction.set_rollback(True)
    return answer


def is_denied(answer: HttpResponse) -> bool:
    """Hidden, or sent to sign in. 405 is an answer to whoever is inside; it tells of no object."""
    return answer.status_code in (403, 404) or "/account/login/" in answer.headers.get("Location", "")


def test_every_address_has_a_row() -> None:
    assert sorted(set(addresses())) == sorted(MATRIX)


@pytest.mark.parametrize("name", sorted(MATRIX))
def test_each_role_gets_exactly_what_the_matrix_says(name: str, house: House, clients: Clients) -> None:
    wrong, asked = [], 0
    for row, (role, client), method in itertools.product(MATRIX[name], clients, ("get", "post")):
        url = reverse(name, kwargs=row.arguments(house))
        answer = answers(client, method, url)
        if answer.status_code == 405:
            continue  # the other method is the one that is asked
        asked += 1
        expected = role in row.allowed
        denied = is_denied(answer) and not (name == "account_logout" and method == "post" and expected)
        if denied == expected or answer.status_code >= 500:
            wrong.append(f"{role} {method.upper()} {url}: {answer.status_code}, expected allowed={expected}")
    assert wrong == []
    assert asked >= len(house.roles) * len(MATRIX[name])
