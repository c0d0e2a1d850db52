"""What the timeline and notices say of a clock's events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guichet.tickets.models import Event
from guichet.tickets.sentences import Names, day_of

# Whole sentences, because languages put the parts of one together in different ways.
_WARNED = {
    "first": gettext_lazy("%(share)s %% of the time for the first answer is used up; it is due %(time)s"),
    "next": gettext_lazy("%(share)s %% of the time for an answer is used up; it is due %(time)s"),
    "solution": gettext_lazy("%(share)s %% of the time for a solution is used up; it is due %(time)s"),
    "internal": gettext_lazy("%(share)s %% of the team's time is used up; it is due %(time)s"),
}
_BREACHED = {
    "first": gettext_lazy("The first answer is late: it was due %(time)s"),
    "next": gettext_lazy("An answer is late: it was due %(time)s"),
    "solution": gettext_lazy("The solution is late: it was due %(time)s"),
    "internal": gettext_lazy("The team is late: its work was due %(time)s"),
    "set": gettext_lazy("The deadline that was set has passed: %(time)s"),
}
_ESCALATED = {
    "first": gettext_lazy("The first answer is still missing at %(share)s %% of its time; it was due %(time)s"),
    "next": gettext_lazy("An answer is still missing at %(share)s %% of its time; it was due %(time)s"),
    "solution": gettext_lazy("The solution is still missing at %(share)s %% of its time; it was due %(time)s"),
    "internal": gettext_lazy("The team's work is still missing at %(share)s %% of its time; it was due %(time)s"),
}


def warned(event: Event, names: Names) -> str:
    return _told(_WARNED, event)


def breached(event: Event, names: Names) -> str:
    return _told(_BREACHED, event)


def escalated(event: Event, names: Names) -> str:
    return _told(_ESCALATED, event)


def _told(words: Mapping[str, Any], event: Event) -> str:
    changes = event.changes
    said = str(words[changes["clock"][1]]) % {"share": changes["mark"][1], "time": day_of(changes["due"][1])}
    if "late" in changes:
        return _("%(sentence)s (told late: nobody watched the clock)") % {"sentence": said}
    return said
