"""Rules about mail itself: what spam filters and lists of senders and words keep off the desk, not unseen."""

from __future__ import annotations

from guichet.channels.base import Incoming
from guichet.channels.work import Known, Outcome, Work


def sort(work: Work, incoming: Incoming, context: Known) -> Outcome | None:
    """The end that a rule gives this mail; None for all that goes on."""
    return None
