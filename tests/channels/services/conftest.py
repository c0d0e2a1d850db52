"""An inbox that sends by a service's API; the service is a real HTTP server of our own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from guichet.channels import outbox
from tests import make
from tests.channels.services.making import MAILGUN_YES, POSTMARK_YES, use
from tests.channels.services.server import Service, service


@pytest.fixture(autouse=True)
def _fresh() -> None:
    outbox._down.clear()


@pytest.fixture
def cast() -> make.Cast:
    return make.cast()


@pytest.fixture
def postmark(cast: make.Cast) -> Iterator[Service]:
    with service(POSTMARK_YES) as made:
        use(cast, "postmark", server_token="pm-token-1", api_url=made.url)
        yield made


@pytest.fixture
def mailgun(cast: make.Cast) -> Iterator[Service]:
    with service(MAILGUN_YES) as made:
        use(cast, "mailgun", api_key="mg-key-1", sender_domain="mg.desk.example", api_url=f"{made.url}v3")
        yield made
