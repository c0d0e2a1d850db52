"""Of people who are only named on a page: a person is a wide row, and most joins want nothing but who it is."""

from __future__ import annotations

from functools import cache

from guichet.people.models import Person

NAME = ("name", "email", "typed_address", "role", "is_active")  # who it is, and whether they work here; for `only`


@cache
def all_but_name(*paths: str) -> tuple[str, ...]:
    """For `defer`: whatever else the people at these paths of a query have."""
    rest = [field.name for field in Person._meta.concrete_fields if field.name not in ("id", *NAME)]
    return tuple(f"{path}__{name}" for path in paths for name in rest)
