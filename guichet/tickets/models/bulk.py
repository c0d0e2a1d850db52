from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from guichet.conditions.column import ConditionColumn
from guichet.people import access
from guichet.people.models import Person
from guichet.tickets.models.ticket import Ticket


class RunState(models.TextChoices):
    """Words for machines; the page says what they mean."""

    GATHERING = "gathering"  # its tickets are not yet known
    RUNNING = "running"
    STOPPED = "stopped"
    DONE = "done"


class Outcome(models.TextChoices):
    TO_DO = ""
    DONE = "done"
    UNCHANGED = "unchanged"  # it was like this before
    REFUSED = "refused"
    GONE = "gone"  # not, or no longer, visible to whoever asked


class BulkRunQuerySet(models.QuerySet["BulkRun"]):
    def visible_to(self, person: Any) -> BulkRunQuerySet:
        return self.filter(access.visible_runs(person))

    def unfinished(self) -> BulkRunQuerySet:
        return self.filter(state__in=[RunState.GATHERING, RunState.RUNNING])


class BulkRun(models.Model):
    """One act on many tickets, asked for by one person: on chosen ones, or on all that fit `condition`."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    verb = models.CharField(max_length=12)
    value = models.JSONField(null=True)
    condition = ConditionColumn(null=True, default=None)
    undoes = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="undone_by")
    state = models.CharField(max_length=10, choices=RunState, default=RunState.GATHERING)
    created_at = models.DateTimeField(auto_now_add=True)
    worked_at = models.DateTimeField(auto_now_add=True)
    is_told = models.BooleanField(default=False)  # its person has put the report away

    objects = BulkRunQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(F("person"), name="bulk_untold", condition=Q(is_told=False)),
            models.Index(F("worked_at"), name="bulk_unfinished", condition=Q(state__in=["gathering", "running"])),
            models.Index(F("created_at"), name="bulk_age"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.value}"

    @property
    def is_over(self) -> bool:
        return self.state in (RunState.DONE, RunState.STOPPED)


class BulkStep(models.Model):
    """One ticket of a run: what became of it, and how it was before, so that it can be put back."""

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="steps")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True, default=Outcome.TO_DO)
    why = models.CharField(max_length=300, blank=True)
    before = models.JSONField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "ticket"], name="bulk_step_once")]
        indexes: ClassVar = [models.Index(F("run"), F("id"), name="bulk_to_do", condition=Q(outcome=""))]

    def __str__(self) -> str:
        return f"{self.run_id} {self.ticket_id}"
