from __future__ import annotations

import pytest

from guichet.clocks import defaults
from guichet.tickets.models import SetAside, Ticket
from tests import make


@pytest.fixture
def cast(transactional_db: None) -> make.Cast:
    return make.cast()


@pytest.fixture
def ticket(cast: make.Cast) -> Ticket:
    defaults.ensure()
    return make.ticket(to=cast.support, of=cast.cleo)


def read_log() -> None:
    """Every follower reads all there is, and none of them fails."""
    make.follow_log()
    assert [aside.error for aside in SetAside.objects.all()] == []
