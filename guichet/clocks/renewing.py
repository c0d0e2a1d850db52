"""A new version of a policy or calendar reaches the open tickets: a batch at a time, from now on and not before."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from guichet.clocks import follow, keeping, promising
from guichet.clocks.choosing import Choice, Rules, in_force
from guichet.clocks.facts import facts_of
from guichet.clocks.models import Renewal
from guichet.tickets import actions
from guichet.tickets.events import By
from guichet.tickets.models import Ticket

BATCH = 200


def ask() -> None:
    """Let all open tickets be measured anew, in the caller's transaction; one round that has not begun is enough."""
    if not Renewal.objects.filter(after=0).exists():
        Renewal.objects.create(since=timezone.now())


def renew(limit: int = BATCH) -> int:
    """The next batch of open tickets; how many were looked at, 0 when there is nothing to do."""
    with transaction.atomic():
        round_ = Renewal.objects.select_for_update(skip_locked=True).order_by("pk").first()
        if round_ is None:
            return 0
        pks = list(
            Ticket.objects.open().filter(pk__gt=round_.after).order_by("pk").values_list("pk", flat=True)[:limit]
        )
        if not pks:
            round_.delete()
            return 0
        _renew(set(pks))
        round_.after = pks[-1]
        round_.save(update_fields=["after"])
        return len(pks)


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
