"""One act on many tickets: the same actions that an agent clicks, ticket by ticket, each in a transaction of its own.

A run is rows before it is work, so a crash loses nothing: whoever goes on finds the steps that are still to do. At each
step it is asked anew whether its person may see the ticket. What was refused is kept with its reason, and how each
ticket was before, so that the run can be taken back.
"""

from __future__ import annotations

import logging
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from guichet.conditions.fields import Asker
from guichet.conditions.tree import Malformed, Tree
from guichet.kit.lines import one_line, whole_number
from guichet.people.models import Person, Team
from guichet.tickets import actions
from guichet.tickets.actions import Refused
from guichet.tickets.events import By
from guichet.tickets.fields import rule
from guichet.tickets.models import (
    BulkRun,
    BulkStep,
    Category,
    Impact,
    Outcome,
    Priority,
    RunState,
    Seen,
    Status,
    Ticket,
    Urgency,
)

JOB = "guichet.channels.tasks.run_bulk"
SMALL = 20  # so many are done while the agent waits; more are a job
LIMIT = 50_000
GATHERED = 2_000  # rows written at once
BATCH = 20
RETRY_AFTER = timedelta(seconds=30)
KEPT_FOR = timedelta(days=30)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Verb:
    """`now` is how a ticket stands, `do` brings it to a value. Both answer to what `parse` made of a form's word.

    `is_at` tells whether it stands there already; what else `now` remembers is for the way back.
    """

    parse: Callable[[str], Any]
    now: Callable[[Ticket, Any, Person], Any]
    do: Callable[[Ticket, Any, By], object]
    is_at: Callable[[Any, Any], bool] = operator.eq


def _set_tag(ticket: Ticket, name: str, by: By, *, is_on: bool) -> None:
    names = set(ticket.tags.values_list("name", flat=True))
    actions.set_tags(ticket, names | {name} if is_on else names - {name}, by)


def _tag(word: str) -> str:
    name = one_line(word, 60).lower()
    if not name:
        raise Refused(_("Choose a tag."))
    return name


def _person(pk: Any) -> Person | None:
    return Person.objects.get(pk=pk) if pk else None


def _colleague(word: str) -> int | None:
    if not word:
        return None
    pk = whole_number(word)
    if not Person.objects.agents().filter(pk=pk).exists():
        raise Refused(_("Only an active agent can own a ticket."))
    return pk


def _team(word: str) -> int:
    pk = whole_number(word)
    if not Team.objects.filter(pk=pk).exists():
        raise Refused(_("There is no such team any more."))
    return pk


def _category(word: str) -> int | None:
    if not word:
        return None
    pk = whole_number(word)
    if not Category.objects.filter(pk=pk, is_active=True).exists():
        raise Refused(_("Choose one of those that are offered."))
    return pk


def _categorise(ticket: Ticket, pk: int | None, by: By) -> None:
    actions.set_category(ticket, Category.objects.filter(pk=pk).first() if pk else None, by)


def _grades(word: str) -> list[int | None]:
    """[impact, urgency] of "1-2"; of "" that nothing is said of either."""
    impact, _dash, urgency = word.partition("-")
    if not word:
        return [None, None]
    return [_one_of(Impact, int)(impact), _one_of(Urgency, int)(urgency)]


def _severity(ticket: Ticket, value: list[int | None], by: By) -> None:
    """Two grades; or, on the way back, the priority that stood with them too, if it is still the one they gave."""
    impact, urgency = (Impact(value[0]) if value[0] else None), (Urgency(value[1]) if value[1] else None)
    had = Priority(value[2]) if len(value) > 2 and value[2] else None
    is_set_since = had is not None and actions.priority_of(ticket.impact, ticket.urgency) != ticket.priority
    actions.set_severity(ticket, impact, urgency, by, priority=Priority(ticket.priority) if is_set_since else had)


def _one_of(choices: Any, kind: Callable[[str], Any]) -> Callable[[str], Any]:
    def parse(word: str) -> Any:
        if word not in {str(value) for value in choices.values}:
            raise Refused(_("Choose one of those that are offered."))
        return kind(word)

    return parse


def _seen_at(ticket: Ticket, value: Any, person: Person) -> str | None:
    at = Seen.objects.filter(ticket=ticket, person=person).values_list("at", flat=True).first()
    return at.isoformat() if at and at >= ticket.last_message_at else None


def _see(ticket: Ticket, value: Any, by: By) -> None:
    assert by.person is not None
    if value is None:
        actions.mark_unseen(ticket, by.person)
    else:
        actions.mark_seen(ticket, by.person, None if value == "now" else datetime.fromisoformat(value))


VERBS: dict[str, Verb] = {
    "assignee": Verb(_colleague, lambda t, v, p: t.assignee_id, lambda t, v, by: actions.assign(t, _person(v), by)),
    "team": Verb(
        _team,
        lambda t, v, p: t.team_id,
        lambda t, v, by: actions.hand_to_team(t, Team.objects.get(pk=v), by),
    ),
    "status": Verb(
        _one_of(Status, str), lambda t, v, p: str(t.status), lambda t, v, by: actions.set_status(t, Status(v), by)
    ),
    "priority": Verb(
        _one_of(Priority, int),
        lambda t, v, p: int(t.priority),
        lambda t, v, by: actions.set_priority(t, Priority(v), by),
    ),
    "tag": Verb(
        _tag,
        lambda t, v, p: v if t.tags.filter(name=v).exists() else None,
        lambda t, v, by: _set_tag(t, v, by, is_on=True),
    ),
    "untag": Verb(
        _tag,
        lambda t, v, p: None if t.tags.filter(name=v).exists() else v,
        lambda t, v, by: _set_tag(t, v, by, is_on=False),
    ),
    "category": Verb(_category, lambda t, v, p: t.category_id, _categorise),
    "severity": Verb(
        _grades, lambda t, v, p: [t.impact, t.urgency, int(t.priority)], _severity, lambda now, v: now[:2] == v
    ),
    "read": Verb(lambda word: "now", _seen_at, _see, lambda now, v: now is not None),
}
OPPOSITE = {"tag": "untag", "untag": "tag"}


def begin(person: Person, verb: str, word: str, *, pks: Iterable[int] = (), condition: Tree | None = None) -> BulkRun:
    """A run over chosen tickets, or over all that fit. A small one is over when this returns. Raises Refused."""
    if verb not in VERBS:
        raise Refused(_("Choose one of those that are offered."))
    value = VERBS[verb].parse(word)
    BulkRun.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    with transaction.atomic():
        run = BulkRun.objects.create(person=person, verb=verb, value=value, condition=condition)
        if condition is None:
            _gathered(run, list(pks))
    return _go(run)


def take_back(run: BulkRun) -> BulkRun:
    """Another run that puts back what this one did, wherever nobody has changed it since. Raises Refused."""
    if not run.is_over:
        raise Refused(_("It is still running: stop it first."))
    with transaction.atomic():
        if BulkRun.objects.select_for_update().get(pk=run.pk).undone_by.exists():
            raise Refused(_("This was taken back already."))
        undo = BulkRun.objects.create(
            person=run.person, verb=run.verb, value=run.value, undoes=run, state=RunState.RUNNING
        )
        done = run.steps.filter(outcome=Outcome.DONE).order_by("pk").values_list("ticket_id", "before")
        BulkStep.objects.bulk_create(
            [BulkStep(run=undo, ticket_id=pk, before=before) for pk, before in done], batch_size=GATHERED
        )
    return _go(undo)


def _go(run: BulkRun) -> BulkRun:
    """A small run is done now, a large one by a job; if that is lost, by the sweeper."""
    if run.condition is None and run.steps.count() <= SMALL:
        work(run.pk)
        run.refresh_from_db()
    else:
        wake(run.pk)
    return run


def wake(pk: int) -> None:
    """Defer a job for a run, in the caller's transaction; one that waits already is enough."""
    try:
        with transaction.atomic():
            app.configure_task(JOB, queueing_lock=f"bulk {pk}").defer(run_id=pk)
    except AlreadyEnqueued:
        log.debug("run %s has a job already", pk)


def sweep() -> None:
    """Wake runs whose job was lost."""
    idle = BulkRun.objects.unfinished().filter(worked_at__lt=timezone.now() - RETRY_AFTER)
    for pk in idle.values_list("pk", flat=True):
        try:
            wake(pk)
        except DatabaseError as error:
            log.warning("run %s was not woken: %s", pk, str(error).strip())


def stop(run: BulkRun) -> None:
    """What was done stays done; the rest is left."""
    BulkRun.objects.unfinished().filter(pk=run.pk).update(state=RunState.STOPPED)


def work(pk: int) -> None:
    """Until the run is over or stopped. Two at once share its steps; none is done twice."""
    run = BulkRun.objects.select_related("person").filter(pk=pk).first()
    if run is None or run.is_over:
        return
    with translation.override(run.person.language or None):
        if run.state == RunState.GATHERING:
            _gather(run)
        while _batch(run):
            BulkRun.objects.filter(pk=pk).update(worked_at=timezone.now())
    BulkRun.objects.unfinished().filter(pk=pk).exclude(steps__outcome=Outcome.TO_DO).update(state=RunState.DONE)


def _gather(run: BulkRun) -> None:
    """Write down which tickets it is about, as they fit at this moment: the act itself may take them out."""
    pks: list[int] = []
    if run.condition is not None:
        try:
            fitting = rule(run.condition, Asker(run.person))
        except Malformed:
            fitting = None
        if fitting is not None:
            found = Ticket.objects.visible_to(run.person).filter(fitting).order_by("pk")
            pks = list(found.values_list("pk", flat=True)[:LIMIT])
    with transaction.atomic():
        _gathered(run, pks)


def _gathered(run: BulkRun, pks: Sequence[int]) -> None:
    known = set(Ticket.objects.visible_to(run.person).filter(pk__in=pks).values_list("pk", flat=True))
    steps = [BulkStep(run=run, ticket_id=pk) for pk in dict.fromkeys(pks) if pk in known]
    BulkStep.objects.bulk_create(steps, batch_size=GATHERED, ignore_conflicts=True)
    run.state = RunState.RUNNING
    run.save(update_fields=["state"])


def _batch(run: BulkRun) -> bool:
    """A few steps; False when none is left for us, or somebody stopped it."""
    if BulkRun.objects.filter(pk=run.pk, state=RunState.STOPPED).exists():
        return False
    todo = list(run.steps.filter(outcome=Outcome.TO_DO).order_by("pk").values_list("pk", flat=True)[:BATCH])
    person = Person.objects.get(pk=run.person_id)  # afresh: rights may have been withdrawn meanwhile
    done = 0
    for pk in todo:
        with transaction.atomic():
            step = BulkStep.objects.select_for_update(skip_locked=True).filter(pk=pk, outcome=Outcome.TO_DO).first()
            if step is not None:
                step.outcome, step.why = _step(run, step, person)
                step.save(update_fields=["outcome", "why", "before"])
                done += 1
    return done > 0


def _step(run: BulkRun, step: BulkStep, person: Person) -> tuple[str, str]:
    ticket = Ticket.objects.visible_to(person).select_for_update(of=("self",)).filter(pk=step.ticket_id).first()
    if ticket is None or not person.is_agent:
        return Outcome.GONE, ""
    try:
        with transaction.atomic():
            return (_undo if run.undoes_id else _do)(run, step, ticket, By(person, "desk")), ""
    except Refused as why:
        return Outcome.REFUSED, str(why)[:300]
    except DatabaseError:
        raise  # the database is away: the whole run waits for it
    except Exception:
        log.exception("run %s failed on ticket %s", run.pk, ticket.pk)
        return Outcome.REFUSED, _("Something went wrong here; nothing was changed.")


def _do(run: BulkRun, step: BulkStep, ticket: Ticket, by: By) -> str:
    verb = VERBS[run.verb]
    assert by.person is not None
    step.before = verb.now(ticket, run.value, by.person)
    if verb.is_at(step.before, run.value):
        return Outcome.UNCHANGED
    verb.do(ticket, run.value, by)
    return Outcome.DONE


def _undo(run: BulkRun, step: BulkStep, ticket: Ticket, by: By) -> str:
    """Back to how it was, unless somebody has changed just this since."""
    verb = VERBS[run.verb]
    assert by.person is not None
    now = verb.now(ticket, run.value, by.person)
    if run.verb == "read":
        if now is not None:
            verb.do(ticket, step.before, by)
        return Outcome.DONE
    if not verb.is_at(now, run.value):
        raise Refused(_("It was changed since, and stays as it is now."))
    if run.verb in OPPOSITE:
        VERBS[OPPOSITE[run.verb]].do(ticket, run.value, by)
    else:
        verb.do(ticket, step.before, by)
    return Outcome.DONE
