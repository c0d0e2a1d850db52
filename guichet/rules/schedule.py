"""Rules that the clock sets off: each asks for the tickets whose moment is old enough, once for each moment.

It costs what is due. Two may run at once, and after a day of downtime each occasion comes once, late.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from guichet.conditions.compile import compiled
from guichet.conditions.tree import Malformed
from guichet.kit.failpoints import hit
from guichet.rules import fields
from guichet.rules.models import TIME, Rule, RuleRun, Since
from guichet.rules.running import act
from guichet.tickets import events, worktime
from guichet.tickets.actions import Held
from guichet.tickets.models import Event, Ticket
from guichet.tickets.models.ticket import TicketQuerySet

BATCH = 50  # tickets of one rule in one transaction
LOOKED_AT = 500  # tickets whose working time is counted at once
OVER_AFTER = timedelta(days=366)  # an occasion that has been due for longer comes no more
KEPT_FOR = timedelta(days=400)  # longer than that, so that nothing comes twice because it was forgotten
log = logging.getLogger(__name__)


def purge() -> None:
    RuleRun.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()


def run_due() -> int:
    """Everything that is due now; how many times a rule acted."""
    rules = list(Rule.objects.active().filter(on=[TIME]).select_related("inbox"))
    return sum(_run_rule(rule) for rule in rules)


def _run_rule(rule: Rule) -> int:
    try:
        if not rule.in_working_time:
            return _run_due(rule)
        return sum(_run_due(rule, pks) for pks in ripe(rule, timezone.now()))
    except Malformed as wrong:
        log.warning("rule %s cannot be asked: %s", rule.pk, wrong)
        return 0


def ripe(rule: Rule, now: datetime) -> Iterator[set[int]]:
    """Tickets whose working time has passed, page by page: what is too young by the clock on the wall is not asked, and
    what is only looked at is not locked. Raises Malformed."""
    found, last = due(rule, now), None
    while True:
        later = Q(since__gt=last[0]) | Q(since=last[0], pk__gt=last[1]) if last else Q()
        page: list[Any] = list(found.filter(later).values_list("since", "pk")[:LOOKED_AT])  # type: ignore[misc]
        if pks := worktime.passed({pk: since for since, pk in page}, rule.minutes, now):
            yield pks
        if len(page) < LOOKED_AT:
            return
        last = page[-1]


def _run_due(rule: Rule, pks: set[int] | None = None) -> int:
    total = 0
    while True:
        with transaction.atomic():
            found = due(rule, timezone.now())
            found = found if pks is None else found.filter(pk__in=pks)
            batch = list(found.select_for_update(of=("self",), skip_locked=True)[:BATCH])
            runs, before = [], _done(rule, batch)
            for ticket in batch:
                if (ticket.pk, ticket.since) in before:  # type: ignore[attr-defined]
                    continue
                runs.append(act(rule, Held(ticket), moment=ticket.since))  # type: ignore[attr-defined]
            RuleRun.objects.bulk_create(runs)
            hit("rules.before_time_commit")
        total += len(batch)
        if len(batch) < BATCH:
            return total


def _done(rule: Rule, locked: Sequence[Ticket]) -> set[tuple[int, datetime | None]]:
    """What another process has done between the question and the lock."""
    return set(RuleRun.objects.filter(rule=rule, ticket__in=locked).values_list("ticket_id", "moment"))


def due(rule: Rule, now: datetime) -> TicketQuerySet:
    """Tickets for which its time has come and which had this occasion not yet, with their `since`; of a rule that goes
    by working time those for which it may have come. Raises Malformed.
    """
    asker = fields.house_asker(rule.inbox)
    asker.now = now
    found = Ticket.objects.filter(fields.scope(rule.inbox_id))
    found = found.filter(compiled(rule.condition, fields.TIMED, asker))
    found = found.annotate(since=_since(Since(rule.since)))
    before = RuleRun.objects.filter(rule=rule.pk, ticket=OuterRef("pk"), moment=OuterRef("since"))
    due_since = now - timedelta(minutes=rule.minutes)
    ripe = Q(since__lte=due_since, since__gt=due_since - OVER_AFTER)
    return found.filter(~Exists(before), ripe).order_by("since", "pk")  # type: ignore[misc]


def _since(since: Since) -> Coalesce | F:
    if since == Since.STATUS:
        changed = Event.objects.filter(ticket=OuterRef("pk"), kind=events.STATUS_CHANGED).order_by("-pk")
        return Coalesce(Subquery(changed.values("at")[:1]), F("created_at"))
    paths = {Since.WAITING: "waiting_since", Since.MESSAGE: "last_message_at", Since.CREATED: "created_at"}
    return F(paths[since])
