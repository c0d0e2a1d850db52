"""Checks of senders that ask DNS, beside the intake: a mail that waits for a name server holds up no other."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace

from guichet.channels.base import Incoming
from guichet.channels.email import trust
from guichet.channels.email.limits import Unreadable
from guichet.channels.email.trust import Came, Trust
from guichet.channels.models import Parcel
from guichet.channels.work import Work

THREADS = 32
MOST = 200  # mails that wait at once: then the intake waits with them
MOMENT = 0.2  # seconds, after which the intake looks for other mail again
log = logging.getLogger(__name__)


class Checks:
    """The mails whose senders are being asked about. Of one thread at a time; nothing of it outlives the process.

    A mail in here stays claimed; should the process end, the claim lapses and another worker takes it.
    """

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, "senders")
        self._waiting: dict[int, tuple[Work, Future[Trust]]] = {}

    def judged(
        self, works: Sequence[Work], raws: Sequence[bytes], outer: Sequence[Incoming | Unreadable]
    ) -> list[Work]:
        """Of these mails, and of those that waited, all whose sender is known by now, in the order of arrival.

        `outer` are the mails as they came, before a seal was opened. Waits only where too many wait already.
        """
        ready: list[Work] = []
        for work, raw, came in zip(works, raws, outer, strict=True):
            if not isinstance(came, Incoming) or work.parcel.is_history:
                ready.append(work)
            elif trust.asks_dns(came, *_who_checks(work.parcel)):
                if work.parcel.pk not in self._waiting:
                    self._waiting[work.parcel.pk] = (work, self._pool.submit(_judge, work, came, raw))
            else:
                ready.append(replace(work, trust=_judge(work, came, raw)))
        while len(self._waiting) > MOST and not any(future.done() for _work, future in self._waiting.values()):
            self.pause()
        for pk, (work, future) in list(self._waiting.items()):
            if future.done():
                del self._waiting[pk]
                ready.append(replace(work, trust=future.result()))
        return sorted(ready, key=lambda work: work.parcel.pk)

    @property
    def is_waiting(self) -> bool:
        return bool(self._waiting)

    def pause(self) -> None:
        """A moment, or until the first sender is known."""
        wait([future for _work, future in self._waiting.values()], MOMENT, FIRST_COMPLETED)


def _judge(work: Work, incoming: Incoming, raw: bytes) -> Trust:
    parcel = work.parcel
    came = Came(parcel.peer, parcel.envelope_from) if parcel.door == "smtp" else trust.UNKNOWN_WAY
    try:
        authserv_id, checks = _who_checks(parcel)
        found = trust.judge(raw, incoming, authserv_id, checks=checks, came=came)
    except Exception:
        # Whatever a hostile mail does to a check, it is a mail all the same: one that nobody vouched for.
        log.exception("the sender of parcel %s could not be checked", parcel.pk)
        return Trust("none", trust.US)
    shown = work.incoming
    if found.verdict == "pass" and isinstance(shown, Incoming) and shown.sender.address != incoming.sender.address:
        return replace(found, verdict="none", note="broken")  # inside its seal a mail names somebody else
    return found


def _who_checks(parcel: Parcel) -> tuple[str, bool]:
    """The relay whose word counts for this mail, and whether we check ourselves.

    What never passed the relay may say anything in its name: mail that a sending service posts to us, and mail from
    outside at our own SMTP port. Where a relay is named we check such mail ourselves.
    """
    inbox = parcel.inbox
    is_around = parcel.door == "esp" or (parcel.door == "smtp" and trust.is_outside(parcel.peer))
    if is_around and inbox.authserv_id:
        return "", True
    return inbox.authserv_id, inbox.checks_senders
