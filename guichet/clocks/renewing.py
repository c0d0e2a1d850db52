"""Rounds through tickets, a batch at a time: a new version of a policy or calendar reaches the open ones, from now on
and not before; and promises of a time when there were no rows of them get theirs, as the log gives them.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from guichet.clocks import follow, keeping, promising
from guichet.clocks.choosing import Choice, Rules, in_force
from guichet.clocks.facts import facts_of
from guichet.clocks.models import Renewal
from guichet.clocks.promised import promised
from guichet.tickets import actions, events
from guichet.tickets.events import By
from guichet.tickets.models import Event, Ticket

BATCH = 200


def ask() -> None:
    """Let all open tickets be measured anew, in the caller's transaction; one round that has not begun is enough."""
    if not Renewal.objects.filter(of=Renewal.Of.VERSIONS, after=0).exists():
        Renewal.objects.create(since=timezone.now())


def renew(limit: int = BATCH) -> int:
    """The next batch of tickets; how many were looked at, 0 when there is nothing to do."""
    with transaction.atomic():
        round_ = Renewal.objects.select_for_update(skip_locked=True).order_by("pk").first()
        if round_ is None:
            return 0
        is_promises = round_.of == Renewal.Of.PROMISES
        pks = (_with_promises if is_promises else _open_ones)(round_.after, limit)
        if not pks:
            round_.delete()
            return 0
        (_keep_promises if is_promises else _renew)(set(pks))
        round_.after = pks[-1]
        round_.save(update_fields=["after"])
        return len(pks)


def all_promises() -> int:
    """The rows of every promise as the log gives them, at once; of how many tickets."""
    count = after = 0
    while pks := _with_promises(after, BATCH):
        with transaction.atomic():
            _keep_promises(set(pks))
        count, after = count + len(pks), pks[-1]
    return count


def _open_ones(after: int, limit: int) -> list[int]:
    return list(Ticket.objects.open().filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:limit])


def _with_promises(after: int, limit: int) -> list[int]:
    said = Event.objects.filter(kind=events.PROMISED, ticket__gt=after).order_by("ticket_id")
    return list(said.values_list("ticket_id", flat=True).distinct()[:limit])


def _keep_promises(pks: set[int]) -> None:
    """Rows alone: whoever was promised something hears nothing of it."""
    known = facts_of(follow.locked(pks))
    keeping.keep_promises({pk: promised(facts) for pk, facts in known.items()})


def _renew(pks: set[int]) -> None:
    tickets = follow.locked(pks)
    known, chosen = in_force(tickets), Rules().choose(tickets.values())
    by = By(via=follow.VIA, at=timezone.now())
    tellings = [
        follow.choice_told(ticket, known[pk], chosen[pk], by)
        for pk, ticket in tickets.items()
        # Who has no clocks yet gets them with the next thing that happens there.
        if pk in known and chosen.get(pk, Choice(None, None)) != known[pk]
    ]
    if tellings:
        actions.tell_all(tellings)
        moved = {one.ticket.pk: one.ticket for one in tellings}
        facts = facts_of(moved)
        clocks = {pk: keeping.play(facts.get(pk, [])) for pk in moved}
        keeping.keep(moved, clocks)
        promising.keep(moved, clocks, facts, ())
