"""What a customer is told of when an answer comes: in the ticket's language and the customer's own time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from guichet.people.house import zone
from guichet.tickets.models import Ticket


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
