"""The lines of `guichet check` about search: what waits to be indexed, and files whose words could not be read."""

from __future__ import annotations

from collections.abc import Iterator

from guichet.kit.doctor import Line, ok, warn
from guichet.tickets.models import Attachment, FileReading, ToIndex

MANY = 10_000  # waiting: said, for words of that age are not all found yet
REASONS = 3


def lines() -> Iterator[Line]:
    waiting = ToIndex.objects.count()
    files = Attachment.objects.filter(reading=FileReading.WAITING).count()
    text = f"{waiting} changes and {files} files wait to be indexed"
    if waiting + files > MANY:
        yield warn("search", text, "let the worker run; older words and files are found once it has come to them")
    else:
        yield ok("search", text)
    failed = Attachment.objects.filter(reading=FileReading.FAILED)
    count = failed.count()
    if count:
        reasons = failed.order_by("-pk").values_list("name", "reading_note")[:REASONS]
        latest = "; ".join(f"{name[:60]}: {note}" for name, note in reasons)
        yield ok("search", f"{count} files could not be read, and are found by their names only ({latest})")
