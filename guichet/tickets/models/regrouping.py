from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from guichet.people import access
from guichet.people.models import Person
from guichet.tickets.models.message import Message
from guichet.tickets.models.ticket import Ticket


class Grouping(models.TextChoices):
    """MERGE and LEAD say that whatever comes to `ticket` stands on `into`; SPLIT and MOVE put chosen messages there.

    SPLIT made the ticket `into`. LEAD is what is left of a split that was taken back: its number leads home.
    """

    MERGE = "merge"
    SPLIT = "split"
    MOVE = "move"
    LEAD = "lead"


LEADS = (Grouping.MERGE, Grouping.LEAD)


class RegroupingQuerySet(models.QuerySet["Regrouping"]):
    def visible_to(self, person: Any) -> RegroupingQuerySet:
        return self.filter(access.visible_regroupings(person))

    def active(self) -> RegroupingQuerySet:
        return self.filter(undone_at=None)


class Regrouping(models.Model):
    """One act that says where messages stand. Never deleted and never changed but for being undone, in any order.

    Where a message stands follows from the acts that are not undone (`actions.placing` says how), so that taking all of
    them back gives every ticket the messages it had. `facts` is what an act did beside moving words: {"tags": those of
    the merged ticket, "added": those that were new, "side": a side conversation, "sided": messages put into it or taken
    out, "verified": messages let in, "suggested": a message that had been offered this}.
    """

    kind = models.CharField(max_length=8, choices=Grouping)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")  # whose messages they were
    into = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    facts = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    objects = RegroupingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(undone_at=None, kind__in=["merge", "lead"]), name="regrouping_one_lead"
            )
        ]
        indexes: ClassVar = [models.Index(F("into"), F("id"), name="regrouping_into")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ticket_id} -> {self.into_id}"


class Placed(models.Model):
    """A message that a SPLIT or MOVE put elsewhere, and the ticket it belonged to before that act."""

    regrouping = models.ForeignKey(Regrouping, on_delete=models.CASCADE, related_name="placed")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    was = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["message", "regrouping"], name="placed_once")]

    def __str__(self) -> str:
        return f"{self.message_id} was on {self.was_id}"
