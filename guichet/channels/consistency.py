"""Whether the ledger is whole, whatever door a mail came by: nothing waits, all has an end, and its bytes are there."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from guichet.channels.models import End, Parcel, ParcelQuerySet, ParcelState
from guichet.kit.files import BlobStore

LATE = timedelta(minutes=5)  # the worker takes seconds
PART = 50_000  # mails whose bytes are looked for each hour: about a second
PAGE = 5000
SHOWN = 100
_PLACE, _LOST = "consistency.place", "consistency.lost"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong with the ledger; all of it empty when nothing is."""

    late: int = 0  # mails that wait for the worker for over five minutes
    endless: int = 0  # that are done, and nobody knows with what end
    lost: list[int] = field(default_factory=list)  # whose bytes are missing: parcels' ids, at most 100

    def __bool__(self) -> bool:
        return bool(self.late or self.endless or self.lost)


def trouble(parcels: ParcelQuerySet | None = None) -> Trouble:
    """Two queries, and what was found so far of missing bytes (the intake looks for them by parts, each hour).

    Of all mails, or only of those that somebody may know of.
    """
    parcels = Parcel.objects.all() if parcels is None else parcels
    done_without = parcels.exclude(state=ParcelState.RECEIVED).filter(end="")
    return Trouble(_late(parcels), done_without.count(), _still_lost(cache.get(_LOST) or [], parcels))


def whole_trouble() -> Trouble:
    """The same with every mail's bytes looked for now: half a minute for a million."""
    lost = [pk for page in _pages(0) for pk in _lost_of(page)][:SHOWN]
    cache.set(_LOST, lost, None)
    done_without = Parcel.objects.exclude(state=ParcelState.RECEIVED).filter(end="")
    return Trouble(_late(Parcel.objects.all()), done_without.count(), lost)


def look_on() -> None:
    """Look for the bytes of the next mails; after the last it begins with the first again."""
    place = int(cache.get(_PLACE) or 0)
    lost = set(_still_lost(cache.get(_LOST) or [], Parcel.objects.all()))
    seen = 0
    for page in _pages(place):
        found = _lost_of(page)
        if found:
            log.error("the bytes of the mails %s are missing", ", ".join(map(str, found)))
        lost.update(found)
        place = page[-1][0]
        seen += len(page)
        if seen >= PART:
            break
    cache.set(_PLACE, place if seen >= PART else 0, None)
    cache.set(_LOST, sorted(lost)[:SHOWN], None)


def _late(parcels: ParcelQuerySet) -> int:
    """Imported history takes its time, and waits behind what people wait for."""
    waiting = parcels.filter(state=ParcelState.RECEIVED, is_history=False)
    return waiting.filter(received_at__lt=timezone.now() - LATE).count()


def _pages(after: int) -> Iterator[list[tuple[int, str]]]:
    kept = Parcel.objects.exclude(end=End.DELETED).order_by("pk").values_list("pk", "raw")
    while page := list(kept.filter(pk__gt=after)[:PAGE]):
        yield page
        after = page[-1][0]


def _lost_of(page: list[tuple[int, str]]) -> list[int]:
    store = BlobStore(settings.DATA / "blobs")
    return [pk for pk, raw in page if not store.exists(raw)]


def _still_lost(ids: list[int], parcels: ParcelQuerySet) -> list[int]:
    if not ids:
        return []
    rows = parcels.filter(pk__in=ids).exclude(end=End.DELETED).order_by("pk").values_list("pk", "raw")
    return _lost_of(list(rows))
