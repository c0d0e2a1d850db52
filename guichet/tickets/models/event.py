from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Func, Value

from guichet.people import access
from guichet.people.models import Person
from guichet.tickets.models.message import Message
from guichet.tickets.models.ticket import Ticket


class CurrentTransaction(Func):
    """The id of the writing transaction, 64 bit, never reused within a cluster."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()
    allowed_default = True


class OldestRunning(Func):
    """The oldest transaction still running: nothing can yet be committed below it."""

    template = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    output_field = models.BigIntegerField()


class EventQuerySet(models.QuerySet["Event"]):
    def settled(self) -> EventQuerySet:
        """In commit order, only those whose transaction is surely finished: none can still come before them."""
        return self.filter(xid__lt=OldestRunning()).order_by("xid", "id")

    def visible_to(self, person: Any) -> EventQuerySet:
        return self.filter(access.visible_events(person))


class Event(models.Model):
    """One thing that was done: facts and ids in the past tense, never prose. Append-only (a trigger holds it)."""

    xid = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)
    at = models.DateTimeField()
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=60)
    version = models.PositiveIntegerField()  # of the ticket, after this
    actor = models.ForeignKey(Person, on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    via = models.CharField(max_length=40)
    cause = models.ForeignKey("self", on_delete=models.DO_NOTHING, null=True, related_name="+", db_constraint=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="events")
    changes = models.JSONField(db_default=Value({}, output_field=models.JSONField()), default=dict)
    is_quiet = models.BooleanField(default=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(F("xid"), F("id"), name="event_log"),
            models.Index(F("ticket"), F("id"), name="event_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.ticket_id}"


class ViaName(models.Model):
    """What acts where nobody of flesh does: the name that `via` ("rule:12:3") had when it acted. Written once."""

    via = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name
