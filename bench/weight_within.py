"""The inside of `bench.weight`: fills the database and signs an agent in."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from bench import fill
from bench.pages_within import session_of
from guichet.people.models import Person


def main(arguments: Sequence[str]) -> dict[str, str]:
    """`arguments`: how many tickets. The cookie of a signed-in agent."""
    fill.fill(int(arguments[0]))
    agent = Person.objects.get(email=fill.FIRST_AGENT)
    return {"name": settings.SESSION_COOKIE_NAME, "value": session_of(agent)}
