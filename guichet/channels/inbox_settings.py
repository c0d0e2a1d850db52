"""An inbox's encrypted settings are one column and have several writers: each changes its own keys, under a lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from guichet.tickets.models import Inbox


@contextmanager
def editing(inbox_id: int) -> Iterator[dict[str, Any]]:
    """The settings as they stand now, to be changed in place; saved and committed with the block."""
    with transaction.atomic():
        inbox = Inbox.objects.select_for_update().get(pk=inbox_id)
        yield inbox.settings
        inbox.save(update_fields=["settings"])
