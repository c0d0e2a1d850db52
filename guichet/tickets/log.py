"""How followers read the log: in commit order, in batches, each from its own durable cursor.

A follower is a module with `HEARS` (the kinds it wants) and `follow(events)`. What it adds to the log itself it `TELLS`
(kind -> its sentence, or None), and `LABELS` are what rules call these kinds. One with `HEARS_TOLD` hears what others
tell, and may ask of each what it lists in `ASKS`. With `IN_ORDER` it reads only what those before it in settings have
read: what they put on a ticket is there by then. A batch's work and the cursor's step commit together, so a crash
repeats the batch: `follow` must be safe to repeat. An event on which it fails is set aside with its error and tried
again later, and the batch goes on.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from guichet.kit import pg
from guichet.tickets.events import BELL
from guichet.tickets.models import Cursor, Event, SetAside

BATCH = 200
TRIES = 8  # of a set-aside event, 1 min apart at first, doubling: about two hours
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Follower:
    name: str
    hears: frozenset[str]
    follow: Callable[[Sequence[Event]], None]
    behind: tuple[str, ...] = ()  # followers that read first


def followers() -> list[Follower]:
    """The followers that settings names, in order."""
    modules = [(path, import_module(path)) for path in settings.FOLLOWERS]
    told = frozenset(kind for _path, module in modules for kind in getattr(module, "TELLS", ()))
    found: list[Follower] = []
    for path, module in modules:
        hears = frozenset(module.HEARS) | (told if getattr(module, "HEARS_TOLD", False) else frozenset())
        behind = tuple(one.name for one in found) if getattr(module, "IN_ORDER", False) else ()
        found.append(Follower(path, hears, module.follow, behind))
    return found


def drain() -> int:
    """Let every follower read all it may now; returns how many events were read."""
    total = 0
    for follower in followers():
        while read := step(follower):
            total += read
        total += retry(follower)
    return total


def step(follower: Follower, batch: int = BATCH) -> int:
    """One batch of one follower: 0 when there is nothing to read or another process reads for it."""
    with transaction.atomic():
        if not _alone(follower):
            return 0
        cursor, _ = Cursor.objects.get_or_create(follower=follower.name)
        after = Q(xid__gt=cursor.xid) | Q(xid=cursor.xid, id__gt=cursor.event_id)
        # Most events concern no follower: their tickets and texts stay where they are.
        page = list(
            Event.objects.filter(after & _read_by(follower.behind))
            .settled()
            .values_list("xid", "pk", "kind", "is_quiet")[:batch]
        )
        if not page:
            return 0
        heard = [pk for _xid, pk, kind, is_quiet in page if kind in follower.hears and not is_quiet]
        events = Event.objects.filter(pk__in=heard).select_related("ticket", "message").order_by("xid", "pk")
        _follow(follower, list(events) if heard else [])
        cursor.xid, cursor.event_id = page[-1][:2]
        cursor.save()
        return len(page)


def retry(follower: Follower) -> int:
    """Try the due set-aside events of a follower once more."""
    with transaction.atomic():
        if not _alone(follower):
            return 0
        due = list(
            SetAside.objects.filter(follower=follower.name, next_try_at__lte=timezone.now())
            .select_related("event__ticket", "event__message")
            .order_by("event__xid", "event_id")[:BATCH]
        )
        for aside in due:
            error = _attempt(follower, [aside.event])
            if error is None:
                aside.delete()
                continue
            aside.tries += 1
            aside.error = error
            aside.next_try_at = _next_try(aside.tries)
            aside.save()
        return len(due)


def try_again(asides: QuerySet[SetAside]) -> int:
    """Let these set-aside events be tried now, also those that were given up; how many."""
    with transaction.atomic():
        count = asides.update(next_try_at=timezone.now())
        if count:
            pg.notify(BELL, "aside")
    return count


def lag() -> dict[str, int]:
    """Events that each follower has yet to read."""
    counts = {}
    for follower in followers():
        cursor = Cursor.objects.filter(pk=follower.name).first() or Cursor(follower=follower.name)
        after = Q(xid__gt=cursor.xid) | Q(xid=cursor.xid, id__gt=cursor.event_id)
        counts[follower.name] = Event.objects.filter(after).count()
    return counts


def _follow(follower: Follower, events: Sequence[Event]) -> None:
    if not events or _attempt(follower, events) is None:
        return
    for event in events:
        error = _attempt(follower, [event])
        if error is not None:
            log.error("follower %s set event %s aside", follower.name, event.pk)
            SetAside.objects.update_or_create(
                follower=follower.name,
                event=event,
                defaults={"error": error, "next_try_at": _next_try(1)},
            )


def _attempt(follower: Follower, events: Sequence[Event]) -> str | None:
    """None if it went well, else the traceback; its writes are rolled back then."""
    try:
        with transaction.atomic():
            follower.follow(events)
    except Exception:
        return traceback.format_exc()[-4000:]
    return None


def _next_try(tries: int) -> datetime | None:
    return timezone.now() + timedelta(minutes=2 ** (tries - 1)) if tries < TRIES else None


def _read_by(others: Sequence[str]) -> Q:
    """What all of these have read by now."""
    if not others:
        return Q()
    reached = list(Cursor.objects.filter(pk__in=others).values_list("xid", "event_id"))
    if len(reached) < len(others):
        return Q(pk__in=())  # one has never read a word
    xid, event = min(reached)
    return Q(xid__lt=xid) | Q(xid=xid, id__lte=event)


def _alone(follower: Follower) -> bool:
    """One consumer per follower at a time; the lock ends with the transaction."""
    return pg.transaction_lock(f"follower:{follower.name}", wait=False)
