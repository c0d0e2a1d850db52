"""What customers are promised: by when an answer comes, from the clock of the first answer.

The acknowledgement says it (channels). Where the deadline moves back before it has passed, the customer is told then;
where it moves forward, what was promised is kept all the more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from guichet.clocks.models import Kind
from guichet.clocks.replay import Played
from guichet.tickets import actions, events, promises
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Inbox, Message, MessageKind, Ticket

VIA = "clocks"
MOST = 5  # promises of one ticket: who is told more often believes none


def keep(tickets: Mapping[int, Ticket], clocks: Mapping[int, Sequence[Played]], opened: Collection[int]) -> None:
    """Promise what was just opened, and tell whoever was promised what can no longer be."""
    now = timezone.now()
    dues = {pk: due for pk, some in clocks.items() if (due := _due(some)) is not None and due > now}
    asked = {tickets[pk].inbox_id for pk in dues if pk in opened or tickets[pk].promised_at is not None}
    promising = Inbox.objects.filter(pk__in=asked, promises=True, acknowledge=True).values_list("pk", flat=True)
    wanted = set(promising) if asked else set()
    new = {}
    for pk, due in dues.items():
        ticket = tickets[pk]
        if ticket.inbox_id not in wanted:
            continue
        if ticket.promised_at is None and pk in opened:
            new[pk] = due
        elif ticket.promised_at is not None and now < ticket.promised_at < due:
            _move(ticket, due)
    actions.promise({pk: (tickets[pk], due) for pk, due in new.items()}, By(via=VIA))


def _due(clocks: Sequence[Played]) -> datetime | None:
    """To the minute, as it is said; never later than the deadline."""
    first = next((one.due_at for one in clocks if one.kind == Kind.FIRST and one.run == 1 and one.is_going), None)
    return first.replace(second=0, microsecond=0) if first is not None else None


def _move(ticket: Ticket, due: datetime) -> None:
    """A later moment; said to whoever was told the earlier one."""
    if ticket.events.filter(kind=events.PROMISED).count() >= MOST:
        return
    told = ticket.messages.filter(kind=MessageKind.OUTBOUND, auto="auto-reply").order_by("pk").first()
    was = ticket.promised_at
    actions.promise({ticket.pk: (ticket, due)}, By(via=VIA))
    if told is not None and was is not None:
        actions.reply(ticket, _words(ticket, told, was, due), By(via=VIA), seen=None)


def _words(ticket: Ticket, told: Message, was: datetime, due: datetime) -> Words:
    with translation.override(ticket.language or "en"):
        facts = {
            "number": ticket.number,
            "old": promises.moment(was, ticket),
            "new": promises.moment(due, ticket),
        }
        text = "\n\n".join(
            (
                _("Good day,"),
                _("we had promised you an answer to your request %(number)s by %(old)s.") % facts,
                _("It takes us longer. You will have an answer by %(new)s.") % facts,
            )
        )
        subject = _("Your request %(number)s: a new time for our answer") % facts
    return Words(text=text, subject=subject, to=told.to, in_reply_to=told.in_reply_to, auto="auto-reply")
