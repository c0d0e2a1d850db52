"""What a customer is told of when an answer comes: in the ticket's language and the customer's own time.

A reply promises by the words `{answer.by}`. They are filled when it is written, not before: only then is it known from
when the time counts. Who reckons with working time is a follower (its FORESEES), for nobody down here knows of clocks.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib import import_module
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guichet.people.house import zone
from guichet.tickets.models import Ticket

PLACE = re.compile(r"\{ ?answer\.by ?\}")
OPEN_PLACE = "{answer.by}"


def moment(at: datetime, ticket: Ticket) -> str:
    """As people say it: "Thursday 3 December, 14:30", by the customer's clock. In the active language."""
    own = ticket.requester.time_zone
    local = timezone.localtime(at, ZoneInfo(own) if own else zone())
    # Translators: date format of Django: the whole weekday with day and month.
    return f"{date_format(local, pgettext('date', 'l j F'))}, {local:%H:%M}"


def promised(ticket: Ticket) -> str:
    """ "You will have an answer by …", in the ticket's language; "" where nothing was promised or it is over."""
    if ticket.promised_at is None or ticket.promised_at <= timezone.now():
        return ""
    with translation.override(ticket.language or "en"):
        return _("You will have an answer by %(time)s.") % {"time": moment(ticket.promised_at, ticket)}


def next_answer(ticket: Ticket, at: datetime, *, is_answer: bool = True) -> datetime | None:
    """By when the next answer comes if it is promised in words of that moment, to the minute; None if nobody can say.

    Words that are no answer themselves promise the one that is owed already.
    """
    return _foresees()(ticket, at, is_answer)


@cache
def _foresees() -> Callable[[Ticket, datetime, bool], datetime | None]:
    modules = [import_module(path) for path in settings.FOLLOWERS]
    found = next((module.FORESEES for module in modules if hasattr(module, "FORESEES")), None)
    return found if found is not None else lambda ticket, at, is_answer: None
