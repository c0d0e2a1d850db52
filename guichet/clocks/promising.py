"""What customers are promised: by when an answer comes, from the clock of that answer.

The acknowledgement says it (channels), or a reply whose author promises the next one. Where the deadline moves back
before it has passed, the customer is told then; where it moves forward, what was promised is kept all the more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from guichet.clocks import calendar as sums
from guichet.clocks import keeping, versions
from guichet.clocks.choosing import in_force
from guichet.clocks.models import ANSWERS, Kind
from guichet.clocks.promised import Promised, promised
from guichet.clocks.replay import Fact, Played
from guichet.tickets import actions, promises
from guichet.tickets.actions import Words
from guichet.tickets.events import By
from guichet.tickets.models import Inbox, Message, MessageKind, Ticket

VIA = "clocks"
MOST = 5  # promises of one ticket: who is told more often believes none


def foresee(ticket: Ticket, at: datetime, is_answer: bool) -> datetime | None:
    """By when the next answer comes that an answer of that moment promises, or the one that is owed already."""
    if not ticket.inbox.promises:
        return None
    if not is_answer:
        return _due(keeping.played([ticket.pk])[ticket.pk])
    choice = in_force([ticket.pk]).get(ticket.pk)
    if choice is None or choice.policy is None or choice.calendar is None:
        return None
    target = versions.terms_of(choice.policy).target(Kind.NEXT, ticket.priority)
    if target is None:
        return None
    try:
        due = sums.add(versions.calendar_of(choice.calendar), at, timedelta(minutes=target))
    except sums.NoTime:
        return None
    return due.replace(second=0, microsecond=0)


def keep(
    tickets: Mapping[int, Ticket], clocks: Mapping[int, Sequence[Played]], known: Mapping[int, Sequence[Fact]],
    opened: Collection[int],
) -> None:  # fmt: skip
    """Promise what was just opened, tell whoever was promised what can no longer be, and keep the rows of it all."""
    now = timezone.now()
    said = {pk: promised(known.get(pk, ())) for pk in tickets}
    dues = {pk: due for pk, some in clocks.items() if (due := _due(some)) is not None and due > now}
    new = {pk for pk in dues if pk in opened and not said[pk]}
    moved = {pk for pk in dues if _must_move(said[pk], dues[pk], now)}
    if new or moved:
        wanted = _promising(tickets[pk] for pk in new | moved)
        new = {pk for pk in new if wanted.get(tickets[pk].inbox_id)}
        moved &= {pk for pk in moved if tickets[pk].inbox_id in wanted}
        was = {pk: said[pk][-1].at for pk in moved}
        actions.promise({pk: (tickets[pk], dues[pk]) for pk in new | moved}, By(via=VIA, at=now))
        for pk in moved:
            _tell(tickets[pk], said[pk][-1], was[pk], dues[pk])
        for pk in new | moved:
            said[pk] = promised([*known.get(pk, ()), Fact(now, "promised", (dues[pk], None, None))])
    keeping.keep_promises(said)


def _due(clocks: Sequence[Played]) -> datetime | None:
    """Of the answer that is owed now: to the minute, as it is said; never later than the deadline."""
    owed = next((one.due_at for one in clocks if one.kind in ANSWERS and one.is_going), None)
    return owed.replace(second=0, microsecond=0) if owed is not None else None


def _must_move(said: Sequence[Promised], due: datetime, now: datetime) -> bool:
    if not said or not said[-1].is_open or sum(1 + one.moved for one in said) >= MOST:
        return False
    return now < said[-1].at < due


def _promising(tickets: Iterable[Ticket]) -> dict[int, bool]:
    """The inboxes among theirs that promise, and whether they acknowledge new requests."""
    inboxes = Inbox.objects.filter(pk__in={ticket.inbox_id for ticket in tickets}, promises=True)
    return dict(inboxes.values_list("pk", "acknowledge"))


def _tell(ticket: Ticket, said: Promised, was: datetime, due: datetime) -> None:
    """A later moment; said to whoever was told the earlier one."""
    words = ticket.messages.filter(kind=MessageKind.OUTBOUND).order_by("pk")
    told = words.filter(pk=said.message).first() if said.message else words.filter(auto="auto-reply").first()
    if told is not None:
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
